"""Whatever comes in, from the service, the environment or a transport: only our errors come out."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import threading
import zlib
from contextlib import suppress
from datetime import timedelta
from unittest import mock

import anyio
import h11
import httpcore
import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import naverworks_notify as nw
from naverworks_notify.client import _environment
from naverworks_notify.testing import ManualClock

TEXT = nw.messages.Text("hi")
ONCE = nw.RetryPolicy(attempts=1, max_wait=timedelta(0))
CALLS = {
    "send": lambda works: works.messages.send_to_user("u-1", TEXT),
    "read": lambda works: works.users.get("u-1"),
    "page": lambda works: works.bots.list(),
    "manage": lambda works: works.bots.issue_secret(),
    "upload": lambda works: works.attachments.upload(b"abc", file_name="a.png"),
    "download": lambda works: works.attachments.download_url("f-1"),
}


class Played(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers as it is told, the token endpoint too."""

    def __init__(self, *, token=None, api=None):
        self.token = token or (lambda: httpx.Response(200, json={"access_token": "t"}))
        self.api = api or (lambda: httpx.Response(201))

    def answer(self, request):
        return self.token() if request.url.path.endswith("/token") else self.api()

    def handle_request(self, request):
        request.read()
        return self.answer(request)

    async def handle_async_request(self, request):
        await request.aread()
        return self.answer(request)


@pytest.fixture(scope="module")
def runner():
    with asyncio.Runner() as made:
        yield made


@pytest.fixture
def drive(account, runner):
    """Return a function that makes a call in both worlds, and returns what crossed the edge."""

    def run(transport, call, **options):
        options = {
            "bot_id": 1,
            "transport": transport,
            "endpoints": nw.Endpoints(),
            "retry": ONCE,
            "limiter": nw.Unlimited(),
            "breaker": None,
            "token_store": nw.MemoryTokenStore(),
            "clock": ManualClock(),
            **options,
        }

        async def awaited():
            async with nw.AsyncClient(account, **options) as works:
                done = call(works)
                if hasattr(done, "__aiter__"):
                    return [each async for each in done]
                return await done

        def blocking():
            with nw.Client(account, **options) as works:
                done = call(works)
                return list(done) if hasattr(done, "__next__") else done

        crossed = []
        for attempt in (blocking, lambda: runner.run(awaited())):
            try:
                attempt()
            except nw.NaverWorksError as error:
                crossed.append(error)
        return crossed

    return run


MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NAMES = st.sampled_from(
    [
        "date",
        "retry-after",
        "content-type",
        "content-encoding",
        "content-length",
        "location",
        "rateLimit-limit",
        "rateLimit-remaining",
        "rateLimit-reset",
        "x-request-id",
        "www-authenticate",
    ]
)
VALUES = st.one_of(
    st.binary(max_size=60),
    st.integers().map(lambda number: str(number).encode()),
    st.sampled_from(
        [
            b"9" * 5000,
            b"Sun, 06 Nov 1994 08:49:37 +99999999999999999999",
            b"Sun, 06 Nov 19940000000 08:49:37 GMT",
            b"Sun, 06 Nov 1994 08:49:37 -2360",
            b"-1",
            b"1e309",
            b"nan",
            b"gzip, gzip",
            b"deflate",
            "가".encode(),
            b"https://x:y/",
            b"https://[::1",
            b"\x00",
        ]
    ),
)
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=4).map(
    lambda pairs: [(name.encode(), value) for name, value in pairs]
)
STATUSES = st.one_of(st.integers(100, 999), st.sampled_from([200, 201, 302, 401, 429, 503]))
BODIES = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=50).map(zlib.compress),
    st.sampled_from(
        [
            b"null",
            b"[]",
            b"{}",
            b'"x"',
            b"1e999",
            b"NaN",
            b"[" * 100_000,
            b'{"userId": 7}',
            b'{"access_token": "\xff"}',
            b'{"access_token": "a\\r\\nb"}',
            b'{"access_token": "t", "expires_in": 1e400}',
            b'{"access_token": "t", "scope": [1]}',
            b'{"users": 7, "bots": [7], "responseMetaData": 7}',
            b'{"bots": [], "responseMetaData": {"nextCursor": "\\ud800"}}',
            b'{"fileId": "f", "uploadUrl": "https://x:y/"}',
            b'{"fileId": "f", "uploadUrl": "https://a.worksmobile.com/\\u0000"}',
            b'{"code": "\\ud800", "description": {}}',
            '{"userId": "가"}'.encode("utf-16"),
            b"\xef\xbb\xbf{}",
        ]
    ),
)


