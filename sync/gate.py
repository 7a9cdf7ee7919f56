"""The gate as all pumps share it: one row per destination, and a slot for each call that may be under way.

A slot is an advisory lock of the pump's connection: the database gives it back by itself when its process dies. It
needs a connection to the server itself, or a pooler in session mode.
"""

import random
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from sync import breaker, outbox
from sync.breaker import Gate, State, Window
from sync.classes import FAILURES, FAULTS, Breaker, Fault
from sync.client import Unavailable
from sync.database import execute, rows

READ_EVERY = 0.05  # seconds: so late may a pump hear of a pause that another was asked for
_FAMILY = 0x5359  # advisory locks of this job: (_FAMILY, slot)

_READ = """
SELECT adjusted_at, state, not_before, "limit", openings, probes, alert, closed_at, clock_timestamp()
FROM sync_gate WHERE destination = %(destination)s
"""
# Closed now: what was said to calls of another destination is no reason to open this one's.
_CREATE = """
INSERT INTO sync_gate (destination, state, "limit", openings, probes, alert, closed_at)
VALUES (%(destination)s, 'closed', %(limit)s, 0, 0, '', now())
ON CONFLICT DO NOTHING
"""
_WRITE = """
UPDATE sync_gate SET adjusted_at = %(adjusted_at)s, state = %(state)s, not_before = %(not_before)s,
    "limit" = %(limit)s, openings = %(openings)s, probes = %(probes)s, alert = left(%(alert)s, 500),
    closed_at = %(closed_at)s
WHERE destination = %(destination)s
"""
_WINDOW = """
SELECT count(*) FILTER (WHERE recent), count(*) FILTER (WHERE recent AND failed),
    coalesce(min(place) FILTER (WHERE NOT failed), count(*) + 1) - 1
FROM (
    SELECT started_at > now() - %(seconds)s * interval '1 second' AS recent,
        error = ANY(%(failures)s) AS failed,
        row_number() OVER (ORDER BY id DESC) AS place
    FROM sync_exchange
    WHERE id > (SELECT max(id) FROM sync_exchange) - 1000 AND made
        AND (error = '' OR error = ANY(%(failures)s)) AND started_at >= coalesce(%(since)s, '-infinity'::timestamptz)
) AS calls
"""
# Whether the destination answers others than the suspected, of whom a failing call says nothing about the destination.
_OTHERS = """
SELECT count(*) > 0 AND count(*) FILTER (WHERE error = '') > 0.9 * count(*) FROM sync_exchange
WHERE id > (SELECT max(id) FROM sync_exchange) - 10000 AND started_at > now() - interval '1 minute'
    AND attempt <= %(suspected)s AND records > 0 AND made
"""
# One after another until one can be had. CASE keeps the order: one that is held already would be given once more.
_TAKE = """
SELECT slot FROM generate_series(1, %(allowed)s) AS slot
WHERE CASE WHEN slot = ANY(%(held)s) THEN false ELSE pg_try_advisory_lock(%(family)s, slot) END LIMIT 1
"""
_GIVE_BACK = "SELECT pg_advisory_unlock(%(family)s, %(slot)s)"


def read(destination: str) -> tuple[Gate, datetime]:
    """The gate, made when it is missing, and the database's time."""
    return _read(destination, _READ)


def change(destination: str, move: Callable[[Gate, datetime], Gate]) -> tuple[Gate, datetime]:
    """Move the gate under its row's lock; returns what it became, and the database's time."""
    with transaction.atomic():
        gate, now = _read(destination, _READ + "FOR UPDATE")
        moved = move(gate, now)
        if moved != gate:
            execute(_WRITE, destination=destination, **asdict(moved))
    return moved, now


def window(since: datetime | None) -> Window:
    """The latest calls of all pumps, from the log of exchanges, none before the gate closed last.

    Only answers and failures count: no calls under way, none that were put off, no wish for fewer calls.
    """
    [found] = rows(_WINDOW, seconds=breaker.WINDOW.total_seconds(), failures=list(FAILURES), since=since)
    return Window(*found)


def _read(destination: str, query: str) -> tuple[Gate, datetime]:
    found = rows(query, destination=destination)
    if not found:
        execute(_CREATE, destination=destination, limit=breaker.FIRST_LIMIT)
        return _read(destination, query)
    [(adjusted_at, state, *rest, now)] = found
    return Gate(adjusted_at, State(state), *rest), now


