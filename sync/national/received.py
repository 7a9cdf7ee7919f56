"""Received against must-sync by province and day: item 1.4 of indicator set 766 (national-protocol 8.2).

    ratio = synchronised dossiers with NgayTiepNhan in the period / max(total in the report, total received)
    points = 6 × ratio

The province says with its digest how many dossiers of each day there are (our own extension).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sync.national.agencies import agency_code
from sync.national.answers import Refused
from sync.national.store import Pool

POINTS: Final = 6
MOST_DAYS: Final = 10_000  # of one report: some 27 years
_DAYS = """
    SELECT root, day, coalesce(held.dossiers, 0) AS received, must.dossiers AS must_sync
    FROM (
        SELECT root, received_on AS day, count(*) AS dossiers FROM dossier
        WHERE received_on BETWEEN %(first)s AND %(last)s AND (%(root)s::text IS NULL OR root = %(root)s)
        GROUP BY root, received_on
    ) AS held
    FULL JOIN (
        SELECT root, day, dossiers FROM must_sync
        WHERE day BETWEEN %(first)s AND %(last)s AND (%(root)s::text IS NULL OR root = %(root)s)
    ) AS must USING (root, day)
    ORDER BY day DESC, root
"""
_TELL = """
    INSERT INTO must_sync (root, day, dossiers) SELECT %s, * FROM unnest(%s::date[], %s::bigint[])
    ON CONFLICT (root, day) DO UPDATE SET dossiers = excluded.dossiers, told_at = now()
"""
EVER: Final = (date(1, 1, 1), date(9999, 12, 31))


class BadReport(ValueError):
    """A must-sync report that cannot be taken; the text is for its sender."""


@dataclass(frozen=True)
class Day:
    """One province's dossiers received on one day; `must_sync` is None where the province has not said."""

    root: str
    day: date
    received: int
    must_sync: int | None


@dataclass(frozen=True)
class Indicator:
    """1.4 of one province over a period."""

    root: str
    received: int
    must_sync: int

    @property
    def ratio(self) -> float:
        whole = max(self.received, self.must_sync)
        return self.received / whole if whole else 0.0

    @property
    def points(self) -> float:
        return round(POINTS * self.ratio, 2)


def indicators(days: Iterable[Day]) -> list[Indicator]:
    """One for each province, those that lack most first."""
    sums: dict[str, tuple[int, int]] = {}
    for day in days:
        received, must = sums.get(day.root, (0, 0))
        sums[day.root] = received + day.received, must + (day.must_sync or 0)
    found = [Indicator(root, *counts) for root, counts in sums.items()]
    return sorted(found, key=lambda one: (one.ratio, one.root))


def read_report(content: Any) -> tuple[str, dict[date, int]]:
    """{"madonvi": …, "days": [["2022-04-15", 9940], …]} → the agency and its days; raises BadReport."""
    days = content.get("days") if isinstance(content, Mapping) else None
    agency = content.get("madonvi") if isinstance(content, Mapping) else None
    if not isinstance(agency, str) or not agency.strip() or not isinstance(days, list) or len(days) > MOST_DAYS:
        raise BadReport('tell it like {"madonvi": "000.00.00.H49", "days": [["2022-04-15", 9940]]}')
    try:
        return agency_code(agency), dict(_day(item) for item in days)
    except Refused as refused:
        raise BadReport(str(refused)) from None


def _day(item: Any) -> tuple[date, int]:
    try:
        day, count = item
        found = date.fromisoformat(day)
    except (TypeError, ValueError):
        raise BadReport(f'{str(item)[:60]} is no day and number like ["2022-04-15", 9940]') from None
    if type(count) is not int or not 0 <= count < 2**31:
        raise BadReport(f"{day}: {str(count)[:30]} is no number of dossiers")
    return found, count


class Received:
    """Reads and keeps the figures."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def tell(self, root: str, days: Mapping[date, int]) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(_TELL, [root, list(days), list(days.values())])

    async def days(self, root: str | None, first: date = EVER[0], last: date = EVER[1]) -> Sequence[Day]:
        """Newest first."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_DAYS, {"root": root, "first": first, "last": last})
            return [Day(*row) for row in await cursor.fetchall()]
