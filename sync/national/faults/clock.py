"""The clock that outages, ramps, quotas and times to live follow: the wall's, or a virtual one that is set and runs.

Waiting is always real: a client that is kept for two seconds is kept for two seconds of its own time.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

FIRST: Final = 0.0
LAST: Final = datetime(3000, 1, 1, tzinfo=UTC).timestamp()  # that it can be set to
END: Final = datetime(9999, 1, 1, tzinfo=UTC).timestamp()  # where it stands still, however fast it ran


@dataclass
class Clock:
    """Seconds since 1970. Virtual once it was set; `speed` 0 stands still."""

    speed: float = 1.0
    is_virtual: bool = False
    _at: float = 0.0
    _since: float = field(default=0.0, repr=False)

    def now(self) -> float:
        if not self.is_virtual:
            return time.time()
        return min(self._at + (time.monotonic() - self._since) * self.speed, END)

    def set(self, at: float, speed: float) -> None:
        self.is_virtual, self._at, self.speed, self._since = True, at, speed, time.monotonic()

    def follow_the_wall(self) -> None:
        self.is_virtual, self.speed = False, 1.0
