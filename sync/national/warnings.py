"""Data-quality warnings: the ledger is looked through when somebody asks, never while a province waits for its answer.

From where the last look ended, a bounded piece at a time. For a moment no row may be added to the ledger, so that none
with a lower number comes later and is missed. What a later record has put right is no warning any more; a status out of
order stays one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from psycopg import AsyncConnection

from sync import wire
from sync.national import anomalies
from sync.national.anomalies import SHOWN, Kind, Odd
from sync.national.catalogue import Catalogue
from sync.national.store import Pool

PIECE: Final = 1000  # ledger rows of one transaction: nobody else is answered while they are judged, some 50 ms
PIECES: Final = 100  # of one look
STAYING: Final = (Kind.OUT_OF_ORDER,)

_END = "SELECT coalesce(max(seq), 0) FROM ledger"
_ROWS = """
    SELECT seq, dossier, kind, code, root, status FROM true_ledger
    WHERE seq > %(after)s AND seq <= %(end)s AND kind IN ('record', 'progress') ORDER BY seq LIMIT %(limit)s
"""
# What the dossiers' last record and last step before this piece showed.
_FORMER = """
    SELECT key, kind, found.status FROM unnest(%(keys)s::bigint[]) AS key, unnest(ARRAY['record', 'progress']) AS kind,
    LATERAL (
        SELECT status FROM true_ledger WHERE dossier = key AND true_ledger.kind = kind.kind AND seq <= %(after)s
        ORDER BY seq DESC LIMIT 1
    ) AS found
"""
_BODIES = "SELECT dossier, body FROM record WHERE dossier = ANY(%(keys)s::bigint[])"
_STEPS = "SELECT dossier, body FROM progress WHERE dossier = ANY(%(keys)s::bigint[])"
_FORGET = "DELETE FROM warning WHERE dossier = ANY(%(keys)s::bigint[]) AND kind <> ALL(%(staying)s::text[])"
_WARN = """
    INSERT INTO warning (dossier, kind, root, code, detail)
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
    ON CONFLICT (dossier, kind) DO UPDATE SET detail = excluded.detail, found_at = now()
"""
_COUNTS = "SELECT kind, root, count(*) FROM warning GROUP BY kind, root ORDER BY kind, root"
_FOUND = """
    SELECT code, root, kind, detail, found_at FROM warning
    WHERE (%(kind)s::text = '' OR kind = %(kind)s) AND (%(root)s::text = '' OR root = %(root)s)
        AND (code, kind) > (%(code)s, %(after)s)
    ORDER BY code, kind LIMIT %(limit)s
"""
_OF_DOSSIER = "SELECT code, root, kind, detail, found_at FROM warning WHERE dossier = %(key)s ORDER BY kind"


@dataclass(frozen=True)
class Progress:
    """How far the ledger has been looked through."""

    seen: int
    end: int

    @property
    def is_complete(self) -> bool:
        return self.seen >= self.end


@dataclass(frozen=True)
class Warned:
    """A warning as it is shown."""

    code: str
    root: str
    kind: Kind
    detail: str
    found_at: datetime


class Warnings:
    """Looks, and tells what was found."""

    def __init__(self, pool: Pool, catalogue: Catalogue) -> None:
        self._pool = pool
        self._is_in_catalogue = catalogue.find if len(catalogue) else bool

    async def look(self, pieces: int = PIECES) -> Progress:
        """Look through at most so many pieces of what is new in the ledger."""
        end = await self._end()
        for _ in range(pieces):
            seen = await self._look_at_piece(end)
            if seen >= end:
                break
        return Progress(seen, end)

    async def counts(self) -> dict[Kind, Counter[str]]:
        """How many dossiers of each province have each kind."""
        found: dict[Kind, Counter[str]] = {}
        for kind, root, count in await self._rows(_COUNTS):
            found.setdefault(Kind(kind), Counter())[root] = count
        return found

    async def find(
        self, kind: str = "", root: str = "", *, after: tuple[str, str] = ("", ""), limit: int = 100
    ) -> list[Warned]:
        """In the order of their codes; `after` is the code and kind of the last one seen."""
        values = {"kind": kind, "root": root, "code": after[0], "after": after[1], "limit": limit}
        return [Warned(code, own, Kind(name), *rest) for code, own, name, *rest in await self._rows(_FOUND, **values)]

    async def of_dossier(self, key: int) -> list[Warned]:
        return [
            Warned(code, own, Kind(name), *rest) for code, own, name, *rest in await self._rows(_OF_DOSSIER, key=key)
        ]

    async def _rows(self, query: Any, **values: object) -> list[tuple[Any, ...]]:
        async with self._pool.connection() as connection:
            return await (await connection.execute(query, values)).fetchall()

    async def _end(self) -> int:
        """The ledger's last number, below which nothing will come any more."""
        async with self._pool.connection() as connection:
            await connection.execute("LOCK TABLE ledger IN SHARE MODE")
            [(end,)] = await (await connection.execute(_END)).fetchall()
        return int(end)

    async def _look_at_piece(self, end: int) -> int:
        async with self._pool.connection() as connection:
            [(after,)] = await (await connection.execute("SELECT seq FROM looked_through FOR UPDATE")).fetchall()
            values = {"after": after, "end": end, "limit": PIECE}
            rows = await (await connection.execute(_ROWS, values)).fetchall()
            seen = rows[-1][0] if len(rows) == PIECE else end
            if rows:
                await _judge(connection, rows, after, self._is_in_catalogue)
            await connection.execute("UPDATE looked_through SET seq = greatest(seq, %s)", [seen])
        return max(int(seen), int(after))


async def _judge(
    connection: AsyncConnection[Any],
    rows: Sequence[tuple[Any, ...]],
    after: int,
    is_in_catalogue: Callable[[str], object],
) -> None:
    """Write down what is odd in the dossiers of these ledger rows."""
    owners = {key: (root, code) for _seq, key, _kind, code, root, _status in rows}
    keys = list(owners)
    former = {(key, kind): status for key, kind, status in await _fetch(connection, _FORMER, keys=keys, after=after)}
    found = {(key, odd.kind): odd.detail for key, odd in _out_of_order(rows, former)}
    [(now,)] = await _fetch(connection, "SELECT now()")
    for key, body in await _fetch(connection, _BODIES, keys=keys):
        odds = anomalies.of_record(orjson.loads(body), now, is_in_catalogue)
        found |= {(key, odd.kind): odd.detail for odd in odds}
    for key, body in await _fetch(connection, _STEPS, keys=keys):
        found |= {(key, odd.kind): odd.detail for odd in anomalies.of_step(orjson.loads(body), now)}
    await connection.execute(_FORGET, {"keys": keys, "staying": list(STAYING)})
    if found:
        columns = [(key, kind.value, *owners[key], detail.replace("\0", "")) for (key, kind), detail in found.items()]
        await connection.execute(_WARN, [list(column) for column in zip(*columns, strict=True)])


def _out_of_order(rows: Iterable[tuple[Any, ...]], former: dict[tuple[int, str], str]) -> Iterable[tuple[int, Odd]]:
    for _seq, key, kind, _code, _root, status in rows:
        before = former.get((key, kind))
        follows = anomalies.record_follows if kind == wire.LEDGER_RECORD else anomalies.step_follows
        if not follows(before, status):
            yield key, Odd(Kind.OUT_OF_ORDER, f"{before:.{SHOWN}} → {status:.{SHOWN}}")
        former[key, kind] = status


async def _fetch(connection: AsyncConnection[Any], query: Any, **values: object) -> list[tuple[Any, ...]]:
    return await (await connection.execute(query, values)).fetchall()
