"""The deliberate bugs, each seen where the checker looks: the ledger and the dossiers; and only with some of them."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from sync.national.faults.bugs import NAMES, ONE_IN, Bugs, hits
from sync.national.faults.edits import CORRUPTED
from sync.national.faults.fields import ImpossibleFault
from tests.national.fault_client import admin, set_fault
from tests.national.province import Province, record, step

NUMBERS = range(1200)
HIT = next(number for number in NUMBERS if hits(record(number)["MaHoSo"]))
WELL = next(number for number in NUMBERS if not hits(record(number)["MaHoSo"]))
EARLY, LATE = "20220512083015", "20220512090000"


def test_about_one_dossier_in_two_hundred_is_hit() -> None:
    found = sum(hits(f"000.00.16.H49-220512-{number}") for number in range(20_000))

    assert 0.7 < found * ONE_IN / 20_000 < 1.3


@pytest.fixture
def with_bug(start: Callable[..., Province]) -> Callable[[str], Province]:
    def begin(*names: str) -> Province:
        return start(bugs=names)

    return begin


def _codes(province: Province, kind: str) -> Counter[str]:
    return Counter(row["code"] for row in province.ledger() if row["kind"] == kind)


def test_lose_answers_success_and_applies_nothing(with_bug: Callable[[str], Province]) -> None:
    province = with_bug("lose")

    added = province.add(record(WELL), record(HIT))
    moved = province.progress(step(HIT), step(WELL))

    assert province.effects(added) == province.effects(moved) == ["applied", "applied"]
    assert (added["error_code"], moved["error_code"]) == ("0", "0")
    assert [item["MaHoSo"] for item in moved["result"]] == [record(HIT)["MaHoSo"], record(WELL)["MaHoSo"]]
    assert {row["code"] for row in province.ledger()} == {record(WELL)["MaHoSo"]}


def test_duplicate_applies_a_progress_row_twice(with_bug: Callable[[str], Province]) -> None:
    province = with_bug("duplicate")
    province.add(record(WELL), record(HIT))

    for _ in range(3):
        province.progress(step(WELL), step(HIT))

    assert _codes(province, "progress") == {record(WELL)["MaHoSo"]: 1, record(HIT)["MaHoSo"]: 2}


def _moments(province: Province, number: int) -> list[int]:
    return [row["happened"] for row in province.ledger() if row["code"] == record(number)["MaHoSo"] and row["happened"]]


def test_reorder_applies_the_newer_rows_of_a_request_first(with_bug: Callable[[str], Province]) -> None:
    province = with_bug("reorder")
    province.add(record(WELL), record(HIT))

    rows = [step(number, second) for second in (EARLY, LATE) for number in (WELL, HIT)]
    answer = province.progress(*rows)

    assert [item["MaHoSo"] for item in answer["result"]] == [row["MaHoSo"] for row in rows]
    assert _moments(province, WELL) == [int(EARLY), int(LATE)]
    assert _moments(province, HIT) == [int(LATE), int(EARLY)]


def test_reorder_holds_a_first_row_back_until_the_next_comes(with_bug: Callable[[str], Province]) -> None:
    province = with_bug("reorder")
    province.add(record(HIT))

    answers = [province.effects(province.progress(step(HIT, second))) for second in (EARLY, LATE, "20220513")]

    assert answers == [["applied"]] * 3
    assert _moments(province, HIT) == [int(LATE), int(EARLY)]
    assert _codes(province, "progress") == {record(HIT)["MaHoSo"]: 3}


def test_corrupt_stores_another_text_than_was_sent(with_bug: Callable[[str], Province]) -> None:
    province = with_bug("corrupt")
    province.add(record(WELL), record(HIT))
    province.progress(step(WELL), step(HIT))

    assert province.effects(province.add(record(HIT))) == ["absorbed"]

    well, hit = (province.dossier(record(number)["MaHoSo"]) for number in (WELL, HIT))
    assert (well["record"], well["progress"]) == (record(WELL), [step(WELL)])
    assert hit["record"]["ChuHoSo"] == record(HIT)["ChuHoSo"] + CORRUPTED
    assert hit["progress"][0]["NoiDungXuLy"] == step(HIT)["NoiDungXuLy"] + CORRUPTED


def test_a_fault_applies_rows_of_every_dossier_twice(province: Province) -> None:
    set_fault(province, duplicate_apply_bug=True)
    province.add(record(WELL))

    assert province.effects(province.progress(step(WELL))) == ["applied"]

    assert _codes(province, "progress") == {record(WELL)["MaHoSo"]: 2}


def test_bugs_are_switched_by_the_admin_api(province: Province) -> None:
    assert province.get("/_admin/bugs") == dict.fromkeys(NAMES, False)

    reply = admin(province, "PUT", "/_admin/bugs", {"lose": True})

    assert reply.content == {**dict.fromkeys(NAMES, False), "lose": True}
    province.add(record(HIT))
    assert province.ledger() == []


@pytest.mark.parametrize("wanted", [[], {"lose": 1}, {"loose": True}, {"to_json": True}])
def test_an_unknown_bug_is_refused_with_those_that_are_known(wanted: Any) -> None:
    bugs = Bugs()

    with pytest.raises(ImpossibleFault, match="lose, duplicate, reorder, corrupt"):
        bugs.change(wanted)

    assert not bugs
