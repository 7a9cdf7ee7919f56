"""Overview and one dossier: what the national side holds."""

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
from sync.national.pages.frame import Cell, Markup, Page, Words, anchor
from sync.national.records import MAX_CODE
from sync.national.warnings import Warned

_STATUS, _DOSSIERS = ("Trạng thái", "Status"), ("Hồ sơ", "Dossiers")
PROVINCE: Final[Words] = ("Tỉnh, bộ", "Province, ministry")
_NO_REQUEST: Final[Words] = (
    "Chưa có yêu cầu nào từ khi khởi động: hãy để một cổng dịch vụ công gửi hồ sơ đến đây.",
    "No request since the start: let a portal send its dossiers here.",
)
_NO_WARNING: Final[Words] = ("Hồ sơ này không có gì bất thường.", "Nothing is odd in this dossier.")
_NO_STEP: Final[Words] = (
    "Tỉnh chưa gửi dòng tiến độ nào của hồ sơ này.",
    "The province has sent no progress row of this dossier.",
)
_LEDGER: Final[Words] = (
    "Mỗi dòng là một lần ghi nhận; không dòng nào bị sửa hay xóa.",
    "One row an effect; none is ever changed.",
)
_NO_ANSWER: Final[Words] = ("không trả lời", "no answer")
_KINDS: Final[Mapping[str, Words]] = {
    wire.LEDGER_RECORD: ("hồ sơ", "record"),
    wire.LEDGER_PROGRESS: ("tiến độ", "progress"),
}
_SECOND: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)


def overview(page: Page, stats: Mapping[str, Any], journal: Journal, accounts: int, wrong: str) -> str:
    """`wrong` is what the faults' page says of what is in force."""
    figures = {
        ("Hồ sơ đang giữ", "Dossiers held"): stats["dossiers"],
        ("Dòng tiến độ", "Progress rows"): stats["progress_rows"],
        ("Lần ghi nhận hồ sơ", "Records applied"): stats["effects"].get(wire.LEDGER_RECORD, 0),
        ("Yêu cầu từ khi khởi động", "Requests since the start"): journal.requests,
        ("Tài khoản", "Accounts"): accounts,
    }
    about = (
        "Hệ thống này nhận hồ sơ và tiến độ xử lý mà cổng dịch vụ công của các tỉnh đồng bộ lên.",
        "This system receives the dossiers and progress that the provinces' portals synchronise.",
    )
    statuses = page.table([_STATUS, _DOSSIERS], _status_rows(stats["statuses"]))
    answers = page.table(
        [("Dịch vụ", "Service"), ("HTTP", "HTTP"), ("Mã lỗi", "Error code"), ("Số yêu cầu", "Requests")],
        ((row["service"], http_answer(page, row["http_status"]), row["error_code"], row["requests"])
         for row in journal.counters()),
        empty=_NO_REQUEST,
    )  # fmt: skip
    return (
        f"<p>{page.say(about)}</p>{page.tiles(figures)}{wrong}{find_form(page)}"
        f"<h2>{page.say(('Hồ sơ theo trạng thái', 'Dossiers by status'))}</h2>{statuses}"
        f"<h2>{page.say(('Yêu cầu theo dịch vụ', 'Requests by service'))}</h2>{answers}"
        f"<h2>{page.say(('Dữ liệu cho máy', 'Data for programs'))}</h2><p>{_machine_links()}</p>"
    )


def http_answer(page: Page, status: int) -> str:
    """The status of an answer; 0 stands for a connection that was dropped."""
    return str(status) if status else _NO_ANSWER[page.lang == "en"]


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


def moment(at: datetime) -> str:
    return f"{at:%d/%m/%Y %H:%M:%S}"


def _second(text: str) -> str:
    """yyyyMMddHHmmss as a reader writes it; anything else as it was sent."""
    found = _SECOND.fullmatch(text)
    return "{2}/{1}/{0} {3}:{4}:{5}".format(*found.groups()) if found else text


def dossier(page: Page, found: Mapping[str, Any], warned: Sequence[Warned], province: str) -> str:
    record, steps = orjson.loads(found["record"]), [orjson.loads(row) for row in found["progress"]]
    facts = {
        PROVINCE: province,
        _STATUS: status_name(found["status"]),
        ("Nhận lần đầu", "First received"): moment(found["first_at"]),
        ("Thay đổi gần nhất", "Changed last"): moment(found["changed_at"]),
        ("Dòng tiến độ", "Progress rows"): found["progress_rows"],
    }
    rows = "".join(f"<dt>{page.say(name)}</dt><dd>{page.shown(value)}</dd>" for name, value in facts.items())
    warnings = page.table(
        [("Cảnh báo", "Warning"), ("Ở đâu", "Where")],
        ((SENTENCES[one.kind][page.lang == "en"], one.detail) for one in warned),
        empty=_NO_WARNING,
    )
    progress = page.table(
        [("Thời điểm", "Moment"), _STATUS, ("Nội dung", "Text"), ("Người xử lý", "Handler")],
        (
            (_second(str(row.get("ThoiDiemXuLy") or "")), status_name(str(row.get("TrangThai") or "")),
             str(row.get("NoiDungXuLy") or ""), str(row.get("NguoiXuLy") or ""))
            for row in sorted(steps, key=lambda row: str(row.get("ThoiDiemXuLy") or ""))
        ),
        empty=_NO_STEP,
    )  # fmt: skip
    ledger = page.table(
        [("Số", "No."), ("Ghi nhận lúc", "Applied at"), ("Loại", "Kind"), ("Dịch vụ", "Service"), _STATUS],
        (_effect(page, row) for row in found["ledger"]),
        caption=_LEDGER,
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
