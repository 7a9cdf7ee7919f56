"""What the national side can show: its digest, its dossiers, its effect ledger, its counts (our extension)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

from psycopg import sql

from sync import wire
from sync.national.digest import as_hex, bucket_range, dossier_key
from sync.national.store import Pool

Row = dict[str, Any]
_DIGEST = """
    SELECT count(*), coalesce(sum(leaf), 0)::text, coalesce(sum(progress_rows), 0) FROM dossier
    WHERE %(root)s::text IS NULL OR root = %(root)s
"""
_BUCKETS = """
    SELECT (key >> 52) & %(last)s AS bucket, count(*), sum(leaf)::text FROM dossier
    WHERE %(root)s::text IS NULL OR root = %(root)s GROUP BY bucket ORDER BY bucket
"""
# Each range by itself through the index: joined, PostgreSQL walks all keys in order until the limit is reached.
_DOSSIERS = """
    SELECT found.* FROM unnest(%(first)s::bigint[], %(last)s::bigint[]) AS range (first, last), LATERAL (
        SELECT key, code, leaf, record_hash, progress_rows, status FROM dossier
        WHERE key BETWEEN range.first AND range.last AND key > %(after)s
            AND (%(root)s::text IS NULL OR root = %(root)s)
        ORDER BY key LIMIT %(limit)s
    ) AS found
    ORDER BY key LIMIT %(limit)s
"""
_DOSSIERS_OF = """
    SELECT key, code, leaf, record_hash, progress_rows, status FROM dossier WHERE key = ANY(%(keys)s::bigint[])
"""
_DOSSIER = """
    SELECT code, root, status, received_on, first_at, changed_at, progress_rows, record_hash, leaf, body
    FROM dossier JOIN record ON dossier = key WHERE key = %(key)s
"""


class LedgerRow(NamedTuple):
    """One effect; its members are the columns that are read, and what they are called outside."""

    seq: int
    code: str
    kind: str
    status: str
    happened: int | None
    text_hash: str | None
    record_hash: str
    position: int
    service: str
    root: str
    applied_at: datetime


_COLUMNS = sql.SQL(", ").join(map(sql.Identifier, LedgerRow._fields))
_LEDGER = sql.SQL("""
    SELECT {} FROM ledger
    WHERE seq > %(after)s AND (%(root)s::text IS NULL OR root IN (%(root)s, ''))
        AND (kind IN ('restored', 'forgot')
            OR code COLLATE "C" >= %(least)s::text AND (%(below)s::text = '' OR code COLLATE "C" < %(below)s::text))
    ORDER BY seq LIMIT %(limit)s
