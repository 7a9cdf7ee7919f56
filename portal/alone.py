"""One run at a time on the servers of a folder: each would take the other's data from under it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.embedded import CannotRun


@contextmanager
def alone(local: Path, what: str) -> Iterator[None]:
    """No other `what`, a "load test", on the servers in `local` meanwhile. Raises CannotRun."""
    local.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (local / f"{what.replace(' ', '')}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(
                f"another {what} uses the servers in {local}: wait for its end, or set LOCAL_DIR to another folder"
            ) from None
        yield
