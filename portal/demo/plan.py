"""Which days a run of the demo simulates, and which one it plays. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from procedures.working_days import WorkingCalendar

FIRST_DAY = date(2022, 5, 12)  # an ordinary Thursday, two weeks after the holidays of 30 April
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Played:
    """A day an earlier run has begun, and whether that run came to a verdict."""

    day: date
    judged: bool


@dataclass(frozen=True)
class Plan:
    """What one run does: fill `before` (step 2), then play `day` (step 3), simulated unless that is done already."""

    before: Sequence[date]
    day: date
    simulate_day: bool


def plan(
    calendar: WorkingCalendar, played: Sequence[Played], *, simulated_until: date | None, warm_up_start: date
) -> Plan:
    """The next run.

    `simulated_until` is the last simulated day, None in an empty portal, which is filled from `warm_up_start` on. A run
    that was interrupted before its verdict is taken up where it stopped.
    """
    day = _day_to_play(calendar, played)
    first = warm_up_start if simulated_until is None else simulated_until + ONE_DAY
    before = [first + timedelta(days=ahead) for ahead in range(max((day - first).days, 0))]
    return Plan(before, day, simulate_day=simulated_until is None or simulated_until < day)


def _day_to_play(calendar: WorkingCalendar, played: Sequence[Played]) -> date:
    if not played:
        return FIRST_DAY
    last = max(played, key=lambda one: one.day)
    return calendar.next_working_day(last.day) if last.judged else last.day
