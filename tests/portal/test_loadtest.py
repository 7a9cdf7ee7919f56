"""`manage.py loadtest` as an engineer calls it: a pass, a fail that names its dossiers, and refusals in a sentence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from portal.settings import environment

SERVERS = ("DATABASE_URL", "NATIONAL_DATABASE_URL", "REDIS_URL")


def loadtest(local: Path, *arguments: str, **own: str) -> "subprocess.CompletedProcess[str]":
    shared = {name: value for name, value in environment(LOCAL_DIR=str(local)).items() if name not in SERVERS}
    command = [sys.executable, "manage.py", "loadtest", "--report", str(local / "report"), *arguments]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=shared | own, capture_output=True, text=True, check=False, timeout=120
    )


def result(local: Path) -> dict[str, object]:
    return dict(json.loads((local / "report" / "result.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all runs: its servers are made once."""
    return tmp_path_factory.mktemp("load")


def test_a_run_under_faults_and_kills_passes_with_every_figure(local: Path) -> None:
    done = loadtest(local, "--applications", "1500", "--profile", "evil", "--kill", "pump,national", "--port", "8391")

    assert done.returncode == 0, done.stdout + done.stderr
    content = result(local)
    assert content["verdict"] == "PASS"
    assert content["committed"] == content["applied"]
    assert {name: content[name] for name in ("lost", "unexpected", "duplicated", "reordered", "corrupted")} == {
        "lost": 0, "unexpected": 0, "duplicated": 0, "reordered": 0, "corrupted": 0,
    }  # fmt: skip
    assert {kill["victim"] for kill in content["kills"]} == {"pump", "national"}  # type: ignore[attr-defined]


def test_a_national_side_that_lies_fails_the_run_and_dossiers_are_named(local: Path) -> None:
    done = loadtest(local, "--applications", "600", "--bug", "lose", "--port", "8392")

    assert done.returncode == 1, done.stdout + done.stderr
    content = result(local)
    assert content["verdict"] == "FAIL"
    assert content["dossiers"]["lost"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--applications", "0"], "'0' is no whole number from 1 to 1,000,000"),
        (["--kill", "nobody"], "nobody is called 'nobody'"),
        (["--port", "80"], "'80' is no port from 1024 to 65535"),
        (["--profile", "nonsense"], "There is no profile nonsense; known are healthy"),
        (["--report", "/proc/nowhere"], "no report can be written to /proc/nowhere"),
        (["--bug", "typo"], "invalid choice: 'typo'"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(local: Path, arguments: list[str], sentence: str) -> None:
    done = loadtest(local, *arguments)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_servers_of_somebody_else_are_never_emptied(local: Path) -> None:
    done = loadtest(local, DATABASE_URL="postgresql://portal@db/portal")

    assert done.returncode == 2
    assert "unset DATABASE_URL" in done.stderr
