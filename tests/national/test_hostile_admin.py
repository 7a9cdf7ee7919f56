"""What a person, or a page that means no good, may ask of the mock itself: refused in a sentence and without effect."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sync import wire
from sync.national.faults.clock import END, Clock
from tests.national.fault_client import JSON_TYPE, admin, set_fault
from tests.national.province import Province, Reply, record
from tests.national.test_pages import form

FORM = "application/x-www-form-urlencoded"


def nested(levels: int) -> Any:
    return json.loads('{"a":' * levels + "1" + "}" * levels)


def is_said(reply: Reply) -> bool:
    return reply.status == 400 and bool(reply.content["message"])


@pytest.mark.parametrize("levels", [40, 253, 900])
def test_a_fault_nested_beyond_reason_is_not_set(province: Province, levels: int) -> None:
    deep = json.dumps({"success_status_error_body": nested(levels)}).encode()

    replies = [
        province.send("POST", wire.PATH_FAULTS, deep, JSON_TYPE),
        admin(province, "POST", wire.PATH_FAULTS, {"error_status": 500, "match": {"agency": nested(levels)}}),
    ]

    assert all(map(is_said, replies))
    assert province.get(wire.PATH_FAULTS)["faults"] == []


@pytest.mark.parametrize("levels", [40, 253, 900])
def test_a_patch_nested_beyond_reason_changes_nothing(province: Province, levels: int) -> None:
    number = set_fault(province, error_status=500)["id"]
    patch = json.dumps({"success_status_error_body": nested(levels)}).encode()

    assert is_said(province.send("PATCH", f"{wire.PATH_FAULTS}/{number}", patch, JSON_TYPE))
    assert province.get(f"{wire.PATH_FAULTS}/{number}")["error_status"] == 500


@pytest.mark.parametrize(
    "fault",
    [
        {"reject_rule": {"error_code": "--5", "message": "x"}},
        {"reject_rule": {"error_code": "-", "message": "x"}},
        {"reject_rule": {"error_code": "²", "message": "x"}},
        {"error_status": 503, "retry_after": "Fri, 13 May 99999999999999 08:30:00 GMT"},
        {"error_status": 503, "retry_after": "Fri, 13 May 2022 08:30:00 +9999999999999999"},
        {"error_status": 503, "retry_after": "Fri, 99 May 2022 99:99:99 GMT"},
    ],
)
def test_an_impossible_number_or_date_is_refused(province: Province, fault: dict[str, Any]) -> None:
    assert is_said(admin(province, "POST", wire.PATH_FAULTS, fault))


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59+00:00"])
def test_the_clock_cannot_be_set_to_the_ends_of_the_calendar(province: Province, at: str) -> None:
    assert is_said(admin(province, "PUT", wire.PATH_CLOCK, {"at": at}))
    assert province.get(wire.PATH_CLOCK)["virtual"] is False


def test_a_clock_that_runs_fast_stands_still_at_the_end_of_the_calendar() -> None:
    clock = Clock()
    clock.set(END - 1, 1_000_000)

    while clock.now() < END:
        continue

    assert clock.now() == END


@pytest.mark.parametrize(
    "report",
    [
        {"madonvi": "H49" * 30_000, "days": [["2022-04-15", 1]]},
        {"madonvi": "H49", "days": [nested(900)]},
        {"madonvi": "H49", "days": [["2022-04-15", nested(900)]]},
        {"madonvi": "H49", "days": [[nested(900), 1]]},
    ],
)
def test_a_must_sync_report_beyond_reason_is_refused(province: Province, report: object) -> None:
    assert is_said(province.send("PUT", wire.PATH_MUST_SYNC, json.dumps(report).encode(), JSON_TYPE))


@pytest.mark.parametrize("path", ["/su-co/profile", "/su-co/remove", "/su-co/bug"])
def test_a_form_whose_origin_is_no_address_is_refused(province: Province, path: str) -> None:
    assert is_said(form(province, path, "name=lose&on=1", "http://["))


def test_names_with_line_breaks_are_refused_in_one_line(province: Province) -> None:
    for path, body in (("/su-co/profile", "profile=a%0D%0Ab&seed=1"), ("/su-co/bug", "name=a%0Ab&on=1")):
        assert is_said(form(province, path, body))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=name\r\n\r\nlose"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Length: x\r\n\r\n"),
        (f"{FORM}; charset=nonsense", b"profile=%ff\xff"),
        (f"{FORM}; charset=utf-16", b"profile=\xff\xfe&seed=1"),
    ],
)
def test_a_form_in_another_writing_is_refused(province: Province, kind: str, body: bytes) -> None:
    for path in ("/su-co/profile", "/su-co/bug"):
        assert is_said(province.send("POST", path, body, {"Content-Type": kind, "Origin": province.url}))


class _Deep(http.server.BaseHTTPRequestHandler):
    """A province that answers what nobody can read."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"MaHoSo":' * 900 + b"1" + b"}" * 900)

    def log_message(self, *_args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def deep_portal() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), _Deep) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_province_that_answers_beyond_reason_has_not_answered(
    start: Callable[..., Province], deep_portal: str, accept: str
) -> None:
    province = start(province_url=deep_portal)

    reply = province.send("GET", "/tra-cuu?MaHoSo=x", headers={"Accept": accept})

    assert reply.status == 200
    assert "không đúng giao thức" in reply.body.decode()


@pytest.mark.parametrize("name", wire.URL_FIELDS)
@pytest.mark.parametrize("levels", [40, 300])
def test_no_member_of_a_record_is_nested_deeper_than_the_others(province: Province, name: str, levels: int) -> None:
    answer = province.add(record(1, **{name: nested(levels)}), record(2))

    assert province.effects(answer) == ["1", "applied"]
    assert province.effects(province.add(record(3, **{name: nested(3)}))) == ["applied"]
