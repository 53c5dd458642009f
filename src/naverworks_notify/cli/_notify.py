"""`naverworks-notify notify`: alerts and people from files, messages out."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.markup import escape

from naverworks_notify.alerts import DocumentEvaluationCompletedDigest
from naverworks_notify.cli._environment import open_client
from naverworks_notify.cli._exit import Exit, UsageError
from naverworks_notify.cli._failures import tell_failures
from naverworks_notify.cli._options import AsJson, BotId, FormName, existing_file, moment
from naverworks_notify.cli._outcome_table import (
    Section,
    print_outcomes,
    print_totals,
    title_of,
)
from naverworks_notify.cli._output import results, sides, write_json
from naverworks_notify.cli._progress import track
from naverworks_notify.cli._reading import (
    BadLine,
    read_alerts,
    read_lines,
    read_people,
    read_policy,
)
from naverworks_notify.cli._rows import Row
from naverworks_notify.cli._runs import Live, Rehearsal, Run
from naverworks_notify.clock import SystemClock
from naverworks_notify.members import JsonMemberStore, Members
from naverworks_notify.notifier import DryRun, Notifier, Planner, StateFile, Status
from naverworks_notify.policy import Person, RecruitingPolicy

__all__ = ["notify"]

_DIGEST_TYPE = DocumentEvaluationCompletedDigest.type
_MOST_DAYS = 36_500
_NOT_WELL = (Status.FAILED, Status.UNKNOWN)


def notify(
    *,
    people: Annotated[Path, Parameter(help="JSON file: an array of people.")],
    alerts: Annotated[Path, Parameter(help="JSONL file: one alert a line.")],
    dry_run: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Decide and render only: no network, no account needed.",
        ),
    ] = False,
    now: Annotated[
        str | None,
        Parameter(help="The moment to decide for, ISO 8601 with offset; the clock by default."),
    ] = None,
    form: FormName = "rich",
    state: Annotated[
        Path | None,
        Parameter(help="File that remembers who got what, so that no run repeats it."),
    ] = None,
    forget_after: Annotated[
        int | None,
        Parameter(
            help="With --state: forget what was delivered more than so many days ago, except events"
            " that the alerts file still names."
        ),
    ] = None,
    members: Annotated[
        Path | None,
        Parameter(
            help="File of `members sync --store`: people whom the directory blocks are not called."
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        Parameter(help="TOML or JSON file of policy options; the documented ones by default."),
    ] = None,
    bot_id: BotId = None,
    as_json: AsJson = False,
) -> int:
    """Decide who gets each alert, render it, and send it.

    With --json, one object a line per alert and person. A line of the alerts file that cannot be
    read is told in its place, and the others are handled all the same.

    With --dry-run nothing is sent and the state file is only read. Without it the NAVERWORKS_*
    variables say where to send; `naverworks-notify doctor` checks them.
    """
    at = moment(now, flag="--now")
    existing_file(people, flag="--people")
    existing_file(alerts, flag="--alerts")
    directory = None if members is None else _read_members(members)
    if policy is not None:
        existing_file(policy, flag="--policy")
    if state is not None and not state.absolute().parent.is_dir():
        raise UsageError(f"--state: there is no folder {state.absolute().parent}.")
    if forget_after is not None and (state is None or not 1 <= forget_after <= _MOST_DAYS):
        raise UsageError(f"--forget-after: takes 1 to {_MOST_DAYS} days, and needs --state.")

    everybody = read_people(people)
    if isinstance(everybody, BadLine):
        return _refuse(people, everybody, as_json=as_json)
    rules = RecruitingPolicy() if policy is None else read_policy(policy)
    if isinstance(rules, BadLine):
        assert policy is not None
        return _refuse(policy, rules, as_json=as_json)
    with ExitStack() as stack:
        run: Run
        memory: StateFile | None = None
        if dry_run:
            known = None if state is None else StateFile(state, read_only=True)
            planner = Planner(policy=rules, form=form, members=directory)
            run = Rehearsal(DryRun(planner, state=known), everybody, at=at)
        else:
            works = stack.enter_context(open_client(bot_id=bot_id))
            memory = None if state is None else StateFile(state)
            notifier = Notifier(works, policy=rules, form=form, members=directory, state=memory)
            run = Live(notifier, everybody, at=at)
        handling = _Handling(run, alerts, as_json=as_json)
        status = handling.finish(everybody)
        if memory is not None and forget_after is not None and not handling.bad:
            before = (at or SystemClock().now()) - timedelta(days=forget_after)
            memory.forget(before=before, sparing=handling.event_ids)
        return status


def _read_members(path: Path) -> Members:
    existing_file(path, flag="--members")
    directory = Members(JsonMemberStore(path))
    directory.load()
    return directory


class _Handling:
    """One run over an alerts file, telling each row as it comes."""

    def __init__(self, run: Run, alerts: Path, *, as_json: bool) -> None:
        self._run = run
        self._alerts = alerts
        self._as_json = as_json
        self._sections: list[Section] = []
        self._not_well: list[Row] = []
        # A line that cannot be read may be one that was, and was delivered, before.
        self.bad = 0
        self.event_ids: set[str] = set()

    def finish(self, people: tuple[Person, ...]) -> int:
        """Handle every line, then the digests; tell what came of it; return the exit status."""
        total = sum(1 for _ in read_lines(self._alerts))
        for read in track(read_alerts(self._alerts), told="Alerts", total=total):
            if isinstance(read, BadLine):
                self._tell_bad(read)
            else:
                self.event_ids.add(read.event_id)
                self._tell(read.type, self._run.notify(read), note=read.event_id)
        digests = self._run.close_digests()
        if digests:
            self._tell(_DIGEST_TYPE, digests, note="windows closed")
        if not self._as_json:
            names = {person.id: person.name for person in people}
            console = results()
            print_outcomes(console, self._sections, names)
            print_totals(console, self._sections)
        tell_failures(sides(), self._not_well)
        return Exit.REFUSED if self.bad or self._not_well else Exit.DONE

    def _tell(self, alert_type: str, rows: tuple[Row, ...], *, note: str) -> None:
        self._not_well += [row for row in rows if row.status in _NOT_WELL]
        if not self._as_json:
            self._sections.append(Section(title_of(alert_type), rows, note))
            return
        for row in rows:
            write_json(row.to_dict())

    def _tell_bad(self, bad: BadLine) -> None:
        self.bad += 1
        if self._as_json:
            write_json(bad.to_dict())
        _tell_bad(self._alerts, bad)


def _refuse(path: Path, bad: BadLine, *, as_json: bool) -> int:
    if as_json:
        write_json(bad.to_dict())
    _tell_bad(path, bad)
    return Exit.REFUSED


def _tell_bad(path: Path, bad: BadLine) -> None:
    place = f"{path}:{bad.line}" if bad.line is not None else str(path)
    where = f" {bad.path}" if bad.path else ""
    told = escape(f"{place}:{where} {bad.message}")
    sides().print(f"[bold red]error:[/] {told}", soft_wrap=True)
