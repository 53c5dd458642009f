"""`naverworks-notify demo`: a recruiting day, played through a simulator of the service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter
from rich.markup import escape

from naverworks_notify.alerts import Alert
from naverworks_notify.cli._exit import Exit
from naverworks_notify.cli._failures import tell_failures
from naverworks_notify.cli._options import AsJson, FormName
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
        Parameter(negative="", show_default=False, help="Leave the web inbox open until Ctrl-C."),
    ] = False,
    port: Annotated[int, Parameter(help="Port of the simulator; 0 takes a free one.")] = 0,
    everyone: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="List people without any relation to an alert as well.",
        ),
    ] = False,
    form: FormName = "rich",
    as_json: AsJson = False,
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
            sections = tuple(track(day, told="The day"))
        well = _tell(sections, people, everyone=everyone, as_json=as_json)
        if serve:
            serve_until_interrupted(f"{url}/")
        elif not as_json:
            results().print("[dim]To see each message as its reader does:[/] demo --serve")
    return Exit.DONE if well else Exit.REFUSED


def _people() -> tuple[Person, ...]:
    people = read_people(PEOPLE)
    assert not isinstance(people, BadLine), people
    return people


def _alerts() -> tuple[Alert, ...]:
    found = tuple(read_alerts(ALERTS))
    alerts = tuple(one for one in found if not isinstance(one, BadLine))
    assert len(alerts) == len(found), found
    return alerts


def _introduce(url: str, report: SyncReport, people: Sequence[Person]) -> None:
    names = {person.id: person.name for person in people}
    console = results()
    console.print(
        f"[bold]Simulator[/]  {escape(url)}\n"
        "[bold]Token[/]      a JWT of the service account, signed RS256, exchanged for it\n"
        f"[bold]Members[/]    {len(report.matched)} of {len(people)} people matched by e-mail"
    )
    for one in (*report.unmatched, *report.ambiguous, *report.blocked):
        told = f"{names[one.person_id]}: {one.match.status} ({one.match.reason})"
        console.print(f"           {escape(told)}")
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
