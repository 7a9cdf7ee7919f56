"""What commands are given on their lines: numbers within bounds, refused with a sentence that names them."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Final

LONGEST: Final = 20  # characters: more than any bound has


def whole(what: str, least: int, most: int) -> Callable[[str], int]:
    """Reads "42" as a `what` from `least` to `most`; "number of days" is such a thing."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < LONGEST and least <= int(text) <= most):
            raise ArgumentTypeError(f"{text!r} is no {what} from {least:,} to {most:,}")
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
            raise ArgumentTypeError(f"{text!r} is no {what} from {least:,} to {most:,}")
        return number

    return read


def port(text: str) -> int:
    """A TCP port that needs no privilege."""
    if not (text.isascii() and text.isdecimal() and len(text) < LONGEST and 1024 <= int(text) <= 65535):
        raise ArgumentTypeError(f"{text!r} is no port from 1024 to 65535")
    return int(text)


seed = whole("seed", 0, 2**63 - 1)
"""Every seed on a line."""
