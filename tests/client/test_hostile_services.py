"""An odd or hostile service costs a bounded time and a bounded memory, on every endpoint."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
import tracemalloc
import zlib
from contextlib import contextmanager, suppress

import httpx
import pytest

import naverworks_notify as nw
from naverworks_notify.client._deadline import Deadline
from naverworks_notify.client._incoming import MAX_RESPONSE_BYTES, Incoming
from naverworks_notify.client.fast import FastTransport
from naverworks_notify.retry import Failure

TEXT = nw.messages.Text("hi")
TOKEN = b'{"access_token":"t","expires_in":"3600"}'
OK = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s"


def endless_head():
    yield b"HTTP/1.1 200 OK\r\nx: "
    while True:
        yield b"x"


def endless_continue():
    while True:
        yield b"HTTP/1.1 100 Continue\r\n\r\n"


def endless_hints():
    while True:
        yield b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"


def slow_status():
    for letter in b"HTTP/1.1 200 OK\r\ncontent-length: 0":
        yield bytes([letter])
    while True:
        yield b""


def dribbling_body():
    yield b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n"
    while True:
        yield b" "


def dribbling_chunks():
    yield b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    while True:
        yield b"1\r\n \r\n"


def endless_trailer():
    yield b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n"
    while True:
        yield b"x: y\r\n"


ENDLESS = [
    endless_head,
    endless_continue,
    endless_hints,
    slow_status,
    dribbling_body,
    dribbling_chunks,
    endless_trailer,
]


class Dribbling:
    """Answers tokens or API calls without an end, a piece each fiftieth of a second."""

    def __init__(self, pieces, *, token):
        self.pieces = pieces
        self.token = token
        self.calls = 0
        self.release = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.endpoints = nw.Endpoints(api=f"{base}/v1.0", auth=f"{base}/oauth2/v2.0")
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def close(self):
        self.release.set()
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
            while head := self._request(connection):
                for_token = b"/token " in head
                self.calls += not for_token
                if for_token and not self.token:
                    connection.sendall(OK % (len(TOKEN), TOKEN))
                    continue
                for piece in self.pieces():
                    connection.sendall(piece)
                    if self.release.wait(0.02):
                        return

    def _request(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        while len(body) < length:
            body += connection.recv(65536)
        return head


@contextmanager
def dribbling(pieces, *, token=False):
    server = Dribbling(pieces, token=token)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(params=["sync", "async", "fast"])
def ended_by(request, account):
    """Return a function that makes one call, and returns the error that it ends with."""

    def run(server, call):
        options = {
            "bot_id": 1,
            "endpoints": server.endpoints,
            "timeout": 0.5,
            "retry": nw.RetryPolicy(attempts=1),
        }
        if request.param == "sync":
            with nw.Client(account, **options) as works, pytest.raises(nw.NaverWorksError) as told:
                call(works)
            return told.value

        async def main():
            transport = FastTransport() if request.param == "fast" else None
            async with nw.AsyncClient(account, transport=transport, **options) as works:
                with pytest.raises(nw.NaverWorksError) as told:
                    await call(works)
            if transport is not None:
                await transport.aclose()
            return told.value

        return asyncio.run(main())

    return run


def message(works):
    return works.messages.send_to_user("u-1", TEXT)


def user(works):
    return works.users.get("u-1")


@pytest.mark.parametrize("pieces", ENDLESS)
def test_no_read_is_without_an_end(ended_by, pieces):
    with dribbling(pieces) as server:
        error = ended_by(server, user)
        assert isinstance(error, (nw.TransportError, nw.InvalidResponse))
        assert not server.release.is_set()


@pytest.mark.parametrize("pieces", [endless_head, endless_continue, endless_hints, slow_status])
def test_no_send_is_without_an_end_and_none_is_repeated(ended_by, pieces):
    with dribbling(pieces) as server:
        error = ended_by(server, message)
        assert isinstance(error, nw.DeliveryUnknown)
        assert error.cause == "read_timeout"
        assert server.calls == 1


@pytest.mark.parametrize("pieces", ENDLESS)
def test_no_token_exchange_is_without_an_end(ended_by, pieces):
    with dribbling(pieces, token=True) as server:
        error = ended_by(server, message)
        assert isinstance(error, (nw.TransportError, nw.AuthError, nw.InvalidResponse))
        assert server.calls == 0


def test_what_waits_behind_an_endless_token_exchange_ends_too(account):
    async def main(server):
        options = {"bot_id": 1, "endpoints": server.endpoints, "timeout": 0.2}
        once = nw.RetryPolicy(attempts=1)
        async with nw.AsyncClient(account, retry=once, **options) as works:
            return await asyncio.gather(*(message(works) for _ in range(5)), return_exceptions=True)

    with dribbling(endless_head, token=True) as server:
        ended = asyncio.run(main(server))
    assert all(isinstance(each, nw.NaverWorksError) for each in ended)


class Dripping(httpx.AsyncBaseTransport):
    """A transport of the caller's that never comes to an end by itself."""

    def __init__(self, *, in_body):
        self.in_body = in_body

    async def handle_async_request(self, request):
        await request.aread()
        if request.url.path.endswith("/token"):
            return httpx.Response(200, content=TOKEN)
        if not self.in_body:
            await asyncio.Event().wait()
        return httpx.Response(200, stream=self)

    async def __aiter__(self):
        yield b"{"
        await asyncio.Event().wait()


