"""Overview, provinces and days, one dossier: what the national side holds."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, Final
from urllib.parse import quote

import orjson

from sync import wire
from sync.national.anomalies import SENTENCES
from sync.national.evidence import LedgerRow
from sync.national.journal import Journal
from sync.national.pages.frame import Cell, Markup, Page, Words, anchor, shown
from sync.national.received import POINTS, Day, Indicator, Late
from sync.national.records import MAX_CODE
from sync.national.warnings import Warned

DAYS_SHOWN: Final = 366
DAYS_DRAWN: Final = 60
_STATUS, _DOSSIERS = ("Trạng thái", "Status"), ("Hồ sơ", "Dossiers")
_PROVINCE, _DAY = ("Tỉnh, bộ", "Province, ministry"), ("Ngày tiếp nhận", "Day received")
_RECEIVED, _MUST = ("Đã đồng bộ", "Received"), ("Phải đồng bộ", "Must sync")
_RATIO, _POINTS = ("Tỷ lệ", "Ratio"), (f"Điểm 1.4 (tối đa {POINTS})", f"Points of 1.4 (at most {POINTS})")

_KINDS: Final[Mapping[str, Words]] = {
    wire.LEDGER_RECORD: ("hồ sơ", "record"),
    wire.LEDGER_PROGRESS: ("tiến độ", "progress"),
}
_SECOND: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)


def overview(page: Page, stats: Mapping[str, Any], journal: Journal, state: Mapping[str, object], accounts: int) -> str:
    figures = {
        ("Hồ sơ đang giữ", "Dossiers held"): stats["dossiers"],
        ("Dòng tiến độ", "Progress rows"): stats["progress_rows"],
        ("Lần ghi nhận hồ sơ", "Records applied"): stats["effects"].get(wire.LEDGER_RECORD, 0),
        ("Yêu cầu từ khi khởi động", "Requests since the start"): journal.requests,
        ("Tài khoản", "Accounts"): accounts,
        ("Kịch bản sự cố", "Fault profile"): state["profile"] or "–",
    }
    about = (
        "Hệ thống này nhận hồ sơ và tiến độ xử lý mà cổng dịch vụ công của các tỉnh đồng bộ lên.",
        "This system receives the dossiers and progress that the provinces' portals synchronise.",
    )
    statuses = page.table([_STATUS, _DOSSIERS], _status_rows(stats["statuses"]))
    answers = page.table(
        [("Dịch vụ", "Service"), ("HTTP", "HTTP"), ("Mã lỗi", "Error code"), ("Số yêu cầu", "Requests")],
        ((row["service"], str(row["http_status"]), row["error_code"], row["requests"]) for row in journal.counters()),
    )
    return (
        f"<p>{page.say(about)}</p>{page.tiles(figures)}{find_form(page)}"
        f"<h2>{page.say(('Hồ sơ theo trạng thái', 'Dossiers by status'))}</h2>{statuses}"
        f"<h2>{page.say(('Yêu cầu theo dịch vụ', 'Requests by service'))}</h2>{answers}"
        f"<h2>{page.say(('Dữ liệu cho máy', 'Data for programs'))}</h2><p>{_machine_links()}</p>"
    )


def find_form(page: Page) -> str:
    label, button = page.say(("Mã hồ sơ", "Dossier number")), page.say(("Xem hồ sơ", "Show the dossier"))
    return (
        '<form action="/ho-so"><label>'
        f'{label}<input name="MaHoSo" required maxlength="{MAX_CODE}"></label>'
        f"{page.keep_language()}<button>{button}</button></form>"
    )


def _machine_links() -> str:
    paths = (wire.PATH_DIGEST, wire.PATH_STATS, wire.PATH_RECEIVED, wire.PATH_WARNINGS, wire.PATH_METRICS)
    exports = (f"{wire.PATH_LEDGER}?format=csv", f"{wire.PATH_LEDGER}?format=ndjson")
    return " · ".join(f'<a href="{path}"><code>{path}</code></a>' for path in (*paths, *exports))


def _status_rows(statuses: Mapping[str, int]) -> Iterable[tuple[Cell, ...]]:
    """The ten statuses in their order, then whatever else was sent."""
    for status, label in wire.STATUS_LABELS.items():
        yield f"{status}. {label}", statuses.get(status, 0)
    for other in sorted(set(statuses) - set(wire.STATUS_LABELS)):
        yield f"“{other}”", statuses[other]


def provinces(page: Page, found: Sequence[Indicator], days: Sequence[Day]) -> str:
    about = (
        "Chỉ số 1.4 của Bộ chỉ số 766: hồ sơ đã đồng bộ chia cho số lớn hơn giữa báo cáo của tỉnh và số đã nhận.",
        "Item 1.4 of indicator set 766: dossiers synchronised over the larger of reported and received ones.",
    )
    indicators = page.table(
        [_PROVINCE, _RECEIVED, _MUST, _RATIO, _POINTS],
        ((one.root, one.received, one.must_sync, _percent(one.ratio), one.points) for one in found),
    )
    by_day = page.table(
        [_DAY, _PROVINCE, _RECEIVED, _MUST, _RATIO, ("Danh sách", "Lists")],
        (
            (f"{day.day:%d/%m/%Y}", day.root, day.received, day.must_sync, _percent(day.ratio), _lists(page, day))
            for day in days[:DAYS_SHOWN]
        ),
    )
    return (
        f"<p>{page.say(about)}</p>{indicators}{_drawn(page, days)}<h2>{page.say(('Theo ngày', 'By day'))}</h2>{by_day}"
    )


def _lists(page: Page, day: Day) -> Markup:
    where = {"madonvi": day.root, "day": day.day.isoformat()}
    missing, late = ("Thiếu", "Missing"), ("Muộn", "Late")
    english = page.lang == "en"
    return Markup(
        f"{anchor(page.link('/tinh/thieu', **where), missing[english])} · "
        f"{anchor(page.link('/tinh/muon', **where), late[english])}"
    )


def missing(page: Page, told: int, codes: Sequence[str], following: str) -> str:
    about = (
        f"Tỉnh đã nêu {told} mã hồ sơ của ngày này; dưới đây là những hồ sơ chưa từng nhận được.",
        f"The province has named {told} dossiers of this day; these were never received.",
    )
    rows = page.table([("Mã hồ sơ", "Dossier")], ((code,) for code in codes))
    return f"<p>{page.say(about)}</p>{rows}{page.next(following)}"


def late(page: Page, root: str, days: int, found: Sequence[Late], following: str) -> str:
    about = (
        f"Nhận được muộn hơn ngày tiếp nhận quá {days} ngày, theo đồng hồ của máy.",
        f"Received more than {days} days after the day of receipt, by the machine's clock.",
    )
    rows = page.table(
        [("Mã hồ sơ", "Dossier"), _DAY, ("Nhận lần đầu", "First received")],
        ((dossier_link(page, one.code, root), f"{one.received_on:%d/%m/%Y}", _moment(one.came_at)) for one in found),
    )
    return f"<p>{page.say(about)}</p>{rows}{page.next(following)}"


def _moment(at: datetime) -> str:
    return f"{at:%d/%m/%Y %H:%M:%S}"


def _second(text: str) -> str:
    """yyyyMMddHHmmss as a reader writes it; anything else as it was sent."""
    found = _SECOND.fullmatch(text)
    return "{2}/{1}/{0} {3}:{4}:{5}".format(*found.groups()) if found else text


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f}".replace(".", ",") + " %"


def _drawn(page: Page, days: Sequence[Day]) -> str:
    """The last days of the province with most dossiers as bars: received within must-sync."""
    totals: dict[str, int] = {}
    for day in days:
        totals[day.root] = totals.get(day.root, 0) + day.received
    if not totals:
        return ""
    root = max(totals, key=lambda name: totals[name])
    drawn = [day for day in days if day.root == root][:DAYS_DRAWN][::-1]
    highest = max(max(day.received, day.must_sync or 0) for day in drawn) or 1
    bars = "".join(_bar(number, len(drawn), day, highest) for number, day in enumerate(drawn))
    label = page.say(
        (f"{root}: đã đồng bộ trong số phải đồng bộ, mỗi cột một ngày", f"{root}: received of must-sync, a bar a day")
    )
    first, last = f"{drawn[0].day:%d/%m/%Y}", f"{drawn[-1].day:%d/%m/%Y}"
    return (
        f"<h2>{label}</h2>"
        f'<p class="ends"><span>{shown(highest)}</span></p>'
        '<svg viewBox="0 0 720 130" preserveAspectRatio="none" width="100%" height="160" role="img"'
        f' aria-label="{label}">{bars}</svg><p class="ends"><span>{first}</span><span>{last}</span></p>'
    )


def _bar(number: int, count: int, day: Day, highest: int) -> str:
    width = 720 / max(count, 7)
    must, received = (130 * count / highest for count in (max(day.must_sync or 0, day.received), day.received))
    x = number * width
    title = escape(f"{day.day:%d/%m/%Y}: {day.received} / {day.must_sync if day.must_sync is not None else '–'}")
    return (
        f"<g><title>{title}</title>"
        f'<rect class="rest" x="{x:.1f}" y="{130 - must:.1f}" width="{width - 2:.1f}" height="{must:.1f}"/>'
        f'<rect class="bar" x="{x:.1f}" y="{130 - received:.1f}" width="{width - 2:.1f}" height="{received:.1f}"/></g>'
    )


def dossier(page: Page, found: Mapping[str, Any], warned: Sequence[Warned]) -> str:
    record, steps = orjson.loads(found["record"]), [orjson.loads(row) for row in found["progress"]]
    facts = {
        _PROVINCE: found["root"],
        _STATUS: status_name(found["status"]),
        ("Nhận lần đầu", "First received"): _moment(found["first_at"]),
        ("Thay đổi gần nhất", "Changed last"): _moment(found["changed_at"]),
        ("Dòng tiến độ", "Progress rows"): found["progress_rows"],
    }
    rows = "".join(f"<dt>{page.say(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in facts.items())
    warnings = page.table(
        [("Cảnh báo", "Warning"), ("Ở đâu", "Where")],
        ((SENTENCES[one.kind][page.lang == "en"], one.detail) for one in warned),
    )
    progress = page.table(
        [("Thời điểm", "Moment"), _STATUS, ("Nội dung", "Text"), ("Người xử lý", "Handler")],
        (
            (_second(str(row.get("ThoiDiemXuLy") or "")), status_name(str(row.get("TrangThai") or "")),
             str(row.get("NoiDungXuLy") or ""), str(row.get("NguoiXuLy") or ""))
            for row in sorted(steps, key=lambda row: str(row.get("ThoiDiemXuLy") or ""))
        ),
    )  # fmt: skip
    ledger = page.table(
        [("Số", "No."), ("Ghi nhận lúc", "Applied at"), ("Loại", "Kind"), ("Dịch vụ", "Service"), _STATUS],
        (_effect(page, row) for row in found["ledger"]),
        ("Mỗi dòng là một lần ghi nhận; không dòng nào bị sửa hay xóa.", "One row an effect; none is ever changed."),
    )
    body = escape(orjson.dumps(record, option=orjson.OPT_INDENT_2).decode())
    return (
        f'<dl class="facts">{rows}</dl><h2>{page.say(("Cảnh báo dữ liệu", "Data warnings"))}</h2>{warnings}'
        f"<h2>{page.say(('Tiến độ', 'Progress'))}</h2>{progress}"
        f"<h2>{page.say(('Sổ tác động', 'Effect ledger'))}</h2>{ledger}"
        f"<h2>{page.say(('Bản ghi như đã nhận', 'The record as received'))}</h2><pre>{body}</pre>"
    )


def _effect(page: Page, row: LedgerRow) -> tuple[Cell, ...]:
    at = f"{row.applied_at:%d/%m/%Y %H:%M:%S.%f}"[:-3]
    return str(row.seq), at, _KINDS[row.kind][page.lang == "en"], row.service, status_name(row.status)


def status_name(status: str) -> str:
    label = {str(known): name for known, name in wire.STATUS_LABELS.items()}.get(status, "")
    return f"{status}. {label}" if label else f"“{status}”"


def dossier_link(page: Page, code: str, root: str) -> Markup:
    return anchor(page.link(f"/ho-so/{quote(code, safe='')}", madonvi=root), code)
