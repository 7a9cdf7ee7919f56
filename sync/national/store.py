"""The national side's database: one transaction per request, answered only after its commit.

Two requests for one dossier are serialised by row locks, taken in key order, so they cannot deadlock. A dossier that
two requests add at once is inserted by one of them; the other's transaction starts again, and then finds and locks
it.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from psycopg import AsyncConnection, AsyncCursor
from psycopg.types.numeric import Int8BinaryDumper
from psycopg_pool import AsyncConnectionPool

from sync import wire
from sync.national.apply import Decided, Effect, Held, Outcome, decide_progress, decide_records, leaves
from sync.national.digest import leaf
from sync.national.records import Dossier, Progress

Pool = AsyncConnectionPool[AsyncConnection[Any]]

_SCHEMA = Path(__file__).with_name("schema.sql")
_SCHEMA_LOCK = 0x6D6F636B  # two processes that start at once create the tables one after the other

_LOCK = """
    SELECT key, code, record_hash, progress_rows FROM dossier WHERE key = ANY(%b::bigint[])
    ORDER BY key FOR NO KEY UPDATE
"""
_INSERT = """
    INSERT INTO dossier (key, code, status, received_on, record_hash, leaf, root)
    SELECT key, code, status, received_on, record_hash, leaf, %b::text
    FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::date[], %b::bigint[], %b::bigint[])
        AS new (key, code, status, received_on, record_hash, leaf)
    ON CONFLICT (key) DO NOTHING
"""
_CHANGE = """
    UPDATE dossier SET status = new.status, received_on = new.received_on, record_hash = new.record_hash,
        leaf = new.leaf, changed_at = now()
    FROM unnest(%b::bigint[], %b::text[], %b::date[], %b::bigint[], %b::bigint[])
        AS new (key, status, received_on, record_hash, leaf)
    WHERE dossier.key = new.key
"""
_BODIES = """
    INSERT INTO record (dossier, body) SELECT * FROM unnest(%b::bigint[], %b::bytea[])
    ON CONFLICT (dossier) DO UPDATE SET body = EXCLUDED.body
"""
_SEEN = """
    SELECT dossier, identity FROM progress
    WHERE (dossier, identity) IN (SELECT * FROM unnest(%b::bigint[], %b::bigint[]))
"""
_PROGRESS = (
    "INSERT INTO progress (dossier, identity, body) SELECT * FROM unnest(%b::bigint[], %b::bigint[], %b::bytea[])"
)
_COUNT = """
    UPDATE dossier SET progress_rows = new.progress_rows, leaf = new.leaf, changed_at = now()
    FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[]) AS new (key, progress_rows, leaf)
    WHERE dossier.key = new.key
"""
_LEDGER_RECORDS = """
    INSERT INTO ledger (dossier, record_hash, position, code, status, kind, service, root)
    SELECT *, %b::text, %b::text, %b::text
    FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::text[], %b::text[])
"""
_LEDGER_PROGRESS = """
    INSERT INTO ledger (dossier, record_hash, position, code, status, happened, text_hash, kind, service, root)
    SELECT *, %b::text, %b::text, %b::text
    FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::bigint[], %b::bigint[])
