"""`manage.py lifecycle_diagram`: write the table of moves as a diagram, or check that the written one is current."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from procedures import lifecycle

HEAD = """# The life of an application

Generated from `procedures/lifecycle.py` by `manage.py lifecycle_diagram`; `make check` fails when it is out of date.

"""


class Command(BaseCommand):
    """Generate docs/lifecycle.md."""

    help = "Vẽ sơ đồ vòng đời hồ sơ vào docs/lifecycle.md / draw the table of moves into docs/lifecycle.md"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when the file is out of date")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "lifecycle.md"
        text = document()
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError(f"{path.name} is out of date: run `manage.py lifecycle_diagram`", returncode=1)


def document() -> str:
    """The page: a diagram, and each status with its official name, whose turn it is, and whether the clock runs."""
    rows = [
        f"| {status.value} | `{status.name}` | {status.label} | {lifecycle.TURN[status]} | {_clock(status)} |"
        for status in lifecycle.Status
    ]
    table = ["| code | status | official name | whose turn | clock |", "| --- | --- | --- | --- | --- |", *rows]
    return HEAD + "```mermaid\n" + lifecycle.diagram() + "```\n\n" + "\n".join(table) + "\n"


def _clock(status: lifecycle.Status) -> str:
    if status in lifecycle.CLOCK_RUNS:
        return "runs"
    return "paused" if status in lifecycle.PAUSED else "stands"
