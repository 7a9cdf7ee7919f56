"""A generator process: commits changes at their intended times, late rather than never, and logs both times.

    python -m portal.loadtest.generator --arrivals poisson --number 2100 --rate 35 --part 0 --parts 1 …

It says that it is ready by a file, waits for the file that names the start, and writes one JSON line per arrival: code,
version, intended, begun, committed; seconds since 1970. While the database is away it tries again.
"""

import argparse
import sys
import time
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import django
import orjson
from django.db import InterfaceError, OperationalError, connection

from sync.loadtest.arrivals import Arrivals, intended, share_of

if TYPE_CHECKING:
    from portal.loadtest.author import Author

READY: Final = "ready-{part}"
START: Final = "start"
LOG: Final = "arrivals-{part}.jsonl"
LOOK_SECONDS: Final = 0.02
PATIENCE_SECONDS: Final = 120  # with a database that is away


def main(arguments: list[str]) -> None:
    told = _parser().parse_args(arguments)
    django.setup()
    from portal.loadtest.author import Author  # noqa: PLC0415  it needs Django set up

    moments = intended(told.arrivals, number=told.number, rate=told.rate, seed=told.seed)
    author = Author(told.seed, told.day)
    (told.folder / READY.format(part=told.part)).touch()
    start = _wait_for_start(told.folder / START)
    with (told.folder / LOG.format(part=told.part)).open("wb", buffering=0) as log:
        for number, moment in share_of(moments, told.part, told.parts):
            _arrive(author, number, start + moment, log)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m portal.loadtest.generator", description=__doc__)
    parser.add_argument("--arrivals", type=Arrivals, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--day", type=date.fromisoformat, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    for name in ("--number", "--seed", "--part", "--parts"):
        parser.add_argument(name, type=int, required=True)
    return parser


def _wait_for_start(file: Path) -> float:
    while not file.exists():
        time.sleep(LOOK_SECONDS)
    return float(file.read_text())


def _arrive(author: "Author", number: int, intended_at: float, log: IO[bytes]) -> None:
    time.sleep(max(intended_at - time.time(), 0))
    began = time.time()
    code, version = _committed(author, number, began + PATIENCE_SECONDS)
    line = {"code": code, "version": version, "intended": intended_at, "began": began, "committed": time.time()}
    log.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def _committed(author: "Author", number: int, until: float) -> tuple[str, int]:
    while True:
        try:
            return author.change(number)
        except (OperationalError, InterfaceError):
            if time.time() > until:
                raise
            connection.close()
            time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1:])
