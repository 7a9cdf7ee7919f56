"""The national side's database: one transaction per request, answered only after its commit.

Two requests for one dossier are serialised by row locks, taken in key order, so they cannot deadlock. A dossier that
two requests add at once is inserted by one of them; the other's transaction starts again, and then finds and locks
it.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import AsyncConnection, AsyncCursor
from psycopg.types.numeric import Int8BinaryDumper
from psycopg_pool import AsyncConnectionPool

from sync import wire
from sync.national.apply import Decided, Effect, Held, Item, Outcome, Rules, decide_progress, decide_records, leaves
from sync.national.digest import leaf
from sync.national.records import Dossier, Progress

Pool = AsyncConnectionPool[AsyncConnection[Any]]

UNSTORABLE: Final = (psycopg.DataError, psycopg.errors.ProgramLimitExceeded)
"""What the database says of a value that it cannot keep. The second is an OperationalError, yet no outage."""

_SCHEMA = Path(__file__).with_name("schema.sql")
_SCHEMA_LOCK = 0x6D6F636B  # two processes that start at once create the tables one after the other

_LOCK = """
    SELECT key, code, record_hash, progress_rows, status FROM dossier WHERE key = ANY(%b::bigint[])
    ORDER BY key FOR NO KEY UPDATE
"""
# One statement writes all effects of a kind, because a round trip costs as much as ten rows. `written` has them in
# order, in the columns of Dossier or Progress; of a dossier that occurs twice only the `last` state is kept.
_WRITTEN: Final = """
    WITH written AS MATERIALIZED (
        SELECT * FROM unnest(
            %b::bigint[], %b::text[], %b::text[], %b::date[], %b::bigint[], %b::bytea[], %b::bigint[], %b::bigint[],
            %b::bool[]
        ) AS effect (key, code, status, received_on, record_hash, body, position, leaf, last)
    ), noted AS (
        INSERT INTO ledger (dossier, record_hash, position, code, status, kind, service, root)
        SELECT key, record_hash, position, code, status, %b::text, %b::text, %b::text FROM written
    )
"""
_ADD: Final = f"""{_WRITTEN}, added AS (
        INSERT INTO dossier (key, code, status, received_on, record_hash, leaf, root)
        SELECT key, code, status, received_on, record_hash, leaf, %b::text FROM written WHERE last ORDER BY key
        ON CONFLICT (key) DO NOTHING RETURNING key
    ), bodies AS (
        INSERT INTO record (dossier, body) SELECT key, body FROM written JOIN added USING (key) WHERE last
    )
    SELECT count(*) FROM added
"""  # noqa: S608  the common part is written above
_CHANGE: Final = f"""{_WRITTEN}, bodies AS (
        UPDATE record SET body = written.body FROM written WHERE record.dossier = key AND last
    )
    UPDATE dossier SET status = written.status, received_on = written.received_on, record_hash = written.record_hash,
        leaf = written.leaf, changed_at = now()
    FROM written WHERE dossier.key = written.key AND last
"""  # noqa: S608  as above
_SEEN = """
    SELECT dossier, identity FROM progress
    WHERE (dossier, identity) IN (SELECT * FROM unnest(%b::bigint[], %b::bigint[]))
"""
_LAST_STEPS = """
    SELECT DISTINCT ON (dossier) dossier, status FROM true_ledger
    WHERE dossier = ANY(%b::bigint[]) AND kind = 'progress' ORDER BY dossier, seq DESC
"""
_PROGRESS = """
    WITH written AS MATERIALIZED (
        SELECT * FROM unnest(
            %b::bigint[], %b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bytea[],
            %b::bigint[]
        ) AS effect (key, code, status, happened, text_hash, identity, record_hash, body, position)
    ), noted AS (
        INSERT INTO ledger
            (dossier, record_hash, position, code, status, happened, text_hash, kind, service, root)
        SELECT key, record_hash, position, code, status, happened, text_hash, %b::text, %b::text, %b::text FROM written
    ), steps AS (
        INSERT INTO progress (dossier, identity, body) SELECT key, identity, body FROM written
    )
    UPDATE dossier SET progress_rows = counted.progress_rows, leaf = counted.leaf, changed_at = now()
    FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[]) AS counted (key, progress_rows, leaf)
    WHERE dossier.key = counted.key
