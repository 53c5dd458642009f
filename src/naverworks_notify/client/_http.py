"""The only place of the client that speaks HTTP: httpx's transports, used directly.

`httpx.Client` is not used. It logs every URL at INFO, and ours hold addresses of people; it keeps
cookies, which one tenant must not get from another; and what it adds on top of its transport
(redirects, authentication, merging of headers) is not wanted here and takes time on every send.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import time
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any, Protocol
from urllib.request import getproxies, proxy_bypass

import httpx

from naverworks_notify.client._outcome import Lost
from naverworks_notify.client._world import world_of
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.retry import Failure
from naverworks_notify.wire import Request, Response

__all__ = ["MAX_RESPONSE_BYTES", "AsyncConnections", "Body", "Connections", "Outgoing"]

MAX_RESPONSE_BYTES = 8 * 1024 * 1024
"""An answer longer than this is not read on: a page of 100 members is a twentieth of it."""

# A body may come in many pieces, each within the timeout; all of them within this many timeouts.
_PATIENCE = 6

_LIMITS = httpx.Limits(max_connections=200, max_keepalive_connections=100, keepalive_expiry=5.0)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_CAUSES: tuple[tuple[type[Exception], Failure, str], ...] = (
    (httpx.ConnectTimeout, Failure.CONNECT, "connect_timeout"),
    (httpx.PoolTimeout, Failure.POOL, "pool_timeout"),
    (httpx.ConnectError, Failure.CONNECT, "connect_failed"),
    (httpx.ProxyError, Failure.CONNECT, "connect_failed"),
    (httpx.UnsupportedProtocol, Failure.CONNECT, "connect_failed"),
    (httpx.WriteTimeout, Failure.WRITE, "write_failed"),
    (httpx.WriteError, Failure.WRITE, "write_failed"),
    (httpx.ReadTimeout, Failure.READ_TIMEOUT, "read_timeout"),
)
_BEFORE_SENT = frozenset({Failure.CONNECT, Failure.POOL})
# What a transport may raise: httpx's own, and what slips through it from the socket.
_ERRORS = (httpx.HTTPError, httpx.StreamError, OSError)


class Body(Protocol):
    """A request body that is read piece by piece, more than once if the request is repeated."""

    length: int

    def __iter__(self) -> Iterator[bytes]:
        """Yield the pieces, blocking."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the pieces without blocking the event loop."""
        ...


