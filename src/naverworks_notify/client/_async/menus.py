"""The persistent menu, and rich menus."""

from __future__ import annotations

from collections.abc import AsyncIterator

from naverworks_notify.bots import DefaultRichMenu, PersistentMenu, RichMenu, RichMenuImage
from naverworks_notify.client._async.runner import AsyncResource
from naverworks_notify.operations import menus, richmenus

__all__ = ["AsyncMenus", "AsyncRichMenus"]


class AsyncMenus(AsyncResource):
    """The persistent menu: one for all rooms of a bot, and only while it has no rich menu."""

    __slots__ = ()

    async def create(self, menu: PersistentMenu, *, bot_id: int | None = None) -> PersistentMenu:
        """Set the menu.

        Args:
            menu: 1 to 4 actions.
            bot_id: Another bot than the client's.
        """
        return await self._runner.run(menus.create(self._bot(bot_id), menu))

    async def get(self, *, bot_id: int | None = None) -> PersistentMenu:
        """Return the menu.

        Args:
            bot_id: Another bot than the client's.

        Raises:
            NotFound: The bot has none.
        """
        return await self._runner.run(menus.get(self._bot(bot_id)))

    async def delete(self, *, bot_id: int | None = None) -> None:
        """Remove the menu.

        Args:
            bot_id: Another bot than the client's.
        """
        await self._runner.run(menus.delete(self._bot(bot_id)))


class AsyncRichMenus(AsyncResource):
    """Rich menus: upload the image, create the menu, set its image, then make it someone's."""

    __slots__ = ()

    async def create(self, menu: RichMenu, *, bot_id: int | None = None) -> RichMenu:
        """Create a rich menu, at most 1000 for a bot; it replaces the persistent menu.

        Args:
            menu: Its size and areas.
            bot_id: Another bot than the client's.

        Returns:
            The menu with its id.
        """
        return await self._runner.run(richmenus.create(self._bot(bot_id), menu))

    def list(self, *, bot_id: int | None = None, count: int = 100) -> AsyncIterator[RichMenu]:
        """Return an iterator over the bot's rich menus.

        Args:
            bot_id: Another bot than the client's.
            count: Menus in a page, 1 to 100.
        """
        return self._runner.pages(richmenus.list_richmenus(self._bot(bot_id), count=count))

    async def get(self, richmenu_id: str, *, bot_id: int | None = None) -> RichMenu:
        """Return a rich menu.

        Args:
            richmenu_id: The menu's id.
            bot_id: Another bot than the client's.
        """
        return await self._runner.run(richmenus.get(self._bot(bot_id), richmenu_id))

    async def delete(self, richmenu_id: str, *, bot_id: int | None = None) -> None:
        """Delete a rich menu.

        Args:
            richmenu_id: The menu's id.
            bot_id: Another bot than the client's.
        """
        await self._runner.run(richmenus.delete(self._bot(bot_id), richmenu_id))

    async def set_image(
        self, richmenu_id: str, image: RichMenuImage | str, *, bot_id: int | None = None
    ) -> None:
        """Give a rich menu its image, uploaded before with `attachments.upload`.

        Args:
            richmenu_id: The menu's id.
            image: The file id of a JPEG or PNG of at most 1 MB, or one for each language.
            bot_id: Another bot than the client's.
        """
        if isinstance(image, str):
            image = RichMenuImage(image)
        await self._runner.run(richmenus.set_image(self._bot(bot_id), richmenu_id, image))

    async def get_image(self, richmenu_id: str, *, bot_id: int | None = None) -> RichMenuImage:
        """Return which image a rich menu has.

        Args:
            richmenu_id: The menu's id.
            bot_id: Another bot than the client's.
        """
        return await self._runner.run(richmenus.get_image(self._bot(bot_id), richmenu_id))

    async def set_user(self, richmenu_id: str, user_id: str, *, bot_id: int | None = None) -> None:
        """Give one user a rich menu of their own; it comes before the default.

        Args:
            richmenu_id: The menu's id.
            user_id: The user's id.
            bot_id: Another bot than the client's.
        """
        await self._runner.run(richmenus.set_user(self._bot(bot_id), richmenu_id, user_id))

    async def get_user(self, user_id: str, *, bot_id: int | None = None) -> RichMenu:
        """Return one user's own rich menu; never the default.

        Args:
            user_id: The user's id.
            bot_id: Another bot than the client's.

        Raises:
            NotFound: The user has none.
        """
        return await self._runner.run(richmenus.get_user(self._bot(bot_id), user_id))

    async def delete_user(self, user_id: str, *, bot_id: int | None = None) -> None:
        """Take one user's own rich menu away.

        Args:
            user_id: The user's id.
            bot_id: Another bot than the client's.
        """
        await self._runner.run(richmenus.delete_user(self._bot(bot_id), user_id))

    async def set_default(self, richmenu_id: str, *, bot_id: int | None = None) -> DefaultRichMenu:
        """Make a rich menu the one that everyone sees who has none of their own.

        Args:
            richmenu_id: The menu's id.
            bot_id: Another bot than the client's.
        """
        return await self._runner.run(richmenus.set_default(self._bot(bot_id), richmenu_id))

    async def get_default(self, *, bot_id: int | None = None) -> DefaultRichMenu:
        """Return which rich menu is the default.

        Args:
            bot_id: Another bot than the client's.

        Raises:
            NotFound: There is none.
        """
        return await self._runner.run(richmenus.get_default(self._bot(bot_id)))

    async def delete_default(self, *, bot_id: int | None = None) -> None:
        """Have no default any more; the menu itself stays.

        Args:
            bot_id: Another bot than the client's.
        """
        await self._runner.run(richmenus.delete_default(self._bot(bot_id)))