"""


class Source(NamedTuple):
    """Where a request comes from: the level-1 agency, and the service it called."""

    root: str
    service: str


Parcel = tuple[Source, Sequence[Item]]
"""What one province sent. Those of a request come in the order of their roots, so that locks are taken in one order."""
Work = Callable[[AsyncCursor[Any], Source, Sequence[Item]], Awaitable[list[Outcome]]]


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
    return {key: Held(*held) for key, *held in await cursor.fetchall()}


async def _last_steps(cursor: AsyncCursor[Any], known: dict[int, Held]) -> dict[int, str]:
    await cursor.execute(_LAST_STEPS, [list(known)])
    return dict(await cursor.fetchall())


def _columns(effects: Sequence[Effect[Any]]) -> tuple[list[list[Any]], list[int]]:
    rows = zip(*(effect.item for effect in effects), strict=True)
    return [list(column) for column in rows], [effect.position for effect in effects]


async def _write_records(
    cursor: AsyncCursor[Any], source: Source, known: dict[int, Held], effects: Sequence[Effect[Dossier]]
) -> None:
    """Records of dossiers that are all new, or all known; raises RacedError."""
    last = {effect.item.key: effect.position for effect in effects}
    columns, positions = _columns(effects)
    new_leaves = leaves(known, [effect.item for effect in effects])
    is_last = [last[effect.item.key] == effect.position for effect in effects]
    values = [*columns, positions, new_leaves, is_last, wire.LEDGER_RECORD, source.service, source.root]
    if effects[0].item.key in known:
        await cursor.execute(_CHANGE, values)
        return
    await cursor.execute(_ADD, [*values, source.root])
    if await cursor.fetchone() != (len(last),):
        raise RacedError


async def _write_progress(
    cursor: AsyncCursor[Any], source: Source, known: dict[int, Held], decided: Decided[Progress]
) -> None:
    columns, positions = _columns(decided.effects)
    new_leaves = [leaf(key, known[key].record_hash, count) for key, count in decided.counts.items()]
    counted = [list(decided.counts), list(decided.counts.values()), new_leaves]
    values = [*columns, positions, wire.LEDGER_PROGRESS, source.service, source.root, *counted]
    await cursor.execute(_PROGRESS, values)


class Store:
    """What the national side knows. `strict` refuses what a lenient receiver lets pass (apply.py)."""

    def __init__(self, pool: Pool, *, strict: bool) -> None:
        self.pool = pool
        self.strict = strict

    async def sync_dossiers(
        self, parcels: Sequence[Parcel[Dossier]], *, updating: bool, refuse_known: bool = False
    ) -> list[list[Outcome]]:
        """Apply records one by one; the outcomes stand in the order of the records."""
        rules = Rules(updating, self.strict, refuse_known)

        async def work(cursor: AsyncCursor[Any], source: Source, dossiers: Sequence[Dossier]) -> list[Outcome]:
            known = await _locked(cursor, dossiers)
            decided = decide_records(known, dossiers, rules)
            for effects in decided.apart(known):
                await _write_records(cursor, source, known, effects)
            return decided.outcomes

        return await self._in_transaction(work, parcels)

    async def update_progress(self, parcels: Sequence[Parcel[Progress]]) -> list[list[Outcome]]:
        """Apply progress rows one by one; the outcomes stand in the order of the rows."""

        async def work(cursor: AsyncCursor[Any], source: Source, rows: Sequence[Progress]) -> list[Outcome]:
            known = await _locked(cursor, rows)
            await cursor.execute(_SEEN, [[row.key for row in rows], [row.identity for row in rows]])
            seen = set(await cursor.fetchall())
            decided = decide_progress(known, seen, rows, await _last_steps(cursor, known) if self.strict else None)
            if decided.effects:
                await _write_progress(cursor, source, known, decided)
            return decided.outcomes

        return await self._in_transaction(work, parcels)

    async def _in_transaction(self, work: Work[Item], parcels: Sequence[Parcel[Item]]) -> list[list[Outcome]]:
        while True:  # each turn lost to another request means that request has committed
            try:
                async with self.pool.connection() as connection, connection.cursor(binary=True) as cursor:
                    return [await work(cursor, source, items) for source, items in parcels]
            except RacedError:
                continue

    async def find_record(self, key: int, code: str) -> bytes | None:
        """A dossier's record as it was sent last."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT code, body FROM dossier JOIN record ON key = dossier WHERE key = %s", [key]
            )
            row = await cursor.fetchone()
            return row[1] if row and row[0] == code else None
