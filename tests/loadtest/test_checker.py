"""The checker sees every kind of fault: each is made by damaging one row, and nothing else is reported."""

import psycopg
import pytest
from django.db import connection
from django.db.models.functions import Now

from procedures import actions
from procedures.models import Application, StatusChange
from sync import parking
from sync.client import NationalClient
from sync.loadtest import checker, slices
from sync.loadtest.checker import Verdict, check
from sync.models import Delivery, Exchange
from sync.pump import pump
from sync.reconcile import reconcile
from tests.portal import world as worlds
from tests.portal.world import HOUR, World

Ledger = psycopg.Connection[tuple[object, ...]]
FAULTS = ("lost", "unexpected", "duplicated", "reordered", "corrupted", "disagreements")
ONE_ROW = "(SELECT min(seq) FROM ledger WHERE kind = 'progress')"


def faults(verdict: Verdict) -> set[str]:
    """The kinds of fault that were found, the exchanges' disagreement aside."""
    return {name for name in FAULTS if getattr(verdict, name)} - {"disagreements"}


def test_a_sound_delivery_is_clean_and_all_three_sources_agree(delivered: World, client: NationalClient) -> None:
    verdict = check(client)

    assert verdict.is_clean
    assert verdict.committed == verdict.applied == StatusChange.objects.count() > 10


def test_a_change_that_was_never_applied_is_lost(delivered: World, client: NationalClient, ledger: Ledger) -> None:
    ledger.execute(f"DELETE FROM ledger WHERE seq = {ONE_ROW}")

    verdict = check(client)

    assert faults(verdict) == {"lost"}
    assert len(verdict.lost) == 1
    assert Application.objects.filter(code=verdict.lost[0]).exists()


def test_a_change_still_waiting_counts_as_lost_until_it_is_sent(delivered: World, client: NationalClient) -> None:
    worlds.file(delivered, at=worlds.MORNING + 9 * HOUR)

    before, _turn, after = check(client), pump(), check(client)

    assert len(before.lost) == 1
    assert after.is_clean


def test_a_change_applied_twice_is_duplicated(delivered: World, client: NationalClient, ledger: Ledger) -> None:
    columns = "dossier, record_hash, happened, text_hash, position, kind, service, root, code, status"
    ledger.execute(f"INSERT INTO ledger ({columns}) SELECT {columns} FROM ledger WHERE seq = {ONE_ROW}")

    verdict = check(client)

    assert faults(verdict) == {"duplicated"}
    assert len(verdict.duplicated) == 1


def test_a_change_applied_before_an_earlier_one_is_reordered(
    delivered: World, client: NationalClient, ledger: Ledger
) -> None:
    columns = "dossier, record_hash, happened, text_hash, position, kind, service, root, code, status"
    ledger.execute(f"INSERT INTO ledger ({columns}) SELECT {columns} FROM ledger WHERE seq = {ONE_ROW}")
    ledger.execute(f"DELETE FROM ledger WHERE seq = {ONE_ROW}")

    verdict = check(client)

    assert faults(verdict) == {"reordered"}
    assert len(verdict.reordered) == 1


@pytest.mark.parametrize("damage", ["status = '8'", "text_hash = text_hash + 1"])
def test_a_change_applied_with_other_content_is_corrupted(
    delivered: World, client: NationalClient, ledger: Ledger, damage: str
) -> None:
    ledger.execute(f"UPDATE ledger SET {damage} WHERE seq = {ONE_ROW}")

    assert faults(check(client)) == {"corrupted"}


def test_an_effect_nobody_committed_is_unexpected(delivered: World, client: NationalClient, ledger: Ledger) -> None:
    ledger.execute(f"UPDATE ledger SET happened = happened + 1000000 WHERE seq = {ONE_ROW}")

    assert faults(check(client)) == {"unexpected", "lost"}


A_RECORD = "(SELECT min(seq) FROM ledger WHERE kind = 'record')"


@pytest.mark.parametrize(
    ("damage", "fault"), [("status = '8'", "corrupted"), ("code = 'nobody'", "unexpected")], ids=lambda one: one
)
def test_a_record_nobody_committed_is_found(
    delivered: World, client: NationalClient, ledger: Ledger, damage: str, fault: str
) -> None:
    ledger.execute(f"UPDATE ledger SET {damage} WHERE seq = {A_RECORD}")

    assert faults(check(client)) == {fault}


def test_exchanges_that_heard_more_than_was_applied_are_a_disagreement(
    delivered: World, client: NationalClient
) -> None:
    newest = Exchange.objects.filter(applied__gt=0).latest("pk")
    Exchange.objects.filter(pk=newest.pk).update(applied=newest.applied + 1)  # type: ignore[operator]

    assert len(check(client).disagreements) == 1


def test_effects_nobody_heard_of_are_a_disagreement_unless_a_call_went_unanswered(
    delivered: World, client: NationalClient
) -> None:
    silenced = Exchange.objects.filter(applied__gt=0).latest("pk")

    Exchange.objects.filter(pk=silenced.pk).update(applied=0)
    disagreeing = check(client).disagreements
    Exchange.objects.filter(pk=silenced.pk).update(applied=None)

    assert len(disagreeing) == 1
    assert check(client).is_clean


