"""Both clients behind one face, and a transport that fails as it is told."""

from __future__ import annotations

import asyncio
import inspect
import ssl
from collections import deque

import httpx
import pytest
from attrs import define, field
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import naverworks_notify as nw
from naverworks_notify.retry import Failure
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
    token_requests: list = field(factory=list)
    tokens: int = 0
    otherwise: object = 201
    for_tokens: object = None

    def play(self, *steps):
        self.steps.extend(steps)
        return self

    def _token(self, request):
        if not request.url.path.endswith("/oauth2/v2.0/token"):
            return None
        self.token_requests.append(request)
        if self.for_tokens is not None:
            return self._answer(self.for_tokens, request)
        self.tokens += 1
        body = {"access_token": f"token-{self.tokens}", "expires_in": "86400"}
        return httpx.Response(200, json=body)

    def _next(self, request):
        if request.url.path.endswith("/token"):
            return self.for_tokens
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
        step = self._next(request)
        if isinstance(step, Before):
            step.fail(request)
        request.read()
        token = self._token(request)
        if token is not None:
            return token
        self.requests.append(request)
        return self._answer(step, request)

    async def handle_async_request(self, request):
        step = self._next(request)
        if isinstance(step, Before):
            step.fail(request)
        await request.aread()
        token = self._token(request)
        if token is not None:
            return token
        self.requests.append(request)
        return self._answer(step, request)


class Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, first=b'{"half":'):
        self.first = first

    def __iter__(self):
        yield self.first
        raise httpx.RemoteProtocolError("peer closed connection")

    async def __aiter__(self):
        yield self.first
        raise httpx.RemoteProtocolError("peer closed connection")


class Before:
    """Fails before the body of the request was asked for."""

    def __init__(self, fail):
        self.fail = fail


BIG = b"[" + b"1," * (5 * 1024 * 1024) + b"1]"
BEFORE = {
    Failure.CONNECT: httpx.ConnectError,
    Failure.TLS: httpx.ConnectError,
    Failure.POOL: httpx.PoolTimeout,
    Failure.RESET_BEFORE_SENT: httpx.WriteError,
}
AFTER = {
    Failure.WRITE: httpx.WriteError,
    Failure.READ_TIMEOUT: httpx.ReadTimeout,
    Failure.RESET_AFTER_SENT: httpx.RemoteProtocolError,
}
STATUS = {Failure.REDIRECT: 307, Failure.OTHER_STATUS: 418, Failure.OTHER_SERVER_ERROR: 599}


def nothing(_):
    return ""


def step_of(failure, words=nothing):
    """Return a step that fails so, each time in the words that it finds for the request."""

    def fail(request):
        error = {**BEFORE, **AFTER}[failure](words(request) or "failed")
        if failure is Failure.TLS:
            error.__cause__ = ssl.SSLCertVerificationError(words(request) or "self-signed")
        raise error

    def answer(request):
        told = words(request)
        raw = told.encode()
        headers = {"x-told": raw, "location": b"https://elsewhere.example/" + raw} if raw else {}
        if failure is Failure.MALFORMED:
            return httpx.Response(200, headers=headers, content=b"<html>" + raw)
        if failure is Failure.TRUNCATED:
            return httpx.Response(200, headers=headers, stream=Broken(b'{"half":' + raw))
        if failure is Failure.OVERSIZED:
            return httpx.Response(200, headers=headers, content=raw + BIG)
        status = STATUS.get(failure) or int(failure.value)
        if failure is Failure.REDIRECT:
            headers.setdefault("location", b"https://elsewhere.example")
        if not told:
            return httpx.Response(status, headers=headers, stream=httpx.ByteStream(b""))
        headers["www-authenticate"] = b"Bearer " + raw
        said = {"code": told, "error": told, "description": told, "error_description": told}
        return httpx.Response(status, headers=headers, json=said)

    if failure in BEFORE:
        return Before(fail)
    return fail if failure in AFTER else answer


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
def steps_of():
    return step_of


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
