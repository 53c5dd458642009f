"""`naverworks-notify catalog`: every alert this package words."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from naverworks_notify.alerts import ENTRIES, EntryInfo
from naverworks_notify.cli._exit import Exit
from naverworks_notify.cli._options import AsJson
from naverworks_notify.cli._output import results, write_json

__all__ = ["catalog"]

_LABEL_WIDTH = 9


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
    console = results()
    for entry in entries:
        console.print(
            f"[bold]{entry.id}[/]  {entry.korean_label} · {entry.english_label}", soft_wrap=True
        )
        told = Table.grid(padding=(0, 1, 0, 0))
        told.add_column(width=_LABEL_WIDTH, style="dim")
        told.add_column(overflow="fold")
        told.add_row("  timing", Text(str(entry.timing)))
        told.add_row("  when", Text(entry.trigger))
        told.add_row("  fields", Text(" ".join(entry.fields)))
        console.print(told)
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