"""
_LEDGER = {
    wire.LEDGER_RECORD: (_LEDGER_RECORDS, ()),
    wire.LEDGER_PROGRESS: (_LEDGER_PROGRESS, ("happened", "text_hash")),
}


class Source(NamedTuple):
    """Where a request comes from: the level-1 agency, and the service it called."""

    root: str
    service: str


class RacedError(Exception):
    """Another request added one of our dossiers first: decide again with it in sight."""


async def prepare_connection(connection: AsyncConnection[Any]) -> None:
    """One width for all integers, so that a statement has one plan whatever numbers it carries."""
    connection.adapters.register_dumper(int, Int8BinaryDumper)
    connection.prepare_threshold = 1


async def create_schema(pool: Pool) -> None:
    async with pool.connection() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_SCHEMA_LOCK])
        await connection.execute(_SCHEMA.read_bytes())


async def _locked(cursor: AsyncCursor[Any], items: Sequence[Dossier | Progress]) -> dict[int, Held]:
    await cursor.execute(_LOCK, [list({item.key for item in items})])
    return {key: Held(code, record_hash, rows) for key, code, record_hash, rows in await cursor.fetchall()}


async def _write_bodies(cursor: AsyncCursor[Any], dossiers: Sequence[Dossier]) -> None:
    await cursor.execute(_BODIES, [[item.key for item in dossiers], [item.body for item in dossiers]])


async def _insert(cursor: AsyncCursor[Any], agency_root: str, dossiers: Sequence[Dossier]) -> None:
    columns = _columns(dossiers, "key", "code", "status", "received_on", "record_hash")
    await cursor.execute(_INSERT, [agency_root, *columns, leaves({}, dossiers)])
    if cursor.rowcount != len(dossiers):
        raise RacedError
    await _write_bodies(cursor, dossiers)


async def _change(cursor: AsyncCursor[Any], known: dict[int, Held], dossiers: Sequence[Dossier]) -> None:
    columns = _columns(dossiers, "key", "status", "received_on", "record_hash")
    await cursor.execute(_CHANGE, [*columns, leaves(known, dossiers)])
    await _write_bodies(cursor, dossiers)


async def _write_progress(cursor: AsyncCursor[Any], known: dict[int, Held], decided: Decided) -> None:
    items = [effect.item for effect in decided.effects]
    await cursor.execute(_PROGRESS, _columns(items, "key", "identity", "body"))
    new_leaves = [leaf(key, known[key].record_hash, count) for key, count in decided.counts.items()]
    await cursor.execute(_COUNT, [list(decided.counts), list(decided.counts.values()), new_leaves])


def _columns(items: Sequence[Dossier | Progress], *names: str) -> list[list[Any]]:
    return [[getattr(item, name) for item in items] for name in names]


async def _write_ledger(cursor: AsyncCursor[Any], source: Source, kind: str, effects: Sequence[Effect]) -> None:
    statement, extra = _LEDGER[kind]
    columns = _columns([effect.item for effect in effects], "key", "record_hash", "code", "status", *extra)
    columns.insert(2, [effect.position for effect in effects])
    await cursor.execute(statement, [kind, source.service, source.root, *columns])


def _by_key(dossiers: dict[int, Dossier]) -> list[Dossier]:
    return [dossiers[key] for key in sorted(dossiers)]


class Store:
    """What the national side knows. `strict` refuses what a lenient receiver lets pass (see apply.decide_records)."""

    def __init__(self, pool: Pool, *, strict: bool) -> None:
        self.pool = pool
        self.strict = strict

    async def sync_dossiers(self, source: Source, dossiers: Sequence[Dossier], *, updating: bool) -> list[Outcome]:
        """Apply records one by one; the outcomes stand in the order of the records."""

        async def work(cursor: AsyncCursor[Any]) -> Decided:
            known = await _locked(cursor, dossiers)
            decided = decide_records(known, dossiers, updating=updating, strict=self.strict)
            if decided.new:
                await _insert(cursor, source.root, _by_key(decided.new))
            if decided.changed:
                await _change(cursor, known, _by_key(decided.changed))
            if decided.effects:
                await _write_ledger(cursor, source, wire.LEDGER_RECORD, decided.effects)
            return decided

        return await self._in_transaction(work)

    async def update_progress(self, source: Source, rows: Sequence[Progress]) -> list[Outcome]:
        """Apply progress rows one by one; the outcomes stand in the order of the rows."""

        async def work(cursor: AsyncCursor[Any]) -> Decided:
            known = await _locked(cursor, rows)
            await cursor.execute(_SEEN, _columns(rows, "key", "identity"))
            decided = decide_progress(known, set(await cursor.fetchall()), rows)
            if decided.effects:
                await _write_progress(cursor, known, decided)
                await _write_ledger(cursor, source, wire.LEDGER_PROGRESS, decided.effects)
            return decided

        return await self._in_transaction(work)

    async def _in_transaction(self, work: Callable[[AsyncCursor[Any]], Awaitable[Decided]]) -> list[Outcome]:
        while True:  # each turn lost to another request means that request has committed
            try:
                async with self.pool.connection() as connection, connection.cursor(binary=True) as cursor:
                    return (await work(cursor)).outcomes
            except RacedError:
                continue

    async def find_record(self, key: int, code: str) -> bytes | None:
        """A dossier's record as it was sent last."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT code, body FROM record JOIN dossier ON key = dossier WHERE key = %s", [key]
            )
            row = await cursor.fetchone()
            return row[1] if row and row[0] == code else None
