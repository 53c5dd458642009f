"""The persistent menu."""

from __future__ import annotations

from naverworks_notify.bots import PersistentMenu
from naverworks_notify.operations._operation import Operation, json_content, load, nothing, written
from naverworks_notify.operations._table import ENDPOINTS
from naverworks_notify.wire import Response

__all__ = ["create", "delete", "get"]


def create(bot_id: int, menu: PersistentMenu) -> Operation[PersistentMenu]:
    """Set the menu of all the bot's rooms."""

    def decode(response: Response) -> PersistentMenu:
        return _read(response) if response.content.strip() else menu

    return Operation(
        endpoint=ENDPOINTS["menus.create"],
        path=_path(bot_id),
        content=json_content({"content": written(menu, PersistentMenu, "menu")}),
        decode=decode,
    )


def get(bot_id: int) -> Operation[PersistentMenu]:
    """Read the menu."""
    return Operation(endpoint=ENDPOINTS["menus.get"], path=_path(bot_id), decode=_read)


def delete(bot_id: int) -> Operation[None]:
    """Remove the menu."""
    return Operation(endpoint=ENDPOINTS["menus.delete"], path=_path(bot_id), decode=nothing)


def _path(bot_id: int) -> str:
    return f"/bots/{bot_id}/persistentmenu"


def _read(response: Response) -> PersistentMenu:
    raw = load(response)
    return PersistentMenu.from_response(raw.get("content") if isinstance(raw, dict) else raw)
