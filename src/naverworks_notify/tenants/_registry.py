"""Who is registered, who is warm, and who has been idle for long: no IO, one lock."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

from naverworks_notify.clock import Clock
from naverworks_notify.logs import logger_of
from naverworks_notify.tenants._tenant import Tenant

__all__ = ["Handling", "Lookup", "Registry"]

C = TypeVar("C")

Lookup = Callable[[Hashable], Tenant | None]

_log = logger_of("tenants")

# Between two looks for an account that is refused, in seconds; doubled each time.
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 300.0


class Handling(Protocol[C]):
    """What a registry has done with clients."""

    def make(self, tenant: Tenant) -> C:
        """Make a client."""
        ...

    def is_refused(self, client: C) -> bool:
        """Say whether the service does not take the client's account."""
        ...

    def let_go(self, client: C) -> str:
        """Free what an idle client can do without; return the name of its stored token."""
        ...

    def end(self, client: C) -> None:
        """Drop everything of a tenant that is gone, its stored token too."""
        ...

    def drop_stored(self, name: str) -> None:
        """Drop a stored token."""
        ...


class _Warm(Generic[C]):
    """A client in use, and when its tenant is to be looked up again.

    Attributes:
        client: The client.
        tenant: What it was made for.
        used: When it was last asked for.
        looked_up: Whether the tenant was found by the lookup, so that it may be again.
        fresh_until: When it is looked up again in any case.
        pause: How long it is not looked up again on account of a refusal; 0 for at once.
        rests_until: Until when, on account of the last one.
    """

    __slots__ = ("client", "fresh_until", "looked_up", "pause", "rests_until", "tenant", "used")

    def __init__(
        self, client: C, tenant: Tenant, *, now: float, looked_up: bool, fresh_until: float
    ) -> None:
        self.client = client
        self.tenant = tenant
        self.used = now
        self.looked_up = looked_up
        self.fresh_until = fresh_until
        self.pause = 0.0
        self.rests_until = now

    def rest(self, now: float) -> None:
        """Let a growing time pass until a refusal leads to the next look."""
        self.pause = min(max(2 * self.pause, _FIRST_PAUSE), _LONGEST_PAUSE)
        self.rests_until = now + self.pause


class Registry(Generic[C]):
    """Registered tenants, and a client for each that is in use.

    A registered tenant is one value. A client is made when it is first asked for, and forgotten
    when it has not been asked for in a while; who still holds it may go on using it. A tenant
    that was looked up is looked up again when the service refuses its account, and from time to
    time, so that what changed in the database is noticed.

    Args:
        handling: What is done with clients.
        lookup: Finds a tenant that is not registered, for example in a database.
        idle_after: Seconds after which a client is forgotten.
        refresh_after: Seconds after which a tenant is looked up again; None for never.
        most: Most clients kept at a time; the one idle longest goes first.
        clock: Where time comes from.
    """

    __slots__ = (
        "_clients",
        "_clock",
        "_handling",
        "_idle_after",
        "_locks",
        "_lookup",
        "_making",
        "_most",
        "_refresh_after",
        "_stored",
        "_tenants",
    )

    def __init__(
        self,
        handling: Handling[C],
        *,
        lookup: Lookup | None,
        idle_after: float,
        refresh_after: float | None,
        most: int,
        clock: Clock,
    ) -> None:
        self._handling = handling
        self._lookup = lookup
        self._idle_after = idle_after
        self._refresh_after = float("inf") if refresh_after is None else refresh_after
        self._most = most
        self._clock = clock
        self._locks: dict[int, threading.Lock] = {}
        self._tenants: dict[Hashable, Tenant] = {}
        # In the order of use, the longest idle first.
        self._clients: OrderedDict[Hashable, _Warm[C]] = OrderedDict()
        # A mark for each client being made; gone when the tenant was replaced meanwhile.
        self._making: dict[Hashable, object] = {}
        # The names of the tokens that forgotten clients left in the store.
        self._stored: dict[Hashable, str] = {}

    def register(self, key: Hashable, tenant: Tenant) -> None:
        """Add a tenant, or replace it; a warm client of another one is forgotten."""
        with self._guard():
            if self._tenants.get(key) != tenant:
                self._tenants[key] = tenant
                self._clients.pop(key, None)
                self._making.pop(key, None)

    def forget(self, key: Hashable) -> None:
        """Take a tenant out, its client, and its stored token."""
        with self._guard():
            self._tenants.pop(key, None)
            self._making.pop(key, None)
            warm = self._clients.pop(key, None)
            stored = self._stored.pop(key, None)
        if warm is not None:
            self._handling.end(warm.client)
        elif stored is not None:
            self._handling.drop_stored(stored)

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
                    warm.used = now
                    self._clients.move_to_end(key)
                    self._sweep(now)
                    if not self._is_due(warm, now):
                        return warm.client
                tenant = self._tenants.get(key)
                mark = self._making.setdefault(key, object())
            try:
                # Outside of the lock: it may ask a database, and one slow tenant delays no other.
                made = self._make(key, tenant, warm, now)
            except BaseException:
                with self._guard():
                    self._unmark(key, mark)
                raise
            with self._guard():
                # Another one may have made it meanwhile.
                there = self._clients.get(key)
                if there is not None and there is not warm:
                    return there.client
                if self._unmark(key, mark):
                    self._clients[key] = made
                    self._stored.pop(key, None)
                    self._sweep(now)
                    return made.client

    def _is_due(self, warm: _Warm[C], now: float) -> bool:
        """Say whether the tenant has to be looked up again, and let the others go on meanwhile."""
        if not warm.looked_up:
            return False
        if now >= warm.rests_until and self._handling.is_refused(warm.client):
            warm.rest(now)
            return True
        if now >= warm.fresh_until:
            warm.fresh_until = now + self._refresh_after
            return True
        return False

    def _make(
        self, key: Hashable, registered: Tenant | None, warm: _Warm[C] | None, now: float
    ) -> _Warm[C]:
        tenant = registered
        if tenant is None and self._lookup is not None:
            try:
                tenant = self._lookup(key)
            except Exception as error:
                if warm is None:
                    raise
                # What was found before is better than nothing, and is looked for again soon.
                _log.warning(
                    "A tenant could not be looked up again (%s); it is served as before.",
                    type(error).__name__,
                )
                warm.fresh_until = min(warm.fresh_until, now + max(warm.pause, _FIRST_PAUSE))
                return warm
        if tenant is None:
            if warm is not None:
                self.forget(key)
            raise KeyError(key)
        if warm is not None and warm.tenant == tenant:
            return warm
        made = _Warm(
            self._handling.make(tenant),
            tenant,
            now=now,
            looked_up=registered is None,
            fresh_until=now + self._refresh_after,
        )
        if warm is not None and self._handling.is_refused(warm.client):
            # The next one may be refused as well.
            made.pause, made.rests_until = warm.pause, warm.rests_until
        return made

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

    def _sweep(self, now: float) -> None:
        # The first is the longest idle one, so this looks at one more than it forgets.
        clients = self._clients
        while clients:
            key, warm = next(iter(clients.items()))
            if now - warm.used < self._idle_after and len(clients) <= self._most:
                return
            del clients[key]
            self._stored[key] = self._handling.let_go(warm.client)

    def _guard(self) -> threading.Lock:
        # By process: a thread of the parent may have held the lock when this one was forked.
        return self._locks.setdefault(os.getpid(), threading.Lock())
