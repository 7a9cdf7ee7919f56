"""Requests as real provincial clients send them, byte for byte over a socket (national-protocol 1.2, 1.5, 2.7, 3.5)."""

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from sync.national.digest import bucket, dossier_key
from sync.national.faults.bugs import hits
from tests.national.fault_client import set_fault, set_profile
from tests.national.province import MADONVI, PASSWORD, USERNAME, Province, record, step

FORWARD = "/XrdAdapter/RestService/forward"
OPENCPS = (  # Java's HttpURLConnection
    "Accept: application/json\r\nContent-Type: application/json\r\nCharset: utf-8\r\n"
    "dstcode: VN:GOV:000.00.00.G22:vpcpdvcprovider\r\nUser-Agent: Java/1.8.0_292\r\nConnection: keep-alive\r\n"
)
RESTSHARP = (  # Hà Giang's gateway client
    "Accept: application/json, text/json, text/x-json, text/javascript, application/xml, text/xml\r\n"
    "User-Agent: RestSharp/106.11.7.0\r\nContent-Type: application/json\r\nAccept-Encoding: gzip, deflate\r\n"
    "Connection: Keep-Alive\r\n"
)
DOTNET = (  # Thanh Hóa's HttpClient
    "Accept: application/json\r\nContent-Type: application/json; charset=utf-8\r\nExpect: 100-continue\r\n"
)
AXIOS = (  # Cà Mau
    "Accept: application/json, text/plain, */*\r\nContent-Type: application/json\r\nUser-Agent: axios/0.21.1\r\n"
    "Connection: close\r\n"
)


@dataclass
class Heard:
    """An answer as bytes."""

    status: int
    headers: str
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)


def say(
    province: Province, path: str, headers: str, body: bytes, *, version: str = "1.1", chunked: bool = False
) -> Heard:
    """Send exactly this, read one answer."""
    host, port = urlsplit(province.url).hostname, urlsplit(province.url).port
    size = "Transfer-Encoding: chunked\r\n" if chunked else f"Content-Length: {len(body)}\r\n"
    sent = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked else body
    with socket.create_connection((host, port), timeout=20) as line, line.makefile("rb") as answer:
        line.sendall(f"POST {path} HTTP/{version}\r\nHost: {host}:{port}\r\n{headers}{size}\r\n".encode() + sent)
        status = int(answer.readline().split()[1])
        if status == 100:
            assert answer.readline() == b"\r\n"
            status = int(answer.readline().split()[1])
        lines = b"".join(iter(answer.readline, b"\r\n")).decode()
        length = next(
            (line.split(":")[1] for line in lines.splitlines() if line.lower().startswith("content-length")), "0"
        )
        return Heard(status, lines, answer.read(int(length)))


