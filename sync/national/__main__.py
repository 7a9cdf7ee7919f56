"""`python -m sync.national`: the mock national system as a process of its own. Exit 0 after SIGTERM, 2: cannot run."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import psycopg
from aiohttp import web
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from sync.national import catalogue
from sync.national.accounts import BadAccount, parse_account
from sync.national.app import BODY_LIMIT, Options, runner
from sync.national.faults import bugs, profiles
from sync.national.faults.fields import ImpossibleFault, seed_of
from sync.national.paths import PLACES, find, plain
from sync.national.sole import InUse, SoleUse, connect

CANNOT_RUN = 2
LEAST_BODY = 1024
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class CannotRun(Exception):
    """Why the national system does not start, as a sentence for a person."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise CannotRun(f"{message[:1].upper()}{message[1:]} (see --help).")


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(prog="python -m sync.national", description="The mock national monitoring system.")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--database-url", help="PostgreSQL; else the variable NATIONAL_DATABASE_URL")
    parser.add_argument(
        "--account",
        action="append",
        default=[],
        metavar="USERNAME:PASSWORD:MADONVI",
        help="may be given several times; more in the variable NATIONAL_ACCOUNTS, separated by spaces",
    )
    parser.add_argument("--catalogue", type=Path, default=catalogue.DEFAULT_FILE, help="procedures as JSON lines (.gz)")
    parser.add_argument("--strict", action="store_true", help="refuse to add a known or to update an unknown dossier")
    parser.add_argument(
        "--profile", default="healthy", metavar="NAME", help=f"its faults at start: {', '.join(profiles.PROFILES)}"
    )
    parser.add_argument("--seed", default="0", help="of all that is drawn by chance; the same seed replays it")
    parser.add_argument(
        "--bug",
        action="append",
        default=[],
        metavar="NAME",
        help=f"deliberate bug, may be given several times: {', '.join(bugs.NAMES)}",
    )
    parser.add_argument(
        "--path",
        action="append",
        default=[],
        metavar="THEIRS=OURS",
        help="answer at the path THEIRS as at OURS, for a client with other paths: /bndp/public/v1/login=/mapi/login",
    )
    parser.add_argument(
        "--province-url",
        default="",
        metavar="URL",
        help="the province's portal, asked when a citizen looks a dossier up",
    )
    parser.add_argument("--body-limit", type=int, default=BODY_LIMIT, help="largest request body in bytes")
    parser.add_argument("--check", action="store_true", help="only say whether it could run with these options")
    return parser.parse_args(arguments)


def _alias(text: str) -> tuple[str, str]:
    theirs, _, ours = text.partition("=")
    if not theirs.startswith("/") or not plain(theirs) or find(ours) is None:
        known = ", ".join(PLACES)
        raise CannotRun(f"--path {text} is not written /THEIRS=/OURS with one of our own paths: {known}.")
    return theirs, ours


def _province(url: str) -> str:
    if url and not _is_address(url):
        raise CannotRun(f"--province-url {url} is no address like http://127.0.0.1:8000.")
    return url


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _body_limit(size: int) -> int:
    if size < LEAST_BODY:
        raise CannotRun(f"--body-limit {size} is less than the {LEAST_BODY} bytes that one dossier needs.")
    return size


def _options(arguments: argparse.Namespace) -> Options:
    # Passwords in the environment do not show in `ps`; this process has no settings file to read them from.
    environment = os.environ  # noqa: TID251
    database_url = arguments.database_url or environment.get("NATIONAL_DATABASE_URL", "")
    accounts = [*arguments.account, *environment.get("NATIONAL_ACCOUNTS", "").split()]
    if not database_url:
        raise CannotRun("No database: give --database-url URL or the variable NATIONAL_DATABASE_URL.")
    if not accounts:
        raise CannotRun("No account: give --account USERNAME:PASSWORD:MADONVI or the variable NATIONAL_ACCOUNTS.")
    return Options(
        database_url=database_url,
        accounts=tuple(parse_account(text) for text in accounts),
        catalogue=catalogue.load(arguments.catalogue),
        strict=arguments.strict,
        body_limit=_body_limit(arguments.body_limit),
        profile=profiles.find(arguments.profile).name,
        seed=seed_of(arguments.seed),
        bugs=tuple(bugs.require_known(name) for name in arguments.bug),
        province_url=_province(arguments.province_url),
        aliases=tuple(_alias(text) for text in arguments.path),
    )


async def ensure_database(url: str) -> None:
    """Create the database when the server is there and the database is not; raises CannotRun."""
    try:
        name = str(conninfo_to_dict(url).get("dbname") or "")
        async with await connect(make_conninfo(url, dbname="postgres") if name else url) as connection:
            found = await connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if name and not await found.fetchone():
                await connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        return  # another process was first
    except psycopg.Error:
        await _require_database(url)


async def _require_database(url: str) -> None:
    """An account without right to the database `postgres` may still have its own."""
    try:
        await (await connect(url)).close()
    except psycopg.Error as error:
        raise _unusable(error) from error


def _unusable(error: psycopg.Error) -> CannotRun:
    return CannotRun(f"The national database cannot be used: {' '.join(str(error).split())}.")


async def _sole_use(database_url: str) -> SoleUse:
    sole = SoleUse(database_url)
    try:
        await sole.take()
    except psycopg.Error as error:
        raise _unusable(error) from error
    return sole


async def serve(options: Options, host: str, port: int) -> None:
    """Answer until SIGTERM, SIGINT or SIGHUP; requests under way are finished first."""
    await ensure_database(options.database_url)
    stop = asyncio.Event()
    for name in ENDING:
        if name != signal.SIGHUP or signal.getsignal(name) != signal.SIG_IGN:  # nohup
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    sole = await _sole_use(options.database_url)
    holding = asyncio.create_task(sole.hold())
    holding.add_done_callback(lambda _: stop.set())
    try:
        await _answer(options, host, port, stop)
        if holding.done():
            holding.result()  # why it holds the database no longer
    finally:
        holding.cancel()
        await asyncio.wait([holding])
        await sole.give_up()


async def _answer(options: Options, host: str, port: int, stop: asyncio.Event) -> None:
    national = runner(options)
    try:
        await national.setup()
        await web.TCPSite(national, host, port).start()
        sys.stdout.write(
            f"National monitoring system ready: http://{host}:{port}/ ({len(options.catalogue)} procedures)\n"
        )
        sys.stdout.flush()
        await stop.wait()
    except (OSError, OverflowError) as error:
        raise CannotRun(f"Cannot listen on {host}:{port}: {error}. Choose another port with --port.") from error
    except psycopg.Error as error:  # an account that may not make tables
        raise _unusable(error) from error
    finally:
        await national.cleanup()


def main(arguments: Sequence[str]) -> int:
    try:
        parsed = _arguments(arguments)
        options = _options(parsed)
        if not parsed.check:
            asyncio.run(serve(options, parsed.host, parsed.port))
    except (CannotRun, InUse, BadAccount, ImpossibleFault, catalogue.CatalogueError) as error:
        sys.stderr.write(f"{error}\n")
        return CANNOT_RUN
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
