"""How long an application usually takes: the office's time, from enough cases, as a range."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures import actions, estimates
from procedures.estimates import FEWEST_CASES, Estimate, estimate
from procedures.models import working_calendar
from tests.portal import world as worlds
from tests.portal.world import MORNING, NOW, World, accepted, settled

DAY = timedelta(days=1)
LAST_MONDAY = MORNING - 3 * DAY


@pytest.fixture
def world(db: None) -> World:
    return worlds.build()


def of_birth(world: World, at: object = NOW) -> Estimate | None:
    return estimate(world.birth, at, working_calendar())  # type: ignore[arg-type]


def test_half_are_done_within_the_first_number_and_nine_in_ten_within_the_second(world: World) -> None:
    for days in [1] * 12 + [2] * 6 + [3] * 2:
        settled(world, at=LAST_MONDAY, after=days * DAY)

    assert of_birth(world) == Estimate(usual=1, slow=2, cases=20)


def test_too_few_cases_give_no_estimate(world: World) -> None:
    for _number in range(FEWEST_CASES - 1):
        settled(world)

    assert of_birth(world) is None


def test_what_the_citizen_was_waited_for_is_not_counted(world: World) -> None:
    for _number in range(FEWEST_CASES):
        application = accepted(world, at=LAST_MONDAY)
        actions.ask_supplement(application, by=None, at=LAST_MONDAY + timedelta(hours=2), note="Thiếu giấy.")
        actions.supply(application, by=None, at=LAST_MONDAY + 2 * DAY)
        actions.complete(application, by=None, at=LAST_MONDAY + 3 * DAY)

    assert of_birth(world) == Estimate(usual=1, slow=1, cases=20)


def test_old_results_and_those_to_come_do_not_count(world: World) -> None:
    for _number in range(FEWEST_CASES):
        settled(world, at=LAST_MONDAY)

    assert of_birth(world, NOW + estimates.WINDOW) is None
    assert of_birth(world, LAST_MONDAY) is None


def test_a_procedure_without_working_days_has_no_estimate(world: World) -> None:
    for _number in range(FEWEST_CASES):
        settled(world, what=world.unknown)

    assert estimate(world.unknown, NOW, working_calendar()) is None


shares = st.sampled_from([estimates.USUAL, estimates.SLOW])


@given(days=st.lists(st.integers(0, 60), min_size=1).map(sorted), share=shares)
def test_a_quantile_covers_its_share_and_no_smaller_number_does(days: list[int], share: float) -> None:
    found = estimates._quantile(days, share)

    assert sum(one <= found for one in days) >= share * len(days)
    assert found == 1 or sum(one < found for one in days) < share * len(days)
