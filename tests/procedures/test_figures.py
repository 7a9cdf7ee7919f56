"""Every figure equals the list behind it, and the daily counts equal a direct count, whatever has happened."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures import actions, boards, metrics, rollups
from procedures.lifecycle import Act, MoveRefused, acts_from
from procedures.metrics import FIGURES, FLOWS, SHARES, STOCKS, Period, UnknownFigure, behind
from procedures.models import Agency, Application, Channel, DailyCount
from procedures.moves import NEEDS_A_REASON
from procedures.working_days import ZONE
from tests.portal.world import MORNING, World, accepted, file, settled

MAY = Period(date(2022, 5, 1), date(2022, 6, 1))
LATE_IN_MAY = MORNING + timedelta(days=15)
NEEDED: dict[Act, dict[str, Any]] = {
    **{act: {"note": "Thiếu giấy tờ"} for act in NEEDS_A_REASON},
    Act.ASK_PAYMENT: {"fee_vnd": 30_000},
}
walks = st.lists(st.tuples(st.integers(0, 59), st.integers(1, 120)), max_size=7)
lives = st.lists(st.tuples(st.sampled_from(Channel.values), st.integers(0, 2), walks), max_size=5)
pytestmark = pytest.mark.django_db


def lead(world: World, number: int, channel: int, place: int, walk: list[tuple[int, int]]) -> None:
    """One application's life: every so many hours one of the acts its status allows."""
    what, where = [(world.birth, world.commune), (world.unknown, world.commune), (world.land, world.district)][place]
    at = MORNING + timedelta(minutes=number)
    application = actions.submit(what, where, citizen=world.citizen, by=None, at=at, channel=Channel(channel))
    for choice, hours in walk:
        at += timedelta(hours=hours)
        allowed = sorted(acts_from(application.state))
        with suppress(MoveRefused):
            if allowed:
                act = allowed[choice % len(allowed)]
                getattr(actions, act.value)(application, by=None, at=at, **NEEDED.get(act, {}))


def count_may() -> None:
    rollups.refresh_days(MAY.first + timedelta(days=ahead) for ahead in range(31))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives)
def test_each_figure_is_as_long_as_its_list_for_every_agency(world: World, cases: list[tuple[int, int, Any]]) -> None:
    for number, case in enumerate(cases):
        lead(world, number, *case)
    count_may()

    for agency in (None, world.province, world.district, world.commune, world.department):
        totals = boards.totals(boards.Scope(agency), MAY, LATE_IN_MAY)
        under = Application.objects.below(agency or world.province)
        for figure in (*FLOWS, *STOCKS):
            assert totals[figure.key] == behind(figure.key, MAY, LATE_IN_MAY, under).count(), figure.key


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives)
def test_parts_add_up_to_the_whole(world: World, cases: list[tuple[int, int, Any]]) -> None:
    for number, case in enumerate(cases):
        lead(world, number, *case)
    count_may()
    scope = boards.Scope()
    whole = boards.totals(scope, MAY, LATE_IN_MAY)

    for parts in (boards.by_agency(scope, MAY, LATE_IN_MAY), boards.by_procedure(scope, MAY, LATE_IN_MAY)):
        for figure in (*FLOWS, *STOCKS):
            assert sum(part[figure.key] or 0 for part in parts.values()) == whole[figure.key], figure.key
    for figure in FLOWS:
        assert sum(day[figure.key] or 0 for day in boards.by_day(scope, MAY).values()) == whole[figure.key]
    for figure in SHARES:
        share = whole[figure.key]
        assert share is None or 0 <= share <= 1


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives)
def test_the_queries_of_the_domain_are_those_of_the_figures(world: World, cases: list[tuple[int, int, Any]]) -> None:
    for number, case in enumerate(cases):
        lead(world, number, *case)
    everything = Application.objects.all()

    def listed(key: str) -> set[Application]:
        return set(behind(key, MAY, LATE_IN_MAY))

    assert set(everything.in_progress()) == listed("in_progress")
    assert set(everything.overdue(LATE_IN_MAY)) == listed("overdue")
    assert set(everything.due_between(LATE_IN_MAY, LATE_IN_MAY + metrics.DUE_SOON)) == listed("due_soon")
    assert set(everything.paused()) == listed("waiting")
    assert set(everything.settled_on_time()) == listed("settled_on_time")
    assert set(everything.settled_late()) == listed("settled_late")
    assert set(everything.open()) == {one for one in everything if one.ended_at is None}