def made(status, headers, body):
    return lambda: httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


@MANY
@given(status=STATUSES, headers=HEADERS, body=BODIES, name=st.sampled_from(sorted(CALLS)))
def test_answers_of_the_api(drive, status, headers, body, name):
    drive(Played(api=made(status, headers, body)), CALLS[name])


@MANY
@given(status=STATUSES, headers=HEADERS, body=BODIES)
def test_answers_of_the_token_endpoint(drive, status, headers, body):
    drive(Played(token=made(status, headers, body)), CALLS["send"])


class StrangeError(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def raising(kind):
    """Return an exception of a library's, however it wants to be made."""
    with suppress(Exception):
        return kind("failed")
    with suppress(Exception):
        return kind("failed", request=None)
    return None


def all_of(*modules):
    kinds = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Exception)
    }
    return [kind for kind in sorted(kinds, key=repr) if raising(kind) is not None]


RAISED = [
    *all_of(httpx, httpcore, h11, anyio, ssl, socket),
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    RuntimeError,
    RecursionError,
    MemoryError,
    StopIteration,
    StopAsyncIteration,
    TimeoutError,
    ConnectionResetError,
    UnicodeError,
    ImportError,
    EOFError,
    StrangeError,
    lambda _: ExceptionGroup("several", [ValueError(), OSError()]),
]


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: getattr(kind, "__name__", "group"))
@pytest.mark.parametrize("name", ["send", "manage"])
def test_whatever_a_transport_raises(drive, kind, name):
    def fail():
        raise raising(kind)

    for transport in (Played(api=fail), Played(token=fail)):
        crossed = drive(transport, CALLS[name])
        assert len(crossed) == 2
        for error in crossed:
            assert "failed" not in str(error)
            # Nothing of what was below hangs on to ours.
            assert error.__cause__ is None
            assert error.__context__ is None or isinstance(error.__context__, nw.NaverWorksError)


@pytest.mark.parametrize(
    "answer",
    [None, 7, b"201", httpx.Request("GET", "https://a"), object()],
    ids=lambda answer: type(answer).__name__,
)
def test_whatever_a_transport_returns(drive, answer):
    for transport in (Played(api=lambda: answer), Played(token=lambda: answer)):
        assert len(drive(transport, CALLS["send"])) == 2


class BrokenBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, piece):
        self.piece = piece

    def __iter__(self):
        yield b"{"
        if isinstance(self.piece, Exception):
            raise self.piece
        yield self.piece

    async def __aiter__(self):
        yield b"{"
        if isinstance(self.piece, Exception):
            raise self.piece
        yield self.piece

    def close(self):
        raise ValueError("cannot be closed")

    async def aclose(self):
        raise ValueError("cannot be closed")


@pytest.mark.parametrize("piece", [ValueError(), httpx.ReadError(""), StrangeError(), None, "x", 7])
def test_bodies_that_break(drive, piece):
    transport = Played(api=lambda: httpx.Response(200, stream=BrokenBody(piece)))
    crossed = drive(transport, CALLS["read"])
    assert [type(error) for error in crossed] == [nw.InvalidResponse] * 2
    assert drive(transport, CALLS["send"]) == []


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_a_program_passes(account, kind):
    def stop():
        raise kind

    with (
        nw.Client(account, bot_id=1, transport=Played(api=stop), retry=ONCE) as works,
        pytest.raises(kind),
    ):
        CALLS["send"](works)


def test_cancellation_passes(account):
    class Waiting(Played):
        async def handle_async_request(self, request):
            if not request.url.path.endswith("/token"):
                self.waiting.set()
                await asyncio.Event().wait()
            return await super().handle_async_request(request)

    async def main():
        transport = Waiting()
        transport.waiting = asyncio.Event()
        async with nw.AsyncClient(account, bot_id=1, transport=transport, retry=ONCE) as works:
            sending = asyncio.create_task(CALLS["send"](works))
            await transport.waiting.wait()
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
        return True

    assert asyncio.run(main())


IDS = st.one_of(
    st.text(max_size=30),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Lo"]), max_size=10),
    st.integers(900, 1100).map(lambda length: "가" * length),
    st.sampled_from(["\ud800", "a" * 70_000, "..", "a/../b", "externalKey:가", "a b", "%00"]),
)


