"""`python -m sync.national` as a program of its own: started until it is ready, or refused with its sentence."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.national.province import MADONVI, PASSWORD, USERNAME, Province

CHECKOUT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("NATIONAL_")}  # noqa: TID251
ACCOUNT = f"{USERNAME}:{PASSWORD}:{MADONVI}"


def command_line(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "sync.national", *map(str, arguments)]


@contextmanager
def started(
    port: int, url: str, catalogue_file: Path, command: Sequence[str] = ()
) -> Iterator[tuple[Province, subprocess.Popen[str]]]:
    """Running and ready: the line that says so has been read."""
    process = subprocess.Popen(
        [*command, *command_line("--port", port, "--database-url", url, "--catalogue", catalogue_file)],
        cwd=CHECKOUT,
        env={**ENVIRONMENT, "NATIONAL_ACCOUNTS": f"other:x:H22 {ACCOUNT}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}/" in process.stdout.readline()
        yield Province(f"http://127.0.0.1:{port}"), process
    finally:
        process.kill()
        process.communicate(timeout=10)


def refused(*arguments: object, environment: dict[str, str] = ENVIRONMENT) -> str:
    done = subprocess.run(
        command_line(*arguments), cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr
