"""`manage.py national`: the mock national monitoring system on its own, without the portal running."""

import subprocess
import sys
from argparse import REMAINDER, ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.settings import environment


class Command(BaseCommand):
    """Find it a database (an embedded one where none is configured), then run `python -m sync.national`."""

    help = "The mock national system. Everything behind `national` goes to `python -m sync.national`; see its --help."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8100, help="port on 127.0.0.1 (8100)")
        parser.add_argument("--strict", action="store_true", help="refuse what the lenient side accepts with a warning")
        parser.add_argument("rest", nargs=REMAINDER, help="further arguments of sync.national, after --")

    def handle(self, *_args: Any, port: int, strict: bool, rest: list[str], **_options: Any) -> None:
        command = [sys.executable, "-m", "sync.national", "--port", str(port), *(["--strict"] if strict else []), *rest]
        own = {"NATIONAL_DATABASE_URL": settings.NATIONAL_DATABASE_URL, "NATIONAL_ACCOUNTS": settings.NATIONAL_ACCOUNT}
        done = subprocess.run(command, check=False, env=environment(**own))  # noqa: S603  our own program
        sys.exit(done.returncode)
