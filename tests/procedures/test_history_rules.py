"""What the database keeps by triggers and by a key between the two ledgers: each one broken on purpose."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from procedures import actions
from procedures.lifecycle import Status
from procedures.models import Application, DeadlineEntry, StatusChange
from tests.portal.world import MORNING

LATER = MORNING + timedelta(hours=2)
TRIGGERS_TOLD_HERE = {"history_is_kept", "ledger_is_kept", "history_is_whole"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def accepted(application: Application) -> Application:
    actions.accept(application, by=None, at=MORNING + timedelta(hours=1))
    return application


def change(application: Application, version: int, start: int | None, to: int, at: datetime) -> StatusChange:
    return StatusChange(application=application, version=version, from_status=start, to_status=to, at=at)


def stand(application: Application, version: int, status: int, at: datetime) -> None:
    """Write the application's own columns as if the change had been rightly made."""
    Application.objects.filter(pk=application.pk).update(version=version, status=status, changed_at=at)


@pytest.mark.parametrize("model", [StatusChange, DeadlineEntry])
@pytest.mark.parametrize(
    "tamper",
    [
        lambda rows: rows.update(at=MORNING),
        lambda rows: rows.filter(version=2).update(version=3),
        lambda rows: rows._raw_delete("default"),
        lambda rows: rows.none().model.objects.filter(version=99).update(at=MORNING),
    ],
    ids=["another moment", "another number", "erased", "not even a row that is not there"],
)
def test_history_and_ledger_are_never_rewritten(
    accepted: Application, model: type[StatusChange | DeadlineEntry], tamper: Callable[[Any], Any]
) -> None:
    with pytest.raises(IntegrityError, match="the history is append-only"):
        tamper(model.objects.all())


def test_an_application_with_a_history_is_not_deleted(accepted: Application) -> None:
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procedures_application WHERE id = %s", [accepted.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("version", "start", "to", "at"),
    [
        (4, Status.ACCEPTED, Status.PROCESSING, LATER),
        (3, Status.PROCESSING, Status.COMPLETED, LATER),
        (3, Status.ACCEPTED, Status.PROCESSING, MORNING - timedelta(days=1)),
    ],
    ids=["a number left out", "from a status it is not in", "before what came before"],
)
def test_a_history_with_a_hole_is_refused(
    accepted: Application, version: int, start: Status, to: Status, at: datetime
) -> None:
    Application.objects.filter(pk=accepted.pk).update(version=version, changed_at=at)

    with pytest.raises(IntegrityError, match=f"gap, a wrong beginning or an earlier moment at version {version}"):
        change(accepted, version, start, to, at).save(force_insert=True)


@pytest.mark.parametrize(
    "columns",
    [
        {"version": 2, "status": Status.PROCESSING, "changed_at": LATER},
        {"version": 3, "status": Status.ACCEPTED, "changed_at": LATER},
        {"version": 3, "status": Status.PROCESSING, "changed_at": MORNING},
    ],
    ids=["another number", "another status", "another moment"],
)
def test_an_application_that_stands_elsewhere_than_its_history_is_refused(
    accepted: Application, columns: dict[str, Any]
) -> None:
    Application.objects.filter(pk=accepted.pk).update(**columns)

    with pytest.raises(IntegrityError, match="does not stand where its history says at version 3"):
        change(accepted, 3, Status.ACCEPTED, Status.PROCESSING, LATER).save(force_insert=True)


def test_many_changes_in_one_statement_are_checked_as_a_whole(accepted: Application) -> None:
    later = LATER + timedelta(hours=1)
    Application.objects.filter(pk=accepted.pk).update(
        version=4, status=Status.COMPLETED, changed_at=later, completed_at=later
    )

    StatusChange.objects.bulk_create(
        [
            change(accepted, 3, Status.ACCEPTED, Status.PROCESSING, LATER),
            change(accepted, 4, Status.PROCESSING, Status.COMPLETED, later),
        ]
    )

    assert accepted.history.count() == 4


def test_one_bad_change_among_many_is_found(accepted: Application) -> None:
    later = LATER + timedelta(hours=1)
    stand(accepted, 5, Status.PROCESSING, later)

    with pytest.raises(IntegrityError, match="gap"):
        StatusChange.objects.bulk_create(
            [
                change(accepted, 3, Status.ACCEPTED, Status.PROCESSING, LATER),
                change(accepted, 5, Status.PROCESSING, Status.COMPLETED, later),
            ]
        )


def test_a_change_has_whole_seconds(accepted: Application) -> None:
    fraction = LATER + timedelta(milliseconds=500)
    stand(accepted, 3, Status.PROCESSING, fraction)

    with pytest.raises(IntegrityError, match="change_has_whole_seconds"):
        change(accepted, 3, Status.ACCEPTED, Status.PROCESSING, fraction).save(force_insert=True)


def test_a_ledger_line_belongs_to_a_change(accepted: Application) -> None:
    DeadlineEntry.objects.create(
        application=accepted, version=9, kind=1, at=LATER, amount=5, unit="working_days", due_at=LATER
    )

    with pytest.raises(IntegrityError, match="ledger_line_belongs_to_a_change"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_no_trigger_of_the_domain_is_left_unbroken() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'procedures_%%'"
        )
        ours = {name for name, text in cursor.fetchall() if "EXECUTE FUNCTION procedures_" in text}

    assert ours == TRIGGERS_TOLD_HERE
