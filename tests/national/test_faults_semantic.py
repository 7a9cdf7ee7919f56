"""Faults of meaning: applied although it failed, lost, late, half, forgotten, restored; judged by the ledger."""

import json
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from sync.national.faults.memory import true_spans
from tests.national.fault_client import admin, envelope, opened, set_fault, until_closed
from tests.national.province import MADONVI, Province, record, step


@pytest.fixture
def ready(province: Province) -> Province:
    province.sign_in()
    return province


def _adding(province: Province, *records: Any) -> dict[str, Any]:
    return envelope(province, "DongBoHoSoMC", isUpdating="False", data=list(records))


def _kinds(province: Province) -> list[str]:
    return [row["kind"] for row in province.ledger()]


@pytest.mark.parametrize("how", ["5xx", "reset", "truncate", "hang"])
def test_what_was_applied_before_it_failed_is_absorbed_when_it_comes_again(ready: Province, how: str) -> None:
    set_fault(ready, apply_then_fail={"how": how}, fail_request_count=1)
    request = _adding(ready, record(1))

    if how == "5xx":
        assert ready.post("/mapi/g", request).status == 500
    elif how == "reset":
        with pytest.raises(ConnectionResetError):
            until_closed(ready, request)
    elif how == "truncate":
        with pytest.raises(json.JSONDecodeError):
            json.loads(until_closed(ready, request).partition(b"\r\n\r\n")[2])
    else:
        with pytest.raises(TimeoutError):
            _given_up(ready, request)

    assert ready.effects(ready.add(record(1))) == ["absorbed"]
    assert len(ready.ledger()) == 1


def _given_up(province: Province, request: dict[str, Any]) -> None:
    with opened(province, request) as connection:
        connection.settimeout(0.5)
        connection.recv(1)


@pytest.mark.parametrize("how", ["5xx", "reset"])
def test_what_was_lost_before_it_was_applied_leaves_no_trace(ready: Province, how: str) -> None:
    set_fault(ready, lose_before_apply={"how": how}, fail_request_count=1)

    if how == "5xx":
        assert ready.post("/mapi/g", _adding(ready, record(1))).status == 500
    else:
        with pytest.raises(ConnectionResetError):
            until_closed(ready, _adding(ready, record(1)))

    assert ready.ledger() == []
    assert ready.effects(ready.add(record(1))) == ["applied"]


def test_what_is_accepted_is_applied_later(ready: Province) -> None:
    set_fault(ready, delayed_apply={"seconds": 0.3})

    reply = ready.post("/mapi/g", _adding(ready, record(1)))

    assert reply.status == 202
    assert ready.ledger() == []
    until = time.monotonic() + 5
    while not ready.ledger() and time.monotonic() < until:
        continue
    assert len(ready.ledger()) == 1


def test_of_a_partial_batch_the_first_part_is_applied(ready: Province) -> None:
    set_fault(ready, partial_batch={"fraction": 0.5})

    assert ready.post("/mapi/g", _adding(ready, *[record(number) for number in range(10)])).status == 500

    assert [row["code"] for row in ready.ledger()] == [record(number)["MaHoSo"] for number in range(5)]


def test_a_rule_refuses_its_records_and_lets_the_others_through(ready: Province) -> None:
    rule = {"error_code": "1", "message": "Dữ liệu không hợp lệ: MaLinhVuc"}
    set_fault(ready, match={"procedure": "2.000001"}, reject_rule=rule)

    answer = ready.add(record(1), record(2, MaTTHC="2.000001"), record(3))

    assert ready.effects(answer) == ["applied", "1", "applied"]
    assert (answer["error_code"], answer["message"]) == ("1", rule["message"] + " (1/3 bản ghi bị từ chối)")
    assert answer["result"][1]["MaHoSo"] == record(2)["MaHoSo"]
    assert [row["code"] for row in ready.ledger()] == [record(1)["MaHoSo"], record(3)["MaHoSo"]]


def test_each_record_is_failed_so_often_as_first_attempts_say(ready: Province) -> None:
    set_fault(ready, first_attempts=1, apply_then_fail={"how": "5xx"}, match={"service": "DongBoHoSoMC"})

    files = [{"TepDinhKemId": "7", "DuongDanTaiTepTin": f"http://x/?t={attempt}"} for attempt in (1, 2)]

    first = ready.post("/mapi/g", _adding(ready, record(1, TaiLieuNop=files[:1]), record(2))).status
    again = ready.add(record(1, TaiLieuNop=files[1:]), record(2))
    new = ready.post("/mapi/g", _adding(ready, record(3))).status

    assert (first, new) == (500, 500)
    assert ready.effects(again) == ["absorbed", "absorbed"]


