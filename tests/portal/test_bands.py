"""How urgent an application is: from due date and clock, never from the last change."""

from datetime import timedelta

import pytest

from procedures import actions, metrics
from procedures.bands import BAND_LABELS, Band, band
from procedures.metrics import Period
from procedures.models import Application
from tests.portal.world import MORNING, NOW, World, accepted, file, settled

DUE = timedelta(days=7, hours=9)  # from Thursday 08:00 to the next Thursday 17:00


def test_every_band_has_words() -> None:
    assert set(BAND_LABELS) == set(Band)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(hours=2), Band.ON_TRACK),
        (DUE - metrics.DUE_SOON, Band.ON_TRACK),
        (DUE - metrics.DUE_SOON + timedelta(seconds=1), Band.DUE_SOON),
        (DUE, Band.DUE_SOON),
        (DUE + timedelta(seconds=1), Band.OVERDUE),
        (timedelta(days=30), Band.FAR_OVERDUE),
    ],
)
def test_the_band_follows_the_due_date(world: World, after: timedelta, expected: Band) -> None:
    assert band(accepted(world), MORNING + after) is expected


def test_touching_an_application_does_not_make_it_less_urgent(world: World) -> None:
    application = accepted(world)
    late = MORNING + timedelta(days=10)
    actions.process(application, by=None, at=late)

    assert band(application, late + timedelta(minutes=1)) is Band.OVERDUE


def test_pauses_results_and_ends_have_bands_of_their_own(world: World) -> None:
    paused, refused = accepted(world), file(world)
    actions.ask_supplement(paused, by=None, at=MORNING + timedelta(hours=2), note="Thiếu giấy.")
    actions.refuse(refused, by=None, at=MORNING + timedelta(hours=2), note="Sai nơi nộp.")

    assert band(paused, NOW) is Band.PAUSED
    assert band(refused, NOW) is Band.ENDED
    assert band(file(world), NOW) is Band.NOT_STARTED
    assert band(settled(world), NOW) is Band.DONE_ON_TIME
    assert band(settled(world, after=timedelta(days=9)), NOW) is Band.DONE_LATE


@pytest.mark.parametrize("days", range(0, 12))
def test_bands_agree_with_the_figures_of_the_boards(world: World, days: int) -> None:
    for earlier in range(3):
        accepted(world, at=MORNING - timedelta(days=earlier))
    at = NOW + timedelta(days=days)
    period = Period(at.date(), at.date())

    found = [band(application, at) for application in Application.objects.all()]

    overdue = sum(one in {Band.OVERDUE, Band.FAR_OVERDUE} for one in found)
    assert metrics.behind("overdue", period, at).count() == overdue
    assert metrics.behind("due_soon", period, at).count() == found.count(Band.DUE_SOON)