@MANY
@given(value=IDS)
@example(value="a" * 70_000)
def test_ids_that_callers_give(drive, value):
    for call in (
        lambda works: works.messages.send_to_user(value, TEXT),
        lambda works: works.messages.send_to_channel(value, TEXT),
        lambda works: works.users.get(value),
        lambda works: works.attachments.upload(b"abc", file_name=value),
        lambda works: works.attachments.download_url(value),
    ):
        drive(Played(api=lambda: httpx.Response(204)), call)


PROXY_VALUES = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30),
    st.builds(
        "{}://{}{}:{}".format,
        st.sampled_from(["http", "https", "socks5", "socks5h", "ftp", "HTTP", ""]),
        st.sampled_from(["", "user:hush@", "user@", "@", "a:b:c@", "%zz:%00@"]),
        st.sampled_from(["proxy", "[::1]", "[::1", "127.0.0.1", "a..b", "프록시", "a b", ""]),
        st.one_of(st.integers(-1, 70_000), st.text(max_size=3)),
    ).filter(lambda value: "\0" not in value),
)


@MANY
@given(
    value=PROXY_VALUES,
    name=st.sampled_from(["ALL_PROXY", "https_proxy", "HTTPS_PROXY", "NO_PROXY"]),
    socks=st.booleans(),
)
def test_proxies_that_the_environment_names(value, name, socks):
    spec = object() if socks else None
    with (
        mock.patch.dict(os.environ, {name: value}, clear=True),
        mock.patch.object(_environment, "find_spec", return_value=spec),
    ):
        try:
            proxy = _environment.proxy_for("https", "www.worksapis.com")
        except nw.InvalidValue as error:
            refused = error
        else:
            # What is accepted can be opened.
            assert proxy is None or httpcore.ConnectionPool(proxy=proxy)
            return
    assert refused.violations[0].path == name
    assert refused.hint
    assert "hush" not in str(refused)


@MANY
@given(
    content=st.one_of(st.none(), st.binary(max_size=200), st.just(b"-----BEGIN CERTIFICATE-----")),
    name=st.sampled_from(["SSL_CERT_FILE", "SSL_CERT_DIR"]),
    path=st.one_of(
        st.just("ca.pem"),
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1),
    ),
)
def test_certificates_that_the_environment_names(tmp_path_factory, content, name, path):
    folder = tmp_path_factory.getbasetemp() / "certificates"
    folder.mkdir(exist_ok=True)
    if content is not None and path == "ca.pem":
        (folder / path).write_bytes(content)
    value = str(folder / path) if path == "ca.pem" else f"/nowhere/{path}"
    with mock.patch.dict(os.environ, {name: value}, clear=True):
        with pytest.raises(nw.InvalidValue) as caught:
            _environment.trusted_context()
        assert caught.value.violations[0].path == name
        assert caught.value.hint


# On a real connection of ours.


class Raw:
    """Answers every request with the same bytes, and closes."""

    def __init__(self):
        self.answer = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.endpoints = nw.Endpoints(api=f"{base}/v1.0", auth=f"{base}/oauth2/v2.0")
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
            with connection, suppress(OSError):
                data = b""
                while b"\r\n\r\n" not in data:
                    data += connection.recv(65536) or b"\r\n\r\n"
                connection.sendall(self.answer)


@pytest.fixture(scope="module")
def raw():
    server = Raw()
    yield server
    server.close()


LINES = st.one_of(
    st.binary(max_size=100),
    st.sampled_from(
        [
            b"HTTP/1.1 200 OK\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
            b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999999\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n",
            b"HTTP/1.1 200 OK\r\na: \x00\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n: a\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 20_000,
            b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
            b"HTTP/1.1 999 \r\n\r\n",
            b"HTTP/2 200 OK\r\n\r\n",
            b"HTTP/0.9 200 OK\r\n\r\n",
            b"ICY 200 OK\r\n\r\n",
            b"SSH-2.0-OpenSSH_9.6\r\n",
            b"\x15\x03\x01\x00\x02\x02\x46",
            b"<html>",
            b"",
        ]
    ),
)


@MANY
@given(line=LINES, name=st.sampled_from(["send", "read"]))
def test_bytes_on_the_wire(drive, raw, line, name):
    raw.answer = line
    drive(None, CALLS[name], endpoints=raw.endpoints, timeout=5.0)
