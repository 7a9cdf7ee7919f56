"""Parked letters: found by what was refused, sent again or given up once, and never forgotten."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given as drawn
from hypothesis import strategies as st

from procedures import actions
from sync import outbox, parking
from sync.models import Delivery, Replay
from sync.parking import Filter, NothingChosen
from tests.portal import world as worlds
from tests.portal.world import HOUR, MORNING, World
from tests.sync.letters import BAD_DATE, BY, Given, letter, park, parked, skipped_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return worlds.build()


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def pk_of(chosen: Filter) -> set[int]:
    return set(parking.parked(chosen).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("chosen", "fits"),
    [
        (Filter(), "abc"),
        (Filter(reason="1"), "ab"),
        (Filter(reason="ngày SINH"), "a"),
        (Filter(reason="11"), ""),
        (Filter(procedure="1.012756"), "b"),
        (Filter(agency="000.00.16.H49"), "ac"),
        (Filter(agency="000.16.16.H49"), "c"),
        (Filter(agency="nowhere"), ""),
        (Filter(reason="1", agency="000.16.16.H49"), ""),
    ],
)
def test_letters_are_found_by_reason_procedure_and_agency_with_those_below(
    world: World, chosen: Filter, fits: str
) -> None:
    letters = {
        "a": worlds.file(world),
        "b": worlds.file(world, what=world.land, where=world.department),
        "c": worlds.file(world, where=world.other_commune),
    }
    for name, reason in {"a": BAD_DATE, "b": "1 Thiếu lĩnh vực", "c": "5 Đơn vị không có quyền"}.items():
        park(letters[name], reason=reason)

    assert pk_of(chosen) == {letters[name].pk for name in fits}
    assert parking.count(chosen) == len(fits)


def test_letters_are_found_by_code_and_by_when_they_were_parked(world: World) -> None:
    old, new = parked(world, 2)
    execute(f"UPDATE sync_delivery SET parked_at = parked_at - interval '2 days' WHERE application_id = {old.pk}")
    at = letter(new).parked_at
    assert at is not None

    assert pk_of(Filter(since=at)) == {new.pk}
    assert pk_of(Filter(until=at)) == {old.pk}
    assert pk_of(Filter(since=at - timedelta(days=3), until=at + HOUR)) == {old.pk, new.pk}
    assert pk_of(Filter(codes=(old.code, "H49-none"))) == {old.pk}


def test_reasons_are_grouped_without_what_differs_from_letter_to_letter(world: World) -> None:
    for number in range(3):
        parked(world, reason=f"1 Hồ sơ 000.00.16.H49-220512-000{number} thiếu lĩnh vực")
    for attempts in (8, 9):
        parked(world, reason=f"gửi {attempts} lần không thành, trong khi các hồ sơ khác gửi được: HTTP 500")

    groups = parking.groups(Filter())

    assert [group.count for group in groups] == [3, 2]
    assert groups[0].words == "1 Dữ liệu không hợp lệ: Hồ sơ … thiếu lĩnh vực"
    assert groups[1].text.startswith("gửi nhiều lần không thành")
    assert [parking.count(Filter(group=group.text)) for group in groups] == [3, 2]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("1 Thiếu lĩnh vực", "1 Dữ liệu không hợp lệ: Thiếu lĩnh vực"),
        ("1 Dữ liệu không hợp lệ: MaHoSo", "1 Dữ liệu không hợp lệ: MaHoSo"),
        ("5", "5 Đơn vị không có quyền"),
        ("99 Lạ", "99 Lạ"),
        ("", ""),
    ],
)
def test_a_refusal_is_told_with_the_meaning_of_its_code(reason: str, words: str) -> None:
    assert parking.words_of(reason) == words


@drawn(st.text())
def test_whatever_the_national_side_said_stays_in_the_words(reason: str) -> None:
    code, _, message = reason.partition(" ")

    assert parking.words_of(reason).startswith(code)
    assert parking.words_of(reason).endswith(message)


@pytest.mark.django_db(transaction=True)
def test_changes_after_the_refusal_are_held_behind_it(world: World) -> None:
    held, alone = parked(world, 2)
    actions.accept(held, by=None, at=MORNING + HOUR)

    assert pk_of(Filter(held=True)) == {held.pk}
    waiting = parking.waiting(list(parking.parked(Filter())))
    assert [(one.version, one.is_held) for one in waiting[held.pk]] == [(1, False), (2, True)]
    assert [(one.version, one.is_held) for one in waiting[alone.pk]] == [(1, False)]


def test_a_retry_makes_letters_due_and_is_written_down_with_who_and_why(world: World) -> None:
    first, second, other = parked(world, 3)

    order = parking.replay(Filter(codes=(first.code, second.code)), **BY)

    assert {one.application for one in outbox.claim(uuid4(), 10)} == {first.pk, second.pk}
    assert letter(other).parked_at is not None
    assert (order.kind, order.by, order.why, order.total, order.done) == ("retry", BY["by"], BY["why"], 2, 2)
    assert order.criteria == {"codes": [first.code, second.code]}
    assert order.finished_at is not None
    item = order.items.get(application=first.pk)
    assert (item.sent, item.version, item.reason, item.outcome) == (0, 1, BAD_DATE, "done")
    assert parking.orders().get() == order


def test_what_was_tried_often_goes_on_alone_after_a_retry(world: World) -> None:
    (poison,) = parked(world, reason="gửi 8 lần không thành: HTTP 500")
    execute("UPDATE sync_delivery SET attempts = 8")

    parking.replay(Filter(), **BY)

    assert outbox.claim(uuid4(), 10, outbox.UNSUSPECTED) == []
    assert [one.application for one in outbox.claim(uuid4(), 10, outbox.SUSPECTED)] == [poison.pk]


def test_a_skipped_letter_waits_no_more_and_stays_visible(world: World) -> None:
    (given_up,) = parked(world)

    order = parking.skip(Filter(), **BY)

    assert (order.kind, order.done) == ("skip", 1)
    assert (letter(given_up).sent, letter(given_up).skipped) == (0, 1)
    assert outbox.claim(uuid4(), 10) == []
    assert parking.count(Filter()) == Delivery.objects.backlog().count() == 0
    assert pk_of(Filter(skipped=True)) == {given_up.pk}
    assert skipped_changes() == [(given_up.code, 1)]


def test_the_next_change_of_a_skipped_letter_sends_its_whole_history(world: World) -> None:
    given_up, other = parked(world, 2)
    parking.skip(Filter(), **BY)

    actions.accept(given_up, by=None, at=MORNING + HOUR)

    assert [(one.application, one.sent, one.wanted) for one in outbox.claim(uuid4(), 10)] == [(given_up.pk, 0, 2)]
    assert (letter(given_up).skipped, letter(given_up).reason) == (None, "")
    assert skipped_changes() == [(other.code, 1)]


def test_a_parked_letter_that_nobody_skipped_stays_parked_at_its_next_change(world: World) -> None:
    (waiting,) = parked(world)

    actions.accept(waiting, by=None, at=MORNING + HOUR)

    assert letter(waiting).parked_at is not None
    assert outbox.claim(uuid4(), 10) == []


def test_a_skipped_letter_can_be_sent_after_all_but_not_skipped_twice(world: World) -> None:
    (given_up,) = parked(world)
    parking.skip(Filter(), **BY)

    with pytest.raises(NothingChosen):
        parking.skip(Filter(skipped=True), **BY)
    parking.replay(Filter(skipped=True), **BY)

    assert [one.application for one in outbox.claim(uuid4(), 10)] == [given_up.pk]
    assert skipped_changes() == []


def test_an_order_for_nothing_leaves_no_trace(world: World) -> None:
    parked(world)

    with pytest.raises(NothingChosen):
        parking.replay(Filter(reason="5"), **BY)

    assert not Replay.objects.exists()


@pytest.mark.parametrize("given", [Given(by="", why="sai"), Given(by="Trần Kỹ Sư", why="")])
def test_an_order_without_who_or_why_is_refused_by_the_database(world: World, given: Given) -> None:
    (waiting,) = parked(world)

    with pytest.raises(IntegrityError, match="an_order_says_who_and_why"), transaction.atomic():
        parking.skip(Filter(), **given)

    assert letter(waiting).skipped is None


def test_only_what_is_parked_can_be_skipped_in_the_table(world: World) -> None:
    worlds.file(world)

    with pytest.raises(IntegrityError, match="only_what_is_parked_is_skipped"), transaction.atomic():
        Delivery.objects.update(skipped=1)
