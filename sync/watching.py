"""Who watches long work: told the number that is through; nobody, unless somebody does."""

from collections.abc import Callable

Told = Callable[[int], object]


def nobody(_through: int) -> None:
    """Told where nobody watches."""
