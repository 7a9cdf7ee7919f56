"""Reconciliation (đối soát): compare what both sides hold of every dossier, write down the differences, queue again.

By digest: the totals, then the buckets, then the dossiers of differing buckets. A window asks for the dossiers that
changed lately. A side without a digest is asked dossier by dossier. Only what was acknowledged when the comparison
began and did not move until its end is judged: the rest is on its way. Repairing means sending again; nothing is ever
deleted there, and what is ahead there or unknown here is left to a person.
"""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from procedures.models import Application
from sync import digest, holdings, outbox, wire
from sync.client import NationalClient, NationalError, NotOffered
from sync.comparison import Found, differences
from sync.database import rows
from sync.holdings import Held, Holdings, Selection
from sync.inquiry import Inquiry
from sync.models import LONGEST_CODE, Delivery, Difference, Reconciliation
from sync.pump import national_client
from sync.watching import Told, nobody

__all__ = [
    "Difference", "NationalError", "NotOffered", "Reconciliation", "Told", "reconcile", "reconcile_lately",
    "reconcile_one_by_one",
]  # fmt: skip
PAGE = 20_000
BUCKETS_A_REQUEST = 500
CODES_A_REQUEST = 5_000
WRITTEN_AT_ONCE = 1_000
WINDOW_HOURS = 48
REPAIRABLE = frozenset({Difference.Kind.MISSING, Difference.Kind.STALE, Difference.Kind.DIFFERENT})
MISSING = Difference.Kind.MISSING
Scope = Reconciliation.Scope

_MUST_SYNC = """
SELECT to_char(submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD') AS day, count(*)
FROM procedures_application GROUP BY day ORDER BY day
"""
_CODES_OF = """
SELECT day, code FROM (
    SELECT to_char(submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD') AS day, code FROM procedures_application
) AS dated WHERE day = ANY(%(days)s) ORDER BY day DESC, code LIMIT %(most)s
"""
NAMED = 100_000  # dossiers of lacking days, the newest days first: so many the other side takes at once


def reconcile(client: NationalClient, *, repair: bool = False, told: Told = nobody) -> Reconciliation:
    """Compare every acknowledged dossier; with `repair` queue the differing ones again. Raises NotOffered."""
    there = _number_there(client)
    run = Reconciliation.objects.create(scope=Scope.ALL)
    here = holdings.read(_root(client), Selection(), told)
    report_must_sync(client)
    differing = _write_down(run, _by_digest(client, here), repair=repair)
    return _finish(run, here=len(here.keys), there=there, differing=differing)


def reconcile_lately(
    client: NationalClient, hours: int = WINDOW_HOURS, *, repair: bool = False, told: Told = nobody
) -> Reconciliation:
    """Compare the dossiers that changed here in the last `hours`. Raises NotOffered."""
    _number_there(client)  # before anything is written down: a side without a digest leaves nothing behind
    run = Reconciliation.objects.create(scope=Scope.WINDOW)
    here = holdings.read(_root(client), Selection(hours=hours), told)
    mine = here.of()
    there = dict(_asked_for(client, list(here.applications)))
    found = differences(mine, there, here.moving, whole=False)
    return _finish(run, here=len(mine), there=len(there), differing=_write_down(run, found, repair=repair))


def reconcile_one_by_one(
    client: NationalClient,
    sample: int | None = None,
    seed: int = 0,
    *,
    repair: bool = False,
    told: Told = nobody,
) -> Reconciliation:
    """Ask for every dossier, or for a `sample` drawn by `seed`, by itself: the national side needs no digest for it."""
    run = Reconciliation.objects.create(scope=Scope.ONE_BY_ONE)
    inquiry = Inquiry(client, Selection(sample=sample, seed=seed), told)
    differing = _write_down(run, inquiry.differences(), repair=repair)
    return _finish(run, here=inquiry.here, there=inquiry.there, differing=differing)


def reconcile_all() -> None:
    """The nightly task: everything, or a sample where the national side offers no digest."""
    with national_client() as client:
        try:
            reconcile(client, repair=True)
        except NotOffered:
            reconcile_one_by_one(client, settings.SYNC_RECONCILE_SAMPLE, repair=True)


def reconcile_window() -> None:
    """The hourly task; a side without a digest is asked by night only."""
    with national_client() as client, suppress(NotOffered):
        reconcile_lately(client, repair=True)


def report_must_sync(client: NationalClient) -> None:
    """Tell how many dossiers of each day (NgayTiepNhan) there are here: the must-sync number of indicator 1.4 (766).

    Of days of which the national side has too few the dossiers are named, so that it can list the missing ones. Our own
    extension: a side that does not take it is left alone.
    """
    own = {"madonvi": client.destination.madonvi}
    with suppress(NotOffered):
        client.put(wire.PATH_MUST_SYNC, {**own, "days": rows(_MUST_SYNC)})
        days = client.get(wire.PATH_RECEIVED, **own)["days"]
        lacking = [one["day"] for one in days if one["received"] < (one["must_sync"] or 0)]
        codes: dict[str, list[str]] = {}
        for day, code in rows(_CODES_OF, days=lacking, most=NAMED) if lacking else ():
            codes.setdefault(day, []).append(code)
        client.put(wire.PATH_MUST_SYNC, {**own, "days": [], "codes": codes})


