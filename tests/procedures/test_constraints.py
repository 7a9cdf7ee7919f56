"""Every named constraint of the models, proven by breaking it alone; a constraint without a breaking row fails here."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models

from procedures.lifecycle import Status
from procedures.models import (
    Agency,
    Application,
    CalendarDay,
    Citizen,
    CodeCounter,
    DeadlineEntry,
    Official,
    Procedure,
    StatusChange,
)
from tests.portal.world import World

MOMENT = datetime(2022, 5, 13, 3, 0, tzinfo=UTC)
NEVER = 99
Breaker = Callable[[World, Application], Any]
pytestmark = pytest.mark.django_db


def set_on(model: type[models.Model], **values: Any) -> Breaker:
    """Overwrite columns of every row of `model`, past every rule of Python."""
    return lambda _world, _application: model._default_manager.update(**values)


def of_application(**values: Any) -> Breaker:
    return set_on(Application, **values)


def of_birth(**values: Any) -> Breaker:
    return lambda world, _application: Procedure.objects.filter(pk=world.birth.pk).update(**values)


def of_department(**values: Any) -> Breaker:
    return lambda world, _application: Agency.objects.filter(pk=world.department.pk).update(**values)


def a_change(**values: Any) -> Breaker:
    """A second history row for the application, broken in one column."""
    usual = {"version": 2, "from_status": Status.SUBMITTED, "to_status": Status.ACCEPTED, "at": MOMENT}
    return lambda _world, application: StatusChange.objects.create(application=application, **usual | values)


def two_authors(world: World, application: Application) -> None:
    a_change(by_official=world.official, by_citizen=world.citizen)(world, application)


def a_change_in_the_same_second(world: World, application: Application) -> None:
    a_change(at=application.changed_at)(world, application)


def a_ledger_line(**values: Any) -> Breaker:
    usual = {"version": 1, "kind": 1, "at": MOMENT, "amount": 5, "unit": "working_days", "due_at": MOMENT}
    return lambda _world, application: DeadlineEntry.objects.create(application=application, **usual | values)


def a_second_province(_world: World, _application: Application) -> None:
    Agency.objects.create(code="000.00.00.H50", name="Hải Phòng", level=1)


def a_calendar_day(_world: World, _application: Application) -> None:
    CalendarDay.objects.create(day=date(2022, 5, 13), kind=NEVER, name="ngày lạ")


def an_empty_counter(world: World, _application: Application) -> None:
    CodeCounter.objects.create(agency=world.district, day=date(2022, 5, 13), last=0)


def status_eleven(_world: World, _application: Application) -> None:
    """The check of ends forbids it too and is asked first: take that one away."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE procedures_application DROP CONSTRAINT an_end_has_a_moment")
    Application.objects.update(status=11)


