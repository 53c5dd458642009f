"""Options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from naverworks_notify.cli._exit import UsageError

__all__ = ["AsJson", "BotId", "FormName", "existing_file", "moment"]

AsJson = Annotated[
    bool,
    Parameter(
        name="--json",
        negative="",
        show_default=False,
        help="Write JSON on stdout instead of a table.",
    ),
]
BotId = Annotated[
    int | None,
    Parameter(name="--bot-id", help="The bot to use; wins over NAVERWORKS_BOT_ID."),
]
FormName = Annotated[
    Literal["rich", "plain"],
    Parameter(name="--format", help="Cards, or plain texts with buttons."),
]


def moment(text: str | None, *, flag: str) -> datetime | None:
    """Read the aware ISO 8601 datetime of a flag.

    Raises:
        UsageError: It is not one, or it carries no offset.
    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{flag} is not an ISO 8601 datetime.",
            remedy=f"for example {flag} 2026-03-02T10:00:00+09:00",
        ) from None
    if found.tzinfo is None:
        raise UsageError(
            f"{flag} carries no offset, so the moment is ambiguous.",
            remedy=f"append the zone, for example {flag} {found.isoformat()}+09:00",
        )
    return found


def existing_file(path: Path, *, flag: str) -> Path:
    """Return the path of a file that exists.

    Raises:
        UsageError: There is no such file.
    """
    if not path.is_file():
        raise UsageError(f"{flag}: there is no file {path}.")
    return path
