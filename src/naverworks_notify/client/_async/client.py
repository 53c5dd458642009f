"""`AsyncClient`."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack
from uuid import UUID

from naverworks_notify.auth import AsyncTokens, ServiceAccount, bot_id_from_env
from naverworks_notify.client._async.attachments import AsyncAttachments
from naverworks_notify.client._async.bots import AsyncBots
from naverworks_notify.client._async.channels import AsyncChannels
from naverworks_notify.client._async.directory import AsyncDirectory, AsyncGroups, AsyncOrgUnits
from naverworks_notify.client._async.menus import AsyncMenus, AsyncRichMenus
from naverworks_notify.client._async.messages import AsyncMessages
from naverworks_notify.client._async.runner import AsyncRunner
from naverworks_notify.client._async.users import AsyncUsers
from naverworks_notify.client._options import (
    ClientArguments,
    ClientOptions,
    check_transport_async,
    read_options,
)
from naverworks_notify.client._telling import announce
from naverworks_notify.limits import Limiter
from naverworks_notify.operations.request import JSON, Query
from naverworks_notify.operations.request import request as of_request
from naverworks_notify.validation import Violations

if TYPE_CHECKING:
    import httpx

    from naverworks_notify.client._async.connections import AsyncConnections

__all__ = ["AsyncClient"]


class AsyncClient:
    """The service's bot and directory API, for one account.

    Constructing does no IO; connections are opened on first use. One client may be shared: the
    blocking one by threads, the async one by tasks and by the event loops of several threads.
    Each loop gets connections of its own; those of a loop that has ended are closed when the
    next one begins, or with the client. A client may be made before a fork and used after it.
    Close it with `async with` or `aclose()`; what is under way then ends as usual.

    Every request has a timeout. Calls wait for their place in the rate budget, are repeated only
    where that is safe (`naverworks_notify.retry.SEMANTICS`), and raise errors of
    `naverworks_notify.errors` only. A send whose outcome is unknown raises `DeliveryUnknown`.

    Examples:
        >>> from naverworks_notify.testing import Simulator
        >>> from naverworks_notify import messages
        >>> import asyncio
        >>> simulator = Simulator(users=["doyoon@example.com"])
        >>> async def main():
        ...     async with AsyncClient(
        ...         simulator.account,
        ...         bot_id=simulator.bot_id,
        ...         endpoints=simulator.endpoints,
        ...         transport=simulator.transport(),
        ...     ) as works:
        ...         await works.messages.send_to_user("doyoon@example.com", messages.Text("Hi"))
        >>> asyncio.run(main())
        >>> len(simulator.sent)
        1

    Args:
        account: The service account.
        transport: An `httpx.AsyncBaseTransport` of your own (a proxy, a simulator, another
            library); it stays open when the client is closed.
        **arguments: Options such as `bot_id` and `timeout`; `ClientOptions` explains each.

    Raises:
        InvalidValue: An option is wrong; all of them are told.

    Attributes:
        messages: Sending.
        bots: Bots, the domains they are registered in, and who may use them.
        channels: Rooms.
        attachments: Files.
        menus: The persistent menu.
        richmenus: Rich menus.
        users: Members of the organisation and their external keys.
        groups: Groups.
        orgunits: Organisational units.
        directory: Levels, positions and user types.
    """

    messages: AsyncMessages
    bots: AsyncBots
    channels: AsyncChannels
    attachments: AsyncAttachments
    menus: AsyncMenus
    richmenus: AsyncRichMenus
    users: AsyncUsers
    groups: AsyncGroups
    orgunits: AsyncOrgUnits
    directory: AsyncDirectory

    def __init__(
        self,
        account: ServiceAccount,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        **arguments: Unpack[ClientArguments],
    ) -> None:
        violations = Violations()
        check_transport_async(transport, violations)
        options = read_options(account, arguments, violations)
        # Loading httpx takes most of the time that this package takes to load.
        from naverworks_notify.client._async.connections import AsyncConnections  # noqa: PLC0415

        connections = AsyncConnections(
            transport=transport, timeout=options.timeout, ssl_context=options.ssl_context
        )
        announce(options)
        self._set_up(account, options, connections)

    def _set_up(
        self,
        account: ServiceAccount,
        options: ClientOptions,
        connections: AsyncConnections,
        *,
        owned: bool = True,
    ) -> None:
        self._owned = owned
        self._runner = AsyncRunner(account, options, connections)
        self.messages = AsyncMessages(self._runner)
        self.bots = AsyncBots(self._runner)
        self.channels = AsyncChannels(self._runner)
        self.attachments = AsyncAttachments(self._runner)
        self.menus = AsyncMenus(self._runner)
        self.richmenus = AsyncRichMenus(self._runner)
        self.users = AsyncUsers(self._runner)
        self.groups = AsyncGroups(self._runner)
        self.orgunits = AsyncOrgUnits(self._runner)
        self.directory = AsyncDirectory(self._runner)

    @classmethod
    def over(
        cls, connections: AsyncConnections, account: ServiceAccount, options: ClientOptions
    ) -> Self:
        """Return a client on connections of others, which closing it leaves open; see `tenants`."""
        client = cls.__new__(cls)
        client._set_up(account, options, connections, owned=False)  # noqa: SLF001 - a constructor
        return client

    @classmethod
    def from_env(
        cls,
        *,
        account: ServiceAccount | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        **arguments: Unpack[ClientArguments],
    ) -> Self:
        """Return a client for the account and the bot that NAVERWORKS_* variables name.

        NAVERWORKS_BOT_ID is the bot; see `ServiceAccount.from_env` and `Endpoints` for the rest.

        Args:
            account: Another account than the environment's.
            transport: As for the class.
            **arguments: As for the class; they win over the environment.

        Raises:
            InvalidValue: A variable is missing or wrong.
        """
        if arguments.get("bot_id") is None:
            arguments["bot_id"] = bot_id_from_env()
        if account is None:
            account = ServiceAccount.from_env()
        return cls(account, transport=transport, **arguments)

    @property
    def options(self) -> ClientOptions:
        """What the client goes by, every default filled in."""
        return self._runner.options

    @property
    def bot_id(self) -> int | None:
        """The bot that calls are about unless they name another."""
        return self._runner.options.bot_id

    @property
    def restriction(self) -> str | None:
        """One line about `only_to` or `redirect_to` where one is on; else None."""
        recipients = self._runner.recipients
        return None if recipients is None else recipients.told()

    @property
    def limiter(self) -> Limiter:
        """The rate budget."""
        return self._runner.options.limiter

    @property
    def account(self) -> ServiceAccount:
        """The service account."""
        return self._runner.tokens.account

    @property
    def tokens(self) -> AsyncTokens:
        """The account's access tokens: swap key material, or revoke."""
        return self._runner.tokens

    async def request(
        self,
        method: str,
        path: str,
        *,
        values: Mapping[str, str | int | UUID] | None = None,
        query: Query | None = None,
        json: JSON | None = None,
    ) -> JSON | None:
        """Call an endpoint that has no method here yet.

        Token, rate budget, retries and errors are as ever. A path of a known endpoint is that
        endpoint, whatever its placeholders are called. Any other has a rate limit of its own, and
        is repeated freely if it is a GET, else never once it may have reached the service.

        Args:
            method: GET, POST, PUT, PATCH or DELETE.
            path: Path below the API's base, with what differs from call to call in braces:
                `"/bots/{botId}/things/{id}"`. Ids belong into `values`, as paths stand in logs.
            values: What stands for the names in braces; `{botId}` is the client's bot by default.
            query: Query parameters. A list repeats its name; None leaves it out.
            json: Body, or None for none.

        Returns:
            The answer's JSON; None for an empty answer, and for a message.

        Raises:
            InvalidValue: An argument cannot be; nothing was sent.
            InvalidResponse: The answer is a redirect, or no JSON.
        """
        operation = of_request(
            method, path, values=values, query=query, json=json, bot_id=self.bot_id
        )
        answer: JSON | None = await self._runner.run(operation)
        return answer

    async def aclose(self) -> None:
        """Close the connections; doing so again does nothing."""
        if self._owned:
            await self._runner.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(client_id={self.account.client_id!r}, bot_id={self.bot_id})"
