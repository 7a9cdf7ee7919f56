"""A province as the mock meets it: plain blocking HTTP, so that a test reads as what was sent and what came back."""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

USERNAME = "quangninh"
PASSWORD = "mật:khẩu"
MADONVI = "000.00.00.H49"
HEADERS = {"Accept": "application/json", "Content-Type": "application/json", "Charset": "utf-8", "dstcode": "VN:GOV:X"}


@dataclass
class Reply:
    """An answer as it stood on the wire."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def content(self) -> Any:
        return json.loads(self.body)


def record(number: int | str = 1, **fields: Any) -> dict[str, Any]:
    """The smallest complete dossier of national-protocol 9."""
    code = f"000.00.16.H49-220512-{number:04d}" if isinstance(number, int) else number
    return {
        "MaHoSo": code,
        "MaTTHC": "1.004884",
        "TenTTHC": "Đăng ký khai sinh",
        "MaLinhVuc": "G15-HT01",
        "TenLinhVuc": "Hộ tịch",
        "ChuHoSo": "Nguyễn Văn An",
        "LoaiDoiTuong": "1",
        "MaDoiTuong": "",
        "NgayTiepNhan": "20220512083015",
        "NgayHenTra": "20220519170000",
        "TrangThaiHoSo": "2",
        "HinhThuc": "0",
        "DonViXuLy": "UBND phường Bạch Đằng",
        "DanhSachLePhi": [],
        "TaiLieuNop": [],
        **fields,
    }


def step(number: int | str = 1, second: str = "20220512083015", status: str = "2", **fields: Any) -> dict[str, Any]:
    """A progress row."""
    return {
        "MaHoSo": record(number)["MaHoSo"],
        "NguoiXuLy": "Trần Thị Bình",
        "ThoiDiemXuLy": second,
        "NoiDungXuLy": "Tiếp nhận hồ sơ",
        "TrangThai": status,
        **fields,
    }


@dataclass
class Province:
    """One client. Signs in when it first needs a session, as real clients do."""

    url: str
    madonvi: str = MADONVI
    username: str = USERNAME
    password: str = PASSWORD
    session: str = field(default="", repr=False)

    def send(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Reply:
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
        try:
            connection.request(method, path, body, HEADERS if headers is None else headers)
            response = connection.getresponse()
            return Reply(response.status, response.read(), {k.lower(): v for k, v in response.getheaders()})
        finally:
            connection.close()

    def get(self, path: str) -> Any:
        reply = self.send("GET", path)
        assert reply.status == 200, reply.body
        return reply.content

    def post(self, path: str, content: object) -> Reply:
        return self.send("POST", path, json.dumps(content, ensure_ascii=False).encode())

    def sign_in(self) -> str:
        reply = self.post("/mapi/login", {"username": self.username, "password": self.password})
        self.session = reply.content["session"]
        return self.session

    def call(self, service: object, path: str = "/mapi/g", **fields: Any) -> Any:
        session = self.session or self.sign_in()
        envelope = {"session": session, "madonvi": self.madonvi, "service": service, **fields}
        reply = self.post(path, envelope)
        assert reply.status == 200, reply.body
        return reply.content

    def add(self, *records: Any) -> Any:
        return self.call("DongBoHoSoMC", isUpdating="False", data=list(records))

    def update(self, *records: Any) -> Any:
        return self.call("DongBoHoSoMC", isUpdating="True", data=list(records))

    def progress(self, *rows: Any) -> Any:
        return self.call("CapNhatTienDoHoSoMC", data=list(rows))

    def effects(self, answer: Any) -> list[str]:
        """What became of each record: applied, absorbed, or the error code."""
        return [item.get("ketqua", item["error_code"]) for item in answer["result"]]

    def ledger(self) -> list[dict[str, Any]]:
        page = self.get("/_admin/ledger?limit=100000")
        return [dict(zip(page["columns"], row, strict=True)) for row in page["rows"]]

    def dossier(self, code: str) -> Any:
        return self.get(f"/_admin/dossiers/{quote(code)}?madonvi={self.madonvi}")
