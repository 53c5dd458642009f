"""Who got what, and why, as a table for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from naverworks_notify.alerts import DocumentEvaluationCompleted, entries_of
from naverworks_notify.cli._rows import Row
from naverworks_notify.cli._summary import summary
from naverworks_notify.policy import Reason
from naverworks_notify.printable import printable

__all__ = ["Section", "print_outcomes", "print_totals", "title_of"]

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
_OUTCOME_WIDTH = max(map(len, _STYLES))
_REASON_WIDTH = len(Reason.DEFERRED_RECEIVE_WINDOW)
_NAME_WIDTH = 16


@frozen
class Section:
    """One alert in the table.

    Attributes:
        title: What happened, in words.
        rows: What came of it, person by person.
        note: More about it, shown after the title.
    """

    title: str
    rows: Sequence[Row]
    note: str = ""


def title_of(alert_type: str) -> str:
    """Return what an alert is called in the product, in Korean and English; else its type."""
    if alert_type == DocumentEvaluationCompleted.type:
        # Its catalog entry is the digest; one evaluation is less than that.
        return "서류 평가 완료 · Document evaluation completed"
    for entry in entries_of(alert_type):
        return f"{entry.korean_label} · {entry.english_label}"
    return alert_type


def print_outcomes(
    console: Console,
    sections: Iterable[Section],
    names: Mapping[str, str],
    *,
    everyone: bool = False,
) -> None:
    """Print a heading per alert, and under it a row per person.

    People without any relation to an alert are counted by reason, unless `everyone` asks for all
    of them. A person's message is cut at the edge of the terminal.
    """
    name_width = min(_NAME_WIDTH, max(cell_len(name) for name in [*names.values(), "00 others"]))
    header = _table(name_width)
    header.add_row("  Person", "Outcome", "Reason", "What was sent", style="bold")
    console.print(header)
    for section in sections:
        heading = Text(section.title, style="bold")
        if section.note:
            heading.append(f"  {section.note}", style="not bold dim")
        console.print(heading, no_wrap=True, overflow="ellipsis", crop=True)
        table = _table(name_width)
        for row in section.rows:
            if everyone or row.decision.audience is not None:
                table.add_row(*_cells(row, names))
        if not everyone:
            unconcerned = Counter(
                str(row.decision.reason) for row in section.rows if row.decision.audience is None
            )
            for reason, count in unconcerned.most_common():
                others = f"  {count} other{'s' if count > 1 else ''}"
                table.add_row(others, "suppressed", reason, "", style="dim")
        console.print(table)


def print_totals(console: Console, sections: Iterable[Section]) -> None:
    """Print how many rows ended in each way, in one line."""
    counted = Counter(_ended(row) for section in sections for row in section.rows)
    parts = [
        f"[{style}]{counted[ended]} {ended}[/]"
        for ended, style in _STYLES.items()
        if counted[ended]
    ]
    console.print(" · ".join(parts) or escape("Nothing happened."))


def _table(name_width: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=name_width + 2, no_wrap=True, overflow="ellipsis")
    table.add_column(width=_OUTCOME_WIDTH, no_wrap=True)
    table.add_column(width=_REASON_WIDTH, no_wrap=True, overflow="ellipsis")
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    return table


def _ended(row: Row) -> str:
    return "would send" if row.status is None else str(row.status)


def _cells(row: Row, names: Mapping[str, str]) -> tuple[Text, ...]:
    decision = row.decision
    ended = _ended(row)
    quiet = "dim" if ended == "suppressed" else ""
    told = summary(row.content)
    if decision.until is not None:
        told = f"until {decision.until:%Y-%m-%d %H:%M}"
    elif row.error is not None and not told:
        told = str(row.error)
    elif row.detail is not None:
        told = row.detail
    return (
        # Spelt out before the widths are worked out; the console would do it too late for that.
        Text(f"  {printable(names.get(decision.person_id, decision.person_id))}", style=quiet),
        Text(ended, style=_STYLES[ended]),
        Text(str(decision.reason), style=quiet),
        Text(printable(told)),
    )
