"""What is odd in a record or a progress row: the mistakes real clients make (national-protocol 3, 4, 5, 10). Pure.

A lenient national side takes them all and warns; a strict one refuses statuses that are unknown or out of order.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sync import wire
from sync.national.catalogue import is_procedure_code
from sync.national.digest import AGENCY, text_of
from sync.wire import DossierStatus


class Kind(StrEnum):
    """A sort of oddity, with its sentence in `SENTENCES`."""

    UNKNOWN_STATUS = "unknown_status"
    OUT_OF_ORDER = "status_out_of_order"
    MISSING_DATE = "missing_date"
    ODD_PROCEDURE = "odd_procedure"
    UNKNOWN_PROCEDURE = "unknown_procedure"
    RESENT_FILE = "resent_file"
    MISSING_SECTOR = "missing_sector"
    FAKE_IDENTITY = "fake_identity"
    IMPOSSIBLE_DATE = "impossible_date"
    DATES_REVERSED = "dates_reversed"
    ODD_NUMBER = "odd_number"
    PLACEHOLDER = "placeholder"
    DONE_WHILE_OPEN = "done_while_open"
    TOO_LONG = "too_long"


SENTENCES: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.UNKNOWN_STATUS: ("Trạng thái không có trong danh mục 1–10", "Status outside the list 1–10"),
    Kind.OUT_OF_ORDER: ("Trạng thái không đúng trình tự", "Status out of order"),
    Kind.MISSING_DATE: ("Thiếu ngày tiếp nhận", "Date of receipt missing"),
    Kind.ODD_PROCEDURE: ("Mã thủ tục thiếu hoặc không đúng dạng", "Procedure code missing or of an unknown form"),
    Kind.UNKNOWN_PROCEDURE: ("Mã thủ tục không có trong danh mục", "Procedure not in the catalogue"),
    Kind.RESENT_FILE: ("Giấy tờ nộp vào được gửi lại làm kết quả", "Submitted file sent again as the result"),
    Kind.MISSING_SECTOR: ("Thiếu lĩnh vực", "Sector missing"),
    Kind.FAKE_IDENTITY: ("Số giấy tờ giả hoặc không thể có", "Identity number fake or impossible"),
    Kind.IMPOSSIBLE_DATE: ("Ngày không đọc được hoặc không thể có", "Date unreadable or impossible"),
    Kind.DATES_REVERSED: ("Các ngày ngược thứ tự", "Dates in reverse order"),
    Kind.ODD_NUMBER: ("Mã hồ sơ không đúng dạng", "Dossier number of an unknown form"),
    Kind.PLACEHOLDER: ("Nội dung điền cho có", "Filled in for the form's sake"),
    Kind.DONE_WHILE_OPEN: ("Báo xong khi hồ sơ còn mở", "Reported as done while still open"),
    Kind.TOO_LONG: ("Dài quá giới hạn", "Longer than the limit"),
}


class Odd(NamedTuple):
    """One oddity, and what shows it: members and values, never a name or a number of a person."""

    kind: Kind
    detail: str


# Which status may follow which (section 4): from 5 and 6 back to what was before, from 9 pulled back one step.
_S = DossierStatus
FOLLOWS: Final[Mapping[str, frozenset[str]]] = {
    _S.REGISTERED: frozenset({_S.ACCEPTED, _S.REFUSED, _S.SUPPLEMENT_REQUESTED, _S.WITHDRAWN}),
    _S.ACCEPTED: frozenset(
        {_S.PROCESSING, _S.SUPPLEMENT_REQUESTED, _S.PAYMENT_REQUESTED, _S.WITHDRAWN, _S.STOPPED, _S.COMPLETED}
    ),
    _S.REFUSED: frozenset(),
    _S.PROCESSING: frozenset(
        {_S.ACCEPTED, _S.SUPPLEMENT_REQUESTED, _S.PAYMENT_REQUESTED, _S.WITHDRAWN, _S.STOPPED, _S.COMPLETED}
    ),
    _S.SUPPLEMENT_REQUESTED: frozenset(
        {_S.REGISTERED, _S.ACCEPTED, _S.REFUSED, _S.PROCESSING, _S.WITHDRAWN, _S.STOPPED}
    ),
    _S.PAYMENT_REQUESTED: frozenset({_S.ACCEPTED, _S.PROCESSING, _S.WITHDRAWN, _S.STOPPED}),
    _S.WITHDRAWN: frozenset(),
    _S.STOPPED: frozenset({_S.ACCEPTED, _S.PROCESSING}),
    _S.COMPLETED: frozenset({_S.ACCEPTED, _S.PROCESSING, _S.RESULT_RETURNED}),
    _S.RESULT_RETURNED: frozenset(),
}


def _reachable() -> dict[str, frozenset[str]]:
    """Which status a record may show after which: between two pushes several steps may have been taken."""
    reach = {status: set(after) for status, after in FOLLOWS.items()}
    for between, beyond in reach.items():
        for after in reach.values():
            if between in after:
                after.update(beyond)
    return {status: frozenset(after) for status, after in reach.items()}


REACHES: Final = _reachable()

SHOWN: Final = 20  # characters of a status; some send a sentence
_NUMBER: Final = re.compile(AGENCY + r"-\d{6}-\d{4,}", re.ASCII)
_ZONE: Final = timezone(timedelta(hours=7))  # Asia/Ho_Chi_Minh
_OLDEST: Final = datetime(2010, 1, 1, tzinfo=_ZONE)
_FURTHEST: Final = timedelta(days=366)  # that a moment may lie ahead; a due date five times as far
_MOMENTS: Final = ("NgayTiepNhan", "NgayKetThucXuLy", "NgayTra")
_ORDERED: Final = (("NgayTiepNhan", "NgayHenTra"), ("NgayTiepNhan", "NgayKetThucXuLy"), ("NgayKetThucXuLy", "NgayTra"))
_LIMITS: Final = {"TrichYeuHoSo": wire.MAX_SUMMARY, "GhiChu": wire.MAX_NOTE, "NguoiXuLy": wire.MAX_HANDLER}
_FILE_LISTS: Final = ("TaiLieuNop", "DanhSachGiayToKetQua", "DanhSachTepDinhKemKhac")
_FILE_NAMES: Final = ("TepDinhKemId", "DuongDanTaiTepTin")  # by which a file is known
_PAPER_NAMES: Final = ("GiayToId", "DuongDanTepTinKetQua")
_FILE_LIMITS: Final = {"TenTepDinhKem": wire.MAX_FILE_NAME, "TenGiayTo": wire.MAX_PAPER_NAME}
_PLACEHOLDERS: Final = {"dinhkem", "đính kèm", "test", "abc", "."}
_NO_DUE_DATE: Final = "không có ngày hẹn trả"
_PROVINCE_CODES: Final = range(1, 97)
_CENTURIES: Final = "0123"  # 1900s and 2000s, men and women


def of_record(
    record: Mapping[str, Any], now: datetime, is_in_catalogue: Callable[[str], object] = bool
) -> Iterator[Odd]:
    """What is odd in a dossier record by itself; without a catalogue every procedure may be."""
    if not text_of(record.get("MaLinhVuc")).strip():
        yield Odd(Kind.MISSING_SECTOR, "MaLinhVuc")
    if not _NUMBER.fullmatch(text_of(record.get("MaHoSo"))):
        yield Odd(Kind.ODD_NUMBER, "MaHoSo")
    if text_of(record.get("TrichYeuHoSo")).strip().lower() in _PLACEHOLDERS:
        yield Odd(Kind.PLACEHOLDER, "TrichYeuHoSo")
    if not text_of(record.get("NgayTiepNhan")).strip():
        yield Odd(Kind.MISSING_DATE, "NgayTiepNhan")
    yield from _procedure(text_of(record.get("MaTTHC")).strip(), is_in_catalogue)
    yield from _status(record, "TrangThaiHoSo")
    yield from _identities(record)
    yield from _dates(record, now)
    yield from _lengths(record, _LIMITS)
    for name in _FILE_LISTS:
        for item in _items(record, name):
            yield from _lengths(item, _FILE_LIMITS)
    if _is_resent(record):
        yield Odd(Kind.RESENT_FILE, "DanhSachGiayToKetQua")


def of_step(row: Mapping[str, Any], now: datetime) -> Iterator[Odd]:
    """What is odd in a progress row by itself."""
    yield from _status(row, "TrangThai")
    happened = text_of(row.get("ThoiDiemXuLy"))
    if _impossible(happened, now, _FURTHEST) or not happened:
        yield Odd(Kind.IMPOSSIBLE_DATE, "ThoiDiemXuLy")
    if _NO_DUE_DATE in text_of(row.get("NoiDungXuLy")).lower():
        yield Odd(Kind.DONE_WHILE_OPEN, "NoiDungXuLy")
    yield from _lengths(row, _LIMITS)


def record_follows(former: str | None, status: str) -> bool:
    """Whether a record may show `status` after it showed `former`; the first push may show any."""
    return former is None or former == status or former not in REACHES or status in REACHES[former]


def step_follows(former: str | None, status: str) -> bool:
    """Whether a step to `status` may follow one to `former`; several steps may share a status."""
    return former is None or former == status or former not in FOLLOWS or status in FOLLOWS[former]


def is_known(status: str) -> bool:
    return status in FOLLOWS


def _status(record: Mapping[str, Any], name: str) -> Iterator[Odd]:
    status = text_of(record.get(name))
    if not is_known(status):
        yield Odd(Kind.UNKNOWN_STATUS, f"{name} “{status:.{SHOWN}}”")


def _procedure(code: str, is_in_catalogue: Callable[[str], object]) -> Iterator[Odd]:
    if not is_procedure_code(code):
        yield Odd(Kind.ODD_PROCEDURE, "MaTTHC")
    elif not is_in_catalogue(code):
        yield Odd(Kind.UNKNOWN_PROCEDURE, f"MaTTHC {code}")


def _items(record: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of a list within a record; nobody knows what else clients put there."""
    listed = record.get(name)
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def _is_resent(record: Mapping[str, Any]) -> bool:
    """Whether a result paper is the first file that was submitted: the same id, or the same address."""
    first = {text_of(item.get(name)) for item in _items(record, "TaiLieuNop")[:1] for name in _FILE_NAMES}
    papers = _items(record, "DanhSachGiayToKetQua")
    return not (first - {""}).isdisjoint(text_of(paper.get(name)) for paper in papers for name in _PAPER_NAMES)


