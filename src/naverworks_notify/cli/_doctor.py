"""`naverworks-notify doctor`: is everything set up so that an alert can arrive?"""

from __future__ import annotations

from rich.markup import escape

from naverworks_notify.cli._checks import Finding, Verdict, examine
from naverworks_notify.cli._exit import Exit
from naverworks_notify.cli._options import AsJson, BotId
from naverworks_notify.cli._output import results, write_json

__all__ = ["doctor"]

_MARKS = {
    Verdict.OK: "[green]✓[/]",
    Verdict.WARNING: "[yellow]![/]",
    Verdict.FAILED: "[bold red]✗[/]",
    Verdict.SKIPPED: "[dim]–[/]",
}


def doctor(*, bot_id: BotId = None, as_json: AsJson = False) -> int:
    """Check account, key, clock, token, scopes and bot; say what to do about each fault.

    Sends no message and changes nothing. Exit status 1 when alerts would not arrive.
    """
    failed = False
    for finding in examine(bot_id=bot_id):
        failed = failed or finding.verdict is Verdict.FAILED
        if as_json:
            write_json(_to_dict(finding))
        else:
            _print(finding)
    return Exit.REFUSED if failed else Exit.DONE


def _print(finding: Finding) -> None:
    console = results()
    console.print(
        f"{_MARKS[finding.verdict]} [bold]{finding.check:<10}[/] {escape(finding.told)}",
        soft_wrap=True,
    )
    for step in finding.remedy:
        console.print(f"  {'':<10} [dim]→[/] {escape(step)}", soft_wrap=True)


def _to_dict(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check,
        "verdict": str(finding.verdict),
        "finding": finding.told,
        "next": list(finding.remedy),
    }
