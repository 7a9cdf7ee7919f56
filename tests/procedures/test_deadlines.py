"""Due dates, each computed by hand; the id of a case is the reckoning. 12/05/2022 is a Thursday."""

from datetime import UTC, date, datetime, time

import pytest

from procedures.deadlines import Duration, Unit, due, due_after_pause, pause_length, start_of_counting
from procedures.working_days import ZONE, WorkingCalendar

DAYS, WORKING, HOURS, MONTHS = Unit.DAYS, Unit.WORKING_DAYS, Unit.HOURS, Unit.MONTHS
CALENDAR = WorkingCalendar.of(
    [
        *(date(2022, 1, day) for day in (1, 3, 31)),
        *(date(2022, 2, day) for day in (1, 2, 3, 4)),  # Tết
        *(date(2022, 4, day) for day in (10, 11, 30)),  # Giỗ Tổ; 30/4
        *(date(2022, 5, day) for day in (1, 2, 3)),
        *(date(2022, 9, day) for day in (1, 2)),
        *(date(2024, 4, day) for day in (29, 30)),
        date(2024, 5, 1),
        *(date(2026, 1, day) for day in (1, 2)),
    ],
    [date(2024, 5, 4), date(2026, 1, 10)],  # Saturdays worked for 29/04/2024 and 02/01/2026
)


def moment(text: str) -> datetime:
    """`12/05 08:00`, of 2022 unless the year is told."""
    day, clock = text.split()
    numbers = [int(part) for part in day.split("/")]
    year = numbers[2] if len(numbers) == 3 else 2022
    return datetime.combine(date(year, numbers[1], numbers[0]), time.fromisoformat(clock), ZONE)


