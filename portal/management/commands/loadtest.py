"""`manage.py loadtest`: the sync job under load, faults and kills, and an honest verdict."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table

from portal.alone import alone
from portal.arguments import port, real, seed, whole
from portal.embedded import CannotRun
from portal.loadtest.options import Options
from portal.loadtest.runner import LoadTest
from portal.loadtest.stage import read_result, require_writable
from portal.processes import Supervisor, require_free_port
from sync.loadtest import report, scaling
from sync.loadtest.arrivals import Arrivals
from sync.loadtest.nemesis import DISTURBANCES, VICTIMS
from sync.loadtest.report.compare import asked_otherwise, changes
from sync.loadtest.scaling import Point
from sync.reconcile import NationalError

BUGS = ("lose", "duplicate", "reorder", "corrupt")
_number = whole("whole number", 1, 1_000_000)
_batch = whole("number of records", 1, 1_000)
_workers = whole("number of workers", 1, 32)


def _some_of(known: Collection[str]) -> Callable[[str], tuple[str, ...]]:
    """Names of `known` with commas between, each once."""

    def names(text: str) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(name for name in text.split(",") if name))
        for name in found:
            if name not in known:
                raise ArgumentTypeError(f"nothing is called {name!r}: choose from {','.join(known)}")
        return found

    return names


def _scaling(text: str) -> tuple[int, ...]:
    return tuple(sorted(set(map(_workers, text.split(",")))))


class Command(BaseCommand):
    """Exit 0: PASS; 1: FAIL; 2: cannot run. Servers and data are its own, under .local/loadtest."""

    help = "Deliver applications to a national system with faults, kill what is named, and judge: PASS or FAIL."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--applications", type=_number, default=10_000, help="at least so many; day, poisson: changes (10000)"
        )
        parser.add_argument(
            "--arrivals",
            choices=[kind.value for kind in Arrivals],
            default=Arrivals.BURST.value,
            help="burst: all are there before the job starts; poisson, day: they come while it runs (burst)",
        )
        parser.add_argument(
            "--rate",
            type=real("number of changes a second", 0.1, 1_000),
            default=35.0,
            help="changes a second of day and poisson (35)",
        )
        parser.add_argument("--profile", default="healthy", help="faults of the national system, see docs/faults.md")
        parser.add_argument("--bug", choices=BUGS, default="", help="a national system that lies: must FAIL")
        parser.add_argument("--batch", type=_batch, default=100, help="records a call (100)")
        parser.add_argument("--workers", type=_workers, default=2, help="processes of the worker's pool (2)")
        parser.add_argument("--kill", type=_some_of(VICTIMS), default=(), help=f"kill -9 each: {','.join(VICTIMS)}")
        parser.add_argument(
            "--disturb",
            type=_some_of(DISTURBANCES),
            default=(),
            help="; ".join(f"{name}: {what}" for name, what in DISTURBANCES.items()),
        )
        parser.add_argument(
            "--scaling",
            type=_scaling,
            default=(),
            help="before the run, one undisturbed burst with each of these numbers of workers: 1,2,4,8",
        )
        parser.add_argument(
            "--limits", action="store_true", help="memory, connections, statements beyond their limits fail the run too"
        )
        parser.add_argument(
            "--seed", type=seed, default=1, help="the same seed: the same applications, faults, kills (1)"
        )
        parser.add_argument("--port", type=port, default=8110, help="the national system's port on 127.0.0.1 (8110)")
        parser.add_argument("--timeout", type=_number, default=1800, help="seconds to wait for the delivery (1800)")
        parser.add_argument("--compare", type=Path, help="result.json of another run: the report tells what changed")
        parser.add_argument("--report", type=Path, default=Path(settings.BASE_DIR) / "reports" / "loadtest")

    def handle(self, *_args: Any, **options: Any) -> None:
        console = Console()
        found = Options(**{name: options[name] for name in Options.__dataclass_fields__})
        other = read_result(options["compare"]) if options["compare"] else None
        require_writable(found.report)
        require_free_port(found.port, "--port")
        with alone(Path(settings.LOCAL_DIR), "load test"):
            points = [measured(console, found, workers) for workers in found.scaling]
            result = run(console, found)
        if points:
            result["scaling"] = scaling.to_json(points)
        show(console, result, report.write(result, found.report, other))
        if other is not None:
            compare(console, result, other)
        if result["verdict"] != "PASS":
            sys.exit(1)


def run(console: Console, options: Options) -> dict[str, Any]:
    """What one load test has to report; no program is left. Raises CannotRun."""
    supervisor = Supervisor(say=lambda sentence: console.print(f"[yellow]![/] {sentence}"))
    try:
        return LoadTest(options, console, supervisor).run()
    except NationalError as failure:
        raise CannotRun(f"the national system could not be asked: {failure}") from None
    finally:
        supervisor.stop()


def measured(console: Console, options: Options, workers: int) -> Point:
    """How fast an undisturbed burst of so many applications is with so many workers."""
    console.rule(f"workers: {workers}")
    calm = replace(options, workers=workers, profile="healthy", bug="", kill=(), disturb=(), arrivals=Arrivals.BURST)
    result = run(console, calm)
    return Point(workers, result["applications_per_second"], result["resources"]["mean_busy"])


def show(console: Console, result: Mapping[str, Any], path: Path) -> None:
    """The verdict first, then the figures, then who is concerned."""
    colour = "green" if result["verdict"] == "PASS" else "red"
    table = Table(title=f"[bold {colour}]{result['verdict']}[/]", show_header=False)
    for name, value in result.items():
        if type(value) in (int, float, bool):
            table.add_row(name, f"{value:,}" if type(value) is not bool else str(value))
    for name in ("latency_ms", "latency_from_intended_ms"):
        table.add_row(name, ", ".join(f"{share} {value:,}" for share, value in result[name].items()))
    console.print(table)
    for name, codes in result["dossiers"].items():
        console.print(f"[red]{name}[/]: {', '.join(codes[:10])}{' …' if len(codes) > 10 else ''}")
    for sentence in result["disagreements"]:
        console.print(f"[red]![/] {sentence}")
    console.print(f"report: {path}\nresult: {path.with_name('result.json')}")


def compare(console: Console, result: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    """The figures that say how fast it was, beside those of the other run; first what was asked otherwise."""
    for name, before, now in asked_otherwise(result, other):
        console.print(f"[yellow]![/] {name} differs: {before} there, {now} here")
    table = Table("", "other", "this", "change", "", title="compared")
    for one in changes(result, other):
        table.add_row(one.name, f"{one.before:,}", f"{one.after:,}", f"{one.share:+.1%}", one.judgement)
    console.print(table)
