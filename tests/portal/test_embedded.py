"""The embedded servers are started, shared, recovered and stopped for real."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from portal.embedded import Places, database_url, redis_url, running
from portal.embedded.places import LONGEST_SOCKET

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.processes


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Path]:
    """A `.local/` of the test's own; nothing of it runs or stays afterwards."""
    folder = tmp_path / "local"
    yield folder
    for process in servers(folder):
        process.kill()
    if (folder / "postgres-home").exists():
        shutil.rmtree((folder / "postgres-home").read_text(), ignore_errors=True)


def servers(local: Path) -> list[psutil.Process]:
    """PostgreSQL's main process and Redis, as far as they run for this folder."""
    if not local.exists():
        return []
    marks = (str(Places(local).postgres_home / "data"), str(Places(local).redis_socket))
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(mark in " ".join(process.info["cmdline"] or []) for mark in marks)
    ]


def a_user(local: Path) -> subprocess.Popen[str]:
    """Another program that uses the servers; it has said that it is starting."""
    command = [sys.executable, "-m", "tests.portal.embedded_use", str(local)]
    user = subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert user.stdout is not None
    assert user.stdout.readline() == "starting\n"
    return user


def leave(user: subprocess.Popen[str]) -> None:
    user.communicate(timeout=60)
    assert user.returncode == 0


def answers(local: Path) -> bool:
    with psycopg.connect(database_url(local, "portal")) as connection:
        connection.execute("SELECT 1")
    return bool(redis.Redis.from_url(redis_url(local)).ping())


def test_servers_run_inside_and_not_outside(local: Path) -> None:
    with running(local, databases=["portal"]):
        assert answers(local)

    assert servers(local) == []


def test_data_stays_and_letters_are_vietnamese(local: Path) -> None:
    with running(local, databases=["portal"]), psycopg.connect(database_url(local, "portal")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT lower('ĐẤT') AS word")

    with running(local, databases=["portal"]), psycopg.connect(database_url(local, "portal")) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("đất",)


def test_the_servers_are_durable_and_listen_on_no_port(local: Path) -> None:
    with running(local, databases=["portal"]), psycopg.connect(database_url(local, "portal")) as connection:
        shown = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "listen_addresses")]
        ports = redis.Redis.from_url(redis_url(local)).config_get("port")

    assert shown == [("on",), ("",)]
    assert ports == {"port": "0"}


def test_the_last_of_two_users_stops_them(local: Path) -> None:
    other = a_user(local)
    assert other.stdout is not None
    assert other.stdout.readline() == "up\n"
    before = {process.pid for process in servers(local)}

    with running(local):
        pass
    kept = {process.pid for process in servers(local)}
    leave(other)

    assert kept == before
    assert len(kept) == 2
    assert servers(local) == []


def test_a_killed_users_servers_are_used_again_and_stopped(local: Path) -> None:
    user = a_user(local)
    assert user.stdout is not None
    assert user.stdout.readline() == "up\n"
    left = {process.pid for process in servers(local)}

    user.kill()
    user.communicate()
    with running(local):
        used = {process.pid for process in servers(local)}

    assert used == left
    assert servers(local) == []


def test_killed_servers_are_recovered_with_their_data(local: Path) -> None:
    with running(local, databases=["portal"]):
        with psycopg.connect(database_url(local, "portal")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        for process in servers(local):
            process.kill()
            process.wait()

    with running(local, databases=["portal"]), psycopg.connect(database_url(local, "portal")) as connection:
        assert answers(local)
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_a_stale_pid_file_naming_another_program_is_no_running_server(local: Path) -> None:
    with running(local, databases=["portal"]):
        pid_file = Places(local).data / "postmaster.pid"
        lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    with running(local, databases=["portal"]):
        assert answers(local)


def test_ctrl_c_in_a_first_start_waits_until_the_start_is_done_and_leaves_nothing_running(local: Path) -> None:
    user = a_user(local)
    wait_for_initdb(local, user)

    user.send_signal(signal.SIGINT)
    user.communicate(timeout=60)

    assert user.returncode != 0
    assert (Places(local).data / "PG_VERSION").exists()
    assert servers(local) == []


def test_a_first_start_that_was_killed_is_no_obstacle_to_the_next(local: Path) -> None:
    user = a_user(local)
    wait_for_initdb(local, user)

    user.kill()
    user.communicate(timeout=60)
    with running(local, databases=["portal"]):
        assert answers(local)

    assert servers(local) == []


def wait_for_initdb(local: Path, user: subprocess.Popen[str]) -> None:
    """Return as soon as the cluster is being made, under whatever name."""
    note = local / "postgres-home"
    while user.poll() is None and Places(local).as_root and not note.exists():
        os.sched_yield()
    while user.poll() is None and not list(Places(local).postgres_home.glob("*/PG_VERSION")):
        os.sched_yield()


def test_a_long_path_is_no_obstacle(local: Path) -> None:
    deep = local / ("d" * LONGEST_SOCKET)
    try:
        with running(deep, databases=["portal"]):
            assert answers(deep)
            assert len(os.fsencode(Places(deep).redis_socket)) <= LONGEST_SOCKET
    finally:
        shutil.rmtree(Places(deep).redis_socket.parent, ignore_errors=True)
        shutil.rmtree(Places(deep).postgres_home, ignore_errors=True)
