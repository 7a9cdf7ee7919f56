"""The tests' own servers: a run may be killed, and several may run in one checkout."""

import os
import subprocess
import sys

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests import servers


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("unix:///tmp/r/redis.sock?db=0", "unix:///tmp/r/redis.sock?db=3"),
        ("redis://localhost:6379/0", "redis://localhost:6379/3"),
        ("redis://:secret@localhost:6379", "redis://:secret@localhost:6379/3"),
    ],
)
def test_each_process_of_a_run_has_a_redis_database_of_its_own(url: str, own: str) -> None:
    assert servers.own_number(url, "gw2") == own
    assert servers.own_number(url, "") == url


@pytest.mark.parametrize(
    ("name", "run"),
    [
        ("portal_71", "71"),
        ("test_portal_71", "71"),
        ("test_portal_71_gw1", "71"),
        ("test_national_71_2", "71"),
        ("portal", None),
        ("national", None),
        ("test_portal", None),
        ("postgres", None),
    ],
)
def test_only_databases_of_test_runs_are_ever_removed(name: str, run: str | None) -> None:
    found = servers.OF_A_RUN.match(name)

    assert (found and found[1]) == run


def test_what_a_killed_run_left_is_removed_and_what_a_living_one_uses_is_not(
    national_database_url: str,
) -> None:
    admin = make_conninfo(national_database_url, dbname="postgres")
    left, used = f"portal_{_ended_process()}", f"portal_{os.getppid()}_used"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{left}"')
        connection.execute(f'CREATE DATABASE "{used}"')

        servers.drop_databases(admin, but=os.getpid())

        names = {str(row[0]) for row in connection.execute("SELECT datname FROM pg_database").fetchall()}
        connection.execute(f'DROP DATABASE "{used}"')
    assert left not in names
    assert {used, conninfo_to_dict(national_database_url)["dbname"]} <= names


def _ended_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid
