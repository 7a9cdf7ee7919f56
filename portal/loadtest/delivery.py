"""The job at work and everything that happens meanwhile: samples, kills, who is back when, until nothing waits."""

import time
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import InterfaceError, OperationalError, connection

from portal.loadtest.crowd import Crowd
from portal.loadtest.gauges import Gauges
from portal.loadtest.stage import Stage
from portal.steps import Advance
from sync import health
from sync.loadtest.nemesis import Nemesis
from sync.loadtest.samples import Samples

LOOK_SECONDS: Final = 0.2
SAMPLE_SECONDS: Final = 0.5


@dataclass
class Watch:
    """One delivery under observation; moments are seconds since the samples' start."""

    stage: Stage
    gauges: Gauges
    nemesis: Nemesis
    samples: Samples
    kills: list[dict[str, Any]] = field(default_factory=list)
    disturbed: dict[str, float] = field(default_factory=dict)  # since when
    _next_sample: float = 0.0

    def until_delivered(self, total: int, advance: Advance, *, timeout: float, crowd: Crowd | None = None) -> bool:
        """True when nothing waits any more, nobody generates and who was killed is back; false when the time is up.

        `total` is what will be delivered: applications of a burst, changes of an open model.
        """
        ends = time.monotonic() + timeout
        while time.monotonic() < ends:
            busy = crowd is not None and crowd.is_busy()  # asked before: what it committed last is seen waiting then
            waiting = self._look()
            if waiting == 0 and not busy and self._is_over():
                return True
            if waiting is not None:
                delivered = total - waiting if crowd is None else crowd.due(time.time()) - waiting
                advance(max(delivered, 0))
                self.nemesis.watch(delivered / total)
            time.sleep(LOOK_SECONDS)
        return False

    def note_kill(self, victim: str) -> None:
        """Called when a victim is about to die."""
        self.kills.append({"victim": victim, "at": self._now(), "back_at": None})

    def note_disturbance(self, name: str) -> None:
        """Called when a disturbance is about to begin."""
        self.disturbed[name] = self._now()

    def _is_over(self) -> bool:
        return self.nemesis.is_done and all(kill["back_at"] is not None for kill in self.kills)

    def _look(self) -> int | None:
        """Applications that wait; None while the database is away."""
        try:
            self._note_returns()
            now = time.monotonic()
            if now < self._next_sample:
                return health.backlog()
            self._next_sample = max(self._next_sample + SAMPLE_SECONDS, now)
            return self.samples.take(self.gauges.read())
        except (OperationalError, InterfaceError):
            connection.close()
            return None

    def _note_returns(self) -> None:
        for kill in self.kills:
            if kill["back_at"] is None and self.stage.is_back(kill["victim"]):
                kill["back_at"] = self._now()

    def _now(self) -> float:
        return round(time.time() - self.samples.start, 3)
