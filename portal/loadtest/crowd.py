"""The generators of an open model: started before the job has work, begun together, read when the run is over."""

import math
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from portal.embedded import CannotRun
from portal.loadtest.generator import LOG, READY, START
from portal.processes import Program, Supervisor
from sync.loadtest.arrivals import Arrivals, intended
from sync.loadtest.lateness import Lateness

A_GENERATOR: Final = 60.0  # changes a second that one process makes without being late
MOST: Final = 4
READY_SECONDS: Final = 60
BEFORE_START: Final = 0.5


@dataclass
class Crowd:
    """The generator processes of one run; their files lie in `folder`, which is emptied of older ones."""

    supervisor: Supervisor
    environment: Mapping[str, str]
    folder: Path
    arrivals: Arrivals
    number: int
    rate: float
    seed: int
    day: date
    _names: list[str] = field(default_factory=list)
    _lateness: Lateness = field(init=False)

    @property
    def parts(self) -> int:
        """So many processes share the changes."""
        return min(math.ceil(self.rate / A_GENERATOR), MOST)

    def prepare(self) -> None:
        """Start them and wait until each is ready. Raises CannotRun with a generator's own last words."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.iterdir():
            old.unlink()
        parts = self.parts
        for part in range(parts):
            program = self._program(part, parts)
            self._names.append(program.name)
            self.supervisor.start(program)
        ends = time.monotonic() + READY_SECONDS
        while not all((self.folder / READY.format(part=part)).exists() for part in range(parts)):
            self._require_sound()
            if time.monotonic() > ends:
                raise CannotRun(f"the generators did not get ready within {READY_SECONDS} s, see {self.folder}")
            time.sleep(0.05)

    def begin(self) -> None:
        """Let all of them begin at the same moment, half a second from now."""
        start = time.time() + BEFORE_START
        draft = self.folder / f"{START}.new"
        draft.write_text(repr(start))
        draft.rename(self.folder / START)
        planned = intended(self.arrivals, number=self.number, rate=self.rate, seed=self.seed)
        self._lateness = Lateness(start, planned)

    def due(self, moment: float) -> int:
        """How many changes should have been committed by `moment`."""
        return self._lateness.due(moment)

    def is_busy(self) -> bool:
        """Is somebody still generating? Raises CannotRun where one ended before its work was done."""
        self._require_sound()
        return any(self.supervisor.is_alive(name) for name in self._names)

    def _require_sound(self) -> None:
        for name in self._names:
            if self.supervisor.has_failed(name):
                log = self.folder / f"{name}.log"
                said = log.read_text(errors="replace").strip().splitlines()[-1:]
                raise CannotRun(f"{name} ended before its work was done: {' '.join(said)} (see {log})")

    def finish(self) -> Lateness:
        """What they did; who is not done yet is ended."""
        self.supervisor.stop(*self._names)
        self._lateness.read(self.folder / LOG.format(part=part) for part in range(len(self._names)))
        return self._lateness

    def _program(self, part: int, parts: int) -> Program:
        told = {
            "--arrivals": self.arrivals, "--number": self.number, "--rate": self.rate, "--seed": self.seed,
            "--day": self.day, "--part": part, "--parts": parts, "--folder": self.folder,
        }  # fmt: skip
        command = [sys.executable, "-m", "portal.loadtest.generator"]
        command += [text for name, value in told.items() for text in (name, str(value))]
        name = f"generator-{part}"
        environment = {**self.environment, "DJANGO_SETTINGS_MODULE": "portal.settings"}
        return Program(name, command, environment, self.folder / f"{name}.log", once=True)
