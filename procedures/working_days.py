"""Working days and hours of the offices: pure calendar arithmetic.

Office hours 07:00-11:30 and 13:30-17:00, eight hours a working day (national protocol, section 8.1). Saturdays,
Sundays and public holidays are free unless a make-up day (ngày làm bù) says otherwise. All datetimes are aware; days
are those of Asia/Ho_Chi_Minh.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OPENS, LUNCH_BEGINS, LUNCH_ENDS, CLOSES = time(7), time(11, 30), time(13, 30), time(17)
SESSIONS = ((OPENS, LUNCH_BEGINS), (LUNCH_ENDS, CLOSES))
ONE_DAY = timedelta(days=1)
LONGEST_BREAK = 30  # days; a calendar without a working day for so long is a mistake in its rows


class CalendarError(ValueError):
    """The calendar has no working day where one must come."""


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked: weekdays, less `holidays`, plus `makeup_days`."""

    holidays: frozenset[date] = field(default_factory=frozenset)
    makeup_days: frozenset[date] = field(default_factory=frozenset)

    @classmethod
    def of(cls, holidays: Iterable[date], makeup_days: Iterable[date] = ()) -> "WorkingCalendar":
        return cls(frozenset(holidays), frozenset(makeup_days))

    def is_working(self, day: date) -> bool:
        return day in self.makeup_days or (day.weekday() < 5 and day not in self.holidays)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        for ahead in range(1, LONGEST_BREAK + 1):
            if self.is_working(day + timedelta(days=ahead)):
                return day + timedelta(days=ahead)
        raise CalendarError(f"no working day in the {LONGEST_BREAK} days after {day}: check the calendar's holidays")

    def working_day_from(self, day: date) -> date:
        """`day` itself when it is worked, else the next working day."""
        return day if self.is_working(day) else self.next_working_day(day)

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself is not counted (Bộ luật Dân sự, art. 147-148)."""
        return _nth_working_day(self, day, count)

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie in (start, end]."""
        return sum(self.is_working(start + timedelta(days=ahead)) for ahead in range(1, (end - start).days + 1))

    def opening(self, at: datetime) -> datetime:
        """`at` when an office is open then, else the next moment one opens."""
        local = at.astimezone(ZONE)
        if self.is_working(local.date()):
            for begins, ends in SESSIONS:
                if local.time() < ends:
                    return max(local, _at(local.date(), begins))
        return _at(self.next_working_day(local.date()), OPENS)

    def add_working_time(self, at: datetime, span: timedelta) -> datetime:
        """The moment at which `span` of office hours has passed since `at`."""
        moment = self.opening(at)
        while True:
            closing = _session_end(moment)
            if moment + span <= closing:
                return moment + span
            span -= closing - moment
            moment = self.opening(closing)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Office hours in [start, end)."""
        first, last = start.astimezone(ZONE), end.astimezone(ZONE)
        total = timedelta()
        for ahead in range((last.date() - first.date()).days + 1):
            day = first.date() + timedelta(days=ahead)
            if self.is_working(day):
                total += sum((_overlap(first, last, day, *session) for session in SESSIONS), timedelta())
        return total


@lru_cache(maxsize=65536)
def _nth_working_day(calendar: WorkingCalendar, day: date, count: int) -> date:
    for _ in range(count):
        day = calendar.next_working_day(day)
    return day


def closing(day: date) -> datetime:
    """The end of office hours on `day`."""
    return _at(day, CLOSES)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZONE)


def _session_end(moment: datetime) -> datetime:
    ends = LUNCH_BEGINS if moment.time() < LUNCH_BEGINS else CLOSES
    return _at(moment.date(), ends)


def _overlap(start: datetime, end: datetime, day: date, begins: time, ends: time) -> timedelta:
    return max(min(end, _at(day, ends)) - max(start, _at(day, begins)), timedelta())