def test_an_expired_token_is_void_for_good(ready: Province) -> None:
    set_fault(ready, expire_token=True, fail_request_count=1)

    assert [ready.call("TraCuuHoSo")["error_code"] for _ in range(2)] == ["4", "4"]
    ready.sign_in()
    assert ready.call("TraCuuHoSo")["error_code"] == "0"


def test_a_revoked_client_gets_no_session_until_the_fault_is_gone(ready: Province) -> None:
    number = set_fault(ready, revoke_client=True)["id"]

    login = ready.post("/mapi/login", {"username": ready.username, "password": ready.password}).content
    assert (login["error_code"], "session" in login) == ("5", False)
    assert ready.call("TraCuuHoSo")["error_code"] == "4"

    admin(ready, "DELETE", f"/_admin/faults/{number}", {})
    assert ready.sign_in()


@pytest.mark.parametrize(
    ("version", "names"),
    [
        (2, {"phienBan", "maGiaoDich", "error_code", "message", "result"}),
        (3, {"phienBan", "maGiaoDich", "error_code", "moTa", "ketQua"}),
        (4, {"phienBan", "maGiaoDich", "maLoi", "moTa", "ketQua"}),
    ],
)
def test_a_drifted_interface_names_its_members_otherwise(ready: Province, version: int, names: set[str]) -> None:
    set_fault(ready, schema_drift={"version": version})

    assert ready.call("TraCuuHoSo").keys() == names


def test_forgotten_rows_are_applied_again_once_and_held_once(ready: Province) -> None:
    ready.add(record(1))
    ready.progress(step(1), step(1, "20220512090000"))
    set_fault(ready, forget_idempotency_keys=True, fail_request_count=1, match={"service": "CapNhatTienDoHoSoMC"})

    again = ready.effects(ready.progress(step(1)))
    third = ready.effects(ready.progress(step(1), step(1, "20220512100000")))

    assert again == ["applied"]
    assert third == ["absorbed", "applied"]
    assert _kinds(ready) == ["record", "progress", "progress", "forgot", "progress", "progress"]
    assert len(ready.dossier(record(1)["MaHoSo"])["progress"]) == 3
    assert ready.dossier(record(1)["MaHoSo"])["progress_rows"] == 3


def test_a_refused_request_applies_nothing_again(ready: Province) -> None:
    ready.add(record(1))
    ready.progress(step(1))
    set_fault(ready, forget_idempotency_keys=True, fail_request_count=1)
    ready.call("TraCuuHoSo")

    ready.session = "void"

    assert ready.progress(step(1))["error_code"] == "4"
    assert _kinds(ready) == ["record", "progress", "forgot"]


def test_what_was_forgotten_stays_forgotten_over_a_restart(start: Callable[..., Province]) -> None:
    first = start()
    first.add(record(1))
    first.progress(step(1))
    set_fault(first, forget_idempotency_keys=True, fail_request_count=1)
    first.call("TraCuuHoSo")

    assert start().effects(start().progress(step(1))) == ["applied"]


def _age(url: str, seconds: int) -> None:
    """All that is in the ledger happened so much earlier."""
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE ledger SET applied_at = applied_at - make_interval(secs => %s)", [seconds])


def test_a_restored_backup_holds_what_was_true_then(ready: Province, national_database_url: str) -> None:
    number = set_fault(ready, rollback_to={"seconds": 50}, succeed_first=1000)["id"]
    ready.add(record(1), record(2))
    ready.progress(step(1), step(2))
    before = ready.get(f"/_admin/digest?madonvi={MADONVI}")
    first = ready.dossier(record(1)["MaHoSo"])
    _age(national_database_url, 100)
    ready.update(record(1, ChuHoSo="Trần Văn Bình", TrangThaiHoSo="4"))
    ready.update(record(1, ChuHoSo="Lê Văn Cường", TrangThaiHoSo="9"))
    ready.progress(step(1, "20220512090000", "4"))
    ready.add(record(3))
    ready.progress(step(3))

    admin(ready, "PATCH", f"/_admin/faults/{number}", {"succeed_first": None, "fail_request_count": 1})
    ready.call("LayThuTuc")

    after = ready.dossier(record(1)["MaHoSo"])
    assert ready.get(f"/_admin/digest?madonvi={MADONVI}") == before
    assert [after[name] for name in ("record", "progress", "status", "leaf")] == [
        first[name] for name in ("record", "progress", "status", "leaf")
    ]
    assert ready.send("GET", f"/_admin/dossiers/{record(3)['MaHoSo']}").status == 404
    restored = ready.ledger()[-1]
    assert (restored["kind"], int(restored["record_hash"], 16)) == ("restored", 4)
    assert ready.effects(ready.add(record(3))) == ["applied"]
    assert ready.effects(ready.progress(step(1), step(1, "20220512090000", "4"), step(3))) == [
        *("absorbed", "applied", "applied")
    ]


