"""What the journal says of a request, whether its service, a fault or a failure answered it."""

import json
import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from sync import wire
from tests.national.fault_client import envelope, set_fault
from tests.national.province import MADONVI, Province, record
from tests.national.test_pages import links, page, words

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


def test_a_request_is_noted_with_the_moment_of_its_arrival_in_our_zone(province: Province) -> None:
    set_fault(province, latency={"type": "fixed", "seconds": 0.3})
    before = time.time()
    province.send("POST", "/mapi/g", b"{}")

    at = datetime.fromisoformat(last(province)["at"])

    assert before <= at.timestamp() <= time.time() - 0.3
    assert at.utcoffset() == timedelta(hours=7)
    assert f"{at:%d/%m/%Y %H:%M:%S}" in page(province, "/nhat-ky")


def test_the_journal_says_how_many_it_shows_and_leads_to_the_older_ones(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.national.pages.site.ROWS", 2)
    for _ in range(5):
        province.send("POST", "/mapi/g", b"{}")

    texts = [page(province, "/nhat-ky?path=mapi")]
    while found := links(texts[-1], "Xem các yêu cầu cũ hơn"):
        texts.append(page(province, found[0]))

    assert "2 mới nhất trong 5 yêu cầu khớp điều kiện lọc, của 5 yêu cầu còn giữ." in words(texts[0])
    assert "1 cũ hơn trong 5 yêu cầu" in words(texts[2])
    numbers = [re.findall(r'<tr><td class="number">(\d+)</td>', text) for text in texts]
    assert numbers == [["5", "4"], ["3", "2"], ["1"]]
    assert "2 mới nhất trong 5 yêu cầu còn giữ." in words(page(province, "/nhat-ky?before=x"))


def test_a_dropped_connection_is_shown_as_no_answer(province: Province) -> None:
    request = envelope(province)
    set_fault(province, empty_response=True)
    with pytest.raises(ConnectionError):
        province.post("/mapi/g", request)

    for path in ("/", "/nhat-ky?http_status=0"):
        assert "TraCuuHoSo" in words(page(province, path))
        assert "<td>không trả lời</td>" in page(province, path)
    assert "<td>no answer</td>" in page(province, "/nhat-ky?lang=en")


def test_a_journal_without_such_a_request_says_what_to_do(province: Province) -> None:
    assert "Hãy bỏ bớt điều kiện lọc" in words(page(province, "/nhat-ky?service=x"))
