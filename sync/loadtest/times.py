"""When things were applied, in eight bytes each: millions of latencies, their quantiles and their histogram."""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from hdrh.histogram import HdrHistogram

Seconds = Sequence[float]
QUANTILES: Final = {
    "p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99_9": 0.999, "p99_99": 0.9999, "max": 1.0,
}  # fmt: skip
BUCKETS_A_DOUBLING: Final = 4  # of a histogram: bounds 19 % apart
LEAST_MS: Final = 1.0
HALVES: Final = 2  # of a second
LONGEST_US: Final = 24 * 3600 * 10**6


def _array() -> "array[float]":
    return array("d")


@dataclass
class Nothing:
    """Remembers nothing, for callers that want only the verdict."""

    def change(self, code: str, version: int, committed_at: float, applied_at: float, *, behind: bool) -> None:
        """A change was applied for the first time."""


@dataclass
class Times:
    """Seconds from each change's commit to its application, and from the moment it was meant to be committed.

    `intended` are those moments by code and version, of the changes made while the job ran; all others were there
    before, and for them both are the same.
    """

    intended: Mapping[tuple[str, int], float] = field(default_factory=dict)
    applied_at: "array[float]" = field(default_factory=_array)
    from_commit: "array[float]" = field(default_factory=_array)
    from_intended: "array[float]" = field(default_factory=_array)
    in_front: "array[float]" = field(default_factory=_array)  # from the commit, of changes that waited behind nothing
    behind: "array[float]" = field(default_factory=_array)  # of those committed while an earlier one was under way
    earliest: dict[int, float] = field(default_factory=dict)  # half second of application → the first commit of it
    heat: "Counter[tuple[int, int]]" = field(default_factory=Counter)  # (second of application, bucket of the latency)

    def change(self, code: str, version: int, committed_at: float, applied_at: float, *, behind: bool) -> None:
        """A change was applied for the first time; `behind` an earlier one of its application."""
        (self.behind if behind else self.in_front).append(applied_at - committed_at)
        self.applied_at.append(applied_at)
        self.from_commit.append(applied_at - committed_at)
        self.from_intended.append(applied_at - self.intended.get((code, version), committed_at))
        half = int(applied_at * HALVES)
        self.earliest[half] = min(self.earliest.get(half, committed_at), committed_at)
        self.heat[int(applied_at), bucket(applied_at - committed_at)] += 1

    def heat_map(self, start: float) -> list[list[float]]:
        """[second from `start`, upper bound of the latency in ms, how many changes] of every cell that holds any."""
        return [[second - int(start), upper_ms(step), count] for (second, step), count in sorted(self.heat.items())]


def quantiles(seconds: Iterable[float]) -> dict[str, float]:
    """In milliseconds; nearest rank, so each is a span that occurred; 0 where there is none."""
    ordered = sorted(seconds)
    if not ordered:
        return dict.fromkeys(QUANTILES, 0.0)
    ranks = {name: max(math.ceil(round(share * len(ordered), 6)), 1) for name, share in QUANTILES.items()}
    return {name: round(ordered[rank - 1] * 1000, 1) for name, rank in ranks.items()}


def histogram(seconds: Iterable[float]) -> list[list[float]]:
    """[upper bound in ms, how many] of each bucket that holds any; the bounds grow by a fixed factor from 1 ms on."""
    counts = Counter(map(bucket, seconds))
    return [[upper_ms(step), counts[step]] for step in sorted(counts)]


def bucket(seconds: float) -> int:
    """The number of a latency's bucket, 0 for all up to LEAST_MS."""
    return math.ceil(math.log2(max(seconds * 1000, LEAST_MS) / LEAST_MS) * BUCKETS_A_DOUBLING)


def upper_ms(step: int) -> float:
    return float(round(LEAST_MS * 2 ** (step / BUCKETS_A_DOUBLING), 3))


def hdr(seconds: Iterable[float]) -> str:
    """An HdrHistogram of microseconds, three significant digits, in base64 (V2): other tools read and add it up."""
    found = HdrHistogram(1, LONGEST_US, 3)
    for microseconds, count in Counter(int(one * 1e6) for one in seconds).items():
        found.record_value(min(max(microseconds, 1), LONGEST_US), count)
    return bytes(found.encode()).decode("ascii")


def rate(moments: Seconds) -> float:
    """How many a second between the first and the last of these ordered moments; 0 where there are too few."""
    if len(moments) < 2:
        return 0.0
    seconds = moments[-1] - moments[0]
    return round((len(moments) - 1) / seconds, 1) if seconds else 0.0
