"""Telling why messages failed: each reason once, however many people it met."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape

from naverworks_notify.cli._output import told
from naverworks_notify.cli._rows import Row
from naverworks_notify.notifier import Status

__all__ = ["tell_failures"]

_NAMED = 5


def tell_failures(console: Console, rows: Iterable[Row]) -> None:
    """Print each distinct error with the people it met and what to do next."""
    met: dict[tuple[str, str, tuple[str, ...]], dict[str, None]] = {}
    for row in rows:
        if row.error is None:
            continue
        kind = "unknown" if row.status is Status.UNKNOWN else "failed"
        sentence, steps = told(row.error)
        met.setdefault((kind, sentence, steps), {})[row.decision.person_id] = None
    for (kind, sentence, steps), people in met.items():
        names = list(people)
        shown = ", ".join(names[:_NAMED])
        if len(names) > _NAMED:
            shown += f" and {len(names) - _NAMED} more"
        console.print(f"[bold red]{kind}:[/] {escape(shown)}: {escape(sentence)}", soft_wrap=True)
        for step in steps:
            console.print(f"  [dim]→[/] {escape(step)}", soft_wrap=True)
