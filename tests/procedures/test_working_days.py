"""The calendar's laws, for any calendar and any moment."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.deadlines import Duration, Unit, due, due_after_pause
from procedures.models import CalendarDay, working_calendar
from procedures.working_days import ONE_DAY, SESSIONS, ZONE, CalendarError, WorkingCalendar, closing

YEAR = (date(2022, 1, 1), date(2022, 12, 31))
days = st.dates(*YEAR)
moments = st.builds(datetime.combine, days, st.times(), st.just(ZONE))
calendars = st.builds(
    WorkingCalendar.of, st.sets(days, max_size=15), st.sets(days.filter(lambda day: day.weekday() > 4), max_size=5)
)
spans = st.integers(0, 60 * 60 * 40).map(lambda seconds: timedelta(seconds=seconds))
durations = st.builds(Duration, st.integers(1, 40), st.sampled_from(Unit))


def in_office_hours(calendar: WorkingCalendar, at: datetime) -> bool:
    """Also at the very end of a session, where a span may run out."""
    return calendar.is_working(at.date()) and any(begins <= at.time() <= ends for begins, ends in SESSIONS)


@given(calendars, days, st.integers(0, 60))
def test_working_days_added_are_working_days_between(calendar: WorkingCalendar, day: date, count: int) -> None:
    last = calendar.add_working_days(day, count)

    assert calendar.working_days_between(day, last) == count
    assert count == 0 or calendar.is_working(last)


@given(calendars, days, st.integers(0, 20), st.integers(0, 20))
def test_working_days_add_up_in_any_portions(calendar: WorkingCalendar, day: date, some: int, more: int) -> None:
    in_portions = calendar.add_working_days(calendar.add_working_days(day, some), more)

    assert in_portions == calendar.add_working_days(day, some + more)


@given(calendars, moments)
def test_an_office_opens_at_once_or_later_and_then_it_is_open(calendar: WorkingCalendar, at: datetime) -> None:
    opened = calendar.opening(at)

    assert opened >= at
    assert in_office_hours(calendar, opened)
    assert calendar.opening(opened) == opened


@given(calendars, moments, spans)
def test_office_time_added_is_office_time_between(calendar: WorkingCalendar, at: datetime, span: timedelta) -> None:
    end = calendar.add_working_time(at, span)

    assert calendar.working_time_between(at, end) == span
    assert in_office_hours(calendar, end)


@given(calendars, moments, moments, moments)
def test_office_time_adds_up_over_a_moment_between(
    calendar: WorkingCalendar, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted((one, two, three))
    parts = calendar.working_time_between(first, middle) + calendar.working_time_between(middle, last)

    assert parts == calendar.working_time_between(first, last)


@given(calendars, days)
def test_a_working_day_has_eight_hours_and_a_free_day_none(calendar: WorkingCalendar, day: date) -> None:
    midnight = datetime.combine(day, datetime.min.time(), ZONE)
    hours = calendar.working_time_between(midnight, midnight + ONE_DAY) / timedelta(hours=1)

    assert hours == (8 if calendar.is_working(day) else 0)


@given(calendars, durations, moments)
def test_a_due_date_lies_in_office_hours_after_the_acceptance(
    calendar: WorkingCalendar, duration: Duration, at: datetime
) -> None:
    due_at = due(calendar, duration, at)

    assert due_at > at
    assert in_office_hours(calendar, due_at)


@given(calendars, durations, moments, moments)
def test_who_is_accepted_later_is_never_due_earlier(
    calendar: WorkingCalendar, duration: Duration, one: datetime, other: datetime
) -> None:
    earlier, later = sorted((one, other))

    assert due(calendar, duration, earlier) <= due(calendar, duration, later)


@given(calendars, durations, st.tuples(moments, moments, moments).map(sorted))
def test_a_longer_pause_never_makes_the_due_date_earlier(
    calendar: WorkingCalendar, duration: Duration, order: list[datetime]
) -> None:
    paused, early, late = order
    before = due(calendar, duration, paused)

    after_short = due_after_pause(calendar, duration, before, paused, early)
    after_long = due_after_pause(calendar, duration, before, paused, late)

    assert before <= after_short <= after_long


def test_a_make_up_day_is_worked_even_on_a_holiday_or_a_sunday() -> None:
    sunday = date(2022, 5, 15)

    assert WorkingCalendar.of([sunday], [sunday]).is_working(sunday)


def test_a_calendar_without_working_days_is_refused_with_the_day() -> None:
    calendar = WorkingCalendar.of(date(2022, 5, 1) + timedelta(days=number) for number in range(60))

    with pytest.raises(CalendarError, match="2022-05-02"):
        calendar.next_working_day(date(2022, 5, 2))


def test_offices_close_at_five_in_the_afternoon_local_time() -> None:
    assert closing(date(2022, 5, 12)) == datetime(2022, 5, 12, 17, tzinfo=ZONE)


@pytest.mark.django_db
def test_the_calendar_is_what_its_table_holds() -> None:
    CalendarDay.objects.create(day=date(2022, 5, 2), kind=CalendarDay.Kind.HOLIDAY, name="Nghỉ bù")
    CalendarDay.objects.create(day=date(2024, 5, 4), kind=CalendarDay.Kind.MAKEUP, name="Làm bù")

    assert working_calendar() == WorkingCalendar.of([date(2022, 5, 2)], [date(2024, 5, 4)])
