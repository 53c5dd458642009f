"""`AsyncTenants`."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

from naverworks_notify.auth._workers import AsyncWorker
from naverworks_notify.client import AsyncClient
from naverworks_notify.client._options import ClientOptions, SharedArguments, check_transport_async
from naverworks_notify.client._telling import announce
from naverworks_notify.limits import Limiter, RateBudget
from naverworks_notify.tenants._registry import Lookup, Registry
from naverworks_notify.tenants._tenant import MOST_EACH, Tenant, options_of, read_shared
from naverworks_notify.validation import Violations

if TYPE_CHECKING:
    import httpx

    from naverworks_notify.client._async.connections import AsyncConnections

__all__ = ["AsyncTenants"]


class AsyncTenants:
    """Clients for many customer organisations over one pool of connections.

    Each tenant has its own account, access token and rate budget, so one at its limit, or with a
    dead key, slows no other. Registering costs a few kilobytes; a client is made when it is first
    asked for. One that was not asked for in a while is forgotten, with its loaded key; its token
    and what is counted of its budget stay, so that coming back is cheap. Who still holds it may
    go on using it, so ask for it anew each time it is needed. Idle ones are looked for at each
    `get`; call `sweep()` where those come seldom.

    A tenant that was looked up is looked up again when the service refuses its key, secret or
    account: at once at the next `get`, then after growing pauses. It is also looked up from time
    to time, so that who is no longer there is no longer served.

    Safe to share between tasks, event loops and threads, and after a fork.

    Examples:
        >>> from naverworks_notify.testing import Simulator
        >>> simulator = Simulator()
        >>> tenants = AsyncTenants(
        ...     endpoints=simulator.endpoints, transport=simulator.transport()
        ... )
        >>> tenants.register("acme", Tenant(account=simulator.account, bot_id=simulator.bot_id))
        >>> tenants.get("acme").bot_id == simulator.bot_id
        True

    Args:
        lookup: Finds a tenant that was not registered, for example in a database; None for
            an unknown one. Called when a client must be made, on the caller's thread, by each of
            those who ask for it at one moment, and again as said above, by one of them.
        limiter: Makes the rate budget of a tenant that has none.
        idle_after: How long after its last use a client is forgotten.
        refresh_after: How long a tenant that was looked up is taken for granted; None for as
            long as it is in use. A lookup that fails then changes nothing.
        most: Most clients kept at a time. One that was forgotten for it is made anew when it is
            asked for, which takes no exchange as long as its token lives.
        transport: As for `AsyncClient`, shared by all.
        **arguments: What each client gets; `ClientOptions` explains them. A shared `token_store`
            keeps the accounts apart.

    Raises:
        InvalidValue: An option is wrong; all of them are told.
    """

    def __init__(
        self,
        *,
        lookup: Lookup | None = None,
        limiter: Callable[[], Limiter] = RateBudget,
        idle_after: timedelta = timedelta(minutes=15),
        refresh_after: timedelta | None = timedelta(minutes=15),
        most: int = 1000,
        transport: httpx.AsyncBaseTransport | None = None,
        **arguments: Unpack[SharedArguments],
    ) -> None:
        violations = Violations()
        check_transport_async(transport, violations)
        options = read_shared(
            arguments,
            violations,
            lookup=lookup,
            limiter=limiter,
            idle_after=idle_after,
            refresh_after=refresh_after,
            most=most,
        )
        # Loading httpx takes most of the time that this package takes to load.
        from naverworks_notify.client._async.connections import AsyncConnections  # noqa: PLC0415

        self._connections = AsyncConnections(
            transport=transport,
            timeout=options.timeout,
            ssl_context=options.ssl_context,
            most_each=MOST_EACH,
        )
        announce(options)
        self._registry: Registry[AsyncClient] = Registry(
            _AsyncClients(self._connections, options, limiter),
            lookup=lookup,
            idle_after=idle_after.total_seconds(),
            refresh_after=None if refresh_after is None else refresh_after.total_seconds(),
            most=most,
            clock=options.clock,
        )

    def register(self, key: Hashable, tenant: Tenant) -> None:
        """Add a tenant, or replace it: what was made for another one is forgotten. No IO."""
        self._registry.register(key, tenant)

    def forget(self, key: Hashable) -> None:
        """Take a tenant out, with its client, its loaded key and its token, also the stored one.

        What was counted of its rate budget stays, as the service's own count does. The service
        is not told; `get(key).tokens.revoke()` before ends the token there. Does nothing for an
        unknown one; raises nothing where the store fails.
        """
        self._registry.forget(key)

    def get(self, key: Hashable) -> AsyncClient:
        """Return a tenant's client. Closing it does nothing: the connections are everyone's.

        Raises:
            KeyError: No such tenant.
            InvalidValue: Its account, bot or endpoints are wrong.
        """
        return self._registry.get(key)

    def sweep(self) -> int:
        """Forget idle clients now, and return how many are kept."""
        return self._registry.sweep()

    def __len__(self) -> int:
        return len(self._registry)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._registry

    async def aclose(self) -> None:
        """Close the connections, and forget every client; doing so again does nothing."""
        self._registry.clear()
        await self._connections.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


class _AsyncClients:
    """What the registry has done with clients."""

    __slots__ = ("_connections", "_limiter", "_options")

    def __init__(
        self,
        connections: AsyncConnections,
        options: ClientOptions,
        limiter: Callable[[], Limiter],
    ) -> None:
        self._connections = connections
        self._options = options
        self._limiter = limiter

    def make(self, tenant: Tenant) -> AsyncClient:
        made = options_of(tenant, self._options, self._limiter)
        return AsyncClient.over(self._connections, tenant.account, made)

    def is_refused(self, client: AsyncClient) -> bool:
        return client.tokens.refused

    def let_go(self, client: AsyncClient) -> str:
        # Client and tokens know each other, so the garbage collector may take its time with them.
        client.tokens.drop_key()
        return client.tokens.stored_as

    def end(self, client: AsyncClient) -> None:
        client.tokens.forget()

    def drop_stored(self, name: str) -> None:
        store = self._options.token_store
        chosen = self._connections.world.tokens if store is None else store
        AsyncWorker(chosen).delete_soon(name)
