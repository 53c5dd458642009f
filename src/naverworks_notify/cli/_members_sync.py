"""`naverworks-notify members sync`: which NAVER WORKS user each person is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from rich.table import Table
from rich.text import Text

from naverworks_notify.cli._environment import open_client
from naverworks_notify.cli._exit import Exit, Refused
from naverworks_notify.cli._language import tr
from naverworks_notify.cli._options import as_json_flag, existing_file, helped, switch
from naverworks_notify.cli._output import results, write_json
from naverworks_notify.cli._progress import bar
from naverworks_notify.cli._reading import BadLine, read_people
from naverworks_notify.members import (
    JsonMemberStore,
    MatchReason,
    Members,
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
        Path | None,
        helped("JSON file with the people to be matched.", "구성원과 연결할 사람의 JSON 파일."),
    ] = None,
    store: Annotated[
        Path | None,
        helped(
            "File that keeps the directory, for later syncs and `notify --members`.",
            "조직 정보를 저장할 파일. 다음 동기화와 `notify --members`에 씁니다.",
        ),
    ] = None,
    domain: Annotated[
        tuple[int, ...],
        helped(
            "Domains to walk; the account's own by default.",
            "읽을 도메인. 기본은 계정의 도메인입니다.",
            consume_multiple=True,
            negative="",
            show_default=False,
        ),
    ] = (),
    skip_on_leave: Annotated[
        bool,
        switch(
            "Treat people on a leave of absence as unreachable.",
            "휴직 중인 사람에게는 보낼 수 없는 것으로 봅니다.",
        ),
    ] = False,
    force: Annotated[
        bool,
        switch(
            "Take the result over even if many would be lost.",
            "많은 사람이 빠지더라도 결과를 반영합니다.",
        ),
    ] = False,
    as_json: Annotated[bool, as_json_flag()] = False,
) -> int:
    """Walk the organisation's directory and tell who is who; nobody has to link an account."""
    everybody = _people(people)
    keeping = Members(
        None if store is None else JsonMemberStore(store), skip_on_leave=skip_on_leave
    )
    with open_client(sends=False) as works, bar(tr("Users", "사용자")) as shown:
        try:
            report = keeping.sync(
                works,
                everybody,
                domain_ids=domain or None,
                force=force,
                progress=lambda seen: shown.set(seen.users, seen.expected),
            )
        except SyncRefused as error:
            raise Refused(
                tr(
                    f"The walk showed {error.users} users, and {error.lost} who could be reached"
                    f" before could not be any more ({error.share:.0%}). Nothing was changed.",
                    f"조직에서 사용자 {error.users}명을 읽었는데, 전에는 보낼 수 있던 {error.lost}명"
                    f"({error.share:.0%})에게 더는 보낼 수 없습니다. 아무것도 바꾸지 않았습니다.",
                ),
                remedy=tr(
                    "If they did leave, repeat with --force; else check the account's scopes.",
                    "실제로 퇴사했다면 --force로 다시 실행하고, 아니면 계정의 권한 범위(scope)를"
                    " 확인하세요.",
                ),
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


def _print(report: SyncReport, people: tuple[Person, ...], *, tells_changes: bool) -> None:
    console = results()
    console.print(tr(f"{report.users} users in the directory", f"조직의 사용자 {report.users}명"))
    if tells_changes and report.changes:
        changes = report.changes.to_dict()
        told = ", ".join(f"{len(found)} {kind}" for kind, found in changes.items() if found)
        since = tr("since the last sync", "지난 동기화 이후")
        console.print(f"{since}: {told}", style="dim")
    if not people:
        return
    names = {person.id: person.name for person in people}
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    # What is told of each person stays in one piece, however narrow the terminal is.
    table.add_column(no_wrap=True, min_width=_STATUS_WIDTH)
    table.add_column(no_wrap=True, min_width=_REASON_WIDTH)
    header = (tr("Person", "사람"), tr("Name", "이름"), tr("Match", "연결"), tr("Why", "이유"))
    table.add_row(*header, style="bold")
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
        listed = ", ".join(sharing)
        told = tr(
            f"{listed} are one and the same user, {user_id}",
            f"같은 사용자({user_id})로 연결된 사람: {listed}",
        )
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
