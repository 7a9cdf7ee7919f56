"""Randomness that can be asked again: each draw is a function of the seed and of what it is for.

No generator's state is carried along, so a day gives the same rows whether it is simulated alone or among many, in this
process or another; Python's `hash` and the machine's clock are never asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from random import Random
from struct import unpack

_WHOLE = float(1 << 64)


@dataclass(frozen=True, slots=True)
class Draws:
    """Four independent numbers in [0, 1), named for what they decide."""

    choice: float
    time: float
    detail: float
    spare: float

    def between(self, span: tuple[timedelta, timedelta]) -> timedelta:
        """A whole number of seconds in `span`, by `time`."""
        shortest, longest = span
        return timedelta(seconds=int((shortest + (longest - shortest) * self.time).total_seconds()))


def draws(seed: int, *names: object) -> Draws:
    """The draws for what `names` say, under `seed`."""
    return Draws(*(number / _WHOLE for number in unpack(">4Q", _digest(seed, names))))


def generator(seed: int, *names: object) -> Random:
    """A generator of its own for a stream that needs many numbers."""
    return Random(int.from_bytes(_digest(seed, names), "big"))


def _digest(seed: int, names: Sequence[object]) -> bytes:
    return blake2b("\x1f".join(map(str, (seed, *names))).encode(), digest_size=32).digest()