def test_a_backup_reaches_back_only_to_when_the_fault_was_set(ready: Province) -> None:
    ready.add(record(1))
    ready.update(record(1, ChuHoSo="Trần Văn Bình"))

    set_fault(ready, rollback_to={"seconds": 3600}, fail_request_count=1)
    ready.call("LayThuTuc")

    assert ready.dossier(record(1)["MaHoSo"])["record"]["ChuHoSo"] == "Trần Văn Bình"
    assert int(ready.ledger()[-1]["record_hash"], 16) == 2


@pytest.mark.parametrize(
    ("restorations", "last", "spans"),
    [
        ([], 10, [(1, 10)]),
        ([(8, 3)], 10, [(9, 10), (1, 3)]),
        ([(8, 3)], 7, [(1, 7)]),
        ([(20, 5), (8, 3)], 30, [(21, 30), (1, 5)]),
        ([(20, 10), (8, 3)], 30, [(21, 30), (9, 10), (1, 3)]),
    ],
)
def test_rows_between_a_restoration_and_its_backup_are_untrue(
    restorations: list[tuple[int, int]], last: int, spans: list[tuple[int, int]]
) -> None:
    assert true_spans(restorations, last) == spans


def test_a_stale_read_tells_the_state_of_then_or_nothing(ready: Province, national_database_url: str) -> None:
    set_fault(ready, stale_read={"seconds": 50})
    ready.add(record(1))
    _age(national_database_url, 100)
    ready.update(record(1, ChuHoSo="Trần Văn Bình"))
    ready.add(record(2))

    old = ready.call("TraCuuHoSo", mahoso=record(1)["MaHoSo"])["result"]
    new = ready.call("TraCuuHoSo", mahoso=record(2)["MaHoSo"])["result"]

    assert (old, new) == ([record(1)], [])


def test_a_ledger_of_before_these_faults_takes_their_rows(
    start: Callable[..., Province], national_database_url: str
) -> None:
    start().add(record(1))
    with psycopg.connect(national_database_url) as connection:
        connection.execute("ALTER TABLE ledger DROP CONSTRAINT ledger_kind_check")
        connection.execute("ALTER TABLE ledger ADD CHECK (kind IN ('record', 'progress'))")

    upgraded = start()
    set_fault(upgraded, forget_idempotency_keys=True, fail_request_count=1)
    upgraded.call("TraCuuHoSo")

    assert _kinds(upgraded) == ["record", "forgot"]


def test_marks_of_the_ledger_stand_in_every_provinces_pages(ready: Province) -> None:
    ready.add(record(1))
    set_fault(ready, forget_idempotency_keys=True, fail_request_count=1)
    ready.call("TraCuuHoSo")

    rows = ready.get(f"/_admin/ledger?madonvi={MADONVI}")["rows"]

    assert [row[2] for row in rows] == ["record", "forgot"]


@pytest.mark.parametrize("depth", [300, 900, 5000])
def test_a_record_nested_beyond_reason_breaks_no_fault(start: Callable[..., Province], depth: int) -> None:
    province = start(bugs=("lose", "duplicate", "reorder", "corrupt"))
    set_fault(province, name="a", partial_batch={"fraction": 1}, first_attempts=1, every=1000)
    set_fault(province, name="b", match={"hash_range": [0, 9]}, reject_rule={"error_code": "1", "message": "x"})
    content = json.dumps(envelope(province, "CapNhatTienDoHoSoMC", data=["DEEP", 7, None, {}]))
    deep = b'{"a":' * depth + b"1" + b"}" * depth

    reply = province.send("POST", "/mapi/g", content.encode().replace(b'"DEEP"', deep))

    assert (reply.status, reply.content["error_code"]) == (200, "1")