@pytest.mark.parametrize(
    ("seconds_after_due", "on_time", "late"), [(-1, 1, 0), (0, 1, 0), (1, 0, 1)], ids=["before", "at", "after"]
)
def test_a_result_at_the_due_moment_itself_is_on_time(
    world: World, seconds_after_due: int, on_time: int, late: int
) -> None:
    application = accepted(world)
    assert application.due_at is not None
    actions.complete(application, by=None, at=application.due_at + timedelta(seconds=seconds_after_due))
    count_may()

    totals = boards.totals(boards.Scope(), MAY, LATE_IN_MAY)

    assert (totals["settled_on_time"], totals["settled_late"]) == (on_time, late)
    assert behind("settled_late", MAY, LATE_IN_MAY).count() == late


def test_a_result_without_a_due_date_is_on_time(world: World) -> None:
    settled(world, what=world.unknown)
    count_may()

    assert boards.totals(boards.Scope(), MAY, LATE_IN_MAY)["on_time_share"] == 1


def test_counting_a_day_again_changes_nothing(world: World) -> None:
    file(world)
    first = rollups.refresh(MORNING.date())
    counts = list(DailyCount.objects.values())

    assert rollups.refresh(MORNING.date()) == first == 1
    assert list(DailyCount.objects.values()) == counts


def test_a_day_begins_and_ends_at_midnight_of_the_offices(world: World) -> None:
    midnight = datetime(2022, 5, 12, tzinfo=ZONE)
    file(world, at=midnight)
    file(world, at=midnight - timedelta(seconds=1))

    rollups.refresh_days([date(2022, 5, 11), date(2022, 5, 12)])

    received = dict(DailyCount.objects.values_list("day", "received_online"))
    assert received == {date(2022, 5, 11): 1, date(2022, 5, 12): 1}


def test_the_first_day_of_a_period_counts_and_the_day_it_ends_does_not(world: World) -> None:
    for day in (11, 12, 13):
        file(world, at=MORNING.replace(day=day))
    file(world, at=datetime(2022, 5, 14, tzinfo=ZONE))
    count_may()
    two_days = Period(date(2022, 5, 12), date(2022, 5, 14))

    assert boards.totals(boards.Scope(), two_days, LATE_IN_MAY)["received"] == 2
    assert behind("received", two_days, LATE_IN_MAY).count() == 2
    assert set(boards.by_day(boards.Scope(), two_days)) == {date(2022, 5, 12), date(2022, 5, 13)}


def test_a_district_stands_for_its_communes_until_one_looks_into_it(world: World) -> None:
    file(world)
    file(world, what=world.land, where=world.district)
    file(world, what=world.land, where=world.department)
    count_may()

    def received(agency: Agency) -> dict[int, object]:
        parts = boards.by_agency(boards.Scope(agency), MAY, LATE_IN_MAY)
        return {key: values["received"] for key, values in parts.items()}

    assert received(world.province) == {world.district.pk: 2, world.department.pk: 1}
    assert received(world.district) == {world.district.pk: 1, world.commune.pk: 1}


@pytest.mark.parametrize("act", [Act.ASK_SUPPLEMENT, Act.ASK_PAYMENT, Act.COMPLETE, Act.WITHDRAW, Act.STOP])
def test_only_what_the_office_has_in_hand_is_overdue(world: World, act: Act) -> None:
    application = accepted(world)
    assert list(Application.objects.overdue(LATE_IN_MAY)) == [application]

    getattr(actions, act.value)(application, by=None, at=MORNING + timedelta(hours=2), **NEEDED.get(act, {}))

    assert not Application.objects.overdue(LATE_IN_MAY).exists()
    assert not behind("overdue", MAY, LATE_IN_MAY).exists()


def test_a_share_of_nothing_is_no_number(world: World) -> None:
    assert boards.totals(boards.Scope(), MAY, LATE_IN_MAY)["on_time_share"] is None


@pytest.mark.parametrize("key", ["on_time_share", "no_such_figure", ""])
def test_what_has_no_list_is_refused(key: str) -> None:
    with pytest.raises(UnknownFigure):
        behind(key, MAY, LATE_IN_MAY)


def test_every_figure_has_a_formula_and_what_its_kind_needs() -> None:
    assert {*FLOWS, *STOCKS, *SHARES} == set(FIGURES.values())
    assert all(figure.formula and figure.label for figure in FIGURES.values())
    assert all(figure.columns and figure.condition for figure in FLOWS)
    assert all(figure.condition and not figure.columns for figure in STOCKS)
    assert all({figure.numerator, figure.denominator} <= set(FIGURES) for figure in SHARES)


def test_a_period_before_another_has_its_length_and_touches_it() -> None:
    before = MAY.before()

    assert before.end == MAY.first
    assert before.end - before.first == MAY.end - MAY.first


def test_what_is_below_a_district_is_itself_and_its_communes(world: World) -> None:
    below = {agency.code for agency in Agency.objects.below(world.district)}

    assert below == {world.district.code, world.commune.code, world.other_commune.code}
    assert set(Agency.objects.below(world.province)) == set(Agency.objects.all())
