"""Words of the national protocol (giao thức với Hệ thống giám sát quốc gia): the VPCP service envelope, variant A.

Variants B and C are gateways within a province; they take the same records by other paths.

Names, codes and formats only; no behaviour. The client and the mock national system share nothing but this file, so an
error in the client's encoder cannot hide in a function that both of them use. Fields stand in the protocol's order.
What no source says and we settled ourselves is marked "ours".
"""

from enum import StrEnum
from typing import Final, NotRequired, TypedDict

DATE_FORMAT: Final = "%Y%m%d%H%M%S"  # yyyyMMddHHmmss, whole seconds; unknown is ""
TIME_ZONE: Final = "Asia/Ho_Chi_Minh"

# --- HTTP ------------------------------------------------------------------------------------------------------------
PATH_LOGIN: Final = "/mapi/login"
PATH_INTEGRATION: Final = "/mapi/g"
PATH_SHARE: Final = "/mapi/share"
PATH_PREFIXES: Final = ("", "/XrdAdapter/RestService/forward", "/VXPAdapter/RestService/forward")
PATH_METHODS: Final = "/api/SynsTTHCC/"  # variant B: the service's name follows
PATH_GATEWAY: Final = "/KetNoiMotCuaQuocGia/"  # variant C: one of the names below follows
ADD_DOSSIERS: Final = "ThemMoiHoSo"
UPDATE_DOSSIERS: Final = "CapNhatHoSo"
SYNC_PROGRESS: Final = "DongBoTienTrinh"
GATEWAY_DELIVERIES: Final = (ADD_DOSSIERS, UPDATE_DOSSIERS, SYNC_PROGRESS)
GATEWAY_CATALOGUES: Final = (
    "LayDanhSachTTHC", "LayThuTuc", "LayQDCB", "LayDanhMucLinhVuc", "LayDanhMucLoaiThuTuc", "LayDanhMucNhomThuTuc",
    "LayDanhMucThuTucThuocLoai", "TraCuuTechID",
)  # fmt: skip
PATH_SEARCH: Final = "/web/guest/search/call"  # the province's own, for the national side's look-up (2.6)
SEARCH_CODE: Final = "masohoso"
QUERY_AGENCY: Final = "MaDinhDanhDV"  # variant B: madonvi
PATHS_MONITORING: Final = ("/tracking", "/TrackingMCDT")  # EMC: pages seen, dossier events
HEADER_DSTCODE: Final = "dstcode"  # the target service on the exchange axis (Trục liên thông); header or query
REQUEST_HEADERS: Final = {"Accept": "application/json", "Content-Type": "application/json", "Charset": "utf-8"}
READ_TIMEOUT_SECONDS: Final = 6  # what real clients of 2021 wait for an answer

# --- the envelope ----------------------------------------------------------------------------------------------------
USERNAME: Final = "username"
PASSWORD: Final = "password"  # noqa: S105 - the name of the field
SESSION: Final = "session"
MADONVI: Final = "madonvi"  # agency code of the sender
SERVICE: Final = "service"
DATA: Final = "data"
IS_UPDATING: Final = "isUpdating"
ADDING: Final = "False"  # isUpdating of a dossier the national side does not know yet
UPDATING: Final = "True"
MAHOSO: Final = "mahoso"  # dossier number asked for by TraCuuHoSo
MATTHC: Final = "maTTHC"  # procedure code asked for by LayThuTuc
ERROR_CODE: Final = "error_code"
MESSAGE: Final = "message"
RESULT: Final = "result"


class Service(StrEnum):
    """What a call asks for. The first four go to the integration path, the lists to the share path."""

    LOOK_UP_PROCEDURE = "LayThuTuc"
    LOOK_UP_DOSSIER = "TraCuuHoSo"
    SYNC_DOSSIERS = "DongBoHoSoMC"
    UPDATE_PROGRESS = "CapNhatTienDoHoSoMC"
    LIST_PROCEDURES = "LayDanhSachTTHC"
    LIST_SECTORS = "LayDanhMucLinhVuc"
    LIST_AGENCIES = "LayDanhMucCoQuan"
    SYNC_STATUS = "DongBoTrangThaiHoSo"
    LIST_ONLINE_SERVICES = "LayDVC"
    LIST_CITIZENS_QUESTIONS = "LayDanhSachHoiDapGuiTuDVCQG"
    LIST_AGENCIES_QUESTIONS = "LayDanhSachHoiDapBoCoQuan"
    LIST_ANSWERS = "LayNoiDungTraLoiTheoCauHoi"
    SYNC_QUESTIONS = "DongBoHoiDap"
    SYNC_ANSWERS = "DongBoKetQuaHoiDapGuiTuDVCQG"
    SYNC_RATINGS = "DongBoDanhGia"
    LOOK_UP_PERSON = "TraCuuTechID"


