"""The nemesis: who is killed and what is disturbed when. Spread over the delivery by the share done, in an order drawn
from the seed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

VICTIMS: Final = ("pump", "worker", "redis", "postgres", "national")
DISTURBANCES: Final = {
    "flush": "Redis FLUSHALL",
    "beat": "a second beat",
    "xmin": "a transaction that lasts to the end",
}
"""What hurts and kills nobody: Redis forgets everything, pumps are woken twice, dead rows cannot be vacuumed away."""
FIRST, LAST = 0.1, 0.8  # shares of the delivery between which the blows fall


@dataclass(frozen=True)
class Blow:
    """`victim` is killed, or the disturbance of this name begins, when `share` of the applications are delivered."""

    share: float
    victim: str


def plan(victims: Sequence[str], seed: int) -> list[Blow]:
    """One blow each, evenly spread."""
    order = list(victims)
    Random(f"nemesis {seed}").shuffle(order)
    step = (LAST - FIRST) / max(len(order) - 1, 1)
    return [Blow(round(FIRST + number * step, 3), victim) for number, victim in enumerate(order)]


@dataclass
class Nemesis:
    """Carries a plan out; `strike` does the harm."""

    blows: list[Blow]
    strike: Callable[[str], None]
    done: list[Blow] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return len(self.done) == len(self.blows)

    def watch(self, delivered: float) -> None:
        """Strike once, where the share delivered has reached the next blow; at the end whatever is left."""
        left = self.blows[len(self.done) :]
        if left and delivered >= left[0].share:
            self.done.append(left[0])
            self.strike(left[0].victim)
