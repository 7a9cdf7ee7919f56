"""The faults that are set, and which of them a request meets."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sync.national.faults import plan as planning
from sync.national.faults.clock import Clock
from sync.national.faults.draw import Draw
from sync.national.faults.fields import ImpossibleFault
from sync.national.faults.plan import Meeting, Plan
from sync.national.faults.rules import Fault, Item, Seen, merge_patch, parse

MOST_FAULTS = 1000
MOST_FINGERPRINTS = 1_000_000  # of first_attempts, the oldest forgotten: some 100 MB


class UnknownFault(KeyError):
    """No fault has this number."""


@dataclass
class Active:
    """A fault in force and what it has met since it was set."""

    number: int
    fault: Fault
    set_at: float
    matched: int = 0
    met: int = 0
    window: int = -1
    in_window: int = 0
    attempts: dict[int, int] = field(default_factory=dict, repr=False)

    def expired(self, now: float) -> bool:
        return self.fault.ttl is not None and now - self.set_at >= self.fault.ttl

    def to_json(self, now: float) -> dict[str, Any]:
        left = None if self.fault.ttl is None else round(self.fault.ttl - (now - self.set_at), 3)
        counters = {"matched": self.matched, "met": self.met, "expires_in": left}
        return {"id": self.number, **self.fault.document, "name": self.fault.name, **counters}

    def is_met(self, seen: Seen, draw: Draw, now: float) -> bool:
        """Whether this request meets it, by everything but the chances of single effects. Counts it."""
        fault = self.fault
        if fault.outage is not None and not fault.outage.covers(now, self.set_at):
            return False
        share = fault.match.percentage / 100
        if share < 1 and draw.uniform(fault.name, "percentage") >= share:
            return False
        self.matched += 1
        return self._is_turn() and (fault.first_attempts is None or self._is_first_attempt(seen.items))

    def _is_turn(self) -> bool:
        fault, number = self.fault, self.matched - self.fault.succeed_first
        return (
            number > 0
            and number % fault.every == 0
            and (fault.fail_request_count is None or number // fault.every <= fault.fail_request_count)
        )

    def _is_first_attempt(self, items: Iterable[Item]) -> bool:
        """Whether a record of the request was met less often than `first_attempts`; all of them count one more."""
        most = self.fault.first_attempts or 0
        before = [self.attempts.get(item.fingerprint, 0) for item in items]
        if not before or min(before) >= most:
            return False
        for item in items:
            self.attempts[item.fingerprint] = self.attempts.get(item.fingerprint, 0) + 1
        while len(self.attempts) > MOST_FINGERPRINTS:
            self.attempts.pop(next(iter(self.attempts)))
        return True

    def over_quota(self, now: float) -> float | None:
        """Count the request; seconds until the window ends, if there were too many in it."""
        quota = self.fault.effects.get("quota")
        if quota is None:
            return None
        window = int((now - self.set_at) // quota.window)
        if window != self.window:
            self.window, self.in_window = window, 0
        self.in_window += 1
        if self.in_window <= quota.limit:
            return None
        return float((window + 1) * quota.window - (now - self.set_at))


class Faults:
    """What is set now. Changed by the admin API and the profiles, asked once for each request."""

    def __init__(self, clock: Clock, seed: int = 0) -> None:
        self.clock = clock
        self.seed = seed
        self.profile = ""  # the name of the profile that was set last, "" when faults were set one by one
        self.requests = 0
        self.looks_at_records = False
        self.needs_former_records = False
        self._numbers = count(1)
        self._active: dict[int, Active] = {}
        self._in_order: tuple[Active, ...] = ()

    def __bool__(self) -> bool:
        return bool(self._active)

    def meet(self, seen: Seen) -> Plan:
        """What this request, the next in number, meets."""
        draw, now, plan = Draw(self.seed, self.requests), self.clock.now(), Plan()
        self.requests += 1
        for active in self._in_order:
            if active.expired(now):
                self.remove(active.number)
            elif active.fault.match.covers_request(seen) and active.is_met(seen, draw, now):
                before = len(plan.met)
                over = active.over_quota(now)
                planning.add(plan, Meeting(active.fault, seen, draw, now, active.set_at, over))
                active.met += len(plan.met) - before
        return plan

    def add(self, fault: Fault) -> Active:
        """Set a fault; raises ImpossibleFault when its name is taken, because a name is what its chance is drawn by."""
        if len(self._active) >= MOST_FAULTS:
            raise ImpossibleFault(f"There are {MOST_FAULTS} faults already; remove one first.")
        active = Active(next(self._numbers), self._with_own_name(fault, 0), self.clock.now())
        self._active[active.number] = active
        self._changed()
        return active

    def get(self, number: int) -> Active:
        """Raises UnknownFault."""
        try:
            return self._active[number]
        except KeyError:
            raise UnknownFault(number) from None

    def patched(self, number: int, change: object) -> Fault:
        """What a fault becomes by JSON Merge Patch. Raises UnknownFault, ImpossibleFault."""
        return parse(merge_patch(self.get(number).fault.document, change))

    def renew(self, number: int, fault: Fault) -> Active:
        """Set this fault in the place of another, its counters at 0. Raises UnknownFault, ImpossibleFault."""
        self.get(number)
        active = Active(number, self._with_own_name(fault, number), self.clock.now())
        self._active[number] = active
        self._changed()
        return active

    def remove(self, number: int) -> None:
        """Raises UnknownFault."""
        self.get(number)
        del self._active[number]
        self._changed()

    def replace(self, faults: Iterable[Fault], *, profile: str, seed: int) -> None:
        """Only these faults from now on, drawn from the beginning of the seed's numbers."""
        self._active.clear()
        self._numbers = count(1)
        self.profile, self.seed, self.requests = profile, seed, 0
        for fault in faults:
            self.add(fault)
        self._changed()

    def shift(self, seconds: float) -> None:
        """The clock was exchanged for another, so many seconds ahead: the faults are as old as they were."""
        for active in self._active.values():
            active.set_at += seconds

    def all(self) -> list[Active]:
        """Those in force, in the order in which they are asked."""
        now = self.clock.now()
        return [active for active in self._in_order if not active.expired(now)]

    def _with_own_name(self, fault: Fault, number: int) -> Fault:
        taken = {active.fault.name for active in self._active.values() if active.number != number}
        if fault.name in taken:
            raise ImpossibleFault(f'There is a fault named "{fault.name}" already; give this one another name.')
        return fault

    def _changed(self) -> None:
        order = sorted(self._active.values(), key=lambda active: (-active.fault.priority, active.number))
        self._in_order = tuple(order)
        self.looks_at_records = any(active.fault.looks_at_records for active in order)
        self.needs_former_records = any(active.fault.needs_former_records for active in order)
