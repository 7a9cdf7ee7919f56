#!/usr/bin/env python
"""The portal's command line: commands find their servers running; a refusal is one sentence and exit code 2."""

import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import FrameType

from portal.embedded import CannotRun, require_postgres, require_redis, running

WITHOUT_SERVERS = {
    "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "lifecycle_diagram",
    "makemessages", "makemigrations", "spectacular", "translations", "version", "--help", "-h", "--version",
}  # fmt: skip
WITHOUT_REDIS = {"national", "parked", "pump", "reconcile"}


def main(arguments: list[str]) -> None:
    """Run one command; exit 2 with a sentence where it cannot run, 130 after Ctrl-C."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")  # noqa: TID251  Django's own entry point
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell started us with it ignored
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    try:
        with _servers(arguments):
            from django.core.management import execute_from_command_line  # noqa: PLC0415  the servers come first

            execute_from_command_line(arguments)
            sys.stdout.flush()
    except CannotRun as reason:
        sys.stderr.write(f"manage.py: {reason}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # who reads us has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)


def _servers(arguments: list[str]) -> AbstractContextManager[None]:
    """The servers of a command: those of the environment must answer, the others are started."""
    command = arguments[1] if len(arguments) > 1 else "help"
    if command == "loadtest":
        _apart()
    if command in WITHOUT_SERVERS or not {"-h", "--help"}.isdisjoint(arguments):
        return nullcontext()
    from portal import settings  # noqa: PLC0415  a missing secret must be told by `main`

    named = {"NATIONAL_DATABASE_URL": settings.NATIONAL_DATABASE_URL}
    if command != "national":
        named["DATABASE_URL"] = settings.DATABASE_URL
    configured = [variable for variable in named if settings.env(variable)]
    if "DATABASE_URL" in configured:  # the national system makes its own database where it is missing
        require_postgres(named["DATABASE_URL"], "DATABASE_URL")
    embedded_redis = command not in WITHOUT_REDIS and not settings.env("REDIS_URL")
    if command not in WITHOUT_REDIS and not embedded_redis:
        require_redis(settings.REDIS_URL)
    embedded_postgres = len(configured) < len(named)
    return running(
        settings.LOCAL_DIR, postgres=embedded_postgres, redis=embedded_redis, databases=("portal", "national")
    )


def _apart() -> None:
    """The load test empties its databases and kills its servers: they must be nobody else's."""
    environment = os.environ  # noqa: TID251  before the settings read it
    for variable in ("DATABASE_URL", "NATIONAL_DATABASE_URL", "REDIS_URL"):
        if environment.get(variable):
            raise CannotRun(f"loadtest empties its databases and kills its servers: unset {variable}, it has its own")
    environment["LOCAL_DIR"] = str(Path(environment.get("LOCAL_DIR") or Path(__file__).parent / ".local") / "loadtest")


def _leave(number: int, _frame: FrameType | None) -> None:
    """A polite kill leaves as Ctrl-C does: everything that was started is stopped."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main(sys.argv)
