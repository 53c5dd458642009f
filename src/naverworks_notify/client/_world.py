"""What clients that reach the same service share, whoever made them and however short they live."""

from __future__ import annotations

import os
import sys
import threading
import weakref

from attrs import field, frozen

from naverworks_notify.auth import MemoryTokenStore
from naverworks_notify.client._gate import Gate
from naverworks_notify.limits import Limiter, RateBudget, RateLogs

__all__ = ["REAL", "World", "world_of"]


@frozen(eq=False)
class World:
    """One service as this process knows it. Safe to share between threads and event loops.

    Attributes:
        tokens: Access tokens, for clients that are given no store.
        rates: Who made which call when, for clients that are given a `RateBudget`.
    """

    tokens: MemoryTokenStore = field(factory=MemoryTokenStore)
    rates: RateLogs = field(factory=RateLogs)
    _gates: dict[str, Gate] = field(factory=dict)

    def limiter(self, chosen: Limiter, owner: str) -> Limiter:
        """Return what a client of an owner asks: a `RateBudget` is counted with all others here."""
        return self.rates.share(chosen, owner) if isinstance(chosen, RateBudget) else chosen

    def gate(self, api: str) -> Gate:
        """Return what sends to an API endpoint pass."""
        return self._gates.setdefault(api.lower(), Gate())


class _Anchor:
    """Something to point at that can be held weakly."""

    __slots__ = ("__weakref__",)


REAL = _Anchor()
"""What transports that reach over the network point at with `shared_world`."""


class _Worlds:
    """A world for each anchor, as long as that lives."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[weakref.ref[object], World]] = {}
        self.unlock()

    def unlock(self) -> None:
        """Take a new lock: in a forked child, a thread of the parent may hold the old one."""
        # Reentrant: an anchor may be collected while its neighbour is looked up.
        self._lock = threading.RLock()

    def beside(self, anchor: object) -> World:
        """Return the anchor's world."""
        # By identity: a transport may compare equal to another, and need not be hashable.
        number = id(anchor)
        with self._lock:
            kept = self._kept.get(number)
            if kept is not None and kept[0]() is anchor:
                return kept[1]
            world = World()
            try:
                held = weakref.ref(anchor, lambda gone: self._drop(number, gone))
            except TypeError:
                return world  # cannot be held weakly, and must not be held for ever
            self._kept[number] = (held, world)
            return world

    def _drop(self, number: int, gone: weakref.ref[object]) -> None:
        with self._lock:
            kept = self._kept.get(number)
            if kept is not None and kept[0] is gone:
                del self._kept[number]


_WORLDS = _Worlds()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_WORLDS.unlock)


def world_of(transport: object) -> World:
    """Return what a client over this transport shares with others.

    None (the client's own connections) and httpx's own transports reach the service over the
    network: they share one world in a process. A transport may say what it stands for by an
    attribute `shared_world`, as the simulator's do. Any other is a world of its own, which lives
    as long as the transport does.
    """
    anchor = getattr(transport, "shared_world", None)
    if anchor is None:
        anchor = REAL if transport is None or _is_plain(transport) else transport
    return _WORLDS.beside(anchor)


def _is_plain(transport: object) -> bool:
    # Whoever holds one of httpx's transports has loaded httpx; this module must not.
    httpx = sys.modules.get("httpx")
    return httpx is not None and type(transport) in (httpx.HTTPTransport, httpx.AsyncHTTPTransport)
