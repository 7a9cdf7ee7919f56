"""One mock for one database: a second one is refused, and neither a kill nor a restart of PostgreSQL changes that."""

import asyncio
import signal
from pathlib import Path

import psycopg
import pytest

from sync.national.sole import LOCK, InUse, SoleUse
from tests.national.fault_client import admin, set_fault
from tests.national.processes import ACCOUNT, refused, started
from tests.national.province import Province, record
from tests.national.waiting import until

_HOLDERS = """
    SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND granted AND datname = current_database()
"""


def _holders(url: str) -> list[int]:
    with psycopg.connect(url, autocommit=True) as connection:
        return [pid for (pid,) in connection.execute(_HOLDERS)]


@pytest.mark.processes
def test_a_database_in_use_is_refused_in_a_sentence_and_free_again_after_a_kill(
    national_database_url: str, port: int, catalogue_file: Path
) -> None:
    words = ("--database-url", national_database_url, "--catalogue", catalogue_file, "--account", ACCOUNT)
    with started(port, national_database_url, catalogue_file) as (province, process):
        assert "Another national system" in refused("--port", port + 1, *words)
        assert province.sign_in()
        process.kill()

    with started(port, national_database_url, catalogue_file) as (again, _):
        assert again.sign_in()


@pytest.mark.processes
def test_the_mock_goes_on_after_its_connections_were_cut_and_takes_its_database_anew(
    national_database_url: str, server: psycopg.Connection, port: int, catalogue_file: Path
) -> None:
    with started(port, national_database_url, catalogue_file) as (province, process):
        [first] = _holders(national_database_url)
        name = psycopg.conninfo.conninfo_to_dict(national_database_url)["dbname"]
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

        until(lambda: _holders(national_database_url) not in ([], [first]))
        until(lambda: province.send("GET", "/_admin/digest").status == 200)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=15)

    assert process.returncode == 0
    assert "Traceback" not in errors


@pytest.mark.processes
def test_who_was_slower_after_a_restart_of_the_database_ends_in_a_sentence(
    national_database_url: str, port: int, catalogue_file: Path
) -> None:
    with started(port, national_database_url, catalogue_file) as (_, process):
        [pid] = _holders(national_database_url)
        with psycopg.connect(national_database_url, autocommit=True) as other:
            other.pgconn.send_query(f"SELECT pg_advisory_lock({LOCK})".encode())
            _cut(national_database_url, pid)
            _, errors = process.communicate(timeout=20)
            other.close()

    assert process.returncode == 2
    assert "Another national system" in errors
    assert errors.count("\n") == 1


def _cut(url: str, pid: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", [pid])


def test_the_right_to_a_database_is_one_processs(national_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.national.sole.WAIT_SECONDS", 1)

    async def twice() -> None:
        first, second = SoleUse(national_database_url), SoleUse(national_database_url)
        await first.take()
        with pytest.raises(InUse):
            await second.take()
        await first.give_up()
        await second.take()
        await second.give_up()

    asyncio.run(twice())


def test_a_backup_whose_records_are_not_kept_restores_nothing_and_says_so(
    province: Province, national_database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    number = set_fault(province, rollback_to={"seconds": 50}, succeed_first=1000)["id"]
    province.add(record(1))
    with psycopg.connect(national_database_url) as connection:
        connection.execute("UPDATE ledger SET applied_at = applied_at - interval '100 seconds'")
    province.update(record(1, ChuHoSo="Trần Văn Bình"))
    with psycopg.connect(national_database_url) as connection:
        connection.execute("TRUNCATE former_record")
    before = province.dossier(record(1)["MaHoSo"])

    admin(province, "PATCH", f"/_admin/faults/{number}", {"succeed_first": None, "fail_request_count": 1})
    reply = province.send("POST", "/mapi/g", b'{"service": "LayThuTuc"}')

    assert reply.status == 500
    assert "former record" in caplog.text
    assert province.dossier(record(1)["MaHoSo"]) == before
