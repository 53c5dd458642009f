"""A faster transport for `AsyncClient`; needs the extra `fast`.

httpx's own connection pool takes time that grows with the number of calls in flight. This one is
aiohttp's, by way of httpx-aiohttp; `benchmarks/` holds what was measured.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import weakref

import httpx

from naverworks_notify.client._given import GivenStream
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
        self._limits = httpx.Limits(max_connections=max_connections, keepalive_expiry=5.0)
        self._pid = os.getpid()
        self._pools: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, AiohttpTransport] = (
            weakref.WeakKeyDictionary()
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        lost: httpx.TransportError
        try:
            return await self._pool().handle_async_request(request)
        except (httpx.ConnectTimeout, httpx.ConnectError) as error:
            stream = request.stream
            if not isinstance(stream, GivenStream) or not stream.outgoing.asked:
                raise
            # httpx-aiohttp calls every broken connection a failure to connect, also one that
            # broke while the service was at work: repeating that might send a message twice.
            lost = httpx.ReadError(str(error))
        except httpx.TimeoutException as error:
            if type(error) is not httpx.TimeoutException:
                raise
            lost = httpx.ReadTimeout(str(error))
        raise lost

    async def aclose(self) -> None:
        """Close the connections; doing so again does nothing."""
        here = asyncio.get_running_loop()
        pools = list(self._pools.items())
        self._pools.clear()
        for loop, pool in pools:
            if loop is here:
                await pool.aclose()
            elif loop.is_running():
                asyncio.run_coroutine_threadsafe(pool.aclose(), loop)

    def _pool(self) -> AiohttpTransport:
        pid = os.getpid()
        if pid != self._pid:
            self._pools = weakref.WeakKeyDictionary()
            self._pid = pid
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            context = self._ssl_context or httpx.create_ssl_context()
            pool = self._pools[loop] = AiohttpTransport(
                verify=context,
                client=lambda: aiohttp.ClientSession(
                    connector=aiohttp.TCPConnector(
                        limit=self._limits.max_connections or 0,
                        keepalive_timeout=self._limits.keepalive_expiry,
                        ssl=context,
                    ),
                    cookie_jar=aiohttp.DummyCookieJar(),
                ),
            )
        return pool
