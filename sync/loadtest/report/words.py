"""Both languages of the report: each text stands twice in the page, and a switch shows one of them."""

from html import escape
from typing import NamedTuple


class Words(NamedTuple):
    """A text in Vietnamese and in English."""

    vi: str
    en: str

    def html(self) -> str:
        return f'<span lang="vi">{escape(self.vi)}</span><span lang="en">{escape(self.en)}</span>'


def same(text: str) -> Words:
    """A name that is not translated."""
    return Words(text, text)


def number(value: float | int | None, digits: int = 1) -> str:
    """1 234 567 with thin spaces, which both languages read; a dash for what was not measured."""
    if value is None:
        return "–"
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.{digits}f}"
    return text.replace(",", "\u202f")


def milliseconds(value: float) -> str:
    """A latency as one reads it: 12.3 ms, 4.56 s."""
    return f"{number(value)} ms" if value < 1000 else f"{number(value / 1000, 2)} s"


GATES = {
    "lost": Words("Mất", "Lost"),
    "unexpected": Words("Thừa", "Unexpected"),
    "duplicated": Words("Ghi hai lần", "Duplicated"),
    "reordered": Words("Sai thứ tự", "Reordered"),
    "corrupted": Words("Sai nội dung", "Corrupted"),
    "overtaken": Words("Bản cũ đè bản mới", "Overtaken"),
    "committed": Words(
        "Thay đổi đã có nơi đến (ghi nhận, tạm gác, bỏ)", "Changes accounted for (applied, parked, skipped)"
    ),
    "differences": Words("Khác biệt sau đối soát", "Differences after reconciliation"),
    "disagreements": Words("Nguồn mâu thuẫn", "Sources that disagree"),
    "waiting": Words("Còn chờ gửi", "Still waiting"),
}
FIGURES = {
    "applications": Words("Hồ sơ", "Applications"),
    "committed": Words("Thay đổi tại tỉnh", "Changes committed"),
    "applied": Words("Thay đổi quốc gia đã ghi nhận", "Changes applied"),
    "absorbed": Words("Gửi lại, quốc gia đã có", "Sent again and absorbed"),
    "recovered": Words("Đã ghi nhận dù tỉnh thấy lỗi", "Applied though the sender saw an error"),
    "forgotten": Words("Ghi lại vì quốc gia đã quên", "Applied again by a side that had forgotten"),
    "restored": Words("Lần quốc gia khôi phục từ bản sao lưu", "Restores of the national side"),
    "parked": Words("Tạm gác", "Parked"),
    "skipped": Words("Người bỏ, có lý do", "Given up by a person"),
    "overtaken": Words("Bản cũ đè bản mới (đã hết khi kết thúc)", "Older over newer (gone at the end)"),
}
