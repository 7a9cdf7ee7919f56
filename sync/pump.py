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


def pump(seconds: float = TURN_SECONDS, *, help_wanted: Callable[[], None] = lambda: None) -> Turn:
    """Deliver what is due until nothing is, or `seconds` are over; `help_wanted` is called once where much is due."""
    log, claimed, ends = ExchangeLog(), 0, time.monotonic() + seconds
    with NationalClient(destination(), log) as client:
        while time.monotonic() < ends:
            batch = deliver(client, log, settings.SYNC_BATCH)
            if not batch:
                return Turn(claimed, unfinished=False)
            if not claimed and batch == settings.SYNC_BATCH:
                help_wanted()
            claimed += batch
    return Turn(claimed, unfinished=True)


def pump_and_wake() -> None:
    """One turn; wakes another pump where there is more to do than one batch, and the next where time was up."""
    if pump(help_wanted=wake.wake).unfinished:
        wake.wake()


def wake_up() -> None:
    """Have the worker pump now, for whoever wrote history without a signal."""
    wake.wake()


def destination() -> Destination:
    """The national side of the settings."""
    return Destination(**settings.NATIONAL)


def national_client() -> NationalClient:
    """A client for questions that are no deliveries."""
    return NationalClient(destination(), Unlogged())
