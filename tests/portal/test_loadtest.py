"""`manage.py loadtest` as an engineer calls it: a pass, a fail that names its dossiers, and refusals in a sentence."""

import io
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from rich.console import Console

from portal.alone import alone
from portal.embedded import CannotRun
from portal.loadtest.stage import forget_schedules, read_result
from portal.management.commands.loadtest import compare
from portal.settings import environment
from sync.loadtest.nemesis import DISTURBANCES
from tests.loadtest import results

SERVERS = ("DATABASE_URL", "NATIONAL_DATABASE_URL", "REDIS_URL")


def loadtest(local: Path, *arguments: str, **own: str) -> "subprocess.CompletedProcess[str]":
    shared = {name: value for name, value in environment(LOCAL_DIR=str(local)).items() if name not in SERVERS}
    command = [sys.executable, "manage.py", "loadtest", "--report", str(local / "report"), *arguments]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=shared | own, capture_output=True, text=True, check=False, timeout=120
    )


def free_port() -> str:
    """Of no other run on this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def result(local: Path) -> dict[str, object]:
    return dict(json.loads((local / "report" / "result.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all runs: its servers are made once."""
    return tmp_path_factory.mktemp("load")


def test_a_run_under_faults_and_kills_passes_with_every_figure(local: Path) -> None:
    done = loadtest(
        local,
        *(
            "--applications",
            "1500",
            "--profile",
            "flaky_10pct",
            "--kill",
            "pump,national",
            "--disturb",
            "flush,beat,xmin",
        ),
        *("--port", free_port()),
    )

    assert done.returncode == 0, done.stdout + done.stderr
    content = result(local)
    assert content["verdict"] == "PASS"
    assert content["committed"] == content["applied"]
    assert {name: content[name] for name in ("lost", "unexpected", "duplicated", "reordered", "corrupted")} == {
        "lost": 0, "unexpected": 0, "duplicated": 0, "reordered": 0, "corrupted": 0,
    }  # fmt: skip
    kills = content["kills"]
    assert {kill["victim"] for kill in kills} == {"pump", "national"}  # type: ignore[attr-defined]
    assert all(kill["back_at"] >= kill["at"] > 0 for kill in kills)  # type: ignore[attr-defined]
    assert content["series"][-1]["t"] > content["series"][0]["t"]  # type: ignore[index]
    bands = {band["name"]: band for band in content["bands"]}  # type: ignore[attr-defined]
    assert set(bands) == {"flaky_10pct", *DISTURBANCES.values()}
    assert bands[DISTURBANCES["flush"]]["from"] == bands[DISTURBANCES["flush"]]["to"] > 0
    assert bands[DISTURBANCES["xmin"]]["to"] > bands[DISTURBANCES["xmin"]]["from"]
    assert content["resources"]["cpu_seconds_postgres"] > 0  # type: ignore[index]


def test_a_national_side_that_lies_fails_the_run_and_dossiers_are_named(local: Path) -> None:
    done = loadtest(local, "--applications", "600", "--bug", "lose", "--port", free_port())

    assert done.returncode == 1, done.stdout + done.stderr
    content = result(local)
    assert content["verdict"] == "FAIL"
    assert content["dossiers"]["lost"]  # type: ignore[index]


