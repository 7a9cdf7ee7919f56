"""Faults of meaning: applied although it failed, lost, late, half; judged by the ledger."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.national.fault_client import admin, envelope, opened, set_fault, until_closed
from tests.national.province import Province, record
from tests.national.waiting import until


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
    until(ready.ledger)
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


@pytest.mark.parametrize("depth", [300, 900, 5000])
def test_a_record_nested_beyond_reason_breaks_no_fault(start: Callable[..., Province], depth: int) -> None:
    province = start(bugs=("lose", "duplicate", "reorder", "corrupt"))
    set_fault(province, name="a", partial_batch={"fraction": 1}, first_attempts=1, every=1000)
    set_fault(province, name="b", match={"hash_range": [0, 9]}, reject_rule={"error_code": "1", "message": "x"})
    content = json.dumps(envelope(province, "CapNhatTienDoHoSoMC", data=["DEEP", 7, None, {}]))
    deep = b'{"a":' * depth + b"1" + b"}" * depth

    reply = province.send("POST", "/mapi/g", content.encode().replace(b'"DEEP"', deep))

    assert (reply.status, reply.content["error_code"]) == (200, "1")
