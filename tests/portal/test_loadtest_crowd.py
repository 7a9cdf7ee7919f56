"""The generators as programs: each runs once, begins with the others, and one that fails ends the run in a sentence."""

import os
import queue
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from portal.embedded import CannotRun
from portal.loadtest.crowd import Crowd
from portal.processes import Program, Supervisor
from portal.settings import environment
from sync.loadtest.arrivals import Arrivals

pytestmark = pytest.mark.processes


@pytest.fixture
def said() -> queue.Queue[str]:
    return queue.Queue()


@pytest.fixture
def supervisor(said: queue.Queue[str]) -> Iterator[Supervisor]:
    kept = Supervisor(said.put)
    yield kept
    kept.stop()


def until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ends
        os.sched_yield()


def once(tmp_path: Path, code: str) -> Program:
    return Program("once", [sys.executable, "-c", code], {"PATH": os.defpath}, tmp_path / "once.log", once=True)


def test_a_program_that_runs_once_is_not_started_again(
    supervisor: Supervisor, said: queue.Queue[str], tmp_path: Path
) -> None:
    supervisor.start(once(tmp_path, "print('done')"))
    until(lambda: not supervisor.is_alive("once"))

    with pytest.raises(queue.Empty):
        said.get(timeout=1.2)  # two looks of the supervisor
    assert not supervisor.has_failed("once")
    assert (tmp_path / "once.log").read_text() == "done\n"


def test_a_program_that_ended_badly_has_failed(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(once(tmp_path, "raise SystemExit('no')"))

    until(lambda: not supervisor.is_alive("once"))

    assert supervisor.has_failed("once")


def test_what_a_program_works_and_holds_is_known_while_it_runs(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(once(tmp_path, "while True: pass"))

    until(lambda: supervisor.cpu_seconds("once") > 0.2)

    assert 1 < supervisor.rss_mb("once") <= supervisor.peak_rss_mb("once")


def crowd(supervisor: Supervisor, tmp_path: Path, rate: float, **own: str) -> Crowd:
    known = environment(LOCAL_DIR=str(tmp_path)) | own
    return Crowd(supervisor, known, tmp_path / "made", Arrivals.POISSON, 100, rate, 1, date(2022, 5, 12))


def test_a_generator_that_cannot_work_ends_the_run_with_its_own_last_words(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "ready-0").touch()  # of an earlier run: does not count
    broken = crowd(supervisor, tmp_path, 35, DATABASE_URL="postgresql://portal@127.0.0.1:1/portal")

    with pytest.raises(CannotRun, match=r"generator-0 ended before its work was done: .*server running"):
        broken.prepare()


def test_more_changes_a_second_take_more_generators(supervisor: Supervisor, tmp_path: Path) -> None:
    parts = []
    for rate in (1, 59, 61, 150, 1000):
        one = crowd(supervisor, tmp_path, rate)
        parts.append(one.parts)

    assert parts == [1, 1, 2, 3, 4]
