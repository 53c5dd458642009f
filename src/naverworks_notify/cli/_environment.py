"""The client of the NAVERWORKS_* variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from naverworks_notify.client import Client

__all__ = ["open_client"]


def open_client(*, bot_id: int | None = None) -> Client:
    """Return a client with the account, addresses and bot of the environment.

    Args:
        bot_id: A bot that wins over `NAVERWORKS_BOT_ID`.

    Raises:
        InvalidValue: A variable is missing or not usable.
    """
    from naverworks_notify.client import Client  # noqa: PLC0415 - a dry run needs no HTTP

    # Left out, the bot is the environment's.
    options = {} if bot_id is None else {"bot_id": bot_id}
    return Client.from_env(**options)
