"""A lease is a fence: whoever comes back without it has changed nothing for good, and nobody waits in a circle."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import LazySettings, settings
from django.db import OperationalError, connection
from psycopg.conninfo import make_conninfo

from procedures import actions
from procedures.models import Application
from sync import outbox
from sync.gate import Slots
from sync.loadtest.checker import check
from sync.models import Delivery
from sync.outbox import Claimed, Lease
from sync.pump import Turn, national_client, pump
from sync.reconcile import reconcile
from tests.portal import world as worlds
from tests.portal.world import HOUR, MORNING, World
from tests.sync import interference
from tests.sync.interference import Line, Reply


def let_pauses_and_leases_end() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sync_delivery SET next_attempt_at = now()")


def in_time(reply: Reply) -> None:
    reply.send()


@pytest.mark.parametrize("ending", [in_time, interference.lose, interference.refuse], ids=lambda one: one.__name__)
def test_what_a_frozen_pump_sent_over_something_newer_is_put_right(
    world: World, line: Line, ending: Callable[[Reply], None]
) -> None:
    application = worlds.file(world)

    def others_overtake() -> None:
        """The frozen pump's call is still on its way when another has delivered something newer."""
        let_pauses_and_leases_end()
        actions.accept(application, by=None, at=MORNING + HOUR)
        assert pump() == Turn(1, 1, unfinished=False)
        connection.close()

    line.delays = [others_overtake]
    line.script = [in_time, in_time, ending]
    pump()
    let_pauses_and_leases_end()
    pump()

    assert not Delivery.objects.waiting().exists()
    assert_both_sides_agree()


def test_two_pumps_at_once_share_the_work_and_double_nothing(world: World, line: Line, settings: LazySettings) -> None:
    settings.SYNC_BATCH = 4
    for _ in range(24):
        worlds.file(world)

    with ThreadPoolExecutor(2) as threads:
        turns = [one.result(60) for one in [threads.submit(_pump_and_leave) for _ in range(2)]]

    assert sum(turn.claimed for turn in turns) == 24
    sent = [row["MaHoSo"] for one in line.heard if one.service == "DongBoHoSoMC" for row in one.content["data"]]
    assert len(sent) == len(set(sent)) == 24
    assert_both_sides_agree()


def _pump_and_leave() -> Turn:
    try:
        return pump()
    finally:
        connection.close()


def test_who_writes_history_waits_for_a_settlement_and_never_in_a_circle(world: World, line: Line) -> None:
    """Rejected rows are settled after acknowledged ones, while history is marked in the order of the keys."""
    rejected, acknowledged = worlds.file(world), worlds.file(world)
    Application.objects.filter(pk=rejected.pk).update(code="")  # a number the national side cannot read
    mark = "UPDATE sync_delivery SET wanted = wanted + 1 WHERE application_id = %s"
    with ThreadPoolExecutor(1) as threads, psycopg.connect(_database()) as writer:

        def write_the_first(reply: Reply) -> None:
            writer.execute(mark, [rejected.pk])
            reply.send()

        line.script = [Reply.send, write_the_first]
        pumping = threads.submit(_pump_and_leave)
        _until_somebody_waits_for_a_lock(pumping)
        writer.execute(mark, [acknowledged.pk])
        writer.commit()
        pumping.result(60)

    assert Delivery.objects.parked().get().pk == rejected.pk


def test_a_late_settlement_and_a_mark_in_the_order_of_the_keys_never_wait_in_a_circle(world: World) -> None:
    first, second = worlds.file(world), worlds.file(world)
    frozen = uuid4()
    claimed = {one.application: one for one in outbox.claim(frozen, 10)}
    Delivery.objects.filter(pk=first.pk).update(lease_owner=uuid4())
    mark = "UPDATE sync_delivery SET wanted = wanted + 1 WHERE application_id = %s"
    with ThreadPoolExecutor(1) as threads, psycopg.connect(_database()) as writer:
        writer.execute(mark, [first.pk])
        settling = threads.submit(_settle_and_leave, frozen, [claimed[second.pk], claimed[first.pk]])
        _until_somebody_waits_for_a_lock(settling)
        writer.execute(mark, [second.pk])
        writer.commit()

        assert settling.result(30) == 1


def _settle_and_leave(owner: UUID, done: list[Claimed]) -> int:
    try:
        return outbox.settle(owner, done)
    finally:
        connection.close()


# Of this test's database: the server has those of other test processes too.
_WAITING = """
SELECT count(*), pg_sleep(0.01) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE NOT granted AND datname = current_database()
"""


def _until_somebody_waits_for_a_lock(pumping: "Future[Any]") -> None:
    while not pumping.done():
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone()[0]:
                return


def _database() -> str:
    given = connection.get_connection_params()
    return make_conninfo(
        "", **{name: given[name] for name in ("host", "port", "user", "password", "dbname") if given.get(name)}
    )


def assert_both_sides_agree() -> None:
    with national_client() as client:
        verdict = check(client)
        assert (verdict.lost, verdict.unexpected, verdict.duplicated) == ([], [], [])
        assert reconcile(client).differing == 0


def seconds_until_due() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM next_attempt_at - now()) FROM sync_delivery")
        return float(cursor.fetchone()[0])


def pump_elsewhere(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    program = "import django; django.setup(); from sync.pump import pump; pump()"
    return subprocess.Popen([sys.executable, "-c", program], env=environment, cwd=settings.BASE_DIR)


def test_what_a_dead_pump_had_claimed_is_due_when_its_last_call_must_have_ended(
    world: World, line: Line, job_environment: dict[str, str]
) -> None:
    worlds.file(world)
    dead = pump_elsewhere(job_environment)
    line.delays = [dead.kill]
    dead.wait(60)
    assert 30 < seconds_until_due() < 60

    assert pump().claimed == 0

    assert 5 < seconds_until_due() <= 8


def test_a_pump_that_lives_keeps_its_lease_however_slow_it_is(
    world: World, line: Line, job_environment: dict[str, str]
) -> None:
    worlds.file(world)
    seen: list[float] = []

    def look_from_elsewhere() -> None:
        pump()
        seen.append(seconds_until_due())
        connection.close()

    slow = pump_elsewhere(job_environment)
    line.delays = [look_from_elsewhere]
    slow.wait(60)

    assert 30 < seen[0] < 60
    assert not Delivery.objects.waiting().exists()


def test_who_stands_still_for_a_whole_lease_is_disconnected_and_keeps_no_slots(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.outbox.LEASE_SECONDS", 1)

    def stand_still() -> None:
        Lease().__enter__()
        Slots().hold(3, 3)  # and never anything more

    def leave() -> None:
        connection.close()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(stand_still).result(30)
        mine = Slots()
        while len(mine) < 3:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.05)")
            mine.hold(3, 3)
        mine.hold(0, 0)
        with pytest.raises(OperationalError):
            threads.submit(lambda: Lease().__enter__()).result(30)
        threads.submit(leave).result(30)


def test_after_a_turn_its_connection_may_be_silent_again(world: World, line: Line) -> None:
    pump()

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('idle_session_timeout')")
        assert cursor.fetchone() == ("0",)
