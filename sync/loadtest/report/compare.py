"""Two runs side by side: what changed, by how much, and whether that is better, worse or within the noise. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sync.loadtest.report.history import ASKED

TOLERANCE: Final = 0.10  # shared machines are noisy: less than a tenth is no change
# Name of the figure, and whether more of it is better.
COMPARED: Final[Mapping[str, bool]] = {
    "applications_per_second": True,
    "drain_rate_first_tenth": True,
    "drain_rate_last_tenth": True,
    "seconds": False,
    "peak_rss_mb": False,
    "latency_ms.p50": False,
    "latency_ms.p95": False,
    "latency_ms.p99": False,
    "latency_ms.max": False,
    "cost.events_per_core_second": True,
    "cost.bytes_per_event": False,
}


@dataclass(frozen=True)
class Change:
    """One figure in both runs."""

    name: str
    before: float
    after: float
    more_is_better: bool

    @property
    def share(self) -> float:
        """Of the former figure: 0.25 is a quarter more."""
        return (self.after - self.before) / self.before

    @property
    def judgement(self) -> str:
        """better, worse or same."""
        if abs(self.share) <= TOLERANCE:
            return "same"
        return "better" if (self.share > 0) is self.more_is_better else "worse"


def changes(result: Mapping[str, Any], other: Mapping[str, Any]) -> list[Change]:
    """Of the figures that both have."""
    found = []
    for name, more_is_better in COMPARED.items():
        after, before = figure(result, name), figure(other, name)
        if after is not None and before:
            found.append(Change(name, before, after, more_is_better))
    return found


def figure(result: Mapping[str, Any], name: str) -> float | None:
    """The number under a dotted name, if there is one."""
    value: Any = result
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def asked_otherwise(result: Mapping[str, Any], other: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """The parameters that differ: name, the other run's, this run's."""
    now, before = result.get("run", {}), other.get("run", {})
    return [(name, before.get(name), now.get(name)) for name in ASKED if now.get(name) != before.get(name)]
