"""Our own connections: each carries one exchange at a time, and is kept for the next one.

httpcore speaks HTTP on them, and HTTP or SOCKS with a proxy. Its pool is not asked to choose:
for each of its connections it counts all of them, which at 50 calls in flight takes most of the
time of a send. Here an idle connection is found at once, however many there are.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

import httpcore

from naverworks_notify.client._deadline import Deadline
from naverworks_notify.client._environment import proxy_for, trusted_context
from naverworks_notify.client._http import Answer, AsyncAnswer, Call, Origin, Outgoing
from naverworks_notify.client._places import AsyncPlaces, Places
from naverworks_notify.client._streams import (
    AsyncBackend,
    Backend,
    peer_has_spoken,
)

__all__ = ["KEPT_IDLE", "AsyncLine", "AsyncPools", "Line", "Pool", "Pools", "Route", "Routes"]

_MOST_IDLE = 200

KEPT_IDLE = 3.5
"""Seconds after which an idle connection is not used again.

Many servers close what was idle for 5 s, Node's among them by default: who is first to close never
writes a request into a connection that the other end is just closing.
"""

# Seconds after which what was learned about a server counts half.
_FORGETTING = 60.0
_LONGEST_MEMORY = 20.0
_SHORTEST_IDLE = 1e-4


class _Closed(Exception):  # noqa: N818 - never leaves this package
    """The other end closed the connection while it was idle; nothing was sent on it."""


class Route:
    """The way to one place: directly, or through the proxy that the environment names."""

    __slots__ = ("_kept_idle", "_learned_at", "context", "origin", "proxy")

    def __init__(
        self, origin: Origin, proxy: httpcore.Proxy | None, context: ssl.SSLContext | None
    ) -> None:
        self._kept_idle = KEPT_IDLE
        self._learned_at = 0.0
        self.origin = httpcore.Origin(origin.scheme.encode(), origin.host.encode(), origin.port)
        self.proxy = proxy
        self.context = context

    def kept_idle(self, now: float) -> float:
        """Return for how many seconds an idle connection may still be used."""
        if self._kept_idle >= KEPT_IDLE:
            return KEPT_IDLE
        halvings = min((now - self._learned_at) / _FORGETTING, _LONGEST_MEMORY)
        return min(self._kept_idle * 2**halvings, KEPT_IDLE)

    def learn_closed(self, idle: float, now: float) -> None:
        """Note that the other end had closed a connection that was idle for so long.

        It may do so again, and next time just as a request is written into it. So connections are
        kept for half that time; what was learned fades, as it may have been a restart.
        """
        self._kept_idle = max(min(idle / 2, self.kept_idle(now)), _SHORTEST_IDLE)
        self._learned_at = now

    def open(self, backend: Backend) -> httpcore.HTTPConnection | httpcore.ConnectionPool:
        """Return what speaks HTTP there; it connects on first use."""
        if self.proxy is None:
            return httpcore.HTTPConnection(
                self.origin, ssl_context=self.context, network_backend=backend
            )
        return httpcore.ConnectionPool(
            ssl_context=self.context, proxy=self.proxy, max_connections=1, network_backend=backend
        )

    def open_async(
        self, backend: AsyncBackend
    ) -> httpcore.AsyncHTTPConnection | httpcore.AsyncConnectionPool:
        """Return the same for an event loop."""
        if self.proxy is None:
            return httpcore.AsyncHTTPConnection(
                self.origin, ssl_context=self.context, network_backend=backend
            )
        return httpcore.AsyncConnectionPool(
            ssl_context=self.context, proxy=self.proxy, max_connections=1, network_backend=backend
        )


class Routes:
    """Finds the way to each place, and remembers it: reading the environment takes long.

    Args:
        context: The caller's, or None.
    """

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        self._known: dict[Origin, Route] = {}

    def to(self, origin: Origin) -> Route:
        """Return the way to a place.

        Raises:
            InvalidValue: The environment names a proxy or certificates that cannot be used.
        """
        route = self._known.get(origin)
        if route is None:
            proxy = proxy_for(origin.scheme, origin.host)
            encrypted = origin.scheme == "https" or (
                proxy is not None and proxy.url.scheme == b"https"
            )
            if encrypted and self._context is None:
                # Loading the CA bundle costs tens of milliseconds: not before it is needed.
                self._context = trusted_context()
            if proxy is not None and proxy.url.scheme == b"https":
                proxy.ssl_context = self._context
            route = self._known.setdefault(origin, Route(origin, proxy, self._context))
        return route


class _Line:
    """What a connection knows of itself, blocking or not."""

    __slots__ = (
        "_was_idle",
        "deadline",
        "first_byte",
        "holding",
        "idle_since",
        "route",
        "stream",
        "used",
        "write_failed",
    )

    def __init__(self, route: Route) -> None:
        self.route = route
        self.deadline = Deadline(0.0)
        self.stream: Any = None
        self.holding = False
        self.write_failed = False
        self.first_byte: Callable[[], Any] | None = None
        self.used = False
        self.idle_since = 0.0
        self._was_idle = 0.0

    def _at_first_byte(self, run: Callable[[], Any]) -> None:
        self.first_byte = run

    @property
    def is_open(self) -> bool:
        """Whether it can carry another exchange, as far as this end knows."""
        return self.stream is not None and not self.stream.closed

    def can_be_used(self) -> bool:
        """Whether the other end has neither closed it, nor is likely to just now."""
        now = time.monotonic()
        self._was_idle = now - self.idle_since
        if not self.is_open or self._was_idle > self.route.kept_idle(now):
            return False
        if peer_has_spoken(self.stream.sock):
            self.was_closed()
            return False
        return True

    def was_closed(self) -> None:
        """Learn from a connection that was closed by the other end while it was idle."""
        self.route.learn_closed(self._was_idle, time.monotonic())

    def close(self) -> None:
        """Close it at once, from whichever thread; doing so again does nothing."""
        if self.stream is not None:
            self.stream.close()

    def _look(self) -> None:
        # The last moment before head and body leave.
        if peer_has_spoken(self.stream.sock):
            raise _Closed

    def _request(
        self, call: Call, outgoing: Outgoing, trace: Callable[..., object] | None
    ) -> httpcore.Request:
        self.deadline = call.deadline
        self.holding = True
        self.write_failed = False
        outgoing.exact = True
        if self.used:
            outgoing.look = self._look
        self.used = True
        seconds = call.deadline.timeout
        extensions: dict[str, Any] = {
            "timeout": {"connect": seconds, "read": seconds, "write": seconds, "pool": seconds}
        }
        if trace is not None:
            extensions["trace"] = trace
        origin = self.route.origin
        return httpcore.Request(
            call.request.method,
            httpcore.URL(
                scheme=origin.scheme, host=origin.host, port=origin.port, target=call.target
            ),
            headers=call.headers(),
            content=outgoing,
            extensions=extensions,
        )


class Line(_Line):
    """A blocking connection."""

    __slots__ = ("_carrier",)

    def __init__(self, route: Route) -> None:
        super().__init__(route)
        self._carrier = route.open(Backend(self))

    def carry(self, call: Call, outgoing: Outgoing) -> Answer:
        """Send the request, and return the head of its answer."""
        trace: Callable[..., object] | None = None
        before = call.before
        if before is not None and not before.called:
            if self.route.proxy is None:
                self._at_first_byte(before.call)
            else:
                trace = before.trace
        try:
            answer = self._carrier.handle_request(self._request(call, outgoing, trace))
        except Exception:
            outgoing.whole = outgoing.whole and not self.write_failed
            raise
        return cast("Answer", answer)


class AsyncLine(_Line):
    """A connection that waits on whichever event loop runs."""

    __slots__ = ("_carrier",)

    def __init__(self, route: Route) -> None:
        super().__init__(route)
        self._carrier = route.open_async(AsyncBackend(self))

    async def carry(self, call: Call, outgoing: Outgoing) -> AsyncAnswer:
        """Send the request, and return the head of its answer."""
        trace: Callable[..., object] | None = None
        before = call.before
        if before is not None and not before.called:
            if self.route.proxy is None:
                self._at_first_byte(before.call_async)
            else:
                trace = before.trace_async
        try:
            answer = await self._carrier.handle_async_request(self._request(call, outgoing, trace))
        except Exception:
            outgoing.whole = outgoing.whole and not self.write_failed
            raise
        return cast("AsyncAnswer", answer)


L = TypeVar("L", bound=_Line)
P = TypeVar("P")


class Pool(Generic[L, P]):
    """The connections of one process, or of one event loop in it, and the places on them.

    What is dropped without being closed leaves no socket behind.

    Attributes:
        places: Who may use a connection, and when.
    """

    def __init__(self, places: P) -> None:
        self.places = places
        self._idle: dict[Route, deque[L]] = {}
        self._lock = threading.Lock()
        self._closed = False
        weakref.finalize(self, _close, self._idle)

    def take(self, route: Route) -> L | None:
        """Return the idle connection that was used last, if there is one that still stands."""
        lines = self._idle.get(route)
        while lines:
            try:
                line = lines.pop()
            except IndexError:  # another thread took the last one
                break
            if line.can_be_used():
                return line
            line.close()
        return None

    def put(self, line: L) -> None:
        """Keep a connection for the next exchange, if it can carry one."""
        now = line.idle_since = time.monotonic()
        closing: list[L] = []
        with self._lock:
            if self._closed or not line.is_open:
                closing.append(line)
            else:
                self._idle.setdefault(line.route, deque()).append(line)
            # The ones idle for longest are the first of each.
            for lines in self._idle.values():
                while lines and (now - lines[0].idle_since > KEPT_IDLE or len(lines) > _MOST_IDLE):
                    closing.append(lines.popleft())
        for each in closing:
            each.close()

    def close(self) -> None:
        """Close what is idle now, and what is in use when it comes back."""
        with self._lock:
            self._closed = True
        _close(self._idle)

    def abandon(self) -> None:
        """Close this process's copies of its parent's connections, which the parent goes on using.

        Without the lock: a thread of the parent may have held it.
        """
        _close(self._idle)


def _close(idle: dict[Route, deque[Any]]) -> None:
    for lines in list(idle.values()):
        while lines:
            lines.pop().close()


class Pools:
    """The pool of the blocking client: one, and anew in a forked child.

    Args:
        most: Requests under way at once.
        most_each: Those of one owner.
    """

    def __init__(self, most: int, most_each: int) -> None:
        self._most, self._most_each = most, most_each
        self._pid = os.getpid()
        self._pool = self._make()

    def here(self) -> Pool[Line, Places]:
        """Return the pool of this process."""
        pid = os.getpid()
        if pid != self._pid:
            self._pool.abandon()
            self._pid, self._pool = pid, self._make()
        return self._pool

    def close(self) -> None:
        """Close all connections."""
        self.here().close()

    def _make(self) -> Pool[Line, Places]:
        return Pool(Places(self._most, self._most_each))


class AsyncPools:
    """The pools of the async client: for each event loop its own, and anew in a forked child.

    Args:
        most: Requests under way at once in one loop.
        most_each: Those of one owner.
    """

    def __init__(self, most: int, most_each: int) -> None:
        self._most, self._most_each = most, most_each
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._by_loop: weakref.WeakKeyDictionary[
            asyncio.AbstractEventLoop, Pool[AsyncLine, AsyncPlaces]
        ] = weakref.WeakKeyDictionary()

    def here(self) -> Pool[AsyncLine, AsyncPlaces]:
        """Return the pool of the loop that runs; close those of loops that never will again."""
        self._see_fork()
        loop = asyncio.get_running_loop()
        pool = self._by_loop.get(loop)
        if pool is None:
            pool = Pool(AsyncPlaces(self._most, self._most_each))
            with self._lock:
                gone = [(each, kept) for each, kept in self._by_loop.items() if each.is_closed()]
                for each, _ in gone:
                    del self._by_loop[each]
                self._by_loop[loop] = pool
            for _, kept in gone:
                kept.close()
        return pool

    def close(self) -> None:
        """Close all connections, those of other loops too."""
        self._see_fork()
        with self._lock:
            pools = list(self._by_loop.values())
        for pool in pools:
            pool.close()

    def _see_fork(self) -> None:
        pid = os.getpid()
        if pid != self._pid:
            pools = list(self._by_loop.values())
            self._pid, self._lock = pid, threading.Lock()
            self._by_loop = weakref.WeakKeyDictionary()
            for pool in pools:
                pool.abandon()
