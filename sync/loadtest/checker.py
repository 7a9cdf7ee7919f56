"""The checker: what was committed here against what was applied there, with the log of exchanges as a third witness.

The three share no code: the portal's tables say what must have been applied, the national side's own ledger what
was, the exchanges what the job heard of it. A ledger row is known by its identity on the wire: code, second, status,
text (national protocol, 3.3). The words are Jepsen's: lost, unexpected, duplicated, reordered, corrupted. Everything is
compared in slices, so that memory does not grow with the number of changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Sum

from sync import wire
from sync.client import NationalClient
from sync.loadtest import slices
from sync.loadtest.judgement import Clock, Judgement, Verdict
from sync.loadtest.times import Nothing
from sync.models import Delivery, Exchange

__all__ = ["DayCount", "Verdict", "check", "count_day"]
SERVICE_OF = {wire.LEDGER_RECORD: wire.Service.SYNC_DOSSIERS, wire.LEDGER_PROGRESS: wire.Service.UPDATE_PROGRESS}

NAMES = {wire.LEDGER_RECORD: ("Bản ghi hồ sơ", "Dossier records"), wire.LEDGER_PROGRESS: ("Tiến độ", "Progress rows")}


def check(client: NationalClient, times: Clock | None = None, *, slice_size: int = slices.SLICE) -> Verdict:
    """Compare everything. Read it while nothing is under way: the ledger is whole only then."""
    undone = slices.undone(client)  # what a backup undid does not count
    verdict, in_ledger = Verdict(restored=len(undone)), dict.fromkeys(SERVICE_OF, 0)
    for span in slices.slices(slice_size):
        judgement = Judgement(slices.committed(span), verdict, in_ledger, undone, times or Nothing())
        for effect in slices.ledger(client, span):
            judgement.hear(effect)
        judgement.close()
    _hear_the_third_witness(verdict, in_ledger)
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


def _hear_the_third_witness(verdict: Verdict, in_ledger: Mapping[str, int]) -> None:
    """The exchanges' own count: heard ≤ ledger ≤ heard + rows of calls whose answer nobody heard."""
    for kind, counted in in_ledger.items():
        calls = Exchange.objects.filter(service=SERVICE_OF[kind])
        heard = calls.aggregate(applied=Sum("applied"))["applied"] or 0
        unheard = calls.filter(applied=None).aggregate(records=Sum("records"))["records"] or 0
        verdict.recovered += max(counted - heard, 0)
        if not heard <= counted <= heard + unheard:
            verdict.disagreements.append(_disagreement(kind, counted, heard, unheard))


def _disagreement(kind: str, counted: int, heard: int, unheard: int) -> str:
    """In Vietnamese and in English, "vi / en"."""
    vi, en = NAMES[kind]
    return (
        f"{vi}: sổ của quốc gia có {counted}, tỉnh nghe báo {heard}, nhiều nhất {unheard} không nghe được câu trả lời"
        f" / {en}: {counted} in the national ledger, {heard} that the job heard of, at most {unheard} whose answer"
        " nobody heard"
    )
