"""The persistent menu.

https://developers.worksmobile.com/kr/docs/bot-persistentmenu-create
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from naverworks_notify.simulator.service._answers import (
    Situation,
    empty_response,
    json_response,
    refuse,
)
from naverworks_notify.simulator.service._checks import Field, Place, action_of, check_fields
from naverworks_notify.simulator.service._routing import Call, Handler
from naverworks_notify.wire import Response

__all__ = ["HANDLERS"]

MOST_ACTIONS = 4

_check_action = action_of(("message", "uri", "copy"), longest_label=1000, label_required=True)


def _anything(value: Any, at: Place) -> None:
    """Let a member pass that is looked at by itself."""


def create(call: Call) -> Response:
    """Set the menu every member sees; impossible while the bot has a rich menu."""
    bot = call.bot()
    raw = call.json_object()
    content = raw.get("content")
    if not isinstance(content, dict) or "actions" not in content:
        raise refuse(400, "INVALID_PARAMETER", "content.actions is required.")
    at = call.place()
    check_fields(raw, (Field("content", _anything),), at)
    check_fields(content, (Field("actions", _anything),), at.member("content"))
    actions = content["actions"]
    if not isinstance(actions, list):
        raise refuse(400, "INVALID_PARAMETER", "content.actions must be an array.")
    if not 1 <= len(actions) <= MOST_ACTIONS:
        raise refuse(400, "OUT_OF_RANGE", "content.actions must hold 1 to 4 items.")
    for i, action in enumerate(actions):
        _check_action(action, at.member("content").member("actions").item(i))
    if bot.richmenus:
        call.refuse_as(Situation.MENU_WHILE_RICHMENU)
    bot.persistent_menu = raw
    return json_response(201, raw)


def get(call: Call) -> Response:
    """Return the menu."""
    menu = call.bot().persistent_menu
    if menu is None:
        raise call.missing()
    return json_response(200, menu)


def delete(call: Call) -> Response:
    """Remove the menu."""
    bot = call.bot()
    if bot.persistent_menu is None:
        raise call.missing()
    bot.persistent_menu = None
    return empty_response(204)


HANDLERS: Mapping[str, Handler] = {
    "menus.create": create,
    "menus.get": get,
    "menus.delete": delete,
}
