"""Wire records as the store takes them: checked as loosely as the real national side must be, hashed, kept as sent.

Real clients leave fields out, send numbers or null for text and fields of other versions (national-protocol 3.1,
3.5), so only what cannot be stored is refused: a record that is no object, without a number, or nested beyond reason.
"""

from datetime import date
from typing import NamedTuple

import orjson

from sync.national import digest

MAX_CODE = 2000  # characters of MaHoSo; the longest pattern seen in real portals has 40
MAX_STATUS = 2000  # of TrangThaiHoSo and TrangThai: what is none of the ten is kept and warned of
_EXACT = 2**53  # the JSON reader makes whole numbers above 64 bits floating ones, which drop digits


class Invalid(ValueError):
    """A record that cannot be stored; the text is for the sender."""

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(reason)
        self.code = code


class Dossier(NamedTuple):
    """One record of DongBoHoSoMC."""

    key: int
    code: str
    status: str
    received_on: date | None
    record_hash: int
    body: bytes


class Progress(NamedTuple):
    """One row of CapNhatTienDoHoSoMC."""

    key: int
    code: str
    status: str
    happened: int | None
    text_hash: int
    identity: int
    record_hash: int
    body: bytes


def code_of(record: object) -> str:
    """The number of a record, whether or not it can be stored; "" for none."""
    return digest.text_of(record.get("MaHoSo")) if isinstance(record, dict) else ""


def _read_code(record: dict[str, object]) -> str:
    written = record.get("MaHoSo")
    if isinstance(written, float) and abs(written) >= _EXACT:
        raise Invalid("MaHoSo là số quá lớn để giữ mọi chữ số, hãy gửi dưới dạng văn bản", digest.text_of(written))
    code = digest.text_of(written)
    if not code.strip():
        raise Invalid("thiếu MaHoSo")
    if len(code) > MAX_CODE or "\0" in code:
        raise Invalid(f"MaHoSo dài quá {MAX_CODE} ký tự hoặc có ký tự không hợp lệ", code[:MAX_CODE].replace("\0", ""))
    return code


def _status_of(record: dict[str, object], field: str, code: str) -> str:
    status = digest.text_of(record.get(field))
    if len(status) > MAX_STATUS or "\0" in status:
        raise Invalid(f"{field} không hợp lệ", code)
    return status


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:8])
    except ValueError:
        return None


def _second_of(text: str) -> int | None:
    return int(text) if len(text) == 14 and text.isascii() and text.isdigit() else None


def _record_hash(record: dict[str, object], code: str) -> int:
    try:
        return digest.record_hash(record)
    except digest.TooDeep as error:
        raise Invalid(f"dữ liệu lồng nhau quá {digest.MAX_DEPTH} cấp", code) from error


def read_dossier(agency_root: str, record: object) -> Dossier:
    """One item of `data`; raises Invalid."""
    if not isinstance(record, dict):
        raise Invalid("mỗi hồ sơ phải là một đối tượng JSON")
    code = _read_code(record)
    return Dossier(
        key=digest.dossier_key(agency_root, code),
        code=code,
        status=_status_of(record, "TrangThaiHoSo", code),
        received_on=_day_of(digest.text_of(record.get("NgayTiepNhan"))),
        record_hash=_record_hash(record, code),
        body=orjson.dumps(record),
    )


def read_progress(agency_root: str, record: object) -> Progress:
    """One item of `data`; raises Invalid."""
    if not isinstance(record, dict):
        raise Invalid("mỗi dòng tiến độ phải là một đối tượng JSON")
    code = _read_code(record)
    status = _status_of(record, "TrangThai", code)
    second = digest.text_of(record.get("ThoiDiemXuLy"))
    text = digest.text_of(record.get("NoiDungXuLy"))
    return Progress(
        key=digest.dossier_key(agency_root, code),
        code=code,
        status=status,
        happened=_second_of(second),
        text_hash=digest.hash64(text.encode()),
        identity=digest.progress_identity(second, status, text),
        record_hash=_record_hash(record, code),
        body=orjson.dumps(record),
    )
