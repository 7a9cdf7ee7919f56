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

Committed = dict[Moment, tuple[int, str, str]]
"""Every change of the portal: its version, status, and the hash of the text it must have there."""


@dataclass
class Verdict:
    """What the sources say; each list names the dossiers, one entry per change.

    `forgotten` is no fault of the job: applied again by a national side that had forgotten what it knew. `restored`
    is how often that side came back from a backup; what it then lacks is lost until reconciliation sends it again.
    """

    committed: int = 0
    applied: int = 0
    lost: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)
    corrupted: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    restored: int = 0
    disagreements: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        faults = (self.lost, self.unexpected, self.duplicated, self.reordered, self.corrupted, self.disagreements)
        return not any(faults)


def check(client: NationalClient) -> Verdict:
    """Compare everything. Read it while nothing is under way: the ledger is whole only then."""
    committed = _committed()
    judgement = _judged(client, committed, [])
    if judgement.undone:  # what a backup undid does not count: judge again without it
        judgement = _judged(client, committed, judgement.undone)
    verdict = judgement.verdict
    verdict.restored = len(judgement.undone)
    verdict.committed = len(committed)
    verdict.applied = len(judgement.applied)
    verdict.lost = sorted(code for code, _second in committed.keys() - judgement.applied.keys())
    counts = judgement.in_ledger
    verdict.disagreements = [sentence for kind in counts for sentence in _disagreements(kind, counts[kind])]
    return verdict


def _judged(client: NationalClient, committed: Committed, undone: list[range]) -> "_Judgement":
    judgement = _Judgement(committed)
    for row in _ledger(client):
        if row["kind"] in judgement.in_ledger:
            judgement.in_ledger[row["kind"]] += 1
        if not any(row["seq"] in span for span in undone):
            judgement.hear(row)
    return judgement


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


@dataclass
class _Judgement:
    """What the ledger has said so far."""

    committed: Committed
    verdict: Verdict = field(default_factory=Verdict)
    in_ledger: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SERVICE_OF, 0))
    applied: dict[Moment, int] = field(default_factory=dict)  # with the number of its row
    undone: list[range] = field(default_factory=list)
    _newest: dict[str, int] = field(default_factory=dict)
    _forgot: int = 0

    def hear(self, row: dict[str, Any]) -> None:
        """One row of the ledger, in its order."""
        match row["kind"]:
            case wire.LEDGER_PROGRESS:
                self._progress(row)
            case wire.LEDGER_FORGOT:
                self._forgot = row["seq"]
            case wire.LEDGER_RESTORED:
                self.undone.append(range(int(row["record_hash"], 16) + 1, row["seq"]))

    def _progress(self, row: dict[str, Any]) -> None:
        """One progress row against the change it belongs to."""
        code, verdict = row["code"], self.verdict
        moment = (code, row["happened"])
        change = self.committed.get(moment)
        if change is None:
            verdict.unexpected.append(code)
            return
        version, status, text = change
        if (row["status"], row["text_hash"]) != (status, text):
            verdict.corrupted.append(code)
        before, self.applied[moment] = self.applied.get(moment), row["seq"]
        if before is not None:
            (verdict.forgotten if before < self._forgot else verdict.duplicated).append(code)
            return
        if version <= self._newest.get(code, 0):
            verdict.reordered.append(code)
        self._newest[code] = max(version, self._newest.get(code, 0))


def _committed() -> Committed:
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
