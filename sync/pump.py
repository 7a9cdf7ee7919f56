"""The pump: deliver batch after batch for a bounded time. Whoever wakes it (Celery, a command), it does the same."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from sync import wake
from sync.client import Destination, NationalClient
from sync.delivery import deliver
from sync.exchanges import ExchangeLog, Unlogged

TURN_SECONDS = 25.0


@dataclass(frozen=True)
class Turn:
    """What one turn did: applications claimed, and whether it ended because its time was up."""

    claimed: int
    unfinished: bool


def pump(seconds: float = TURN_SECONDS, *, advance: Callable[[int], None] = lambda _claimed: None) -> Turn:
    """Deliver what is due until nothing is, or `seconds` are over; `advance` hears how many were claimed so far."""
    log, claimed, ends = ExchangeLog(), 0, time.monotonic() + seconds
    with NationalClient(destination(), log) as client:
        while time.monotonic() < ends:
            batch = deliver(client, log, settings.SYNC_BATCH)
            if not batch:
                return Turn(claimed, unfinished=False)
            claimed += batch
            advance(claimed)
    return Turn(claimed, unfinished=True)


def pump_and_wake() -> None:
    """One turn; wakes the next where there is more to do."""
    if pump().unfinished:
        wake.wake()


def destination() -> Destination:
    """The national side of the settings."""
    return Destination(**settings.NATIONAL)


def national_client() -> NationalClient:
    """A client for questions that are no deliveries."""
    return NationalClient(destination(), Unlogged())
