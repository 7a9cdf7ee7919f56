"""Who uses the embedded servers: a shared lock each; the last to leave stops them.

Locks of a killed process vanish with it, so nothing has to be cleaned up; a server it left behind is reused by the next
user, and stopped by it.
"""

import fcntl
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from portal.embedded.databases import ensure_database
from portal.embedded.places import Places, database_url
from portal.embedded.postgres import Postgres
from portal.embedded.redis import Redis

LEAVING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def running(local: Path, *, postgres: bool = True, redis: bool = True, databases: Sequence[str] = ()) -> Iterator[None]:
    """Have the embedded servers run, with these databases, while inside; starting twice costs nothing."""
    if not postgres and not redis:
        yield
        return
    local.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (local / "users.lock").open("a") as users:
        try:
            with undisturbed(), _one_at_a_time(local):
                fcntl.flock(users, fcntl.LOCK_SH)
                if postgres:
                    Postgres(Places(local)).start()
                    for name in databases:
                        ensure_database(database_url(local, name))
                if redis:
                    Redis(Places(local)).start()
            yield
        finally:
            with undisturbed(), _one_at_a_time(local):
                fcntl.flock(users, fcntl.LOCK_UN)
                if _nobody_else(users.fileno()):
                    Redis(Places(local)).stop()  # also one that only an earlier user wanted
                    Postgres(Places(local)).stop()


@contextmanager
def _one_at_a_time(local: Path) -> Iterator[None]:
    """Starting and stopping exclude each other between processes."""
    with (local / "start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold back Ctrl-C and polite kills until inside is done: half a start would leave a server nobody knows of."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals reach the main thread only
        return
    held: list[int] = []
    before = {number: signal.signal(number, lambda caught, _frame: held.append(caught)) for number in LEAVING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if held:
            signal.raise_signal(held[0])


def _nobody_else(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