def _number_there(client: NationalClient) -> int:
    """How many dossiers the national side has. Raises NotOffered."""
    return int(client.get(wire.PATH_DIGEST, madonvi=client.destination.madonvi)["dossiers"])


def _root(client: NationalClient) -> str:
    return client.destination.madonvi.rpartition(".")[2]


def _by_digest(client: NationalClient, here: Holdings) -> Iterator[Found]:
    """Only what lies in differing buckets is asked for, some buckets at a time."""
    rows = client.get(wire.PATH_DIGEST_BUCKETS, madonvi=client.destination.madonvi)["rows"]
    theirs = {int(number): (int(dossiers), int(total, 16)) for number, dossiers, total in rows}
    mine = here.buckets()
    unequal = {number for number in mine.keys() | theirs.keys() if mine.get(number) != theirs.get(number)}
    numbers = sorted(unequal)
    for first in range(0, len(numbers), BUCKETS_A_REQUEST):
        some = numbers[first : first + BUCKETS_A_REQUEST]
        yield from differences(here.of(set(some)), dict(_held_there(client, some)), here.moving)


def _held_there(client: NationalClient, buckets: list[int]) -> Iterator[tuple[int, Held]]:
    query = {"madonvi": client.destination.madonvi, "bucket": ",".join(map(str, buckets)), "limit": PAGE}
    page = client.get(wire.PATH_DOSSIERS, **query)
    yield from _told(client, page)
    while page["next"] is not None:
        page = client.get(wire.PATH_DOSSIERS, **query, after=page["next"])
        yield from _told(client, page)


def _asked_for(client: NationalClient, applications: list[int]) -> Iterator[tuple[int, Held]]:
    for first in range(0, len(applications), CODES_A_REQUEST):
        some = applications[first : first + CODES_A_REQUEST]
        codes = list(Application.objects.filter(pk__in=some).values_list("code", flat=True))
        question = {"madonvi": client.destination.madonvi, "codes": codes}
        yield from _told(client, client.ask(wire.PATH_DOSSIERS, question))


def _told(client: NationalClient, page: dict[str, Any]) -> Iterator[tuple[int, Held]]:
    """Of each dossier of a page: its key, and what is held of it there."""
    root, columns = _root(client), page["columns"]
    code, leaf, progress_rows = (columns.index(name) for name in ("code", "leaf", "progress_rows"))
    for row in page["rows"]:
        yield digest.dossier_key(root, row[code]), Held(int(row[leaf], 16), row[progress_rows], code=row[code])


def _write_down(run: Reconciliation, found: Iterator[Found], *, repair: bool) -> int:
    """Some at a time; returns how many dossiers differ."""
    differing = 0
    while some := list(islice(found, WRITTEN_AT_ONCE)):
        differing += _write_some(run, some, repair=repair)
    return differing


@transaction.atomic
def _write_some(run: Reconciliation, found: list[Found], *, repair: bool) -> int:
    unmoved = _unmoved(found)
    Difference.objects.bulk_create(
        Difference(
            reconciliation=run,
            code=_kept(one.code),
            kind=one.kind,
            detail=one.detail[:500],
            queued_again=repair and one.kind in REPAIRABLE,
        )
        for one in unmoved
    )
    if repair:
        outbox.queue_again({one.application: one.kind != MISSING for one in unmoved if one.kind in REPAIRABLE})
    return len(unmoved)


def _kept(code: str) -> str:
    """A number of theirs may be longer than there is room for: cut, and told from its like by its hash."""
    return code if len(code) <= LONGEST_CODE else f"{code[: LONGEST_CODE - 17]}…{digest.text_hash(code)}"


def _unmoved(found: list[Found]) -> list[Found]:
    """With their codes, and without what was filed, changed or delivered while the sides were read one by one."""
    now = Delivery.objects.filter(application__in=[one.application for one in found if one.application])
    state = {row[0]: row[1:] for row in now.values_list("application", "application__code", "sent", "wanted")}
    unknown = [one.code for one in found if not one.application]
    filed = set(Application.objects.filter(code__in=unknown).values_list("code", flat=True))
    kept = [one for one in found if not one.application and one.code not in filed]
    for one in found:
        code, *versions = state.get(one.application, ("",))
        if versions == [one.steps, one.steps]:
            kept.append(one._replace(code=code))
    return kept


def _finish(run: Reconciliation, *, here: int, there: int, differing: int) -> Reconciliation:
    run.here, run.there, run.differing = here, there, differing
    run.save(update_fields=["here", "there", "differing"])
    Reconciliation.objects.filter(pk=run.pk).update(finished_at=Now())
    return run
