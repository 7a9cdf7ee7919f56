"""What a load test comes to: the checker's counts, the rates, the latencies, and one verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import F, Sum

from sync import wire
from sync.client import NationalClient
from sync.loadtest.checker import Verdict
from sync.models import Delivery, Exchange

PAGE: Final = 50_000
NAMED: Final = 100  # dossiers named of each fault
FAULTS: Final = ("lost", "unexpected", "duplicated", "reordered", "corrupted")
QUANTILES: Final = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "max": 1.0}


@dataclass(frozen=True)
class Outcome:
    """Everything measured; `drained` says whether nothing waited at the end."""

    verdict: Verdict
    drained: bool
    parked: int
    differences: int
    absorbed: int
    seconds: float
    applications: int
    peak_rss_mb: float
    applied_at: Sequence[datetime]
    latencies: Sequence[float]

    @property
    def passed(self) -> bool:
        """Nothing lost, doubled, reordered or changed; both sides and all three sources agree; nothing waits."""
        return self.drained and self.verdict.is_clean and not self.differences

    def to_json(self) -> dict[str, Any]:
        """The content of result.json."""
        verdict = self.verdict
        counts = {name: len(getattr(verdict, name)) for name in FAULTS}
        return {
            "verdict": "PASS" if self.passed else "FAIL",
            "applications": self.applications,
            "committed": verdict.committed,
            "applied": verdict.applied,
            **counts,
            "forgotten": len(verdict.forgotten),
            "restored": verdict.restored,
            "absorbed": self.absorbed,
            "parked": self.parked,
            "differences": self.differences,
            "drained": self.drained,
            "seconds": round(self.seconds, 3),
            "applications_per_second": round(self.applications / self.seconds, 1) if self.seconds else 0.0,
            "drain_rate_first_tenth": rate(self.applied_at[: len(self.applied_at) // 10]),
            "drain_rate_last_tenth": rate(self.applied_at[-(len(self.applied_at) // 10) :]),
            "latency_ms": quantiles(self.latencies),
            "peak_rss_mb": round(self.peak_rss_mb, 1),
            "disagreements": verdict.disagreements,
            "dossiers": {name: sorted(set(getattr(verdict, name)))[:NAMED] for name in FAULTS if counts[name]},
        }


def rate(moments: Sequence[datetime]) -> float:
    """Records a second between the first and the last of these moments; 0 where there are too few."""
    if len(moments) < 2:
        return 0.0
    seconds = (moments[-1] - moments[0]).total_seconds()
    return round((len(moments) - 1) / seconds, 1) if seconds else 0.0


def quantiles(latencies: Sequence[float]) -> dict[str, float]:
    """In milliseconds, of latencies in seconds; nearest rank, so each is a latency that occurred."""
    ordered = sorted(latencies)
    last = len(ordered) - 1
    return {
        name: round(ordered[min(int(share * len(ordered)), last)] * 1000, 1) if ordered else 0.0
        for name, share in QUANTILES.items()
    }


def absorbed() -> int:
    """Records and rows that the national side had already, by the answers heard."""
    return Exchange.objects.aggregate(absorbed=Sum("absorbed"))["absorbed"] or 0


def unacknowledged() -> int:
    """Applications of which something is not acknowledged and not set aside."""
    return Delivery.objects.filter(wanted__gt=F("sent"), parked_at=None).count()


def applied(client: NationalClient) -> dict[str, datetime]:
    """When the national side applied each dossier's record for the first time, in the order of their application."""
    moments: dict[str, datetime] = {}
    after: int | None = 0
    while after is not None:
        page = client.get(wire.PATH_LEDGER, madonvi=client.destination.madonvi, after=after, limit=PAGE)
        columns = page["columns"]
        kind, code, at = columns.index("kind"), columns.index("code"), columns.index("applied_at")
        for row in page["rows"]:
            if row[kind] == wire.LEDGER_RECORD and row[code] not in moments:
                moments[row[code]] = datetime.fromisoformat(row[at])
        after = page["next"]
    return moments


def latencies(moments: dict[str, datetime]) -> list[float]:
    """Seconds from the commit of each application's first change to the record's first application there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.code, h.recorded_at FROM procedures_statuschange h"
            " JOIN procedures_application a ON a.id = h.application_id WHERE h.version = 1"
        )
        return [
            (moments[code] - committed).total_seconds()
            for code, committed in iter(cursor.fetchone, None)
            if code in moments
        ]
