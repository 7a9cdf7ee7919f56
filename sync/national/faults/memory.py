"""Faults of what the national side remembers: forgotten identities, a restored backup, an old state that is read.

After a ledger's row 'restored' the rows between its `record_hash` (the last seq still true) and itself are undone; the
view true_ledger has the others. Bodies of former records are kept by a trigger that is switched on only while a fault
needs them, so a backup reaches back at most to that moment, or to the last restoration. Moments are the database's own.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import orjson
from psycopg import AsyncConnection, AsyncCursor

from sync import wire
from sync.national.digest import as_hex, leaf, record_hash
from sync.national.faults.fields import RollBack
from sync.national.records import Dossier, Invalid, Progress, read_dossier, read_progress
from sync.national.store import Pool

Identity = tuple[int, int | None, str, int]
"""A progress row in the ledger's words: dossier, second, status, hash of the text (national protocol, 3.3)."""

Owned = tuple[str, object]
"""A record as it was sent, and the level-1 agency whose it is."""

_NEWEST = (1 << 63) - 1  # whatever the ledger's last seq is
_AT_ONCE = 1000  # dossiers restored in one piece, so that the loop turns in between
_NAMED = 5  # of the dossiers in a sentence
# Warnings of what is undone go with it, and the true rows are looked through anew; locked in the order of warnings.py.
_LOOK_AGAIN = ("UPDATE looked_through SET seq = 0", "DELETE FROM warning")
_MARK = """
    INSERT INTO ledger (dossier, record_hash, position, code, status, kind, service, root)
    VALUES (0, %s, 0, '', '', %s, %s, '') RETURNING seq
"""
_LAST_TRUE = """
    SELECT greatest(%(floor)s, coalesce((SELECT max(seq) FROM ledger WHERE kind = 'restored'), 0), coalesce((
        SELECT seq FROM ledger
        WHERE applied_at <= coalesce(to_timestamp(%(time)s), now() - make_interval(secs => %(seconds)s))
        ORDER BY seq DESC LIMIT 1
    ), 0))
"""
_TRUE_ROWS = """
    SELECT dossier, kind, record_hash, happened, status, text_hash FROM true_ledger
    WHERE dossier = ANY(%b::bigint[]) AND seq > %b AND seq <= %b ORDER BY seq
"""
_BODIES = """
    SELECT key, root, body FROM dossier JOIN record ON dossier = key WHERE key = ANY(%(keys)b::bigint[])
    UNION ALL
    SELECT key, root, body FROM dossier JOIN former_record ON dossier = key WHERE key = ANY(%(keys)b::bigint[])
"""
_SET_BACK = """
    WITH former AS (
        SELECT * FROM unnest(
            %b::bigint[], %b::text[], %b::date[], %b::bigint[], %b::bytea[], %b::int[], %b::bigint[]
        ) AS row (key, status, received_on, record_hash, body, progress_rows, leaf)
    ), bodies AS (
        UPDATE record SET body = former.body FROM former WHERE record.dossier = key AND record.body <> former.body
    )
    UPDATE dossier SET status = former.status, received_on = former.received_on, record_hash = former.record_hash,
        progress_rows = former.progress_rows, leaf = former.leaf, changed_at = now()
    FROM former WHERE dossier.key = former.key
"""
_UNDO_STEPS = """
    DELETE FROM progress WHERE (dossier, identity) IN (SELECT * FROM unnest(%b::bigint[], %b::bigint[]))
"""
_VANISH = """
    WITH gone AS (SELECT unnest(%b::bigint[]) AS gone), records AS (DELETE FROM record USING gone WHERE dossier = gone),
        steps AS (DELETE FROM progress USING gone WHERE dossier = gone)
    DELETE FROM dossier USING gone WHERE key = gone
"""
_APPLY_AGAIN = """
    INSERT INTO ledger (dossier, record_hash, position, code, status, happened, text_hash, root, service, kind)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'progress')
"""


class FormerRecordLost(Exception):
    """A state that the ledger tells of cannot be restored; nothing was changed."""

    def __init__(self, lost: Iterable[int]) -> None:
        named = ", ".join(as_hex(key) for key in lost)
        super().__init__(f"No backup could be restored: the former record of these dossier keys is not kept: {named}.")


