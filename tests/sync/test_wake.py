"""Waking the pump: once until one begins, never in anybody's way, and nothing hangs on it."""

from collections.abc import Iterator

import pytest
import redis
from celery import current_app
from django.conf import LazySettings, settings

from sync import wake

QUEUE = "celery"


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    """The test's own Redis, empty before and after."""
    wake._client.cache_clear()
    found = redis.Redis.from_url(settings.REDIS_URL)
    found.flushdb()
    yield found
    found.flushdb()
    wake._client.cache_clear()


def test_however_many_commits_there_are_one_wake_up_waits(broker: redis.Redis) -> None:
    for _ in range(5):
        wake.wake()

    assert broker.llen(QUEUE) == 1


def test_who_commits_after_a_pump_began_wakes_the_next(broker: redis.Redis) -> None:
    wake.wake()
    wake.begun()
    wake.wake()

    assert broker.llen(QUEUE) == 2


def test_a_wake_up_that_nobody_hears_is_forgotten_after_half_a_minute(broker: redis.Redis) -> None:
    wake.wake()

    assert 0 < int(broker.ttl(wake.KEY)) <= wake.EXPIRES_SECONDS


def test_a_later_turn_is_asked_for_once_and_keeps_no_commit_from_waking_a_pump(broker: redis.Redis) -> None:
    for _ in range(3):
        wake.wake_later(4.0)
    wake.wake()

    assert broker.llen(QUEUE) == 2
    assert 3000 < int(broker.pttl(wake.LATER)) <= 4000


def test_the_task_that_is_woken_is_one_the_worker_knows() -> None:
    current_app.loader.import_default_modules()

    assert wake.TASK in current_app.tasks


def test_without_redis_an_act_goes_on(broker: redis.Redis, settings: LazySettings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    wake._client.cache_clear()

    wake.wake()
    wake.begun()
