"""Who may send: accounts given at start, and sessions (phiên làm việc) that outlive a restart in the database.

Real clients log in up to three times per dossier and never after "session expired" (national-protocol 1.3, 10.1), so
any number of sessions of one account live side by side.
"""

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from sync.national.digest import root

SESSION_SECONDS = 30 * 60  # clients keep a session for 10 minutes
MOST_REMEMBERED = 10_000  # sessions known without a look into the database
PURGE_SECONDS = 60.0


class BadAccount(ValueError):
    """An account that is not USERNAME:PASSWORD:MADONVI."""


@dataclass(frozen=True)
class Account:
    """A sender: may send for its own agency and all below the same level-1 agency."""

    username: str
    password: str
    agency_code: str

    def may_send_for(self, agency_code: str) -> bool:
        return root(agency_code) == root(self.agency_code)


def parse_account(text: str) -> Account:
    """USERNAME:PASSWORD:MADONVI; the password may hold colons."""
    username, _, rest = text.partition(":")
    password, _, agency_code = rest.rpartition(":")
    if not (username and password and agency_code and _is_text(text)):
        raise BadAccount("An account is written USERNAME:PASSWORD:MADONVI, none of them empty, in UTF-8.")
    return Account(username, password, agency_code.upper())


def _is_text(argument: str) -> bool:
    """What was no UTF-8 on the command line or in the environment is none, and could be compared with nothing."""
    return argument.encode("utf-8", "replace").decode() == argument


class Accounts:
    """Signs in and finds the account of a session; the sessions seen lately are remembered here."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[Any]], accounts: Iterable[Account]) -> None:
        self._pool = pool
        self._accounts = {account.username: account for account in accounts}
        self._live: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._purge_at = 0.0

    async def sign_in(self, username: str, password: str) -> str | None:
        """A new session's token, or None for a wrong name or password."""
        account = self._accounts.get(username)
        expected = account.password if account else secrets.token_urlsafe()
        if not hmac.compare_digest(password.encode(), expected.encode()) or account is None:
            return None
        token = secrets.token_urlsafe(24)
        await self._purge_now_and_then()
        async with self._pool.connection() as connection:
            await connection.execute(
                "INSERT INTO session (token, username, expires_at) VALUES (%s, %s, now() + make_interval(secs => %s))",
                [token, username, SESSION_SECONDS],
            )
        self._remember(token, username, SESSION_SECONDS)
        return token

    async def of_session(self, token: str) -> Account | None:
        username, until = self._live.get(token, ("", 0.0))
        if until <= time.monotonic():
            self._live.pop(token, None)
            username = await self._look_up(token)
        return self._accounts.get(username)

    async def end_session(self, token: str) -> None:
        """The session is void from now on, whatever time it had left."""
        self._live.pop(token, None)
        async with self._pool.connection() as connection:
            await connection.execute("DELETE FROM session WHERE token = %s", [token.replace("\0", "")])

    async def _look_up(self, token: str) -> str:
        if "\0" in token:  # PostgreSQL has no such text, so no such session
            return ""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT username, extract(epoch FROM expires_at - now())::float8 FROM session"
                " WHERE token = %s AND expires_at > now()",
                [token],
            )
            row = await cursor.fetchone()
        if row is None:
            return ""
        self._remember(token, row[0], row[1])
        return str(row[0])

    def _remember(self, token: str, username: str, seconds: float) -> None:
        self._live[token] = (username, time.monotonic() + seconds)
        if len(self._live) > MOST_REMEMBERED:
            self._live.popitem(last=False)

    async def _purge_now_and_then(self) -> None:
        """Delete what has expired, at most once a minute: logins are many, and no expired session is taken anyway."""
        now = time.monotonic()
        if now < self._purge_at:
            return
        self._purge_at = now + PURGE_SECONDS
        async with self._pool.connection() as connection:
            await connection.execute("DELETE FROM session WHERE expires_at < now()")
