"""What commands are given on their lines: numbers within bounds, refused with a sentence that names them."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Final

LONGEST: Final = 20  # characters: more than any bound has


def whole(what: str, least: int, most: int) -> Callable[[str], int]:
    """Reads "42" as a `what` from `least` to `most`: a "number of days"."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < LONGEST and least <= int(text) <= most):
            raise ArgumentTypeError(f"{text!r} is no {what} from {_shown(least)} to {_shown(most)}")
        return int(text)

    return read


def real(what: str, least: float, most: float) -> Callable[[str], float]:
    """Reads "0.5" as a `what` from `least` to `most`."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not least <= number <= most:
            raise ArgumentTypeError(f"{text!r} is no {what} from {_shown(least)} to {_shown(most)}")
        return number

    return read


def _shown(number: float) -> str:
    """With separators where digits would have to be counted: "3660", "1,000,000"."""
    return f"{number:,}" if number > 99_999 else str(number)


port = whole("port", 1024, 65_535)
"""TCP ports that need no privilege."""
seed = whole("seed", 0, 2**63 - 1)
