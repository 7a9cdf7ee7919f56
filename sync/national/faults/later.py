"""Work that was accepted and is done later (delayed_apply): bounded, done before the end, never lost in silence."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

LOG: Final = logging.getLogger(__name__)
MOST_WAITING: Final = 1000
MOST_BYTES: Final = 32 * 1024 * 1024  # of their bodies: as much as one request may have
FINISH_SECONDS: Final = 5.0


@dataclass
class Later:
    """What waits, each with what a person would call it."""

    held: int = 0  # bytes
    _tasks: dict[asyncio.Task[object], str] = field(default_factory=dict)

    def has_room(self, size: int) -> bool:
        return len(self._tasks) < MOST_WAITING and self.held + size <= MOST_BYTES

    def put(self, work: Coroutine[Any, Any, object], size: int, name: str) -> None:
        task = asyncio.create_task(work)
        self._tasks[task] = name
        self.held += size
        task.add_done_callback(partial(self._done, size))

    def _done(self, size: int, task: asyncio.Task[object]) -> None:
        self.held -= size
        name = self._tasks.pop(task)
        if task.cancelled():
            LOG.error("Accepted and lost, because the national system stopped: %s", name)
        elif error := task.exception():
            LOG.error("Accepted and lost: %s: %s", name, " ".join(f"{type(error).__name__}: {error}".split()))

    async def finish(self) -> None:
        """Wait some seconds for what is still to be done."""
        if not self._tasks:
            return
        _done, late = await asyncio.wait(self._tasks, timeout=FINISH_SECONDS)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=FINISH_SECONDS)
