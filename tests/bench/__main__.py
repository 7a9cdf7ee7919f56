"""`make bench`: our job against the limit of the machine and against what others would do, in alternating turns.

Writes reports/bench.json: applications a second of each, and the ratios `ours_over_…`. Exit 0 done, 1 a run was wrong,
2 cannot run. Servers and data are its own, under .local/bench.
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import django
import orjson
import psutil
from rich.console import Console
from rich.table import Table

from portal.arguments import real, whole
from portal.embedded import CannotRun, running
from tests.bench.figures import RATIOS, Measured, summary, turns

if TYPE_CHECKING:
    from tests.bench.stage import BenchStage

ROOT: Final = Path(__file__).resolve().parents[2]
# How many applications each takes a turn with: what is slow gets few, for it is a rate that is measured.
SIZES: Final = {
    "floor": 20_000,
    "ours": 20_000,
    "naive_celery": 600,
    "serial": 400,
    "dlt": 5_000,
    "bare_client": 2_000,
    "ours_batch_1": 2_000,
}
BATCH: Final = 100
LANES: Final = 8  # calls under way at once, as ours has


def competitors(stage: "BenchStage") -> dict[str, Callable[[int], float]]:
    """Each takes the number of applications that are due, and returns its seconds."""
    return {
        "floor": lambda _count: stage.script("floor", BATCH, LANES),
        "ours": lambda _count: stage.ours(BATCH),
        "naive_celery": stage.naive_celery,
        "serial": stage.serial,
        "dlt": lambda _count: stage.dlt(BATCH),
        "bare_client": lambda count: stage.bare_client(count, 2 * LANES),
        "ours_batch_1": lambda _count: stage.ours(1),
    }


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    local = ROOT / ".local" / "bench"
    os.environ.update(LOCAL_DIR=str(local), DJANGO_SETTINGS_MODULE="portal.settings")
    console = Console()
    try:
        with running(local, databases=("portal", "national")):
            django.setup()
            return _bench(options, console)
    except CannotRun as reason:
        sys.stderr.write(f"bench: {reason}\n")
        return 2


def _bench(options: argparse.Namespace, console: Console) -> int:
    from portal.processes import Supervisor, require_free_port  # noqa: PLC0415  they need Django set up
    from tests.bench.stage import PORT, BenchStage, Wrong  # noqa: PLC0415

    require_free_port(PORT, "stopping what listens there")
    supervisor = Supervisor(say=lambda sentence: console.print(f"[yellow]![/] {sentence}"))
    sizes = {name: max(round(SIZES[name] * options.scale), 1) for name in options.only}
    runs: list[Measured] = []
    try:
        stage = BenchStage(supervisor)
        with console.status("servers, catalogue, applications"):
            stage.raise_curtain(max(sizes.values()))
        ways = competitors(stage)
        for number, name in turns(options.only, options.rounds):
            with console.status(f"round {number} of {options.rounds}: {name}, {sizes[name]:,} applications"):
                stage.make_due(sizes[name])
                runs.append(Measured(name, number, sizes[name], ways[name](sizes[name])))
                stage.require_all_arrived(sizes[name])
            console.print(f"round {number}  {name:<14} {runs[-1].rate:>9,.0f} applications a second")
    except Wrong as reason:
        sys.stderr.write(f"bench: {reason}\n")
        return 1
    finally:
        supervisor.stop()
    _write(console, runs)
    return 0


def _write(console: Console, runs: Sequence[Measured]) -> None:
    found = {**summary(runs), "machine": _machine(), "runs": [vars(run) for run in runs]}
    path = ROOT / "reports" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    table = Table("", "applications a second", "least", "most")
    for name in dict.fromkeys(run.name for run in runs):
        one = found[name]
        table.add_row(name, f"{one['applications_per_second']:,.0f}", f"{one['least']:,.0f}", f"{one['most']:,.0f}")
    for ratio in RATIOS:
        if ratio in found:
            table.add_row(ratio, f"{found[ratio]:.2f}", "", "")
    console.print(table)
    console.print(f"result: {path}")


def _machine() -> dict[str, object]:
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    return {
        "commit": commit.stdout.strip(),
        "cores": os.cpu_count(),
        "memory_mb": psutil.virtual_memory().total >> 20,
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
    }


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", type=_names, default=list(SIZES), help=f"some of {','.join(SIZES)}")
    parser.add_argument("--rounds", type=whole("number of rounds", 1, 100), default=3, help="turns of each (3)")
    parser.add_argument("--scale", type=real("scale", 0.001, 50), default=1.0, help="of the applications (1)")
    return parser.parse_args(arguments)


def _names(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in SIZES:
            raise argparse.ArgumentTypeError(f"{name!r} takes no part: choose from {','.join(SIZES)}")
    return names


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
