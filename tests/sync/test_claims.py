"""What a turn claims: how it is cut into batches, what is written down of it, and what is given back."""

import pytest
from django.conf import LazySettings
from django.db.models import QuerySet

from procedures.models import Application
from sync import outbox
from sync.database import execute
from sync.models import Delivery, Exchange
from sync.pump import pump
from tests.portal import world as worlds
from tests.portal.world import World
from tests.sync.interference import Line


def records_of(line: Line) -> list[int]:
    """The numbers of records of the calls that carried any."""
    return [len(one.content["data"]) for one in line.heard if one.service == "DongBoHoSoMC"]


def dossier_calls() -> QuerySet[Exchange]:
    return Exchange.objects.filter(service="DongBoHoSoMC")


def test_suspected_applications_travel_alone_and_others_with_those_tried_as_often(world: World, line: Line) -> None:
    for attempts in (outbox.SUSPECTED_AFTER, outbox.SUSPECTED_AFTER, 1, 0, 1, 0, 0):
        Delivery.objects.filter(pk=worlds.file(world).pk).update(attempts=attempts)

    pump()

    assert sorted(records_of(line)) == [1, 1, 2, 3]
    assert set(dossier_calls().values_list("attempt", "records")) == {(5, 1), (2, 2), (1, 3)}
    assert not Delivery.objects.waiting().exists()


def test_a_call_tells_how_long_its_oldest_application_was_due(world: World, line: Line) -> None:
    for seconds in (3, 40, 7):
        due = "UPDATE sync_delivery SET next_attempt_at = now() - make_interval(secs => %(since)s) WHERE attempts = 0"
        worlds.file(world)
        execute(due, since=seconds)
        Delivery.objects.update(attempts=2)

    pump()

    assert 40_000 <= dossier_calls().get().waited_ms < 100_000  # type: ignore[operator]


def test_small_batches_are_claimed_together_and_each_is_told_apart(
    world: World, line: Line, settings: LazySettings
) -> None:
    settings.SYNC_BATCH = 1
    filed = [worlds.file(world) for _ in range(6)]
    Application.objects.filter(pk=filed[3].pk).update(code="")

    assert pump().claimed == 6

    assert records_of(line) == [1] * 6
    assert Delivery.objects.parked().get().pk == filed[3].pk
    assert Delivery.objects.filter(sent=1).count() == 5
    assert Exchange.objects.filter(service="DongBoHoSoMC", error="", http_status=200).count() == 6


def test_a_pump_whose_time_is_up_gives_back_what_it_did_not_begin(
    world: World, line: Line, settings: LazySettings
) -> None:
    settings.SYNC_BATCH = 1
    for _ in range(30):
        worlds.file(world)

    turn = pump(seconds=0.0001)

    waiting = Delivery.objects.backlog()
    assert turn.unfinished
    assert 0 < waiting.count() < 30
    assert not waiting.filter(attempts__gt=0).exists()
    assert not waiting.filter(lease_owner__isnull=False).exists()
    assert not Exchange.objects.filter(http_status=None).exists()


def test_help_is_called_once_where_more_is_due_than_one_claim(
    world: World, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.claims.FULL_CLAIM", 2)
    for _ in range(7):
        worlds.file(world)
    calls: list[int] = []

    pump(help_wanted=lambda: calls.append(1))

    assert calls == [1]
