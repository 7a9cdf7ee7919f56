"""Watches the running job deliver what is waiting, and may have an accident happen on the way."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from portal.steps import Advance
from sync import health

LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 150  # longer than two leases: then nothing more will come


class Stuck(RuntimeError):
    """Nothing has been delivered for a long time though something waits."""


@dataclass
class Accident:
    """Something that happens once, when half of the work is done."""

    happen: Callable[[], None]
    happened: bool = False

    def watch(self, done: int, total: int) -> None:
        if not self.happened and total and done * 2 >= total:
            self.happened = True
            self.happen()


def wait_until_delivered(total: int, advance: Advance, accident: Accident | None = None) -> None:
    """Until nothing waits. Raises `Stuck` after a long time without any progress."""
    least, since = total, time.monotonic()
    while waiting := health.backlog():
        done = max(total - waiting, 0)
        advance(done)
        if accident:
            accident.watch(done, total)
        if waiting < least:
            least, since = waiting, time.monotonic()
        if time.monotonic() - since > PATIENCE_SECONDS:
            raise Stuck(f"{waiting} applications wait and none was delivered for {PATIENCE_SECONDS} s")
        time.sleep(LOOK_SECONDS)
    advance(total)
