"""One simulated day: what is under way goes on, what is filed begins, everything is written in one transaction."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from portal.simulation import writer
from portal.simulation.demand import Filing, filings
from portal.simulation.models import SimulatedDay
from portal.simulation.province import Province
from portal.simulation.steps import Case, Step, next_step
from procedures import codes, moves, rollups
from procedures.lifecycle import Act
from procedures.models import Channel
from procedures.moves import LedgerLine, State, whole_second

Progress = Callable[[int, int], None]
"""Hears how many of the day's cases are done, of how many."""


@dataclass(slots=True)
class Change:
    """One history row to be written, with the ledger line of the same version if there is one."""

    case: Case
    before: State | None
    after: State
    step: Step | None
    line: LedgerLine | None


@dataclass
class Day:
    """What a simulated day came to."""

    day: date
    new: list[tuple[Case, Filing]] = field(default_factory=list)
    old: dict[int, Case] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    handlers: dict[int, int] = field(default_factory=dict)


def simulate_day(
    province: Province, seed: int, day: date, progress: Progress = lambda _done, _all: None
) -> SimulatedDay:
    """Fill `day`, after the days before it; returns what it came to. Interrupted, it leaves nothing behind."""
    start, end = rollups.bounds(day)
    with transaction.atomic():
        found = Day(day)
        arrivals = filings(province, seed, day)
        under_way = writer.open_cases(province, start)
        whole = len(arrivals) + len(under_way)
        for done, case in enumerate(under_way):
            _live(seed, case, start, end, found)
            if done % 500 == 0:
                progress(done, whole)
        _begin(seed, found, arrivals, end, lambda done: progress(len(under_way) + done, whole))
        result = _result(seed, found)
        writer.write(found)
        result.save(force_insert=True)
        rollups.refresh(day)
    progress(whole, whole)
    return result


def _begin(seed: int, found: Day, arrivals: list[Filing], end: datetime, progress: Callable[[int], None]) -> None:
    """File the day's applications: codes in the order of time, per agency."""
    numbers = writer.last_numbers(found.day)
    keys = writer.new_keys(len(arrivals))
    for done, (filing, (application, citizen)) in enumerate(zip(arrivals, keys, strict=True)):
        office = filing.office
        numbers[office.agency] += 1
        code = codes.make(office.code, found.day, numbers[office.agency])
        state = moves.submitted(filing.at)
        case = Case(application, code, filing.service, office, citizen, int(filing.channel), state)
        found.new.append((case, filing))
        found.changes.append(Change(case, None, state, None, None))
        _live(seed, case, filing.at, end, found)
        if done % 500 == 0:
            progress(done)


def _live(seed: int, case: Case, start: datetime, end: datetime, found: Day) -> None:
    """Let one case go on until the day is over. A step due before, because a person acted, is done first thing."""
    while (step := next_step(seed, case)) is not None:
        at = whole_second(step.at)
        if at < start:
            at = case.service.rules.calendar.opening(start) + (case.state.changed_at - start) % timedelta(hours=1)
        at = max(at, case.state.changed_at + moves.ONE_SECOND)
        if at >= end:
            return
        before = case.state
        case.state, line = moves.move(case.service.rules, before, step.act, at, note=step.note, fee_vnd=step.fee_vnd)
        found.changes.append(Change(case, before, case.state, step, line))
        if step.act is Act.PROCESS:
            found.handlers[case.pk] = case.office.handler
        found.old.setdefault(case.pk, case)


def _result(seed: int, found: Day) -> SimulatedDay:
    channels = Counter(filing.channel for _case, filing in found.new)
    changed = {change.case.pk for change in found.changes}
    return SimulatedDay(
        day=found.day,
        seed=seed,
        received=len(found.new),
        received_online=channels[Channel.ONLINE],
        changed=len(changed),
        changes=len(found.changes),
    )
