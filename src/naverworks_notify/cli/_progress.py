"""A progress bar on stderr for work that takes longer than a moment; silent where nobody watches."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from naverworks_notify.cli._language import tr
from naverworks_notify.cli._output import sides, speaking_through

__all__ = ["Bar", "bar", "track"]

T = TypeVar("T")

# Shorter runs are over before anyone wonders.
SHOWN_AFTER_S = 2.0


class _Rate(ProgressColumn):
    """How many are done in a second."""

    def render(self, task: Task) -> Text:
        return Text(
            "" if task.speed is None else tr(f"{task.speed:.1f}/s", f"초당 {task.speed:.1f}")
        )


class Bar:
    """What is told of the work under way."""

    def __init__(self, progress: Progress | None, told: str, total: int | None) -> None:
        self._progress = progress
        self._task = None if progress is None else progress.add_task(told, total=total)

    def set(self, done: int, total: int | None = None) -> None:
        """Tell how many are done, and of how many where that has become known."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=total)


@contextmanager
def bar(told: str, total: int | None = None) -> Iterator[Bar]:
    """Show a bar from the third second on, with rate and time left; on a pipe or in a log, nothing.

    Args:
        told: What is being done.
        total: How many there are, where that is known.
    """
    console = sides()
    if not console.is_terminal or console.is_dumb_terminal:
        yield Bar(None, told, total)
        return
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    shown = threading.Timer(SHOWN_AFTER_S, progress.start)
    shown.daemon = True
    with ExitStack() as stack:
        stack.callback(progress.stop)
        stack.callback(shown.join)
        stack.callback(shown.cancel)
        stack.enter_context(speaking_through(console))
        shown.start()
        yield Bar(progress, told, total)


def track(items: Iterable[T], *, told: str, total: int | None = None) -> Iterator[T]:
    """Yield the items while a bar shows how many are done."""
    with bar(told, total) as shown:
        for done, item in enumerate(items):
            shown.set(done, total)
            yield item