class ErrorCode(StrEnum):
    """Always numeric text: real clients read text that is not a number as 0, that is success. Ours, except 0."""

    SUCCESS = "0"
    SYSTEM_ERROR = "-1"
    INVALID_DATA = "1"
    UNKNOWN_DOSSIER = "2"
    DOSSIER_EXISTS = "3"
    SESSION_EXPIRED = "4"
    NOT_ALLOWED = "5"  # also the answer to a wrong password
    UNKNOWN_SERVICE = "6"


# Real clients look for "thành công", "đã tồn tại" and "không tồn tại" in the text.
MESSAGES: Final[dict[ErrorCode, str]] = {
    ErrorCode.SUCCESS: "Thực hiện thành công",
    ErrorCode.SYSTEM_ERROR: "Lỗi hệ thống",
    ErrorCode.INVALID_DATA: "Dữ liệu không hợp lệ",
    ErrorCode.UNKNOWN_DOSSIER: "Hồ sơ không tồn tại",
    ErrorCode.DOSSIER_EXISTS: "Hồ sơ đã tồn tại",
    ErrorCode.SESSION_EXPIRED: "Phiên làm việc không hợp lệ hoặc đã hết hạn",
    ErrorCode.NOT_ALLOWED: "Đơn vị không có quyền",
    ErrorCode.UNKNOWN_SERVICE: "Dịch vụ không được hỗ trợ",
}

# Ours: each item of `result` says what the national side did with the record. Real national answers lack it.
EFFECT: Final = "ketqua"
APPLIED: Final = "applied"  # it changed something there
ABSORBED: Final = "absorbed"  # it was known already, nothing changed


class RecordResult(TypedDict):
    """Answer for one record or progress row, in the order in which they were sent (ours)."""

    MaHoSo: str
    error_code: str
    message: str
    ketqua: NotRequired[str]  # only with error_code 0


# --- statuses --------------------------------------------------------------------------------------------------------
class DossierStatus(StrEnum):
    """TrangThaiHoSo of a dossier, TrangThai of a progress row."""

    REGISTERED = "1"
    ACCEPTED = "2"
    REFUSED = "3"
    PROCESSING = "4"
    SUPPLEMENT_REQUESTED = "5"
    PAYMENT_REQUESTED = "6"
    WITHDRAWN = "7"
    STOPPED = "8"
    COMPLETED = "9"
    RESULT_RETURNED = "10"


STATUS_LABELS: Final[dict[DossierStatus, str]] = {
    DossierStatus.REGISTERED: "Mới đăng ký",
    DossierStatus.ACCEPTED: "Được tiếp nhận",
    DossierStatus.REFUSED: "Không được tiếp nhận",
    DossierStatus.PROCESSING: "Đang xử lý",
    DossierStatus.SUPPLEMENT_REQUESTED: "Yêu cầu bổ sung giấy tờ",
    DossierStatus.PAYMENT_REQUESTED: "Yêu cầu thực hiện nghĩa vụ tài chính",
    DossierStatus.WITHDRAWN: "Công dân yêu cầu rút hồ sơ",
    DossierStatus.STOPPED: "Dừng xử lý",
    DossierStatus.COMPLETED: "Đã xử lý xong",
    DossierStatus.RESULT_RETURNED: "Đã trả kết quả",
}

# --- records ---------------------------------------------------------------------------------------------------------
TRUE: Final = "True"  # booleans inside records are text
FALSE: Final = "False"
APPLICANT_CITIZEN: Final = "1"  # LoaiDoiTuong
APPLICANT_BUSINESS: Final = "2"
APPLICANT_STATE_AGENCY: Final = "3"
APPLICANT_ORGANISATION: Final = "4"
RETURN_IN_PERSON: Final = "0"  # HinhThuc
RETURN_BY_POST: Final = "1"
CHANNEL_DIRECT: Final = "1"  # KenhThucHien
CHANNEL_ONLINE: Final = "2"
CHANNEL_POST: Final = "3"

MAX_SUMMARY: Final = 1000  # TrichYeuHoSo
MAX_NOTE: Final = 2000  # GhiChu
MAX_HANDLER: Final = 50  # NguoiXuLy
MAX_FILE_NAME: Final = 4000  # TenTepDinhKem
MAX_PAPER_NAME: Final = 2000  # TenGiayTo

# A file's URL carries a time stamp that changes at every push; a file is known by its id.
URL_FIELDS: Final = ("DuongDanTaiTepTin", "DuongDanTepTinKetQua")


class SubmittedFile(TypedDict):
    """Item of TaiLieuNop."""

    TepDinhKemId: str
    TenTepDinhKem: str
    IsDeleted: str
    MaThanhPhanHoSo: str
    DuongDanTaiTepTin: str
    DuocSoHoa: NotRequired[str]


class ResultPaper(TypedDict):
    """Item of DanhSachGiayToKetQua."""

    TenGiayTo: str
    MaThanhPhanHoSo: str
    GiayToId: str
    DuongDanTepTinKetQua: str
    MaGiayToKetQua: NotRequired[str]


