"""Several days in a row, and where a province has to begin so that a certain day is an ordinary one."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from django.db.models import Max

from portal.simulation import assumptions as assumed
from portal.simulation.day import Progress, simulate_day
from portal.simulation.models import SimulatedDay
from portal.simulation.province import read_province
from procedures.working_days import WorkingCalendar

ONE_DAY = timedelta(days=1)
WARM_UP_WORKING_DAYS = 18  # until what comes in and what is settled balance; measured, see the calibration's test


class NotTheNextDay(ValueError):
    """The days do not follow what is simulated already."""


def simulated_until() -> date | None:
    """The last simulated day."""
    last: date | None = SimulatedDay.objects.aggregate(last=Max("day"))["last"]
    return last


def warm_up_start(calendar: WorkingCalendar, day: date) -> date:
    """The day `WARM_UP_WORKING_DAYS` working days before `day`."""
    first = day
    for _ in range(WARM_UP_WORKING_DAYS):
        first -= ONE_DAY
        while not calendar.is_working(first):
            first -= ONE_DAY
    return first


def simulate(
    days: Sequence[date],
    seed: int,
    progress: Callable[[date], Progress] = lambda _day: lambda _done, _all: None,
    *,
    filed_a_day: int = assumed.FILED_A_DAY,
) -> Iterator[SimulatedDay]:
    """Fill `days`, which follow one another and what is filled already; yields each when it is written.

    Raises `NotTheNextDay` for days that do not follow, `EmptyPortal` without a catalogue; then nothing is written.
    """
    _check_order(days, simulated_until())
    province = read_province(seed, filed_a_day)
    for day in days:
        yield simulate_day(province, seed, day, progress(day))


def _check_order(days: Sequence[date], until: date | None) -> None:
    for day in days:
        if until is not None and day != until + ONE_DAY:
            raise NotTheNextDay(f"{day} cannot be simulated: days are filled until {until}, {until + ONE_DAY} is next")
        until = day
