"""Sending requests: a place, a connection, one exchange on it."""

from __future__ import annotations

import ssl
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from naverworks_notify.client._http import (
    AsyncAnswer,
    BeforeSend,
    Body,
    Call,
    Outgoing,
    response_of,
    what_became_of,
)
from naverworks_notify.client._incoming import Incoming
from naverworks_notify.client._lines import AsyncLine, AsyncPools, Pool, Routes
from naverworks_notify.client._outcome import Lost
from naverworks_notify.client._places import AsyncPlaces
from naverworks_notify.client._world import World, world_of
from naverworks_notify.errors import Hint, MisusedClient
from naverworks_notify.retry import Failure
from naverworks_notify.wire import Request, Response

if TYPE_CHECKING:
    import httpx

    from naverworks_notify.client._given import AsyncGiven

__all__ = ["AsyncConnections"]

_MOST = 200
_MAKE_ANOTHER = Hint(en="Make another one.", ko="클라이언트를 새로 만드세요.")
_CLOSED_WHILE_IDLE = frozenset({Failure.RESET_BEFORE_SENT, Failure.RESET_AFTER_SENT})


class AsyncConnections:
    """What a client, or all clients of a registry of tenants, send over.

    Opened on first use, and anew in a forked child. An async one keeps connections for each event
    loop, as they cannot be shared.

    Args:
        transport: Carries the requests instead of connections of our own; left open.
        timeout: Seconds for each wait; a whole exchange takes twice that at most.
        ssl_context: For a private CA.
        most_each: Requests of one owner that are under way at once.

    Raises:
        InvalidValue: That is no transport.

    Attributes:
        world: What is shared with others that reach the same service.
    """

    def __init__(
        self,
        *,
        transport: httpx.AsyncBaseTransport | None,
        timeout: float,
        ssl_context: ssl.SSLContext | None,
        most_each: int | None = None,
    ) -> None:
        self._given: AsyncGiven | None = None
        if transport is not None:
            from naverworks_notify.client._given import AsyncGiven  # noqa: PLC0415 - loads httpx

            self._given = AsyncGiven(transport)
        most = _MOST if self._given is None else sys.maxsize
        self._pools = AsyncPools(most, most if most_each is None else most_each)
        self._routes = Routes(ssl_context)
        self._timeout = timeout
        self.world: World = world_of(transport)
        self._closed = False

    async def send(
        self,
        request: Request,
        body: Body | None = None,
        *,
        owner: str = "",
        before_send: BeforeSend | None = None,
    ) -> tuple[Response, Failure | None]:
        """Send one request and read its answer.

        Args:
            request: What to send.
            body: Its body, where that is read piece by piece.
            owner: On whose behalf; each gets a share of the places.
            before_send: Called once, right before the first byte is written; with a transport
                that was handed in, right before that is called. If it raises, nothing was sent,
                and what it raised comes out unchanged. What it returns is awaited if it can be.

        Returns:
            The answer, and how its body fell short of being whole, or None.

        Raises:
            Lost: No answer came.
            MisusedClient: It is closed.
            InvalidValue: The request cannot be put on the wire, or the environment names a proxy
                or certificates that cannot be used.
        """
        if self._closed:
            raise MisusedClient("This client is closed.", hint=_MAKE_ANOTHER)
        call = Call(request, body, before_send)
        pool = self._pools.here()
        if not await pool.places.enter(owner, self._timeout):
            raise Lost(Failure.POOL, "pool_timeout")
        try:
            call.start(self._timeout)
            if self._given is not None:
                if call.before is not None:
                    await call.before.call_async()
                return await _exchange(self._given, call)
            return await self._over_lines(pool, call)
        finally:
            pool.places.leave(owner)

    async def aclose(self) -> None:
        """Close what was opened here; a transport that was handed in stays open."""
        self._closed = True
        self._pools.close()

    async def _over_lines(
        self, pool: Pool[AsyncLine, AsyncPlaces], call: Call
    ) -> tuple[Response, Failure | None]:
        route = self._routes.to(call.origin)
        line = pool.take(route)
        if line is not None:
            try:
                return await _over(line, pool, call)
            except Lost as lost:
                if lost.failure in _CLOSED_WHILE_IDLE:
                    line.was_closed()
                if lost.failure is not Failure.RESET_BEFORE_SENT:
                    lost.reused = True
                    raise
            # Nothing was sent, so a new one is tried at once.
        return await _over(AsyncLine(route), pool, call)


async def _over(
    line: AsyncLine, pool: Pool[AsyncLine, AsyncPlaces], call: Call
) -> tuple[Response, Failure | None]:
    try:
        outcome = await _exchange(line, call)
    except BaseException:
        line.close()
        raise
    pool.put(line)
    return outcome


async def _exchange(carrier: AsyncLine | AsyncGiven, call: Call) -> tuple[Response, Failure | None]:
    outgoing = Outgoing(call.content)
    became: BaseException
    try:
        answer = await carrier.carry(call, outgoing)
    except Exception as error:  # noqa: BLE001 - whatever the libraries below may raise
        became = what_became_of(error, call, outgoing)
    else:
        return await _read(answer, call)
    # Raised outside of the handler: what is below knows the URL and the token, and must not hang
    # on to our error as its context.
    raise became


async def _read(answer: AsyncAnswer, call: Call) -> tuple[Response, Failure | None]:
    incoming = Incoming(answer.headers, call.deadline)
    try:
        if incoming.broken is None:
            async for piece in answer.stream:
                if not incoming.take(piece):
                    break
    except Exception:  # noqa: BLE001 - as above
        incoming.break_off()
    finally:
        with suppress(Exception):
            await answer.aclose()
    content = incoming.content()
    return response_of(answer.status, answer.headers, content), incoming.broken
