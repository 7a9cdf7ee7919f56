"""Received against must-sync by province and day: item 1.4 of indicator set 766 (national-protocol 8.2).

    ratio = synchronised dossiers with NgayTiepNhan in the period / max(total in the report, total received)
    points = 6 × ratio

The province says with its digest how many dossiers of each day there are, and which they are if it likes (our own
extension): those that are missing can be listed only then, those that came late always, unless their days are those
of a simulation.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sync import wire
from sync.national.agencies import agency_root
from sync.national.answers import Refused
from sync.national.digest import dossier_key
from sync.national.records import MAX_CODE
from sync.national.store import Pool

POINTS: Final = 6
MOST_DAYS: Final = 10_000  # of one report: some 27 years
SIMULATED_AFTER_DAYS: Final = 30
"""What arrives so many days after NgayTiepNhan is of a simulated past: provinces sync within a day and catch up on an
outage within weeks, while a year that is played back lies years behind, all of it "late" by the machine's clock."""
MOST_CODES: Final = 100_000  # of one report
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
_FORGET_CODES = "DELETE FROM must_code WHERE root = %s AND day = ANY(%s::date[])"
_TELL_CODES = """
    INSERT INTO must_code (root, day, key, code) SELECT %s, * FROM unnest(%s::date[], %s::bigint[], %s::text[])
    ON CONFLICT DO NOTHING
"""
_TOLD = "SELECT count(*) FROM must_code WHERE root = %s AND day = %s"
_MISSING = """
    SELECT code FROM must_code AS told
    WHERE root = %(root)s AND day = %(day)s AND code > %(after)s
        AND NOT EXISTS (SELECT FROM dossier WHERE dossier.key = told.key)
    ORDER BY code LIMIT %(limit)s
"""
_LATE = """
    SELECT code, received_on, first_at FROM dossier
    WHERE root = %(root)s AND (%(day)s::date IS NULL OR received_on = %(day)s) AND code > %(after)s
        AND (first_at AT TIME ZONE %(zone)s)::date > received_on + %(days)s::integer
        AND (first_at AT TIME ZONE %(zone)s)::date <= received_on + %(simulated)s::integer
    ORDER BY code LIMIT %(limit)s
"""
_NOT_JUDGED = """
    SELECT count(*) FROM dossier
    WHERE root = %(root)s AND (%(day)s::date IS NULL OR received_on = %(day)s)
        AND (first_at AT TIME ZONE %(zone)s)::date > received_on + %(simulated)s::integer
"""
EVER: Final = (date(1, 1, 1), date(9999, 12, 31))


@dataclass(frozen=True)
class Report:
    """What a province says: how many dossiers of each day, and which, of the days that it names."""

    root: str
    days: Mapping[date, int]
    codes: Mapping[date, Sequence[str]]


@dataclass(frozen=True)
class Late:
    """A dossier that came later than the day on which it was received from the citizen."""

    code: str
    received_on: date
    came_at: datetime


class BadReport(ValueError):
    """A must-sync report that cannot be taken; the text is for its sender."""


@dataclass(frozen=True)
class Day:
    """One province's dossiers received on one day; `must_sync` is None where the province has not said."""

    root: str
    day: date
    received: int
    must_sync: int | None

    @property
    def ratio(self) -> float | None:
        return _ratio(self.received, self.must_sync)


@dataclass(frozen=True)
class Indicator:
    """1.4 of one province over a period; `must_sync` is None where it has said nothing of any day."""

    root: str
    received: int
    must_sync: int | None

    @property
    def ratio(self) -> float | None:
        return _ratio(self.received, self.must_sync)

    @property
    def points(self) -> float | None:
        return None if self.ratio is None else round(POINTS * self.ratio, 2)


def _ratio(received: int, must_sync: int | None) -> float | None:
    """None where nothing was told: to take what came for all that there is would be full marks for silence."""
    return None if must_sync is None else received / max(received, must_sync, 1)


def indicators(days: Iterable[Day]) -> list[Indicator]:
    """One for each province: those that lack most first, those that have told nothing last."""
    sums: dict[str, tuple[int, int | None]] = {}
    for day in days:
        received, must = sums.get(day.root, (0, None))
        sums[day.root] = received + day.received, must if day.must_sync is None else (must or 0) + day.must_sync
    found = [Indicator(root, *counts) for root, counts in sums.items()]
    return sorted(found, key=lambda one: (one.ratio is None, one.ratio or 0.0, one.root))


