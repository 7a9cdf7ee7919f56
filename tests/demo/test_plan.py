"""Which days the demo simulates and plays."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.demo.plan import FIRST_DAY, Played, plan
from procedures.working_days import WorkingCalendar

CALENDAR = WorkingCalendar.of([date(2022, 5, 2), date(2022, 5, 3)])
WARM_UP = date(2022, 4, 18)


def test_an_empty_portal_is_filled_up_to_the_day_before_and_plays_the_first_day() -> None:
    run = plan(CALENDAR, [], simulated_until=None, warm_up_start=WARM_UP)

    assert run.day == FIRST_DAY
    assert run.before[0] == WARM_UP
    assert run.before[-1] == FIRST_DAY - timedelta(days=1)
    assert run.simulate_day


def test_a_second_run_plays_the_next_working_day_on_the_same_data() -> None:
    run = plan(CALENDAR, [Played(FIRST_DAY, judged=True)], simulated_until=FIRST_DAY, warm_up_start=WARM_UP)

    assert run.day == date(2022, 5, 13)
    assert list(run.before) == []
    assert run.simulate_day


def test_the_free_days_between_two_working_days_are_simulated_before_the_second() -> None:
    friday = date(2022, 5, 13)

    run = plan(CALENDAR, [Played(friday, judged=True)], simulated_until=friday, warm_up_start=WARM_UP)

    assert run.day == date(2022, 5, 16)
    assert list(run.before) == [date(2022, 5, 14), date(2022, 5, 15)]


def test_a_run_interrupted_while_filling_goes_on_with_the_day_after_the_last_simulated_one() -> None:
    run = plan(CALENDAR, [], simulated_until=date(2022, 4, 25), warm_up_start=WARM_UP)

    assert run.before[0] == date(2022, 4, 26)
    assert run.day == FIRST_DAY


def test_a_run_interrupted_before_its_verdict_plays_its_day_again_without_simulating_it_twice() -> None:
    run = plan(CALENDAR, [Played(FIRST_DAY, judged=False)], simulated_until=FIRST_DAY, warm_up_start=WARM_UP)

    assert run.day == FIRST_DAY
    assert not run.simulate_day
    assert list(run.before) == []


@given(st.integers(1, 40))
def test_many_runs_play_only_working_days_and_simulate_every_day_once(runs: int) -> None:
    played: list[Played] = []
    simulated: list[date] = []
    for _ in range(runs):
        until = simulated[-1] if simulated else None
        run = plan(CALENDAR, played, simulated_until=until, warm_up_start=WARM_UP)
        simulated += [*run.before, run.day]
        played.append(Played(run.day, judged=True))

    assert all(CALENDAR.is_working(one.day) for one in played)
    assert simulated == [WARM_UP + timedelta(days=ahead) for ahead in range(len(simulated))]
