# Generated from client/_async/menus.py by scripts/generate_sync.py; change that one.
"""`works.menus`."""

from __future__ import annotations

from naverworks_notify.bots import PersistentMenu
from naverworks_notify.client._sync.resource import Resource
from naverworks_notify.operations import menus

__all__ = ["Menus"]


class Menus(Resource):
    """The persistent menu: one for all rooms of a bot, and only while it has no rich menu."""

    __slots__ = ()

    def create(self, menu: PersistentMenu, *, bot_id: int | None = None) -> PersistentMenu:
        """Set the menu.

        Args:
            menu: 1 to 4 actions.
            bot_id: Another bot than the client's.
        """
        return self._runner.run(menus.create(self._bot(bot_id), menu))

    def get(self, *, bot_id: int | None = None) -> PersistentMenu:
        """Return the menu.

        Args:
            bot_id: Another bot than the client's.

        Raises:
            NotFound: The bot has none.
        """
        return self._runner.run(menus.get(self._bot(bot_id)))

    def delete(self, *, bot_id: int | None = None) -> None:
        """Remove the menu.

        Args:
            bot_id: Another bot than the client's.
        """
        self._runner.run(menus.delete(self._bot(bot_id)))