def read_report(content: Any) -> Report:
    """{"madonvi": …, "days": [["2022-04-15", 9940], …], "codes": {"2022-04-15": […]}}; raises BadReport."""
    days = content.get("days") if isinstance(content, Mapping) else None
    agency = content.get("madonvi") if isinstance(content, Mapping) else None
    if not isinstance(agency, str) or not agency.strip() or not isinstance(days, list) or len(days) > MOST_DAYS:
        raise BadReport('tell it like {"madonvi": "000.00.00.H49", "days": [["2022-04-15", 9940]]}')
    try:
        return Report(agency_root(agency), dict(_day(item) for item in days), _codes(content.get("codes", {})))
    except Refused as refused:
        raise BadReport(str(refused)) from None


def _is_code(code: object) -> bool:
    return isinstance(code, str) and 0 < len(code) <= MAX_CODE and "\0" not in code


def _day(item: Any) -> tuple[date, int]:
    try:
        day, count = item
        found = date.fromisoformat(day)
    except (TypeError, ValueError):
        raise BadReport('each day is told with its number like ["2022-04-15", 9940]') from None
    if type(count) is not int or not 0 <= count < 2**31:
        raise BadReport(f"what is told of {found} is no number of dossiers")
    return found, count


def _codes(named: Any) -> dict[date, list[str]]:
    if not isinstance(named, dict) or not all(isinstance(codes, list) for codes in named.values()):
        raise BadReport('codes are told like {"2022-04-15": ["000.00.16.H49-220415-0001"]}')
    if sum(len(codes) for codes in named.values()) > MOST_CODES:
        raise BadReport(f"at most {MOST_CODES} codes a report")
    if not all(_is_code(code) for codes in named.values() for code in codes):
        raise BadReport(f"each code is a text of 1 to {MAX_CODE} characters")
    return {_day((day, len(codes)))[0]: codes for day, codes in named.items()}


def _judged(root: str, day: date | None) -> dict[str, Any]:
    return {"root": root, "day": day, "zone": wire.TIME_ZONE, "simulated": SIMULATED_AFTER_DAYS}


class Received:
    """Reads and keeps the figures."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def tell(self, report: Report) -> None:
        """A day that is told again is replaced, and so are its codes where some are named."""
        told = [(day, dossier_key(report.root, code), code) for day, codes in report.codes.items() for code in codes]
        days, keys, codes = ([row[place] for row in told] for place in range(3))
        async with self._pool.connection() as connection:
            await connection.execute(_TELL, [report.root, list(report.days), list(report.days.values())])
            await connection.execute(_FORGET_CODES, [report.root, list(report.codes)])
            await connection.execute(_TELL_CODES, [report.root, days, keys, codes])

    async def told(self, root: str, day: date) -> int:
        """How many dossiers of a day the province has named."""
        async with self._pool.connection() as connection:
            [(count,)] = await (await connection.execute(_TOLD, [root, day])).fetchall()
        return int(count)

    async def missing(self, root: str, day: date, *, after: str = "", limit: int) -> list[str]:
        """Those named of a day that never came, in the order of their codes; `after` is the last one seen."""
        values = {"root": root, "day": day, "after": after, "limit": limit}
        async with self._pool.connection() as connection:
            return [code for (code,) in await (await connection.execute(_MISSING, values)).fetchall()]

    async def late(
        self, root: str, day: date | None = None, *, days: int = 1, after: str = "", limit: int
    ) -> list[Late]:
        """Those that came more than so many days after NgayTiepNhan, of one day or of all, in the order of codes."""
        values = {**_judged(root, day), "days": days, "after": after, "limit": limit}
        async with self._pool.connection() as connection:
            return [Late(*row) for row in await (await connection.execute(_LATE, values)).fetchall()]

    async def not_judged(self, root: str, day: date | None = None) -> int:
        """How many, of one day or of all, are of a simulated past: whether they were late nobody can say."""
        async with self._pool.connection() as connection:
            [(count,)] = await (await connection.execute(_NOT_JUDGED, _judged(root, day))).fetchall()
        return int(count)

    async def days(self, root: str | None, first: date = EVER[0], last: date = EVER[1]) -> Sequence[Day]:
        """Newest first."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_DAYS, {"root": root, "first": first, "last": last})
            return [Day(*row) for row in await cursor.fetchall()]
