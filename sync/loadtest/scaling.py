"""How the rate grows with the number of workers, and the serial share that Amdahl's law finds in it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SATURATED = 0.9  # of all cores busy: the machine is the limit


@dataclass(frozen=True)
class Point:
    """One measurement: applications a second with so many workers, and how busy all cores were, from 0 to 1."""

    workers: int
    per_second: float
    busy: float

    @property
    def is_saturated(self) -> bool:
        return self.busy >= SATURATED

    def to_json(self) -> dict[str, Any]:
        return {"workers": self.workers, "applications_per_second": self.per_second, "busy": self.busy}


def serial_share(points: Sequence[Point]) -> float | None:
    """The share s of Amdahl's law, speed-up(n) = 1 / (s + (1 - s) / n), by least squares; from 0 to 1.

    Against the first point; None where there are fewer than two.
    """
    if len(points) < 2 or not points[0].per_second:
        return None
    least = points[0]
    above = below = 0.0
    for point in points[1:]:
        factor = least.workers / point.workers
        cost = least.per_second / point.per_second if point.per_second else 1.0  # 1 / speed-up: factor + s (1 - factor)
        above += (cost - factor) * (1 - factor)
        below += (1 - factor) ** 2
    return round(min(max(above / below, 0.0), 1.0), 3)


def predicted(points: Sequence[Point], workers: int) -> float:
    """Applications a second that the law expects of so many workers."""
    share = serial_share(points)
    least = points[0]
    if share is None:
        return least.per_second
    factor = least.workers / workers
    return least.per_second / (share + (1 - share) * factor)


def to_json(points: Sequence[Point]) -> dict[str, Any]:
    """`scaling` of result.json."""
    return {
        "points": [{**point.to_json(), "predicted": round(predicted(points, point.workers), 1)} for point in points],
        "serial_share": serial_share(points),
        "saturated_at": next((point.workers for point in points if point.is_saturated), None),
    }
