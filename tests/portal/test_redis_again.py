"""A Redis that dies in the middle of a delivery is there again, and nobody starts a second one beside a slow one."""

import queue
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis

from portal.embedded import CannotRun, Places, redis_url
from portal.embedded.redis import Redis
from portal.processes import Supervisor

pytestmark = pytest.mark.processes


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Redis]:
    kept = Redis(Places(tmp_path))
    kept.start()
    yield kept
    kept.stop()


@pytest.fixture
def said() -> queue.Queue[str]:
    return queue.Queue()


@pytest.fixture
def supervisor(said: queue.Queue[str], server: Redis) -> Iterator[Supervisor]:
    kept = Supervisor(said.put)
    kept.keep("redis", server.revive)
    yield kept
    kept.stop()


def number(tmp_path: Path) -> int:
    """The process number of the Redis of this folder."""
    return int(redis.Redis.from_url(redis_url(tmp_path)).info("server")["process_id"])


def test_a_killed_redis_answers_again_within_two_seconds_and_it_is_said(
    supervisor: Supervisor, server: Redis, said: queue.Queue[str], tmp_path: Path
) -> None:
    before = number(tmp_path)

    server.kill()

    assert said.get(timeout=2) == "redis had ended; started again"
    assert server.is_running()
    assert number(tmp_path) != before


def test_a_redis_that_is_only_slow_is_left_alone(server: Redis, tmp_path: Path) -> None:
    frozen = psutil.Process(number(tmp_path))
    frozen.send_signal(signal.SIGSTOP)
    try:
        assert not server.revive(patience=0.1)
    finally:
        frozen.send_signal(signal.SIGCONT)

    assert number(tmp_path) == frozen.pid
    assert not server.revive()


def test_who_has_stopped_starts_no_server_again(supervisor: Supervisor, server: Redis) -> None:
    supervisor.stop()
    server.kill()

    ends = time.monotonic() + 1.2  # two looks of the supervisor
    while time.monotonic() < ends:
        assert not server.is_running()


def test_a_server_that_cannot_start_is_said_and_tried_again(said: queue.Queue[str]) -> None:
    answers: Iterator[CannotRun | bool] = iter([CannotRun("Redis did not start"), True])

    def revive() -> bool:
        answer = next(answers, False)
        if isinstance(answer, CannotRun):
            raise answer
        return answer

    supervisor = Supervisor(said.put)
    supervisor.keep("redis", revive)

    assert [said.get(timeout=3), said.get(timeout=3)] == ["Redis did not start", "redis had ended; started again"]
    supervisor.stop()