FROM_ACCEPTANCE = [
    ("12/05 08:00", 1, WORKING, "13/05 17:00", "the day of receipt is not counted: Fri"),
    ("12/05 08:00", 5, WORKING, "19/05 17:00", "Fri 13, then Mon 16 to Thu 19"),
    ("13/05 08:00", 1, WORKING, "16/05 17:00", "Friday's next working day is Monday"),
    ("12/05 16:59", 1, WORKING, "13/05 17:00", "a minute before closing still counts as Thursday"),
    ("12/05 17:00", 1, WORKING, "16/05 17:00", "at closing it counts as received on Friday: Mon"),
    ("12/05 22:30", 1, WORKING, "16/05 17:00", "in the evening it counts as received on Friday: Mon"),
    ("13/05 18:00", 1, WORKING, "17/05 17:00", "Friday evening counts as Monday: Tue"),
    ("14/05 09:00", 1, WORKING, "17/05 17:00", "Saturday counts as Monday: Tue"),
    ("15/05 23:59", 3, WORKING, "19/05 17:00", "Sunday counts as Monday: Tue, Wed, Thu"),
    ("12/05 05:00", 1, WORKING, "13/05 17:00", "before opening it counts as Thursday"),
    ("12/05 12:00", 1, WORKING, "13/05 17:00", "in the lunch break it counts as Thursday"),
    ("29/04 10:00", 1, WORKING, "04/05 17:00", "30/4 Sat and 1/5 Sun are made up on 2 and 3/5: Wed 4"),
    ("29/04 10:00", 3, WORKING, "06/05 17:00", "after the holidays: Wed 4, Thu 5, Fri 6"),
    ("02/05 10:00", 1, WORKING, "05/05 17:00", "received on a holiday counts as Wed 4: Thu 5"),
    ("29/04 17:30", 2, WORKING, "06/05 17:00", "after closing before the holidays counts as Wed 4: Thu 5, Fri 6"),
    ("08/04 10:00", 1, WORKING, "12/04 17:00", "Gio To on Sunday 10/4 is made up on Mon 11: Tue"),
    ("28/01 09:00", 1, WORKING, "07/02 17:00", "Tet from Mon 31/1 to Fri 4/2 between two weekends: Mon 7/2"),
    ("27/01 09:00", 3, WORKING, "08/02 17:00", "Fri 28/1, then after Tet Mon 7 and Tue 8/2"),
    ("01/02 10:00", 5, WORKING, "14/02 17:00", "the first day of Tet counts as Mon 7/2: 8 to 11 and Mon 14"),
    ("31/12/2021 15:00", 1, WORKING, "04/01 17:00", "1/1 is a Saturday, made up on Mon 3: Tue 4"),
    ("31/08 09:00", 2, WORKING, "06/09 17:00", "1 and 2/9 free, weekend: Mon 5, Tue 6"),
    ("03/05/2024 09:00", 1, WORKING, "04/05/2024 17:00", "Saturday 4/5/2024 is worked"),
    ("04/05/2024 09:00", 1, WORKING, "06/05/2024 17:00", "received on the worked Saturday itself: Mon 6"),
    ("03/05/2024 17:30", 1, WORKING, "06/05/2024 17:00", "Friday evening counts as the worked Saturday: Mon 6"),
    ("26/04/2024 09:00", 2, WORKING, "03/05/2024 17:00", "29/4 is free by the swap, 30/4, 1/5: Thu 2, Fri 3"),
    ("09/01/2026 09:00", 1, WORKING, "10/01/2026 17:00", "Saturday 10/1/2026 is worked for 2/1"),
    ("31/12/2025 09:00", 1, WORKING, "05/01/2026 17:00", "1 and 2/1/2026 free, weekend: Mon 5"),
    (
        "12/05 08:00",
        30,
        WORKING,
        "23/06 17:00",
        "Fri 13, five full weeks to 17/6 make 26, Thu 23 is 30",
    ),
    (
        "21/04 09:00",
        20,
        WORKING,
        "23/05 17:00",
        "22/4, five to 29/4, three to 6/5, ten to 20/5: Mon 23 is 20",
    ),
    ("12/05 08:00", 1, DAYS, "13/05 17:00", "calendar days: the next one"),
    ("12/05 08:00", 2, DAYS, "16/05 17:00", "ends on Saturday 14: moved to Monday"),
    ("12/05 08:00", 3, DAYS, "16/05 17:00", "ends on Sunday 15: moved to Monday"),
    ("12/05 08:00", 7, DAYS, "19/05 17:00", "a week later, weekend counted"),
    ("13/05 18:00", 5, DAYS, "23/05 17:00", "counts as Mon 16, ends on Saturday 21: Mon 23"),
    ("29/04 10:00", 1, DAYS, "04/05 17:00", "ends on 30/4: moved behind the holidays"),
    ("25/04 10:00", 10, DAYS, "05/05 17:00", "holidays inside count as days: Thu 5/5"),
    ("27/01 10:00", 10, DAYS, "07/02 17:00", "ends on Sunday 6/2 after Tet: Mon 7"),
    ("03/05/2024 09:00", 1, DAYS, "04/05/2024 17:00", "ends on the worked Saturday: stays"),
    ("12/05 08:00", 30, DAYS, "13/06 17:00", "19 days are left in May, 11/6 is a Saturday: Mon 13"),
    ("12/05 08:00", 1, MONTHS, "13/06 17:00", "12/6 is a Sunday: Mon 13"),
    ("12/05 08:00", 2, MONTHS, "12/07 17:00", "the same day of July, a Tuesday"),
    ("31/03 08:00", 1, MONTHS, "04/05 17:00", "April has 30 days; 30/4 is free up to 3/5: Wed 4"),
    ("31/10 08:00", 1, MONTHS, "30/11 17:00", "November has no 31st: its last day, a Wednesday"),
    ("30/11 08:00", 3, MONTHS, "28/02/2023 17:00", "February 2023 has 28 days: Tue 28"),
    ("30/11/2023 08:00", 3, MONTHS, "29/02/2024 17:00", "February of the leap year 2024: Thu 29"),
    ("14/11 08:00", 1, MONTHS, "14/12 17:00", "into December: Wed 14"),
    ("12/12 08:00", 1, MONTHS, "12/01/2023 17:00", "over the end of the year: Thu 12/1"),
    ("14/10 08:00", 12, MONTHS, "16/10/2023 17:00", "a year later is a Saturday: Mon 16"),
    ("12/05 07:00", 8, HOURS, "12/05 17:00", "4.5 h before lunch and 3.5 h after are the whole day"),
    ("12/05 07:00", 4, HOURS, "12/05 11:00", "before lunch"),
    ("12/05 07:00", 5, HOURS, "12/05 14:00", "4.5 h to 11:30, half an hour from 13:30"),
    ("12/05 08:00", 8, HOURS, "13/05 08:00", "3.5 h and 3.5 h on Thursday, 1 h on Friday"),
    ("12/05 11:00", 1, HOURS, "12/05 14:00", "half an hour before lunch, half after"),
    ("12/05 11:30", 1, HOURS, "12/05 14:30", "the lunch break begins: from 13:30"),
    ("12/05 12:00", 2, HOURS, "12/05 15:30", "in the lunch break: from 13:30"),
    ("12/05 08:15", 1, HOURS, "12/05 09:15", "minutes are kept"),
    ("12/05 18:00", 1, HOURS, "13/05 08:00", "after closing: from Friday 07:00"),
    ("13/05 16:00", 2, HOURS, "16/05 08:00", "one hour on Friday, one on Monday"),
    ("14/05 10:00", 8, HOURS, "16/05 17:00", "Saturday: the whole Monday"),
    ("12/05 06:00", 24, HOURS, "16/05 17:00", "eight on Thursday, Friday, Monday each"),
    ("29/04 16:00", 2, HOURS, "04/05 08:00", "one hour before the holidays, one after"),
    ("03/05/2024 16:00", 2, HOURS, "04/05/2024 08:00", "one hour on Friday, one on the worked Saturday"),
]


