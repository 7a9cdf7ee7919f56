"""`manage.py demo`: a province, one day of it synchronised with the national system, and a verdict."""

import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from rich.console import Console

from portal.alone import alone
from portal.arguments import port, seed
from portal.demo.programs import WORKER
from portal.demo.runner import Demo, Options
from portal.embedded import CannotRun
from portal.processes import Supervisor
from sync.reconcile import NationalError


class Command(BaseCommand):
    """Exit 0: nothing lost, doubled, out of order or different; 1: the verdict is not met; 2: cannot run."""

    help = "Simulate a province, synchronise one day of it, and judge the outcome. Stays up until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=port, default=8000, help="the portal's port on 127.0.0.1 (8000)")
        parser.add_argument("--national-port", type=port, default=8100, help="the national system's port (8100)")
        parser.add_argument("--seed", type=seed, default=1, help="the same seed gives the same province (1)")
        parser.add_argument("--fresh", action="store_true", help="start over: empty both databases first")
        parser.add_argument("--exit", action="store_true", dest="leave", help="stop after the verdict")
        parser.add_argument("--kill", choices=[WORKER], default="", help="kill -9 it at half of the day")

    def handle(self, *_args: Any, **options: Any) -> None:
        console = Console()
        names = ("port", "national_port", "seed", "fresh", "leave", "kill")
        report = Path(settings.BASE_DIR) / "reports" / "demo.json"
        supervisor = Supervisor(say=lambda sentence: console.print(f"[yellow]![/] {sentence}"))
        settings.NATIONAL["adapter_url"] = f"http://127.0.0.1:{options['national_port']}"
        chosen = Options(**{name: options[name] for name in names}, report=report)
        try:
            with alone(Path(settings.LOCAL_DIR), "demo"):
                found = Demo(chosen, console, supervisor).run()
                if not chosen.leave:
                    console.print("\nCtrl-C kết thúc / ends it.")
                    signal.pause()
        except NationalError as failure:
            raise CannotRun(f"the national system could not be asked: {failure}") from None
        finally:
            supervisor.stop()
        if not found.met:
            sys.exit(1)
