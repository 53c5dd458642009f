"""The client of the NAVERWORKS_* variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from naverworks_notify.cli._exit import Refused
from naverworks_notify.cli._korean import in_korean
from naverworks_notify.cli._language import tr
from naverworks_notify.cli._output import tell_warning

if TYPE_CHECKING:
    from naverworks_notify.client import Client

__all__ = ["how_to_name_a_bot", "open_client"]


def open_client(*, bot_id: int | None = None, sends: bool = True) -> Client:
    """Return a client with the account, addresses and bot of the environment.

    Args:
        bot_id: A bot that wins over `NAVERWORKS_BOT_ID`.
        sends: Whether a bot is needed.

    Raises:
        InvalidValue: A variable is missing or not usable.
        Refused: No bot is named.
    """
    from naverworks_notify.auth import MemoryTokenStore  # noqa: PLC0415 - a dry run needs no HTTP
    from naverworks_notify.client import Client  # noqa: PLC0415

    # A run asks for its own token, and so learns what is wrong with the set-up as it is now.
    works = Client.from_env(bot_id=bot_id, token_store=MemoryTokenStore())
    if sends and works.bot_id is None:
        works.close()
        raise Refused(
            tr("No bot is named.", "봇이 정해지지 않았습니다."), remedy=how_to_name_a_bot()
        )
    if sends and works.restriction is not None:
        # Before anything else: whoever reads on should know who is told at all.
        tell_warning(f"{tr(works.restriction, in_korean(works.restriction))}.")
    return works


def how_to_name_a_bot() -> str:
    """Return how to name a bot."""
    return tr(
        "Set NAVERWORKS_BOT_ID, or pass --bot-id, to the Bot ID of Developer Console > Bot.",
        "NAVERWORKS_BOT_ID 또는 --bot-id에 Developer Console > Bot의 Bot ID를 지정하세요.",
    )
