"""How the sync job is doing: the questions that the sync board, the demo and the report ask. A few cheap queries.

Times are the machine's, asked of the database.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Min, Sum
from django.db.models.functions import Now

from sync import wire
from sync.classes import LABELS
from sync.database import rows
from sync.models import Delivery, Difference, Exchange, Gate, Reconciliation

RATE_WINDOW = timedelta(minutes=1)
ERROR_WINDOW = timedelta(hours=1)

_OLDEST = """
SELECT extract(epoch FROM now() - min(h.recorded_at)) FROM sync_delivery d
JOIN procedures_statuschange h ON h.application_id = d.application_id AND h.version = d.sent + 1
WHERE d.wanted > d.sent AND d.parked_at IS NULL
"""
_LAST_ANSWER = """
SELECT max(started_at + milliseconds * interval '1 millisecond') FROM sync_exchange WHERE id > %(after)s
"""


@dataclass(frozen=True)
class Health:
    """The state of the job at one moment; `differing` counts what reconciliation found and did not queue again."""

    backlog: int
    parked: int
    oldest_seconds: float | None
    records_last_minute: int
    errors_last_hour: dict[str, int]
    last_call_at: datetime | None
    reconciliations: list[Reconciliation]
    differing: int
    gate: Gate | None
    skipped: int  # refused, and given up by a person

    @property
    def is_interrupted(self) -> bool:
        """The breaker has opened, or feels whether the national side is back."""
        return self.gate is not None and self.gate.state != Gate.State.CLOSED

    @property
    def per_second(self) -> float:
        """Dossier records sent a second, over the last minute."""
        return self.records_last_minute / RATE_WINDOW.total_seconds()

    @property
    def is_well(self) -> bool:
        """The gate closed, nothing parked, no call failed lately, nothing older than five minutes, no difference."""
        fresh = self.oldest_seconds is None or self.oldest_seconds < 300
        return fresh and not (self.differing or self.parked or self.errors_last_hour or self.is_interrupted)


def meaning(error: str) -> str:
    """A failed call's class in words; nothing for an error that is of none."""
    return str(LABELS.get(error, ""))


@dataclass(frozen=True)
class Span:
    """From the first claim to the last acknowledgement of the calls since some moment."""

    first_claim: datetime | None
    last_answer: datetime | None

    @property
    def seconds(self) -> float:
        if self.first_claim is None or self.last_answer is None:
            return 0.0
        return (self.last_answer - self.first_claim).total_seconds()


def health() -> Health:
    """Ask everything."""
    recent = Exchange.objects.made().filter(started_at__gte=Now() - RATE_WINDOW)
    failed = Exchange.objects.filter(started_at__gte=Now() - ERROR_WINDOW).exclude(error="")
    runs = _reconciliations()
    records = recent.filter(service=wire.Service.SYNC_DOSSIERS).aggregate(sum=Sum("records"))["sum"]
    return Health(
        backlog=backlog(),
        parked=Delivery.objects.parked().count(),
        oldest_seconds=_oldest(),
        records_last_minute=records or 0,
        errors_last_hour=dict(failed.values_list("error").annotate(count=Count("pk")).order_by("-count")),
        last_call_at=Exchange.objects.made().order_by("-pk").values_list("started_at", flat=True).first(),
        reconciliations=runs,
        differing=Difference.objects.filter(reconciliation__in=runs, queued_again=False).count(),
        gate=Gate.objects.filter(destination=settings.NATIONAL["adapter_url"]).first(),
        skipped=Delivery.objects.skipped().count(),
    )


def _reconciliations() -> list[Reconciliation]:
    """The newest finished comparison of each scope, newest first; one of everything makes older ones void."""
    finished = Reconciliation.objects.filter(finished_at__isnull=False).order_by("scope", "-pk").distinct("scope")
    runs = sorted(finished, key=lambda run: -run.pk)
    whole = next((run.pk for run in runs if run.scope == Reconciliation.Scope.ALL), 0)
    return [run for run in runs if run.pk >= whole]


def backlog() -> int:
    """Applications waiting to be sent, parked ones not counted."""
    return Delivery.objects.backlog().count()


def last_error() -> str:
    """Why something that waits was not sent when it was tried last; "" where nothing failed."""
    failed = Delivery.objects.backlog().exclude(last_error="").order_by("-next_attempt_at")
    return failed.values_list("last_error", flat=True).first() or ""


def span_since(exchange: int) -> Span:
    """The span of all calls logged after the exchange with this number."""
    later = Exchange.objects.filter(pk__gt=exchange).exclude(records=0)
    [(last,)] = rows(_LAST_ANSWER, after=exchange)
    return Span(later.aggregate(first=Min("claimed_at"))["first"], last)


def last_exchange() -> int:
    """The number of the newest logged call, 0 before the first."""
    return Exchange.objects.aggregate(last=Max("pk"))["last"] or 0


def _oldest() -> float | None:
    [(seconds,)] = rows(_OLDEST)
    return None if seconds is None else float(seconds)
