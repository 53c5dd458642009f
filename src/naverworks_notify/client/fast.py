"""A faster transport for `AsyncClient`; needs the extra `fast`.

httpx's own connection pool takes time that grows with the number of calls in flight. This one is
aiohttp's, by way of httpx-aiohttp; `benchmarks/` holds what was measured.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import weakref
from contextlib import suppress
from typing import Any

import httpx

from naverworks_notify.client._environment import trusted_context
from naverworks_notify.client._given import GivenStream
from naverworks_notify.client._lines import KEPT_IDLE
from naverworks_notify.client._options import check_context
from naverworks_notify.client._world import REAL
from naverworks_notify.errors import InvalidValue
from naverworks_notify.extras import needs
from naverworks_notify.validation import Violations

with needs("fast", "FastTransport"):
    import aiohttp
    from httpx_aiohttp import AiohttpTransport

__all__ = ["FastTransport"]


class FastTransport(httpx.AsyncBaseTransport):
    """Connections by aiohttp, for `AsyncClient(transport=...)`.

    Opened on first use, in each event loop its own, and anew in a forked child; keeps no cookies.
    The client does not close it: close it with `async with` or `aclose()`. Proxies are not read
    from the environment. aiohttp itself repeats a GET, PUT or DELETE, never a POST and so never
    a send, when a connection that was kept open turns out to be closed.

    Examples:
        >>> import asyncio
        >>> from naverworks_notify import AsyncClient, messages
        >>> from naverworks_notify.testing import Simulator
        >>> simulator = Simulator(users=["doyoon@example.com"])
        >>> async def main():
        ...     async with FastTransport() as transport, AsyncClient(
        ...         simulator.account,
        ...         bot_id=simulator.bot_id,
        ...         endpoints=simulator.endpoints,
        ...         transport=transport,
        ...     ) as works:
        ...         await works.messages.send_to_user("doyoon@example.com", messages.Text("…"))
        >>> with simulator.serve(port=0):
        ...     asyncio.run(main())
        >>> len(simulator.sent)
        1

    Args:
        ssl_context: For a private CA; must verify.
        max_connections: Most connections of one event loop.

    Raises:
        InvalidValue: The context does not verify certificates and host names.
    """

    def __init__(
        self, *, ssl_context: ssl.SSLContext | None = None, max_connections: int = 200
    ) -> None:
        if ssl_context is not None:
            violations = Violations()
            check_context(ssl_context, violations)
            violations.raise_as(InvalidValue, "This transport is refused")
        self.shared_world: object = REAL
        self._ssl_context = ssl_context
        self._max_connections = max_connections
        self._pid = os.getpid()
        self._pools: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Pool] = (
            weakref.WeakKeyDictionary()
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; again if it met a connection that was closed while it was idle."""
        pool = await self._pool()
        with suppress(httpx.WriteError):
            return await _send(pool, request)
        return await _send(pool, request)

    async def aclose(self) -> None:
        """Close the connections; doing so again does nothing."""
        here = asyncio.get_running_loop()
        pools = list(self._pools.items())
        self._pools.clear()
        for loop, pool in pools:
            if loop is here or loop.is_closed():
                await pool.aclose()
            elif loop.is_running():
                asyncio.run_coroutine_threadsafe(pool.aclose(), loop)

    async def _pool(self) -> _Pool:
        pid = os.getpid()
        if pid != self._pid:
            for pool in list(self._pools.values()):
                pool.close_sockets()
            self._pools = weakref.WeakKeyDictionary()
            self._pid = pid
        loop = asyncio.get_running_loop()
        found = self._pools.get(loop)
        if found is None:
            gone = [(each, kept) for each, kept in self._pools.items() if each.is_closed()]
            found = self._pools[loop] = _Pool(
                self._ssl_context or trusted_context(), self._max_connections
            )
            for each, kept in gone:
                self._pools.pop(each, None)
                await kept.aclose()
        return found


class _Pool:
    """The connections of one event loop."""

    def __init__(self, context: ssl.SSLContext, max_connections: int) -> None:
        # Known one by one: those of a loop that no longer runs cannot be closed through it.
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self.transport = AiohttpTransport(
            verify=context,
            client=lambda: aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=max_connections,
                    keepalive_timeout=KEPT_IDLE,
                    ssl=context,
                    socket_factory=self._make_socket,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
            ),
        )

    def _make_socket(self, address: tuple[Any, ...]) -> socket.socket:
        made = socket.socket(*address[:3])
        self._sockets.add(made)
        return made

    async def aclose(self) -> None:
        """Close them, also those of a loop that was closed before."""
        await self.transport.aclose()
        self.close_sockets()

    def close_sockets(self) -> None:
        """Close the sockets themselves, behind aiohttp's back.

        In a forked child, before aiohttp lets go of them: it would ask the event loop to, and the
        parent's loop, which shares its epoll with this one, would never hear of them again.
        """
        for each in list(self._sockets):
            each.close()


async def _send(pool: _Pool, request: httpx.Request) -> httpx.Response:
    lost: httpx.TransportError
    try:
        return await pool.transport.handle_async_request(request)
    except (httpx.ConnectTimeout, httpx.ConnectError) as error:
        stream = request.stream
        if not isinstance(stream, GivenStream) or not stream.outgoing.asked:
            raise
        # httpx-aiohttp calls every broken connection a failure to connect, also one that broke
        # while the service was at work: repeating that might send a message twice.
        unsent = not stream.outgoing.whole and stream.outgoing.fault is None
        lost = httpx.WriteError(str(error)) if unsent else httpx.ReadError(str(error))
    except httpx.TimeoutException as error:
        if type(error) is not httpx.TimeoutException:
            raise
        lost = httpx.ReadTimeout(str(error))
    raise lost
