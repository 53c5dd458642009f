# Generated from tenants/_async.py by scripts/generate_sync.py; change that one.
"""`Tenants`."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

from naverworks_notify.client import Client
from naverworks_notify.client._options import SharedArguments
from naverworks_notify.client._telling import announce
from naverworks_notify.limits import Limiter, RateBudget
from naverworks_notify.tenants._registry import Lookup, Registry
from naverworks_notify.tenants._tenant import MOST_EACH, Tenant, options_of, read_shared

if TYPE_CHECKING:
    import httpx

__all__ = ["Tenants"]


class Tenants:
    """Clients for many customer organisations over one pool of connections.

    Each tenant has its own account, access token and rate budget, so one at its limit, or with a
    dead key, slows no other. Registering costs a few kilobytes; a client is made when it is first
    asked for. One that was not asked for in a while is forgotten, with its loaded key and its
    tokens in memory; who still holds it may go on using it. Idle ones are looked for at each
    `get`; call `sweep()` where those come seldom.

    Safe to share between tasks, event loops and threads, and after a fork.

    Examples:
        >>> from naverworks_notify.testing import Simulator
        >>> simulator = Simulator()
        >>> tenants = Tenants(
        ...     endpoints=simulator.endpoints, transport=simulator.transport()
        ... )
        >>> tenants.register("acme", Tenant(account=simulator.account, bot_id=simulator.bot_id))
        >>> tenants.get("acme").bot_id == simulator.bot_id
        True

    Args:
        lookup: Finds a tenant that was not registered, for example in a database; None for
            an unknown one. Called when a client must be made, on the caller's thread, by each of
            those who ask for it at one moment.
        limiter: Makes the rate budget of a tenant that has none.
        idle_after: How long after its last use a client is forgotten.
        most: Most clients kept at a time.
        transport: As for `Client`, shared by all.
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
        most: int = 1000,
        transport: httpx.BaseTransport | None = None,
        **arguments: Unpack[SharedArguments],
    ) -> None:
        options = read_shared(
            arguments, lookup=lookup, limiter=limiter, idle_after=idle_after, most=most
        )
        # Loading httpx takes most of the time that this package takes to load.
        from naverworks_notify.client._sync.connections import Connections  # noqa: PLC0415

        connections = Connections(
            transport=transport,
            timeout=options.timeout,
            ssl_context=options.ssl_context,
            most_each=MOST_EACH,
        )

        announce(options)

        def make(tenant: Tenant) -> Client:
            made = options_of(tenant, options, limiter)
            return Client.over(connections, tenant.account, made)

        self._connections = connections
        self._registry: Registry[Client] = Registry(
            make,
            drop=_drop_key,
            lookup=lookup,
            idle_after=idle_after.total_seconds(),
            most=most,
            clock=options.clock,
        )

    def register(self, key: Hashable, tenant: Tenant) -> None:
        """Add a tenant, or replace it: what was made for the old one is forgotten. No IO."""
        self._registry.register(key, tenant)

    def forget(self, key: Hashable) -> None:
        """Take a tenant out. No IO; does nothing for an unknown one."""
        self._registry.forget(key)

    def get(self, key: Hashable) -> Client:
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

    def close(self) -> None:
        """Close the connections, and forget every client; doing so again does nothing."""
        self._registry.clear()
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _drop_key(client: Client) -> None:
    # Client and tokens know each other, so the garbage collector may take its time with them.
    client.tokens.drop_key()
