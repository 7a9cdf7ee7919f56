"""The mock on a free port inside the test process, over a real database of its own."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiohttp import web
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from sync.national.accounts import Account
from sync.national.app import Options, runner
from sync.national.catalogue import Catalogue
from tests.national.catalogue_rows import AGENCIES, ROWS, SECTORS, write_files
from tests.national.province import MADONVI, PASSWORD, USERNAME, Province


@pytest.fixture
def server(national_database_url: str) -> Iterator[psycopg.Connection]:
    """The database server beside the mock's own database, as its administrator."""
    with psycopg.connect(make_conninfo(national_database_url, dbname="postgres"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def national_database(national_database_url: str) -> sql.Identifier:
    """The name of the mock's database, for a statement."""
    return sql.Identifier(str(conninfo_to_dict(national_database_url)["dbname"]))


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


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
def start(national_database_url: str, catalogue: Catalogue) -> Iterator[Callable[..., Province]]:
    """Start the mock with other options than the usual ones; gives a province that talks to it."""
    stops = []

    def begin(**options: Any) -> Province:
        accounts = (Account(USERNAME, PASSWORD, MADONVI), Account("hagiang", "hg", "000.00.00.H22"))
        settings = {"database_url": national_database_url, "accounts": accounts, "catalogue": catalogue, **options}
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