def encoded(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def session(province: Province, headers: str = OPENCPS, path: str = "/mapi/login") -> str:
    answer = say(province, path, headers, encoded({"username": USERNAME, "password": PASSWORD})).content
    assert answer["error_code"] == "0"
    return str(answer["session"])


def envelope(token: str, service: str, **fields: Any) -> bytes:
    return encoded(
        {"data": fields.pop("data", None), "session": token, "madonvi": MADONVI, "service": service, **fields}
    )


def held(province: Province) -> list[str]:
    return sorted(row[0] for row in province.get("/_admin/dossiers")["rows"])


def test_a_run_of_opencps_for_one_dossier(province: Province) -> None:
    """Log in, look up, fetch the procedure, add, report progress: what its scheduler does (2.2)."""
    token = session(province)
    code = record(1)["MaHoSo"]

    def call(service: str, path: str = "/mapi/g", **fields: Any) -> Heard:
        return say(province, path, OPENCPS, envelope(token, service, **fields))

    assert call("TraCuuHoSo", mahoso=code).content["result"] == []
    procedure = call("LayThuTuc", maTTHC="1.004884").content["result"][0]
    assert procedure["LINHVUCTHUCHIEN"][0]["MALINHVUC"]
    added = call("DongBoHoSoMC", isUpdating="False", data=[record(1, TenTTHC=procedure["TENTTHC"])])
    stepped = call("CapNhatTienDoHoSoMC", data=[step(1)])

    assert added.content["error_code"] == stepped.content["error_code"] == "0"
    assert added.body.isascii()
    assert stepped.body.isascii()
    assert len(call("TraCuuHoSo", mahoso=code).content["result"]) == 1


def test_a_client_with_the_address_of_the_adapter_and_the_target_in_the_query(province: Province) -> None:
    target = "?dstcode=VN:GOV:000.00.00.G22:vpcpdvcprovider&providerurl=http://10.0.0.1/"
    token = session(province, AXIOS, f"{FORWARD}/mapi/login{target}")

    answer = say(province, f"{FORWARD}/mapi/g{target}", AXIOS, envelope(token, "TraCuuHoSo", mahoso="x"))

    assert answer.content["error_code"] == "0"
    assert "connection: close" in answer.headers.lower()


def test_ha_giang_adds_and_updates_within_milliseconds_by_its_own_folder(province: Province) -> None:
    minimal = {name: record(1)[name] for name in ("MaHoSo", "MaTTHC", "TenTTHC", "ChuHoSo", "NgayTiepNhan")}
    path = f"/test/api/SynsTTHCC/DongBoHoSoMC?MaDinhDanhDV={MADONVI}&isUpdating="

    answers = [
        say(province, path + flag, RESTSHARP, encoded([{**minimal, "TrangThaiHoSo": status, "SoBienNhan": ""}]))
        for flag, status in (("False", "1"), ("True", "2"))
    ]

    assert [answer.content["error_code"] for answer in answers] == ["0", "0"]
    assert province.dossier(record(1)["MaHoSo"])["status"] == "2"


@pytest.mark.parametrize("chunked", [False, True])
def test_thanh_hoa_searches_raw_text_and_turns_an_add_into_an_update(province: Province, chunked: bool) -> None:
    body = encoded([record(1, MaDoiTuong=None, NgayHenTra=None, DSKetNoiCSDL=[{"MaCSDL": "7"}])])

    def send(name: str) -> str:
        return say(province, f"/KetNoiMotCuaQuocGia/{name}", DOTNET, body, chunked=chunked).body.decode()

    assert "thành công" in send("ThemMoiHoSo")
    assert "đã tồn tại" in send("ThemMoiHoSo")
    assert "thành công" in send("CapNhatHoSo")


def test_emc_of_opencps_gets_its_204(province: Province) -> None:
    form = "codeProfile=1&siteId=101&codeTTHC=1.004884&nameTTHC=Đăng ký & cấp&status=1&level=3".encode()
    answer = say(province, "/TrackingMCDT", "Content-Type: application/x-www-form-urlencoded\r\n", form)

    assert (answer.status, answer.body) == (204, b"")


@pytest.mark.parametrize(
    "path",
    ["//mapi/g", "/mapi/g/", "/MAPI/G", "/mapi//g", f"{FORWARD}//mapi/g", "/VXPAdapter/RestService/forward/mapi/g/"],
)
def test_an_address_that_was_joined_without_thought_is_understood(province: Province, path: str) -> None:
    answer = say(province, path, OPENCPS, envelope(session(province), "TraCuuHoSo", mahoso="x"))

    assert answer.content["error_code"] == "0"


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/json;charset=ISO-8859-1", "application/x-www-form-urlencoded"]
)
def test_the_body_is_utf_8_whatever_its_type_says(province: Province, content_type: str) -> None:
    headers = f"Content-Type: {content_type}\r\n" if content_type else ""
    token = session(province, headers)

    body = b"\xef\xbb\xbf" + envelope(token, "DongBoHoSoMC", isUpdating="False", data=[record(1, ChuHoSo="Đỗ Thị Ứng")])

    assert say(province, "/mapi/g", headers, body).content["error_code"] == "0"
    assert province.dossier(record(1)["MaHoSo"])["record"]["ChuHoSo"] == "Đỗ Thị Ứng"


def test_an_old_client_that_speaks_http_1_0_gets_its_answer(province: Province) -> None:
    answer = say(province, "/mapi/login", OPENCPS, encoded({"username": USERNAME, "password": PASSWORD}), version="1.0")

    assert answer.content["error_code"] == "0"


