"""One exchange over HTTP: a request on its way out, and what became of it if no answer came.

What carries it is in `_lines` (our own connections) or `_given` (a transport that was handed in).
`httpx.Client` is not used. It logs every URL at INFO, and ours hold addresses of people; it keeps
cookies, which one tenant must not get from another; and what it adds on top of its transport
(redirects, authentication, merging of headers) is not wanted here and takes time on every send.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
)
from functools import lru_cache
from typing import Any, Protocol

from attrs import frozen

from naverworks_notify.client._deadline import Deadline
from naverworks_notify.client._outcome import Lost
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.retry import Failure
from naverworks_notify.wire import Request, Response

__all__ = [
    "Answer",
    "AsyncAnswer",
    "BeforeSend",
    "Body",
    "Call",
    "Origin",
    "Outgoing",
    "response_of",
    "what_became_of",
]

BeforeSend = Callable[[], object]
"""What a caller runs right before the first byte is written; awaited where it can be."""

_CAUSES: Mapping[str, tuple[Failure, str]] = {
    "ConnectTimeout": (Failure.CONNECT, "connect_timeout"),
    "PoolTimeout": (Failure.POOL, "pool_timeout"),
    "ConnectError": (Failure.CONNECT, "connect_failed"),
    "ProxyError": (Failure.CONNECT, "connect_failed"),
    "UnsupportedProtocol": (Failure.CONNECT, "connect_failed"),
    "WriteTimeout": (Failure.WRITE, "write_failed"),
    "WriteError": (Failure.WRITE, "write_failed"),
    "ReadTimeout": (Failure.READ_TIMEOUT, "read_timeout"),
    "LocalProtocolError": (Failure.MALFORMED, ""),
    "InvalidURL": (Failure.MALFORMED, ""),
}
"""What the exceptions of httpcore mean, and those of httpx, which bear the same names."""

_BEFORE_SENT = frozenset({Failure.CONNECT, Failure.POOL})
# What says nothing by itself: it depends on how far the request came.
_WHILE_SENT = frozenset({Failure.WRITE, Failure.RESET_AFTER_SENT})
_ORIGIN = re.compile(
    r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?(?=[/?]|$)", re.IGNORECASE
)
_TARGET = re.compile(r"[!-~]*")
_PORTS = {"http": 80, "https": 443}


@frozen(cache_hash=True)
class Origin:
    """Where a request is sent to.

    Attributes:
        scheme: `http` or `https`.
        host: Name or address, without the brackets of an IPv6 address.
        port: The port, also where it is the usual one.
        name: As the `host` header says it.
    """

    scheme: str
    host: str
    port: int
    name: bytes

    @classmethod
    def of(cls, url: str) -> tuple[Origin, bytes]:
        """Return where a URL leads, and the rest of it as a request line has it.

        Raises:
            InvalidValue: It cannot be put into a request.
        """
        found = _ORIGIN.match(url)
        target = url[found.end() :].partition("#")[0] if found else ""
        if found is None or not _TARGET.fullmatch(target):
            raise InvalidValue(
                violations=(
                    Violation("url", "url", "cannot be written into a request as it stands."),
                )
            )
        rest = target if target.startswith("/") else f"/{target}"
        return _origin(*found.groups()), rest.encode()


@lru_cache(maxsize=256)
def _origin(scheme: str, host: str, port: str | None) -> Origin:
    scheme, host = scheme.lower(), host.lower()
    name = host if port is None else f"{host}:{port}"
    return Origin(scheme, host.strip("[]"), int(port or _PORTS[scheme]), name.encode())


class Answer(Protocol):
    """The head of an answer, and its body as it was sent."""

    status: int
    headers: list[tuple[bytes, bytes]]

    @property
    def stream(self) -> Iterable[bytes]:
        """The body, piece by piece."""
        ...

    def close(self) -> None:
        """Give up what is left of it."""
        ...


class AsyncAnswer(Protocol):
    """The same for an event loop."""

    status: int
    headers: list[tuple[bytes, bytes]]

    @property
    def stream(self) -> AsyncIterable[bytes]:
        """The body, piece by piece."""
        ...

    async def aclose(self) -> None:
        """Give up what is left of it."""
        ...


class Body(Protocol):
    """A request body that is read piece by piece, more than once if the request is repeated."""

    length: int

    def __iter__(self) -> Iterator[bytes]:
        """Yield the pieces, blocking."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the pieces without blocking the event loop."""
        ...