def _identities(record: Mapping[str, Any]) -> Iterator[Odd]:
    numbers = [(name, text_of(record.get(name))) for name in ("SoGiayToChuHoSo", "MaDoiTuong")]
    numbers += [("DinhDanhCHS", text_of(item.get("SoDinhDanh"))) for item in _items(record, "DinhDanhCHS")]
    for name, number in numbers:
        if number.isascii() and number.isdigit() and is_fake(number):
            yield Odd(Kind.FAKE_IDENTITY, name)


def is_fake(number: str) -> bool:
    """A number that nobody can have: 12 digits (căn cước), 9 (chứng minh nhân dân), 10 or 13 (tax code)."""
    if len(set(number)) == 1 or number.startswith("00000") or number in "01234567890123456789":
        return True
    if len(number) == 12:
        return int(number[:3]) not in _PROVINCE_CODES or number[3] not in _CENTURIES
    return len(number) not in (9, 10, 13)


def _dates(record: Mapping[str, Any], now: datetime) -> Iterator[Odd]:
    for name in (*_MOMENTS, "NgayHenTra"):
        furthest = _FURTHEST * (5 if name == "NgayHenTra" else 1)
        if _impossible(text_of(record.get(name)), now, furthest):
            yield Odd(Kind.IMPOSSIBLE_DATE, name)
    for earlier, later in _ORDERED:
        first, second = _moment(text_of(record.get(earlier))), _moment(text_of(record.get(later)))
        if first and second and second < first:
            yield Odd(Kind.DATES_REVERSED, f"{later} trước {earlier}")


def _impossible(text: str, now: datetime, furthest: timedelta) -> bool:
    if not text:
        return False
    moment = _moment(text)
    return moment is None or not _OLDEST <= moment <= now + furthest


def _moment(text: str) -> datetime | None:
    """yyyyMMddHHmmss, or None; strptime would take an hour for what is needed a million times."""
    if len(text) != 14 or not text.isascii() or not text.isdigit():
        return None
    try:
        year, month, day, hour, minute, second = (int(text[start:end]) for start, end in _PARTS)
        return datetime(year, month, day, hour, minute, second, tzinfo=_ZONE)
    except ValueError:
        return None


_PARTS: Final = ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))


def _lengths(record: Mapping[str, Any], limits: Mapping[str, int]) -> Iterator[Odd]:
    for name, most in limits.items():
        length = len(text_of(record.get(name)))
        if length > most:
            yield Odd(Kind.TOO_LONG, f"{name}: {length} > {most}")
