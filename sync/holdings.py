"""What this side holds of its dossiers, some thirty bytes each: a million can be compared without keeping any of them.

A page of deliveries is read before the dossiers it belongs to: what moves in between no longer matches its delivery
when the differences are written down, and is not judged then.
"""

from array import array
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

from sync import digest, records
from sync.database import Row, rows
from sync.reading import read_dossiers
from sync.records import DossierRow
from sync.watching import Told

PAGE = 20_000

_PAGE = "SELECT application_id, wanted, sent FROM sync_delivery WHERE application_id > %(after)s"
_IN_ORDER = " ORDER BY application_id LIMIT %(limit)s"
_LATELY = """ AND application_id IN (
    SELECT application_id FROM procedures_statuschange WHERE recorded_at >= now() - make_interval(hours => %(hours)s)
)"""
# Which are drawn depends on the seed and the number alone: the same sample another time.
_SAMPLE = """ AND application_id IN (
    SELECT application_id FROM sync_delivery ORDER BY hashint8extended(application_id, %(seed)s), application_id
    LIMIT %(sample)s
)"""


class Held(NamedTuple):
    """What one side holds of a dossier; `application` is 0 and `code` empty where that side does not tell."""

    leaf: int
    progress_rows: int
    application: int = 0
    code: str = ""


@dataclass(frozen=True)
class Selection:
    """Which dossiers: all, those that changed in the last `hours`, or a `sample` drawn by `seed`."""

    hours: int | None = None
    sample: int | None = None
    seed: int = 0

    def query(self) -> str:
        lately = _LATELY if self.hours is not None else ""
        sample = _SAMPLE if self.sample is not None else ""
        return _PAGE + lately + sample + _IN_ORDER


@dataclass
class Holdings:
    """The acknowledged dossiers of this side, one entry in each of four arrays; and the keys of those on their way."""

    root: str
    applications: "array[int]" = field(default_factory=lambda: array("q"))
    keys: "array[int]" = field(default_factory=lambda: array("Q"))
    leaves: "array[int]" = field(default_factory=lambda: array("Q"))
    steps: "array[int]" = field(default_factory=lambda: array("I"))
    moving: "array[int]" = field(default_factory=lambda: array("Q"))

    def take(self, row: DossierRow, steps: int | None) -> None:
        """Add a dossier; `steps` is None while something of it is on its way."""
        key = digest.dossier_key(self.root, row.code)
        if steps is None:
            self.moving.append(key)
            return
        self.applications.append(row.application)
        self.keys.append(key)
        self.leaves.append(digest.leaf(key, records.dossier(row), steps))
        self.steps.append(steps)

    def buckets(self) -> dict[int, tuple[int, int]]:
        """Bucket → (dossiers, sum of their leaves mod 2^64)."""
        counts, sums = [0] * digest.BUCKETS, [0] * digest.BUCKETS
        for key, leaf in zip(self.keys, self.leaves, strict=True):
            number = digest.bucket(key)
            counts[number] += 1
            sums[number] += leaf
        return {number: (count, sums[number] & digest.UNSIGNED) for number, count in enumerate(counts) if count}

    def of(self, buckets: Collection[int] | None = None) -> dict[int, Held]:
        """The dossiers of these buckets, or all, by key."""
        return {
            key: Held(leaf, steps, application)
            for application, key, leaf, steps in zip(self.applications, self.keys, self.leaves, self.steps, strict=True)
            if buckets is None or digest.bucket(key) in buckets
        }


def read(root: str, selection: Selection, told: Told) -> Holdings:
    """Read the selected dossiers of this side."""
    found = Holdings(root)
    for row, steps in pages(selection, told):
        found.take(row, steps)
    return found


def pages(selection: Selection, told: Told) -> Iterator[tuple[DossierRow, int | None]]:
    """The selected dossiers, each with the number of its acknowledged changes: None while something is on its way."""
    after, seen = 0, 0
    while page := _deliveries(selection, after):
        settled = {application: sent for application, wanted, sent in page if wanted == sent}
        after, seen = page[-1][0], seen + len(page)
        applications = [application for application, _wanted, _sent in page]
        for row in read_dossiers(applications):
            yield row, settled.get(row.application)
        told(seen)


def _deliveries(selection: Selection, after: int) -> list[Row]:
    """Application, wanted, sent."""
    return rows(selection.query(), after=after, limit=PAGE, **asdict(selection))
