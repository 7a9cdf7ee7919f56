"""`manage.py reconcile`: compare every dossier with the national side; `--repair` queues the differing ones again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sync.pump import national_client
from sync.reconcile import NationalError, reconcile

SHOWN = 20


class Command(BaseCommand):
    """Exit 0: both sides agree; 1: they differ; 2: the national side could not be asked."""

    help = "Compare both sides; exit 1 where they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="send what is missing, stale or different again")

    def handle(self, *_args: Any, repair: bool, **_options: Any) -> None:
        try:
            with national_client() as client:
                run = reconcile(client, repair=repair)
        except NationalError as failure:
            raise CommandError(f"the national side could not be asked: {failure}", returncode=2) from None
        self.stdout.write(f"{run.here:,} dossiers here, {run.there:,} there, {run.differing:,} differ")
        for found in run.differences.order_by("pk")[:SHOWN]:
            self.stdout.write(f"  {found.code}  {found.get_kind_display()}  {found.detail}")
        if run.differing:
            raise CommandError("the two sides differ" + (", queued again" if repair else ""), returncode=1)
