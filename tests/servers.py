"""Real servers for the tests: an embedded PostgreSQL and a Redis of their own, apart from those of a demo.

Loaded with `-p tests.servers` before Django's settings, so that every test process, also under xdist, finds its URLs.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from portal.embedded import CannotRun, database_url, redis_url, require_postgres, require_redis, running

LOCAL = Path(__file__).resolve().parent.parent / ".local" / "test"
_servers = ExitStack()


def pytest_load_initial_conftests() -> None:
    """Start what the environment does not name, and tell the settings where it is."""
    postgres, redis = not os.environ.get("DATABASE_URL"), not os.environ.get("REDIS_URL")  # noqa: TID251
    try:
        _servers.enter_context(running(LOCAL, postgres=postgres, redis=redis, databases=["portal"]))
        os.environ.setdefault("LOCAL_DIR", str(LOCAL))  # noqa: TID251  before the settings exist
        os.environ.setdefault("DATABASE_URL", database_url(LOCAL, "portal"))  # noqa: TID251
        os.environ.setdefault("REDIS_URL", redis_url(LOCAL))  # noqa: TID251
        require_postgres(os.environ["DATABASE_URL"], "DATABASE_URL")  # noqa: TID251
        require_redis(os.environ["REDIS_URL"])  # noqa: TID251
        os.environ["REDIS_URL"] = _own_number(os.environ["REDIS_URL"])  # noqa: TID251
    except CannotRun as reason:
        pytest.exit(str(reason), returncode=2)


def pytest_unconfigure() -> None:
    _servers.close()


def _own_number(url: str) -> str:
    """A Redis database of its own for each test process: xdist's gw0, gw1 … take 1, 2 …"""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")  # noqa: TID251
    return url.replace("db=0", f"db={int(worker[2:]) + 1}") if worker else url
