"""Application → national record, change → progress row (national protocol, 3.1 and 3.3). Pure; fields in its order.

Moments are whole seconds since 1970 (UTC), as the database counts them: a day has some hundred thousand, and to make
and format a `datetime` of each took a quarter of the job's own time.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Final, NamedTuple

from sync import wire

UTC_OFFSET: Final = 7 * 3600  # of Asia/Ho_Chi_Minh since 1975; there is no summer time
BY_CITIZEN: Final = "Công dân"
BY_SYSTEM: Final = "Hệ thống"
POSITIVE_STATUS_ENDS: Final = str(wire.DossierStatus.RESULT_RETURNED)


class DossierRow(NamedTuple):
    """What a dossier record is made of, in the order of `sync.reading`'s query."""

    application: int
    code: str
    status: int
    submitted_at: int
    due_at: int | None
    completed_at: int | None
    ended_at: int | None
    result_by_post: bool
    procedure_code: str
    procedure_name: str
    sector_code: str
    sector_name: str
    agency_name: str
    citizen_kind: int
    citizen_name: str
    citizen_phone: str
    citizen_email: str


class ChangeRow(NamedTuple):
    """What a progress row is made of, in the order of `sync.reading`'s query."""

    application: int
    version: int
    status: int
    at: int
    note: str
    official: str | None
    by_citizen: bool


def dossier(row: DossierRow) -> wire.DossierRecord:
    """One dossier (hồ sơ) of DongBoHoSoMC."""
    status = str(row.status)
    returned = status == POSITIVE_STATUS_ENDS
    return {
        "MaHoSo": row.code,
        "MaTTHC": row.procedure_code,
        "TenTTHC": row.procedure_name,
        "MaLinhVuc": row.sector_code,
        "TenLinhVuc": row.sector_name,
        "ChuHoSo": row.citizen_name,
        "LoaiDoiTuong": str(row.citizen_kind),
        "MaDoiTuong": "",
        "ThongTinKhac": "",
        "Email": row.citizen_email,
        "Fax": row.citizen_phone,
        "SoDienThoai": row.citizen_phone,
        "TrichYeuHoSo": shortened(row.procedure_name, wire.MAX_SUMMARY),
        "NgayTiepNhan": moment(row.submitted_at),
        "NgayHenTra": moment(row.due_at),
        "TrangThaiHoSo": status,
        "NgayTra": moment(row.ended_at) if returned else "",
        "ThongTinTra": "",
        "HinhThuc": wire.RETURN_BY_POST if row.result_by_post else wire.RETURN_IN_PERSON,
        "NgayKetThucXuLy": moment(row.completed_at),
        "DonViXuLy": row.agency_name,
        "DanhSachLePhi": [],
        "DanhSachTepDinhKemKhac": [],
        "DanhSachHoSoBoSung": [],
        "DanhSachGiayToKetQua": [],
        "TaiLieuNop": [],
    }


def progress(code: str, row: ChangeRow) -> wire.ProgressRecord:
    """One step (tiến độ xử lý) of CapNhatTienDoHoSoMC."""
    return {
        "MaHoSo": code,
        "NguoiXuLy": shortened(handler(row), wire.MAX_HANDLER),
        "ChucDanh": "",
        "ThoiDiemXuLy": moment(row.at),
        "PhongBanXuLy": "",
        "NoiDungXuLy": progress_text(row.status, row.note),
        "TrangThai": str(row.status),
        "NgayBatDau": "",
        "NgayKetThucTheoQuyDinh": "",
    }


def moment(second: int | None) -> str:
    """yyyyMMddHHmmss in Asia/Ho_Chi_Minh; "" when unknown."""
    if second is None:
        return ""
    day, rest = divmod(second + UTC_OFFSET, 86400)
    return _day(day) + _MINUTES[rest // 60] + _SIXTY[rest % 60]


@cache
def _day(number: int) -> str:
    """The day with this number since 1970; a run meets a few thousand."""
    day = date(1970, 1, 1) + timedelta(days=number)
    return f"{day.year:04}{day.month:02}{day.day:02}"


_SIXTY: Final = [f"{number:02}" for number in range(60)]
_MINUTES: Final = [f"{hour:02}{minute}" for hour in range(24) for minute in _SIXTY]


def progress_text(status: int, note: str) -> str:
    """NoiDungXuLy: the status's official name, with the note behind it, as real portals write it."""
    label = LABELS[status]
    return f"{label}-{note}" if note else label


def handler(row: ChangeRow) -> str:
    """NguoiXuLy: the official's name; a citizen's name is nobody's business in a progress row."""
    return row.official or (BY_CITIZEN if row.by_citizen else BY_SYSTEM)


def shortened(text: str, longest: int) -> str:
    """At most `longest` characters; a cut text ends in three dots."""
    return text if len(text) <= longest else text[: longest - 3] + "..."


LABELS: Final[Mapping[int, str]] = {int(status): label for status, label in wire.STATUS_LABELS.items()}
