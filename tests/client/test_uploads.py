"""A file goes out piece by piece: its size does not matter to memory."""

from __future__ import annotations

import asyncio
import io
import json
import os
import socket
import threading
import tracemalloc
from contextlib import contextmanager, suppress

import pytest

import naverworks_notify as nw
from naverworks_notify.client.fast import FastTransport

SIZE = 64 * 1024 * 1024
MOST = 8 * 1024 * 1024


class Sink:
    """Announces uploads, and throws away what comes, counting it."""

    def __init__(self):
        self.received = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def close(self):
        # Closing alone does not wake a thread that waits in accept().
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
        buffer = bytearray(64 * 1024)
        with connection:
            while head := self._head(connection):
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                left = length
                while left:
                    taken = connection.recv_into(buffer, min(left, len(buffer)))
                    if not taken:
                        return
                    left -= taken
                self._answer(connection, head.split(b" ")[1], length)

    def _head(self, connection):
        # Byte by byte: nothing of the body may be taken along.
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = connection.recv(1)
            if not byte:
                return b""
            head += byte
        return head

    def _answer(self, connection, target, length):
        answer = {"access_token": "t", "expires_in": "3600"}
        if target.endswith(b"/attachments"):
            answer = {"fileId": "f-1", "uploadUrl": f"{self.url}/storage"}
        elif target == b"/storage":
            self.received = length
            answer = {}
        body = json.dumps(answer).encode()
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
        connection.sendall(head % len(body) + body)


@pytest.fixture
def sink():
    sink = Sink()
    yield sink
    sink.close()


@contextmanager
def uploading(kind, account, sink):
    """Give a function that uploads a file."""
    options = {
        "bot_id": 1,
        "endpoints": nw.Endpoints(api=f"{sink.url}/v1.0", auth=f"{sink.url}/oauth2/v2.0"),
    }
    if kind == "sync":
        with nw.Client(account, **options) as works:
            yield works.attachments.upload
        return
    with asyncio.Runner() as runner:
        transport = FastTransport() if kind == "fast" else None
        works = nw.AsyncClient(account, transport=transport, **options)
        yield lambda path: runner.run(works.attachments.upload(path))
        runner.run(works.aclose())
        if transport is not None:
            runner.run(transport.aclose())


@pytest.mark.parametrize("kind", ["sync", "async", "fast"])
def test_a_large_file_takes_no_more_memory_than_a_small_one(account, sink, tmp_path, kind):
    small, large = tmp_path / "small.bin", tmp_path / "large.bin"
    small.write_bytes(b"x" * 1000)
    with large.open("wb") as file:
        file.truncate(SIZE)
    with uploading(kind, account, sink) as upload:
        assert upload(small) == "f-1"
        tracemalloc.start()
        try:
            assert upload(large) == "f-1"
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert sink.received > SIZE
    assert peak < MOST


@pytest.mark.parametrize("kind", ["sync", "async", "fast"])
def test_a_file_that_becomes_shorter_on_its_way_is_told_with_each_transport(
    account, sink, tmp_path, kind
):
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 3_000_000)

    class Shrinking(io.BufferedReader):
        def read(self, size=-1, /):
            if self.tell() > 1_000_000:
                os.truncate(path, 10)
            return super().read(size)

    with (
        uploading(kind, account, sink) as upload,
        Shrinking(io.FileIO(path)) as file,
        pytest.raises(nw.InvalidValue) as caught,
    ):
        upload(file)
    assert caught.value.violations[0].rule == "changed"
    assert sink.received == 0
