"""Waiting for what another thread or process is about to do."""

import time
from collections.abc import Callable

SECONDS = 10.0


def until(condition: Callable[[], object]) -> None:
    """Go on as soon as the condition is true."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not within {SECONDS:g} s"
        time.sleep(0.02)