def _identity(row: Progress) -> Identity:
    return row.key, row.happened, row.status, row.text_hash


def _readable(owned: Iterable[Owned]) -> list[tuple[int, str, Progress]]:
    rows = []
    for position, (root, record) in enumerate(owned):
        try:
            rows.append((position, root, read_progress(root, record)))
        except Invalid:
            continue  # refused by the service as well
    return rows


class Memory:
    """What faults do to the national side's own database. `forgot` is the ledger's seq of the last forgetting, or 0."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._floor = 0
        self.is_keeping = False
        self.forgot = 0

    async def start(self) -> None:
        """Know again what was forgotten before this process."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute("SELECT coalesce(max(seq), 0) FROM ledger WHERE kind = 'forgot'")
            [(self.forgot,)] = await cursor.fetchall()
            await _drop_former_records(connection)

    async def keep_former_records(self, wanted: bool) -> None:
        """From now on a former state can be asked for, or none any more."""
        if wanted is self.is_keeping:
            return
        async with self._pool.connection() as connection:
            if wanted:
                await connection.execute("ALTER TABLE record ENABLE TRIGGER keep_former")
                cursor = await connection.execute("SELECT coalesce(max(seq), 0) FROM ledger")
                [(self._floor,)] = await cursor.fetchall()
            else:
                await _drop_former_records(connection)
        self.is_keeping = wanted

    async def forget(self) -> None:
        """Forget which progress rows were received: each of them, when it comes again, is applied again."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_MARK, [0, wire.LEDGER_FORGOT, "forget_idempotency_keys"])
            [(self.forgot,)] = await cursor.fetchall()

    async def apply_forgotten(self, service: str, owned: Sequence[Owned], forgot: int) -> set[int]:
        """Ledger the rows that were known before this forgetting once more; the positions of those rows."""
        return await self._apply_again(service, owned, lambda _row, times: times == 0, after=forgot)

    async def apply_twice(self, service: str, owned: Sequence[Owned], chosen: Callable[[str], bool]) -> None:
        """A bug: the chosen rows that stand in the ledger once are written there a second time."""
        await self._apply_again(service, owned, lambda row, times: times == 1 and chosen(row.code), after=0)

    async def _apply_again(
        self, service: str, owned: Sequence[Owned], wanted: Callable[[Progress, int], bool], *, after: int
    ) -> set[int]:
        rows = _readable(owned)
        keys = sorted({row.key for _, _, row in rows})
        if not keys:
            return set()
        async with self._pool.connection() as connection, connection.cursor(binary=True) as cursor:
            await cursor.execute(
                "SELECT FROM dossier WHERE key = ANY(%b::bigint[]) ORDER BY key FOR NO KEY UPDATE", [keys]
            )
            await cursor.execute("SELECT dossier, identity FROM progress WHERE dossier = ANY(%b::bigint[])", [keys])
            held = set(await cursor.fetchall())
            times = await _times_applied(cursor, keys, after)
            again = {}
            for position, root, row in rows:
                if (row.key, row.identity) in held and wanted(row, times[_identity(row)]):
                    again[position] = root, row
                    times[_identity(row)] += 1
            await cursor.executemany(
                _APPLY_AGAIN,
                [
                    [
                        *(row.key, row.record_hash, position, row.code, row.status, row.happened, row.text_hash),
                        root,
                        service,
                    ]
                    for position, (root, row) in again.items()
                ],
            )
        return set(again)

    async def record_at(self, key: int, code: str, seconds: float) -> bytes | None:
        """A dossier's record as it was so long ago; None when it was not known then or is no longer kept."""
        async with self._pool.connection() as connection, connection.cursor(binary=True) as cursor:
            await cursor.execute(
                "SELECT record_hash FROM true_ledger WHERE dossier = %s AND code = %s AND kind = 'record'"
                " AND applied_at <= now() - make_interval(secs => %s) ORDER BY seq DESC LIMIT 1",
                [key, code, seconds],
            )
            wanted = await cursor.fetchone()
            await cursor.execute(_BODIES, {"keys": [key]})
            for _, _, body in await cursor.fetchall():
                if wanted is not None and record_hash(orjson.loads(body)) == wanted[0]:
                    return bytes(body)
        return None

    async def roll_back(self, to: RollBack) -> int:
        """Restore the state of then and write the ledger's row 'restored'; the last seq that is still true.

        Takes the lock that every writer needs first, so no request is half before and half after it. Raises
        FormerRecordLost.
        """
        async with self._pool.connection() as connection, connection.cursor(binary=True) as cursor:
            await cursor.execute("LOCK TABLE dossier IN EXCLUSIVE MODE")
            values = {"floor": self._floor, "time": to.time, "seconds": to.seconds or 0.0}
            await cursor.execute(_LAST_TRUE, values)
            [(last,)] = await cursor.fetchall()
            await cursor.execute("SELECT DISTINCT dossier FROM ledger WHERE seq > %s AND dossier <> 0", [last])
            touched = [key for (key,) in await cursor.fetchall()]
            for start in range(0, len(touched), _AT_ONCE):
                await _set_back(cursor, touched[start : start + _AT_ONCE], last)
            await cursor.execute(_MARK, [last, wire.LEDGER_RESTORED, "rollback_to"])
            for statement in _LOOK_AGAIN:
                await cursor.execute(statement)
        return int(last)


