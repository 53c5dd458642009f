"""`works.bots`, `works.bots.domains`, `works.bots.domains.members`."""

from __future__ import annotations

from collections.abc import AsyncIterator

from naverworks_notify.bots import Bot, BotChanges, BotDomain, BotSummary
from naverworks_notify.client._async.runner import AsyncResource, AsyncRunner
from naverworks_notify.operations import bot_domains, bots

__all__ = ["AsyncBotDomainMembers", "AsyncBotDomains", "AsyncBots"]


class AsyncBotDomainMembers(AsyncResource):
    """Members who may use a bot, where it is not open to all of a domain."""

    __slots__ = ()

    async def add(self, domain_id: int, user_id: str, *, bot_id: int | None = None) -> None:
        """Let one member use the bot.

        Args:
            domain_id: The domain.
            user_id: The member's resource id, or login e-mail address.
            bot_id: Another bot than the client's.
        """
        await self._runner.run(bot_domains.add_member(self._bot(bot_id), domain_id, user_id))

    def list(
        self, domain_id: int, *, bot_id: int | None = None, count: int = 100
    ) -> AsyncIterator[str]:
        """Return an iterator over the ids of the members who may use the bot.

        For a bot open to all, the service answers «All users» in a form that is not established.

        Args:
            domain_id: The domain.
            bot_id: Another bot than the client's.
            count: Members in a page, 1 to 100.
        """
        return self._runner.pages(
            bot_domains.list_members(self._bot(bot_id), domain_id, count=count)
        )

    async def delete(self, domain_id: int, user_id: str, *, bot_id: int | None = None) -> None:
        """No longer let one member use the bot.

        Args:
            domain_id: The domain.
            user_id: The member's resource id, or login e-mail address.
            bot_id: Another bot than the client's.
        """
        await self._runner.run(bot_domains.delete_member(self._bot(bot_id), domain_id, user_id))


class AsyncBotDomains(AsyncResource):
    """Where a bot is registered. Without it, the bot cannot be used in a domain.

    Attributes:
        members: Who may use it there.
    """

    __slots__ = ("members",)

    members: AsyncBotDomainMembers

    def __init__(self, runner: AsyncRunner) -> None:
        super().__init__(runner)
        self.members = AsyncBotDomainMembers(runner)

    async def register(
        self, domain_id: int, domain: BotDomain | None = None, *, bot_id: int | None = None
    ) -> BotDomain:
        """Register the bot in a domain; members are not notified, as they are by the Admin.

        Args:
            domain_id: The domain; it must be among the bot's `allow_domains`, where set.
            domain: Whether it is listed, and for whom; by default hidden, and for all members.
            bot_id: Another bot than the client's.
        """
        return await self._runner.run(
            bot_domains.register(self._bot(bot_id), domain_id, domain or BotDomain())
        )

    def list(self, *, bot_id: int | None = None, count: int = 100) -> AsyncIterator[BotDomain]:
        """Return an iterator over the domains the bot is registered in.

        Args:
            bot_id: Another bot than the client's.
            count: Domains in a page, 1 to 100.
        """
        return self._runner.pages(bot_domains.list_domains(self._bot(bot_id), count=count))

    async def update(
        self, domain_id: int, domain: BotDomain, *, bot_id: int | None = None
    ) -> BotDomain:
        """Replace the settings of a registration; what is left out goes back to its default.

        Args:
            domain_id: The domain.
            domain: The new settings.
            bot_id: Another bot than the client's.
        """
        return await self._runner.run(bot_domains.update(self._bot(bot_id), domain_id, domain))

    async def patch(
        self, domain_id: int, domain: BotDomain, *, bot_id: int | None = None
    ) -> BotDomain:
        """Change some settings of a registration; what is left out stays.

        Args:
            domain_id: The domain.
            domain: What changes.
            bot_id: Another bot than the client's.
        """
        return await self._runner.run(bot_domains.patch(self._bot(bot_id), domain_id, domain))

    async def delete(self, domain_id: int, *, bot_id: int | None = None) -> None:
        """Take the bot out of a domain.

        Args:
            domain_id: The domain.
            bot_id: Another bot than the client's.
        """
        await self._runner.run(bot_domains.delete(self._bot(bot_id), domain_id))


class AsyncBots(AsyncResource):
    """The tenant's bots. Calls that change one bot are made one after the other.

    Attributes:
        domains: Where a bot is registered.
    """

    __slots__ = ("domains",)

    domains: AsyncBotDomains

    def __init__(self, runner: AsyncRunner) -> None:
        super().__init__(runner)
        self.domains = AsyncBotDomains(runner)

    async def create(self, bot: Bot) -> Bot:
        """Create a bot in the tenant, at most 300; it must be registered in a domain as well.

        Args:
            bot: Its settings.

        Returns:
            The bot with its id.
        """
        return await self._runner.run(bots.create(bot))

    def list(self, *, count: int = 100) -> AsyncIterator[BotSummary]:
        """Return an iterator over the tenant's bots.

        Args:
            count: Bots in a page, 1 to 100.
        """
        return self._runner.pages(bots.list_bots(count=count))

    async def get(self, bot_id: int | None = None) -> Bot:
        """Return the bot's settings.

        Args:
            bot_id: Another bot than the client's.
        """
        return await self._runner.run(bots.get(self._bot(bot_id)))

    async def update(self, bot: Bot, *, bot_id: int | None = None) -> Bot:
        """Replace the bot's settings; what is left out goes back to its default.

        Args:
            bot: The new settings.
            bot_id: Another bot than the client's.
        """
        return await self._runner.run(bots.update(self._bot(bot_id), bot))

    async def patch(self, changes: BotChanges, *, bot_id: int | None = None) -> Bot:
        """Change some of the bot's settings; what is left out stays.

        Args:
            changes: What changes.
            bot_id: Another bot than the client's.
        """
        return await self._runner.run(bots.patch(self._bot(bot_id), changes))

    async def delete(self, bot_id: int | None = None) -> None:
        """Delete the bot. This cannot be undone; it leaves its rooms some time later.

        Args:
            bot_id: Another bot than the client's.
        """
        await self._runner.run(bots.delete(self._bot(bot_id)))

    async def issue_secret(self, bot_id: int | None = None) -> str:
        """Issue another bot secret, and return it; the old one is dead at once.

        Callbacks are signed with it from now on; see `webhooks.verify`.

        Args:
            bot_id: Another bot than the client's.
        """
        return await self._runner.run(bots.issue_secret(self._bot(bot_id)))
