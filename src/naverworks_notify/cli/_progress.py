"""A progress bar on stderr, for work that takes a while; silent where nobody watches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from naverworks_notify.cli._output import sides

__all__ = ["track"]

T = TypeVar("T")


def track(items: Iterable[T], *, told: str, total: int | None = None) -> Iterator[T]:
    """Yield the items while a bar on stderr shows how many are done.

    On a pipe or in a log nothing is drawn.
    """
    console = sides()
    if not console.is_terminal:
        yield from items
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        yield from bar.track(items, total=total, description=told)
