"""Sending messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from naverworks_notify.errors import InvalidMessage, Violation
from naverworks_notify.operations._operation import (
    Operation,
    json_content,
    nothing,
    segment,
    user_segment,
)
from naverworks_notify.operations._table import ENDPOINTS

if TYPE_CHECKING:
    from naverworks_notify.messages import Content

__all__ = ["send_to_channel", "send_to_user"]

_TO_USER = ENDPOINTS["messages.send_to_user"]
_TO_CHANNEL = ENDPOINTS["messages.send_to_channel"]


def send_to_user(bot_id: int, user_id: str, content: Content) -> Operation[None]:
    """Send one message to one user's 1:1 room with the bot."""
    return Operation(
        endpoint=_TO_USER,
        path=f"/bots/{bot_id}/users/{user_segment(user_id)}/messages",
        content=_envelope(content, to_user=True),
        decode=nothing,
        resource=bot_id,
    )


def send_to_channel(bot_id: int, channel_id: str, content: Content) -> Operation[None]:
    """Send one message to a room the bot is in."""
    return Operation(
        endpoint=_TO_CHANNEL,
        path=f"/bots/{bot_id}/channels/{segment(channel_id, 'channel_id')}/messages",
        content=_envelope(content),
        decode=nothing,
        resource=bot_id,
    )


def _envelope(content: Content, *, to_user: bool = False) -> bytes:
    try:
        to_dict = content.to_dict
    except AttributeError:
        pass
    else:
        if to_user:
            content.check_for_user()
        return json_content({"content": to_dict()})
    raise InvalidMessage(
        violations=(
            Violation(
                "content",
                "type",
                f"must be message content such as messages.Text(...), not "
                f"{type(content).__name__}; messages.parse() reads one from its JSON.",
            ),
        )
    )