class Outgoing:
    """The body on its way out; knows how far a transport came with it.

    A transport asks for the first piece once the head is written, and for the next one, or the
    end, once the piece before is. So as long as the end was not asked for, the service cannot
    have had a whole request, and surely did nothing.

    Attributes:
        asked: Whether the first piece was asked for.
        whole: Whether all of it was handed out and taken.
        fault: What reading the body raised; the caller's to know.
        exact: Whether the transport is known to take the body from here and nowhere else.
        look: Called before the first piece; raises where the connection turns out to be closed, while
            nothing has left.
    """

    __slots__ = ("asked", "body", "exact", "fault", "look", "whole")

    def __init__(self, body: bytes | Body | None) -> None:
        self.body = body
        self.asked = False
        self.whole = False
        self.exact = False
        self.fault: Exception | None = None
        self.look: Callable[[], None] | None = None

    def __iter__(self) -> Iterator[bytes]:
        self._begin()
        body = self.body
        if isinstance(body, bytes):
            yield body
        elif body is not None:
            pieces = iter(body)
            while (piece := self._next(pieces)) is not None:
                yield piece
        self.whole = True

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self._begin()
        body = self.body
        if isinstance(body, bytes):
            yield body
        elif body is not None:
            pieces = aiter(body)
            while (piece := await self._next_async(pieces)) is not None:
                yield piece
        self.whole = True

    def _begin(self) -> None:
        self.asked = True
        if self.look is not None:
            self.look()

    def _next(self, pieces: Iterator[bytes]) -> bytes | None:
        try:
            return next(pieces, None)
        except Exception as error:
            self.fault = error
            raise

    async def _next_async(self, pieces: AsyncIterator[bytes]) -> bytes | None:
        try:
            return await anext(pieces, None)
        except Exception as error:
            self.fault = error
            raise


class Before:
    """Runs what must be done right before the first byte of a request is written, once.

    On the way to a proxy that is not the first byte of the connection: there httpcore tells
    (https://www.encode.io/httpcore/extensions/#trace), and the request that opens a tunnel is not
    the caller's.
    """

    __slots__ = ("called", "error", "hook")

    def __init__(self, hook: BeforeSend) -> None:
        self.hook = hook
        self.called = False
        self.error: BaseException | None = None

    def call(self) -> None:
        """Run it."""
        self.called = True
        try:
            self.hook()
        except BaseException as error:
            self.error = error
            raise

    async def call_async(self) -> None:
        """Run it, and await what it returns if that can be awaited."""
        self.called = True
        try:
            done = self.hook()
            if isinstance(done, Awaitable):
                await done
        except BaseException as error:
            self.error = error
            raise

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Run it if that is the event."""
        if self._is_first_byte(event, info):
            self.call()

    async def trace_async(self, event: str, info: dict[str, Any]) -> None:
        """Run it if that is the event."""
        if self._is_first_byte(event, info):
            await self.call_async()

    def _is_first_byte(self, event: str, info: dict[str, Any]) -> bool:
        return (
            not self.called
            and event.endswith(".send_request_headers.started")
            and info["request"].method != b"CONNECT"
        )


class Call:
    """One request, all that is needed to carry it, and how far it came.

    Args:
        request: What to send.
        body: Its body, where that is read piece by piece.
        before_send: Called once, right before the first byte is written.

    Raises:
        InvalidValue: The request cannot be put on the wire.

    Attributes:
        deadline: When it must be over; runs from `start`.
    """

    __slots__ = ("before", "content", "deadline", "length", "origin", "request", "target")

    deadline: Deadline

    def __init__(self, request: Request, body: Body | None, before_send: BeforeSend | None) -> None:
        self.request = request
        self.origin, self.target = Origin.of(request.url)
        content = request.content if body is None else body
        self.content = content
        if content is None:
            self.length = 0 if request.method in ("POST", "PUT", "PATCH") else None
        else:
            self.length = len(content) if isinstance(content, bytes) else content.length
        self.before = None if before_send is None else Before(before_send)

    def start(self, timeout: float) -> None:
        """Begin to count the time; a single wait may take so many seconds."""
        self.deadline = Deadline(timeout, self.length or 0)

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return the head of the request.

        Raises:
            InvalidValue: A field holds what no header can.
        """
        headers = [(b"host", self.origin.name)]
        try:
            for name, value in self.request.headers.items():
                headers.append((name.encode("ascii"), value.encode("latin-1")))
        except UnicodeEncodeError:
            pass
        else:
            if self.length is not None:
                headers.append((b"content-length", b"%d" % self.length))
            return headers
        raise _unwritable()


