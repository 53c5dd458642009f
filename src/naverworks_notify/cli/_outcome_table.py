"""Who got what, and why, as a table for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from naverworks_notify.alerts import entries_of
from naverworks_notify.cli._rows import Row
from naverworks_notify.cli._summary import summary
from naverworks_notify.notifier import Status

__all__ = ["Section", "outcome_table", "print_totals", "title_of", "totals"]


@frozen
class Section:
    """One alert in the table.

    Attributes:
        title: What happened, in words.
        rows: What came of it, person by person.
    """

    title: str
    rows: Sequence[Row]


_STYLES: Mapping[str, str] = {
    "sent": "green",
    "would send": "green",
    "failed": "bold red",
    "unknown": "bold yellow",
    "unmatched": "yellow",
    "deferred": "cyan",
    "digested": "cyan",
    "suppressed": "dim",
}


def outcome_table(
    sections: Iterable[Section],
    names: Mapping[str, str],
    *,
    everyone: bool = False,
    width: int | None = None,
) -> Table:
    """Return the table of a run.

    People without any relation to an alert are counted in one line per alert, unless `everyone`
    asks for all of them.
    """
    narrow = width is not None and width < _WIDE
    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=True, padding=(0, 1, 0, 0))
    table.add_column("Alert", ratio=3, overflow="fold")
    table.add_column("Person", ratio=2, overflow="fold")
    table.add_column("Outcome", min_width=10, no_wrap=True)
    table.add_column("Why", ratio=3, overflow="fold")
    table.add_column("What was sent", ratio=4 if narrow else 7, overflow="ellipsis", no_wrap=True)
    for section in sections:
        title, rows = section.title, section.rows
        shown = [row for row in rows if everyone or row.decision.audience is not None]
        for index, row in enumerate(shown):
            table.add_row(Text(title if index == 0 else ""), *_cells(row, names))
        rest = Counter(
            str(row.decision.reason)
            for row in rows
            if not everyone and row.decision.audience is None
        )
        if rest:
            told = ", ".join(f"{reason} {count}" for reason, count in rest.most_common())
            table.add_row(
                Text("" if shown else title),
                Text(f"+ {rest.total()} more", style="dim"),
                Text("suppressed", style="dim"),
                Text(told, style="dim"),
                "",
            )
        table.add_section()
    return table


_WIDE = 110


def _cells(row: Row, names: Mapping[str, str]) -> tuple[Text, ...]:
    decision = row.decision
    ended = "would send" if row.status is None else str(row.status)
    style = _STYLES[ended]
    why = str(decision.reason)
    if decision.until is not None:
        why += f" until {decision.until:%m-%d %H:%M}"
    if row.detail:
        why += f" ({row.detail})"
    return (
        Text(names.get(decision.person_id, decision.person_id)),
        Text(ended, style=style),
        Text(why, style="dim" if row.status is Status.SUPPRESSED else ""),
        Text(summary(row.content)),
    )


def title_of(alert_type: str) -> str:
    """Return what an alert is called in the table: its label, else its type."""
    for entry in entries_of(alert_type):
        return entry.korean_label
    return alert_type


def totals(sections: Iterable[Section]) -> Counter[str]:
    """Return how many rows ended in each way."""
    return Counter(
        "would send" if row.status is None else str(row.status)
        for section in sections
        for row in section.rows
    )


def print_totals(console: Console, sections: Iterable[Section]) -> None:
    """Print how many rows ended in each way, in one line."""
    counted = totals(sections)
    parts = [
        f"[{_STYLES[ended]}]{counted[ended]} {ended}[/]" for ended in _STYLES if counted[ended]
    ]
    console.print(" · ".join(parts) or "Nothing to tell.")
