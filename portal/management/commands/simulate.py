"""`manage.py simulate --from DATE --days N --seed S`: fill the province with simulated days."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from portal.arguments import seed, whole
from portal.simulation.assumptions import FILED_A_DAY
from portal.simulation.province import EmptyPortal
from portal.simulation.run import NotTheNextDay, simulate
from portal.steps import Steps

YEARS = range(2000, 2050)  # codes hold two digits of the year
MOST_DAYS, MOST_FILED = 3660, 100_000


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day such as 2022-05-12") from None
    if day.year not in YEARS:
        raise ArgumentTypeError(f"{text} is not between {YEARS[0]} and {YEARS[-1]}")
    return day


class Command(BaseCommand):
    """Each day is one transaction: interrupted, the days before it stay."""

    help = "Fill the province with N days from DATE on, free days included; the same seed gives the same rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="first", type=_day, required=True, metavar="DATE", help="first day, 2022-05-12"
        )
        parser.add_argument(
            "--days",
            type=whole("number of days", 1, MOST_DAYS),
            default=1,
            help="how many days, free ones included (1)",
        )
        parser.add_argument("--seed", type=seed, default=1, help="the same seed gives the same rows (1)")
        parser.add_argument(
            "--applications-per-day",
            dest="filed",
            type=whole("number of applications", 1, MOST_FILED),
            default=FILED_A_DAY,
            help=f"filed on an ordinary working day ({FILED_A_DAY})",
        )

    def handle(self, *_args: Any, first: date, days: int, seed: int, filed: int, **_options: Any) -> None:
        steps = Steps(Console())
        wanted = [first + timedelta(days=ahead) for ahead in range(days)]
        try:
            with steps.step("simulate", f"Simulating {days} days from {first}", total=days) as advance:
                for done, result in enumerate(simulate(wanted, seed, filed_a_day=filed), start=1):
                    advance(done)
                    steps.console.print(
                        f"{result.day:%a %d/%m/%Y}  filed {result.received:6,} (online {result.received_online:,})"
                        f"  applications changed {result.changed:6,}  changes {result.changes:6,}",
                        soft_wrap=True,
                    )
        except (EmptyPortal, NotTheNextDay) as refusal:
            raise CommandError(str(refusal), returncode=2) from None
