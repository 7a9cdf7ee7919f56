"""Wakes the pump after a commit. Losing a wake-up costs seconds, never a delivery: beat pumps every five anyway."""

from functools import cache

import redis
import structlog
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.retry import Retry

TASK = "sync.tasks.pump"  # by name: the task wakes its successor through this module
KEY = "sync:woken"  # a wake-up that no pump has heard yet
LATER = "sync:woken-later"
EXPIRES_SECONDS = 30
SHORTEST_SECONDS = 0.5  # a turn that found every slot taken does not ask for the next at once
log = structlog.get_logger(__name__)


def wake() -> None:
    """Ask for a turn of the pump, once until one begins, however many commits there are."""
    _ask(KEY, EXPIRES_SECONDS, after=0.0)


def wake_later(seconds: float) -> None:
    """Ask for a turn in so many seconds, once until then; whoever commits meanwhile wakes a pump at once."""
    after = max(seconds, SHORTEST_SECONDS)
    _ask(LATER, after, after=after)


def _ask(key: str, remembered: float, *, after: float) -> None:
    try:
        if _client().set(key, 1, nx=True, px=round(remembered * 1000)):
            current_app.send_task(TASK, countdown=after, expires=EXPIRES_SECONDS, retry=False)
    except (redis.RedisError, OperationalError) as failure:
        log.warning("pump not woken, beat will", reason=str(failure))


def begun() -> None:
    """A pump is about to look: whoever commits from now on wakes the next."""
    try:
        _client().delete(KEY)
    except redis.RedisError as failure:
        log.warning("wake-up not taken back, it expires", reason=str(failure))


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0)
    )
