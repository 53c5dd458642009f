# Generated from tenants/_async.py by scripts/generate_sync.py; change that one.
"""`Tenants`."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Hashable
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from naverworks_notify.auth import Endpoints, OnToken, TokenStore
from naverworks_notify.client import Client, OnRequest, OnRetry, OnWait
from naverworks_notify.client._settings import check_settings, check_shared_options
from naverworks_notify.clock import Clock, SystemClock
from naverworks_notify.limits import Limiter, RateBudget
from naverworks_notify.retry import GuaranteeName, RetryPolicy
from naverworks_notify.tenants._registry import Lookup, Registry
from naverworks_notify.tenants._tenant import Tenant

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
        endpoints: Where the service is reached; for the rest see `Client`.
        token_store: Shared by all; entries are kept apart by account.
        transport: As for `Client`, shared by all.
        clock: As for `Client`.
        retry: As for `Client`.
        guarantee: As for `Client`.
        timeout: As for `Client`.
        ssl_context: As for `Client`.
        on_request: As for `Client`.
        on_retry: As for `Client`.
        on_wait: As for `Client`.
        on_token: As for `Client`.

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
        endpoints: Endpoints | None = None,
        token_store: TokenStore | None = None,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
        retry: RetryPolicy | None = None,
        guarantee: GuaranteeName = "at_most_once",
        timeout: float | timedelta = 10.0,
        ssl_context: ssl.SSLContext | None = None,
        on_request: OnRequest | None = None,
        on_retry: OnRetry | None = None,
        on_wait: OnWait | None = None,
        on_token: OnToken | None = None,
    ) -> None:
        check_shared_options(
            endpoints=endpoints,
            token_store=token_store,
            clock=clock,
            retry=retry,
            guarantee=guarantee,
            timeout=timeout,
            ssl_context=ssl_context,
            hooks={
                "lookup": lookup,
                "limiter": limiter,
                "on_request": on_request,
                "on_retry": on_retry,
                "on_wait": on_wait,
                "on_token": on_token,
            },
            idle_after=idle_after,
            most=most,
        )
        # Loading httpx takes most of the time that this package takes to load.
        from naverworks_notify.client._http import Connections  # noqa: PLC0415

        seconds = timeout.total_seconds() if isinstance(timeout, timedelta) else timeout
        connections = Connections(transport=transport, timeout=seconds, ssl_context=ssl_context)
        shared_endpoints = Endpoints() if endpoints is None else endpoints

        def make(tenant: Tenant) -> Client:
            settings = check_settings(
                tenant.account,
                bot_id=tenant.bot_id,
                endpoints=tenant.endpoints or shared_endpoints,
                token_store=token_store,
                clock=clock,
                limiter=limiter() if tenant.limiter is None else tenant.limiter,
                retry=retry,
                guarantee=guarantee,
                timeout=timeout,
                ssl_context=ssl_context,
                on_request=on_request,
                on_retry=on_retry,
                on_wait=on_wait,
                on_token=on_token,
            )
            return Client.over(connections, settings)

        self._connections = connections
        self._registry: Registry[Client] = Registry(
            make,
            drop=_drop_key,
            lookup=lookup,
            idle_after=idle_after.total_seconds(),
            most=most,
            clock=SystemClock() if clock is None else clock,
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
