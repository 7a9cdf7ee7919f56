"""Twenty dossiers of each of the five kinds of damage: found, named, repaired where repair is a machine's business."""

from collections import Counter
from typing import Any

import pytest

from sync.client import Call, Unlogged
from sync.pump import national_client, pump
from sync.reconcile import Reconciliation, reconcile
from tests.portal import world as worlds
from tests.portal.world import HOUR, MORNING, World
from tests.sync.damage import DAMAGES, National, cause
from tests.sync.interference import Line

EACH = 20


@pytest.fixture
def many(world: World, line: Line) -> World:
    for number in range(len(DAMAGES) * EACH + 3):
        worlds.settled(world, at=MORNING + number * HOUR / 60)
    pump()
    return world


def compare(*, repair: bool) -> Reconciliation:
    with national_client() as client:
        return reconcile(client, repair=repair)


def kinds(run: Reconciliation) -> Counter[str]:
    return Counter(run.differences.values_list("kind", flat=True))


def test_five_kinds_of_damage_are_told_apart_and_repaired_but_for_what_a_person_decides(
    many: World, national: National
) -> None:
    for number, kind in enumerate(DAMAGES):
        cause(national, kind, dossiers=EACH, offset=0 if kind == "missing" else (number - 1) * EACH)
    with national_client() as client:
        strangers: Any = [{"MaHoSo": f"000.00.16.H49-220101-{number:04}"} for number in range(EACH)]
        client.run(client.send(Call.dossiers(strangers, updating=False), Unlogged()))

    found = compare(repair=True)
    pump()
    after = compare(repair=True)

    assert kinds(found) == {"missing": EACH, "stale": EACH, "ahead": EACH, "different": EACH, "unknown_here": EACH}
    assert found.differences.filter(queued_again=True).count() == 3 * EACH
    assert kinds(after) == {"ahead": EACH, "unknown_here": EACH}
