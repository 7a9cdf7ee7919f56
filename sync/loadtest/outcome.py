"""What a load test comes to: the checker's counts, the gates, the rates, the latencies, and one verdict."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db.models import F, Sum

from procedures.models import StatusChange
from sync.loadtest.checker import Verdict
from sync.loadtest.limits import Limit
from sync.loadtest.times import Times, hdr, histogram, quantiles, rate
from sync.models import Exchange

NAMED: Final = 100  # dossiers named of each fault
FAULTS: Final = ("lost", "unexpected", "duplicated", "reordered", "corrupted")
DAY_SECONDS: Final = 86_400.0
TOLD: Final = (*FAULTS, "overtaken")  # an older record over a newer one is told; it must be gone at the end


@dataclass(frozen=True)
class Condition:
    """One condition of the verdict."""

    name: str
    value: float
    threshold: float = 0
    at_most: bool = False

    @property
    def passed(self) -> bool:
        return self.value == self.threshold or (self.at_most and self.value < self.threshold)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "passed": self.passed}


@dataclass(frozen=True)
class Outcome:
    """Everything measured. `waiting` applications were not delivered in time; parked ones do not wait, and `held` are
    changes that wait behind a parked one. `limits` are those that count for the verdict."""

    verdict: Verdict
    waiting: int
    differences: int
    absorbed: int
    held: int
    seconds: float
    applications: int
    peak_rss_mb: float
    times: Times
    limits: Sequence[Limit] = ()

    @property
    def gates(self) -> list[Condition]:
        """Nothing lost, doubled, reordered or changed; both sides and all three sources agree; nothing waits; every
        change is applied, parked, or given up by a person."""
        verdict = self.verdict
        return [
            *(Condition(name, len(getattr(verdict, name))) for name in FAULTS),
            Condition("committed", verdict.applied + verdict.parked + verdict.skipped, verdict.committed),
            Condition("differences", self.differences),
            Condition("disagreements", len(verdict.disagreements)),
            Condition("waiting", self.waiting),
            *(Condition(limit.name, limit.value, limit.most, at_most=True) for limit in self.limits),
        ]

    @property
    def passed(self) -> bool:
        return all(gate.passed for gate in self.gates)

    @property
    def applications_per_second(self) -> float:
        """From the first claim to the last acknowledgement."""
        return round(self.applications / self.seconds, 1) if self.seconds else 0.0

    def to_json(self) -> dict[str, Any]:
        """What result.json says of the verdict, the rates and the latencies."""
        verdict, times = self.verdict, self.times
        moments = sorted(times.applied_at)
        tenth = len(moments) // 10
        counts = {name: len(getattr(verdict, name)) for name in TOLD}
        return {
            "verdict": "PASS" if self.passed else "FAIL",
            "applications": self.applications,
            "committed": verdict.committed,
            "applied": verdict.applied,
            **counts,
            "parked": verdict.parked,
            "skipped": verdict.skipped,
            "absorbed": self.absorbed,
            "recovered": verdict.recovered,
            "forgotten": len(verdict.forgotten),
            "restored": verdict.restored,
            "differences": self.differences,
            "drained": self.waiting == 0,
            "seconds": round(self.seconds, 3),
            "applications_per_second": self.applications_per_second,
            "catch_up_factor": round(DAY_SECONDS / self.seconds, 1) if self.seconds else 0.0,
            "drain_rate_first_tenth": rate(moments[:tenth]),
            "drain_rate_last_tenth": rate(moments[-tenth:]) if tenth else 0.0,
            "latency_ms": quantiles(times.from_commit),
            "latency_from_intended_ms": quantiles(times.from_intended),
            "peak_rss_mb": round(self.peak_rss_mb, 1),
            "gates": [gate.to_json() for gate in self.gates],
            "histogram": {
                "latency": histogram(times.from_commit),
                "latency_from_intended": histogram(times.from_intended),
            },
            "hdr": {"latency": hdr(times.from_commit), "latency_from_intended": hdr(times.from_intended)},
            "ordering": {
                "in_front": len(times.in_front),
                "behind": len(times.behind),
                "in_front_ms": quantiles(times.in_front),
                "behind_ms": quantiles(times.behind),
                "held": self.held,
            },
            "disagreements": verdict.disagreements,
            "dossiers": {name: sorted(set(getattr(verdict, name)))[:NAMED] for name in TOLD if counts[name]},
        }


def held() -> int:
    """Changes held behind a refused one of their application: committed after it was parked."""
    behind = F("application__delivery__parked_at")
    return StatusChange.objects.filter(version__gt=F("application__delivery__sent"), recorded_at__gt=behind).count()


def absorbed() -> int:
    """Records and rows that the national side had already, by the answers heard."""
    return Exchange.objects.aggregate(absorbed=Sum("absorbed"))["absorbed"] or 0
