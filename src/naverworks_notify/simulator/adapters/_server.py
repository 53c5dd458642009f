"""The simulated service on a port of this machine: uvicorn in a thread, Starlette in front."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import struct
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from naverworks_notify.simulator.service import Fault, FaultKind, Opened, Service
from naverworks_notify.wire import Request, Response

__all__ = ["is_loopback", "serve"]

# Above the largest attachment with its multipart frame; what is longer is not read further.
LARGEST_BODY = 32 * 1024 * 1024

Abort = Callable[[Scope, bool], None]


class ApiAdapter:
    """An ASGI application that hands requests to the service, and breaks sockets when told to."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.abort: Abort

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        head = _wire_from(scope, None)
        if scope["path"].startswith("/oauth2/"):
            # Only the form tells an issue from a refresh, so the body is read first here.
            head = _wire_from(scope, await _read(receive))
        opened = self._service.open(head)
        fault = opened.fault or Fault()
        if fault.kind is not None and fault.kind.before_request:
            self.abort(scope, True)
            return
        body = head.content if head.content is not None else await _read(receive)
        with self._service.state.under_way.call(opened.head):
            if fault.hold is not None:
                await fault.hold.pass_through_async(None)
            if fault.delay:
                await self._service.state.clock.sleep_async(fault.delay.total_seconds())
            response = self._service.answer(_wire_from(scope, body), opened)
        await self._reply(scope, receive, send, opened, response)

    async def _reply(
        self, scope: Scope, receive: Receive, send: Send, opened: Opened, response: Response
    ) -> None:
        kind = opened.fault.kind if opened.fault is not None else None
        if kind is FaultKind.DISCONNECT:
            self.abort(scope, True)
        elif kind is FaultKind.TIMEOUT:
            await _until_disconnected(receive)
        elif kind is FaultKind.TRUNCATED:
            body = response.content or b'{"cut":"off"}'
            await send(_start(response, len(body)))
            await send(_body(body[: len(body) // 2], more=True))
            self.abort(scope, False)
        else:
            await send(_start(response, len(response.content)))
            await send(_body(response.content, more=False))


class _Server(uvicorn.Server):
    """Tells when it listens, and finds the socket behind a request."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    async def main_loop(self) -> None:
        # Waits for an event instead of looking ten times a second whether to end.
        assert self._stop is not None
        await self._stop.wait()

    def end(self) -> None:
        """Stop listening; called from another thread."""
        self.should_exit = True
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets=sockets)
        self.ready.set()

    def abort(self, scope: Scope, reset: bool) -> None:  # noqa: FBT001 - the adapter's callback
        """Close the connection of a request at once; with `reset`, by a TCP reset."""
        for connection in tuple(self.server_state.connections):
            if getattr(connection, "client", None) != tuple(scope["client"] or ()):
                continue
            transport: Any = connection.transport
            if reset:
                raw = transport.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                transport.abort()
            else:
                transport.close()


@contextmanager
def serve(
    service: Service,
    *,
    host: str,
    port: int,
    allowed_hosts: Iterable[str],
    mounts: Callable[[], list[BaseRoute]],
) -> Iterator[str]:
    """Listen until the context ends; gives the base URL, without a slash at its end."""
    if not is_loopback(host):
        warnings.warn(
            f"The simulator listens on {host or 'every address'}: others in the network can reach"
            " it, and read every message in its inbox.",
            RuntimeWarning,
            stacklevel=5,
        )
    sock = _listening_socket(host, port)
    adapter = ApiAdapter(service)
    # Who listens on one address has named it; every address at once is no name.
    names = [*allowed_hosts, *(() if _is_every_address(host) else (host,))]
    app = _OnlyNamed(_ByPath(adapter, Starlette(routes=mounts())), names)
    server = _Server(_config(app))
    adapter.abort = server.abort
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [sock]}, name="naverworks-simulator", daemon=True
    )
    thread.start()
    try:
        if not server.ready.wait(10):
            raise RuntimeError("The simulator did not start to listen within 10 seconds.")
        yield f"http://{_named_in_url(host)}:{sock.getsockname()[1]}"
    finally:
        service.state.faults.release_all()
        server.end()
        thread.join(10)
        sock.close()


def is_loopback(host: str) -> bool:
    """Return whether a host, as it stands in a URL or is listened on, is this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


class _OnlyNamed:
    """Answers only requests that name this machine, or a host that the caller allowed.

    A web page that somebody visits can point a name of its own at this machine (DNS rebinding) and
    read what is answered; its requests bear that name.
    """

    def __init__(self, app: ASGIApp, allowed: Iterable[str]) -> None:
        self._app = app
        self._allowed = {name.lower() for name in allowed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it with 421 Misdirected Request."""
        named = next((value for name, value in scope["headers"] if name == b"host"), b"")
        host = _PORT.sub("", named.decode("latin-1").lower())
        if is_loopback(host) or host.strip("[]") in self._allowed or "*" in self._allowed:
            await self._app(scope, receive, send)
            return
        told = (
            "The simulator answers to localhost, 127.0.0.1 and [::1] only. Allow another name with"
            " serve(allowed_hosts=[...]) or naverworks-notify simulate --allow-host NAME.\n"
        )
        await PlainTextResponse(told, status_code=421)(scope, receive, send)


_PORT = re.compile(r":\d*\Z")


def _listening_socket(host: str, port: int) -> socket.socket:
    # An empty host is every address of the machine, and needs AI_PASSIVE to be one.
    family, kind, protocol, _, address = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
    except OSError:
        sock.close()
        raise
    return sock


def _is_every_address(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return not host


def _named_in_url(host: str) -> str:
    if _is_every_address(host):
        # None that could be asked for.
        return "[::1]" if ":" in host else "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _config(app: ASGIApp) -> uvicorn.Config:
    # No access log and no log configuration: request lines carry user ids, often e-mails.
    return uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        date_header=False,
        # Longer than any client keeps a connection, so that none dies under a request.
        timeout_keep_alive=3600,
        timeout_graceful_shutdown=1,
    )


class _ByPath:
    """Hands calls of the service to its adapter, and everything else to the web page.

    A framework's routes would refuse some paths before the service sees them: with a line break
    in an ID, for example.
    """

    def __init__(self, adapter: ApiAdapter, pages: ASGIApp) -> None:
        self._adapter = adapter
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        ours = scope["path"].startswith(("/v1.0", "/oauth2", "/storage"))
        await (self._adapter if ours else self._pages)(scope, receive, send)


def _wire_from(scope: Scope, body: bytes | None) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query = scope["query_string"].decode("latin-1")
    path = scope["raw_path"].decode("latin-1")
    url = f"{scope['scheme']}://{headers.get('host', 'localhost')}{path}"
    return Request(
        method=scope["method"],
        url=f"{url}?{query}" if query else url,
        headers=headers,
        content=body,
    )


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(parts)
        part = message.get("body", b"")
        length += len(part)
        if length <= LARGEST_BODY:
            parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


async def _until_disconnected(receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return


def _start(response: Response, length: int) -> Message:
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in response.headers.items()
    ]
    if response.status != 204:  # noqa: PLR2004 - No Content has no length either
        headers.append((b"content-length", str(length).encode()))
    return {"type": "http.response.start", "status": response.status, "headers": headers}


def _body(content: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": more}
