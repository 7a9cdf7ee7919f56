"""What one request, one fault or one bug may make the national side keep."""

import json
from collections.abc import Callable

import psycopg
import pytest

from sync import wire
from sync.national.answers import MOST_RECORDS
from sync.national.faults.bugs import LONGEST_HELD, MOST_HELD, HeldBack
from tests.national.fault_client import admin, envelope, set_fault
from tests.national.province import MADONVI, Province, record, step
from tests.national.test_faults_bugs import EARLY, HIT, LATE
from tests.national.waiting import until

MANY = [5] * (MOST_RECORDS + 1)
B = f"{wire.PATH_METHODS}DongBoHoSoMC?MaDinhDanhDV={MADONVI}&isUpdating=False"


@pytest.mark.parametrize("path", [B, "/KetNoiMotCuaQuocGia/ThemMoiHoSo", "/KetNoiMotCuaQuocGia/DongBoTienTrinh"])
@pytest.mark.parametrize("form", [lambda many: many, lambda many: {"data": many}, json.dumps])
def test_a_gateway_takes_no_more_records_than_its_answer_can_hold(
    province: Province, path: str, form: Callable[[object], object]
) -> None:
    set_fault(province, match={"hash_range": [0, 4095]}, reject_rule={"error_code": "1", "message": "x"})

    answer = province.post(path, form(MANY)).content

    assert (answer["error_code"], answer["result"]) == ("1", [])
    assert str(MOST_RECORDS) in answer["message"]


@pytest.mark.parametrize(
    "service", ["DongBoHoSoMC", "CapNhatTienDoHoSoMC", "DongBoDanhGia", "DongBoHoiDap", "DongBoKetQuaHoiDapGuiTuDVCQG"]
)
def test_a_service_takes_no_more_records_than_its_answer_can_hold(province: Province, service: str) -> None:
    answer = province.call(service, data=MANY)

    assert (answer["error_code"], answer["result"]) == ("1", [])
    assert str(MOST_RECORDS) in answer["message"]


def adding(province: Province, number: int) -> bytes:
    return json.dumps(envelope(province, "DongBoHoSoMC", isUpdating="False", data=[record(number)])).encode()


@pytest.mark.parametrize(("bound", "most"), [("MOST_WAITING", 2), ("MOST_BYTES", 1500)])
def test_what_does_not_fit_among_the_waiting_is_an_outage_in_the_journal(
    province: Province, monkeypatch: pytest.MonkeyPatch, bound: str, most: int
) -> None:
    monkeypatch.setattr(f"sync.national.faults.later.{bound}", most)
    set_fault(province, name="slow", delayed_apply={"seconds": 0.5}, match={"service": "DongBoHoSoMC"})

    statuses = [province.send("POST", "/mapi/g", adding(province, number)).status for number in range(3)]

    assert statuses == [202, 202, 503]
    assert province.get(f"{wire.PATH_JOURNAL}?http_status=503&fault=slow")["found"] == 1
    until(lambda: province.send("POST", "/mapi/g", adding(province, 4)).status == 202)


def test_what_was_accepted_and_cannot_be_done_is_said_with_its_dossier(
    province: Province, national_database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    set_fault(province, delayed_apply={"seconds": 0.2}, match={"service": "DongBoHoSoMC"})
    assert province.send("POST", "/mapi/g", adding(province, 1)).status == 202

    with psycopg.connect(national_database_url) as connection:
        connection.execute("ALTER TABLE dossier RENAME TO hidden")

    until(lambda: f"Accepted and lost: DongBoHoSoMC {record(1)['MaHoSo']}" in caplog.text)
    assert "Traceback" not in caplog.text


def test_rows_that_a_bug_holds_back_are_few_and_short() -> None:
    held = HeldBack()

    assert not held.hold("long", {"NoiDungXuLy": "a" * LONGEST_HELD})
    assert all(held.hold(str(number), {"number": number}) for number in range(MOST_HELD))
    assert not held.hold("more", {})

    assert [held.release(code) for code in ("7", "7", "more")] == [{"number": 7}, None, None]
    assert held.hold("more", {}) is False


@pytest.mark.parametrize("end", ["switch", "reset"])
def test_rows_that_a_bug_holds_back_are_forgotten_with_it(province: Province, end: str) -> None:
    admin(province, "PUT", wire.PATH_BUGS, {"reorder": True})
    province.add(record(HIT))
    province.progress(step(HIT, EARLY))

    if end == "switch":
        admin(province, "PUT", wire.PATH_BUGS, {"reorder": False})
        admin(province, "PUT", wire.PATH_BUGS, {"reorder": True})
    else:
        admin(province, "POST", wire.PATH_RESET, {})
        province.add(record(HIT))
    province.progress(step(HIT, LATE))
    province.progress(step(HIT, "20220513083015"))

    assert [row["happened"] for row in province.ledger() if row["happened"]] == [20220513083015, int(LATE)]


def test_a_faults_name_with_a_comma_is_counted_once(province: Province) -> None:
    set_fault(province, name="slow, then down", error_status=503, match={"service": "LayThuTuc"})
    province.send("POST", "/mapi/g", json.dumps(envelope(province, "LayThuTuc")).encode())

    lines = province.send("GET", wire.PATH_METRICS).body.decode().splitlines()

    assert [line for line in lines if line.startswith("national_faults_total")] == [
        'national_faults_total{fault="slow, then down"} 1'
    ]
