"""The crash matrix with a real worker, beat and Redis: a killed worker, a Redis that forgot, two who wake at once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
import redis
from django.conf import settings
from django.db import connection

from procedures import actions
from sync import wake
from sync.models import Delivery, Exchange
from tests.portal import world as worlds
from tests.portal.world import HOUR, MORNING, World
from tests.sync import interference
from tests.sync.agreement import assert_nothing_lost_or_doubled
from tests.sync.interference import Line

pytestmark = pytest.mark.processes


class Programs:
    """Workers and beats on this test's servers."""

    def __init__(self, environment: dict[str, str], folder: Path, stack: ExitStack) -> None:
        self._environment = {**environment, "REDIS_URL": settings.REDIS_URL}
        self._folder = folder
        self._stack = stack

    def worker(self, name: str = "one") -> "subprocess.Popen[bytes]":
        return self._start("worker", "--concurrency", "1", "--without-gossip", "--without-mingle", "-n", f"{name}@here")

    def beat(self, name: str = "beat") -> "subprocess.Popen[bytes]":
        return self._start("beat", "--schedule", str(self._folder / name), "--pidfile", "")

    def _start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "celery", "-A", "portal", *arguments]
        with (self._folder / f"{arguments[0]}.log").open("ab") as log:
            started = subprocess.Popen(
                command, env=self._environment, cwd=settings.BASE_DIR, stdout=log, stderr=log, start_new_session=True
            )
        self._stack.callback(_end, started)
        return started


def _end(program: "subprocess.Popen[bytes]") -> None:
    """With its children, which a killed one leaves behind."""
    for process in psutil.process_iter(["pid"]):
        try:
            if os.getpgid(process.pid) == program.pid:
                process.kill()
        except (psutil.NoSuchProcess, ProcessLookupError):
            continue
    program.wait(20)


@pytest.fixture
def programs(job_environment: dict[str, str], tmp_path: Path) -> Iterator[Programs]:
    wake._client.cache_clear()
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    with ExitStack() as stack:
        yield Programs(job_environment, tmp_path, stack)
    redis.Redis.from_url(settings.REDIS_URL).flushdb()


def until_delivered(seconds: int = 40) -> None:
    """Leases and pauses end at once, so that only the next wake-up is waited for."""
    with connection.cursor() as cursor:
        for _ in range(seconds * 10):
            if not Delivery.objects.waiting().exists():
                return
            cursor.execute("UPDATE sync_delivery SET next_attempt_at = now() WHERE lease_owner IS NULL")
            cursor.execute("SELECT pg_sleep(0.1)")
    pytest.fail(f"{Delivery.objects.waiting().count()} applications still wait after {seconds} s")


def test_a_commit_wakes_a_worker_that_waits_and_it_delivers_at_once(
    world: World, line: Line, programs: Programs
) -> None:
    programs.worker()

    worlds.file(world)  # its commit wakes the pump; there is no beat

    until_delivered()
    assert_nothing_lost_or_doubled()


def test_what_failed_is_tried_again_without_waiting_for_beat(world: World, line: Line, programs: Programs) -> None:
    line.script = [interference.fail]
    programs.worker()

    worlds.file(world)

    until_delivered()  # there is no beat
    assert Exchange.objects.filter(error="http").count() == 1
    assert_nothing_lost_or_doubled()


def test_a_redis_that_forgot_every_wake_up_costs_no_more_than_the_next_turn_of_beat(
    world: World, line: Line, programs: Programs
) -> None:
    worlds.file(world)
    broker = redis.Redis.from_url(settings.REDIS_URL)
    assert broker.llen("celery") == 1
    broker.flushdb()

    programs.worker()
    programs.beat()

    until_delivered()
    assert_nothing_lost_or_doubled()


def test_what_a_killed_worker_had_in_hand_is_delivered_by_the_next(
    world: World, line: Line, programs: Programs
) -> None:
    worlds.settled(world)
    killed = programs.worker()
    line.delays = [lambda: _kill_whole(killed)]
    wake.wake()
    killed.wait(40)
    with connection.cursor() as cursor:  # what a dead pump had claimed is due after eight seconds: now, here
        cursor.execute("UPDATE sync_delivery SET lease_owner = NULL, lease_until = NULL")

    programs.worker("two")
    programs.beat()

    until_delivered()
    assert_nothing_lost_or_doubled()


def _kill_whole(worker: "subprocess.Popen[bytes]") -> None:
    """kill -9 of the main process and of what it left, in the middle of a call."""
    children = psutil.Process(worker.pid).children(recursive=True)
    worker.send_signal(signal.SIGKILL)
    for child in children:
        child.kill()


def test_two_beats_and_two_workers_deliver_everything_once(world: World, line: Line, programs: Programs) -> None:
    applications = [worlds.file(world) for _ in range(12)]
    for name in ("one", "two"):
        programs.worker(name)
        programs.beat(f"beat-{name}")
    for application in applications:
        actions.accept(application, by=None, at=MORNING + HOUR)

    until_delivered()
    assert_nothing_lost_or_doubled()
