"""Rooms; the service calls them channels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from naverworks_notify.bots import Channel, NewChannel
from naverworks_notify.operations._operation import (
    MAX_COUNT,
    Operation,
    Page,
    json_content,
    list_query,
    nothing,
    segment,
    text_page,
    value_of,
)
from naverworks_notify.operations._table import ENDPOINTS

__all__ = ["create", "get", "leave", "list_members"]


def create(bot_id: int, members: Iterable[str], title: str | None = None) -> Operation[Channel]:
    """Create a room with the bot and members."""
    return Operation(
        endpoint=ENDPOINTS["channels.create"],
        path=f"/bots/{bot_id}/channels",
        content=json_content(NewChannel(_each(members), title=title).to_dict()),
        decode=value_of(Channel),
    )


def _each(members: Any) -> Any:
    # A text is no list of its letters; it is refused like anything else that is no list.
    one = isinstance(members, (str, bytes)) or not isinstance(members, Iterable)
    return members if one else tuple(members)


def get(bot_id: int, channel_id: str) -> Operation[Channel]:
    """Read a room."""
    return Operation(
        endpoint=ENDPOINTS["channels.get"],
        path=_path(bot_id, channel_id),
        decode=value_of(Channel),
    )


def leave(bot_id: int, channel_id: str) -> Operation[None]:
    """Have the bot leave a room."""
    return Operation(
        endpoint=ENDPOINTS["channels.leave"], path=_path(bot_id, channel_id), decode=nothing
    )


def list_members(bot_id: int, channel_id: str, *, count: int = MAX_COUNT) -> Operation[Page[str]]:
    """Read one page of a room's members."""
    return Operation(
        endpoint=ENDPOINTS["channels.members"],
        path=f"{_path(bot_id, channel_id)}/members",
        query=list_query(count),
        decode=text_page("members"),
    )


def _path(bot_id: int, channel_id: str) -> str:
    return f"/bots/{bot_id}/channels/{segment(channel_id, 'channel_id')}"
