"""The checker: what was committed here against what was applied there, with the log of exchanges as a third witness.

The three share no code: the portal's tables say what must have been applied, the national side's own ledger what
was, the exchanges what the job heard of it. A ledger row is known by its identity on the wire: code, second, status,
text (national protocol, 3.3). The words are Jepsen's: lost, unexpected, duplicated, reordered, corrupted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.utils.translation import override

from procedures.lifecycle import Status
from sync import wire
from sync.client import NationalClient
from sync.digest import text_hash
from sync.models import Delivery, Exchange

PAGE = 50_000
SERVICE_OF = {wire.LEDGER_RECORD: wire.Service.SYNC_DOSSIERS, wire.LEDGER_PROGRESS: wire.Service.UPDATE_PROGRESS}

# The second as the wire's number, written by the database: not by the encoder that is being checked.
_COMMITTED = """
SELECT a.code, to_char(h.at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYYMMDDHH24MISS')::bigint, h.version, h.to_status, h.note
FROM procedures_statuschange h JOIN procedures_application a ON a.id = h.application_id
"""

Moment = tuple[str, int]
"""A change by application code and second: within an application no two changes share a second."""


@dataclass
class Verdict:
    """What the sources say; each list names the dossiers, one entry per change."""

    committed: int = 0
    applied: int = 0
    lost: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)
    corrupted: list[str] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        faults = (self.lost, self.unexpected, self.duplicated, self.reordered, self.corrupted, self.disagreements)
        return not any(faults)


def check(client: NationalClient) -> Verdict:
    """Compare everything. Read it while nothing is under way: the ledger is whole only then."""
    verdict = Verdict()
    committed = _committed()
    verdict.committed = len(committed)
    in_ledger = {wire.LEDGER_RECORD: 0, wire.LEDGER_PROGRESS: 0}
    applied: set[Moment] = set()
    newest: dict[str, int] = {}
    for row in _ledger(client):
        in_ledger[row["kind"]] += 1
        if row["kind"] == wire.LEDGER_PROGRESS:
            _judge(row, committed, applied, newest, verdict)
    verdict.applied = len(applied)
    verdict.lost = sorted(code for code, _second in committed.keys() - applied)
    verdict.disagreements = [sentence for kind in in_ledger for sentence in _disagreements(kind, in_ledger[kind])]
    return verdict


@dataclass(frozen=True)
class DayCount:
    """The applications that changed within a span of the domain's time, and those of them fully acknowledged."""

    changed: int
    synchronised: int


def count_day(start: datetime, end: datetime) -> DayCount:
    """Applications with a change in [start, end)."""
    within = Q(application__history__at__gte=start, application__history__at__lt=end)
    counts = Delivery.objects.filter(within).aggregate(
        changed=Count("pk", distinct=True), synchronised=Count("pk", distinct=True, filter=Q(wanted=F("sent")))
    )
    return DayCount(counts["changed"], counts["synchronised"])


def _judge(
    row: dict[str, Any],
    committed: dict[Moment, tuple[int, str, str]],
    applied: set[Moment],
    newest: dict[str, int],
    verdict: Verdict,
) -> None:
    """One progress row of the ledger against the change it belongs to."""
    code = row["code"]
    moment = (code, row["happened"])
    change = committed.get(moment)
    if change is None:
        verdict.unexpected.append(code)
        return
    version, status, text = change
    if (row["status"], row["text_hash"]) != (status, text):
        verdict.corrupted.append(code)
    if moment in applied:
        verdict.duplicated.append(code)
        return
    applied.add(moment)
    if version <= newest.get(code, 0):
        verdict.reordered.append(code)
    newest[code] = max(version, newest.get(code, 0))


def _committed() -> dict[Moment, tuple[int, str, str]]:
    """Every change of the portal: moment → version, status and hash of the text it must have there."""
    with override("vi"), connection.cursor() as cursor:
        cursor.execute(_COMMITTED)
        return {
            (code, second): (version, str(status), _text_hash(status, note))
            for code, second, version, status, note in iter(cursor.fetchone, None)
        }


@lru_cache(maxsize=4096)
def _text_hash(status: int, note: str) -> str:
    label = str(Status(status).label)
    return text_hash(f"{label}-{note}" if note else label)


def _ledger(client: NationalClient) -> Iterator[dict[str, Any]]:
    after: int | None = 0
    while after is not None:
        page = client.get(wire.PATH_LEDGER, madonvi=client.destination.madonvi, after=after, limit=PAGE)
        columns = page["columns"]
        for values in page["rows"]:
            yield dict(zip(columns, values, strict=True))
        after = page["next"]


def _disagreements(kind: str, in_ledger: int) -> list[str]:
    """The exchanges' own count: heard ≤ ledger ≤ heard + rows of calls whose answer nobody heard."""
    calls = Exchange.objects.filter(service=SERVICE_OF[kind])
    heard = calls.aggregate(applied=Sum("applied"))["applied"] or 0
    unheard = calls.filter(applied=None).aggregate(records=Sum("records"))["records"] or 0
    if heard <= in_ledger <= heard + unheard:
        return []
    return [f"{kind}: {in_ledger} in the ledger, {heard} heard of, at most {unheard} unheard"]
