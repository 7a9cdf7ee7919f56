"""A province in small that delivers to a real mock, for the tests of the checker."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import LazySettings

from sync.client import NationalClient
from sync.national.accounts import Account
from sync.national.app import Options
from sync.national.catalogue import Catalogue
from sync.pump import national_client, pump
from tests.national.catalogue_rows import AGENCIES, ROWS, SECTORS
from tests.national.conftest import running
from tests.portal import world as worlds
from tests.portal.world import HOUR, World


@pytest.fixture
def world(transactional_db: None) -> World:
    return worlds.build()


@pytest.fixture
def client(national_database_url: str, settings: LazySettings) -> Iterator[NationalClient]:
    """The way to a national side of the test's own; the job's settings lead there too."""
    us = settings.NATIONAL
    account = Account(us["username"], us["password"], us["madonvi"])
    with running(Options(national_database_url, (account,), Catalogue(ROWS, SECTORS, AGENCIES))) as url:
        settings.NATIONAL = {**us, "adapter_url": url}
        with national_client() as found:
            yield found


@pytest.fixture
def ledger(national_database_url: str, client: NationalClient) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The national side's own database, to damage it."""
    with psycopg.connect(national_database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def delivered(world: World, client: NationalClient) -> World:
    """Three applications with a life behind them, all delivered."""
    for number in range(3):
        worlds.settled(world, at=worlds.MORNING + number * HOUR)
    worlds.accepted(world)
    pump()
    return world
