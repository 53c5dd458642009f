"""Bots and their secret.

https://developers.worksmobile.com/en/docs/bot-create,
https://developers.worksmobile.com/kr/docs/bot-get
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from naverworks_notify.simulator.service._answers import empty_response, json_response, refuse
from naverworks_notify.simulator.service._checks import (
    Field,
    boolean,
    choices,
    https_url,
    integers,
    localized,
    text,
    texts,
)
from naverworks_notify.simulator.service._paging import page_of
from naverworks_notify.simulator.service._routing import Call, Handler
from naverworks_notify.simulator.service._tenant import Bot
from naverworks_notify.wire import Response

__all__ = ["HANDLERS"]

MOST_BOTS = 300
BOTS_PER_PAGE = 50

_CALLBACK_EVENTS = ("text", "location", "sticker", "image", "file", "audio", "video")
_CHANNEL_EVENTS = ("message", "join", "leave", "joined", "left", "postback", "begin", "end")

_FIELDS = (
    Field("botName", text(100), required=True),
    Field("photoUrl", https_url(), required=True),
    Field("description", text(100), required=True),
    Field("administrators", texts(1, 3), required=True),
    Field("subadministrators", texts(0, 3)),
    Field("allowDomains", integers),
    Field("enableCallback", boolean),
    Field("callbackUrl", https_url(empty=True)),
    Field("callbackEvents", choices(_CALLBACK_EVENTS)),
    Field("channelEvents", choices(_CHANNEL_EVENTS)),
    Field("enableGroupJoin", boolean),
    Field("defaultRichmenuId", text(100)),
    Field("i18nBotNames", localized("botName", text(100))),
    Field("i18nDescriptions", localized("description", text(100))),
    Field("i18nPhotoUrls", localized("photoUrl", https_url())),
)
_READ_ONLY = frozenset({"botId", "createdTime", "modifiedTime"})
_LISTED = ("botName", "photoUrl", "i18nBotNames", "i18nPhotoUrls")


def _defaults() -> dict[str, Any]:
    return {
        "subadministrators": [],
        "allowDomains": [],
        "enableCallback": False,
        "callbackUrl": "",
        "callbackEvents": [],
        # Documented default: without begin and end.
        "channelEvents": list(_CHANNEL_EVENTS[:6]),
        "enableGroupJoin": False,
    }


def _read_bot(call: Call, *, partial: bool) -> dict[str, Any]:
    fields = call.fields(_FIELDS, without=_READ_ONLY, partial=partial)
    if "botName" in fields:
        fields["botName"] = " ".join(fields["botName"].splitlines())
    for key in ("administrators", "subadministrators"):
        for address in fields.get(key, ()):
            if call.tenant.find_user(address) is None:
                raise refuse(400, "INVALID_PARAMETER", f"{key} names an unknown user.")
    return fields


def create(call: Call) -> Response:
    """Make a bot. It works in a domain only once it is registered there."""
    if len(call.tenant.bots) >= MOST_BOTS:
        raise refuse(403, "LIMIT_EXCEEDED", "A tenant has at most 300 bots.")
    fields = _read_bot(call, partial=False)
    bot = Bot(
        bot_id=max(call.state.bot_ids(), default=2000000) + 1,
        fields={**_defaults(), **fields},
        created_at=call.now,
        modified_at=call.now,
        secret=secrets.token_urlsafe(24),
    )
    call.tenant.bots[bot.bot_id] = bot
    return json_response(201, bot.to_dict())


def list_bots(call: Call) -> Response:
    """List the tenant's bots, each with its name and picture only."""
    page, meta = page_of(
        tuple(call.tenant.bots.values()),
        call.query,
        default=BOTS_PER_PAGE,
        last=call.state.behaviour.last_page_cursor,
        of_bots=True,
    )
    items = [
        {"botId": bot.bot_id}
        | {key: bot.fields[key] for key in _LISTED if bot.fields.get(key) is not None}
        for bot in page
    ]
    return json_response(200, {"bots": items, "responseMetaData": meta})


def get(call: Call) -> Response:
    """Return a bot."""
    return json_response(200, call.bot().to_dict())


def update(call: Call) -> Response:
    """Replace a bot's settings; what is left out goes back to its default."""
    bot = call.bot()
    fields = _read_bot(call, partial=False)
    return _change(call, bot, {**_defaults(), **fields})


def patch(call: Call) -> Response:
    """Change some of a bot's settings."""
    bot = call.bot()
    fields = _read_bot(call, partial=True)
    return _change(call, bot, {**bot.fields, **fields})


def _change(call: Call, bot: Bot, fields: dict[str, Any]) -> Response:
    bot.fields = fields
    bot.modified_at = call.now
    allowed = fields["allowDomains"]
    if allowed:
        # A registered domain dropped from the list is removed by the service.
        for domain_id in set(bot.domains) - set(allowed):
            del bot.domains[domain_id]
    if not fields["enableGroupJoin"]:
        for channel in bot.channels.values():
            channel.bot_present = channel.bot_present and channel.kind == "SINGLE_USER"
    return json_response(200, bot.to_dict())


def delete(call: Call) -> Response:
    """Delete a bot for good."""
    del call.tenant.bots[call.bot().bot_id]
    return empty_response(204)


def issue_secret(call: Call) -> Response:
    """Give a bot another secret; the old one is dead at once."""
    bot = call.bot()
    bot.secret = secrets.token_urlsafe(24)
    return json_response(200, {"secret": bot.secret})


HANDLERS: Mapping[str, Handler] = {
    "bots.create": create,
    "bots.list": list_bots,
    "bots.get": get,
    "bots.update": update,
    "bots.patch": patch,
    "bots.delete": delete,
    "bots.issue_secret": issue_secret,
}
