"""The simulated service as an httpx transport, in the process, for sync and async clients."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import NoReturn

import httpx

from naverworks_notify.simulator.service import Fault, FaultKind, Opened, Service
from naverworks_notify.wire import Request, Response

__all__ = ["SimulatorTransport"]


class SimulatorTransport(httpx.MockTransport):
    """Answers a client's requests from the simulated service, without a socket.

    Faults that break connections become the exceptions a real socket gives. Waiting at a hold and
    slow answers respect the client's read timeout.
    """

    def __init__(self, service: Service) -> None:
        """Stand in front of a service."""
        super().__init__(self.handle_request)
        self._service = service
        # Clients of one simulator share budget and tokens, however many transports they have.
        self.shared_world: object = service

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer on the calling thread."""
        request.read()
        wire = _wire_from(request)
        opened = self._service.open(wire)
        _break_before(opened, request)
        fault = opened.fault or Fault()
        with self._service.state.under_way.call(opened.head):
            if fault.hold is not None and not fault.hold.pass_through(_read_timeout(request)):
                _time_out(request)
            if fault.delay:
                self._service.state.clock.sleep(_waited(fault, request))
                _check_delay(fault, request)
            return _answer(self._service, wire, opened, request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer on the event loop, without blocking it."""
        await request.aread()
        # A real answer never arrives within the same step of the loop.
        await asyncio.sleep(0)
        wire = _wire_from(request)
        opened = self._service.open(wire)
        _break_before(opened, request)
        fault = opened.fault or Fault()
        with self._service.state.under_way.call(opened.head):
            if fault.hold is not None:
                passed = await fault.hold.pass_through_async(_read_timeout(request))
                if not passed:
                    _time_out(request)
            if fault.delay:
                await self._service.state.clock.sleep_async(_waited(fault, request))
                _check_delay(fault, request)
            return _answer(self._service, wire, opened, request)


class _HalfStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, half: bytes, request: httpx.Request) -> None:
        self._half = half
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        yield self._half
        self._end()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._half
        self._end()

    def _end(self) -> NoReturn:
        raise httpx.RemoteProtocolError(
            "peer closed connection without sending complete message body", request=self._request
        )


def _wire_from(request: httpx.Request) -> Request:
    return Request(
        method=request.method,
        url=str(request.url),
        headers=dict(request.headers),
        content=request.content,
    )


def _read_timeout(request: httpx.Request) -> float | None:
    found: float | None = request.extensions.get("timeout", {}).get("read")
    return found


def _waited(fault: Fault, request: httpx.Request) -> float:
    timeout = _read_timeout(request)
    delay = fault.delay.total_seconds()
    return delay if timeout is None else min(delay, timeout)


def _check_delay(fault: Fault, request: httpx.Request) -> None:
    timeout = _read_timeout(request)
    if timeout is not None and fault.delay.total_seconds() > timeout:
        _time_out(request)


def _time_out(request: httpx.Request) -> NoReturn:
    raise httpx.ReadTimeout("timed out", request=request)


def _break_before(opened: Opened, request: httpx.Request) -> None:
    kind = opened.fault.kind if opened.fault is not None else None
    if kind is FaultKind.CONNECT:
        raise httpx.ConnectError("Connection refused", request=request)
    if kind is FaultKind.CONNECT_TIMEOUT:
        raise httpx.ConnectTimeout("timed out", request=request)
    if kind is FaultKind.TLS:
        raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]", request=request)
    if kind is FaultKind.WRITE:
        raise httpx.WriteError("Broken pipe", request=request)
    if kind is FaultKind.RESET_BEFORE:
        raise httpx.ReadError("Connection reset by peer", request=request)


def _answer(
    service: Service, wire: Request, opened: Opened, request: httpx.Request
) -> httpx.Response:
    response = service.answer(wire, opened)
    kind = opened.fault.kind if opened.fault is not None else None
    if kind is FaultKind.TIMEOUT:
        _time_out(request)
    if kind is FaultKind.DISCONNECT:
        raise httpx.RemoteProtocolError(
            "Server disconnected without sending a response.", request=request
        )
    if kind is FaultKind.TRUNCATED:
        return _truncated(response, request)
    return httpx.Response(
        response.status, headers=dict(response.headers), content=response.content, request=request
    )


def _truncated(response: Response, request: httpx.Request) -> httpx.Response:
    half, promised = service_half(response)
    headers = {**response.headers, "content-length": str(promised)}
    return httpx.Response(
        response.status, headers=headers, stream=_HalfStream(half, request), request=request
    )


def service_half(response: Response) -> tuple[bytes, int]:
    """Return the part of a body that arrives of a truncated answer, and the promised length."""
    body = response.content or b'{"cut":"off"}'
    return body[: len(body) // 2], len(body)