class Outgoing(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body on its way out; notes that it was asked for.

    A transport asks for the body once the head is written. So as long as it has not, the
    service cannot have had a whole request, and surely did nothing.
    """

    __slots__ = ("asked", "body")

    def __init__(self, body: bytes | Body | None) -> None:
        self.body = body
        self.asked = False

    def __iter__(self) -> Iterator[bytes]:
        self.asked = True
        body = self.body
        if body is None:
            return
        if isinstance(body, bytes):
            yield body
        else:
            yield from body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.asked = True
        body = self.body
        if body is None:
            return
        if isinstance(body, bytes):
            yield body
        else:
            async for piece in body:
                yield piece


class _Before:
    """Runs what must be done right before the first byte of a request is written, once.

    httpcore tells when that is (https://www.encode.io/httpcore/extensions/#trace); the request
    that opens a tunnel through a proxy is not the caller's.
    """

    __slots__ = ("called", "error", "hook")

    def __init__(self, hook: Callable[[], object]) -> None:
        self.hook = hook
        self.called = False
        self.error: BaseException | None = None

    def __call__(self) -> None:
        self.called = True
        try:
            self.hook()
        except BaseException as error:
            self.error = error
            raise

    async def call_async(self) -> None:
        self.called = True
        try:
            done = self.hook()
            if isinstance(done, Awaitable):
                await done
        except BaseException as error:
            self.error = error
            raise

    def trace(self, event: str, info: dict[str, Any]) -> None:
        if self._is_first_byte(event, info):
            self()

    async def trace_async(self, event: str, info: dict[str, Any]) -> None:
        if self._is_first_byte(event, info):
            await self.call_async()

    def _is_first_byte(self, event: str, info: dict[str, Any]) -> bool:
        return (
            not self.called
            and event.endswith(".send_request_headers.started")
            and info["request"].method != b"CONNECT"
        )


class _Shared:
    """What both worlds share: building requests, reading heads, naming failures."""

    def __init__(self, *, timeout: float, ssl_context: ssl.SSLContext | None) -> None:
        self._extensions = {
            "timeout": {"connect": timeout, "read": timeout, "write": timeout, "pool": timeout}
        }
        self._longest_body = timeout * _PATIENCE
        self._ssl_context = ssl_context
        self._proxies: dict[tuple[str, str], str | None] = {}
        self._closed = False

    def _build(self, request: Request, outgoing: Outgoing, length: int | None) -> httpx.Request:
        if self._closed:
            raise RuntimeError("This client is closed; make another one.")
        url = httpx.URL(request.url)
        headers = [(b"host", url.netloc)]
        headers += [(name.encode(), value.encode()) for name, value in request.headers.items()]
        if length is not None:
            headers.append((b"content-length", b"%d" % length))
        return httpx.Request(
            request.method,
            url,
            headers=headers,
            stream=outgoing,
            extensions=self._extensions,
        )

    def _proxy(self, url: httpx.URL) -> str | None:
        # Reading the environment takes longer than the rest of building a request.
        key = (url.scheme, url.host)
        if key not in self._proxies:
            self._proxies[key] = _proxy_of(url)
        return self._proxies[key]

    def _context(self) -> ssl.SSLContext:
        # Loading the CA bundle costs tens of milliseconds: once, and not before it is needed.
        if self._ssl_context is None:
            self._ssl_context = httpx.create_ssl_context()
        return self._ssl_context


class Connections(_Shared):
    """Connections of the blocking client; opened on first use, and anew in a forked child."""

    def __init__(
        self,
        *,
        transport: httpx.BaseTransport | None,
        timeout: float,
        ssl_context: ssl.SSLContext | None,
    ) -> None:
        super().__init__(timeout=timeout, ssl_context=ssl_context)
        if transport is not None and not isinstance(transport, httpx.BaseTransport):
            raise _wrong_transport("httpx.BaseTransport")
        self._given = transport
        self.world = world_of(transport)
        self._pid = os.getpid()
        self._pools: dict[str | None, httpx.BaseTransport] = {}
        # A client that is dropped without being closed leaves no socket behind.
        weakref.finalize(self, _close_all, self._pools)

    def send(
        self,
        request: Request,
        body: Body | None = None,
        *,
        before_send: Callable[[], object] | None = None,
    ) -> tuple[Response, Failure | None]:
        """Send one request and read its answer.

        Args:
            request: What to send.
            body: Its body, where that is read piece by piece.
            before_send: Called once, right before the first byte is written; with a transport
                that was handed in, right before that is called. If it raises, nothing was sent,
                and what it raised comes out unchanged.

        Returns:
            The answer, and how its body fell short of being whole, or None.

        Raises:
            Lost: No answer came.
        """
        content = request.content if body is None else body
        outgoing = Outgoing(content)
        asked = self._build(request, outgoing, _length(request, content))
        before = None if before_send is None else _Before(before_send)
        if before is not None:
            if self._given is not None:
                before()
            else:
                asked.extensions = {**asked.extensions, "trace": before.trace}
        lost: Lost | None = None
        response: httpx.Response | None = None
        try:
            response = self._pool(asked.url).handle_request(asked)
        except _ERRORS as error:
            if before is None or before.error is None:
                lost = _lost(error, sent=outgoing.asked)
        if before is not None and before.error is not None:
            raise before.error
        if lost is not None or response is None:
            raise lost or Lost(Failure.RESET_AFTER_SENT, "connection_lost")
        pieces: list[bytes] = []
        broken: Failure | None = None
        size = 0
        until = time.monotonic() + self._longest_body
        try:
            encoded = "content-encoding" in response.headers
            for piece in response.iter_bytes() if encoded else _sync_stream(response):
                size += len(piece)
                if size > MAX_RESPONSE_BYTES or time.monotonic() > until:
                    late = size <= MAX_RESPONSE_BYTES
                    broken = Failure.TRUNCATED if late else Failure.OVERSIZED
                    break
                pieces.append(piece)
        except _ERRORS:
            broken = Failure.TRUNCATED
        finally:
            _quietly(response.close)
        return _response(response, b"".join(pieces)), broken

    def close(self) -> None:
        """Close what was opened here; a transport that was handed in stays open."""
        self._closed = True
        _close_all(self._pools)

    def _pool(self, url: httpx.URL) -> httpx.BaseTransport:
        if self._given is not None:
            return self._given
        pid = os.getpid()
        if pid != self._pid:
            # The parent's connections: two processes must not talk on one.
            self._pools.clear()
            self._pid = pid
        proxy = self._proxy(url)
        pool = self._pools.get(proxy)
        if pool is None:
            pool = self._pools.setdefault(
                proxy, httpx.HTTPTransport(verify=self._context(), limits=_LIMITS, proxy=proxy)
            )
        return pool


class AsyncConnections(_Shared):
    """Connections of the async client: for each event loop its own, as they cannot be shared."""

    def __init__(
        self,
        *,
        transport: httpx.AsyncBaseTransport | None,
        timeout: float,
        ssl_context: ssl.SSLContext | None,
    ) -> None:
        super().__init__(timeout=timeout, ssl_context=ssl_context)
        if transport is not None and not isinstance(transport, httpx.AsyncBaseTransport):
            raise _wrong_transport("httpx.AsyncBaseTransport")
        self._given = transport
        self.world = world_of(transport)
        self._pid = os.getpid()
        self._pools: weakref.WeakKeyDictionary[
            asyncio.AbstractEventLoop, dict[str | None, httpx.AsyncBaseTransport]
        ] = weakref.WeakKeyDictionary()

    async def send(
        self,
        request: Request,
        body: Body | None = None,
        *,
        before_send: Callable[[], object] | None = None,
    ) -> tuple[Response, Failure | None]:
        """Send one request and read its answer; as `Connections.send`.

        What `before_send` returns is awaited if it can be.
        """
        content = request.content if body is None else body
        outgoing = Outgoing(content)
        asked = self._build(request, outgoing, _length(request, content))
        before = None if before_send is None else _Before(before_send)
        if before is not None:
            if self._given is not None:
                await before.call_async()
            else:
                asked.extensions = {**asked.extensions, "trace": before.trace_async}
        lost: Lost | None = None
        response: httpx.Response | None = None
        try:
            response = await self._pool(asked.url).handle_async_request(asked)
        except _ERRORS as error:
            if before is None or before.error is None:
                lost = _lost(error, sent=outgoing.asked)
        if before is not None and before.error is not None:
            raise before.error
        if lost is not None or response is None:
            raise lost or Lost(Failure.RESET_AFTER_SENT, "connection_lost")
        pieces: list[bytes] = []
        broken: Failure | None = None
        size = 0
        until = time.monotonic() + self._longest_body
        try:
            encoded = "content-encoding" in response.headers
            async for piece in response.aiter_bytes() if encoded else _async_stream(response):
                size += len(piece)
                if size > MAX_RESPONSE_BYTES or time.monotonic() > until:
                    late = size <= MAX_RESPONSE_BYTES
                    broken = Failure.TRUNCATED if late else Failure.OVERSIZED
                    break
                pieces.append(piece)
        except _ERRORS:
            broken = Failure.TRUNCATED
        finally:
            await _quietly_async(response)
        return _response(response, b"".join(pieces)), broken

    async def aclose(self) -> None:
        """Close what was opened here; a transport that was handed in stays open."""
        self._closed = True
        here = asyncio.get_running_loop()
        pools = list(self._pools.items())
        self._pools = weakref.WeakKeyDictionary()
        for loop, by_proxy in pools:
            for pool in by_proxy.values():
                if loop is here:
                    await pool.aclose()
                elif loop.is_running():
                    asyncio.run_coroutine_threadsafe(pool.aclose(), loop)

    def _pool(self, url: httpx.URL) -> httpx.AsyncBaseTransport:
        if self._given is not None:
            return self._given
        pid = os.getpid()
        if pid != self._pid:
            self._pools = weakref.WeakKeyDictionary()
            self._pid = pid
        by_proxy = self._pools.setdefault(asyncio.get_running_loop(), {})
        proxy = self._proxy(url)
        pool = by_proxy.get(proxy)
        if pool is None:
            pool = by_proxy[proxy] = httpx.AsyncHTTPTransport(
                verify=self._context(), limits=_LIMITS, proxy=proxy
            )
        return pool


def _close_all(pools: dict[str | None, httpx.BaseTransport]) -> None:
    while pools:
        _, pool = pools.popitem()
        pool.close()


def _sync_stream(response: httpx.Response) -> Iterator[bytes]:
    stream = response.stream
    if not isinstance(stream, httpx.SyncByteStream):
        raise httpx.StreamError("The transport gave an asynchronous answer.")
    return iter(stream)


def _async_stream(response: httpx.Response) -> AsyncIterator[bytes]:
    stream = response.stream
    if not isinstance(stream, httpx.AsyncByteStream):
        raise httpx.StreamError("The transport gave a blocking answer.")
    return stream.__aiter__()


def _quietly(close: Callable[[], None]) -> None:
    with suppress(*_ERRORS):
        close()


async def _quietly_async(response: httpx.Response) -> None:
    with suppress(*_ERRORS):
        await response.aclose()


def _response(response: httpx.Response, content: bytes) -> Response:
    return Response(
        status=response.status_code,
        headers={
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in response.headers.raw
        },
        content=content,
    )


def _length(request: Request, content: bytes | Body | None) -> int | None:
    if content is None:
        return 0 if request.method in ("POST", "PUT", "PATCH") else None
    return len(content) if isinstance(content, bytes) else content.length


def _lost(error: Exception, *, sent: bool) -> Lost:
    for kind, failure, cause in _CAUSES:
        if isinstance(error, kind):
            if failure is Failure.CONNECT and _is_tls(error):
                return Lost(Failure.TLS, "tls_failed")
            if failure in _BEFORE_SENT and sent and error.__cause__ is not None:
                # httpx-aiohttp says «failed to connect» of every connection that broke. Its body
                # was asked for, so there was a connection, and the service may have acted. (A
                # stub that reads the body and then says so itself has no cause to show.)
                break
            if failure is Failure.WRITE and not sent:
                return Lost(Failure.RESET_BEFORE_SENT, cause)
            return Lost(failure, cause)
    return Lost(Failure.RESET_AFTER_SENT if sent else Failure.RESET_BEFORE_SENT, "connection_lost")


def _is_tls(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return "CERTIFICATE_VERIFY_FAILED" in str(error)


def _proxy_of(url: httpx.URL) -> str | None:
    """Return the proxy that the environment names for a host, as httpx.Client would."""
    if url.host in _LOOPBACK:
        return None
    proxies = getproxies()
    if not proxies or proxy_bypass(url.host):
        return None
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if proxy and "://" not in proxy:
        return f"http://{proxy}"
    return proxy or None


def _wrong_transport(kind: str) -> InvalidValue:
    return InvalidValue(violations=(Violation("transport", "type", f"must be an {kind}."),))
