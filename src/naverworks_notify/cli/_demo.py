"""`naverworks-notify demo`: a recruiting day, played through a simulator of the service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from rich.cells import cell_len
from rich.markup import escape

from naverworks_notify.alerts import Alert
from naverworks_notify.cli._exit import Exit
from naverworks_notify.cli._failures import tell_failures
from naverworks_notify.cli._language import tr
from naverworks_notify.cli._options import FormName, as_json_flag, form_option, helped, switch
from naverworks_notify.cli._outcome_table import Section, print_outcomes, print_totals
from naverworks_notify.cli._output import results, sides, write_json
from naverworks_notify.cli._play import play
from naverworks_notify.cli._progress import track
from naverworks_notify.cli._reading import BadLine, read_alerts, read_people
from naverworks_notify.cli._simulate import serve_until_interrupted, served
from naverworks_notify.cli.day import ALERTS, PEOPLE, company
from naverworks_notify.members import Members, SyncReport
from naverworks_notify.notifier import Notifier, Status
from naverworks_notify.policy import Person

__all__ = ["demo"]

_BEFORE_WORK = timedelta(minutes=5)


def demo(
    *,
    serve: Annotated[
        bool,
        switch(
            "Leave the web inbox open until Ctrl-C.",
            "Ctrl-C를 누를 때까지 웹 받은편지함을 열어 둡니다.",
        ),
    ] = False,
    port: Annotated[
        int,
        helped(
            "Port of the simulator; 0 takes a free one.",
            "시뮬레이터의 포트. 0이면 빈 포트를 씁니다.",
        ),
    ] = 0,
    everyone: Annotated[
        bool,
        switch(
            "List people without any relation to an alert as well.",
            "알림과 관계없는 사람도 표에 보여 줍니다.",
        ),
    ] = False,
    form: Annotated[FormName, form_option()] = "rich",
    as_json: Annotated[bool, as_json_flag()] = False,
) -> int:
    """Play a recruiting day: all 20 events, 16 people, one bot.

    Starts a simulator of NAVER WORKS on this machine, signs in to it as a real client would,
    matches the people with its members by e-mail, and tells who got what, and why. Needs no
    account, and no network beyond this machine.
    """
    from naverworks_notify.client import Client  # noqa: PLC0415 - loads httpx
    from naverworks_notify.testing import (  # noqa: PLC0415 - loads the web framework
        ManualClock,
        Simulator,
    )

    people, alerts = _people(), _alerts()
    # One clock for both sides, put forward as the day goes on: the inbox shows its times.
    clock = ManualClock(alerts[0].occurred_at - _BEFORE_WORK)
    simulator = Simulator(users=company(), clock=clock)
    with served(simulator, port=port) as url:
        with Client(
            simulator.account,
            bot_id=simulator.bot_id,
            endpoints=simulator.endpoints,
            clock=clock,
        ) as works:
            members = Members(clock=clock)
            report = members.sync(works, people)
            if not as_json:
                _introduce(url, report, people)
            notifier = Notifier(works, members=members, form=form, clock=clock)
            day = play(notifier, people, alerts, clock=clock)
            sections = tuple(track(day, told=tr("The day", "하루")))
        well = _tell(sections, people, everyone=everyone, as_json=as_json)
        if serve:
            serve_until_interrupted(f"{url}/")
        elif not as_json:
            told = tr(
                "To see each message as its reader does:", "받는 사람이 보는 모습 그대로 보려면:"
            )
            results().print(f"[dim]{told}[/] demo --serve")
    return Exit.DONE if well else Exit.REFUSED


def _people() -> tuple[Person, ...]:
    people = read_people(PEOPLE)
    assert not isinstance(people, BadLine), people
    return people


def _alerts() -> tuple[Alert, ...]:
    found = tuple(read for _line, read in read_alerts(ALERTS))
    alerts = tuple(one for one in found if not isinstance(one, BadLine))
    assert len(alerts) == len(found), found
    return alerts


def _introduce(url: str, report: SyncReport, people: Sequence[Person]) -> None:
    names = {person.id: person.name for person in people}
    console = results()
    lines = (
        (tr("Simulator", "시뮬레이터"), url),
        (
            tr("Token", "액세스 토큰"),
            tr(
                "a JWT of the service account, signed RS256, exchanged for it",
                "서비스 계정의 JWT를 RS256으로 서명해 교환함",
            ),
        ),
        (
            tr("Members", "구성원"),
            tr(
                f"{len(report.matched)} of {len(people)} people matched by e-mail",
                f"{len(people)}명 중 {len(report.matched)}명을 이메일로 찾음",
            ),
        ),
    )
    width = max(cell_len(label) for label, _ in lines)
    for label, said in lines:
        blank = " " * (width - cell_len(label))
        console.print(f"[bold]{label}[/]{blank}  {escape(said)}")
    for one in (*report.unmatched, *report.ambiguous, *report.blocked):
        told = f"{names[one.person_id]}: {one.match.status} ({one.match.reason})"
        console.print(f"{' ' * width}  {escape(told)}")
    console.print()


def _tell(
    sections: Sequence[Section], people: Sequence[Person], *, everyone: bool, as_json: bool
) -> bool:
    rows = [row for section in sections for row in section.rows]
    if as_json:
        for row in rows:
            write_json(row.to_dict())
    else:
        console = results()
        names = {person.id: person.name for person in people}
        print_outcomes(console, sections, names, everyone=everyone)
        console.print()
        print_totals(console, sections)
    not_well = [row for row in rows if row.status in {Status.FAILED, Status.UNKNOWN}]
    tell_failures(sides(), not_well)
    return not not_well
