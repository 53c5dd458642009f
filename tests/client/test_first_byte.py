"""What must be remembered before a request goes out runs right before its first byte."""

from __future__ import annotations

import asyncio
import inspect
import socket
import threading
from contextlib import suppress

import httpx
import pytest

from naverworks_notify.client._async.connections import AsyncConnections
from naverworks_notify.client._sync.connections import Connections
from naverworks_notify.client.fast import FastTransport
from naverworks_notify.wire import Request

ANSWER = b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n"


class Listening:
    """Answers every request, and keeps what arrived."""

    def __init__(self):
        self.arrived = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/v1.0/bots"
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def close(self):
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._accepting.join(10)

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, suppress(OSError):
            while piece := connection.recv(65536):
                self.arrived += piece
                if self.arrived.endswith(b"{}"):
                    connection.sendall(ANSWER)


@pytest.fixture
def server():
    made = Listening()
    yield made
    made.close()


def blocking(server, hooks, transport=None):
    connections = Connections(transport=transport, timeout=5.0, ssl_context=None)
    outcomes = []
    for hook in hooks:
        try:
            response, _ = connections.send(request_to(server), before_send=hook)
            outcomes.append(response.status)
        except Exception as error:  # noqa: BLE001 - looked at by the test
            outcomes.append(error)
    connections.close()
    if transport is not None:
        transport.close()
    return outcomes


def awaited(server, hooks, transport=None):
    async def main():
        connections = AsyncConnections(transport=transport, timeout=5.0, ssl_context=None)
        outcomes = []
        for hook in hooks:
            try:
                response, _ = await connections.send(request_to(server), before_send=hook)
                outcomes.append(response.status)
            except Exception as error:  # noqa: BLE001 - looked at by the test
                outcomes.append(error)
        await connections.aclose()
        if transport is not None:
            await transport.aclose()
        return outcomes

    return asyncio.run(main())


KINDS = {
    "sync": blocking,
    "async": awaited,
    "fast": lambda server, hooks: awaited(server, hooks, FastTransport()),
    "given": lambda server, hooks: blocking(server, hooks, httpx.HTTPTransport()),
}


def request_to(server):
    return Request(method="POST", url=server.url, headers={}, content=b"{}")


@pytest.mark.parametrize("kind", KINDS)
def test_it_runs_once_before_anything_arrived(server, kind):
    seen = []

    def hook():
        seen.append(server.arrived)

    assert KINDS[kind](server, [hook]) == [201]
    assert seen == [b""]


@pytest.mark.parametrize("kind", KINDS)
def test_raising_sends_nothing_and_passes_unchanged_and_the_next_goes_through(server, kind):
    fault = RuntimeError("the database is away")

    def hook():
        raise fault

    outcomes = KINDS[kind](server, [hook, None, hook, lambda: None])
    assert outcomes == [fault, 201, fault, 201]
    assert outcomes[0] is fault
    assert server.arrived.count(b"POST ") == 2


@pytest.mark.parametrize("kind", ["async", "fast"])
def test_an_awaitable_is_awaited(server, kind):
    seen = []

    async def hook():
        await asyncio.sleep(0)
        seen.append(server.arrived)

    assert inspect.iscoroutinefunction(hook)
    assert KINDS[kind](server, [hook]) == [201]
    assert seen == [b""]