def test_changes_that_come_while_the_job_runs_are_delivered_and_timed(local: Path) -> None:
    (local / "other.json").write_text(json.dumps(results.result()))
    told = ["--arrivals", "poisson", "--rate", "60", "--applications", "120", "--port", free_port()]
    done = loadtest(local, *told, "--compare", str(local / "other.json"))

    assert done.returncode == 0, done.stdout + done.stderr
    content = result(local)
    assert content["committed"] == content["applied"] == 120
    assert sum(content["arrivals"]["planned_per_second"]) == 120  # type: ignore[index]
    assert sum(content["arrivals"]["achieved_per_second"]) == 120  # type: ignore[index]
    assert content["latency_from_intended_ms"]["p50"] >= content["latency_ms"]["p50"] > 0  # type: ignore[index]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_leaves_no_process_behind(local: Path, number: signal.Signals) -> None:
    told = ["--arrivals", "poisson", "--rate", "10", "--applications", "9000", "--port", free_port()]
    command = [sys.executable, "manage.py", "loadtest", "--report", str(local / "report"), *told]
    shared = {name: value for name, value in environment(LOCAL_DIR=str(local)).items() if name not in SERVERS}
    running = subprocess.Popen(command, cwd=settings.BASE_DIR, env=shared, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    while "generators" not in (line := running.stdout.readline()):
        assert line, "it ended before it was stopped"
    started = psutil.Process(running.pid).children(recursive=True)

    running.send_signal(number)
    running.communicate(timeout=60)

    assert running.returncode == 128 + number
    assert len(started) >= 4
    _gone, left = psutil.wait_procs(started, timeout=20)
    assert [process for process in left if process.status() != psutil.STATUS_ZOMBIE] == []
    assert not [one for one in psutil.process_iter(["cmdline"]) if str(local) in " ".join(one.info["cmdline"] or [])]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--applications", "0"], "'0' is no whole number from 1 to 1,000,000"),
        (["--kill", "nobody"], "nothing is called 'nobody'"),
        (["--disturb", "kill"], "nothing is called 'kill': choose from flush,beat,xmin"),
        (["--scaling", "1,0"], "'0' is no number of workers from 1 to 32"),
        (["--workers", "33"], "'33' is no number of workers from 1 to 32"),
        (["--port", "80"], "'80' is no port from 1024 to 65535"),
        (["--profile", "nonsense"], "There is no profile nonsense; known are healthy"),
        (["--report", "/proc/nowhere"], "no report can be written to /proc/nowhere"),
        (["--arrivals", "sometimes"], "invalid choice: 'sometimes'"),
        (["--rate", "0"], "'0' is no number of changes a second from 0.1 to 1000"),
        (["--compare", "/nowhere/result.json"], "no result to compare with at /nowhere/result.json"),
        (["--compare", "pyproject.toml"], "pyproject.toml is no result of a load test"),
        (["--bug", "typo"], "invalid choice: 'typo'"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(local: Path, arguments: list[str], sentence: str) -> None:
    done = loadtest(local, *arguments)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", ["[]", "{", '{"verdict": "PASS"}', '{"verdict": "PASS", "run": []}'])
def test_what_is_no_result_is_not_compared_with(content: str, tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(content)

    with pytest.raises(CannotRun, match="is no result of a load test"):
        read_result(tmp_path / "result.json")


def test_the_schedule_of_an_earlier_run_reaches_into_no_other(tmp_path: Path) -> None:
    for name in ("beat.dat", "beat-2.dir", "secrets.json"):
        (tmp_path / name).touch()

    forget_schedules(tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["secrets.json"]


def test_a_comparison_says_first_what_was_asked_otherwise() -> None:
    console, now = Console(file=io.StringIO(), width=120), results.result()

    compare(console, now, {**now, "run": {**now["run"], "profile": "healthy"}, "applications_per_second": 90.9})

    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert said.startswith("! profile differs: healthy there, evil here")
    assert "+100.0%" in said


def test_two_load_tests_never_empty_the_same_servers(tmp_path: Path) -> None:
    with alone(tmp_path, "load test"):  # noqa: SIM117  the second alone is refused
        with pytest.raises(CannotRun, match="another load test uses the servers"), alone(tmp_path, "load test"):
            pytest.fail("both run")

    with alone(tmp_path, "load test"):
        assert (tmp_path / "loadtest.lock").exists()


def test_a_port_in_use_is_refused_before_anything_starts(local: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = loadtest(local, "--port", str(other.getsockname()[1]))

    assert done.returncode == 2
    assert "is in use: stop what listens there, or choose another by --port" in done.stderr


def test_servers_of_somebody_else_are_never_emptied(local: Path) -> None:
    done = loadtest(local, DATABASE_URL="postgresql://portal@db/portal")

    assert done.returncode == 2
    assert "unset DATABASE_URL" in done.stderr
