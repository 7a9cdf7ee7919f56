"""Whose a dossier is, however its number and the agency are written, in requests of several provinces too."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from sync import wire
from sync.national.agencies import owner
from sync.national.faults.bugs import hits
from tests.national.fault_client import admin, set_fault
from tests.national.province import MADONVI, Province, record, step

ADD, STEPS = wire.PATH_GATEWAY + wire.ADD_DOSSIERS, wire.PATH_GATEWAY + wire.SYNC_PROGRESS
H22, H49, PLAIN = "000.00.16.H22-220512-0001", "000.00.16.H49-220512-0001", "HS-2022/17"
SMALL = "000.00.00.h49"
HIT_H22 = next(code for number in range(2000) if hits(code := f"000.00.16.H22-220512-{number:04d}"))
HIT_H49 = next(code for number in range(2000) if hits(code := f"000.00.16.H49-220512-{number:04d}"))


def held(province: Province, agency: str) -> list[str]:
    return [row[0] for row in province.get(f"{wire.PATH_DOSSIERS}?madonvi={agency}")["rows"]]


def test_a_number_in_small_letters_belongs_to_the_agency_it_begins_with(province: Province) -> None:
    assert province.post(ADD, [record(H22.lower())]).content["error_code"] == "0"

    assert held(province, "H22") == [H22.lower()]
    assert province.get(wire.PATH_DOSSIERS + "/" + H22.lower())["root"] == "H22"


@pytest.mark.parametrize(
    ("code", "agency"),
    [
        ("h49.22.05-220512-1", "H49.22.05"),
        (" 000.00.16.H49-1", "000.00.16.H49"),
        ("000.00.16.H49\n-1", ""),
        ("٠٠٠.٠٠.١٦.H49-1", ""),
        ("HS-2022/17", ""),
    ],
)
def test_an_agency_stands_before_the_first_dash_of_a_number_or_nowhere(code: str, agency: str) -> None:
    assert owner(code, "") == agency


def test_a_number_that_names_no_agency_is_found_where_the_gateway_filed_it(province: Province) -> None:
    province.post(ADD, [record(PLAIN)])

    assert province.get(f"{wire.PATH_DOSSIERS}/{quote(PLAIN, safe='')}")["root"] == "H49"
    assert province.send("GET", f"/ho-so/{quote(PLAIN, safe='')}").status == 200


@pytest.mark.parametrize("path", [wire.PATH_DIGEST, wire.PATH_DOSSIERS, wire.PATH_LEDGER, wire.PATH_WARNINGS])
def test_an_agency_asked_for_in_small_letters_is_the_same(province: Province, path: str) -> None:
    province.add(record(1, MaLinhVuc=""))

    small, large = (province.get(f"{path}?madonvi={agency}") for agency in (SMALL, MADONVI))

    assert small == large != province.get(f"{path}?madonvi=H22")


def test_a_report_told_and_asked_for_in_small_letters_is_that_of_the_province(province: Province) -> None:
    told = {"madonvi": SMALL, "days": [["2022-05-12", 4]]}
    assert admin(province, "PUT", wire.PATH_MUST_SYNC, told).status == 200

    [row] = province.get(f"{wire.PATH_RECEIVED}?madonvi={SMALL}")["indicator_1_4"]

    assert (row["root"], row["must_sync"]) == ("H49", 4)
    assert province.get(f"{wire.PATH_RECEIVED}/missing?madonvi={SMALL}&day=2022-05-12")["told"] is not None
    assert b"H49" in province.send("GET", f"/tinh?madonvi={SMALL}").body


@pytest.mark.parametrize("path", [wire.PATH_DIGEST, wire.PATH_WARNINGS, "/tinh", "/canh-bao"])
def test_what_can_be_no_agency_is_refused_with_a_sentence(province: Province, path: str) -> None:
    reply = province.send("GET", f"{path}?madonvi={'9' * 101}")

    assert (reply.status, "mã đơn vị" in reply.content["message"]) == (400, True)


@pytest.mark.parametrize("agency", ["h49", "000.00.00.h49 "])
def test_a_fault_for_an_agency_in_small_letters_is_met(province: Province, agency: str) -> None:
    set_fault(province, error_status=503, match={"agency": agency, "service": "LayThuTuc"})

    session = province.sign_in()

    asked = {"session": session, "madonvi": MADONVI.lower(), "service": "LayThuTuc"}
    assert province.post("/mapi/g", asked).status == 503


@pytest.mark.parametrize(("agency", "status"), [("H22", 503), ("H49", 503), ("H50", 200)])
def test_a_request_of_two_provinces_meets_the_faults_of_both(province: Province, agency: str, status: int) -> None:
    set_fault(province, error_status=503, match={"agency": agency})

    assert province.post(ADD, [record(PLAIN), record(H22)]).status == status


def test_a_rule_refuses_the_records_of_its_agency_alone(province: Province) -> None:
    set_fault(province, match={"agency": "H22"}, reject_rule={"error_code": "17", "message": "không nhận"})

    answer = province.post(ADD, [record(H49), record(H22)]).content

    assert [result["error_code"] for result in answer["result"]] == ["0", "17"]


def _steps(province: Province) -> list[tuple[str, str]]:
    return [(row["code"], row["root"]) for row in province.ledger() if row["kind"] == "progress"]


def test_rows_of_two_provinces_are_applied_twice_by_the_bug(start: Callable[..., Province]) -> None:
    province = start(bugs=("duplicate",))
    province.post(ADD, [record(HIT_H49), record(HIT_H22)])

    province.post(STEPS, [step(HIT_H49), step(HIT_H22)])

    assert sorted(_steps(province)) == [(HIT_H22, "H22")] * 2 + [(HIT_H49, "H49")] * 2


def test_forgotten_rows_of_two_provinces_are_applied_again(province: Province) -> None:
    sent: list[Any] = [step(H49), step(H22)]
    province.post(ADD, [record(H49), record(H22)])
    province.post(STEPS, sent)
    set_fault(province, forget_idempotency_keys=True, fail_request_count=1)

    again = json.loads(province.post(STEPS, sent).body)

    assert province.effects(again) == ["applied", "applied"]
    assert sorted(_steps(province)) == [(H22, "H22")] * 2 + [(H49, "H49")] * 2