def what_became_of(error: Exception, call: Call, outgoing: Outgoing) -> BaseException:
    """Return what is to be raised for what a transport raised.

    Whatever that was becomes a `Lost`: nobody knows what all the libraries below may raise.
    Only what the caller gave passes as it is: what reading its body and its `before_send` raise.
    """
    own = None if call.before is None else call.before.error
    own = own or outgoing.fault
    if own is not None or isinstance(error, (Lost, InvalidValue)):
        return own or error
    failure, cause = _named(error)
    if failure is Failure.MALFORMED:
        return _unwritable()
    return _lost(error, failure, cause, outgoing)


def _lost(error: Exception, failure: Failure, cause: str, outgoing: Outgoing) -> Lost:
    if failure is Failure.CONNECT and _is_tls(error):
        return Lost(Failure.TLS, "tls_failed")
    if failure in _BEFORE_SENT and outgoing.asked and error.__cause__ is not None:
        # httpx-aiohttp says «failed to connect» of every connection that broke. Its body was
        # asked for, so there was a connection, and the service may have acted. (A stub that reads
        # the body and then says so itself has no cause to show.)
        failure, cause = Failure.RESET_AFTER_SENT, "connection_lost"
    if not outgoing.whole and (
        failure in _WHILE_SENT
        # A transport that never asked for the body and waited in vain may have had its own way.
        or (failure is Failure.READ_TIMEOUT and (outgoing.asked or outgoing.exact))
    ):
        failure = Failure.RESET_BEFORE_SENT
    return Lost(failure, cause)


def response_of(status: int, headers: list[tuple[bytes, bytes]], content: bytes) -> Response:
    """Return an answer as a value."""
    return Response(
        status=status,
        headers={
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers
        },
        content=content,
    )


def _named(error: Exception) -> tuple[Failure, str]:
    for kind in type(error).__mro__:
        found = _CAUSES.get(kind.__name__)
        if found is not None and kind.__module__ in {"httpcore", "httpx"}:
            return found
    return Failure.RESET_AFTER_SENT, "connection_lost"


def _is_tls(error: Exception) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        # A handshake that is cut off says nothing of certificates.
        if isinstance(seen, ssl.SSLError) and not isinstance(seen, ssl.SSLEOFError):
            return True
        seen = seen.__cause__ or seen.__context__
    return "CERTIFICATE_VERIFY_FAILED" in str(error)


def _unwritable() -> InvalidValue:
    return InvalidValue(
        violations=(
            Violation("request", "characters", "holds what no HTTP header can, and was not sent."),
        )
    )
