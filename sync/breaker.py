"""The gate's rules: when a destination may be called, and how many calls at once. Pure; times are the database's.

A breaker (closed, open, half open) for a destination that fails, a pause for one that asks for it (Retry-After), and a
limit on the calls under way that feels for what the destination bears: one more for each good second, a tenth less
where answers get slow, half where it says "too many" or lets a call time out.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

FIRST_LIMIT: Final = 16.0
MOST: Final = 32.0
LEAST: Final = 1.0
ADJUSTED_EVERY: Final = timedelta(seconds=1)
WINDOW: Final = timedelta(seconds=10)
WINDOW_CALLS: Final = 20
WINDOW_FAILURES: Final = 0.5
FAILURES_IN_A_ROW: Final = 10  # a destination that answers nothing makes too few calls for the window
PROBES: Final = 5  # successes that close the gate
SHORTEST_OPENING: Final = 5.0  # seconds; doubled with every opening that follows
LONGEST_OPENING: Final = 120.0


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Gate:
    """What is known of a destination's gate; `not_before` ends an opening as well as a pause asked for.

    The limit is raised a second after `adjusted_at` at the earliest. A cut lies a second ahead of itself, and is the
    only one until then: calls that time out together cut once.
    """

    adjusted_at: datetime
    state: State = State.CLOSED
    not_before: datetime | None = None
    limit: float = FIRST_LIMIT
    openings: int = 0
    probes: int = 0
    alert: str = ""
    closed_at: datetime | None = None  # after its last opening; earlier calls are no reason for another


@dataclass(frozen=True, slots=True)
class Window:
    """The calls of the last ten seconds, and how many of the last calls of all failed one after another."""

    calls: int
    failures: int
    failures_in_a_row: int

    @property
    def is_bad(self) -> bool:
        many = self.calls >= WINDOW_CALLS and self.failures >= WINDOW_FAILURES * self.calls
        return many or self.failures_in_a_row >= FAILURES_IN_A_ROW


def allowed(gate: Gate, now: datetime) -> int:
    """How many calls may be under way at once; 0 while nothing may be called, 1 while the gate is felt out."""
    if _is_shut(gate, now):
        return 0
    return 1 if is_probing(gate) else int(gate.limit)


def is_probing(gate: Gate) -> bool:
    """The next call is a probe: as little as possible is risked with it."""
    return gate.state is not State.CLOSED


def succeeded(gate: Gate, now: datetime, *, slow: bool) -> Gate:
    """An answer came, whatever it said of the records."""
    if is_probing(gate):
        if _is_shut(gate, now):
            return gate  # sent before the gate opened: no proof that it holds again
        probes = gate.probes + 1
        if probes < PROBES:
            return replace(gate, state=State.HALF_OPEN, probes=probes)
        return Gate(adjusted_at=now, limit=LEAST, closed_at=now)
    if now - gate.adjusted_at < ADJUSTED_EVERY:
        return gate
    limit = max(gate.limit * 0.9, LEAST) if slow else min(gate.limit + 1, MOST)
    return replace(gate, limit=limit, adjusted_at=now)


def failed(gate: Gate, now: datetime, window: Window, *, timed_out: bool, draw: float) -> Gate:
    """No answer came, or none that can be read. `draw` is uniform in [0, 1)."""
    if _is_shut(gate, now):
        return gate  # was on its way when the gate closed to others
    if is_probing(gate) or window.is_bad:
        return opened(gate, now, draw=draw)
    return _halved(gate, now) if timed_out else gate


def throttled(gate: Gate, now: datetime, *, pause: float | None, draw: float) -> Gate:
    """The destination wants fewer calls, and none for `pause` seconds; without a number, for one to five."""
    until = now + timedelta(seconds=1 + 4 * draw if pause is None else pause)
    if _is_shut(gate, now):
        return replace(gate, not_before=max(gate.not_before or until, until))
    return replace(_halved(gate, now), not_before=until)


def opened(gate: Gate, now: datetime, *, draw: float, alert: str = "") -> Gate:
    """Nothing is called for a while, longer with every opening that follows another. `alert` wants a person."""
    if gate.state is State.OPEN and _is_shut(gate, now):
        return replace(gate, alert=alert or gate.alert)  # said to a call that was on its way: the same opening
    seconds = min(SHORTEST_OPENING * (1 + 2 * draw) * 2**gate.openings, LONGEST_OPENING)
    return replace(
        gate,
        state=State.OPEN,
        not_before=now + timedelta(seconds=seconds),
        openings=min(gate.openings + 1, 10),
        probes=0,
        alert=alert or gate.alert,
    )


def _is_shut(gate: Gate, now: datetime) -> bool:
    """An opening, or a pause asked for, is not over."""
    return gate.not_before is not None and gate.not_before > now


def _halved(gate: Gate, now: datetime) -> Gate:
    if gate.adjusted_at > now:
        return gate
    return replace(gate, limit=max(gate.limit / 2, LEAST), adjusted_at=now + ADJUSTED_EVERY)
