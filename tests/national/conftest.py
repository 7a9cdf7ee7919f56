"""A real PostgreSQL for the mock, thrown away afterwards, and the mock on a free port inside the test process."""

import asyncio
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiohttp import web

from sync.national.accounts import Account
from sync.national.app import Options, runner
from sync.national.catalogue import Catalogue
from tests.national.catalogue_rows import AGENCIES, ROWS, SECTORS, write_files
from tests.national.province import MADONVI, PASSWORD, USERNAME, Province
from tests.national.server import throw_away_server

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """Base of a connection string; the name of a database goes in place of {}."""
    with throw_away_server() as url:
        yield url


@pytest.fixture
def database_url(server_url: str) -> str:
    """A new, empty database."""
    name = f"national_{next(_numbers)}"
    with psycopg.connect(server_url.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server_url.format(name)


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(ROWS, SECTORS, AGENCIES)


@pytest.fixture
def catalogue_file(tmp_path: Path) -> Path:
    """The same catalogue as files: its procedures, sectors and agencies beside them."""
    return write_files(tmp_path)


@contextmanager
def running(options: Options) -> Iterator[str]:
    """The mock on a free port of the loopback interface, in a thread of its own; gives its URL."""
    loop = asyncio.new_event_loop()
    national = runner(options)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> str:
        await national.setup()
        site = web.TCPSite(national, "127.0.0.1", 0)
        await site.start()
        host, port = national.addresses[0][:2]
        return f"http://{host}:{port}"

    try:
        yield asyncio.run_coroutine_threadsafe(start(), loop).result(20)
    finally:
        asyncio.run_coroutine_threadsafe(national.cleanup(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


@pytest.fixture
def start(database_url: str, catalogue: Catalogue) -> Iterator[Callable[..., Province]]:
    """Start the mock with other options than the usual ones; gives a province that talks to it."""
    stops = []

    def begin(**options: Any) -> Province:
        accounts = (Account(USERNAME, PASSWORD, MADONVI), Account("hagiang", "hg", "000.00.00.H22"))
        settings = {"database_url": database_url, "accounts": accounts, "catalogue": catalogue, **options}
        context = running(Options(**settings))
        stops.append(context)
        return Province(context.__enter__())

    yield begin
    for context in reversed(stops):
        context.__exit__(None, None, None)


@pytest.fixture
def province(start: Callable[..., Province]) -> Province:
    """Quảng Ninh before a lenient national system."""
    return start()