async def _drop_former_records(connection: AsyncConnection[Any]) -> None:
    await connection.execute("ALTER TABLE record DISABLE TRIGGER keep_former")
    await connection.execute("TRUNCATE former_record")


async def _times_applied(cursor: AsyncCursor[Any], keys: list[int], after: int) -> Counter[Identity]:
    await cursor.execute(_TRUE_ROWS, [keys, after, _NEWEST])
    return Counter(
        (key, happened, status, text)
        for key, kind, _, happened, status, text in await cursor.fetchall()
        if kind == wire.LEDGER_PROGRESS
    )


async def _set_back(cursor: AsyncCursor[Any], keys: list[int], last: int) -> None:
    """These dossiers as the ledger's true rows up to `last` say; those without a record vanish."""
    await cursor.execute(_TRUE_ROWS, [keys, 0, last])
    records: dict[int, int] = {}
    steps: set[Identity] = set()
    for key, kind, content, happened, status, text in await cursor.fetchall():
        if kind == wire.LEDGER_RECORD:
            records[key] = content
        else:
            steps.add((key, happened, status, text))
    gone = [key for key in keys if key not in records]
    if gone:
        await cursor.execute(_VANISH, [gone])
    if not records:
        return
    former = await _former(cursor, records)
    kept = await _keep_steps(cursor, former, steps)
    columns = [
        [
            key,
            held.status,
            held.received_on,
            held.record_hash,
            held.body,
            kept[key],
            leaf(key, held.record_hash, kept[key]),
        ]
        for key, held in former.items()
    ]
    await cursor.execute(_SET_BACK, [list(column) for column in zip(*columns, strict=True)])


async def _former(cursor: AsyncCursor[Any], records: dict[int, int]) -> dict[int, Dossier]:
    """The records with these hashes, of those held now and those kept from before; raises FormerRecordLost."""
    await cursor.execute(_BODIES, {"keys": list(records)})
    found = {}
    for key, root, body in await cursor.fetchall():
        dossier = read_dossier(root, orjson.loads(body))
        if dossier.record_hash == records[key]:
            found[key] = dossier
    if lost := records.keys() - found.keys():
        raise FormerRecordLost(sorted(lost)[:_NAMED])
    return found


async def _keep_steps(cursor: AsyncCursor[Any], former: dict[int, Dossier], steps: set[Identity]) -> dict[int, int]:
    """Remove the progress rows that are not among `steps`; how many each dossier keeps."""
    await cursor.execute(
        "SELECT dossier, root, identity, progress.body FROM progress JOIN dossier ON key = dossier"
        " WHERE key = ANY(%b::bigint[])",
        [list(former)],
    )
    kept: dict[int, int] = defaultdict(int)
    undone: list[tuple[int, int]] = []
    for key, root, identity, body in await cursor.fetchall():
        if _identity(read_progress(root, orjson.loads(body))) in steps:
            kept[key] += 1
        else:
            undone.append((key, identity))
    if undone:
        await cursor.execute(_UNDO_STEPS, [list(column) for column in zip(*undone, strict=True)])
    return kept
