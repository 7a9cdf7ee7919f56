"""What the journal says of a request, whether its service, a fault or a failure answered it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sync import wire
from tests.national.fault_client import envelope, set_fault
from tests.national.province import MADONVI, Province, record

B = f"{wire.PATH_METHODS}DongBoHoSoMC"
C = wire.PATH_GATEWAY + wire.ADD_DOSSIERS
H22 = "000.00.16.H22-220512-0001"


def last(province: Province) -> dict[str, Any]:
    return dict(province.get(wire.PATH_JOURNAL)["last"][0])


def told(province: Province) -> tuple[str, str, int]:
    entry = last(province)
    return entry["service"], entry["agency_code"], entry["records"]


def test_a_request_that_a_fault_ends_is_found_by_its_service_and_agency(province: Province) -> None:
    request = envelope(province, "DongBoHoSoMC", data=[record(1), record(2)])
    set_fault(province, name="down", error_status=503)

    province.post("/mapi/g", request)
    province.post(f"{B}?MaDinhDanhDV=H49", [record(1)])

    query = "service=DongBoHoSoMC&http_status=503&fault=down"
    found = province.get(f"{wire.PATH_JOURNAL}?{query}")
    assert [(one["agency_code"], one["records"]) for one in found["last"]] == [("H49", 1), (MADONVI, 2)]
    assert found["records"] == 3


@pytest.mark.parametrize("fault", [{"error_status": 503}, {"latency": {"type": "fixed", "seconds": 0}}], ids=str)
def test_a_request_of_a_gateway_is_noted_with_the_provinces_of_its_records(
    province: Province, fault: dict[str, Any]
) -> None:
    set_fault(province, **fault)

    province.post(C, [record(1), record(H22), record(2)])

    assert told(province) == (wire.ADD_DOSSIERS, "H22, H49", 3)


@pytest.mark.parametrize("form", [lambda one: one, json.dumps, lambda one: json.dumps([one])])
def test_a_record_by_itself_or_as_text_is_counted(province: Province, form: Callable[[Any], Any]) -> None:
    province.call("DongBoHoSoMC", data=form(record(1)))

    assert told(province) == ("DongBoHoSoMC", MADONVI, 1)


def test_what_a_failure_answers_is_noted_with_its_code(start: Callable[..., Province]) -> None:
    province = start(body_limit=2000)

    for path, body in (("/nowhere", b"{}"), ("/mapi/g", b"x" * 3000)):
        reply = province.send("POST", path, body)
        assert (last(province)["http_status"], last(province)["error_code"]) == (reply.status, "1")


def test_what_a_fault_answers_in_the_protocols_words_is_noted_with_its_code(province: Province) -> None:
    request = envelope(province)
    set_fault(province, revoke_client=True)

    province.post("/mapi/g", request)

    assert last(province)["error_code"] == "4"