class Fee(TypedDict):
    """Item of DanhSachLePhi."""

    TenPhiLePhi: str
    MaPhiLePhi: str  # "1" phí, "2" lệ phí
    HinhThucThu: str
    Gia: str
    LoaiPhiLePhi: str


class OtherAttachment(TypedDict):
    """Item of DanhSachTepDinhKemKhac."""

    TenGiayTo: str
    SoLuong: str
    LoaiGiayTo: str


class Supplement(TypedDict):
    """Item of DanhSachHoSoBoSung."""

    HoSoBoSungId: str
    NguoiYeuCauBoSung: str
    NoiDungBoSung: str
    NgayBoSung: str
    NguoiTiepNhanBoSung: str
    ThongTinTiepNhan: str
    NgayTiepNhanBoSung: str
    TrangThaiBoSung: str
    NgayHenTraTruoc: str
    NgayHenTraMoi: str


class DossierRecord(TypedDict):
    """One dossier (hồ sơ) of DongBoHoSoMC. Every leaf is text; a date is DATE_FORMAT or ""."""

    MaHoSo: str
    MaTTHC: str
    TenTTHC: str
    MaLinhVuc: str
    TenLinhVuc: str
    SoBienNhan: NotRequired[str]
    ChuHoSo: str
    LoaiDoiTuong: str
    MaDoiTuong: str
    ThongTinKhac: str
    Email: str
    Fax: str
    SoDienThoai: str
    TrichYeuHoSo: str
    NgayTiepNhan: str
    NgayHenTra: str
    TrangThaiHoSo: str
    NgayTra: str
    ThongTinTra: str
    HinhThuc: str
    NgayKetThucXuLy: str
    DonViXuLy: str
    GhiChu: NotRequired[str]
    TaiLieuNop: NotRequired[list[SubmittedFile]]
    DanhSachLePhi: list[Fee]
    DanhSachTepDinhKemKhac: list[OtherAttachment]
    DanhSachHoSoBoSung: list[Supplement]
    DanhSachGiayToKetQua: list[ResultPaper]
    KenhThucHien: NotRequired[str]  # from here on: fields of the later version, accepted, never required
    NgayNopHoSo: NotRequired[str]
    NgayTuChoi: NotRequired[str]
    HoSoCoThanhPhanSoHoa: NotRequired[str]
    TaiKhoanDuocXacThucVoiVNeID: NotRequired[str]
    DuocThanhToanTrucTuyen: NotRequired[str]


class ProgressRecord(TypedDict):
    """One step (tiến độ) of CapNhatTienDoHoSoMC; known by (MaHoSo, ThoiDiemXuLy, TrangThai, NoiDungXuLy) (ours)."""

    MaHoSo: str
    NguoiXuLy: str
    ChucDanh: str
    ThoiDiemXuLy: str
    PhongBanXuLy: str
    NoiDungXuLy: str
    TrangThai: str
    NgayBatDau: str
    NgayKetThucTheoQuyDinh: str


# --- reconciliation and evidence (ours; loopback) --------------------------------------------------------------------
PATH_HEALTH: Final = "/health"
PATH_DIGEST: Final = "/_admin/digest"
PATH_DIGEST_BUCKETS: Final = "/_admin/digest/buckets"
PATH_DOSSIERS: Final = "/_admin/dossiers"
PATH_LEDGER: Final = "/_admin/ledger"
PATH_STATS: Final = "/_admin/stats"
PATH_JOURNAL: Final = "/_admin/journal"
PATH_RESET: Final = "/_admin/reset"
DIGEST_BUCKETS: Final = 4096
LEDGER_RECORD: Final = "record"  # kind of a ledger row: a dossier record was applied
LEDGER_PROGRESS: Final = "progress"  # a progress row was applied
PATH_FAULTS: Final = "/_admin/faults"
PATH_PROFILE: Final = "/_admin/profile"
PATH_PROFILES: Final = "/_admin/profiles"
PATH_BUGS: Final = "/_admin/bugs"
PATH_CLOCK: Final = "/_admin/clock"
LEDGER_RESTORED: Final = "restored"  # a backup came back: record_hash is the last seq still true
LEDGER_FORGOT: Final = "forgot"  # the identities of progress rows were forgotten: rows known before are applied again
PATH_MUST_SYNC: Final = "/_admin/must-sync"  # how many dossiers of each day the province says there are
PATH_MONITORING: Final = "/_admin/monitoring"  # what EMC was told
PATH_NOTICES: Final = "/_admin/notices"  # what provinces told besides dossiers: statuses of notices, answers, ratings
PATH_RECEIVED: Final = "/_admin/received"  # by province and day, with indicator 1.4
PATH_WARNINGS: Final = "/_admin/warnings"
PATH_METRICS: Final = "/metrics"
