"""`manage.py pump`: deliver without Celery; `--forever` does what beat and worker do, without Redis."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from sync.pump import pump

IDLE_SECONDS = 5


class Command(BaseCommand):
    """The same loop the worker runs."""

    help = "Deliver what waits to the national system; with --forever go on until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--forever", action="store_true", help="look again every five seconds, until Ctrl-C")

    def handle(self, *_args: Any, forever: bool, **_options: Any) -> None:
        while True:
            turn = pump()
            if turn.claimed:
                self.stdout.write(f"{turn.claimed:,} applications sent")
            if not turn.unfinished:
                if not forever:
                    return
                time.sleep(IDLE_SECONDS)
