"""When changes are meant to be committed: the intended times of an open model, known before the run (pure, seeded).

An open model does not wait for the job: who is held up commits late, and the lateness is measured from the time that
was intended. `burst` has everything committed before the job starts; `poisson` has exponential gaps; `day` has the two
humps of a working day, morning and afternoon, pressed into the seconds that so many arrivals take.
"""

import math
from array import array
from bisect import bisect
from collections.abc import Sequence
from enum import StrEnum
from itertools import accumulate, count, islice
from random import Random
from typing import Final

STEPS: Final = 1000  # of the day's curve
LATE_SECONDS: Final = 1.0  # an arrival later than this is missed
_HUMPS: Final = ((0.22, 0.11, 1.0), (0.72, 0.12, 0.8))  # of a day from 7:00 to 17:30: where, how wide, how high
_QUIET: Final = 0.08  # what comes in at any time, as a share of the morning's height


class Arrivals(StrEnum):
    """The kinds."""

    BURST = "burst"
    DAY = "day"
    POISSON = "poisson"


def intended(kind: Arrivals, *, number: int, rate: float, seed: int) -> "array[float]":
    """Seconds after the start at which each of `number` changes is meant to be committed, in order.

    `rate` is changes a second: the mean of `poisson`, and of the whole `day`.
    """
    random = Random(f"arrivals {kind} {seed}")
    match kind:
        case Arrivals.BURST:
            return array("d", [0.0]) * number
        case Arrivals.POISSON:
            return array("d", accumulate(random.expovariate(rate) for _ in range(number)))
        case Arrivals.DAY:
            curve, seconds = _curve(), number / rate
            return array("d", sorted(_place(curve, random.random()) * seconds for _ in range(number)))


def per_second(moments: Sequence[float]) -> list[int]:
    """How many of these moments fall into each second, from the start on."""
    counts = [0] * (int(max(moments, default=0.0)) + 1 if moments else 0)
    for moment in moments:
        counts[max(int(moment), 0)] += 1
    return counts


def share_of(moments: Sequence[float], part: int, parts: int) -> list[tuple[int, float]]:
    """The arrivals of one of `parts` generators, dealt in turn: number and moment."""
    return list(islice(zip(count(), moments, strict=False), part, None, parts))


def _curve() -> list[float]:
    """The share of a day's changes that lie before each step."""
    heights = [
        _QUIET + sum(high * math.exp(-((step / STEPS - place) ** 2) / (2 * wide**2)) for place, wide, high in _HUMPS)
        for step in range(STEPS)
    ]
    whole = sum(heights)
    return [0.0, *(sofar / whole for sofar in accumulate(heights))]


def _place(curve: list[float], draw: float) -> float:
    """Where in the day, from 0 to 1, the share `draw` of all changes is reached."""
    step = min(bisect(curve, draw), STEPS) - 1
    within = (draw - curve[step]) / (curve[step + 1] - curve[step])
    return (step + within) / STEPS
