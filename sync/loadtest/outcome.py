"""What a load test comes to: the checker's counts, the rates, the latencies, and one verdict."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, Sum

from sync.loadtest.checker import Verdict
from sync.loadtest.times import Seconds, quantiles, rate
from sync.models import Delivery, Exchange

NAMED: Final = 100  # dossiers named of each fault
FAULTS: Final = ("lost", "unexpected", "duplicated", "reordered", "corrupted")


@dataclass(frozen=True)
class Outcome:
    """Everything measured; `drained` says whether nothing waited at the end."""

    verdict: Verdict
    drained: bool
    differences: int
    absorbed: int
    seconds: float
    applications: int
    peak_rss_mb: float
    applied_at: Seconds
    latencies: Seconds

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
            "overtaken": len(verdict.overtaken),
            "skipped": verdict.skipped,
            "recovered": verdict.recovered,
            "forgotten": len(verdict.forgotten),
            "restored": verdict.restored,
            "absorbed": self.absorbed,
            "parked": verdict.parked,
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


def absorbed() -> int:
    """Records and rows that the national side had already, by the answers heard."""
    return Exchange.objects.aggregate(absorbed=Sum("absorbed"))["absorbed"] or 0


def unacknowledged() -> int:
    """Applications of which something is not acknowledged and not set aside."""
    return Delivery.objects.filter(wanted__gt=F("sent"), parked_at=None).count()
