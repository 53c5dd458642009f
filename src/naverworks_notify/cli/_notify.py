"""`naverworks-notify notify`: alerts and people from files, messages out."""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from attrs import evolve
from rich.markup import escape

from naverworks_notify.alerts import Alert, DocumentEvaluationCompletedDigest
from naverworks_notify.cli._environment import open_client
from naverworks_notify.cli._exit import Exit, UsageError
from naverworks_notify.cli._failures import some, tell_failures
from naverworks_notify.cli._language import tr
from naverworks_notify.cli._options import (
    FormName,
    as_json_flag,
    bot_id_option,
    existing_file,
    form_option,
    helped,
    moment,
    switch,
)
from naverworks_notify.cli._outcome_table import (
    Section,
    print_outcomes,
    print_totals,
    title_of,
)
from naverworks_notify.cli._output import hush, results, sides, tell_warning, write_json
from naverworks_notify.cli._progress import track
from naverworks_notify.cli._reading import (
    BadLine,
    bad_line,
    read_alerts,
    read_people,
    read_policy,
    same_addresses,
)
from naverworks_notify.cli._rows import Row
from naverworks_notify.cli._runs import Run
from naverworks_notify.clock import SystemClock
from naverworks_notify.errors import InvalidAlert, InvalidValue
from naverworks_notify.members import JsonMemberStore, Members
from naverworks_notify.notifier import DryRun, Notifier, NotifierReason, SqlLedger, Status
from naverworks_notify.policy import Person, RecruitingPolicy

__all__ = ["notify"]