@pytest.mark.parametrize("flag", [True, "True", "true", "TRUE", 1, "1"])
def test_every_way_of_writing_true_is_an_update(start: Callable[..., Province], flag: object) -> None:
    strict = start(strict=True)
    token = session(strict)
    say(strict, "/mapi/g", OPENCPS, envelope(token, "DongBoHoSoMC", isUpdating="False", data=[record(1)]))

    update = envelope(token, "DongBoHoSoMC", isUpdating=flag, data=[record(1, TrangThaiHoSo="4")])

    assert say(strict, "/mapi/g", OPENCPS, update).content["error_code"] == "0"


def test_leaves_may_be_numbers_booleans_null_or_absent_and_unknown_ones_are_kept(province: Province) -> None:
    token = session(province)
    loose = {"MaHoSo": "HS-1", "TrangThaiHoSo": 2, "LoaiDoiTuong": None, "HoSoCoThanhPhanSoHoa": True, "MoiNhat": 1.5}

    answer = say(province, "/mapi/g", OPENCPS, envelope(token, "DongBoHoSoMC", data=[loose]))

    assert answer.content["error_code"] == "0"
    assert province.dossier("HS-1")["record"] == loose
    assert province.dossier("HS-1")["status"] == "2"


def test_a_client_whose_paths_are_others_is_answered_where_it_expects_it(start: Callable[..., Province]) -> None:
    province = start(aliases=(("/bndp/public/v1/login", "/mapi/login"), ("/bndp/public/v1/data", "/mapi/g")))

    token = session(province, path=f"{FORWARD}/bndp/public/v1/login")

    answer = say(province, "/bndp/public/v1/data", OPENCPS, envelope(token, "TraCuuHoSo", mahoso="x"))
    assert answer.content["error_code"] == "0"


ELSEWHERE = (
    ("/bndp/public/v1/data", "/mapi/g"),
    ("/MotCua/LayDanhSachTTHC", "/KetNoiMotCuaQuocGia/LayDanhSachTTHC"),
    ("/MotCua/Them", "/KetNoiMotCuaQuocGia/ThemMoiHoSo"),
)


def test_a_catalogue_at_a_path_of_the_clients_own_is_answered_and_journalled(start: Callable[..., Province]) -> None:
    province = start(aliases=ELSEWHERE)

    reply = province.send("GET", "/MotCua/LayDanhSachTTHC", headers={"Authorization": "Bearer x"})

    assert (reply.status, list(reply.content)) == (200, ["message"])
    [noted] = province.get("/_admin/journal")["last"]
    assert (noted["service"], noted["path"]) == ("LayDanhSachTTHC", "/MotCua/LayDanhSachTTHC")


@pytest.mark.parametrize("match", [{"service": "DongBoHoSoMC"}, {"path": "/mapi/*"}, {"path": "/bndp/*"}, {}])
def test_faults_meet_a_request_at_a_path_of_the_clients_own(
    start: Callable[..., Province], match: dict[str, str]
) -> None:
    province = start(aliases=ELSEWHERE)
    body = {"session": session(province), "madonvi": MADONVI, "service": "DongBoHoSoMC", "data": [record(1)]}
    set_fault(province, name="no", match=match, error_status=503)

    assert province.post("/bndp/public/v1/data", body).status == 503
    assert province.get("/_admin/journal")["last"][0]["fault"] == "no"


def test_bugs_and_a_profile_hold_at_a_path_of_the_clients_own(start: Callable[..., Province]) -> None:
    province = start(aliases=ELSEWHERE, bugs=("lose",))
    lost = next(number for number in range(1200) if hits(record(number)["MaHoSo"]))

    assert province.post("/MotCua/Them", [record(lost)]).content["error_code"] == "0"
    assert held(province) == []

    set_profile(province, "poison")
    poisoned = next(number for number in range(99_999) if bucket(dossier_key("H49", record(number)["MaHoSo"])) <= 3)
    body = {"session": session(province), "service": "DongBoHoSoMC", "data": [record(poisoned)]}
    assert province.post("/bndp/public/v1/data", body).status == 500
