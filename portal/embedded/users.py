"""Who uses the embedded servers: a shared lock each; the last to leave stops them.

Locks of a killed process vanish with it, so nothing has to be cleaned up; a server it left behind is reused by the next
user, and stopped by it.
"""

import fcntl
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from portal.embedded.places import Places, database_url
from portal.embedded.postgres import Postgres, ensure_database
from portal.embedded.redis import Redis


@contextmanager
def running(local: Path, *, postgres: bool = True, redis: bool = True, databases: Sequence[str] = ()) -> Iterator[None]:
    """Have the embedded servers run, with these databases, while inside; starting twice costs nothing."""
    servers = ([Postgres(Places(local))] if postgres else []) + ([Redis(Places(local))] if redis else [])
    if not servers:
        yield
        return
    local.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (local / "users.lock").open("a") as users:
        try:
            with _one_at_a_time(local):
                fcntl.flock(users, fcntl.LOCK_SH)
                for server in servers:
                    server.start()
                for name in databases if postgres else ():
                    ensure_database(database_url(local, name))
            yield
        finally:
            with _undisturbed(), _one_at_a_time(local):
                fcntl.flock(users, fcntl.LOCK_UN)
                if _nobody_else(users.fileno()):
                    for server in reversed(servers):
                        server.stop()


@contextmanager
def _one_at_a_time(local: Path) -> Iterator[None]:
    """Starting and stopping exclude each other between processes."""
    with (local / "start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not interrupt the stopping."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _nobody_else(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
