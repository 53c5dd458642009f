"""Who is registered, who is warm, and who has been idle for long: no IO, one lock."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from naverworks_notify.clock import Clock
from naverworks_notify.tenants._tenant import Tenant

__all__ = ["Registry"]

C = TypeVar("C")

Lookup = Callable[[Hashable], Tenant | None]


class Registry(Generic[C]):
    """Registered tenants, and a client for each that is in use.

    A registered tenant is one value. A client is made when it is first asked for, and forgotten
    when it has not been asked for in a while; who still holds it may go on using it.

    Args:
        make: Makes a client.
        drop: Frees what a forgotten client can do without.
        lookup: Finds a tenant that is not registered, for example in a database.
        idle_after: Seconds after which a client is forgotten.
        most: Most clients kept at a time; the one idle longest goes first.
        clock: Where time comes from.
    """

    __slots__ = (
        "_clients",
        "_clock",
        "_drop",
        "_idle_after",
        "_locks",
        "_lookup",
        "_make",
        "_making",
        "_most",
        "_tenants",
    )

    def __init__(
        self,
        make: Callable[[Tenant], C],
        *,
        drop: Callable[[C], None],
        lookup: Lookup | None,
        idle_after: float,
        most: int,
        clock: Clock,
    ) -> None:
        self._make = make
        self._drop = drop
        self._lookup = lookup
        self._idle_after = idle_after
        self._most = most
        self._clock = clock
        self._locks: dict[int, threading.Lock] = {}
        self._tenants: dict[Hashable, Tenant] = {}
        # In the order of use, the longest idle first.
        self._clients: OrderedDict[Hashable, tuple[C, float]] = OrderedDict()
        # A mark for each client being made; gone when the tenant was replaced meanwhile.
        self._making: dict[Hashable, object] = {}

    def register(self, key: Hashable, tenant: Tenant) -> None:
        """Add a tenant, or replace it; a warm client of the old one is forgotten."""
        with self._guard():
            self._tenants[key] = tenant
            self._drop_made(key)

    def forget(self, key: Hashable) -> None:
        """Take a tenant out, and its client."""
        with self._guard():
            self._tenants.pop(key, None)
            self._drop_made(key)

    def get(self, key: Hashable) -> C:
        """Return the tenant's client.

        Raises:
            KeyError: No such tenant.
        """
        while True:
            now = self._clock.monotonic()
            with self._guard():
                warm = self._clients.get(key)
                if warm is not None:
                    self._clients[key] = (warm[0], now)
                    self._clients.move_to_end(key)
                    self._sweep(now)
                    return warm[0]
                tenant = self._tenants.get(key)
                mark = self._making.setdefault(key, object())
            try:
                # Outside of the lock: it may ask a database, and one slow tenant delays no other.
                client = self._make(self._found(key, tenant))
            except BaseException:
                with self._guard():
                    self._unmark(key, mark)
                raise
            with self._guard():
                warm = self._clients.get(key)
                if warm is not None:
                    return warm[0]
                if self._unmark(key, mark):
                    self._clients[key] = (client, now)
                    self._sweep(now)
                    return client

    def _found(self, key: Hashable, registered: Tenant | None) -> Tenant:
        tenant = registered
        if tenant is None and self._lookup is not None:
            tenant = self._lookup(key)
        if tenant is None:
            raise KeyError(key)
        return tenant

    def _unmark(self, key: Hashable, mark: object) -> bool:
        """Return whether the tenant is still the one whose client was being made."""
        if self._making.get(key) is not mark:
            return False
        del self._making[key]
        return True

    def sweep(self) -> int:
        """Forget idle clients now, and return how many are left."""
        with self._guard():
            self._sweep(self._clock.monotonic())
            return len(self._clients)

    def clear(self) -> None:
        """Forget every client; the tenants stay registered."""
        with self._guard():
            self._clients.clear()

    def __len__(self) -> int:
        return len(self._tenants)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._tenants

    def _drop_made(self, key: Hashable) -> None:
        self._clients.pop(key, None)
        self._making.pop(key, None)

    def _sweep(self, now: float) -> None:
        # The first is the longest idle one, so this looks at one more than it forgets.
        clients = self._clients
        while clients:
            key, (client, used) = next(iter(clients.items()))
            if now - used < self._idle_after and len(clients) <= self._most:
                return
            del clients[key]
            self._drop(client)

    def _guard(self) -> threading.Lock:
        # By process: a thread of the parent may have held the lock when this one was forked.
        return self._locks.setdefault(os.getpid(), threading.Lock())
