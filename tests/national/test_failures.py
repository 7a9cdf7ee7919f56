"""What goes wrong on the wire or in the database: whose fault it is, one line about it, and never a traceback."""

import json
import logging
import socket
import struct
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from sync import wire
from tests.national.fault_client import envelope, opened, read_to_the_end, set_fault
from tests.national.province import MADONVI, Province, record

RESET = struct.pack("ii", 1, 0)
NUL_PATHS = (
    *(f"{path}?madonvi=a%00b" for path in (wire.PATH_DIGEST, wire.PATH_DIGEST_BUCKETS, wire.PATH_DOSSIERS)),
    *(f"{wire.PATH_LEDGER}?{name}=%00" for name in ("madonvi", "least", "below")),
    f"{wire.PATH_LEDGER}?format=csv&madonvi=%00",
    f"{wire.PATH_LEDGER}?format=ndjson&least=%00",
    f"{wire.PATH_RECEIVED}?madonvi=%00",
    f"{wire.PATH_WARNINGS}?madonvi=%00",
    f"{wire.PATH_WARNINGS}?after=%00,x",
    f"{wire.PATH_NOTICES}?service=%00",
    "/tinh?madonvi=%00",
    "/tinh/thieu?madonvi=%00&day=2022-05-12",
    "/tinh/muon?madonvi=H49&after=%00",
    f"{wire.PATH_RECEIVED}/missing?madonvi=H49&day=2022-05-12&after=%00",
    f"{wire.PATH_RECEIVED}/late?madonvi=%00",
    "/canh-bao?madonvi=%00",
    "/canh-bao?after=%00,x",
)


@pytest.fixture
def silent(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """Everything that was logged; at the end it must hold no traceback."""
    caplog.set_level(logging.WARNING)
    yield lambda: caplog.text
    assert "Traceback" not in caplog.text


def raw(province: Province, content: bytes) -> socket.socket:
    address = urlsplit(province.url)
    connection = socket.create_connection((address.hostname, address.port), timeout=10)
    connection.sendall(content)
    return connection


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.close()


def unanswered(province: Province) -> int:
    """How many requests the journal notes whose clients had gone, once there is one or some seconds have passed."""
    deadline = time.monotonic() + 5
    while not (found := province.get(f"{wire.PATH_JOURNAL}?http_status=0")["found"]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return int(found)


@pytest.mark.parametrize("leave", [reset, socket.socket.close])
def test_a_client_that_goes_in_the_middle_of_its_body_is_noted(
    province: Province, silent: Callable[[], str], leave: Callable[[socket.socket], None]
) -> None:
    leave(raw(province, b'POST /mapi/g HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{"session":'))

    assert unanswered(province) == 1


def test_a_client_that_goes_while_an_answer_trickles_is_noted(province: Province, silent: Callable[[], str]) -> None:
    set_fault(province, chunked_dribble_delay={"chunks": 50, "total": 2}, match={"service": "LayDanhSachTTHC"})

    reset(opened(province, envelope(province, "LayDanhSachTTHC")))

    assert unanswered(province) == 1


def test_a_client_that_goes_while_the_ledger_is_exported_leaves_no_traceback(
    province: Province, silent: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.national.admin.PAGE", 1)
    province.add(*map(record, range(500)))

    connection = raw(province, f"GET {wire.PATH_LEDGER}?format=csv HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    connection.recv(10)
    reset(connection)

    assert province.get(wire.PATH_DIGEST)["dossiers"] == 500


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"POST /mapi/g HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"POST /mapi/g HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA\x00: b\r\n\r\n",
        b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n",
        b"CONNECT / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n\x16\x03\x01\x02\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_without_a_traceback(
    province: Province, silent: Callable[[], str], nonsense: bytes
) -> None:
    with raw(province, nonsense) as connection:
        answer = connection.recv(100)

    assert answer.split(b" ", 2)[1].startswith(b"4"), answer


@pytest.mark.parametrize("path", NUL_PATHS)
def test_a_character_that_cannot_be_kept_is_refused_in_a_sentence(province: Province, path: str) -> None:
    reply = province.send("GET", path)

    assert (reply.status, reply.content["error_code"]) == (400, "1")


def test_a_must_sync_report_of_an_impossible_province_is_refused(province: Province) -> None:
    report = json.dumps({"madonvi": "\0", "days": [["2022-04-15", 1]]}).encode()

    assert province.send("PUT", wire.PATH_MUST_SYNC, report, {"Content-Type": "application/json"}).status == 400


def test_what_is_too_large_for_the_database_is_the_senders_fault(province: Province) -> None:
    code = "".join(chr(0x4E00 + number * 7919 % 20000) for number in range(100_000))
    question = {"HOIDAPID": code, "NOIDUNG": "x"}

    reply = province.send("POST", "/mapi/g", json.dumps(envelope(province, "DongBoHoiDap", data=[question])).encode())

    assert reply.content["error_code"] == "1"
    assert province.call("TraCuuHoSo", madonvi=MADONVI)["error_code"] == "0"


def test_a_header_of_any_bytes_leaves_the_journal_readable(province: Province) -> None:
    body = json.dumps(envelope(province)).encode()
    head = f"POST /mapi/g HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n".encode()

    read_to_the_end(raw(province, head + b"dstcode: \xff\xfe\r\n\r\n" + body))

    assert province.get(f"{wire.PATH_JOURNAL}?service=TraCuuHoSo")["found"] == 1
    assert province.send("GET", "/nhat-ky", headers={"Accept": "text/html"}).status == 200
