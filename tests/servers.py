"""Real servers for the tests: a PostgreSQL with databases, and a Redis, of each run's own, apart from those of a demo.

Loaded with `-p tests.servers` before Django's settings, so that every test process, also under xdist, finds its URLs.
Several runs at once in one checkout share the PostgreSQL server and nothing else; what a killed run left is removed by
the next one.
"""

import os
import re
import shutil
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
import pytest
from psycopg import sql

from portal.embedded import CannotRun, database_url, redis_url, require_postgres, require_redis, running

LOCAL = Path(__file__).resolve().parent.parent / ".local" / "test"
OF_A_RUN = re.compile(r"^(?:test_)?(?:portal|national)_(\d+)(?:_|$)")  # the number is the run's process
_servers = ExitStack()


@pytest.hookimpl(wrapper=True)  # before pytest-django's own, which loads the settings
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Start what the environment does not name, and tell the settings where it is."""
    environment = os.environ  # noqa: TID251  before the settings exist
    try:
        if not environment.get("DATABASE_URL"):
            environment["DATABASE_URL"] = _postgres()
        if not environment.get("REDIS_URL"):
            environment["REDIS_URL"] = _redis()
        environment.setdefault("LOCAL_DIR", str(LOCAL))
        require_postgres(environment["DATABASE_URL"], "DATABASE_URL")
        require_redis(environment["REDIS_URL"])
        environment["REDIS_URL"] = own_number(environment["REDIS_URL"], environment.get("PYTEST_XDIST_WORKER", ""))
    except CannotRun as reason:
        _servers.close()
        pytest.exit(str(reason), returncode=2)
    yield


def pytest_unconfigure() -> None:
    _servers.close()


def own_number(url: str, worker: str) -> str:
    """The URL with a Redis database of each test process's own: xdist's gw0, gw1 … take 1, 2 …"""
    if not worker:
        return url
    number = int(worker.removeprefix("gw")) + 1
    if url.startswith("unix:"):
        return f"{url.partition('?')[0]}?db={number}"
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))


def _postgres() -> str:
    name = f"portal_{os.getpid()}"
    _servers.enter_context(running(LOCAL, redis=False, databases=[name]))
    _servers.callback(drop_databases, database_url(LOCAL, "postgres"))
    drop_databases(database_url(LOCAL, "postgres"), but=os.getpid())
    _forget_durability(database_url(LOCAL, "postgres"))
    return database_url(LOCAL, name)


def _forget_durability(server: str) -> None:
    """No test data need survive the machine: each test empties its tables, which otherwise waits for the disk."""
    with psycopg.connect(server, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")


def drop_databases(server: str, but: int = 0) -> None:
    """Those of this run (unless it is `but`) and of runs that ended without a chance to do so."""
    with psycopg.connect(server, autocommit=True) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            run = OF_A_RUN.match(name)
            if run and _is_over(int(run[1])) and int(run[1]) != but:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _redis() -> str:
    for left in LOCAL.glob("run-*"):
        if _is_over(int(left.name.removeprefix("run-"))):
            _end_redis(left)
    folder = LOCAL / f"run-{os.getpid()}"
    _servers.callback(shutil.rmtree, folder)
    _servers.enter_context(running(folder, postgres=False))
    return redis_url(folder)


def _end_redis(folder: Path) -> None:
    """Use the Redis of a killed run, if it still runs, and leave it as its last user: that stops it."""
    with running(folder, postgres=False):
        pass
    shutil.rmtree(folder, ignore_errors=True)


def _is_over(pid: int) -> bool:
    return pid == os.getpid() or not psutil.pid_exists(pid)