@pytest.mark.parametrize(("accepted", "value", "unit", "expected"), [case[:4] for case in FROM_ACCEPTANCE],
                         ids=[f"{case[0]} + {case[1]} {case[2]}: {case[4]}" for case in FROM_ACCEPTANCE])  # fmt: skip
def test_the_due_date_is_the_one_reckoned_by_hand(accepted: str, value: int, unit: Unit, expected: str) -> None:
    assert due(CALENDAR, Duration(value, unit), moment(accepted)) == moment(expected)


# unit, due when the pause began, paused, resumed, what it took, due afterwards, why
PAUSES = [
    (WORKING, "19/05 17:00", "13/05 10:00", "16/05 09:00", 1, "20/05 17:00", "across a weekend: Monday only"),
    (WORKING, "19/05 17:00", "13/05 10:00", "13/05 16:00", 0, "19/05 17:00", "within a day: nothing"),
    (WORKING, "19/05 17:00", "13/05 10:00", "15/05 20:00", 0, "19/05 17:00", "answered on Sunday: nothing"),
    (WORKING, "19/05 17:00", "13/05 18:00", "16/05 07:30", 1, "20/05 17:00", "Friday evening to Monday morning"),
    (WORKING, "19/05 17:00", "14/05 09:00", "16/05 09:00", 1, "20/05 17:00", "asked on Saturday: Monday"),
    (WORKING, "19/05 17:00", "13/05 10:00", "20/05 10:00", 5, "26/05 17:00", "Mon 16 to Fri 20; Thu 19 + 5 = Thu 26"),
    (WORKING, "29/04 17:00", "28/04 09:00", "04/05 09:00", 2, "05/05 17:00", "29/4 and 4/5; holidays stop no clock"),
    (WORKING, "08/02 17:00", "28/01 10:00", "07/02 10:00", 1, "09/02 17:00", "Tet lies in the pause and costs nothing"),
    (WORKING, "12/05 17:00", "16/05 09:00", "17/05 09:00", 1, "13/05 17:00", "already late: late by as much as before"),
    (WORKING, "03/05/2024 17:00", "03/05/2024 09:00", "04/05/2024 09:00", 1, "04/05/2024 17:00", "a worked Saturday"),
    (DAYS, "16/05 17:00", "13/05 10:00", "17/05 10:00", 4, "20/05 17:00", "four calendar days"),
    (DAYS, "20/05 17:00", "13/05 10:00", "14/05 10:00", 1, "23/05 17:00", "Sat 21 moved to Mon 23"),
    (DAYS, "20/05 17:00", "13/05 10:00", "13/05 23:00", 0, "20/05 17:00", "the same day: nothing"),
    (MONTHS, "12/07 17:00", "16/05 09:00", "30/05 09:00", 14, "26/07 17:00", "months are moved by calendar days"),
    (HOURS, "13/05 10:00", "12/05 14:00", "12/05 15:00", 60, "13/05 11:00", "an hour of office time"),
    (HOURS, "13/05 11:00", "12/05 16:00", "13/05 08:00", 120, "13/05 15:00", "1 h + 1 h; lunch comes between"),
    (HOURS, "13/05 16:30", "13/05 11:00", "13/05 14:00", 60, "16/05 07:30", "around lunch 1 h; half of it on Monday"),
    (HOURS, "16/05 09:00", "13/05 16:00", "16/05 08:00", 120, "16/05 11:00", "an hour on Friday, one on Monday"),
    (HOURS, "13/05 17:00", "12/05 18:00", "13/05 06:00", 0, "13/05 17:00", "a night costs nothing, even at closing"),
    (HOURS, "13/05 11:30", "12/05 12:00", "12/05 13:00", 0, "13/05 11:30", "a lunch break costs nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "before", "paused", "resumed", "took", "after"), [case[:6] for case in PAUSES],
                         ids=[f"{case[0]} {case[2]} to {case[3]}: {case[6]}" for case in PAUSES])  # fmt: skip
def test_a_pause_moves_the_due_date_by_what_it_took(
    unit: Unit, before: str, paused: str, resumed: str, took: int, after: str
) -> None:
    assert pause_length(CALENDAR, unit, moment(paused), moment(resumed)) == took

    moved = due_after_pause(CALENDAR, Duration(1, unit), moment(before), moment(paused), moment(resumed))

    assert moved == moment(after)


def test_the_day_is_that_of_the_offices_wherever_the_moment_was_written() -> None:
    friday_morning = datetime(2022, 5, 12, 23, 30, tzinfo=UTC)  # 06:30 in Hạ Long

    assert due(CALENDAR, Duration(1, WORKING), friday_morning) == moment("16/05 17:00")


def test_counting_starts_at_once_in_office_hours_and_else_at_the_next_opening() -> None:
    assert start_of_counting(CALENDAR, moment("12/05 08:15")) == moment("12/05 08:15")
    assert start_of_counting(CALENDAR, moment("12/05 12:15")) == moment("12/05 13:30")
    assert start_of_counting(CALENDAR, moment("29/04 17:00")) == moment("04/05 07:00")
