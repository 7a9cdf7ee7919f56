"""What a healthy run stays within. Told in the report, gates of the verdict only where asked for. Pure.

A busy machine, or a database killed on purpose, exceeds some of them and loses nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

PARENT_MB: Final = 80.0  # each page that is shared with the pumps counted once
A_PUMP_MB: Final = 60.0
PLATEAU: Final = 1.2  # the peak of memory in the second half over that in the first
SAMPLES: Final = 40  # fewer tell of programs that are still being loaded
CONNECTIONS: Final = 40.0  # of the hundred that PostgreSQL gives by default
STATEMENT_MS: Final = 1000.0
XMIN_AGE: Final = 100_000.0  # transactions that keep dead rows from being vacuumed away


@dataclass(frozen=True)
class Limit:
    """One figure and what it should not exceed."""

    name: str
    value: float
    most: float

    @property
    def is_kept(self) -> bool:
        return self.value <= self.most

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "value": self.value, "most": self.most, "kept": self.is_kept}


def limits(series: Sequence[Mapping[str, Any]], resources: Mapping[str, float], workers: int) -> list[Limit]:
    """The limits of a run with so many pumps; of flat memory only where the run was long enough to have two halves."""
    found = [
        Limit("peak_rss_worker_mb", resources["peak_rss_worker_mb"], PARENT_MB + workers * A_PUMP_MB),
        Limit("most_connections", resources["most_connections"], CONNECTIONS),
        Limit("statement_ms_p99", resources["statement_ms_p99"], STATEMENT_MS),
        Limit("most_xmin_age", resources["most_xmin_age"], XMIN_AGE),
    ]
    return found + [
        Limit(f"plateau_{name}", plateau, PLATEAU)
        for name in ("rss_worker_mb", "rss_national_mb")
        if (plateau := _plateau([row[name] for row in series])) is not None
    ]


def _plateau(values: Sequence[float]) -> float | None:
    """The peak of the second half over that of the first, the first fifth left out: programs are loaded then."""
    steady = values[len(values) // 5 :]
    first, second = (max(half, default=0.0) for half in (steady[: len(steady) // 2], steady[len(steady) // 2 :]))
    return round(second / first, 3) if len(values) >= SAMPLES and first else None
