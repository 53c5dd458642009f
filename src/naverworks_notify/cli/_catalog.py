"""`naverworks-notify catalog`: every alert this package words."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from naverworks_notify.alerts import ENTRIES, EntryInfo
from naverworks_notify.cli._exit import Exit
from naverworks_notify.cli._options import AsJson
from naverworks_notify.cli._output import results, write_json

__all__ = ["catalog"]


def catalog(
    *,
    audience: Annotated[
        Literal["interviewer", "manager"] | None,
        Parameter(help="Only the entries for one audience."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """List the catalog: for whom, when, and with which fields (! required, ? optional)."""
    entries = [one for one in ENTRIES.values() if audience in (None, one.audience)]
    if as_json:
        for entry in entries:
            write_json(_to_dict(entry))
        return Exit.DONE
    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=True, padding=(0, 1, 0, 0))
    table.add_column("Id and names", ratio=5, overflow="fold")
    table.add_column("Sent when", ratio=5, overflow="fold")
    table.add_column("Timing", min_width=9, no_wrap=True)
    table.add_column("Fields", ratio=5, overflow="fold")
    for entry in entries:
        names = Text(entry.id, style="bold")
        names.append(f"\n{entry.korean_label} · {entry.english_label}", style="not bold dim")
        table.add_row(
            names, Text(entry.trigger), Text(str(entry.timing)), Text(" ".join(entry.fields))
        )
        table.add_section()
    console = results()
    console.print(table)
    console.print(f"{len(entries)} entries")
    return Exit.DONE


def _to_dict(entry: EntryInfo) -> dict[str, object]:
    return {
        "id": entry.id,
        "audience": str(entry.audience),
        "event_type": entry.event_type,
        "relation": str(entry.relation),
        "korean_label": entry.korean_label,
        "english_label": entry.english_label,
        "trigger": entry.trigger,
        "timing": str(entry.timing),
        "fields": list(entry.fields),
    }