def test_a_record_that_differs_there_is_found_by_reconciliation(
    delivered: World, client: NationalClient, ledger: Ledger
) -> None:
    ledger.execute("UPDATE dossier SET leaf = leaf + 1 WHERE key = (SELECT min(key) FROM dossier)")

    assert reconcile(client).differing == 1


def test_slices_of_one_application_each_come_to_the_same_verdict(
    delivered: World, client: NationalClient, ledger: Ledger
) -> None:
    ledger.execute(f"UPDATE ledger SET happened = happened + 1000000 WHERE seq = {ONE_ROW}")
    ledger.execute("UPDATE ledger SET code = 'nobody' WHERE seq = (SELECT max(seq) FROM ledger)")

    whole = check(client)

    assert len(slices.slices(1)) == Application.objects.count()
    for size in (1, 2, 3):
        assert check(client, slice_size=size) == whole
    assert sorted(whole.unexpected)[-1] == "nobody"


def test_slices_hold_every_application_once(delivered: World) -> None:
    whole = slices.committed(slices.Slice())

    parts = [slices.committed(span) for span in slices.slices(1)]

    assert sum(len(part) for part in parts) == len(whole)
    assert {moment for part in parts for moment in part} == whole.keys()


def test_what_waits_behind_a_refused_letter_is_parked_and_not_lost(delivered: World, client: NationalClient) -> None:
    refused = worlds.file(delivered, at=worlds.MORNING + 9 * HOUR)
    Delivery.objects.filter(pk=refused.pk).update(parked_at=Now(), reason="1 Dữ liệu không hợp lệ")

    verdict = check(client)

    assert verdict.is_clean
    assert (verdict.parked, verdict.committed - verdict.applied) == (1, 1)


def test_what_a_person_gave_up_is_skipped_until_the_next_change(delivered: World, client: NationalClient) -> None:
    refused = worlds.file(delivered, at=worlds.MORNING + 9 * HOUR)
    Delivery.objects.filter(pk=refused.pk).update(parked_at=Now(), reason="1 Dữ liệu không hợp lệ")
    parking.skip(parking.Filter(), by="kysu", why="Hồ sơ thử nghiệm")

    given_up = check(client)
    actions.withdraw(refused, by=None, at=worlds.MORNING + 10 * HOUR)
    pump()
    after = check(client)

    assert given_up.is_clean
    assert (given_up.skipped, given_up.parked) == (1, 0)
    assert after.is_clean
    assert (after.skipped, after.committed) == (0, after.applied)


def test_the_days_count_tells_changed_applications_from_acknowledged_ones(delivered: World) -> None:
    start, end = worlds.MORNING - 8 * HOUR, worlds.MORNING + 16 * HOUR
    one = Delivery.objects.earliest("pk")

    with connection.cursor() as cursor:
        cursor.execute("UPDATE sync_delivery SET sent = 0 WHERE application_id = %s", [one.pk])

    assert checker.count_day(start, end) == checker.DayCount(changed=4, synchronised=3)
    assert checker.count_day(end, end + 24 * HOUR) == checker.DayCount(0, 0)


COLUMNS = "dossier, record_hash, happened, text_hash, position, kind, service, root, code, status"


def marker(ledger: Ledger, kind: str, record_hash: str = "0") -> None:
    """What the national side writes when it forgot, or came back from a backup."""
    ledger.execute(
        f"INSERT INTO ledger ({COLUMNS}) SELECT 0, {record_hash}, NULL, NULL, 0, '{kind}', '', root, '', ''"
        f" FROM ledger WHERE seq = {ONE_ROW}"
    )


def repeat(ledger: Ledger, where: str) -> None:
    ledger.execute(f"INSERT INTO ledger ({COLUMNS}) SELECT {COLUMNS} FROM ledger WHERE {where} ORDER BY seq")


def test_a_change_applied_again_by_a_side_that_had_forgotten_it_is_nobodys_double(
    delivered: World, client: NationalClient, ledger: Ledger
) -> None:
    marker(ledger, "forgot")
    repeat(ledger, f"seq = {ONE_ROW}")

    verdict = check(client)

    assert faults(verdict) == set()
    assert len(verdict.forgotten) == 1


def test_twice_after_the_forgetting_is_a_double_all_the_same(
    delivered: World, client: NationalClient, ledger: Ledger
) -> None:
    marker(ledger, "forgot")
    repeat(ledger, f"seq = {ONE_ROW}")
    repeat(ledger, f"seq = {ONE_ROW}")

    assert faults(check(client)) == {"duplicated"}


def test_what_a_restored_backup_undid_is_lost_until_it_is_sent_again(
    delivered: World, client: NationalClient, ledger: Ledger
) -> None:
    marker(ledger, "restored", "(SELECT min(seq) + 2 FROM ledger WHERE kind = 'progress')")
    undone = f"kind = 'progress' AND seq > {ONE_ROW} + 2 AND seq < (SELECT seq FROM ledger WHERE kind = 'restored')"

    before = check(client)
    repeat(ledger, undone)
    after = check(client)

    assert faults(before) == {"lost"}
    assert len(before.lost) == before.committed - 3
    assert faults(after) == set()