class DrippingBody(Dripping, httpx.AsyncByteStream):
    pass


@pytest.mark.parametrize("in_body", [False, True])
def test_an_async_transport_of_the_callers_is_waited_for_no_longer(account, in_body):
    async def main():
        transport = DrippingBody(in_body=in_body)
        works = nw.AsyncClient(
            account,
            bot_id=1,
            endpoints=nw.Endpoints(),
            transport=transport,
            timeout=0.1,
            retry=nw.RetryPolicy(attempts=1),
        )
        async with works:
            with pytest.raises((nw.TransportError, nw.InvalidResponse)):
                await user(works)
            if not in_body:
                with pytest.raises(nw.DeliveryUnknown):
                    await message(works)

    asyncio.run(main())


# What an answer may unpack to.


def packed(data, coding, raw=False):
    if coding == "gzip":
        return gzip.compress(data, mtime=0)
    packer = zlib.compressobj(wbits=-15 if raw else 15)
    return packer.compress(data) + packer.flush()


def taken(body, *codings, step=4096):
    headers = [(b"Content-Encoding", coding.encode()) for coding in codings]
    incoming = Incoming(headers, Deadline(60.0))
    for start in range(0, len(body), step):
        if not incoming.take(body[start : start + step]):
            break
    return incoming.content(), incoming.broken


@pytest.mark.parametrize("step", [1, 3, 4096])
@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", " gzip ", "deflate", "identity", ""])
@pytest.mark.parametrize("data", [b"", b"{}", b'{"userId": "u-1"}' * 1000], ids=len)
def test_one_coding_that_was_asked_for_is_unpacked(coding, data, step):
    plain = coding in ("identity", "")
    kind = "gzip" if "gzip" in coding.lower() else "deflate"
    body = data if plain else packed(data, kind)
    assert taken(body, coding, step=step) == (data, None)


@pytest.mark.parametrize("step", [1, 4096])
def test_bare_deflate_data_is_unpacked_too(step):
    for data in (b"{}", b"abc" * 5000, bytes(range(256))):
        assert taken(packed(data, "deflate", raw=True), "deflate", step=step) == (data, None)


def test_an_answer_without_a_body_is_whole_whatever_it_says():
    assert taken(b"", "gzip") == (b"", None)