""").format(_COLUMNS)
_LEDGER_OF_DOSSIER = sql.SQL("SELECT {} FROM ledger WHERE dossier = %(key)s ORDER BY seq").format(_COLUMNS)
DOSSIER_COLUMNS = ("code", "leaf", "record_hash", "progress_rows", "status")
BEFORE_ALL = -(1 << 63)


class Evidence:
    """Questions to the national side's database. Sums and hashes go out as 16 hex digits (digest.py)."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def _rows(self, query: LiteralString | sql.Composed, **values: object) -> list[tuple[Any, ...]]:
        async with self._pool.connection() as connection, connection.cursor(binary=True) as cursor:
            await cursor.execute(query, values)
            return await cursor.fetchall()

    async def digest(self, agency_root: str | None) -> Row:
        [(dossiers, leaf_sum, progress_rows)] = await self._rows(_DIGEST, root=agency_root)
        return {"dossiers": dossiers, "sum": as_hex(int(leaf_sum)), "progress_rows": progress_rows}

    async def buckets(self, agency_root: str | None) -> list[tuple[int, int, str]]:
        """(bucket, dossiers, sum) of every bucket that is not empty."""
        rows = await self._rows(_BUCKETS, root=agency_root, last=wire.DIGEST_BUCKETS - 1)
        return [(number, dossiers, as_hex(int(leaf_sum))) for number, dossiers, leaf_sum in rows]

    async def dossiers(self, agency_root: str | None, buckets: Sequence[int], *, after: int, limit: int) -> Row:
        """A page of dossiers of the buckets, in the order of their keys; `next` is the `after` of the page behind."""
        ranges = [bucket_range(number) for number in buckets] or [(BEFORE_ALL, -BEFORE_ALL - 1)]
        rows = await self._rows(
            _DOSSIERS,
            root=agency_root,
            first=[first for first, _ in ranges],
            last=[last for _, last in ranges],
            after=after,
            limit=limit,
        )
        found = [_dossier_row(row) for row in rows]
        return {"columns": DOSSIER_COLUMNS, "rows": found, "next": str(rows[-1][0]) if len(rows) == limit else None}

    async def dossiers_of(self, agency_root: str, codes: Sequence[str]) -> Row:
        """What is held of these dossiers, in no order; those that are unknown here are absent."""
        keys = [dossier_key(agency_root, code) for code in codes]
        rows = await self._rows(_DOSSIERS_OF, keys=keys)
        return {"columns": DOSSIER_COLUMNS, "rows": [_dossier_row(row) for row in rows], "next": None}

    async def dossier(self, agency_root: str, code: str) -> Row | None:
        """All that is known of one dossier: record and progress as they were sent, what was applied and when."""
        key = dossier_key(agency_root, code)
        found = await self._rows(_DOSSIER, key=key)
        if not found or found[0][0] != code:
            return None
        code, owner, status, received_on, first_at, changed_at, progress_rows, record_hash, leaf, body = found[0]
        progress = await self._rows("SELECT body FROM progress WHERE dossier = %(key)s", key=key)
        return {
            "code": code,
            "root": owner,
            "status": status,
            "received_on": received_on,
            "first_at": first_at,
            "changed_at": changed_at,
            "progress_rows": progress_rows,
            "record_hash": as_hex(record_hash),
            "leaf": as_hex(leaf),
            "record": body,
            "progress": [row for (row,) in progress],
            "ledger": [_ledger_row(row) for row in await self._rows(_LEDGER_OF_DOSSIER, key=key)],
        }

    async def ledger(self, agency_root: str | None, *, after: int, limit: int, least: str = "", below: str = "") -> Row:
        """A page of effects in the order of their application. Complete only while nothing is being applied: a number
        is drawn before its transaction commits, so a page read meanwhile may lack a lower one.

        Of the dossiers whose code, byte by byte, is at `least` this and `below` that; marks belong to all of them.
        """
        values = {"root": agency_root, "after": after, "limit": limit, "least": least, "below": below}
        rows = [_ledger_row(row) for row in await self._rows(_LEDGER, **values)]
        return {"columns": LedgerRow._fields, "rows": rows, "next": rows[-1].seq if len(rows) == limit else None}

    async def stats(self) -> Row:
        """Counts; `received` is the synchronised half of indicator 1.4 (set 766): dossiers by province and day."""
        effects = await self._rows("SELECT kind, count(*) FROM ledger GROUP BY kind")
        statuses = await self._rows("SELECT status, count(*) FROM dossier GROUP BY status ORDER BY status")
        received = await self._rows(
            "SELECT root, received_on, count(*) FROM dossier GROUP BY root, received_on ORDER BY root, received_on"
        )
        return {
            **await self.digest(None),
            "effects": dict(effects),
            "statuses": dict(statuses),
            "received": [{"root": owner, "day": day, "dossiers": count} for owner, day, count in received],
        }

    async def forget_everything(self) -> None:
        """Delete all dossiers and the ledger; sessions stay, so that clients go on without a new login.

        The ledger's numbers go on: what the faults know by number stays before all that comes. Dossier, then ledger,
        then the rest: the order in which everybody else locks them, so that nobody waits for one another.
        """
        async with self._pool.connection() as connection:
            await connection.execute(
                "TRUNCATE dossier, ledger, record, former_record, progress,"
                " monitored, notice, question, warning, must_sync, must_code"
            )


def _ledger_row(row: Sequence[Any]) -> LedgerRow:
    read = dict(zip(LedgerRow._fields, row, strict=True))
    text_hash = None if read["text_hash"] is None else as_hex(read["text_hash"])
    return LedgerRow(**{**read, "text_hash": text_hash, "record_hash": as_hex(read["record_hash"])})


def _dossier_row(row: Sequence[Any]) -> tuple[Any, ...]:
    _key, code, leaf, record_hash, progress_rows, status = row
    return (code, as_hex(leaf), as_hex(record_hash), progress_rows, status)
