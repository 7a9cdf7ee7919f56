"""The nemesis: who is killed when. Spread over the delivery by the share done, in an order drawn from the seed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

VICTIMS: Final = ("pump", "worker", "redis", "postgres", "national")
FIRST, LAST = 0.1, 0.8  # shares of the delivery between which the kills fall


@dataclass(frozen=True)
class Kill:
    """`victim` is killed when `share` of the applications are delivered."""

    share: float
    victim: str


def plan(victims: Sequence[str], seed: int) -> list[Kill]:
    """One kill each, evenly spread."""
    order = list(victims)
    Random(f"nemesis {seed}").shuffle(order)
    step = (LAST - FIRST) / max(len(order) - 1, 1)
    return [Kill(round(FIRST + number * step, 3), victim) for number, victim in enumerate(order)]


@dataclass
class Nemesis:
    """Carries a plan out; `strike` does the killing."""

    kills: list[Kill]
    strike: Callable[[str], None]
    done: list[Kill] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return len(self.done) == len(self.kills)

    def watch(self, delivered: float) -> None:
        """Strike once, where the share delivered has reached the next kill; at the end whatever is left."""
        left = self.kills[len(self.done) :]
        if left and delivered >= left[0].share:
            self.done.append(left[0])
            self.strike(left[0].victim)
