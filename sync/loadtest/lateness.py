"""What the generators did against what was intended: lateness, arrivals missed, planned and achieved by the second."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from sync.loadtest.arrivals import LATE_SECONDS, per_second
from sync.loadtest.times import quantiles


def _array() -> "array[float]":
    return array("d")


@dataclass
class Lateness:
    """The generators' own log, read after the run; moments are seconds since 1970."""

    start: float
    planned: Sequence[float]
    intended: dict[tuple[str, int], float] = field(default_factory=dict)
    committed: "array[float]" = field(default_factory=_array)
    late: "array[float]" = field(default_factory=_array)

    def read(self, logs: Iterable[Path]) -> None:
        """A generator that was ended in the middle of a line leaves half of it: that change was never logged."""
        for log in logs:
            for line in log.read_bytes().splitlines(keepends=True):
                if line.endswith(b"\n"):
                    self.hear(**orjson.loads(line))

    def hear(self, *, code: str, version: int, intended: float, began: float, committed: float) -> None:
        """One arrival; it is late by how much later than intended it was begun."""
        self.intended[code, version] = intended
        self.committed.append(committed)
        self.late.append(max(began - intended, 0.0))

    def due(self, moment: float) -> int:
        """How many changes should have been committed by `moment`."""
        return bisect_right(self.planned, moment - self.start)

    @property
    def missed(self) -> int:
        """Arrivals that were begun later than a second, or never."""
        never = len(self.planned) - len(self.late)
        return never + sum(1 for late in self.late if late > LATE_SECONDS)

    def to_json(self) -> dict[str, Any]:
        """`arrivals` of result.json."""
        late = quantiles(self.late)
        return {
            "planned_per_second": per_second(self.planned),
            "achieved_per_second": per_second([moment - self.start for moment in self.committed]),
            "lateness_ms": {name: late[name] for name in ("p50", "p99", "max")},
            "missed": self.missed,
        }
