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
from naverworks_notify.cli._facts import sentence_of
from naverworks_notify.cli._language import tr
from naverworks_notify.cli._rows import Row
from naverworks_notify.cli._summary import summary
from naverworks_notify.notifier import NotifierReason
from naverworks_notify.policy import Reason
from naverworks_notify.printable import printable

__all__ = ["Section", "print_outcomes", "print_totals", "title_of"]

_WOULD_SEND = "would send"
_STYLES: Mapping[str, str] = {
    "sent": "green",
    _WOULD_SEND: "green",
    "failed": "bold red",
    "unknown": "bold yellow",
    "unmatched": "yellow",
    "deferred": "cyan",
    "digested": "cyan",
    "suppressed": "dim",
}
_KOREAN: Mapping[str, str] = {
    "sent": "보냄",
    _WOULD_SEND: "보낼 예정",
    "failed": "실패",
    "unknown": "확인 불가",
    "unmatched": "주소 없음",
    "deferred": "나중에",
    "digested": "모아 보냄",
    "suppressed": "보내지 않음",
}
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
    """Return what an alert is called in the product's list, by either name; else its type."""
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
    rehearsed: bool = False,
) -> None:
    """Print a heading per alert, and under it a row per person.

    People without any relation to an alert are counted by reason, unless `everyone` asks for all
    of them. A person's message goes on over several lines where the terminal is narrow.

    Args:
        console: Where to.
        sections: What came of each alert.
        names: People's names by id.
        everyone: Whether everybody is listed.
        rehearsed: Whether nothing was sent.
    """
    name_width = min(_NAME_WIDTH, max(cell_len(name) for name in [*names.values(), "00 others"]))
    header = _table(name_width)
    header.add_row(
        tr("  Person", "  사람"),
        tr("Outcome", "결과"),
        tr("Reason", "이유"),
        tr("What would be sent, or why not", "보낼 내용, 또는 보내지 않는 이유")
        if rehearsed
        else tr("What was sent, or why not", "보낸 내용, 또는 보내지 않은 이유"),
        style="bold",
    )
    console.print(header)
    for section in sections:
        heading = Text(printable(section.title), style="bold")
        if section.note:
            heading.append(f"  {printable(section.note)}", style="not bold dim")
        console.print(heading, no_wrap=True, overflow="ellipsis", crop=True)
        table = _table(name_width)
        for row in section.rows:
            if everyone or _is_concerned(row):
                table.add_row(*_cells(row, names))
        if not everyone:
            others = Counter(row.reason for row in section.rows if not _is_concerned(row))
            for reason, count in others.most_common():
                told = tr(f"  {count} other{'s' if count > 1 else ''}", f"  그 밖의 {count}명")
                table.add_row(told, _named("suppressed"), reason, "", style="dim")
        console.print(table)


def print_totals(console: Console, sections: Iterable[Section]) -> None:
    """Print how many rows ended in each way, in one line."""
    counted = Counter(_ended(row) for section in sections for row in section.rows)
    parts = [
        f"[{style}]{counted[ended]} {_named(ended)}[/]"
        if tr("en", "ko") == "en"
        else f"[{style}]{_named(ended)} {counted[ended]}[/]"
        for ended, style in _STYLES.items()
        if counted[ended]
    ]
    console.print(" · ".join(parts) or escape(tr("Nothing happened.", "처리한 알림이 없습니다.")))


def _of_nobody(row: Row) -> str:
    if row.error is not None:
        return sentence_of(row.error)
    if row.reason == NotifierReason.NOT_AMONG_PEOPLE:
        return tr("not in the people file", "사람 파일에 없음")
    return ""


def _is_concerned(row: Row) -> bool:
    return row.decision is None or row.decision.audience is not None


def _named(ended: str) -> str:
    return tr(ended, _KOREAN[ended])


def _table(name_width: int) -> Table:
    outcome_width = max(cell_len(_named(ended)) for ended in _STYLES)
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=name_width + 2, no_wrap=True, overflow="ellipsis")
    table.add_column(width=outcome_width, no_wrap=True)
    table.add_column(width=_REASON_WIDTH, no_wrap=True, overflow="ellipsis")
    table.add_column(ratio=1, overflow="fold")
    return table


def _ended(row: Row) -> str:
    return _WOULD_SEND if row.status is None else str(row.status)


def _cells(row: Row, names: Mapping[str, str]) -> tuple[Text, ...]:
    ended = _ended(row)
    quiet = "dim" if ended == "suppressed" else ""
    told = summary(row.content)
    if row.decision is None:
        told = _of_nobody(row)
    elif row.decision.until is not None:
        until = f"{row.decision.until:%Y-%m-%d %H:%M}"
        told = tr(f"until {until}", f"{until}까지")
    elif row.error is not None:
        told = sentence_of(row.error)
    elif row.detail is not None and not told:
        told = row.detail
    # Spelt out before the widths are worked out; the console would do it too late for that.
    return (
        Text(f"  {printable(names.get(row.person_id, row.person_id))}", style=quiet),
        Text(_named(ended), style=_STYLES[ended]),
        Text(row.reason, style=quiet),
        Text(printable(told)),
    )
