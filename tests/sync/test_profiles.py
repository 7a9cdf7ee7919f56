"""The real job before the real national system under each profile of faults: nothing lost, nothing doubled.

And before one with a deliberate bug, which the checker must find: a checker that never failed proves nothing.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from procedures import actions
from procedures.models import Application
from sync import digest
from sync.loadtest.checker import Verdict, check
from sync.models import Delivery, Exchange, Gate
from sync.national.accounts import Account
from sync.national.app import Options
from sync.national.catalogue import Catalogue
from sync.pump import national_client, pump
from sync.reconcile import reconcile
from tests.national.catalogue_rows import AGENCIES, ROWS, SECTORS
from tests.national.conftest import running
from tests.portal import world as worlds
from tests.portal.world import HOUR, MORNING, World

PATIENCE_SECONDS = 60
SURVIVED = [
    *("slow_afternoon", "flaky_1pct", "flaky_10pct", "rate_limited", "token_storm", "amnesia", "apply_then_timeout"),
    *("pause_30s", "evil"),
]
BY_THE_CLOCK = ["outage", "brownout"]
SLOW = {"profile": "slow_afternoon"}
POISONS: tuple[dict[str, Any], ...] = (
    {"error_status": 500},
    {"reject_rule": {"error_code": "1", "message": "Dữ liệu không hợp lệ"}},
)
BUGS = {"lose": "lost", "duplicate": "duplicated", "reorder": "reordered", "corrupt": "corrupted"}


@pytest.fixture
def world(transactional_db: None) -> World:
    return worlds.build()


@pytest.fixture
def filed(world: World) -> list[Application]:
    """Sixty applications, half of them with a second change."""
    applications = [worlds.file(world) for _ in range(60)]
    for application in applications[::2]:
        actions.accept(application, by=None, at=MORNING + HOUR)
    return applications


@pytest.fixture
def database(national_database_url: str, settings: LazySettings) -> str:
    settings.SYNC_BATCH = 3
    return national_database_url


@contextmanager
def national(database: str, settings: LazySettings, **faults: object) -> Iterator[None]:
    """The job's settings lead to a national side with these faults; for one that hangs it waits 0.3 s only."""
    us = settings.NATIONAL
    account = Account(us["username"], us["password"], us["madonvi"])
    catalogue = Catalogue(ROWS, SECTORS, AGENCIES)
    with running(Options(database, (account,), catalogue, seed=7, **faults)) as url:  # type: ignore[arg-type]
        settings.NATIONAL = {**us, "adapter_url": url, "timeout_seconds": 6 if faults == SLOW else 0.3}
        yield


def deliver() -> None:
    """Turn after turn, as time would bring them: pauses and openings are over before each."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE sync_delivery SET next_attempt_at = now()")
            cursor.execute("UPDATE sync_gate SET not_before = NULL")
        pump(seconds=5)
        if not Delivery.objects.backlog().exists():
            return
    pytest.fail(f"{Delivery.objects.backlog().count()} applications still wait after {PATIENCE_SECONDS} s")


def judge() -> Verdict:
    with national_client() as client:
        return check(client)


@pytest.mark.parametrize("profile", SURVIVED)
def test_under_this_profile_everything_arrives_once_and_both_sides_agree(
    filed: list[Application], database: str, settings: LazySettings, profile: str
) -> None:
    with national(database, settings, profile=profile):
        deliver()

    with national(database, settings), national_client() as client:
        verdict = check(client)
        assert verdict.is_clean, verdict
        assert verdict.applied == verdict.committed == 90
        assert not Delivery.objects.parked().exists()
        assert reconcile(client).differing == 0


@pytest.mark.parametrize("profile", BY_THE_CLOCK)
def test_an_outage_that_comes_and_goes_by_the_national_sides_clock_costs_only_time(
    filed: list[Application], database: str, settings: LazySettings, profile: str
) -> None:
    with national(database, settings):
        stand_at("08:00:00")
        with national_client() as client:
            client.put("/_admin/profile", {"profile": profile})
        stand_at("08:00:10")  # in the middle of it
        pump(seconds=5)
        assert Exchange.objects.filter(error__in=["http", "timeout"]).exists()
        stand_at("08:00:50")  # after it

        deliver()
        assert_every_change_arrived_once(parked=0)


def stand_at(time_of_day: str) -> None:
    """The national side's clock, which goes on so slowly that it stands for a test."""
    with national_client() as client:
        client.put("/_admin/clock", {"at": f"2022-05-12T{time_of_day}+07:00", "speed": 0.001})


def test_poison_is_parked_and_everything_else_arrives(
    filed: list[Application], database: str, settings: LazySettings
) -> None:
    settings.SYNC_BATCH = 1  # many calls of others, nine of ten of which must be answered
    with national(database, settings):
        with national_client() as client:
            poison = [digest.bucket(digest.dossier_key("H49", one.code)) for one in filed[:2]]
            for name, bucket, effect in zip(("500", "refused"), poison, POISONS, strict=True):
                hash_range = {"service": "DongBoHoSoMC", "hash_range": [bucket, bucket]}
                client.ask("/_admin/faults", {"name": name, "match": hash_range, **effect})
        deliver()
        assert {letter.application_id for letter in Delivery.objects.parked()} == {filed[0].pk, filed[1].pk}
        assert_every_change_arrived_once(parked=3)


def test_a_client_whose_rights_are_revoked_pauses_and_calls_a_person(
    filed: list[Application], database: str, settings: LazySettings
) -> None:
    with national(database, settings):
        with national_client() as client:
            client.ask("/_admin/faults", {"name": "revoked", "revoke_client": True})
        pump(seconds=5)

        assert Gate.objects.get().alert.startswith("session")
        assert not Delivery.objects.filter(attempts__gt=0).exists()
        with national_client() as client:
            client.put("/_admin/profile", {"profile": "healthy"})
        deliver()
        assert_every_change_arrived_once(parked=0)
    assert Gate.objects.get().alert == ""


def assert_every_change_arrived_once(*, parked: int) -> None:
    with national_client() as client:
        client.put("/_admin/profile", {"profile": "healthy"})
        verdict = check(client)
        assert verdict.is_clean, verdict
        assert (verdict.committed, verdict.parked) == (90, parked)
        assert verdict.applied == 90 - parked
        assert reconcile(client).differing == 0


def test_what_a_restored_backup_lost_is_found_and_sent_again(
    filed: list[Application], database: str, settings: LazySettings
) -> None:
    with national(database, settings, profile="restored_from_backup"):
        deliver()
        with national_client() as client:
            assert reconcile(client, repair=True).differing > 0
        deliver()

        verdict = judge()
        assert (verdict.lost, verdict.duplicated) == ([], [])
        with national_client() as client:
            assert reconcile(client).differing == 0


@pytest.mark.parametrize("bug", BUGS)
def test_a_national_side_with_this_bug_fails_and_its_dossiers_are_named(
    world: World, database: str, settings: LazySettings, bug: str
) -> None:
    settings.SYNC_BATCH = 100
    applications = [worlds.file(world) for _ in range(400)]
    for application in applications:
        actions.accept(application, by=None, at=MORNING + HOUR)
    with national(database, settings, bugs=(bug,)):
        deliver()
        verdict = judge()

    named = getattr(verdict, BUGS[bug])
    assert not verdict.is_clean
    assert 0 < len(set(named)) < 40
    assert set(named) <= {application.code for application in applications}
    assert all(not getattr(verdict, other) for other in BUGS.values() if other != BUGS[bug])
