"""What stood open at a past moment, told from the history, is what the figures said at that moment."""

from datetime import datetime, timedelta
from random import Random

import pytest

from procedures import actions, boards, metrics
from procedures.boards import Scope
from procedures.lifecycle import MoveRefused
from procedures.metrics import Period
from procedures.models import Application
from tests.portal.world import MORNING, World, file

ACTS = (
    actions.accept,
    actions.process,
    actions.ask_supplement,
    actions.supply,
    actions.complete,
    actions.return_result,
)


def figures(at: datetime) -> dict[str, int]:
    period = Period(at.date(), at.date())
    return {key: metrics.behind(key, period, at).count() for key in ("in_progress", "overdue")}


@pytest.mark.parametrize("seed", range(3))
def test_the_past_is_told_as_it_was(world: World, seed: int) -> None:
    chance, at, told = Random(seed), MORNING, {}
    for _day in range(40):
        at += timedelta(days=1)
        file(world, at=at)
        for application in (one for one in Application.objects.all() if chance.random() < 0.2):
            try:
                chance.choice(ACTS)(application, by=None, at=at + timedelta(hours=1), note="Thiếu giấy.")
            except MoveRefused:
                continue  # a random act that the present status forbids
        told[at + timedelta(hours=9)] = figures(at + timedelta(hours=9))

    assert any(moment["overdue"] for moment in told.values())
    for moment, expected in told.items():
        assert boards.in_hand_at(Scope(), moment) == expected


def test_the_past_of_one_place_is_its_own(world: World) -> None:
    for where in (world.commune, world.other_commune):
        actions.accept(file(world, where=where), by=None, at=MORNING + timedelta(hours=1))
    later = MORNING + timedelta(hours=2)

    assert boards.in_hand_at(Scope(world.commune), later)["in_progress"] == 1
    assert boards.in_hand_at(Scope(world.district), later)["in_progress"] == 2
    assert boards.in_hand_at(Scope(world.department), later)["in_progress"] == 0