@pytest.mark.parametrize(
    "codings",
    [
        ["gzip, gzip"],
        ["gzip,deflate"],
        ["gzip", "gzip"],
        ["br"],
        ["zstd"],
        ["compress"],
        ["gzip;q=1"],
        ["\xff"],
        ["gzip, gzip, gzip, gzip, gzip"],
        ["chunked"],
    ],
)
def test_more_than_one_coding_or_another_one_is_refused(codings):
    body = gzip.compress(gzip.compress(b"{}"))
    assert taken(body, *codings) == (b"", Failure.MALFORMED)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_unpacks_beyond_the_bound_never_comes_to_be(coding):
    bomb = packed(bytes(300 * 1024 * 1024), coding)
    tracemalloc.start()
    try:
        _, broken = taken(bomb, coding, step=len(bomb))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert broken is Failure.OVERSIZED
    assert peak < 4 * MAX_RESPONSE_BYTES


def test_the_bound_itself_still_fits():
    data = bytes(MAX_RESPONSE_BYTES)
    assert taken(packed(data, "gzip"), "gzip") == (data, None)
    assert taken(packed(data + b"x", "gzip"), "gzip")[1] is Failure.OVERSIZED
    assert taken(data, step=65536) == (data, None)
    assert taken(data + b"x", step=65536)[1] is Failure.OVERSIZED


@pytest.mark.parametrize(
    "body", [b"no gzip", gzip.compress(b"x" * 100)[:-9] + b"y" * 9], ids=["none", "damaged"]
)
def test_what_is_packed_wrongly_is_told(body):
    assert taken(body, "gzip")[1] in (Failure.MALFORMED, Failure.TRUNCATED)


def test_what_is_cut_off_is_told():
    assert taken(gzip.compress(b"{}" * 1000)[:-10], "gzip")[1] is Failure.TRUNCATED
    assert taken(gzip.compress(b"{}")[:1], "gzip")[1] is Failure.TRUNCATED


def test_what_follows_the_packed_data_is_not_kept():
    assert taken(gzip.compress(b"{}") + b"x" * 100_000, "gzip") == (b"{}", None)


def answer(status, body, *codings):
    return lambda _: httpx.Response(
        status,
        headers=[("content-encoding", coding) for coding in codings],
        stream=httpx.ByteStream(body),
    )


BOMB = gzip.compress(bytes(64 * 1024 * 1024))
TWICE = gzip.compress(gzip.compress(b'{"userId":"u-1"}'))
BAD = [
    pytest.param(BOMB, ["gzip"], id="bomb"),
    pytest.param(TWICE, ["gzip, gzip"], id="twice"),
    pytest.param(TWICE, ["gzip", "gzip"], id="two-fields"),
    pytest.param(b"{}", ["br"], id="unknown"),
]


@pytest.mark.parametrize(("body", "codings"), BAD)
def test_every_endpoint_is_read_so(world, body, codings):
    world.script.play(answer(200, body, *codings))
    with pytest.raises(nw.InvalidResponse):
        world.do(user(world.client()))
    # Of a send the status says all there is to say.
    world.script.play(answer(201, body, *codings))
    assert world.do(message(world.client())) is None
    world.script.play(answer(403, body, *codings))
    with pytest.raises(nw.Forbidden) as refused:
        world.do(message(world.client()))
    assert refused.value.code is None


@pytest.mark.parametrize(("body", "codings"), BAD)
@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_the_token_endpoint_is_read_so(world, body, codings, status):
    world.script.for_tokens = answer(status, body, *codings)
    with pytest.raises((nw.InvalidResponse, nw.AuthError)):
        world.do(message(world.client(retry=nw.RetryPolicy(attempts=1))))
    assert not world.script.requests


def test_a_packed_answer_of_every_endpoint_is_read(world):
    world.script.for_tokens = answer(200, gzip.compress(TOKEN), "gzip")
    world.script.play(answer(200, gzip.compress(b'{"userId":"u-1"}'), "gzip"))
    assert world.do(user(world.client())).user_id == "u-1"
