"""HTTP and encoding to the letter (national-protocol 1.2), and what must not break the mock."""

import gzip
import http.client
import json
import random
import socket
import string
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.national.province import MADONVI, PASSWORD, USERNAME, Province, Reply, record, step


@contextmanager
def _sent(province: Province, request: bytes) -> Iterator[socket.socket]:
    address = urlsplit(province.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(request)
        yield connection


def _raw(province: Province, request: bytes) -> Reply:
    with _sent(province, request) as connection:
        response = http.client.HTTPResponse(connection)
        response.begin()
        return Reply(response.status, response.read(), dict(response.getheaders()))


DSTCODE = "dstcode: VN:GOV:000.00.00.G22:vpcpdvcprovider\r\n"


def _as_java_sends(path: str, content: object, dstcode: str = DSTCODE) -> bytes:
    """Header by header what HttpURLConnection of a real client writes."""
    body = json.dumps(content, ensure_ascii=False).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nAccept: application/json\r\nContent-Type: application/json\r\nCharset: utf-8\r\n"
        f"{dstcode}User-Agent: Java/1.8.0_202\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def test_a_real_client_works_from_login_to_progress(province: Province) -> None:
    login = _raw(province, _as_java_sends("/mapi/login", {"username": USERNAME, "password": PASSWORD}, dstcode=""))
    envelope = {"session": login.content["session"], "madonvi": MADONVI}
    calls = [
        {"service": "TraCuuHoSo", "mahoso": record(1)["MaHoSo"]},
        {"service": "LayThuTuc", "maTTHC": "1.004884.000.00.00.H49"},
        {"service": "DongBoHoSoMC", "isUpdating": "False", "data": [record(1)]},
        {"service": "CapNhatTienDoHoSoMC", "data": [step(1)]},
    ]

    answers = [_raw(province, _as_java_sends("/mapi/g", {**envelope, **call})) for call in calls]

    assert [answer.status for answer in answers] == [200] * 4
    assert [answer.content["error_code"] for answer in answers] == ["0"] * 4
    assert [len(answer.content["result"]) for answer in answers] == [0, 1, 1, 1]


def test_answers_are_one_line_of_ascii_with_a_list_for_result(province: Province) -> None:
    province.add(record(1))
    session = province.session
    envelope = {"session": session, "madonvi": MADONVI, "service": "TraCuuHoSo", "mahoso": record(1)["MaHoSo"]}

    reply = province.post("/mapi/g", envelope)

    assert reply.body.isascii()
    assert b"\n" not in reply.body
    assert reply.headers["content-type"].startswith("application/json")
    assert isinstance(reply.content["result"], list)
    assert isinstance(reply.content["error_code"], str)


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/json;charset=ISO-8859-1", ";;;"])
def test_a_body_is_utf8_whatever_the_content_type_says(province: Province, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    session = province.sign_in()
    envelope = {"session": session, "madonvi": MADONVI, "service": "DongBoHoSoMC", "data": [record(1)]}
    body = b"\xef\xbb\xbf" + json.dumps(envelope, ensure_ascii=False).encode()

    reply = province.send("POST", "/mapi/g", body, headers)

    assert reply.content["error_code"] == "0"
    assert province.call("TraCuuHoSo", mahoso=record(1)["MaHoSo"])["result"] == [record(1)]


MALFORMED = {
    "nothing": b"",
    "no JSON": b"{",
    "an array": b"[]",
    "a string": b'"x"',
    "null": b"null",
    "Latin-1": '{"username":"Qu\xe3ng"}'.encode("latin-1"),
    "UTF-16": '{"username":"x"}'.encode("utf-16"),
    "half a surrogate": b'{"username":"\\ud800"}',
    "not a number": b'{"username":NaN}',
    "too deep": b"[" * 200_000,
    "deep and closed": b'{"data":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "a form": b"username=x&password=y",
    "zero bytes": b"\0" * 100,
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_body_is_answered_with_code_1(province: Province, body: bytes) -> None:
    replies = [province.send("POST", path, body) for path in ("/mapi/login", "/mapi/g", "/mapi/share")]

    assert [(reply.status, reply.content["error_code"]) for reply in replies] == [(200, "1")] * 3


def test_a_deep_record_is_refused_alone(province: Province) -> None:
    deep = b'{"a":' * 500 + b"1" + b"}" * 500
    envelope = {
        "session": province.sign_in(),
        "madonvi": MADONVI,
        "service": "DongBoHoSoMC",
        "data": [record(1), "DEEP"],
    }
    body = json.dumps(envelope).encode().replace(b'"DEEP"', b'{"MaHoSo":"tief","x":' + deep + b"}")

    answer = province.send("POST", "/mapi/g", body).content

    assert province.effects(answer) == ["applied", "1"]


def test_a_body_above_the_limit_gets_413_as_json(start: Callable[..., Province]) -> None:
    province = start(body_limit=10_000)
    envelope = {"session": province.sign_in(), "madonvi": MADONVI, "service": "DongBoHoSoMC", "data": [record(1)] * 100}

    too_large = province.post("/mapi/g", envelope)

    assert (too_large.status, too_large.content["error_code"]) == (413, "1")
    assert "10000 byte" in too_large.content["message"]


def test_a_packed_body_is_not_unpacked(province: Province) -> None:
    login = gzip.compress(json.dumps({"username": USERNAME, "password": PASSWORD}).encode())

    reply = province.send("POST", "/mapi/login", login, {"Content-Encoding": "gzip"})

    assert (reply.status, reply.content["error_code"]) == (200, "1")


def test_a_request_cut_short_does_not_harm(province: Province) -> None:
    whole = _as_java_sends("/mapi/login", {"username": USERNAME, "password": PASSWORD})

    for request in (whole[:-10], whole[:40], b"\x16\x03\x01\x02\x00\x01" * 20):
        with _sent(province, request):
            continue

    assert province.sign_in()


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/mapi/g", 405), ("POST", "/mapi/x", 404)])
def test_a_wrong_path_or_method_is_said_in_json(province: Province, method: str, path: str, status: int) -> None:
    reply = province.send(method, path, b"{}")

    assert (reply.status, reply.content["error_code"]) == (status, "1")


def test_a_database_that_is_away_is_an_outage(
    province: Province, server: psycopg.Connection, national_database: sql.Identifier
) -> None:
    province.sign_in()

    server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(national_database))
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
        [national_database.as_string().strip('"')],
    )
    reply = province.post("/mapi/g", {"session": province.session, "madonvi": MADONVI, "service": "TraCuuHoSo"})

    assert (reply.status, reply.content["error_code"]) == (503, "-1")


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def test_what_nobody_foresaw_stands_in_the_journal_too(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_arguments: object) -> bytes | None:
        raise RuntimeError

    province.sign_in()
    monkeypatch.setattr("sync.national.store.Store.find_record", fail)
    body = {"session": province.session, "service": "TraCuuHoSo", "mahoso": "x"}

    assert province.post("/mapi/g", body).status == 500

    assert [row["service"] for row in province.get("/_admin/journal?http_status=500")["last"]] == ["TraCuuHoSo"]


SERVICES = st.sampled_from(["DongBoHoSoMC", "CapNhatTienDoHoSoMC", "TraCuuHoSo", "LayThuTuc"])
FIELDS = st.sampled_from([*record(), *step(), "la"])
MESSY = st.dictionaries(FIELDS, JSON_VALUES) | JSON_VALUES


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SERVICES, st.lists(MESSY, max_size=4) | JSON_VALUES, JSON_VALUES, JSON_VALUES)
def test_no_content_of_any_field_breaks_a_service(
    province: Province, service: str, data: object, flag: object, code: object
) -> None:
    answer = province.call(service, data=data, isUpdating=flag, mahoso=code, maTTHC=code)

    assert answer["error_code"] in {"0", "1", "2"}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["/mapi/login", "/mapi/g"]), st.binary(max_size=200))
