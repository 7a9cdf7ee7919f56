"""The container files against the code they start: programs, variables, locale. Needs no Docker."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from django.urls import resolve

from portal.embedded.postgres import LOCALE
from sync import wire

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
OURS: list[str] = [name for name, service in SERVICES.items() if "build" in service]


def _commands(service: str) -> list[list[str]]:
    """What a container of ours runs: its own command, else the image's."""
    default = yaml.safe_load(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[0])
    command = list(SERVICES[service].get("command") or default)
    if command[:2] == ["sh", "-c"]:
        return [shlex.split(part) for part in command[2].split("&&")]
    return [command]


def test_compose_names_every_program_of_the_demo() -> None:
    assert set(SERVICES) == {"db", "redis", "migrate", "web", "worker", "beat", "national"}


@pytest.mark.parametrize("service", OURS)
def test_a_container_starts_a_program_that_exists(service: str) -> None:
    for program, *arguments in _commands(service):
        executable = sys.executable if program == "python" else str(Path(sys.executable).parent / program)

        done = subprocess.run([executable, *arguments, "--help"], cwd=ROOT, capture_output=True, text=True, check=False)

        assert done.returncode == 0, done.stderr
        assert "usage" in done.stdout.lower()


def test_every_program_that_stays_up_has_a_health_check() -> None:
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {"migrate"}


def test_the_health_checks_ask_addresses_that_exist() -> None:
    asked = {
        name: urlsplit(re.findall(r"http://[^']+", " ".join(SERVICES[name]["healthcheck"]["test"]))[0])
        for name in ("web", "national")
    }

    assert (asked["web"].port, asked["national"].port) == (8000, 8100)
    assert resolve(asked["web"].path).url_name == "ready"
    assert asked["national"].path == wire.PATH_HEALTH


def test_both_ways_to_a_database_make_it_with_the_same_locale() -> None:
    assert SERVICES["db"]["environment"]["POSTGRES_INITDB_ARGS"].split() == list(LOCALE)


def test_the_example_lists_the_variables_that_are_read_and_no_others() -> None:
    settings = (ROOT / "portal" / "settings.py").read_text()
    national = (ROOT / "sync" / "national" / "__main__.py").read_text()
    secrets = (ROOT / "portal" / "secrets.py").read_text().partition("NAMES = ")[2].partition(")")[0]
    read = {
        *re.findall(r'\benv(?:_\w+)?\("(\w+)"', settings),
        *re.findall(r'environ(?:ment)?\.get\("(\w+)"', settings + national),
        *re.findall(r'"(\w+)"', secrets),
        *re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()),
    }

    assert set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE)) == read


def test_the_image_runs_as_nobody_special_and_installs_by_hash() -> None:
    assert re.search(r"^USER portal$", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes" in DOCKERFILE


def test_no_secret_has_a_value_in_the_container_files() -> None:
    given = [*SERVICES["web"]["environment"].items(), *SERVICES["db"]["environment"].items()]
    secret = [str(value) for name, value in given if re.search("KEY|PASSWORD|USERNAME", name)]

    assert secret
    assert all(re.fullmatch(r"\$\{\w+:\?set it in \.env\}", value) for value in secret)


def test_what_the_image_copies_exists_and_the_rest_stays_outside() -> None:
    ignored, *kept = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] in "*!"]
    copied = {
        source for sources in re.findall(r"^COPY (.*) \S+$", DOCKERFILE, re.MULTILINE) for source in sources.split()
    }

    assert ignored == "*"
    assert {line.removeprefix("!") for line in kept if line.startswith("!")} == copied
    assert all((ROOT / source).exists() for source in copied)
