"""Faults see the records however they are written, and an answer may say another code than the work deserved."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sync.national.faults.bugs import hits
from tests.national.fault_client import set_fault
from tests.national.province import Province, record, step

HIT = next(number for number in range(1200) if hits(record(number)["MaHoSo"]))
REJECT = {"error_code": "17", "message": "không nhận"}
B, C = "/api/SynsTTHCC/DongBoHoSoMC", "/KetNoiMotCuaQuocGia/ThemMoiHoSo"


def as_object(one: Any) -> Any:
    return one


def as_text(one: Any) -> Any:
    return json.dumps([one])


def as_text_of_an_object(one: Any) -> Any:
    return json.dumps(one)


FORMS = pytest.mark.parametrize("form", [as_object, as_text, as_text_of_an_object])
Form = Callable[[Any], Any]


@FORMS
def test_a_rule_refuses_a_record_however_its_envelope_holds_it(province: Province, form: Form) -> None:
    set_fault(province, match={"procedure": "1.004884"}, reject_rule=REJECT)

    answer = province.call("DongBoHoSoMC", isUpdating="False", data=form(record(1)))

    assert province.effects(answer) == ["17"]
    assert province.ledger() == []


@FORMS
@pytest.mark.parametrize("path", [B, C])
def test_a_rule_refuses_a_record_that_a_gateway_gets_by_itself(province: Province, path: str, form: Form) -> None:
    set_fault(province, match={"procedure": "1.004884"}, reject_rule=REJECT)

    answer = province.post(path, form(record(1, MaHoSo="HS-1"))).content

    assert province.effects(answer) == ["17"]
    assert province.ledger() == []


@FORMS
def test_bugs_meet_a_dossier_however_it_is_written(start: Callable[..., Province], form: Form) -> None:
    province = start(bugs=("lose",))

    for answer in (province.call("DongBoHoSoMC", data=form(record(HIT))), province.post(B, form(record(HIT))).content):
        assert answer["error_code"] == "0"
    assert province.ledger() == []


def test_a_row_of_a_request_that_names_no_agency_is_applied_twice_by_the_bug(start: Callable[..., Province]) -> None:
    hagiang = Province(start(bugs=("duplicate",)).url, madonvi="", username="hagiang", password="hg")
    hagiang.add(record(HIT))

    hagiang.progress(step(HIT))

    assert [row["kind"] for row in hagiang.ledger()] == ["record", "progress", "progress"]


def test_what_was_applied_may_be_answered_with_two_noughts(province: Province) -> None:
    set_fault(province, match={"service": "DongBoHoSoMC"}, apply_then_answer={"error_code": "00"})

    answer = province.add(record(1))

    assert (answer["error_code"], answer["message"]) == ("00", "Thực hiện thành công")
    assert province.effects(answer) == ["applied"]


def test_what_a_gateway_accepts_for_later_is_said_in_letters_that_its_clients_search(province: Province) -> None:
    set_fault(province, delayed_apply={"seconds": 0})

    assert "Đã tiếp nhận".encode() in province.post(C, [record(1)]).body
    assert province.post(B, [record(1)]).body.isascii()


def test_who_has_no_session_loses_none(province: Province) -> None:
    set_fault(province, name="revoked", revoke_client=True)

    assert [province.post(path, [record(1)]).content["error_code"] for path in (B, C)] == ["0", "3"]
    assert province.get("/KetNoiMotCuaQuocGia/LayDanhMucLinhVuc").keys() == {"message"}
    assert {one["fault"] for one in province.get("/_admin/journal")["last"]} == {""}


@pytest.mark.parametrize("code", ["00", "3"])
def test_what_was_refused_is_answered_as_refused_whatever_the_answer_would_say(province: Province, code: str) -> None:
    province.add(record(1))
    set_fault(province, apply_then_answer={"error_code": code})

    halves = province.progress(step(1), step(2))
    province.session = "void"

    assert (halves["error_code"], province.effects(halves)) == ("2", ["applied", "2"])
    assert province.progress(step(1))["error_code"] == "4"


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"error_code": "3"}, "Hồ sơ đã tồn tại"),
        ({"error_code": "99"}, "Lỗi hệ thống"),
        ({"error_code": "-3", "message": "đã tồn tại rồi"}, "đã tồn tại rồi"),
    ],
)
@pytest.mark.parametrize("path", [B, C])
def test_what_was_applied_may_be_answered_as_refused(
    province: Province, path: str, other: dict[str, str], message: str
) -> None:
    set_fault(province, apply_then_answer=other)

    reply = province.post(path, [record(1)])

    assert reply.content == {"error_code": other["error_code"], "message": message, "result": []}
    assert [row["code"] for row in province.ledger()] == [record(1)["MaHoSo"]]
    assert province.get("/_admin/journal")["last"][0]["error_code"] == other["error_code"]
    assert ("đã".encode() in reply.body) == (path == C and "đã" in message)
