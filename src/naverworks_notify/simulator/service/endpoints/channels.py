"""Rooms.

https://developers.worksmobile.com/kr/docs/bot-channel-create,
https://developers.worksmobile.com/kr/docs/bot-channel-get
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from naverworks_notify.simulator.service._answers import Situation, empty_response, json_response
from naverworks_notify.simulator.service._checks import Field, text, texts
from naverworks_notify.simulator.service._paging import page_of
from naverworks_notify.simulator.service._routing import Call, Handler
from naverworks_notify.simulator.service._tenant import Channel
from naverworks_notify.wire import Response

__all__ = ["HANDLERS"]

_FIELDS = (Field("members", texts(1, 100), required=True), Field("title", text(1000, empty=True)))
PER_PAGE = 50


def create(call: Call) -> Response:
    """Open a room with the bot and some members."""
    bot = call.bot()
    fields = call.fields(_FIELDS)
    members = []
    for address in fields["members"]:
        user = call.tenant.find_user(address)
        if user is None:
            call.refuse_as(Situation.ROOM_WITH_UNKNOWN_MEMBER)
        else:
            members.append(user.user_id)
    channel = Channel(
        channel_id=str(uuid.uuid4()),
        domain_id=call.app.domain_id,
        kind="SINGLE_USER" if len(members) == 1 else "MULTI_USERS",
        members=members,
        title=fields.get("title"),
    )
    bot.channels[channel.channel_id] = channel
    body: dict[str, Any] = {"channelId": channel.channel_id}
    if channel.title is not None:
        body["title"] = channel.title
    return json_response(201, body)


def get(call: Call) -> Response:
    """Return a room."""
    return json_response(200, call.channel().to_dict())


def leave(call: Call) -> Response:
    """Take the bot out of a room."""
    call.channel().bot_present = False
    return empty_response(204)


def members(call: Call) -> Response:
    """List a room's members by user ID."""
    page, meta = page_of(
        call.channel().members,
        call.query,
        default=PER_PAGE,
        last=call.state.behaviour.last_page_cursor,
        of_bots=True,
    )
    return json_response(200, {"members": list(page), "responseMetaData": meta})


HANDLERS: Mapping[str, Handler] = {
    "channels.create": create,
    "channels.get": get,
    "channels.leave": leave,
    "channels.members": members,
}
