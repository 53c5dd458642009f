"""Rich menus, their pictures, and who sees which.

https://developers.worksmobile.com/kr/docs/bot-richmenu-create. Scopes of the rows that only third
parties list are taken to be those of their neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from naverworks_notify.simulator.service._answers import empty_response, json_response, refuse
from naverworks_notify.simulator.service._checks import (
    Field,
    Place,
    action_of,
    check_fields,
    integer,
    localized,
    text,
)
from naverworks_notify.simulator.service._paging import page_of
from naverworks_notify.simulator.service._routing import Call, Handler
from naverworks_notify.simulator.service._tenant import Bot, RichMenu
from naverworks_notify.simulator.service.endpoints.attachments import SMALL, find_file
from naverworks_notify.wire import Response

__all__ = ["HANDLERS"]

MOST_MENUS = 1000
MOST_AREAS = 20
PER_PAGE = 50
WIDTH, HEIGHTS = 2500, (1686, 843)

_check_action = action_of(
    ("postback", "message", "uri", "copy"), longest_label=20, label_required=False
)


def _check_size(value: Any, at: Place) -> None:
    _check_numbers(value, at, ("width", "height"), WIDTH)
    if value["width"] != WIDTH or value["height"] not in HEIGHTS:
        raise refuse(400, "INVALID_PARAMETER", f"{at} must be 2500x1686 or 2500x843.")


def _check_numbers(value: Any, at: Place, names: tuple[str, ...], most: int) -> None:
    if not isinstance(value, dict):
        raise refuse(400, "INVALID_PARAMETER", f"{at} must be an object.")
    fields = tuple(Field(name, integer(0, most), required=True) for name in names)
    check_fields(value, fields, at)


def _check_areas(value: Any, at: Place) -> None:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_AREAS:
        raise refuse(400, "OUT_OF_RANGE", f"{at} must hold 1 to 20 items.")
    for i, area in enumerate(value):
        if not isinstance(area, dict):
            raise refuse(400, "INVALID_PARAMETER", f"{at.item(i)} must be an object.")
        check_fields(area, _AREA_FIELDS, at.item(i))


def _check_bounds(value: Any, at: Place) -> None:
    _check_numbers(value, at, ("x", "y", "width", "height"), WIDTH)


_AREA_FIELDS = (
    Field("bounds", _check_bounds, required=True),
    Field("action", _check_action, required=True),
)
_FIELDS = (
    Field("richmenuName", text(300), required=True),
    Field("size", _check_size, required=True),
    Field("areas", _check_areas, required=True),
)
_IMAGE_FIELDS = (
    Field("fileId", text(1000), required=True),
    Field("i18nFileIds", localized("fileId", text(1000))),
)


def _menu(call: Call) -> tuple[Bot, RichMenu]:
    bot = call.bot()
    menu = bot.richmenus.get(call.parameters["richmenu_id"])
    if menu is None:
        raise call.missing()
    return bot, menu


def create(call: Call) -> Response:
    """Make a rich menu; the bot's persistent menu, if any, is gone then."""
    bot = call.bot()
    fields = call.fields(_FIELDS)
    if len(bot.richmenus) >= MOST_MENUS:
        raise refuse(403, "LIMIT_EXCEEDED", "A bot has at most 1000 rich menus.")
    menu = RichMenu(richmenu_id=str(40000 + call.state.next_number()), fields=fields)
    bot.richmenus[menu.richmenu_id] = menu
    bot.persistent_menu = None
    return json_response(201, menu.to_dict())


def list_menus(call: Call) -> Response:
    """List a bot's rich menus."""
    page, meta = page_of(
        tuple(call.bot().richmenus.values()),
        call.query,
        default=PER_PAGE,
        last=call.state.behaviour.last_page_cursor,
        of_bots=True,
    )
    items = [menu.to_dict() for menu in page]
    return json_response(200, {"richmenus": items, "responseMetaData": meta})


def get(call: Call) -> Response:
    """Return a rich menu."""
    return json_response(200, _menu(call)[1].to_dict())


def delete(call: Call) -> Response:
    """Delete a rich menu; members who had it fall back to the default."""
    bot, menu = _menu(call)
    del bot.richmenus[menu.richmenu_id]
    bot.user_richmenus = {
        user: known for user, known in bot.user_richmenus.items() if known != menu.richmenu_id
    }
    if bot.fields.get("defaultRichmenuId") == menu.richmenu_id:
        del bot.fields["defaultRichmenuId"]
    return empty_response(204)


def set_image(call: Call) -> Response:
    """Give a rich menu its picture, by an uploaded file."""
    bot, menu = _menu(call)
    fields = call.fields(_IMAGE_FIELDS)
    for file_id in (
        fields["fileId"],
        *(item["fileId"] for item in fields.get("i18nFileIds", ())),
    ):
        content = find_file(call, bot, file_id).content or b""
        if len(content) > SMALL:
            raise refuse(400, "LIMIT_EXCEEDED", "The image is larger than 1 MB.")
        if not content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            raise refuse(400, "INVALID_PARAMETER", "The image must be JPEG or PNG.")
    menu.image = fields
    return empty_response(204)


def get_image(call: Call) -> Response:
    """Return a rich menu's picture, by file ID."""
    menu = _menu(call)[1]
    if menu.image is None:
        raise call.missing()
    return json_response(200, menu.image)


def set_user(call: Call) -> Response:
    """Give one member a rich menu of their own."""
    bot, menu = _menu(call)
    bot.user_richmenus[call.user().user_id] = menu.richmenu_id
    return empty_response(204)


def get_user(call: Call) -> Response:
    """Return the rich menu one member was given; never the default one."""
    bot = call.bot()
    menu_id = bot.user_richmenus.get(call.user().user_id)
    if menu_id is None:
        raise call.missing()
    return json_response(200, bot.richmenus[menu_id].to_dict())


def delete_user(call: Call) -> Response:
    """Take a member's own rich menu away."""
    bot = call.bot()
    if bot.user_richmenus.pop(call.user().user_id, None) is None:
        raise call.missing()
    return empty_response(204)


def set_default(call: Call) -> Response:
    """Give everyone a rich menu."""
    bot, menu = _menu(call)
    bot.fields["defaultRichmenuId"] = menu.richmenu_id
    return json_response(201, _default_of(bot))


def get_default(call: Call) -> Response:
    """Return the rich menu everyone has."""
    bot = call.bot()
    if not bot.fields.get("defaultRichmenuId"):
        raise call.missing()
    return json_response(200, _default_of(bot))


def delete_default(call: Call) -> Response:
    """Take everyone's rich menu away."""
    bot = call.bot()
    if bot.fields.pop("defaultRichmenuId", None) is None:
        raise call.missing()
    return empty_response(204)


def _default_of(bot: Bot) -> dict[str, Any]:
    return {"botId": bot.bot_id, "defaultRichmenuId": bot.fields["defaultRichmenuId"]}


HANDLERS: Mapping[str, Handler] = {
    "richmenus.create": create,
    "richmenus.list": list_menus,
    "richmenus.get": get,
    "richmenus.delete": delete,
    "richmenus.set_image": set_image,
    "richmenus.get_image": get_image,
    "richmenus.set_user": set_user,
    "richmenus.get_user": get_user,
    "richmenus.delete_user": delete_user,
    "richmenus.set_default": set_default,
    "richmenus.get_default": get_default,
    "richmenus.delete_default": delete_default,
}
