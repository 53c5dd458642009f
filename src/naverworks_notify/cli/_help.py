"""The look of --help: what cyclopts shows, with every word in the language of the run."""

from __future__ import annotations

from typing import Any

from cyclopts.help import DefaultFormatter, HelpPanel
from rich.console import Console, ConsoleOptions
from rich.text import Text

from naverworks_notify.cli._language import tr

__all__ = ["Help"]


class Help(DefaultFormatter):
    """Shows usage and panels; says itself what cyclopts would say in English."""

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """Print one panel."""
        entries = []
        for entry in panel.entries:
            notes = []
            if entry.choices:
                notes.append(tr("one of: ", "다음 중 하나: ") + ", ".join(entry.choices))
            if entry.default is not None:
                notes.append(tr("default: ", "기본값: ") + entry.default)
            if entry.required:
                notes.append(tr("required", "필수"))
            said = _plain(entry.description, console)
            told = Text(said)
            if notes:
                told.append(f"{' ' if said else ''}[{'; '.join(notes)}]", style="dim")
            entries.append(
                entry.copy(
                    description=told, choices=None, default=None, required=False, env_var=None
                )
            )
        super().__call__(console, options, panel.copy(entries=entries))

    def render_usage(self, console: Console, options: ConsoleOptions, usage: Any) -> None:
        """Print the usage line."""
        del options
        if usage:
            said = str(usage).strip().removeprefix("Usage:").strip()
            said = said.replace("COMMAND", tr("COMMAND", "명령")).replace(
                "[OPTIONS]", tr("[OPTIONS]", "[옵션]")
            )
            console.print(Text(f"{tr('Usage', '사용법')}: {said}\n", style="bold"))


def _plain(description: Any, console: Console) -> str:
    if description is None:
        return ""
    if isinstance(description, str):
        return description
    with console.capture() as said:
        console.print(description, width=10_000, soft_wrap=True)
    return said.get().strip()
