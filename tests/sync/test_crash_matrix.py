"""The crash matrix of the sync job: the process is killed at the line, then nothing is lost and nothing applied twice.

Rows elsewhere: 3, 4 and 13 with a real worker and Redis in test_worker, 4 and 12 in test_lease too, 8 in test_delivery,
14 and 15 in test_pump and test_profiles, 16 in test_profiles, 17 in test_reconcile.
"""

import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.db import OperationalError, connection

from procedures import actions
from procedures.models import Application
from sync import delivery
from sync.loadtest.checker import check
from sync.models import Delivery, Exchange
from sync.pump import national_client, pump
from sync.reconcile import reconcile
from tests.portal import world as worlds
from tests.portal.world import HOUR, MORNING, World
from tests.sync import interference
from tests.sync.agreement import assert_nothing_lost_or_doubled
from tests.sync.interference import Line

Environment = dict[str, str]


@dataclass(frozen=True)
class Death:
    """Where a pump dies: before or after the nth call of a function."""

    row: str
    place: str
    nth: int
    when: str
    applied: int  # progress rows the national side has by then


DEATHS = [
    Death("5: claimed, not sent", "sync.client:NationalClient._send", 1, "before", 0),
    Death("5: signed in, not sent", "sync.client:NationalClient._send", 2, "before", 0),
    Death("9: records applied, no progress", "sync.client:NationalClient._send", 3, "before", 0),
    Death("9: records answered, dies hearing it", "sync.client:NationalClient._send", 2, "after", 0),
    Death("10: all answered, not settled", "sync.client:NationalClient._send", 3, "after", 4),
    Death("10: dies at the settlement", "sync.delivery:settle", 1, "before", 4),
    Death("11: settled, not written down", "sync.exchanges:write", 1, "before", 4),
    Death("11: written down, not committed", "sync.exchanges:write", 1, "after", 4),
    Death("after the settlement", "sync.delivery:settle", 1, "after", 4),
]


def killed(environment: Environment, place: str, nth: int, when: str, work: str = "pump") -> None:
    """Run the work until it dies at the place; that it does is the first thing asserted."""
    command = [sys.executable, "-m", "tests.sync.killed_at", place, str(nth), when, work]
    done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL


def leases_and_pauses_end() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sync_delivery SET next_attempt_at = now()")
        cursor.execute("UPDATE sync_gate SET not_before = NULL, state = 'closed'")


def deliver_the_rest() -> None:
    for _ in range(3):
        leases_and_pauses_end()
        pump()
    assert not Delivery.objects.waiting().exists()


@pytest.mark.parametrize("death", DEATHS, ids=lambda death: death.row)
def test_whoever_dies_at_this_line_loses_and_doubles_nothing(
    world: World, line: Line, job_environment: Environment, national: Any, death: Death
) -> None:
    worlds.settled(world)
    worlds.file(world)

    killed(job_environment, death.place, death.nth, death.when)

    assert national.execute("SELECT count(*) FROM progress").fetchone() == (death.applied,)
    deliver_the_rest()
    assert_nothing_lost_or_doubled()


def test_a_change_that_dies_before_its_commit_never_was(world: World, line: Line, job_environment: Environment) -> None:
    application = worlds.file(world)
    commit = "django.db.backends.postgresql.base:DatabaseWrapper._commit"

    killed(job_environment, commit, 1, "before", f"accept:{application.pk}")

    assert Application.objects.get(pk=application.pk).version == 1
    assert Delivery.objects.get(pk=application.pk).wanted == 1


@pytest.mark.parametrize(
    "place",
    ["django.db.backends.postgresql.base:DatabaseWrapper._commit", "sync.wake:wake"],
    ids=["at the commit", "before the wake-up"],
)
def test_a_change_whose_wake_up_died_is_delivered_by_the_next_turn(
    world: World, line: Line, job_environment: Environment, place: str
) -> None:
    application = worlds.file(world)

    killed(job_environment, place, 1, "after" if "commit" in place else "before", f"accept:{application.pk}")

    assert Delivery.objects.get(pk=application.pk).wanted == 2
    deliver_the_rest()
    assert_nothing_lost_or_doubled()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://national.invalid"], ids=["refused", "no such name"])
