"""Both clients behind one face, and a transport that fails as it is told."""

from __future__ import annotations

import asyncio
import inspect
from collections import deque

import httpx
import pytest
from attrs import define, field
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import naverworks_notify as nw
from naverworks_notify.testing import ManualClock

BOT = 2000001


@pytest.fixture(scope="session")
def private_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@pytest.fixture
def account(private_key):
    return nw.ServiceAccount(
        client_id="app-1",
        client_secret="hush-hush",
        service_account_id="bot.serviceaccount@example.com",
        private_key=private_key,
        scopes=("bot", "bot.message", "user.read", "directory", "group.read", "orgunit.read"),
    )


@define
class Script(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers each API call with the next step; token calls get a new token each."""

    steps: deque = field(factory=deque)
    requests: list = field(factory=list)
    tokens: int = 0
    otherwise: object = 201

    def play(self, *steps):
        self.steps.extend(steps)
        return self

    def _token(self, request):
        if not request.url.path.endswith("/oauth2/v2.0/token"):
            return None
        self.tokens += 1
        body = {"access_token": f"token-{self.tokens}", "expires_in": "86400"}
        return httpx.Response(200, json=body)

    def _next(self):
        return self.steps.popleft() if self.steps else self.otherwise

    def _answer(self, step, request):
        if isinstance(step, httpx.Response):
            return step
        if isinstance(step, Exception):
            raise step
        if callable(step):
            return step(request)
        if step == "truncated":
            return httpx.Response(200, stream=Broken())
        if step == "truncated-201":
            return httpx.Response(201, stream=Broken())
        return httpx.Response(step, stream=httpx.ByteStream(b""))

    def handle_request(self, request):
        step = self._next() if not request.url.path.endswith("/token") else None
        if isinstance(step, Before):
            raise step.error
        request.read()
        token = self._token(request)
        if token is not None:
            return token
        self.requests.append(request)
        return self._answer(step, request)

    async def handle_async_request(self, request):
        step = self._next() if not request.url.path.endswith("/token") else None
        if isinstance(step, Before):
            raise step.error
        await request.aread()
        token = self._token(request)
        if token is not None:
            return token
        self.requests.append(request)
        return self._answer(step, request)


class Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __iter__(self):
        yield b'{"half":'
        raise httpx.RemoteProtocolError("peer closed connection")

    async def __aiter__(self):
        yield b'{"half":'
        raise httpx.RemoteProtocolError("peer closed connection")


class Before:
    """Fails before the body of the request was asked for."""

    def __init__(self, error):
        self.error = error


class World:
    """One of the two clients, driven alike."""

    def __init__(self, kind, account, script, clock):
        self.kind = kind
        self.account = account
        self.script = script
        self.clock = clock
        self.loop = asyncio.new_event_loop() if kind == "async" else None

    def client(self, **options):
        options.setdefault("bot_id", BOT)
        options.setdefault("transport", self.script)
        options.setdefault("clock", self.clock)
        options.setdefault("endpoints", nw.Endpoints())
        account = options.pop("account", self.account)
        return (nw.AsyncClient if self.loop else nw.Client)(account, **options)

    def do(self, result):
        """Finish a call: await it, or collect an iterator."""
        if self.loop is None:
            return list(result) if inspect.isgenerator(result) else result
        if inspect.isasyncgen(result):

            async def collect():
                return [item async for item in result]

            return self.loop.run_until_complete(collect())
        return self.loop.run_until_complete(result) if inspect.isawaitable(result) else result

    def close(self):
        if self.loop is not None:
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()


@pytest.fixture
def before():
    return Before


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def script():
    return Script()


@pytest.fixture(params=["sync", "async"])
def world(request, account, script, clock):
    made = World(request.param, account, script, clock)
    yield made
    made.close()
