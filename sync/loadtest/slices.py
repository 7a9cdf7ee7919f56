"""Both sides in slices, so that millions of changes are compared in the memory of one slice.

A slice is a span of application codes, compared byte by byte as both databases do under the collation "C". Together the
slices hold every code there is, those too that only the national side knows.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.translation import override

from procedures.lifecycle import Status
from sync import wire
from sync.client import NationalClient
from sync.database import Row, rows
from sync.digest import text_hash

SLICE: Final = 40_000  # applications: 100 to 150 thousand changes, about 60 MB
AT_ONCE: Final = 5_000  # rows of the portal's answer made into Python's
PAGE: Final = 50_000  # rows of the ledger a request

_FIRST_CODES = """
SELECT code FROM (
    SELECT code, row_number() OVER (ORDER BY code COLLATE "C") AS number FROM procedures_application
) AS numbered WHERE (number - 1) %% %(size)s = 0 AND number > 1 ORDER BY number
"""
# The second as the wire's number, written by the database: not by the encoder that is being checked.
_COMMITTED = """
SELECT a.code, to_char(h.at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYYMMDDHH24MISS')::bigint, h.version, h.to_status,
    h.note, date_part('epoch', h.recorded_at),
    CASE WHEN h.version <= d.sent OR d.parked_at IS NULL THEN '' WHEN h.version <= d.skipped THEN 'skipped'
        ELSE 'parked' END
FROM procedures_application a
JOIN procedures_statuschange h ON h.application_id = a.id
JOIN sync_delivery d ON d.application_id = a.id
WHERE a.code COLLATE "C" >= %(least)s::text AND (%(below)s::text = '' OR a.code COLLATE "C" < %(below)s::text)
"""


class Slice(NamedTuple):
    """Codes from `least` on and below `below`; an empty `below` is no bound."""

    least: str = ""
    below: str = ""


class Change(NamedTuple):
    """One change of the portal: what the national side must hold of it; `excused` tells why it may lack it."""

    version: int
    status: str
    text: str
    recorded_at: float
    excused: str  # "parked" behind a refused letter, "skipped" where a person gave it up; else empty


class Effect(NamedTuple):
    """One row of the national side's ledger, in its columns' words."""

    seq: int
    code: str
    kind: str
    status: str
    happened: int
    text_hash: str
    record_hash: str
    applied_at: str


Moment = tuple[str, int]
"""A change by application code and second: within an application no two changes share a second."""

Committed = dict[Moment, Change]


def slices(size: int = SLICE) -> list[Slice]:
    """Spans of codes with so many applications each; one of everything where there are fewer."""
    bounds = ["", *(code for (code,) in rows(_FIRST_CODES, size=size)), ""]
    return [Slice(least, below) for least, below in pairwise(bounds)]


def committed(span: Slice) -> Committed:
    """Every change of the portal to the applications of a slice."""
    with override("vi"), connection.cursor() as cursor:
        cursor.execute(_COMMITTED, span._asdict())
        return {
            (code, second): Change(version, str(status), _text_hash(status, note), recorded_at, excused)
            for code, second, version, status, note, recorded_at, excused in _some_at_a_time(cursor)
        }


def _some_at_a_time(cursor: CursorWrapper) -> Iterator[Row]:
    while some := cursor.fetchmany(AT_ONCE):
        yield from some


def ledger(client: NationalClient, span: Slice) -> Iterator[Effect]:
    """What was applied to the dossiers of a slice, in order; marks, which concern all dossiers, come with each."""
    after: int | None = 0
    while after is not None:
        page = client.get(
            wire.PATH_LEDGER, madonvi=client.destination.madonvi, after=after, limit=PAGE, **span._asdict()
        )
        pick = itemgetter(*(page["columns"].index(name) for name in Effect._fields))
        for row in page["rows"]:
            yield Effect(*pick(row))
        after = page["next"]


def undone(client: NationalClient) -> list[range]:
    """The numbers of the rows that came to nothing when the national side came back from a backup."""
    marks = ledger(client, Slice(least=_BEHIND_ALL))
    return [range(int(one.record_hash, 16) + 1, one.seq) for one in marks if one.kind == wire.LEDGER_RESTORED]


def seconds(moment: str) -> float:
    """A moment of the ledger as seconds since 1970."""
    return datetime.fromisoformat(moment).timestamp()


@lru_cache(maxsize=4096)
def _text_hash(status: int, note: str) -> str:
    label = str(Status(status).label)
    return text_hash(f"{label}-{note}" if note else label)


_BEHIND_ALL: Final = "\U0010ffff"
