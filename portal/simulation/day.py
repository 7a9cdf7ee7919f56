"""One simulated day: what is under way goes on, what is filed begins, everything is written in one transaction.

Applications do not wait for one another here, so each lives its day by itself and no queue of events is needed; what
the officials' capacity will make of that belongs into `_live`.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction

from portal.simulation import writer
from portal.simulation.cases import Author, Case, Change, Doings
from portal.simulation.demand import Filing, filings
from portal.simulation.models import SimulatedDay
from portal.simulation.province import Province
from portal.simulation.steps import next_step
from procedures import codes, moves, rollups
from procedures.lifecycle import Act
from procedures.models import Channel
from procedures.moves import whole_second

Progress = Callable[[int, int], None]
"""Hears how many of the day's cases are done, of how many."""
TOLD_EVERY = 500  # cases


def simulate_day(
    province: Province, seed: int, day: date, progress: Progress = lambda _done, _all: None
) -> SimulatedDay:
    """Fill `day`, after the days before it; returns what it came to. Interrupted, it leaves nothing behind."""
    start, end = rollups.bounds(day)
    doings = Doings(day)
    with transaction.atomic():
        arrivals = filings(province, seed, day)
        under_way = writer.open_cases(province, end)
        whole = len(arrivals) + len(under_way)
        for done, case in enumerate(under_way):
            if done % TOLD_EVERY == 0:
                progress(done, whole)
            if _live(seed, case, start, end, doings):
                doings.moved[case.pk] = case
        _begin(seed, doings, arrivals, end, lambda done: progress(len(under_way) + done, whole))
        writer.write(doings)
        result = _result(seed, doings)
        result.save(force_insert=True)
        rollups.refresh(day)
    progress(whole, whole)
    return result


def _begin(seed: int, doings: Doings, arrivals: list[Filing], end: datetime, progress: Callable[[int], None]) -> None:
    """File the day's applications: codes in the order of time, per agency."""
    numbers = writer.reserve_numbers(doings.day, Counter(filing.office.agency for filing in arrivals))
    keys = writer.new_keys(len(arrivals))
    for done, (filing, (application, citizen)) in enumerate(zip(arrivals, keys, strict=True)):
        if done % TOLD_EVERY == 0:
            progress(done)
        office = filing.office
        code = codes.make(office.code, doings.day, next(numbers[office.agency]))
        state = moves.submitted(filing.at)
        case = Case(application, code, filing.service, office, citizen, filing.channel, state)
        doings.filed.append((case, filing))
        doings.changes.append(Change(case, None, state, Author.CITIZEN, "", None))
        _live(seed, case, filing.at, end, doings)


def _live(seed: int, case: Case, start: datetime, end: datetime, doings: Doings) -> bool:
    """Let one case go on until the day is over; did it move?

    A step that was due before `start`, because the clock of whoever moved the case by hand stood elsewhere, is taken
    as soon as the offices are open.
    """
    moved, rules = False, case.service.rules
    while (step := next_step(seed, case)) is not None:
        before, at = case.state, whole_second(step.at)
        if at < start:
            at = rules.calendar.opening(start) + (before.changed_at - start) % timedelta(hours=1)
        if max(at, before.changed_at + moves.ONE_SECOND) >= end:
            return moved
        case.state, line = moves.move(rules, before, step.act, at, note=step.note, fee_vnd=step.fee_vnd)
        doings.changes.append(Change(case, before, case.state, step.by, step.note, line))
        if step.act is Act.PROCESS:
            doings.handlers[case.pk] = case.office.handler
        moved = True
    return moved


def _result(seed: int, doings: Doings) -> SimulatedDay:
    channels = Counter(filing.channel for _case, filing in doings.filed)
    return SimulatedDay(
        day=doings.day,
        seed=seed,
        received=len(doings.filed),
        received_online=channels[Channel.ONLINE],
        changed=doings.changed(),
        changes=len(doings.changes),
    )
