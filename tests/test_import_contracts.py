"""The arrows between the packages: kept as they are, and each contract breaks when it should."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# one forbidden import for each contract of pyproject.toml
FORBIDDEN = {
    "portal, then sync, then procedures": ("sync/outbox.py", "import portal.clock"),
    "procedures knows neither portal nor sync": ("procedures/codes.py", "import sync.wire"),
    "portal reaches sync through six doors": ("portal/health.py", "import sync.wire"),
    "the national system shares the wire's words and knows no Django": ("sync/national/store.py", "import django"),
    "nobody imports the national system: it is a program of its own": ("sync/outbox.py", "import sync.national.store"),
    "the wire's words depend on nothing": ("sync/wire.py", "import orjson"),
    "pages of citizens, officials and leaders, and the API, do not import one another": (
        "portal/citizens/views.py",
        "import portal.officials.views",
    ),
    "commands, the demo, the load test and tasks use the simulation, pages do not": (
        "portal/citizens/views.py",
        "import portal.simulation",
    ),
    "the load test is told how to make applications and how to stop servers": (
        "sync/loadtest/nemesis.py",
        "import procedures.actions",
    ),
    "inside procedures: acts, then rules and figures, then tables, then pure rules": (
        "procedures/rollups.py",
        "import procedures.actions",
    ),
    "deadlines, working days and codes need nothing but Python": ("procedures/deadlines.py", "import django"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages and the contracts, to be damaged."""
    for package in ("portal", "procedures", "sync"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=_all_but_python)
    (tmp_path / "tests").mkdir()
    for file in ("tests/__init__.py", "tests/contracts.py", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def _all_but_python(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not name.endswith(".py") and not (Path(folder) / name).is_dir()}


def test_every_import_keeps_the_contracts() -> None:
    verdicts = _lint(ROOT)

    assert verdicts == dict.fromkeys(FORBIDDEN, "KEPT")


@pytest.mark.parametrize("contract", FORBIDDEN)
def test_a_forbidden_import_breaks_its_contract(contract: str, copy: Path) -> None:
    file, statement = FORBIDDEN[contract]
    target = copy / file
    target.parent.mkdir(exist_ok=True)
    (target.parent / "__init__.py").touch()
    with target.open("a") as source:
        source.write(f"\n{statement}\n")

    assert _lint(copy)[contract] == "BROKEN"


def test_a_new_module_of_the_domain_must_be_given_its_layer(copy: Path) -> None:
    (copy / "procedures" / "drawer.py").touch()

    assert _lint(copy)["inside procedures: acts, then rules and figures, then tables, then pure rules"] == "BROKEN"


def _lint(folder: Path) -> dict[str, str]:
    """What `lint-imports` says of each contract."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    lines = [line.strip() for line in done.stdout.splitlines()]
    verdicts = {
        line.removesuffix(verdict).strip(): verdict
        for line in lines
        for verdict in ("KEPT", "BROKEN")
        if line.endswith(verdict)
    }
    assert verdicts, done.stdout + done.stderr
    assert (done.returncode == 0) == ("BROKEN" not in verdicts.values())
    return verdicts
