"""Reconciliation by digest finds each kind of damage, judges only what stands still, and repairs by sending again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from procedures import actions
from procedures.models import Application
from sync import wire
from sync.client import Call, NationalClient, Unlogged
from sync.models import LONGEST_CODE, Delivery, Difference, Reconciliation
from sync.pump import destination, national_client, pump
from sync.reconcile import _kept, reconcile, reconcile_all, reconcile_lately, reconcile_window
from tests.portal import world as worlds
from tests.portal.world import HOUR, MORNING, World
from tests.sync.damage import DAMAGES, National, cause
from tests.sync.interference import Line


def kinds(*, repair: bool = False) -> list[str]:
    with national_client() as client:
        run = reconcile(client, repair=repair)
    assert run.differing == run.differences.count()
    return list(run.differences.values_list("kind", flat=True))


def test_two_equal_sides_have_no_difference_and_the_count_of_both_is_kept(delivered: World) -> None:
    with national_client() as client:
        run = reconcile(client)

    run.refresh_from_db()
    assert (run.scope, run.here, run.there, run.differing) == (Reconciliation.Scope.ALL, 5, 5, 0)
    assert run.finished_at is not None


@pytest.mark.parametrize("kind", DAMAGES)
def test_each_kind_of_damage_is_found_and_named(delivered: World, national: National, kind: str) -> None:
    cause(national, kind, dossiers=1)

    assert kinds() == [kind]


def test_the_national_side_can_list_which_dossiers_of_a_day_it_lacks(delivered: World, national: National) -> None:
    cause(national, "missing", dossiers=2)
    with national_client() as client:
        lost = {found.code for found in reconcile(client).differences.all()}
        [day] = {one["day"] for one in client.get("/_admin/received", madonvi="H49")["days"]}

        listed = client.get("/_admin/received/missing", madonvi="H49", day=day)

    assert (listed["told"], set(listed["codes"])) == (5, lost)


def test_a_dossier_the_portal_does_not_know_is_named(delivered: World, line: Line) -> None:
    with national_client() as client:
        record: Any = {"MaHoSo": "000.00.16.H49-220101-0001"}
        client.run(client.send(Call.dossiers([record], updating=False), Unlogged()))

    assert kinds() == ["unknown_here"]


def test_a_number_longer_than_any_of_ours_ends_no_comparison(delivered: World, line: Line) -> None:
    with national_client() as client:
        records: Any = [{"MaHoSo": "9" * 180}, {"MaHoSo": "9" * 198 + "1"}]
        client.run(client.send(Call.dossiers(records, updating=False), Unlogged()))

    assert kinds() == ["unknown_here"] * 2
    assert "9" * 180 in {found.code for found in Difference.objects.all()}


@given(st.text(min_size=150, max_size=400), st.text(min_size=150, max_size=400))
def test_two_long_numbers_that_differ_are_kept_apart(one: str, other: str) -> None:
    assert len(_kept(one)) <= LONGEST_CODE
    assert (_kept(one + other) == _kept(one + one)) == (one == other)


@pytest.mark.parametrize("kind", ["missing", "stale", "different"])
def test_repair_sends_again_until_both_sides_agree(delivered: World, national: National, kind: str) -> None:
    cause(national, kind, dossiers=2)

    assert kinds(repair=True) == [kind, kind]
    assert Difference.objects.filter(queued_again=True).count() == 2
    pump()

    assert kinds() == []


def test_a_side_that_is_ahead_is_reported_and_left_to_a_person(delivered: World, national: National) -> None:
    cause(national, "ahead", dossiers=1)

    kinds(repair=True)

    assert not Difference.objects.get().queued_again
    assert not Delivery.objects.waiting().exists()


def test_a_backup_of_our_own_database_shows_the_other_side_ahead_and_changes_nothing_there(
    delivered: World, national: National
) -> None:
    """Row 17 of the crash matrix: the last change of one dossier is gone here, as after a restore."""
    lost = Application.objects.earliest("pk")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # a restore asks no trigger
        cursor.execute("DELETE FROM procedures_statuschange WHERE application_id = %s AND version = 3", [lost.pk])
        cursor.execute("UPDATE procedures_application SET status = 2, completed_at = NULL WHERE id = %s", [lost.pk])
        cursor.execute("UPDATE sync_delivery SET wanted = 2, sent = 2 WHERE application_id = %s", [lost.pk])
        cursor.execute("SET session_replication_role = DEFAULT")
    held = national.execute("SELECT key, leaf FROM dossier ORDER BY key").fetchall()

    assert kinds(repair=True) == ["ahead"]
    pump()

    assert Difference.objects.get().code == lost.code
    assert national.execute("SELECT key, leaf FROM dossier ORDER BY key").fetchall() == held


def test_what_is_on_its_way_is_not_judged(delivered: World) -> None:
    worlds.file(delivered, at=MORNING + 9 * HOUR)
    oldest = Delivery.objects.earliest("pk")
    Delivery.objects.filter(pk=oldest.pk).update(sent=oldest.sent - 1)

    assert kinds() == []


class Busy(NationalClient):
    """The day goes on between the reading of the two sides."""

    meanwhile: Callable[[], None]

    def get(self, path: str, **query: object) -> Any:
        if path == wire.PATH_DIGEST_BUCKETS:
            self.meanwhile()
        return super().get(path, **query)


def test_what_moves_while_the_sides_are_read_is_not_judged(delivered: World) -> None:
    def the_day_goes_on() -> None:
        worlds.file(delivered, at=MORNING + 9 * HOUR)
        actions.return_result(Application.objects.earliest("pk"), by=None, at=MORNING + 20 * HOUR)
        pump()

    with Busy(destination()) as client:
        client.meanwhile = the_day_goes_on
        run = reconcile(client)

    assert run.differing == 0
    assert not run.differences.exists()


def test_a_window_sees_what_changed_lately_and_nothing_older(delivered: World, national: National) -> None:
    cause(national, "missing", dossiers=5)
    recent = Application.objects.latest("pk")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE procedures_statuschange SET recorded_at = now() - interval '3 days' WHERE application_id <> %s",
            [recent.pk],
        )
        cursor.execute("SET session_replication_role = DEFAULT")

    with national_client() as client:
        run = reconcile_lately(client, hours=48)

    assert (run.scope, run.here, run.there, run.differing) == (Reconciliation.Scope.WINDOW, 1, 0, 1)
    assert run.differences.get().code == recent.code


def test_the_hourly_task_repairs_what_the_nightly_would(delivered: World, national: National) -> None:
    cause(national, "different", dossiers=1)

    reconcile_window()
    pump()
    reconcile_all()

    assert list(Reconciliation.objects.order_by("pk").values_list("scope", "differing")) == [("window", 1), ("all", 0)]
