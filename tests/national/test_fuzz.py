"""Whatever is sent to whichever path: never an answer of 5xx that nobody ordered, and no memory that grows with it."""

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync import wire
from sync.national.accounts import Account
from sync.national.app import Options, create
from sync.national.catalogue import Catalogue
from sync.national.paths import PLACES
from tests.national.catalogue_rows import AGENCIES, ROWS, SECTORS
from tests.national.province import MADONVI, PASSWORD, USERNAME, Province, record, step

OPTIONS = Options("postgresql:///nowhere", (Account(USERNAME, PASSWORD, MADONVI),), Catalogue(ROWS, SECTORS, AGENCIES))
RUIN = {wire.PATH_RESET}  # it would forget what the test has sent
PATHS = sorted(
    {
        route.resource.canonical
        for route in create(OPTIONS).router.routes()
        if route.method in ("POST", "PUT", "PATCH", "*") and route.resource is not None
    }
    | {prefix + path for prefix in wire.PATH_PREFIXES for path in PLACES} - RUIN
)
PLAIN = [path for path in PATHS if not path.startswith(wire.PATH_PREFIXES[1:])]
SERVICES = [service.value for service in wire.Service] + ["LayDanhMucDanToc", "", "KhôngCó", "\0"]
MANY = 2000  # examples of make check-long
GROWTH_MB = 120

texts = st.text(max_size=20) | st.sampled_from(["\0", "9" * 400, "20220512083015", "000.00.16.H49-220512-0001", "-1"])
leaves = texts | st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False)
names = texts | st.sampled_from(["MaHoSo", "TrangThai", "NoiDungXuLy", "ThoiDiemXuLy", "HOIDAPID", "NgayTiepNhan"])
trees = st.recursive(leaves, lambda some: st.lists(some, max_size=4) | st.dictionaries(names, some, max_size=4))
WRECKS = [
    b"",
    b"\xff\xfe{\x00}\x00",
    "[{'MaHoSo': 'Đ'}]".encode("cp1258"),
    b"[" * 10_000,
    b'{"data":' * 10_000,
    b'{"data":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    b'{"session":"\\ud800","madonvi":"\\u0000","service":"\\u0000","data":[{"MaHoSo":"\\u0000"}]}',
    b'[{"MaHoSo":"x","NgayTiepNhan":' + b"9" * 10_000 + b"}]",
    b'[{"MaHoSo":"x","TrangThai":1e999,"a":-0.0,"b":1E400}]',
    gzip.compress(b'[{"MaHoSo":"x"}]'),
    json.dumps([record(1), None, 7, [], {}, record(1), step(1)]).encode(),
    b'"' + b"[]" * 5_000 + b'"',
    json.dumps(dict.fromkeys(("MaHoSo", "codeProfile", "status", "username", "session"), "a\x00b")).encode(),
    b"codeProfile=" + b"\xff" * 5_000,
]


@pytest.fixture
def wild(start: Callable[..., Province]) -> Iterator[Province]:
    province = start()
    province.add(record(1))
    yield province
    assert province.add(record(2))["error_code"] == "0", "it must still work afterwards"


def send(province: Province, path: str, body: bytes, **headers: str) -> None:
    reply = province.send(
        "POST", path.replace("{path}", "x").replace("{id}", "1").replace("{code}", "x"), body, headers
    )
    assert reply.status < 500, (path, reply.status, body[:200])


@pytest.mark.parametrize("path", PATHS)
def test_a_wreck_of_a_body_is_no_failure_of_the_national_side(wild: Province, path: str) -> None:
    for body in WRECKS:
        send(wild, path, body)
        send(wild, path, body, **{"Content-Type": "application/json; charset=utf-16", "Content-Encoding": "gzip"})


def fuzz(wild: Province, examples: int) -> None:
    session = wild.sign_in()

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(SERVICES), trees, trees, st.binary(max_size=200))
    def attack(service: str, data: Any, more: Any, noise: bytes) -> None:
        envelope = {"session": session, "madonvi": MADONVI, "service": service, "data": data, "isUpdating": more}
        envelope |= more if isinstance(more, dict) else {}
        for path in PLAIN:
            send(wild, path, json.dumps(envelope).encode())
            send(wild, path, json.dumps(data).encode())
            send(wild, path, noise)

    attack()


def test_json_of_any_shape_is_answered(wild: Province) -> None:
    fuzz(wild, 15)


@pytest.mark.long
def test_json_of_any_shape_is_answered_many_times(wild: Province) -> None:
    fuzz(wild, MANY)


def test_bodies_beyond_the_limit_are_refused_and_the_memory_stays_bounded(wild: Province) -> None:
    huge = b'[{"MaHoSo":"x","ChuHoSo":"' + b"a" * (40 << 20) + b'"}]'
    own = psutil.Process()
    send(wild, "/mapi/g", huge)
    before = own.memory_info().rss

    for path in ("/mapi/g", "/KetNoiMotCuaQuocGia/ThemMoiHoSo", "/tracking"):
        for _ in range(2):
            reply = wild.send("POST", path, huge, {})
            assert reply.status == 413

    assert (own.memory_info().rss - before) >> 20 < GROWTH_MB


def test_thousands_of_invented_services_leave_the_journal_small(wild: Province) -> None:
    session = wild.sign_in()
    for number in range(1100):
        envelope = {"session": session, "madonvi": MADONVI, "service": f"Bịa{number}"}
        assert wild.post("/mapi/g", envelope).content["error_code"] == "6"

    answers = wild.get("/_admin/journal?limit=0")["answers"]

    assert len(answers) <= 1100
    assert sum(row["requests"] for row in answers if row["service"] == "(khác)") >= 100
