"""`manage.py national` as a process: it ends cleanly when it is asked to, and leaves nothing behind in any case."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.processes
SLOW = {"name": "slow", "latency": {"type": "fixed", "seconds": 3}, "match": {"service": "LayDanhSachTTHC"}}
LATER = {"name": "later", "delayed_apply": {"seconds": 300}, "match": {"service": "ThemMoiHoSo"}}


@contextmanager
def national(url: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command, started in another folder, once it says that it is ready; and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "national", f"--port={port}"],
        cwd=folder,
        env={**os.environ, "NATIONAL_DATABASE_URL": url},  # noqa: TID251
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert f"127.0.0.1:{port}" in line, process.communicate(timeout=10)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate(timeout=10)


def post(url: str, content: object) -> int:
    body = json.dumps(content).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        return int(answer.status)


def gone(processes: list[psutil.Process]) -> bool:
    _ended, left = psutil.wait_procs(processes, timeout=15)
    return all(process.status() == psutil.STATUS_ZOMBIE for process in left)


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_who_asks_the_command_to_end_asks_the_national_system(
    national_database_url: str, tmp_path: Path, name: signal.Signals
) -> None:
    with national(national_database_url, tmp_path) as (process, url):
        children = psutil.Process(process.pid).children(recursive=True)
        post(f"{url}/_admin/faults", LATER)
        assert post(f"{url}/KetNoiMotCuaQuocGia/ThemMoiHoSo", [{"MaHoSo": "H49-1"}]) == 202

        process.send_signal(name)
        _, errors = process.communicate(timeout=30)

    assert (process.returncode, errors) == (0, "")
    assert gone(children)
    with psycopg.connect(national_database_url) as connection:
        assert connection.execute("SELECT code FROM ledger").fetchall() == [("H49-1",)]


def test_a_request_under_way_is_answered_before_the_end(national_database_url: str, tmp_path: Path) -> None:
    with national(national_database_url, tmp_path) as (process, url):
        post(f"{url}/_admin/faults", SLOW)
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as client:
            client.sendall(b"GET /KetNoiMotCuaQuocGia/LayDanhSachTTHC HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            client.settimeout(20)
            answer = client.recv(100)
        process.communicate(timeout=30)

    assert answer.startswith(b"HTTP/1.1 200")
    assert process.returncode == 0


def test_nothing_lives_on_when_the_command_is_killed(national_database_url: str, tmp_path: Path) -> None:
    with national(national_database_url, tmp_path) as (process, _):
        children = psutil.Process(process.pid).children(recursive=True)
        assert children

        process.kill()
        process.wait()

        assert gone(children)