ENDED = {"status": Status.COMPLETED, "completed_at": MOMENT, "accepted_at": MOMENT}
RETURNED = {**ENDED, "status": Status.RESULT_RETURNED, "ended_at": MOMENT}
BROKEN: list[tuple[str, str, Breaker]] = [
    ("agency_level_is_known", "a level beyond the six", of_department(level=7)),
    ("only_the_province_has_no_parent", "a department under nobody", of_department(parent=None)),
    ("one_province", "a second province", a_second_province),
    ("agency_code_has_its_form", "a code of the new form", of_department(code="H49.22")),
    ("agency_code_has_its_form", "a code with something behind it", of_department(code="000.00.12.H49x")),
    ("application_status_is_national", "status 11 of two foreign clients", status_eleven),
    ("application_channel_is_known", "a fourth way of filing", of_application(channel=4)),
    ("application_has_a_history", "version 0", of_application(version=0)),
    ("only_accepted_applications_have_a_due_date", "due, not accepted", of_application(due_at=MOMENT)),
    ("an_end_has_a_moment", "refused at no time", of_application(status=Status.REFUSED)),
    ("an_end_has_a_moment", "ended while open", of_application(ended_at=MOMENT)),
    ("a_result_has_a_moment", "a result at no time", of_application(status=Status.COMPLETED)),
    ("a_result_has_a_moment", "a moment without a result", of_application(completed_at=MOMENT)),
    ("a_pause_knows_where_it_began", "a pause from nowhere", of_application(status=Status.SUPPLEMENT_REQUESTED)),
    ("a_pause_knows_where_it_began", "a fee from before acceptance", of_application(status=6, paused_from=1)),
    ("a_pause_knows_where_it_began", "no pause, but a place to go back to", of_application(paused_from=1)),
    ("a_pause_knows_where_it_began", "no pause, but a day to answer", of_application(answer_by=MOMENT)),
    ("an_acceptance_has_a_moment", "in processing, never accepted", of_application(status=Status.PROCESSING)),
    ("an_acceptance_has_a_moment", "accepted before it was", of_application(accepted_at=MOMENT)),
    ("no_result_is_returned_unpaid", "returned, unpaid", of_application(**RETURNED, fee_vnd=30_000)),
    ("only_a_returned_result_is_rated", "six stars", of_application(**RETURNED, rating=6)),
    ("only_a_returned_result_is_rated", "no stars", of_application(**RETURNED, rating=0)),
    ("only_a_returned_result_is_rated", "rated too early", of_application(**ENDED, rating=5)),
    ("calendar_kind_is_known", "neither free nor made up", a_calendar_day),
    ("procedure_is_settled_somewhere", "settled nowhere", of_birth(at_commune=False)),
    ("procedure_of_the_province_has_an_agency", "nobody's at the province", of_birth(at_province=True)),
    ("procedure_duration_is_whole", "a number without a unit", of_birth(duration_unit="")),
    ("procedure_duration_is_whole", "a unit without a number", of_birth(duration_value=None)),
    ("procedure_duration_is_whole", "no time at all", of_birth(duration_value=0)),
    ("procedure_duration_is_whole", "a unit nobody knows", of_birth(duration_unit="moons")),
    ("procedure_online_level_is_known", "level 2", of_birth(online_level=2)),
    ("only_online_procedures_are_nationally_connected", "connected on paper", of_birth(online_level=0)),
    ("one_change_a_second", "two changes in a second", a_change_in_the_same_second),
    ("change_is_in_the_table_of_moves", "from the beginning to the end", a_change(to_status=Status.RESULT_RETURNED)),
    ("change_is_in_the_table_of_moves", "from nothing into the middle", a_change(version=1, from_status=None)),
    ("change_has_one_author_at_most", "an official and a citizen at once", two_authors),
    ("only_the_first_change_comes_from_nothing", "a second beginning", a_change(from_status=None, to_status=1)),
    ("deadline_kind_is_known", "a fourth kind of line", a_ledger_line(kind=4)),
    ("deadline_unit_is_known", "a unit nobody knows", a_ledger_line(unit="moons")),
    ("counter_starts_at_one", "a counter at zero", an_empty_counter),
    ("citizen_kind_is_known", "a third kind of citizen", set_on(Citizen, kind=3)),
    ("official_role_is_known", "a fourth role", set_on(Official, role=4)),
]


@pytest.mark.parametrize(("name", "breaker"), [(name, breaker) for name, _why, breaker in BROKEN],
                         ids=[f"{name}: {why}" for name, why, _breaker in BROKEN])  # fmt: skip
def test_a_broken_row_is_refused_by_the_constraint_that_forbids_it(
    world: World, application: Application, name: str, breaker: Breaker
) -> None:
    with pytest.raises(IntegrityError, match=f'constraint "{name}"'):
        breaker(world, application)


def test_no_constraint_of_the_models_is_left_unbroken() -> None:
    stated = {constraint.name for model in apps.get_app_config("procedures").get_models()
              for constraint in model._meta.constraints}  # fmt: skip

    assert {name for name, _why, _breaker in BROKEN} == stated


def test_no_check_of_the_database_is_left_unnamed() -> None:
    """What a migration adds by hand is broken in `test_history_rules`; a nameless check nobody would miss."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid::regclass::text LIKE 'procedures_%%'"
        )
        checks = {name for (name,) in cursor.fetchall()}

    by_django = {name for name in checks if name.endswith("_check")}  # PositiveIntegerField's own >= 0
    assert checks - by_django - {name for name, _why, _breaker in BROKEN} == {"change_has_whole_seconds"}