def answers_others() -> bool:
    """More than nine of ten calls of the last minute were answered, those of suspected applications not counted.

    A minute only: at a quiet time an outage is longer than what was answered before it.
    """
    [(answers,)] = rows(_OTHERS, suspected=outbox.SUSPECTED_AFTER)
    return bool(answers)


class Gatekeeper:
    """One pump at the gate: how many calls it may have under way, and what it tells the gate of them."""

    def __init__(self, destination: str, calls: int) -> None:
        self._destination = destination
        self._calls = calls
        self._slots = Slots()
        self._allowed = 0
        self._read_at = self._told_at = self._opens_at = float("-inf")
        self.is_probing = False

    def free(self, under_way: int) -> int:
        """How many calls may be begun now."""
        self._look()
        self._slots.hold(self._calls, self._allowed, busy=under_way)
        return max(len(self._slots) - under_way, 0)

    def opens_in(self) -> float:
        """Seconds until something may be called again; 0 where it may be now."""
        self._look()
        return max(self._opens_at - time.monotonic(), 0.0)

    def is_shut(self) -> bool:
        """Nothing may be called, not even the next call of a conversation begun."""
        self._look()
        return self._allowed == 0

    def heard(self, seconds: float, timeout: float) -> None:
        """An answer came after `seconds`; the gate is told once a second, or of each probe."""
        now = time.monotonic()
        if self.is_probing or now - self._told_at >= breaker.ADJUSTED_EVERY.total_seconds():
            self._told_at = now
            slow = seconds > timeout / 2  # the next step is calls that time out, and are made twice
            self._change(lambda gate, at: breaker.succeeded(gate, at, slow=slow))

    def failed(self, failure: Unavailable) -> None:
        """No answer, or none that can be read; after its exchange was written, which the window is made of."""
        draw = random.random()  # spreads openings, guards nothing
        match FAULTS[failure.kind].breaker:
            case Breaker.THROTTLE:
                self._change(lambda gate, at: breaker.throttled(gate, at, pause=failure.retry_after, draw=draw))
            case Breaker.OPENS:
                self._change(lambda gate, at: breaker.opened(gate, at, draw=draw, alert=str(failure)))
            case Breaker.FAILURE:
                timed_out = failure.kind is Fault.TIMEOUT
                self._change(
                    lambda gate, at: breaker.failed(gate, at, window(gate.closed_at), timed_out=timed_out, draw=draw)
                )
            case Breaker.NEUTRAL:
                return

    def leave(self) -> None:
        """Give all slots back."""
        self._slots.hold(0, 0)

    def _look(self) -> None:
        if time.monotonic() - self._read_at >= READ_EVERY:
            self._keep(*read(self._destination))

    def _change(self, move: Callable[[Gate, datetime], Gate]) -> None:
        self._keep(*change(self._destination, move))

    def _keep(self, gate: Gate, now: datetime) -> None:
        self._read_at = time.monotonic()
        if gate.not_before is not None:
            self._opens_at = self._read_at + (gate.not_before - now).total_seconds()
        self._allowed = breaker.allowed(gate, now)
        self.is_probing = breaker.is_probing(gate)


class Slots:
    """The slots this pump holds."""

    def __init__(self) -> None:
        self._held: list[int] = []

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, wanted: int, allowed: int, busy: int = 0) -> None:
        """Hold up to `wanted` of the first `allowed` slots; what is held beyond is given back, but for as many as are
        `busy` with a call: the destination has those calls still."""
        self._held.sort()
        for place, slot in list(enumerate(self._held))[busy:]:
            if slot > allowed or place >= wanted:
                self._give_back(slot)
        while len(self._held) < min(wanted, allowed):
            taken = self._take(allowed)
            if not taken:
                return
            self._held += taken

    def _take(self, allowed: int) -> list[int]:
        return [slot for (slot,) in rows(_TAKE, allowed=allowed, held=self._held, family=_FAMILY)]

    def _give_back(self, slot: int) -> None:
        self._held.remove(slot)
        execute(_GIVE_BACK, family=_FAMILY, slot=slot)
