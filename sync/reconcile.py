"""Reconciliation (đối soát): compare what both sides hold of every dossier, write down the differences, queue again.

By digest: the totals, then the buckets, then the dossiers of differing buckets. Only what was acknowledged when the
comparison began is judged: the rest is on its way. Repairing means sending again; nothing is ever deleted there.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from sync import digest, outbox, records, wire
from sync.client import NationalClient, NationalError
from sync.models import Delivery, Difference, Reconciliation
from sync.pump import national_client
from sync.reading import read_dossiers

__all__ = ["NationalError", "reconcile", "reconcile_and_repair"]
PAGE = 20_000
BUCKETS_A_REQUEST = 500
REPAIRABLE = frozenset({Difference.Kind.MISSING, Difference.Kind.STALE, Difference.Kind.DIFFERENT})


@dataclass(frozen=True, slots=True)
class Held:
    """What one side holds of a dossier."""

    code: str
    leaf: int
    progress_rows: int
    application: int = 0


Buckets = dict[int, tuple[int, int]]
"""Bucket → (dossiers, sum of their leaves mod 2^64)."""


def reconcile(client: NationalClient, *, repair: bool = False) -> Reconciliation:
    """Compare every acknowledged dossier with the national side; with `repair` queue the differing ones again."""
    run = Reconciliation.objects.create()
    root = client.destination.madonvi.rpartition(".")[2]
    here, on_the_way = _held_here(root)
    differing = _differing_buckets(here, _buckets_there(client), on_the_way)
    there = {held.code: held for held in _held_there(client, differing)}
    mine = {held.code: held for number in differing for held in here.get(number, [])}
    found = list(_differences(mine, there, on_the_way.keys()))
    run.here = sum(len(bucket) for bucket in here.values())
    run.there = int(client.get(wire.PATH_DIGEST, madonvi=client.destination.madonvi)["dossiers"])
    _write(run, found, mine, repair=repair)
    return run


def reconcile_and_repair() -> None:
    """The hourly task."""
    with national_client() as client:
        reconcile(client, repair=True)


def _held_here(root: str) -> tuple[dict[int, list[Held]], dict[str, int]]:
    """Acknowledged dossiers by bucket; and bucket by code of those still on their way."""
    here: defaultdict[int, list[Held]] = defaultdict(list)
    on_the_way: dict[str, int] = {}
    settled = dict(Delivery.objects.filter(wanted=F("sent")).values_list("application", "sent"))
    for row in read_dossiers("ORDER BY a.id", {}):
        key = digest.dossier_key(root, row.code)
        steps = settled.get(row.application)
        if steps is None:
            on_the_way[row.code] = digest.bucket(key)
        else:
            leaf = digest.leaf(key, records.dossier(row), steps)
            here[digest.bucket(key)].append(Held(row.code, leaf, steps, row.application))
    return here, on_the_way


def _buckets_there(client: NationalClient) -> Buckets:
    rows = client.get(wire.PATH_DIGEST_BUCKETS, madonvi=client.destination.madonvi)["rows"]
    return {int(number): (int(dossiers), int(total, 16)) for number, dossiers, total in rows}


def _differing_buckets(here: dict[int, list[Held]], there: Buckets, on_the_way: dict[str, int]) -> list[int]:
    """Buckets whose counts or sums differ, and those with something on its way."""
    mine = {number: (len(held), sum(one.leaf for one in held) & digest.UNSIGNED) for number, held in here.items()}
    unequal = {number for number in mine.keys() | there.keys() if mine.get(number) != there.get(number)}
    return sorted(unequal | set(on_the_way.values()))


def _held_there(client: NationalClient, buckets: list[int]) -> Iterator[Held]:
    for first in range(0, len(buckets), BUCKETS_A_REQUEST):
        numbers = ",".join(map(str, buckets[first : first + BUCKETS_A_REQUEST]))
        query: dict[str, Any] = {"madonvi": client.destination.madonvi, "bucket": numbers, "limit": PAGE}
        page = client.get(wire.PATH_DOSSIERS, **query)
        yield from _page(page)
        while page["next"] is not None:
            page = client.get(wire.PATH_DOSSIERS, **query, after=page["next"])
            yield from _page(page)


def _page(page: dict[str, Any]) -> Iterator[Held]:
    columns = page["columns"]
    for values in page["rows"]:
        row = dict(zip(columns, values, strict=True))
        yield Held(row["code"], int(row["leaf"], 16), int(row["progress_rows"]))


def _differences(
    mine: dict[str, Held], there: dict[str, Held], on_the_way: Iterable[str]
) -> Iterator[tuple[str, Difference.Kind, str]]:
    kinds = Difference.Kind
    for code in sorted(mine.keys() - there.keys()):
        yield code, kinds.MISSING, ""
    for code in sorted(there.keys() - mine.keys() - set(on_the_way)):
        yield code, kinds.UNKNOWN_HERE, ""
    for code in sorted(mine.keys() & there.keys()):
        ours, theirs = mine[code], there[code]
        if ours.leaf != theirs.leaf:
            detail = f"{ours.progress_rows} tiến độ tại tỉnh, {theirs.progress_rows} tại quốc gia"
            yield code, _kind(ours, theirs), detail


def _kind(ours: Held, theirs: Held) -> Difference.Kind:
    if theirs.progress_rows < ours.progress_rows:
        return Difference.Kind.STALE
    if theirs.progress_rows > ours.progress_rows:
        return Difference.Kind.AHEAD
    return Difference.Kind.DIFFERENT


@transaction.atomic
def _write(
    run: Reconciliation, found: list[tuple[str, Difference.Kind, str]], mine: dict[str, Held], *, repair: bool
) -> None:
    rows = [
        Difference(reconciliation=run, code=code, kind=kind, detail=detail, queued_again=repair and kind in REPAIRABLE)
        for code, kind, detail in found
    ]
    Difference.objects.bulk_create(rows, batch_size=1000)
    again = [row for row in rows if row.queued_again]
    for known in (False, True):
        part = [mine[row.code].application for row in again if (row.kind != Difference.Kind.MISSING) is known]
        outbox.queue_again(part, known=known)
    run.differing = len(rows)
    Reconciliation.objects.filter(pk=run.pk).update(
        here=run.here, there=run.there, differing=run.differing, finished_at=Now()
    )
