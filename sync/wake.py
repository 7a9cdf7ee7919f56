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
EXPIRES_SECONDS = 30
log = structlog.get_logger(__name__)


def wake() -> None:
    """Ask for a turn of the pump, once until one begins, however many commits there are."""
    try:
        if _client().set(KEY, 1, nx=True, ex=EXPIRES_SECONDS):
            current_app.send_task(TASK, expires=EXPIRES_SECONDS, retry=False)
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