_DIGEST_TYPE = DocumentEvaluationCompletedDigest.type
_MOST_DAYS = 36_500
_NOT_WELL = (Status.FAILED, Status.UNKNOWN)
_AGE = re.compile(r"([0-9]{1,6})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def notify(
    *,
    people: Annotated[Path, helped("JSON file: an array of people.", "JSON 파일: 사람의 배열.")],
    alerts: Annotated[
        Path,
        helped(
            "JSON lines, one alert a line; or one JSON array of alerts.",
            "한 줄에 알림 하나씩 쓴 JSON, 또는 알림의 JSON 배열 하나.",
        ),
    ],
    dry_run: Annotated[
        bool,
        switch(
            "Decide and render only: no network, no account needed.",
            "정하고 만들기만 합니다. 네트워크도 계정도 필요 없습니다.",
        ),
    ] = False,
    everyone: Annotated[
        bool,
        switch(
            "List people without any relation to an alert as well.",
            "알림과 관계없는 사람도 표에 보여 줍니다.",
        ),
    ] = False,
    now: Annotated[
        str | None,
        helped(
            "The moment to decide for, ISO 8601 with offset; the clock by default.",
            "판단할 시점. 오프셋이 있는 ISO 8601이며, 없으면 현재 시각입니다.",
        ),
    ] = None,
    max_age: Annotated[
        str | None,
        helped(
            "Tell nobody of what happened longer ago, such as 90m, 24h or 3d.",
            "이보다 오래전에 일어난 일은 알리지 않습니다. 예: 90m, 24h, 3d.",
        ),
    ] = None,
    form: Annotated[FormName, form_option()] = "rich",
    state: Annotated[
        Path | None,
        helped(
            "SQLite file that remembers who got what and what waits: no run repeats a message, and"
            " the next one goes on with what is due.",
            "누가 무엇을 받았고 무엇이 기다리는지 기억하는 SQLite 파일. 다시 실행해도 두 번 보내지"
            " 않고, 때가 된 것을 이어서 보냅니다.",
        ),
    ] = None,
    forget_after: Annotated[
        int | None,
        helped(
            "With --state: forget what was delivered more than so many days ago, except events that"
            " the alerts file still names.",
            "--state와 함께: 이 일수보다 전에 보낸 것은 잊습니다. 알림 파일에 아직 있는 이벤트는"
            " 남깁니다.",
        ),
    ] = None,
    members: Annotated[
        Path | None,
        helped(
            "File of `members sync --store`: people whom the directory blocks are not called.",
            "`members sync --store`로 만든 파일. 조직에서 막힌 사람에게는 보내지 않습니다.",
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        helped(
            "TOML or JSON file of policy options; the documented ones by default.",
            "정책 옵션을 쓴 TOML 또는 JSON 파일. 없으면 문서에 있는 기본 정책입니다.",
        ),
    ] = None,
    bot_id: Annotated[int | None, bot_id_option()] = None,
    as_json: Annotated[bool, as_json_flag()] = False,
) -> int:
    """Decide who gets each alert, render it, and send it."""
    at = moment(now, flag="--now")
    oldest = _age(max_age)
    existing_file(people, flag="--people")
    existing_file(alerts, flag="--alerts")
    directory = None if members is None else _read_members(members)
    if policy is not None:
        existing_file(policy, flag="--policy")
    if state is not None and not state.absolute().parent.is_dir():
        folder = state.absolute().parent
        raise UsageError(
            tr(f"--state: there is no folder {folder}.", f"--state: 폴더가 없습니다: {folder}")
        )
    if forget_after is not None and (state is None or not 1 <= forget_after <= _MOST_DAYS):
        raise UsageError(
            tr(
                f"--forget-after takes 1 to {_MOST_DAYS} days, and needs --state.",
                f"--forget-after에는 1~{_MOST_DAYS}일을 쓰며, --state가 필요합니다.",
            )
        )

    everybody = read_people(people)
    if isinstance(everybody, BadLine):
        return _refuse(people, everybody, as_json=as_json)
    rules = RecruitingPolicy() if policy is None else read_policy(policy)
    if isinstance(rules, BadLine):
        assert policy is not None
        return _refuse(policy, rules, as_json=as_json)
    if oldest is not None:
        rules = _without_old(rules, oldest)
    for sharing in same_addresses(everybody):
        listed = ", ".join(sharing)
        tell_warning(
            tr(
                f"{listed} have one address: whoever reads there gets the messages of all of them.",
                f"주소가 같은 사람이 있습니다: {listed}. 그 주소에서 모두의 메시지를 받습니다.",
            )
        )
    with ExitStack() as stack:
        ledger = _open_ledger(state, stack, is_copy=dry_run)
        if dry_run:
            rehearsal = DryRun(policy=rules, form=form, members=directory, ledger=ledger)
            run = Run(rehearsal, everybody, at=at)
        else:
            works = stack.enter_context(open_client(bot_id=bot_id))
            notifier = Notifier(works, policy=rules, form=form, members=directory, ledger=ledger)
            run = Run(notifier, everybody, at=at)
        # Where nothing is remembered, the batch ends here, and so do its digest windows.
        handling = _Handling(run, alerts, as_json=as_json, close_windows=state is None)
        status = handling.finish(everybody, everyone=everyone, rehearsed=dry_run)
        if not dry_run and ledger is not None and forget_after is not None and not handling.bad:
            before = (at or SystemClock().now()) - timedelta(days=forget_after)
            ledger.prune(before, sparing=handling.event_ids)
        return status


def _open_ledger(state: Path | None, stack: ExitStack, *, is_copy: bool) -> SqlLedger | None:
    if state is None:
        return None
    # A rehearsal leaves the file alone.
    ledger = SqlLedger.copy_of(state) if is_copy else SqlLedger(f"sqlite:///{state}")
    return stack.enter_context(ledger)


def _age(text: str | None) -> timedelta | None:
    if text is None:
        return None
    found = _AGE.fullmatch(text)
    if found is None:
        raise UsageError(
            tr(
                f"--max-age is a length of time such as 90m, 24h or 3d, not «{text}».",
                f"--max-age에는 90m, 24h, 3d처럼 시간을 쓰세요. 받은 값: {text}",
            )
        )
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _without_old(rules: RecruitingPolicy, oldest: timedelta) -> RecruitingPolicy:
    try:
        return RecruitingPolicy(evolve(rules.options, max_age=oldest))
    except InvalidValue:
        told = tr("--max-age takes from 1m to 366d.", "--max-age에는 1m부터 366d까지 씁니다.")
        raise UsageError(told) from None


def _read_members(path: Path) -> Members:
    existing_file(path, flag="--members")
    directory = Members(JsonMemberStore(path))
    directory.load()
    return directory


class _Handling:
    """One run over an alerts file, telling each row as it comes."""

    def __init__(self, run: Run, alerts: Path, *, as_json: bool, close_windows: bool) -> None:
        self._run = run
        self._close_windows = close_windows
        self._alerts = alerts
        self._as_json = as_json
        self._sections: list[Section] = []
        self._not_well: list[Row] = []
        self._unknown: dict[str, list[str]] = {}
        # A line that cannot be read may be one that was, and was delivered, before.
        self.bad = 0
        self.event_ids: set[str] = set()

    def finish(self, people: tuple[Person, ...], *, everyone: bool, rehearsed: bool) -> int:
        """Handle every alert, then the digests; tell what came of it; return the exit status."""
        found = list(read_alerts(self._alerts))
        for line, read in track(found, told=tr("Alerts", "알림"), total=len(found)):
            if isinstance(read, BadLine):
                self._tell_bad(read)
            else:
                self._notify(read, line)
        due = self._run.finish(close_windows=self._close_windows)
        if due:
            self._tell(_DIGEST_TYPE, due, note=tr("what was due", "때가 된 알림"))
        if not self._as_json:
            names = {person.id: person.name for person in people}
            console = results()
            print_outcomes(console, self._sections, names, everyone=everyone, rehearsed=rehearsed)
            print_totals(console, self._sections)
        tell_failures(sides(), self._not_well)
        self._tell_missing()
        well = not (self.bad or self._not_well or self._unknown)
        return Exit.DONE if well else Exit.REFUSED

    def _notify(self, alert: Alert, line: int | None) -> None:
        self.event_ids.add(alert.event_id)
        try:
            rows = self._run.notify(alert)
        except InvalidAlert as error:
            self._tell_bad(bad_line(error, line))
            return
        self._tell(alert.type, rows, note=alert.event_id)

    def _tell(self, alert_type: str, rows: tuple[Row, ...], *, note: str) -> None:
        try:
            self._note(alert_type, rows, note=note)
        except BrokenPipeError:
            # Nobody listens any more, but people still wait for their messages.
            hush()

    def _note(self, alert_type: str, rows: tuple[Row, ...], *, note: str) -> None:
        self._not_well += [row for row in rows if row.status in _NOT_WELL]
        for row in rows:
            if row.reason == NotifierReason.NOT_AMONG_PEOPLE:
                self._unknown.setdefault(row.person_id, []).append(row.event_id)
        if not self._as_json:
            self._sections.append(Section(title_of(alert_type), rows, note))
            return
        for row in rows:
            write_json(row.to_dict())

    def _tell_missing(self) -> None:
        for person_id, events in self._unknown.items():
            named = some(list(dict.fromkeys(events)))
            tell_warning(
                tr(
                    f"{person_id} is an assignee and not in the people file, and got nothing:"
                    f" {named}.",
                    f"담당자 {person_id}: 사람 파일에 없어 아무것도 받지 못했습니다({named}).",
                )
            )

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
    where = f" {bad.path}" if bad.path and not bad.names_place else ""
    told = escape(f"{place}:{where} {bad.message}")
    sides().print(f"[bold red]{tr('error', '오류')}:[/] {told}", soft_wrap=True)
