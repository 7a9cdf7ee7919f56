"""Work in a process of its own, killed (SIGKILL) at a line: `python -m tests.sync.killed_at PLACE NTH WHEN WORK`.

PLACE is `module:attribute` of a function, NTH its call that is the last, WHEN `before` or `after` that call. WORK is
`pump`, `retry` for all parked letters in batches of two, or `accept:ID` for the act of an official on an application.
"""

import importlib
import inspect
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NoReturn

import django


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("SIGKILL cannot be survived")


def kill_at(place: str, nth: int, when: str) -> None:
    """Make the nth call of `place` this process's last."""
    module, _, attribute = place.partition(":")
    owner: Any = importlib.import_module(module)
    *path, name = attribute.split(".")
    for part in path:
        owner = getattr(owner, part)
    setattr(owner, name, _deadly(getattr(owner, name), nth, when))


def _deadly(function: Callable[..., Any], nth: int, when: str) -> Callable[..., Any]:
    calls = 0

    def is_last() -> bool:
        nonlocal calls
        calls += 1
        return calls == nth

    async def call_async(*arguments: Any, **named: Any) -> Any:
        last = is_last()
        if last and when == "before":
            die()
        result = await function(*arguments, **named)
        return die() if last else result

    def call(*arguments: Any, **named: Any) -> Any:
        last = is_last()
        if last and when == "before":
            die()
        result = function(*arguments, **named)
        return die() if last else result

    return call_async if inspect.iscoroutinefunction(function) else call


def main(place: str, nth: str, when: str, work: str) -> None:
    django.setup()
    from procedures import actions  # noqa: PLC0415  models exist only after the set-up
    from procedures.models import Application  # noqa: PLC0415
    from sync import parking  # noqa: PLC0415
    from sync.pump import pump  # noqa: PLC0415

    _what, _, number = work.partition(":")
    application = Application.objects.get(pk=number) if number else None
    kill_at(place, int(nth), when)
    if work == "retry":
        parking.BATCH = 2
        parking.replay(parking.Filter(), by="Trần Kỹ Sư", why="đã sửa ngày sinh")
    elif application is None:
        pump()
    else:
        actions.accept(application, by=None, at=application.changed_at + timedelta(hours=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
