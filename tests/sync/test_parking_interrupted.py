"""Orders on parked letters that are interrupted, killed or overtaken: done once, and never what nobody has seen."""

import subprocess
import sys
import threading

import pytest
from django.db import connection

from procedures import actions
from procedures.models import Application
from sync import parking
from sync.loadtest.checker import check
from sync.models import Delivery, Replay, ReplayItem
from sync.parking import Filter
from sync.pump import national_client, pump
from sync.reconcile import reconcile
from tests.portal import world as worlds
from tests.portal.world import HOUR, MORNING, World
from tests.sync.interference import Line
from tests.sync.letters import BY, letter, park, parked, skipped_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return worlds.build()


def pk_of(chosen: Filter) -> set[int]:
    return set(parking.parked(chosen).values_list("pk", flat=True))


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def outcomes(order: Replay) -> dict[int, str]:
    return dict(order.items.values_list("application_id", "outcome"))


class Killed(Exception):
    """Between two batches."""


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parking, "BATCH", 2)


def stop_after(letters: int) -> parking.Told:
    def told(through: int) -> None:
        if through >= letters:
            raise Killed

    return told


def interrupted(kind: str) -> Replay:
    with pytest.raises(Killed):
        {"retry": parking.replay, "skip": parking.skip}[kind](Filter(), **BY, told=stop_after(2))
    return parking.unfinished().get()


def test_an_interrupted_retry_goes_on_where_it_stopped_and_repeats_nothing(world: World, small_batches: None) -> None:
    letters = parked(world, 5)
    order = interrupted("retry")
    assert sorted(outcomes(order).values()) == ["", "", "", "done", "done"]
    park(*letters[:2], reason="1 vẫn sai")  # sent again in the meantime, and refused again

    told: list[int] = []
    order = parking.resume(order, told.append)

    assert told == [4, 5]
    assert (order.done, order.total, order.finished_at is None) == (5, 5, False)
    assert pk_of(Filter()) == {application.pk for application in letters[:2]}
    assert parking.resume(order).done == 5
    assert not parking.unfinished().exists()


def test_a_letter_refused_anew_since_the_order_is_left_alone(world: World, small_batches: None) -> None:
    letters = parked(world, 3)
    order = interrupted("retry")
    execute(f"UPDATE sync_delivery SET parked_at = parked_at + interval '1 s' WHERE application_id = {letters[2].pk}")

    order = parking.resume(order)

    assert outcomes(order)[letters[2].pk] == ReplayItem.Outcome.LEFT
    assert (order.done, order.total) == (2, 3)
    assert letter(letters[2]).parked_at is not None


def test_a_change_nobody_has_seen_is_not_skipped(world: World, small_batches: None) -> None:
    letters = parked(world, 3)
    order = interrupted("skip")
    actions.accept(Application.objects.get(pk=letters[2].pk), by=None, at=MORNING + HOUR)

    order = parking.resume(order)

    assert outcomes(order)[letters[2].pk] == ReplayItem.Outcome.LEFT
    assert letter(letters[2]).skipped is None


def test_a_retry_does_not_undo_what_another_has_skipped_since(world: World, small_batches: None) -> None:
    letters = parked(world, 3)
    order = interrupted("retry")
    parking.skip(Filter(), **BY)

    order = parking.resume(order)

    assert outcomes(order)[letters[2].pk] == ReplayItem.Outcome.LEFT
    assert pk_of(Filter(skipped=True)) == {letters[2].pk}


@pytest.mark.django_db(transaction=True)
def test_two_who_go_on_with_the_same_order_share_it(world: World, small_batches: None) -> None:
    parked(world, 9)
    order = interrupted("retry")
    start = threading.Barrier(2)

    def go_on() -> None:
        start.wait()
        parking.resume(Replay.objects.get(pk=order.pk))
        connection.close()

    threads = [threading.Thread(target=go_on) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    order.refresh_from_db()
    assert (order.done, order.total, order.finished_at is None) == (9, 9, False)
    assert set(outcomes(order).values()) == {"done"}


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("place", "nth", "when", "done"),
    [
        ("sync.parking:_batch", 1, "before", 0),
        ("sync.parking:rows", 4, "after", 2),  # the second batch has moved its letters, and is not committed
        ("sync.parking:_batch", 2, "after", 4),
        ("sync.parking:_batch", 4, "before", 5),
    ],
)
def test_a_killed_retry_is_gone_on_with_and_no_letter_is_done_twice(
    world: World, job_environment: dict[str, str], place: str, nth: int, when: str, done: int
) -> None:
    letters = parked(world, 5)
    command = [sys.executable, "-m", "tests.sync.killed_at", place, str(nth), when, "retry"]
    death = subprocess.run(command, env=job_environment, capture_output=True, text=True, check=False)
    assert death.returncode == -9, death.stderr
    order = parking.unfinished().get()
    assert (order.total, order.done) == (5, done)
    assert len(pk_of(Filter())) == 5 - done

    parking.resume(order)

    assert outcomes(order) == dict.fromkeys((application.pk for application in letters), "done")
    assert parking.orders().get().finished_at is not None
    assert Delivery.objects.backlog().count() == 5


@pytest.mark.django_db(transaction=True)
def test_what_was_refused_skipped_and_changed_arrives_whole_and_in_order(world: World, line: Line) -> None:
    retried, changed, given_up = parked(world, 3)
    parking.skip(Filter(codes=(changed.code, given_up.code)), **BY)
    pump()
    assert not Delivery.objects.exclude(sent=0).exists()

    parking.replay(Filter(), **BY)
    actions.accept(changed, by=None, at=MORNING + HOUR)
    pump()

    assert [letter(one).sent for one in (retried, changed, given_up)] == [1, 2, 0]
    with national_client() as client:
        verdict = check(client)
        assert reconcile(client).differing == 0
    assert skipped_changes() == [(given_up.code, 1)]
    assert (verdict.parked, verdict.skipped) == (0, 1)
    assert verdict.is_clean


@pytest.mark.django_db(transaction=True)
def test_a_record_the_national_side_refused_arrives_after_it_was_put_right_and_retried(
    world: World, line: Line
) -> None:
    bad = worlds.file(world)
    execute(f"UPDATE procedures_application SET code = '' WHERE id = {bad.pk}")  # what the national side cannot read
    pump()
    assert [group.words[:2] for group in parking.groups(Filter())] == ["1 "]

    parking.replay(Filter(), **BY)
    pump()
    assert parking.count(Filter()) == 1, "nothing was put right, so it is refused again"
    execute(f"UPDATE procedures_application SET code = '{bad.code}' WHERE id = {bad.pk}")
    parking.replay(Filter(), **BY)
    pump()

    assert (letter(bad).sent, letter(bad).parked_at, letter(bad).attempts) == (1, None, 0)
    assert parking.orders().count() == 2
    with national_client() as client:
        assert check(client).is_clean
