"""`manage.py simulate --from DATE --days N --seed S`: fill the province with simulated days."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from portal.demo.progress import Steps
from portal.simulation.province import EmptyPortal
from portal.simulation.run import NotTheNextDay, simulate


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day such as 2022-05-12") from None


def _positive(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 3660:
        raise ArgumentTypeError(f"{text!r} is no number of days from 1 to 3660")
    return int(text)


class Command(BaseCommand):
    """Each day is one transaction: interrupted, the days before it stay."""

    help = "Fill the province with N days from DATE on, free days included; the same seed gives the same rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="first", type=_day, required=True, metavar="DATE", help="first day, 2022-05-12"
        )
        parser.add_argument("--days", type=_positive, default=1, help="how many days, free ones included (1)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same rows (1)")

    def handle(self, *_args: Any, first: date, days: int, seed: int, **_options: Any) -> None:
        steps = Steps(Console())
        wanted = [first + timedelta(days=ahead) for ahead in range(days)]
        try:
            with steps.step("simulate", f"Simulating {days} days from {first}", total=days) as advance:
                for done, result in enumerate(simulate(wanted, seed), start=1):
                    advance(done)
                    steps.console.print(
                        f"{result.day:%a %d/%m/%Y}  filed {result.received:6,} (online {result.received_online:,})"
                        f"  applications changed {result.changed:6,}  changes {result.changes:6,}"
                    )
        except (EmptyPortal, NotTheNextDay) as refusal:
            raise CommandError(str(refusal), returncode=2) from None
