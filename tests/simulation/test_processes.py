"""`manage.py simulate` as people run it: other processes, other hash seeds, other zones, the same rows; and Ctrl-C."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from portal.settings import environment
from tests.simulation.catalogue import TABLES

pytestmark = pytest.mark.processes
MANAGE = Path(settings.BASE_DIR) / "manage.py"
FEW = "--applications-per-day=150"


def url(name: str) -> str:
    """The address of another database of the tests' server."""
    parts: dict[str, Any] = conninfo_to_dict(settings.DATABASE_URL)
    host = parts.pop("host", "")
    user = parts.pop("user", "")
    port = parts.pop("port", "")
    return f"postgresql://{user}@/{name}?host={host}" + (f"&port={port}" if port else "")


def manage(database: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(MANAGE), *arguments],
        env=environment(DATABASE_URL=url(database), **more),
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )


def rows(database: str) -> dict[str, list[tuple[Any, ...]]]:
    with psycopg.connect(make_conninfo(settings.DATABASE_URL, dbname=database)) as connection:
        return {name: connection.execute(query.encode()).fetchall() for name, query in TABLES.items()}


@pytest.fixture
def databases(national_database_url: str) -> Iterator[tuple[str, str]]:
    """Two databases with the real catalogue, the second a copy of the first."""
    first = str(conninfo_to_dict(national_database_url)["dbname"])
    second = f"{first}_copy"
    manage(first, "migrate")
    manage(first, "import_catalogue")
    names = {"first": sql.Identifier(first), "second": sql.Identifier(second)}
    with psycopg.connect(make_conninfo(settings.DATABASE_URL, dbname="postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {second} TEMPLATE {first}").format(**names))
        try:
            yield first, second
        finally:
            admin.execute(sql.SQL("DROP DATABASE {second} WITH (FORCE)").format(**names))


def test_two_processes_give_the_same_rows_at_once_or_day_by_day(databases: tuple[str, str]) -> None:
    at_once, by_day = databases
    manage(at_once, "simulate", "--from=2022-05-12", "--days=3", FEW, PYTHONHASHSEED="1", TZ="UTC")
    for day in (12, 13, 14):
        manage(by_day, "simulate", f"--from=2022-05-{day}", FEW, PYTHONHASHSEED=str(day), TZ="America/New_York")

    first, second = rows(at_once), rows(by_day)

    assert len(first["application"]) > 250
    assert first == second


def test_after_ctrl_c_only_whole_days_stand(databases: tuple[str, str]) -> None:
    database, _copy = databases
    command = [sys.executable, str(MANAGE), "simulate", "--from=2022-05-09", "--days=300"]
    started = subprocess.Popen(
        command,
        env=environment(DATABASE_URL=url(database)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert "09/05/2022" in started.stdout.readline()
    started.send_signal(signal.SIGINT)
    _out, errors = started.communicate(timeout=30)

    assert started.returncode == 130
    assert "Traceback" not in errors
    with psycopg.connect(make_conninfo(settings.DATABASE_URL, dbname=database)) as connection:
        whole, unmarked = connection.execute(
            "SELECT (SELECT array_agg(day ORDER BY day) FROM simulation_simulatedday),"
            " (SELECT count(*) FROM procedures_statuschange s WHERE NOT EXISTS (SELECT FROM simulation_simulatedday d"
            " WHERE d.day = (s.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date))"
        ).fetchone() or ([], 1)
    assert whole
    assert unmarked == 0
