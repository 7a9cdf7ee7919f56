"""Variants B and C: bare arrays without a session, under the paths of the provinces' own gateways."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from sync import wire
from tests.national.province import MADONVI, Province, Reply, record, step

B = "/api/SynsTTHCC/"
C = "/KetNoiMotCuaQuocGia/"


def deliver(province: Province, path: str, *records: Any) -> Reply:
    body = json.dumps(records, ensure_ascii=False).encode()
    return province.send("POST", path, body, {"Content-Type": "application/json"})


def known(province: Province) -> list[str]:
    return sorted(row[0] for row in province.get(f"/_admin/dossiers?madonvi={MADONVI}")["rows"])


@pytest.mark.parametrize("prefix", wire.PATH_PREFIXES)
def test_b_adds_updates_and_takes_progress_under_every_prefix(province: Province, prefix: str) -> None:
    added = deliver(province, f"{prefix}{B}DongBoHoSoMC?MaDinhDanhDV={MADONVI}&isUpdating=False", record(1))
    update = f"{prefix}{B}DongBoHoSoMC?MaDinhDanhDV={MADONVI}&isUpdating=True"
    updated = deliver(province, update, record(1, TrangThaiHoSo="9"))
    stepped = deliver(province, f"{prefix}{B}CapNhatTienDoHoSoMC?MaDinhDanhDV={MADONVI}", step(1))

    assert [reply.content["error_code"] for reply in (added, updated, stepped)] == ["0", "0", "0"]
    held = province.dossier(record(1)["MaHoSo"])
    assert (held["status"], held["root"], held["progress_rows"]) == ("9", "H49", 1)
    assert [row["service"] for row in province.ledger()] == ["DongBoHoSoMC", "DongBoHoSoMC", "CapNhatTienDoHoSoMC"]


def test_b_reads_its_flag_and_agency_whatever_their_case(start: Callable[..., Province]) -> None:
    strict = start(strict=True)
    deliver(strict, f"{B}DongBoHoSoMC?MaDinhDanhDV=H49&isUpdating=False", record(1))

    again = deliver(strict, f"{B}DongBoHoSoMC?madinhdanhdv=H49&ISUPDATING=true", record(1, TrangThaiHoSo="4"))

    assert again.content["error_code"] == "0"
    assert deliver(strict, f"{B}DongBoHoSoMC?MaDinhDanhDV=H49&isUpdating=0", record(1)).content["error_code"] == "3"


@pytest.mark.parametrize("prefix", wire.PATH_PREFIXES)
def test_c_adds_then_says_that_it_exists_then_updates(province: Province, prefix: str) -> None:
    path = prefix + C
    first = deliver(province, path + "ThemMoiHoSo", record(1))
    second = deliver(province, path + "ThemMoiHoSo", record(1))
    update = deliver(province, path + "CapNhatHoSo", record(1, TrangThaiHoSo="9"))
    progress = deliver(province, path + "DongBoTienTrinh", step(1), step(1, "20220513090000"))

    assert "thành công".encode() in first.body
    assert second.content["error_code"] == "3"
    assert "đã tồn tại".encode() in second.body
    assert "thành công".encode() not in second.body
    assert "thành công".encode() in update.body
    assert "thành công".encode() in progress.body
    assert province.dossier(record(1)["MaHoSo"])["progress_rows"] == 2


def test_the_dossiers_of_c_belong_to_the_agency_in_their_number_else_to_the_first_account(province: Province) -> None:
    codes = ["000.00.16.H49-220512-0001", "H49.22.05-220512-0002", "HS-2022/17", "000.00.01.H22-220512-0004"]

    answer = deliver(province, C + "ThemMoiHoSo", *(record(code) for code in codes)).content

    assert [result["MaHoSo"] for result in answer["result"]] == codes
    assert known(province) == sorted(codes[:3])
    assert province.get("/_admin/digest?madonvi=H22")["dossiers"] == 1


def test_one_bad_record_among_those_of_two_provinces_is_named_and_the_others_are_taken(province: Province) -> None:
    records = [record(1), record("000.00.01.H22-220512-0004"), {"ChuHoSo": "không số"}, record(2)]

    reply = deliver(province, C + "ThemMoiHoSo", *records)

    answer = reply.content
    assert answer["error_code"] == "1"
    assert "(1/4 bản ghi bị từ chối)" in answer["message"]
    assert "thành công".encode() not in reply.body
    assert [result["error_code"] for result in answer["result"]] == ["0", "0", "1", "0"]
    assert len(known(province)) == 2


@pytest.mark.parametrize("path", [B + "DongBoHoSoMC", C + "ThemMoiHoSo"])
@pytest.mark.parametrize(
    "body",
    [
        lambda one: one,
        lambda one: {"data": [one]},
        lambda one: json.dumps([one]),
        lambda one: {"data": json.dumps([one])},
    ],
)
def test_a_record_by_itself_in_an_envelope_or_as_text_is_taken_too(
    province: Province, path: str, body: Callable[[Any], Any]
) -> None:
    reply = province.send("POST", path, json.dumps(body(record(1))).encode(), {})

    assert reply.content["error_code"] == "0"
    assert known(province) == [record(1)["MaHoSo"]]


@pytest.mark.parametrize("path", [B + "DongBoHoSoMC", C + "ThemMoiHoSo", C + "DongBoTienTrinh"])
@pytest.mark.parametrize("body", [b"", b"null", b"7", b"{", b'"x"', b"\xff\xfe[\x00]\x00"])
def test_what_is_no_array_gives_code_1_and_nothing_is_written(province: Province, path: str, body: bytes) -> None:
    reply = province.send("POST", path, body, {})

    assert (reply.status, reply.content["error_code"]) == (200, "1")
    assert known(province) == []


def test_an_empty_array_is_a_success_as_in_variant_a(province: Province) -> None:
    assert deliver(province, C + "ThemMoiHoSo").content["error_code"] == "0"
    assert province.add()["error_code"] == "0"


def inner(province: Province, path: str) -> Any:
    """The national answer, which stands as text within `message`."""
    reply = province.send("GET", path)
    assert reply.status == 200
    assert set(reply.content) == {"message"}
    return json.loads(reply.content["message"])["result"]


def test_the_catalogues_of_c_are_the_national_answer_as_text_within_message(province: Province) -> None:
    [procedure] = inner(province, C + "LayThuTuc?maTTHC=1.004884.000.00.00.H49")

    assert procedure == province.call("LayThuTuc", maTTHC="1.004884")["result"][0]
    assert inner(province, C + "LayDanhSachTTHC") == province.call("LayDanhSachTTHC", path="/mapi/share")["result"]
    assert inner(province, C + "LayDanhMucLinhVuc") == province.call("LayDanhMucLinhVuc", path="/mapi/share")["result"]
    assert inner(province, C + "LayThuTuc?maTTHC=9.999999") == []
    assert inner(province, C + "LayThuTuc?maTTHC=1.0048849") == []
    assert inner(province, C + "LayThuTuc") == []


@pytest.mark.parametrize("agency", ["x" * 6000, "a%00b", "%00"])
@pytest.mark.parametrize("path", [B + "DongBoHoSoMC", B + "CapNhatTienDoHoSoMC", C + "ThemMoiHoSo"])
def test_an_agency_that_cannot_be_one_is_refused_and_the_warnings_stay_readable(
    province: Province, path: str, agency: str
) -> None:
    reply = deliver(province, f"{path}?MaDinhDanhDV={agency}", record(1))

    assert (reply.status, reply.content["error_code"]) == (200, "1")
    assert "mã đơn vị" in reply.content["message"]
    assert province.ledger() == []
    assert province.send("GET", wire.PATH_WARNINGS).status == 200


def test_the_procedures_of_a_decision_are_found_by_the_id_that_a_procedure_names(province: Province) -> None:
    decision = province.call("LayThuTuc", maTTHC="1.004884")["result"][0]["IDQUYETDINHCONGBO"]

    published = inner(province, f"{C}LayQDCB?idQDCB={quote(decision)}")

    assert "1.004884" in {row["MATTHC"] for row in published}
    assert inner(province, C + "LayQDCB?idQDCB=kh%C3%B4ng") == []
    assert inner(province, C + "LayQDCB") == []


def test_the_account_of_a_person_is_found_by_the_gateway_as_by_the_service(province: Province) -> None:
    asked = province.call("TraCuuTechID", mstorcmnd="022085000001")["result"]

    assert inner(province, C + "TraCuuTechID?mstorcmnd=022085000001") == asked != []
    assert inner(province, C + "TraCuuTechID") == []


@pytest.mark.parametrize("name", ["LayDanhMucLoaiThuTuc", "LayDanhMucNhomThuTuc", "LayDanhMucThuTucThuocLoai"])
def test_every_catalogue_of_c_has_rows_with_names(province: Province, name: str) -> None:
    rows = inner(province, C + name)

    assert rows
    assert all(any(key.startswith("TEN") for key in row) for row in rows)


def test_the_journal_notes_who_called_which_service_of_a_gateway(province: Province) -> None:
    deliver(province, f"{B}DongBoHoSoMC?MaDinhDanhDV={MADONVI}&isUpdating=False", record(1), record(2))
    inner(province, C + "LayDanhMucLinhVuc")

    catalogue, delivery = province.get("/_admin/journal")["last"]

    assert (delivery["service"], delivery["agency_code"], delivery["records"]) == ("DongBoHoSoMC", MADONVI, 2)
    assert catalogue["service"] == "LayDanhMucLinhVuc"


@pytest.mark.parametrize("path", [B + "DongBoHoSoMC", C + "ThemMoiHoSo", "/mapi/g", "/TrackingMCDT"])
def test_a_browser_that_asks_for_a_delivering_path_is_told_in_a_sentence(province: Province, path: str) -> None:
    reply = province.send("GET", path)

    assert reply.status == 405
    assert reply.content["message"]


def test_a_fault_for_a_service_meets_it_in_every_variant(province: Province) -> None:
    fault = {"name": "no", "match": {"service": "DongBoHoSoMC"}, "error_status": 503}
    assert province.post(wire.PATH_FAULTS, fault).status == 201

    assert deliver(province, f"{B}DongBoHoSoMC?MaDinhDanhDV=H49", record(1)).status == 503
    assert deliver(province, C + "ThemMoiHoSo", record(1)).status == 200


def test_a_partly_refused_batch_of_c_stays_readable_as_raw_text(province: Province) -> None:
    reject = {"name": "no", "reject_rule": {"error_code": "1", "message": "thiếu trích yếu"}}
    assert province.post(wire.PATH_FAULTS, reject).status == 201

    assert "thiếu trích yếu".encode() in deliver(province, C + "ThemMoiHoSo", record(1)).body


def test_a_refused_batch_of_c_says_success_nowhere_because_its_clients_search_the_raw_text(province: Province) -> None:
    deliver(province, C + "ThemMoiHoSo", record(1))

    partly = deliver(province, C + "DongBoTienTrinh", step(1), step(2))

    assert partly.content["error_code"] == "2"
    assert [result["error_code"] for result in partly.content["result"]] == ["0", "2"]
    assert "thành công".encode() not in partly.body


def test_a_batch_of_c_that_a_fault_refuses_in_part_says_success_nowhere(province: Province) -> None:
    reject = {"match": {"procedure": "9.999999"}, "reject_rule": {"error_code": "17", "message": "không có thủ tục"}}
    assert province.post(wire.PATH_FAULTS, reject).status == 201

    partly = deliver(province, C + "ThemMoiHoSo", record(1), record(2, MaTTHC="9.999999"))

    assert [result["error_code"] for result in partly.content["result"]] == ["0", "17"]
    assert "thành công".encode() not in partly.body


FAIL_FOR_H49 = """
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'no' USING ERRCODE = '22023';
    END $$;
    CREATE TRIGGER fail BEFORE INSERT ON ledger FOR EACH ROW WHEN (NEW.root = 'H49') EXECUTE FUNCTION fail();
"""


@pytest.mark.parametrize("order", [1, -1])
def test_of_a_request_of_several_provinces_all_is_applied_or_nothing(
    province: Province, national_database_url: str, order: int
) -> None:
    with psycopg.connect(national_database_url) as connection:
        connection.execute(FAIL_FOR_H49)
    sent = [record("000.00.16.H22-220512-0001"), record("000.00.16.H49-220512-0001")][::order]

    answer = province.post("/KetNoiMotCuaQuocGia/ThemMoiHoSo", sent).content

    assert answer["error_code"] == "1"
    assert province.ledger() == []
    assert province.get("/_admin/digest")["dossiers"] == 0
