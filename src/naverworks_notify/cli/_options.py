"""Options that several commands share, so that they read the same everywhere.

Annotations are evaluated when a command is called, so that their help is in the language of the
run: this package defers annotations, and what stands in them here is a call.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from cyclopts import Parameter

from naverworks_notify.cli._exit import UsageError
from naverworks_notify.cli._language import tr

__all__ = [
    "FormName",
    "as_json_flag",
    "bot_id_option",
    "existing_file",
    "form_option",
    "helped",
    "moment",
    "switch",
]

FormName: TypeAlias = Literal["rich", "plain"]


def helped(en: str, ko: str, **more: Any) -> Parameter:
    """Return what cyclopts is to know of a parameter, its help in the language of the run."""
    return Parameter(help=tr(en, ko), **more)


def switch(en: str, ko: str, **more: Any) -> Parameter:
    """Return the same for a flag without a value and without a `--no-` form."""
    return helped(en, ko, negative="", show_default=False, **more)


def as_json_flag() -> Parameter:
    """Return `--json`."""
    return switch(
        "Write JSON on stdout instead of a table.",
        "표 대신 JSON을 표준 출력에 씁니다.",
        name="--json",
    )


def bot_id_option() -> Parameter:
    """Return `--bot-id`."""
    return helped(
        "The bot to use, the number in Developer Console > Bot; wins over NAVERWORKS_BOT_ID.",
        "쓸 봇. Developer Console > Bot에 있는 번호이며 NAVERWORKS_BOT_ID보다 우선합니다.",
        name="--bot-id",
    )


def form_option() -> Parameter:
    """Return `--format`."""
    return helped(
        "Cards, or plain texts with buttons.",
        "카드, 또는 버튼이 있는 텍스트.",
        name="--format",
    )


def moment(text: str | None, *, flag: str) -> datetime | None:
    """Read the aware ISO 8601 datetime of a flag.

    Raises:
        UsageError: It is not one, or it carries no offset.
    """
    if text is None:
        return None
    example = tr("for example", "예:")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            tr(f"{flag} is not an ISO 8601 datetime.", f"{flag} 값이 ISO 8601 일시가 아닙니다."),
            remedy=f"{example} {flag} 2026-03-02T10:00:00+09:00",
        ) from None
    if found.tzinfo is None:
        raise UsageError(
            tr(
                f"{flag} carries no offset, so the moment is ambiguous.",
                f"{flag} 값에 시간대 오프셋이 없어 시점이 정해지지 않습니다.",
            ),
            remedy=tr("append the zone, ", "시간대를 붙이세요. ")
            + f"{example} {flag} {found.isoformat()}+09:00",
        )
    return found


def existing_file(path: Path, *, flag: str) -> Path:
    """Return the path of a file that exists.

    Raises:
        UsageError: There is no such file.
    """
    if not path.is_file():
        raise UsageError(
            tr(f"{flag}: there is no file {path}.", f"{flag}: 파일이 없습니다: {path}")
        )
    return path
