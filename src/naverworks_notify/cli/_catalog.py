"""`naverworks-notify catalog`: every alert this package words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from naverworks_notify.alerts import ENTRIES, Audience, EntryInfo, Relation, Timing
from naverworks_notify.cli._exit import Exit
from naverworks_notify.cli._language import tr
from naverworks_notify.cli._options import as_json_flag, helped
from naverworks_notify.cli._output import results, write_json

__all__ = ["catalog"]

_INDENT = 2
_ACCENTS: Mapping[Audience, str] = {Audience.INTERVIEWER: "cyan", Audience.MANAGER: "green"}
_RECIPIENTS: Mapping[Relation, tuple[str, str]] = {
    Relation.ASSIGNED: ("whoever is assigned", "배정된 사람"),
    Relation.POSTING: ("whoever manages the posting", "공고를 관리하는 사람"),
    Relation.ADDRESSED: ("whoever is addressed", "지정된 사람"),
}
_TIMINGS: Mapping[Timing, tuple[str, str]] = {
    Timing.IMMEDIATE: ("at once", "즉시"),
    Timing.REMINDER: (
        "as a reminder, at a time your app works out",
        "앱이 계산한 시각에 보내는 리마인더",
    ),
    Timing.HOURLY_DIGEST: (
        "collected for an hour, per person and posting",
        "사람과 공고별로 한 시간 동안 모아서",
    ),
}


def catalog(
    *,
    audience: Annotated[
        Literal["interviewer", "manager"] | None,
        helped("Only the entries for one audience.", "이 대상의 항목만."),
    ] = None,
    as_json: Annotated[bool, as_json_flag()] = False,
) -> int:
    """List the catalog: for whom, when, and with which fields (! required, ? optional)."""
    entries = [one for one in ENTRIES.values() if audience in (None, one.audience)]
    if as_json:
        for entry in entries:
            write_json(_to_dict(entry))
        return Exit.DONE
    console = results()
    for group in Audience:
        members = [entry for entry in entries if entry.audience is group]
        if members:
            _print_group(console, group, members)
    console.print(
        Text.assemble(
            tr(f"{len(entries)} entries   ", f"항목 {len(entries)}개   "),
            _field(tr("required!", "필수!")),
            "  ",
            _field(tr("optional?", "선택?")),
        )
    )
    return Exit.DONE


def _print_group(console: Console, audience: Audience, entries: list[EntryInfo]) -> None:
    accent = _ACCENTS[audience]
    console.print(
        Rule(Text(f"{audience} · {len(entries)}", f"bold {accent}"), align="left", style=accent)
    )
    for entry in entries:
        console.print()
        console.print(Text(entry.id, f"bold {accent}"), soft_wrap=True)
        for part in (_label(entry), _details(entry)):
            console.print(Padding(part, (0, 0, 0, _INDENT), expand=False))
    console.print()


def _label(entry: EntryInfo) -> str:
    # The names of the product's list, in both languages: one is looked for by either.
    return f"{entry.korean_label} · {entry.english_label}"


def _details(entry: EntryInfo) -> Table:
    told = Table.grid(padding=(0, 2, 0, 0))
    told.add_column(style="dim", no_wrap=True)
    told.add_column(overflow="fold")
    told.add_row(tr("audience", "대상"), f"{entry.audience}: {tr(*_RECIPIENTS[entry.relation])}")
    told.add_row(tr("trigger", "조건"), Text(entry.trigger))
    told.add_row(tr("timing", "시점"), tr(*_TIMINGS[entry.timing]))
    told.add_row(tr("fields", "필드"), Text("  ").join(map(_field, entry.fields)))
    return told


def _field(name: str) -> Text:
    return Text(name, "bold" if name.endswith("!") else "dim")


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
