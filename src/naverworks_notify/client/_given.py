"""A transport that was handed in: a simulator, another library, httpx's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache

import httpx

from naverworks_notify.client._deadline import Deadline
from naverworks_notify.client._http import Call, Outgoing
from naverworks_notify.client._outcome import Lost
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.retry import Failure

__all__ = ["AsyncGiven", "AsyncGivenAnswer", "Given", "GivenAnswer", "GivenStream"]


class GivenStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a request, as httpx's transports take it."""

    def __init__(self, outgoing: Outgoing) -> None:
        self.outgoing = outgoing

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.outgoing)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self.outgoing)


class GivenAnswer:
    """An answer by a blocking transport, read as those on our own connections are."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.status = response.status_code
        self.headers = response.headers.raw

    @property
    def stream(self) -> Iterator[bytes]:
        """The body as it was sent: the response's own reading unpacks it without a bound."""
        stream = self._response.stream
        if not isinstance(stream, httpx.SyncByteStream):
            raise httpx.StreamError("The transport gave an asynchronous answer.")
        return iter(stream)

    def close(self) -> None:
        """Give up what is left of it."""
        self._response.close()


class AsyncGivenAnswer:
    """An answer by an async transport, which may keep us waiting no longer than its deadline."""

    def __init__(self, response: httpx.Response, deadline: Deadline) -> None:
        self._response = response
        self._deadline = deadline
        self.status = response.status_code
        self.headers = response.headers.raw

    @property
    def stream(self) -> AsyncIterator[bytes]:
        """The body as it was sent."""
        stream = self._response.stream
        if not isinstance(stream, httpx.AsyncByteStream):
            raise httpx.StreamError("The transport gave a blocking answer.")
        return self._in_time(aiter(stream))

    async def aclose(self) -> None:
        """Give up what is left of it."""
        await self._response.aclose()

    async def _in_time(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        while True:
            async with asyncio.timeout(self._deadline.left_for(None)):
                piece = await anext(pieces, None)
            if piece is None:
                return
            yield piece


class Given:
    """Exchanges over a blocking transport.

    Nothing can end a wait inside of it: it must keep the timeouts that it is given.
    """

    def __init__(self, transport: object) -> None:
        if not isinstance(transport, httpx.BaseTransport):
            raise _wrong("httpx.BaseTransport")
        self._transport = transport

    def carry(self, call: Call, outgoing: Outgoing) -> GivenAnswer:
        """Send the request, and return the head of its answer."""
        response = self._transport.handle_request(_request(call, outgoing))
        return GivenAnswer(response)


class AsyncGiven:
    """Exchanges over an async transport."""

    def __init__(self, transport: object) -> None:
        if not isinstance(transport, httpx.AsyncBaseTransport):
            raise _wrong("httpx.AsyncBaseTransport")
        self._transport = transport

    async def carry(self, call: Call, outgoing: Outgoing) -> AsyncGivenAnswer:
        """Send the request, and return the head of its answer."""
        request = _request(call, outgoing)
        limit = asyncio.timeout(call.deadline.left_for(None))
        try:
            async with limit:
                response = await self._transport.handle_async_request(request)
                return AsyncGivenAnswer(response, call.deadline)
        except TimeoutError:
            if not limit.expired():
                raise
        # Whatever it was at, the request may have left.
        raise Lost(Failure.READ_TIMEOUT, "read_timeout")


@lru_cache(maxsize=1024)
def _parsed(url: str) -> httpx.URL:
    # httpx reads a URL letter by letter, which takes a tenth of a send.
    return httpx.URL(url)


def _request(call: Call, outgoing: Outgoing) -> httpx.Request:
    seconds = call.deadline.timeout
    return httpx.Request(
        call.request.method,
        _parsed(call.request.url),
        headers=call.headers(),
        stream=GivenStream(outgoing),
        extensions={
            "timeout": {"connect": seconds, "read": seconds, "write": seconds, "pool": seconds}
        },
    )


def _wrong(kind: str) -> InvalidValue:
    return InvalidValue(violations=(Violation("transport", "type", f"must be an {kind}."),))
