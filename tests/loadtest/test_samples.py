"""Samples over time, and what the log of exchanges tells, on a real delivery."""

import time

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.models.functions import Now

from sync.client import NationalClient
from sync.loadtest import calls
from sync.loadtest.checker import check
from sync.loadtest.samples import Samples
from sync.loadtest.times import Times
from sync.models import Delivery, Exchange, Gate
from sync.pump import pump
from tests.portal import world as worlds
from tests.portal.world import HOUR, World


@pytest.fixture
def samples(client: NationalClient, settings: LazySettings) -> Samples:
    return Samples(settings.NATIONAL["adapter_url"], time.time())


def take(samples: Samples) -> int:
    return samples.take({"rss_worker_mb": 100.004, "busy": 0.5})


def test_a_sample_tells_what_waits_and_what_was_sent(world: World, samples: Samples) -> None:
    worlds.accepted(world)
    waiting, _turn, after = take(samples), pump(), take(samples)
    before, later = samples.rows

    assert (waiting, after) == (1, 0)
    assert (before["sent"], before["backlog"], later["sent"], later["applied"]) == (0, 1, 3, 3)
    assert (later["gate"], later["rss_worker_mb"], later["busy"]) == ("closed", 100.0, 0.5)
    assert later["connections"] >= 1
    assert later["wal_mb"] >= before["wal_mb"] == 0.0


def test_sums_are_the_same_where_old_exchanges_are_no_longer_read(world: World, samples: Samples) -> None:
    samples._newest = type(samples._newest)([0], 2)
    for number in range(6):
        worlds.file(world, at=worlds.MORNING + number * HOUR)
        pump()
        take(samples)

    assert [row["sent"] for row in samples.rows] == [2, 4, 6, 8, 10, 12]
    assert samples._summed > 0  # the first ones are


def test_a_pause_that_was_asked_for_is_seen_and_whether_it_was_kept(delivered: World, samples: Samples) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sync_gate SET not_before = now() + interval '30 seconds'")
    take(samples)

    assert samples.rows[-1]["gate"] == "paused"
    assert calls.retries(samples.pauses)["retry_after_obeyed_ratio"] == 1.0
    [(until, seen)] = samples.pauses.items()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sync_exchange SET started_at = to_timestamp(%s)", [seen + (until - seen) / 2])
    assert calls.retries(samples.pauses)["retry_after_obeyed_ratio"] == pytest.approx(0.5, abs=0.01)


def test_a_transaction_that_lasts_is_seen_by_its_age(world: World, samples: Samples) -> None:
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT count(*) FROM sync_gate")
        worlds.accepted(world)
        take(samples)
    other.close()

    assert samples.rows[-1]["xmin_age"] >= 2  # an act each


def test_an_open_gate_is_told_by_its_name(delivered: World, samples: Samples) -> None:
    Gate.objects.update(state=Gate.State.OPEN, limit=3.26)
    take(samples)

    assert (samples.rows[-1]["gate"], samples.rows[-1]["limit"]) == ("open", 3.3)
    assert samples.pauses == {}


def test_the_age_of_the_oldest_change_that_waits_is_told_afterwards() -> None:
    samples, times = Samples("", 1000.0), Times()
    for committed, applied in [(1000.0, 1004.2), (1001.0, 1002.2), (1006.0, 1008.2)]:
        times.change("A", 1, committed, applied, behind=False)
    samples.rows = [{"t": moment} for moment in (0.5, 3.0, 5.0, 7.0, 9.0)]

    assert [row["oldest_age"] for row in samples.to_json(times)] == [0.5, 3.0, 0.0, 1.0, 0.0]


def test_rows_are_counted_by_attempt_and_calls_by_error(delivered: World, client: NationalClient) -> None:
    one = Exchange.objects.filter(records__gt=0).earliest("pk")
    Exchange.objects.filter(pk=one.pk).update(error="timeout", attempt=3, milliseconds=6000)
    found = calls.retries({})

    assert found["classes"] == {"timeout": 1}
    assert [3, one.records] in found["attempts"]
    assert found["amplification"] == 1.0
    assert found["retry_after_obeyed_ratio"] is None
    assert calls.http_ms()[one.service]["max"] == 6000.0


def test_the_wait_of_a_call_counts_for_each_of_its_applications(transactional_db: None) -> None:
    for records, waited in [(9, 40), (1, 7000), (5, None)]:
        Exchange.objects.create(
            service="DongBoHoSoMC", records=records, waited_ms=waited, started_at=Now(), milliseconds=1, worker="w"
        )

    found = calls.waited_ms()

    assert (found["p50"], found["p90"], found["p95"], found["max"]) == (40.0, 40.0, 7000.0, 7000.0)


def test_calls_that_a_dead_pump_planned_count_for_nothing(delivered: World, client: NationalClient) -> None:
    before = calls.retries({})
    Exchange.objects.create(service="DongBoHoSoMC", records=50, attempt=2, started_at=Now(), milliseconds=0, worker="w")

    assert calls.retries({}) == before


def test_nothing_sent_has_no_amplification_and_no_spans(transactional_db: None) -> None:
    assert calls.retries({})["amplification"] is None
    assert not calls.http_ms()
    assert not calls.waited_ms()


def test_a_delivery_leaves_no_age_behind(delivered: World, client: NationalClient, samples: Samples) -> None:
    times = Times()
    check(client, times)
    take(samples)

    assert Delivery.objects.backlog().count() == 0
    assert samples.to_json(times)[-1]["oldest_age"] == 0.0
