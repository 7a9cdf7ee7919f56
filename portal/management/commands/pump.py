"""`manage.py pump`: deliver without Celery; `--forever` does what beat and worker do, without Redis."""

import signal
from argparse import ArgumentParser
from threading import Event
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection

from sync import health
from sync.pump import pump

IDLE_SECONDS = 1.0  # one small query; so late may a change be noticed
AWAY_SECONDS = 2.0  # between two looks at a database that does not answer


class Command(BaseCommand):
    """The same loop the worker runs. Ctrl-C and SIGTERM let calls under way end, then stop.

    Exit 0: nothing waits, or --forever was told to stop; 1: something still waits; 2: PostgreSQL does not answer.
    """

    help = "Deliver what waits to the national system; with --forever go on until Ctrl-C, through outages too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--forever", action="store_true", help="look again every second, until Ctrl-C or SIGTERM")

    def handle(self, *_args: Any, forever: bool, **_options: Any) -> None:
        self.stop = Event()
        before = {name: signal.signal(name, self._stop) for name in (signal.SIGINT, signal.SIGTERM)}
        try:
            while not self.stop.is_set():
                pause = self._turn(forever)
                if pause is None:
                    break
                self.stop.wait(pause)
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)
        if not forever:
            self._look_back()

    def _turn(self, forever: bool) -> float | None:
        """One turn; returns the seconds until the next, None when there is none."""
        try:
            turn = pump(may_go_on=lambda: not self.stop.is_set())
        except (OperationalError, InterfaceError) as failure:
            connection.close()
            reason = str(failure).strip().splitlines()[0]
            if not forever:
                raise CommandError(f"PostgreSQL does not answer: {reason}", returncode=2) from None
            self.stderr.write(f"PostgreSQL does not answer, trying again: {reason}")
            return AWAY_SECONDS
        if turn.delivered:
            self.stdout.write(f"sent: {turn.delivered:,}")
        if turn.unfinished:
            return 0.0
        return IDLE_SECONDS if forever else None

    def _look_back(self) -> None:
        if waiting := health.backlog():
            reason = health.last_error() or "the national system is not to be called now"
            raise CommandError(f"still waiting: {waiting:,} ({reason}); run it again later", returncode=1)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stop.set()
