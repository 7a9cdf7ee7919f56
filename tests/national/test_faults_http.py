"""Faults of HTTP and TCP, each met by a real client socket and judged by its bytes."""

import json
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from sync.national.accounts import Account
from sync.national.app import Options
from sync.national.catalogue import Catalogue
from tests.national.conftest import running
from tests.national.fault_client import admin, envelope, opened, read_to_the_end, set_fault, until_closed
from tests.national.province import Province, Reply, record


def _ask(province: Province) -> Reply:
    return province.post("/mapi/g", envelope(province))


@pytest.fixture
def ready(province: Province) -> Province:
    """Signed in before any fault."""
    province.sign_in()
    return province


def test_an_error_status_carries_the_pause_in_seconds(ready: Province) -> None:
    set_fault(ready, error_status=429, retry_after=30)

    reply = _ask(ready)

    assert (reply.status, reply.headers["retry-after"]) == (429, "30")
    assert b"429 Too Many Requests" in reply.body


def test_a_pause_may_be_an_http_date_ahead(ready: Province) -> None:
    set_fault(ready, error_status=503, retry_after={"date_in": 120})

    reply = _ask(ready)

    ahead = parsedate_to_datetime(reply.headers["retry-after"]) - parsedate_to_datetime(reply.headers["date"])
    assert 118 <= ahead.total_seconds() <= 121


def test_a_reset_reaches_the_client_as_a_reset(ready: Province) -> None:
    set_fault(ready, connection_reset_by_peer=True)

    with pytest.raises(ConnectionResetError):
        until_closed(ready, envelope(ready))


@pytest.mark.parametrize("fault", [{"empty_response": True}, {"drop_connection_probability": 1}], ids=str)
def test_an_empty_reply_is_the_end_without_a_byte(ready: Province, fault: dict[str, Any]) -> None:
    set_fault(ready, **fault)

    assert until_closed(ready, envelope(ready)) == b""


def test_noise_is_no_http_and_of_its_length(ready: Province) -> None:
    set_fault(ready, random_data_then_close=300)

    received = until_closed(ready, envelope(ready))

    assert len(received) == 300
    assert not received.startswith(b"HTTP")


def test_a_truncated_body_is_shorter_than_announced(ready: Province) -> None:
    set_fault(ready, truncate_body_at_fraction=0.5)

    head, _, body = until_closed(ready, envelope(ready)).partition(b"\r\n\r\n")

    announced = int(head.lower().partition(b"content-length: ")[2].split()[0])
    assert len(body) == announced // 2
    assert body.startswith(b'{"error_code":"0"')


def test_a_broken_chunk_ends_a_chunked_answer(ready: Province) -> None:
    set_fault(ready, malformed_response_chunk=True)

    received = until_closed(ready, envelope(ready))

    assert b"Transfer-Encoding: chunked" in received
    assert received.endswith(b"zz\r\n!lskdu018y")


def test_a_malformed_body_is_no_json_under_status_200(ready: Province) -> None:
    set_fault(ready, malformed_body=True)

    reply = _ask(ready)

    assert reply.status == 200
    with pytest.raises(json.JSONDecodeError):
        _ = reply.content


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ({"wrong_content_type": "text/html"}, "text/html", b'"error_code":"0"'),
        ({"success_status_error_body": True}, "application/json", b"Internal Server Error"),
        ({"success_status_error_body": {"error_code": "-1"}}, "application/json", b'"error_code":"-1"'),
        ({"maintenance_page": True}, "text/html", "đang được bảo trì".encode()),
    ],
)
def test_a_status_200_may_carry_something_else(ready: Province, fault: dict[str, Any], kind: str, words: bytes) -> None:
    set_fault(ready, **fault)

    reply = _ask(ready)

    assert reply.status == 200
    assert reply.headers["content-type"].startswith(kind)
    assert words in reply.body


def test_a_dribbled_answer_is_whole_and_late(ready: Province) -> None:
    set_fault(ready, chunked_dribble_delay={"chunks": 4, "total": 0.2})
    began = time.monotonic()

    reply = _ask(ready)

    assert time.monotonic() - began >= 0.2
    assert reply.content["error_code"] == "0"


def test_a_slow_close_gives_the_whole_answer_first(ready: Province) -> None:
    set_fault(ready, slow_close=0.4)
    connection = opened(ready, envelope(ready))

    first = connection.recv(65536)
    began = time.monotonic()
    rest = read_to_the_end(connection)

    assert first.endswith(b'"result":[]}')
    assert b"Connection: close" in first
    assert rest == b""
    assert time.monotonic() - began >= 0.3


def test_a_hang_says_nothing_and_lets_go_of_a_client_that_leaves(ready: Province) -> None:
    set_fault(ready, hang=0.3)
    began = time.monotonic()

    assert until_closed(ready, envelope(ready)) == b""
    assert time.monotonic() - began >= 0.3

    connection = opened(ready, envelope(ready))
    connection.close()
    assert ready.get("/health") == {"status": "ok"}


