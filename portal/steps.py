"""Progress of the long steps: bars on a terminal, a line a step elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

Advance = Callable[[int], None]
"""Says how far the step is: the number done so far."""


@contextmanager
def bar(title: str, total: int | None, console: Console, *, shown: bool = True) -> Iterator[Advance]:
    """Inside, call the given function with the number done so far."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True, disable=not shown) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.update(task, completed=done)


class Steps:
    """The steps of a run: shows each, and remembers how long it took (`seconds`)."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str, title: str, total: int | None = None) -> Iterator[Advance]:
        """One step, with its bar."""
        began = monotonic()
        with bar(title, total, self.console) as advance:
            yield advance
        took = monotonic() - began
        self.seconds[name] = round(self.seconds.get(name, 0) + took, 2)
        self.console.print(f"[green]✓[/] {title} [dim]{took:.1f} s[/]")

    def say(self, sentence: str) -> None:
        self.console.print(f"[yellow]![/] {sentence}")