def test_no_bytes_break_a_path(province: Province, path: str, body: bytes) -> None:
    assert province.send("POST", path, body).status == 200


@pytest.mark.parametrize(
    "path", ["/_admin/digest?madonvi=%00", "/_admin/warnings?madonvi=%00", "/ho-so/a%00b", "/_admin/dossiers/a%00b"]
)
def test_a_value_that_the_database_cannot_hold_is_the_askers_fault_and_no_outage(province: Province, path: str) -> None:
    assert province.send("GET", path).status in (400, 404)


def test_a_value_too_large_for_an_index_is_refused_with_code_1_and_no_outage(province: Province) -> None:
    long = "".join(random.Random(1).choices(string.ascii_letters, k=20_000))

    answer = province.call("DongBoHoiDap", data=[{"HOIDAPID": long, "NOIDUNG": "?"}])

    assert answer["error_code"] == "1"


def test_after_a_restart_of_the_database_one_call_fails_and_no_other(
    province: Province, server: psycopg.Connection, national_database_url: str
) -> None:
    province.sign_in()
    with ThreadPoolExecutor(8) as crowd:  # as many connections of the pool are open
        list(crowd.map(lambda number: province.call("TraCuuHoSo", mahoso=str(number)), range(200)))
    name = conninfo_to_dict(national_database_url)["dbname"]
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [name]
    )
    envelope = {"session": province.session, "madonvi": province.madonvi, "service": "TraCuuHoSo", "mahoso": "x"}

    failed = [reply.status for reply in (province.post("/mapi/g", envelope) for _ in range(20)) if reply.status != 200]

    assert len(failed) <= 2, "the second may be asked before the first failure has had the others looked at"
