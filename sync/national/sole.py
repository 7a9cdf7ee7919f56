"""One national system for one database: two would undo each other's memory (faults/memory.py) without a word.

The right to the database is a lock of a connection's life, so it is free at once when the process is killed, and is
lost when PostgreSQL ends. It is then taken anew as soon as PostgreSQL is back; only where another national system was
quicker must this one end.
"""

import asyncio
from typing import Any, Final

import psycopg

CONNECT_SECONDS: Final = 5
WAIT_SECONDS: Final = 3  # for the connection of one that has just been killed to be noticed as closed
_AGAIN_SECONDS: Final = 0.5
LOCK: Final = 0x6E6174696F6E616C  # the same number in every database: such locks belong to one database


class InUse(Exception):
    """Another national system works on this database."""

    def __init__(self) -> None:
        super().__init__(
            "Another national system works on this database; stop it, or give this one its own by --database-url."
        )


async def connect(conninfo: str) -> psycopg.AsyncConnection[Any]:
    return await psycopg.AsyncConnection.connect(conninfo, autocommit=True, connect_timeout=CONNECT_SECONDS)


class SoleUse:
    """The right of this process to its database; begun by `take`, held while `hold` runs."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def take(self) -> None:
        """Raises InUse; psycopg.Error when the database is away."""
        self._connection = await connect(self._database_url)
        try:
            await self._connection.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
            await self._connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        except psycopg.errors.LockNotAvailable:
            await self.give_up()
            raise InUse from None
        except psycopg.Error:
            await self.give_up()
            raise

    async def hold(self) -> None:
        """Hold it until cancelled, over every restart of the database; raises InUse when it was lost to another."""
        while True:
            await self._until_lost()
            await self._take_again()

    async def _until_lost(self) -> None:
        """Nobody notifies this connection: it is silent until it breaks."""
        if self._connection is None:
            return
        try:
            async for _ in self._connection.notifies():
                continue
        except psycopg.OperationalError:
            await self.give_up()

    async def _take_again(self) -> None:
        while self._connection is None:
            try:
                await self.take()
            except psycopg.OperationalError:
                await asyncio.sleep(_AGAIN_SECONDS)

    async def give_up(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None
