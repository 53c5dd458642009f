"""Rich menus."""

from __future__ import annotations

from naverworks_notify.bots import DefaultRichMenu, RichMenu, RichMenuImage
from naverworks_notify.operations._operation import (
    MAX_COUNT,
    Operation,
    Page,
    json_content,
    list_query,
    nothing,
    segment,
    user_segment,
    value_of,
    value_or,
    value_page,
    written,
)
from naverworks_notify.operations._table import ENDPOINTS

__all__ = [
    "create",
    "delete",
    "delete_default",
    "delete_user",
    "get",
    "get_default",
    "get_image",
    "get_user",
    "list_richmenus",
    "set_default",
    "set_image",
    "set_user",
]


def create(bot_id: int, menu: RichMenu) -> Operation[RichMenu]:
    """Create a rich menu."""
    return Operation(
        endpoint=ENDPOINTS["richmenus.create"],
        path=_root(bot_id),
        content=json_content(written(menu, RichMenu, "menu")),
        decode=value_of(RichMenu),
    )


def list_richmenus(bot_id: int, *, count: int = MAX_COUNT) -> Operation[Page[RichMenu]]:
    """Read one page of a bot's rich menus."""
    return Operation(
        endpoint=ENDPOINTS["richmenus.list"],
        path=_root(bot_id),
        query=list_query(count),
        decode=value_page("richmenus", RichMenu),
    )


def get(bot_id: int, richmenu_id: str) -> Operation[RichMenu]:
    """Read a rich menu."""
    return Operation(
        endpoint=ENDPOINTS["richmenus.get"],
        path=_path(bot_id, richmenu_id),
        decode=value_of(RichMenu),
    )


def delete(bot_id: int, richmenu_id: str) -> Operation[None]:
    """Delete a rich menu."""
    return Operation(
        endpoint=ENDPOINTS["richmenus.delete"], path=_path(bot_id, richmenu_id), decode=nothing
    )


def set_image(bot_id: int, richmenu_id: str, image: RichMenuImage) -> Operation[None]:
    """Give a rich menu its image."""
    return Operation(
        endpoint=ENDPOINTS["richmenus.set_image"],
        path=f"{_path(bot_id, richmenu_id)}/image",
        content=json_content(written(image, RichMenuImage, "image")),
        decode=nothing,
    )


def get_image(bot_id: int, richmenu_id: str) -> Operation[RichMenuImage]:
    """Read which image a rich menu has."""
    return Operation(
        endpoint=ENDPOINTS["richmenus.get_image"],
        path=f"{_path(bot_id, richmenu_id)}/image",
        decode=value_of(RichMenuImage),
    )


def set_user(bot_id: int, richmenu_id: str, user_id: str) -> Operation[None]:
    """Give one user a rich menu of their own."""
    return Operation(
        endpoint=ENDPOINTS["richmenus.set_user"],
        path=f"{_path(bot_id, richmenu_id)}/users/{user_segment(user_id)}",
        decode=nothing,
    )


def get_user(bot_id: int, user_id: str) -> Operation[RichMenu]:
    """Read one user's own rich menu."""
    return Operation(
        endpoint=ENDPOINTS["richmenus.get_user"],
        path=f"{_root(bot_id)}/users/{user_segment(user_id)}",
        decode=value_of(RichMenu),
    )


def delete_user(bot_id: int, user_id: str) -> Operation[None]:
    """Take one user's own rich menu away."""
    return Operation(
        endpoint=ENDPOINTS["richmenus.delete_user"],
        path=f"{_root(bot_id)}/users/{user_segment(user_id)}",
        decode=nothing,
    )


def set_default(bot_id: int, richmenu_id: str) -> Operation[DefaultRichMenu]:
    """Make a rich menu the one that everyone sees who has none of their own."""
    return Operation(
        endpoint=ENDPOINTS["richmenus.set_default"],
        path=f"{_path(bot_id, richmenu_id)}/set-default",
        decode=value_or(
            DefaultRichMenu, DefaultRichMenu(bot_id=bot_id, default_richmenu_id=richmenu_id)
        ),
    )


def get_default(bot_id: int) -> Operation[DefaultRichMenu]:
    """Read which rich menu is the default."""
    return Operation(
        endpoint=ENDPOINTS["richmenus.get_default"],
        path=f"{_root(bot_id)}/default",
        decode=value_of(DefaultRichMenu),
    )


def delete_default(bot_id: int) -> Operation[None]:
    """Have no default any more."""
    return Operation(
        endpoint=ENDPOINTS["richmenus.delete_default"],
        path=f"{_root(bot_id)}/default",
        decode=nothing,
    )


def _root(bot_id: int) -> str:
    return f"/bots/{bot_id}/richmenus"


def _path(bot_id: int, richmenu_id: str) -> str:
    return f"{_root(bot_id)}/{segment(richmenu_id, 'richmenu_id')}"