def test_a_national_side_that_stops_keeps_nobody_waiting(
    national_database_url: str, catalogue: Catalogue, ready: Province
) -> None:
    account = Account(ready.username, ready.password, ready.madonvi)
    with running(Options(database_url=national_database_url, accounts=(account,), catalogue=catalogue)) as url:
        other = Province(url)
        set_fault(other, hang=60)
        connection = opened(other, {}, "/mapi/login")
        assert other.get("/_admin/faults")["requests"] in {0, 1}
        began = time.monotonic()

    assert read_to_the_end(connection) == b""
    assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    "latency",
    [
        {"type": "fixed", "seconds": 0.2},
        {"type": "uniform", "from": 0.2, "to": 0.25},
        {"type": "normal", "mean": 0.25, "deviation": 0.001},
        {"type": "lognormal", "median": 0.25, "sigma": 0.01},
    ],
    ids=lambda latency: latency["type"],
)
def test_latency_keeps_the_client_waiting(ready: Province, latency: dict[str, Any]) -> None:
    set_fault(ready, latency=latency)
    began = time.monotonic()

    assert _ask(ready).status == 200

    assert 0.19 <= time.monotonic() - began < 2


def test_delay_and_error_are_met_together(ready: Province) -> None:
    set_fault(ready, name="slow", latency={"type": "fixed", "seconds": 0.1})
    set_fault(ready, name="wrong", error_status=500)
    began = time.monotonic()

    assert _ask(ready).status == 500
    assert time.monotonic() - began >= 0.1
    assert ready.get("/_admin/journal?limit=1")["last"][0]["fault"] == "slow, wrong"


def test_the_higher_priority_decides_how_it_ends(ready: Province) -> None:
    set_fault(ready, name="low", error_status=500)
    set_fault(ready, name="high", priority=1, error_status=502)

    assert _ask(ready).status == 502


def test_a_quota_lets_its_number_through_and_says_when_to_come_again(ready: Province) -> None:
    set_fault(ready, quota={"limit": 2, "window": 3600})

    replies = [_ask(ready) for _ in range(4)]

    assert [reply.status for reply in replies] == [200, 200, 429, 429]
    assert 3590 <= int(replies[3].headers["retry-after"]) <= 3600


@pytest.mark.parametrize(
    ("counts", "statuses"),
    [
        ({"fail_request_count": 2}, [500, 500, 200, 200, 200, 200]),
        ({"succeed_first": 2}, [200, 200, 500, 500, 500, 500]),
        ({"every": 3}, [200, 200, 500, 200, 200, 500]),
        ({"succeed_first": 1, "every": 2, "fail_request_count": 1}, [200, 200, 500, 200, 200, 200]),
    ],
    ids=str,
)
def test_counts_say_which_requests_fail(ready: Province, counts: dict[str, int], statuses: list[int]) -> None:
    set_fault(ready, error_status=500, **counts)

    assert [_ask(ready).status for _ in range(6)] == statuses


def test_a_request_of_another_service_or_agency_is_left_alone(ready: Province) -> None:
    set_fault(ready, name="a", error_status=500, match={"service": "LayThuTuc"})
    set_fault(ready, name="b", error_status=500, match={"agency": "H22"})
    set_fault(ready, name="c", error_status=500, match={"procedure": "9.999999"})

    assert _ask(ready).status == 200
    assert ready.effects(ready.add(record(1))) == ["applied"]
    assert ready.post("/mapi/g", envelope(ready, "LayThuTuc")).status == 500


def _statuses(province: Province, requests: int) -> list[int]:
    return [_ask(province).status for _ in range(requests)]


def test_the_same_seed_and_requests_meet_the_same_faults(start: Callable[..., Province]) -> None:
    province = start()
    province.sign_in()

    def run(seed: int) -> list[int]:
        admin(province, "PUT", "/_admin/profile", {"profile": "healthy", "seed": seed})
        set_fault(province, error_status=500, error_probability=0.5)
        return _statuses(province, 40)

    first, again, other = run(7), run(7), run(8)

    assert first == again != other
    assert 8 < first.count(500) < 32


@pytest.mark.parametrize(
    "fault",
    [
        {"slow_close": 0.1},
        {"truncate_body_at_fraction": 0.5},
        {"malformed_response_chunk": True},
        {"apply_then_fail": {"how": "truncate"}},
    ],
)
def test_an_answer_without_a_body_is_spoiled_too(province: Province, fault: dict[str, Any]) -> None:
    set_fault(province, **fault)

    answer = until_closed(province, {"codeProfile": "H49-1", "codeTTHC": "1.004884", "status": "2"}, "/tracking")

    assert answer.startswith(b"HTTP/1.1 204")
    assert (b"\r\n\r\n" in answer) is (not {"truncate_body_at_fraction", "apply_then_fail"} & fault.keys())
