"""When a result is due (hẹn trả), and why: the clock that stops while the citizen is asked.

A duration in days ends at the close of office on its last day; the day of receipt is not counted, and what arrives
after closing time or on a free day counts as received when the office next opens (national protocol, 8.1; Bộ luật Dân
sự, art. 147-148). A duration in hours runs in office hours. Each pause moves the due date by what the pause took, in
the same unit. Pure: the calendar and the moment are arguments.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from procedures.working_days import ONE_DAY, ZONE, WorkingCalendar, closing


class Unit(StrEnum):
    """What a procedure's duration is counted in."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    HOURS = "hours"
    MONTHS = "months"


@dataclass(frozen=True)
class Duration:
    """How long the office may take: 5 working days, 24 office hours."""

    value: int
    unit: Unit


def start_of_counting(calendar: WorkingCalendar, at: datetime) -> datetime:
    """From when on an application received at `at` counts: at once in office hours, else from the next opening."""
    return calendar.opening(at)


def due(calendar: WorkingCalendar, duration: Duration, accepted_at: datetime) -> datetime:
    """The due moment of an application accepted at `accepted_at`, with no pause so far."""
    return _advance(calendar, start_of_counting(calendar, accepted_at), duration)


def due_after_pause(
    calendar: WorkingCalendar, duration: Duration, due_at: datetime, paused_at: datetime, resumed_at: datetime
) -> datetime:
    """The due moment moved by a pause: `due_at` was due when the clock stopped at `paused_at`."""
    took = pause_length(calendar, duration.unit, paused_at, resumed_at)
    if not took:
        return due_at  # not a moment later: hours due at closing time would else be due at the next opening
    if duration.unit is Unit.HOURS:
        return calendar.add_working_time(due_at, timedelta(minutes=took))
    day = due_at.astimezone(ZONE).date()
    if duration.unit is Unit.WORKING_DAYS:
        return closing(calendar.add_working_days(day, took))
    return closing(calendar.working_day_from(day + timedelta(days=took)))


def pause_length(calendar: WorkingCalendar, unit: Unit, paused_at: datetime, resumed_at: datetime) -> int:
    """What a pause took: office minutes for durations in hours, else working or calendar days without its first."""
    if unit is Unit.HOURS:
        return int(calendar.working_time_between(paused_at, resumed_at) / timedelta(minutes=1))
    first, last = paused_at.astimezone(ZONE).date(), resumed_at.astimezone(ZONE).date()
    if unit is Unit.WORKING_DAYS:
        return calendar.working_days_between(first, last)
    return (last - first) // ONE_DAY


def _advance(calendar: WorkingCalendar, start: datetime, duration: Duration) -> datetime:
    day = start.date()
    if duration.unit is Unit.HOURS:
        return calendar.add_working_time(start, timedelta(hours=duration.value))
    if duration.unit is Unit.WORKING_DAYS:
        return closing(calendar.add_working_days(day, duration.value))
    last = _add_months(day, duration.value) if duration.unit is Unit.MONTHS else day + timedelta(days=duration.value)
    return closing(calendar.working_day_from(last))


def _add_months(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - ONE_DAY)
