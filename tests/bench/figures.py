"""The arithmetic of the bench: rates, medians, ratios, and the order in which competitors take their turns. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

RATIOS: Final = {
    "ours_over_floor": ("ours", "floor"),
    "ours_over_naive_celery": ("ours", "naive_celery"),
    "ours_over_serial": ("ours", "serial"),
    "ours_over_dlt": ("ours", "dlt"),
    "ours_batch_1_over_bare_client": ("ours_batch_1", "bare_client"),
}


@dataclass(frozen=True)
class Measured:
    """One run of one competitor."""

    name: str
    round: int
    applications: int
    seconds: float

    @property
    def rate(self) -> float:
        """Applications a second."""
        return self.applications / self.seconds


def turns(names: Sequence[str], rounds: int) -> list[tuple[int, str]]:
    """A B C, A B C, …: what changes on the machine meanwhile meets all alike."""
    return [(number, name) for number in range(1, rounds + 1) for name in names]


def summary(runs: Iterable[Measured]) -> dict[str, Any]:
    """Per competitor the median, least and most rate; per ratio the median of the rounds' ratios."""
    rates: dict[str, dict[int, float]] = {}
    for run in runs:
        rates.setdefault(run.name, {})[run.round] = run.rate
    found: dict[str, Any] = {name: _spread(list(by_round.values())) for name, by_round in rates.items()}
    for ratio, (ours, theirs) in RATIOS.items():
        if ours in rates and theirs in rates:
            found[ratio] = round(_ratio(rates[ours], rates[theirs]), 3)
    return found


def _spread(rates: Sequence[float]) -> dict[str, Any]:
    return {
        "applications_per_second": round(median(rates), 1),
        "least": round(min(rates), 1),
        "most": round(max(rates), 1),
        "rounds": len(rates),
    }


def _ratio(ours: Mapping[int, float], theirs: Mapping[int, float]) -> float:
    return median(ours[number] / theirs[number] for number in ours.keys() & theirs.keys())
