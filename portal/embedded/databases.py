"""Databases of a PostgreSQL, embedded or configured: asked whether they answer, made where they are missing."""

import time

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from portal.embedded.errors import CannotRun
from portal.embedded.places import url_parts

RECOVERY_SECONDS = 30
NOT_YET = "the database system is"  # … starting up, in recovery mode, not yet accepting connections


def ensure_database(url: str, variable: str = "DATABASE_URL") -> None:
    """Create the database of `url` when it is missing. Raises `CannotRun` when its server does not answer."""
    name = url_parts(url, variable)["dbname"]
    with _connect(make_conninfo(url, dbname="postgres"), variable) as connection:
        connection.autocommit = True
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def require_postgres(url: str, variable: str) -> None:
    """Raise `CannotRun`, naming the environment `variable`, unless the database of `url` answers."""
    _connect(url, variable).close()


def _connect(url: str, variable: str) -> psycopg.Connection[tuple[object, ...]]:
    """Connect; a server that is recovering from a crash is given time."""
    parts = {"host": "localhost", "dbname": "?"} | url_parts(url, variable)
    deadline = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            return psycopg.connect(url, connect_timeout=5)
        except psycopg.Error as error:
            reason = str(error).strip().splitlines()[0]
            if NOT_YET not in reason or time.monotonic() > deadline:
                raise CannotRun(
                    f"PostgreSQL does not answer at host {parts['host']}, database {parts['dbname']} ({reason}): "
                    f"start it, or correct {variable}, or unset it to use the embedded server"
                ) from None
        time.sleep(0.1)
