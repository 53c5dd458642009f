"""`naverworks-notify doctor`: is everything set up so that an alert can arrive?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from rich.cells import cell_len
from rich.markup import escape

from naverworks_notify.cli._checks import Finding, Verdict, examine
from naverworks_notify.cli._exit import Exit
from naverworks_notify.cli._language import tr
from naverworks_notify.cli._options import as_json_flag, bot_id_option, helped, switch
from naverworks_notify.cli._output import results, write_json

__all__ = ["doctor"]

_MARKS: Mapping[Verdict, str] = {
    Verdict.OK: "[green]✓[/]",
    Verdict.NOTE: "[cyan]i[/]",
    Verdict.WARNING: "[yellow]![/]",
    Verdict.SKIPPED: "[yellow]?[/]",
    Verdict.FAILED: "[bold red]✗[/]",
}
_KOREAN: Mapping[str, str] = {
    "account": "계정",
    "settings": "설정",
    "key": "Private Key",
    "time zones": "시간대",
    "recipients": "받는 사람",
    "clock": "시각",
    "network": "네트워크",
    "token": "액세스 토큰",
    "scopes": "권한 범위",
    "bot": "봇",
    "callback": "Callback",
    "domain": "도메인",
    "visible": "공개 설정",
    "permission": "사용 권한",
    "members": "구성원",
    "rate plan": "호출 한도",
    "message": "시험 메시지",
    "result": "결과",
}
_WIDTH = 11
# What keeps a check from being a success, the lenient ones by choice.
_DOUBTS = frozenset({Verdict.WARNING, Verdict.SKIPPED})


def doctor(
    *,
    to: Annotated[
        str | None,
        helped(
            "Send a test message to this user id or login e-mail.",
            "이 사용자 ID 또는 로그인 이메일로 시험 메시지를 보냅니다.",
        ),
    ] = None,
    lenient: Annotated[
        bool,
        switch(
            "Succeed also where something could not be checked, or only some are reached.",
            "확인하지 못했거나 일부에게만 도착하는 항목이 있어도 성공으로 칩니다.",
        ),
    ] = False,
    bot_id: Annotated[int | None, bot_id_option()] = None,
    as_json: Annotated[bool, as_json_flag()] = False,
) -> int:
    """Check the whole set-up; say what to do about each fault."""
    found: list[Finding] = []
    for finding in examine(bot_id=bot_id, to=to):
        found.append(finding)
        _tell(finding, as_json=as_json)
    result = _result(found, lenient=lenient, sent=to is not None)
    _tell(result, as_json=as_json)
    return Exit.REFUSED if result.verdict is Verdict.FAILED else Exit.DONE


def _result(found: Sequence[Finding], *, lenient: bool, sent: bool) -> Finding:
    failed = [one for one in found if one.verdict is Verdict.FAILED]
    doubts = [one for one in found if one.verdict in _DOUBTS]
    again = tr(
        "then again: naverworks-notify doctor", "고친 뒤 다시 실행: naverworks-notify doctor"
    )
    if failed:
        return Finding(
            check="result",
            verdict=Verdict.FAILED,
            told=tr("alerts would not arrive.", "알림이 도착하지 않습니다."),
            remedy=(again,),
        )
    if doubts and not lenient:
        named = ", ".join(map(_name_of, doubts))
        return Finding(
            check="result",
            verdict=Verdict.FAILED,
            told=tr(
                f"it is not certain that alerts arrive: {named}.",
                f"알림이 도착하는지 확실하지 않습니다: {named}.",
            ),
            remedy=(
                again,
                tr(
                    "or, if you know better: naverworks-notify doctor --lenient",
                    "문제가 없다고 확신하면: naverworks-notify doctor --lenient",
                ),
            ),
        )
    step = (
        "naverworks-notify notify --people people.json --alerts alerts.jsonl --dry-run"
        if sent
        else f"naverworks-notify doctor --to {tr('YOU@YOUR.DOMAIN', '본인의-로그인-이메일')}"
    )
    return Finding(
        check="result",
        verdict=Verdict.OK,
        told=tr("alerts will arrive.", "알림이 도착합니다.")
        if not doubts
        else tr(
            "nothing stands in the way, as far as was checked.",
            "확인한 범위에서는 문제가 없습니다.",
        ),
        remedy=(tr(f"next: {step}", f"다음 단계: {step}"),),
    )


def _tell(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        write_json(
            {
                "check": finding.check,
                "verdict": str(finding.verdict),
                "finding": finding.told,
                "next": list(finding.remedy),
            }
        )
        return
    said = results()
    name = _name_of(finding)
    blank = " " * max(_WIDTH - cell_len(name), 0)
    said.print(
        f"{_MARKS[finding.verdict]} [bold]{name}[/]{blank} {escape(finding.told)}", soft_wrap=True
    )
    for step in finding.remedy:
        said.print(f"  {'':<{_WIDTH}} [dim]→[/] {escape(step)}", soft_wrap=True)


def _name_of(finding: Finding) -> str:
    return tr(finding.check, _KOREAN[finding.check])
