"""`manage.py national`: the mock national monitoring system on its own, without the portal running."""

import os
import sys
from argparse import REMAINDER, ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.processes import run_to_its_end
from portal.settings import env, environment


class Command(BaseCommand):
    """Find it a database (an embedded one where none is configured), then run `python -m sync.national`.

    Names are judged there, where profiles and bugs are known: one sentence and exit 2 for an unknown one.
    """

    help = (
        "The mock national monitoring system: receives dossiers and progress as the real one does, and can have every "
        "fault that a real one has. Its database is NATIONAL_DATABASE_URL, else an embedded one; the account of this "
        "portal may always send, further ones are named by --account or NATIONAL_ACCOUNTS. Ctrl-C ends it. Exit codes: "
        "0 ended, 2 cannot run."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", default="8100", help="port on 127.0.0.1 (8100)")
        parser.add_argument("--profile", metavar="NAME", help="faults at start: healthy, flaky_1pct, outage, evil, …")
        parser.add_argument("--seed", metavar="N", help="the same seed and requests meet the same faults (0)")
        parser.add_argument("--province-url", metavar="URL", help="a portal to ask when a citizen looks a dossier up")
        parser.add_argument("--strict", action="store_true", help="refuse what the lenient side accepts with a warning")
        parser.add_argument("--catalogue", metavar="FILE", help="procedures as JSON lines (.gz)")
        parser.add_argument(
            "--account",
            action="append",
            default=[],
            metavar="USERNAME:PASSWORD:MADONVI",
            help="a further account; may be given several times",
        )
        parser.add_argument(
            "--bug",
            action="append",
            default=[],
            metavar="NAME",
            help="deliberate bug that a checker must find: lose, duplicate, reorder, corrupt; may be repeated",
        )
        parser.add_argument(
            "--path",
            action="append",
            default=[],
            metavar="THEIRS=OURS",
            help="answer at the path THEIRS as at OURS (/bndp/public/v1/login=/mapi/login); may be repeated",
        )
        parser.add_argument("rest", nargs=REMAINDER, help="further arguments of `python -m sync.national`, after --")

    def handle(self, *_args: Any, rest: list[str], **options: Any) -> None:
        command = [
            sys.executable,
            "-m",
            "sync.national",
            *_passed_on(options),
            *(word for word in rest if word != "--"),
        ]
        sys.exit(run_to_its_end(command, _environment()))


def _environment() -> dict[str, str]:
    """Its program is found from every folder, and only this one's; further accounts of the environment stay."""
    accounts = f"{settings.NATIONAL_ACCOUNT} {env('NATIONAL_ACCOUNTS')}".strip()
    return environment(
        NATIONAL_DATABASE_URL=settings.NATIONAL_DATABASE_URL,
        NATIONAL_ACCOUNTS=accounts,
        PYTHONPATH=os.pathsep.join(filter(None, (str(settings.BASE_DIR), env("PYTHONPATH")))),
        PYTHONSAFEPATH="1",
    )


def _passed_on(options: dict[str, Any]) -> list[str]:
    """The options as one word each, so that a value may begin with a dash and still be judged as a value."""
    named = {name: options[name.replace("-", "_")] for name in ("port", "profile", "seed", "catalogue", "province-url")}
    single = [f"--{name}={value}" for name, value in named.items() if value is not None]
    several = [f"--{name}={value}" for name in ("account", "bug", "path") for value in options[name]]
    return [*single, *several, *(["--strict"] if options["strict"] else [])]