def test_a_national_side_that_cannot_be_reached_costs_a_wait_and_nothing_else(
    world: World, line: Line, settings: LazySettings, address: str
) -> None:
    worlds.file(world)
    known, settings.NATIONAL = settings.NATIONAL, {**settings.NATIONAL, "adapter_url": address}
    pump()

    assert Delivery.objects.get().last_error_class == "connection"
    settings.NATIONAL = known
    deliver_the_rest()
    assert_nothing_lost_or_doubled()


def hang_a_second() -> None:
    time.sleep(1)


@pytest.mark.parametrize("nth", [0, 1], ids=["records", "progress"])
@pytest.mark.parametrize("trouble", [interference.cut, hang_a_second], ids=["cut", "timeout"])
def test_a_request_lost_on_its_way_or_too_slow_is_sent_again(
    world: World, line: Line, settings: LazySettings, trouble: Any, nth: int
) -> None:
    settings.NATIONAL = {**settings.NATIONAL, "timeout_seconds": 0.5}
    worlds.settled(world)
    line.delays = [*([lambda: None] * nth), trouble]

    pump()
    deliver_the_rest()

    assert Exchange.objects.exclude(error="").exists()
    assert_nothing_lost_or_doubled()


def test_a_settlement_whose_database_goes_away_is_made_by_another_turn(
    world: World, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds.settled(world)
    settle = delivery.settle

    def fail_over(batches: list[delivery.Batch]) -> None:
        with connection.cursor() as cursor, pytest.raises(OperationalError):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        settle(batches)

    monkeypatch.setattr("sync.delivery.settle", fail_over)
    with pytest.raises(OperationalError):
        pump()
    monkeypatch.undo()
    deliver_the_rest()

    assert_nothing_lost_or_doubled()


def test_a_process_that_stood_still_past_its_lease_overtakes_nobody_for_good(
    world: World, line: Line, job_environment: Environment
) -> None:
    application = worlds.file(world)
    program = "import django; django.setup(); from sync.pump import pump; pump()"
    stopped = subprocess.Popen([sys.executable, "-c", program], env=job_environment, cwd=settings.BASE_DIR)

    def stand_still() -> None:
        """Its records are on their way when it is frozen; another delivers something newer meanwhile."""
        stopped.send_signal(signal.SIGSTOP)
        leases_and_pauses_end()
        actions.accept(application, by=None, at=MORNING + HOUR)
        pump()
        connection.close()

    line.delays = [stand_still]
    _until_another_has_delivered()
    stopped.send_signal(signal.SIGCONT)
    stopped.wait(60)
    deliver_the_rest()

    with national_client() as client:
        assert check(client).lost == []
        assert reconcile(client).differing == 0


def _until_another_has_delivered() -> None:
    with connection.cursor() as cursor:
        for _ in range(600):
            if Exchange.objects.filter(service="CapNhatTienDoHoSoMC", http_status=200).exists():
                return
            cursor.execute("SELECT pg_sleep(0.05)")
    pytest.fail("nobody delivered for half a minute while one pump stood still")


def test_a_machine_whose_clock_is_wrong_leases_and_waits_by_the_databases(
    world: World, line: Line, job_environment: Environment
) -> None:
    worlds.file(world)
    line.script = [interference.fail]
    program = (
        "import time; real = time.time; time.time = lambda: real() + 86400\n"
        "import django; django.setup(); from sync.pump import pump; pump()"
    )

    subprocess.run([sys.executable, "-c", program], env=job_environment, cwd=settings.BASE_DIR, check=True, timeout=60)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sync_delivery WHERE next_attempt_at > now() + interval '1 hour'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM sync_exchange WHERE started_at > now()")
        assert cursor.fetchone() == (0,)
