"""Telling why messages failed: each reason once, however many people it met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape

from naverworks_notify.cli._language import tr
from naverworks_notify.cli._output import told
from naverworks_notify.cli._rows import Row
from naverworks_notify.notifier import Status

__all__ = ["some", "tell_failures"]

_NAMED = 5


def some(names: Sequence[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    shown = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return shown + tr(f" and {more} more", f" 외 {more}명") if more > 0 else shown


def tell_failures(console: Console, rows: Iterable[Row]) -> None:
    """Print each distinct error with the people it met and what to do next."""
    met: dict[tuple[str, str, tuple[str, ...]], dict[str, None]] = {}
    for row in rows:
        if row.error is None:
            continue
        kind = tr("unknown", "확인 불가") if row.status is Status.UNKNOWN else tr("failed", "실패")
        sentence, steps = told(row.error)
        met.setdefault((kind, sentence, steps), {})[row.person_id] = None
    for (kind, sentence, steps), people in met.items():
        said = escape(f"{some(list(people))}: {sentence}")
        console.print(f"[bold red]{kind}:[/] {said}", soft_wrap=True)
        for step in steps:
            console.print(f"  [dim]→[/] {escape(step)}", soft_wrap=True)
