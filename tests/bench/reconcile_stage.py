"""Fills both sides with dossiers, damages some, and measures how they are compared.

A simulated day is copied here until there are enough; the national side is given the same dossiers straight into its
table, by this side's digest: how long it takes to compare is the question here, not whether both hash alike.
"""

import resource
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, transaction
from rich.console import Console

from portal.loadtest.stage import Stage
from portal.processes import Supervisor
from portal.simulation import run as simulation
from portal.steps import Steps
from procedures.models import Application
from sync import digest, holdings, records
from sync.holdings import Selection
from sync.pump import national_client
from sync.reconcile import Reconciliation, reconcile, reconcile_lately
from sync.watching import Told

PORT = 8140
DAY = date(2022, 5, 12)
BASE = 20_000  # simulated; the others are their copies
DAMAGED = 100
LATELY = 20_000  # count as changed within the last 48 hours
_SIGNED = 1 << 63

_COPY_CODE = "regexp_replace(code, '-\\d+$', '') || '-' || ({number} * 100000 + substring(code from '\\d+$')::int)"
_OLD = "UPDATE procedures_statuschange SET recorded_at = now() - interval '3 days' WHERE application_id > %s"


def measure(dossiers: int) -> dict[str, Any]:
    """Seconds of a full comparison and of a window, and the peak memory of the process that compared."""
    supervisor = Supervisor(say=print)
    steps = Steps(Console(stderr=True))
    try:
        stage = Stage(supervisor, PORT, 100, 2, [])
        with steps.step("stage", "servers and catalogue"):
            stage.raise_curtain()
        with steps.step("here", f"{dossiers:,} dossiers here"):
            _fill_here(dossiers)
        with steps.step("there", "the same there", total=dossiers) as told:
            _fill_there(told)
        before = _peak_mb()
        whole, seconds = _timed(lambda: _compared(reconcile))
        window, window_seconds = _timed(lambda: _compared(reconcile_lately))
        return {
            "dossiers": whole.here,
            "there": whole.there,
            "seconds": seconds,
            "differing": whole.differing,
            "damaged": DAMAGED,
            "window_dossiers": window.here,
            "window_seconds": window_seconds,
            "peak_rss_mb": _peak_mb(),
            "peak_rss_before_mb": before,
        }
    finally:
        supervisor.stop()


def _compared(way: Callable[..., Reconciliation]) -> Reconciliation:
    with national_client() as client:
        return way(client)


def _timed(work: Callable[[], Reconciliation]) -> tuple[Reconciliation, float]:
    began = time.monotonic()
    found = work()
    return found, round(time.monotonic() - began, 2)


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _fill_here(dossiers: int) -> None:
    for _day in simulation.simulate([DAY], 1, filed_a_day=BASE):
        pass
    copies = -(-dossiers // Application.objects.count())
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM procedures_application")
        (last,) = cursor.fetchone()
        for number in range(1, copies):
            _copy(last, number)
        cursor.execute("UPDATE sync_delivery SET sent = wanted, known_nationally = true")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SELECT id FROM procedures_application ORDER BY id OFFSET %s LIMIT 1", [LATELY])
        cursor.execute(_OLD, cursor.fetchone())
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


@transaction.atomic
def _copy(last: int, number: int) -> None:
    """The first `last` applications with their history once more, under other ids and codes."""
    with connection.cursor() as cursor:
        for table, changed in (
            ("procedures_application", {"id": f"id + {last * number}", "code": _COPY_CODE.format(number=number)}),
            ("procedures_statuschange", {"application_id": f"application_id + {last * number}"}),
        ):
            columns = _columns(table)
            names = ", ".join(f'"{name}"' for name in columns)
            values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
            key = "id" if "id" in columns else "application_id"
            cursor.execute(
                f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {values} FROM {table} WHERE {key} <= %s",
                [last],
            )


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def _fill_there(told: Told) -> None:
    root = settings.NATIONAL["madonvi"].rpartition(".")[2]
    into = "COPY dossier (key, record_hash, leaf, progress_rows, root, code, status) FROM STDIN"
    with psycopg.connect(settings.NATIONAL_DATABASE_URL, autocommit=True) as there:
        with there.cursor() as cursor, cursor.copy(into) as copy:
            for row in _rows(root, told):
                copy.write_row(row)
        there.execute(f"UPDATE dossier SET leaf = leaf # 1 WHERE key IN (SELECT key FROM dossier LIMIT {DAMAGED})")
        there.execute("VACUUM ANALYZE dossier")


def _rows(root: str, told: Told) -> Iterator[tuple[int, int, int, int, str, str, str]]:

    for row, steps in holdings.pages(Selection(), told):
        key = digest.dossier_key(root, row.code)
        leaf = digest.leaf(key, records.dossier(row), steps or 0)
        yield _signed(key), 0, _signed(leaf), steps or 0, root, row.code, str(row.status)


def _signed(number: int) -> int:
    return number - 2 * _SIGNED if number >= _SIGNED else number
