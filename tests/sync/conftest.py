"""A province in small that delivers over a line which can be disturbed."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import LazySettings
from django.db import connection
from psycopg.conninfo import make_conninfo

from portal.settings import environment
from sync.national.accounts import Account
from sync.national.app import Options
from sync.national.catalogue import Catalogue
from sync.pump import pump
from tests.national.catalogue_rows import AGENCIES, ROWS, SECTORS
from tests.national.conftest import running
from tests.portal import world as worlds
from tests.portal.world import HOUR, MORNING, World
from tests.sync.interference import Line, bad_line


@pytest.fixture
def world(transactional_db: None) -> World:
    return worlds.build()


@pytest.fixture
def strict() -> bool:
    """Tests override it: a strict national side refuses to add what it knows."""
    return False


@pytest.fixture
def line(national_database_url: str, settings: LazySettings, strict: bool) -> Iterator[Line]:
    """The job's settings lead over this line to a mock of the test's own."""
    us = settings.NATIONAL
    account = Account(us["username"], us["password"], us["madonvi"])
    options = Options(national_database_url, (account,), Catalogue(ROWS, SECTORS, AGENCIES), strict=strict)
    with running(options) as mock, bad_line(mock) as found:
        settings.NATIONAL = {**us, "adapter_url": found.url}
        yield found


@pytest.fixture
def delivered(world: World, line: Line) -> World:
    """Five settled applications, all of them acknowledged."""
    for number in range(5):
        worlds.settled(world, at=MORNING + number * HOUR)
    pump()
    return world


@pytest.fixture
def national(national_database_url: str, line: Line) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The national side's own database."""
    with psycopg.connect(national_database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def job_environment(line: Line, settings: LazySettings) -> dict[str, str]:
    """For a process of the job's own, on this test's databases and line, and without Redis."""
    given = connection.get_connection_params()
    parts = {name: given[name] for name in ("host", "port", "user", "password", "dbname") if given.get(name)}
    return environment(
        DATABASE_URL=make_conninfo("", **parts),
        REDIS_URL="redis://127.0.0.1:9/0",
        NATIONAL_URL=line.url,
        LOCAL_DIR=str(settings.LOCAL_DIR),
        DJANGO_SETTINGS_MODULE="portal.settings",
        PYTHONUNBUFFERED="1",
    )
