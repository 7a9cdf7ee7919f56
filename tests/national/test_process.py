"""`python -m sync.national` as a process: ready, restarted, stopped, and what keeps it from starting."""

import gzip
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from sync.national.accounts import Account, BadAccount, parse_account
from tests.national.processes import ACCOUNT, refused, started
from tests.national.province import record

pytestmark = pytest.mark.processes


def test_it_makes_its_database_and_keeps_everything_over_a_kill_and_a_restart(
    server: psycopg.Connection,
    national_database: sql.Identifier,
    national_database_url: str,
    port: int,
    catalogue_file: Path,
) -> None:
    server.execute(sql.SQL("DROP DATABASE {}").format(national_database))

    with started(port, national_database_url, catalogue_file) as (province, process):
        session = province.sign_in()
        assert province.effects(province.add(record(1))) == ["applied"]
        process.kill()
    with started(port, national_database_url, catalogue_file) as (province, _):
        province.session = session
        assert province.effects(province.add(record(1))) == ["absorbed"]
        assert len(province.ledger()) == 1


def test_sigterm_ends_it_cleanly(national_database_url: str, port: int, catalogue_file: Path) -> None:
    with started(port, national_database_url, catalogue_file) as (province, process):
        province.sign_in()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=15)

    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize(("command", "lives"), [([], False), (["nohup"], True)])
def test_a_terminal_that_hangs_up_ends_it_unless_it_was_told_to_outlive_it(
    national_database_url: str, port: int, catalogue_file: Path, command: list[str], lives: bool
) -> None:
    with started(port, national_database_url, catalogue_file, command) as (province, process):
        process.send_signal(signal.SIGHUP)
        if lives:
            assert province.sign_in()
            assert process.poll() is None
        else:
            assert process.wait(15) == 0


def test_a_port_in_use_is_said(national_database_url: str, catalogue_file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(
            "--port", port, "--database-url", national_database_url, "--catalogue", catalogue_file, "--account", ACCOUNT
        )

    assert f"127.0.0.1:{port}" in said


@pytest.mark.parametrize("port", ["0x", "-1", "70000"])
def test_an_impossible_port_is_said(national_database_url: str, catalogue_file: Path, port: str) -> None:
    assert "port" in refused(
        f"--port={port}", "--database-url", national_database_url, "--catalogue", catalogue_file, "--account", ACCOUNT
    )


@pytest.mark.parametrize(
    "url", ["postgresql://x@127.0.0.1:1/x", "postgresql:///x?host=/nowhere", "no url", "mysql://x"]
)
def test_a_database_out_of_reach_is_said(catalogue_file: Path, url: str) -> None:
    assert "database" in refused("--database-url", url, "--catalogue", catalogue_file, "--account", ACCOUNT).lower()


@pytest.fixture
def modest_url(
    server: psycopg.Connection, national_database: sql.Identifier, national_database_url: str
) -> Iterator[str]:
    """A role that owns the mock's database and may not enter the server's own."""
    role = f"modest_{os.getpid()}"
    name = sql.Identifier(role)
    server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
    server.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(national_database, name))
    server.execute("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")
    yield make_conninfo(national_database_url, user=role)
    server.execute("GRANT CONNECT ON DATABASE postgres TO PUBLIC")
    server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(national_database))
    server.execute(sql.SQL("DROP ROLE {}").format(name))
    server.execute(sql.SQL("CREATE DATABASE {}").format(national_database))


def test_a_role_without_right_to_the_servers_own_database_is_enough(
    modest_url: str, port: int, catalogue_file: Path
) -> None:
    with started(port, modest_url, catalogue_file) as (province, _):
        assert province.sign_in()


@pytest.fixture
def powerless_url(server: psycopg.Connection, national_database_url: str) -> Iterator[str]:
    """A role that may enter the mock's database and make nothing in it."""
    role = f"powerless_{os.getpid()}"
    server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    yield make_conninfo(national_database_url, user=role)
    server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def test_a_role_that_may_not_make_tables_is_said(powerless_url: str, port: int, catalogue_file: Path) -> None:
    assert "permission denied" in _refused_with(powerless_url, catalogue_file, "--port", port)


@pytest.mark.parametrize(
    ("missing", "said"), [("--database-url", "NATIONAL_DATABASE_URL"), ("--account", "NATIONAL_ACCOUNTS")]
)
def test_what_is_missing_is_said(national_database_url: str, catalogue_file: Path, missing: str, said: str) -> None:
    given = {"--database-url": national_database_url, "--account": ACCOUNT, "--catalogue": catalogue_file}
    del given[missing]

    assert said in refused(*[part for pair in given.items() for part in pair])


@pytest.mark.parametrize("account", ["x", "x:y", ":y:z", "x::z", "x:y:"])
def test_a_malformed_account_is_said(account: str) -> None:
    with pytest.raises(BadAccount):
        parse_account(account)


def test_a_password_may_hold_colons() -> None:
    assert parse_account("u:a:b:H49") == Account("u", "a:b", "H49")


def test_the_reason_names_the_catalogue_and_unknown_arguments(national_database_url: str) -> None:
    assert "nowhere.jsonl" in refused(
        "--database-url", national_database_url, "--account", ACCOUNT, "--catalogue", "/nowhere.jsonl"
    )
    assert "--colour" in refused("--colour", "red")
    assert "USERNAME:PASSWORD:MADONVI" in refused("--database-url", national_database_url, "--account", "x")


@pytest.mark.parametrize("alias", ["login=/mapi/login", "/login", "/login=/nowhere", "/=/mapi/g"])
def test_a_path_that_leads_to_none_of_ours_is_said(national_database_url: str, alias: str) -> None:
    said = refused("--path", alias, "--database-url", national_database_url, "--account", ACCOUNT)

    assert "/mapi/login" in said


def _refused_with(url: str, catalogue_file: Path, *more: object) -> str:
    return refused("--database-url", url, "--account", ACCOUNT, "--catalogue", catalogue_file, *more)


def test_an_account_that_is_no_text_is_said(national_database_url: str, catalogue_file: Path) -> None:
    assert "UTF-8" in _refused_with(national_database_url, catalogue_file, "--account", "u:\udcff\udcfe:H49")
    with pytest.raises(BadAccount):
        parse_account("u:\udcff:H49")


DAMAGED = gzip.compress(b"{}" * 500, mtime=0)[:-40] + b"a" * 40
EMPTY = gzip.compress(b"\n", mtime=0)


@pytest.mark.parametrize("content", [b"no gzip", DAMAGED, EMPTY], ids=["no gzip", "damaged", "empty"])
def test_a_catalogue_that_cannot_be_read_or_is_empty_is_said(
    national_database_url: str, catalogue_file: Path, content: bytes
) -> None:
    broken = catalogue_file.with_name("broken.jsonl.gz")
    broken.write_bytes(content)

    assert "broken.jsonl.gz" in _refused_with(national_database_url, broken)


@pytest.mark.parametrize("url", ["http://[", "http://127.0.0.1:99999", "ftp://x", "http://"])
def test_a_province_without_an_address_is_said(national_database_url: str, catalogue_file: Path, url: str) -> None:
    assert "--province-url" in _refused_with(national_database_url, catalogue_file, "--province-url", url)


@pytest.mark.parametrize("size", [-1, 0, 1023])
def test_bodies_too_small_for_a_dossier_are_said(national_database_url: str, catalogue_file: Path, size: int) -> None:
    assert "--body-limit" in _refused_with(national_database_url, catalogue_file, f"--body-limit={size}")
