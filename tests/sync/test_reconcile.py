"""Reconciliation finds each kind of damage, judges only what was acknowledged, and repairs by sending again."""

from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import digest
from sync.client import Call, Unlogged
from sync.models import Delivery, Difference
from sync.national import digest as theirs
from sync.pump import national_client, pump
from sync.reconcile import reconcile
from tests.portal import world as worlds
from tests.portal.world import HOUR, MORNING, World
from tests.sync.interference import Line

National = psycopg.Connection[tuple[object, ...]]
FIRST = "(SELECT min(key) FROM dossier)"
DAMAGES = {
    "missing": [
        f"DELETE FROM progress WHERE dossier = {FIRST}",
        f"DELETE FROM record WHERE dossier = {FIRST}",
        f"DELETE FROM dossier WHERE key = {FIRST}",
    ],
    "stale": [f"UPDATE dossier SET progress_rows = progress_rows - 1, leaf = leaf + 1 WHERE key = {FIRST}"],
    "ahead": [f"UPDATE dossier SET progress_rows = progress_rows + 1, leaf = leaf + 1 WHERE key = {FIRST}"],
    "different": [f"UPDATE dossier SET leaf = leaf + 1, record_hash = record_hash + 1 WHERE key = {FIRST}"],
}
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
members = st.recursive(
    texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=8
)


@pytest.fixture
def delivered(world: World, line: Line) -> World:
    for number in range(5):
        worlds.settled(world, at=MORNING + number * HOUR)
    pump()
    return world


def kinds(*, repair: bool = False) -> list[str]:
    with national_client() as client:
        run = reconcile(client, repair=repair)
    assert run.differing == run.differences.count()
    return list(run.differences.values_list("kind", flat=True))


def test_two_equal_sides_have_no_difference_and_the_count_of_both_is_kept(delivered: World) -> None:
    with national_client() as client:
        run = reconcile(client)

    assert (run.here, run.there, run.differing) == (5, 5, 0)


@pytest.mark.parametrize("kind", DAMAGES)
def test_each_kind_of_damage_is_found_and_named(delivered: World, national: National, kind: str) -> None:
    for statement in DAMAGES[kind]:
        national.execute(statement)

    assert kinds() == [kind]


def test_a_dossier_the_portal_does_not_know_is_named(delivered: World, line: Line) -> None:
    with national_client() as client:
        record: Any = {"MaHoSo": "000.00.16.H49-220101-0001"}
        client.run(client.send(Call.dossiers([record], updating=False), Unlogged()))

    assert kinds() == ["unknown_here"]


@pytest.mark.parametrize("kind", ["missing", "different"])
def test_repair_sends_again_until_both_sides_agree(delivered: World, national: National, kind: str) -> None:
    for statement in DAMAGES[kind]:
        national.execute(statement)
    if kind == "different":  # what is really stored there
        national.execute(f"UPDATE record SET body = '{{}}' WHERE dossier = {FIRST}")

    assert kinds(repair=True) == [kind]
    assert Difference.objects.get().queued_again
    pump()

    assert kinds() == []


def test_a_side_that_is_ahead_is_reported_and_left_to_a_person(delivered: World, national: National) -> None:
    for statement in DAMAGES["ahead"]:
        national.execute(statement)

    kinds(repair=True)

    assert not Difference.objects.get().queued_again
    assert not Delivery.objects.waiting().exists()


def test_what_is_on_its_way_is_not_judged(delivered: World) -> None:
    worlds.file(delivered, at=MORNING + 9 * HOUR)
    oldest = Delivery.objects.earliest("pk")
    Delivery.objects.filter(pk=oldest.pk).update(sent=oldest.sent - 1)

    assert kinds() == []


@given(st.dictionaries(texts, members, max_size=6))
def test_both_sides_hash_a_record_alike_though_they_share_no_code(record: dict[str, Any]) -> None:
    key = digest.dossier_key("H49", "000.00.16.H49-220512-0001")

    assert key == theirs.dossier_key("H49", "000.00.16.H49-220512-0001") & digest.UNSIGNED
    assert digest.bucket(key) == theirs.bucket(theirs.from_hex(f"{key:016x}"))
    ours = digest.leaf(key, record, 3)
    assert ours == theirs.leaf(theirs.from_hex(f"{key:016x}"), theirs.record_hash(record), 3) & digest.UNSIGNED
