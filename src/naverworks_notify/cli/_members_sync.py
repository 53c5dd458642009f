"""`naverworks-notify members sync`: which NAVER WORKS user each person is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from naverworks_notify.cli._environment import open_client
from naverworks_notify.cli._exit import Exit, Refused
from naverworks_notify.cli._options import AsJson, existing_file
from naverworks_notify.cli._output import results, sides, write_json
from naverworks_notify.cli._reading import BadLine, read_people
from naverworks_notify.members import (
    JsonMemberStore,
    MatchReason,
    Members,
    SyncProgress,
    SyncRefused,
    SyncReport,
)
from naverworks_notify.policy import Person

__all__ = ["sync"]

_STYLES = {"matched": "green", "unmatched": "yellow", "ambiguous": "yellow", "blocked": "red"}
_STATUS_WIDTH = max(map(len, _STYLES))
_REASON_WIDTH = max(map(len, MatchReason))


def sync(
    *,
    people: Annotated[
        Path | None, Parameter(help="JSON file with the people to be matched.")
    ] = None,
    store: Annotated[
        Path | None,
        Parameter(help="File that keeps the directory, for later syncs and `notify --members`."),
    ] = None,
    domain: Annotated[
        tuple[int, ...],
        Parameter(
            consume_multiple=True,
            negative="",
            show_default=False,
            help="Domains to walk; the account's own by default.",
        ),
    ] = (),
    skip_on_leave: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Treat people on a leave of absence as unreachable.",
        ),
    ] = False,
    force: Annotated[
        bool,
        Parameter(
            negative="", show_default=False, help="Take the result over even if many would be lost."
        ),
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Walk the organisation's directory and tell who is who; nobody has to link an account.

    People are matched by e-mail (login, aliases, per organisation), then by external key. Nothing
    is guessed: who fits nobody, or several, is reported. Needs the scope user.read or
    directory.read.
    """
    everybody = _people(people)
    keeping = Members(
        None if store is None else JsonMemberStore(store), skip_on_leave=skip_on_leave
    )
    with open_client(sends=False) as works, _bar() as advance:
        try:
            report = keeping.sync(
                works,
                everybody,
                domain_ids=domain or None,
                force=force,
                progress=advance,
            )
        except SyncRefused as error:
            raise Refused(
                f"The walk showed {error.users} users, and {error.lost} who could be reached"
                f" before could not be any more ({error.share:.0%}). Nothing was changed.",
                remedy="If they did leave, repeat with --force; else check the account's scopes.",
            ) from error
    if as_json:
        write_json(report.to_dict())
    else:
        _print(report, everybody, tells_changes=store is not None)
    return Exit.DONE


def _people(path: Path | None) -> tuple[Person, ...]:
    if path is None:
        return ()
    found = read_people(existing_file(path, flag="--people"))
    if isinstance(found, BadLine):
        raise Refused(f"{found.path} {found.message}".strip())
    return found


@contextmanager
def _bar() -> Iterator[Callable[[SyncProgress], None] | None]:
    console = sides()
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("Users"), BarColumn(), TextColumn("{task.completed}"))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task("Users", total=None)
        yield lambda seen: progress.update(task, completed=seen.users, total=seen.expected)


def _print(report: SyncReport, people: tuple[Person, ...], *, tells_changes: bool) -> None:
    console = results()
    console.print(f"{report.users} users in the directory")
    if tells_changes and report.changes:
        changes = report.changes.to_dict()
        told = ", ".join(f"{len(found)} {kind}" for kind, found in changes.items() if found)
        console.print(f"since the last sync: {told}", style="dim")
    if not people:
        return
    names = {person.id: person.name for person in people}
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    # What is told of each person stays in one piece, however narrow the terminal is.
    table.add_column(no_wrap=True, min_width=_STATUS_WIDTH)
    table.add_column(no_wrap=True, min_width=_REASON_WIDTH)
    table.add_row("Person", "Name", "Match", "Why", style="bold")
    order = {person.id: index for index, person in enumerate(people)}
    everyone = (*report.matched, *report.unmatched, *report.ambiguous, *report.blocked)
    for one in sorted(everyone, key=lambda one: order[one.person_id]):
        status = str(one.match.status)
        table.add_row(
            Text(one.person_id),
            Text(names[one.person_id]),
            Text(status, style=_STYLES[status]),
            Text(str(one.match.reason or "")),
        )
    console.print(table)
    for user_id, sharing in report.shared:
        told = f"{', '.join(sharing)} are one and the same user, {user_id}"
        console.print(Text(told, style="yellow"), soft_wrap=True)
    counts = {
        "matched": report.matched,
        "unmatched": report.unmatched,
        "ambiguous": report.ambiguous,
        "blocked": report.blocked,
    }
    console.print(
        " · ".join(
            f"[{_STYLES[status]}]{len(found)} {status}[/]"
            for status, found in counts.items()
            if found
        )
    )
