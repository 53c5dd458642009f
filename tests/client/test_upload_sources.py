"""Whatever can be read can be uploaded; what is wrong with a file is told, by us and in time."""

from __future__ import annotations

import io
import os
import re
import socket
from pathlib import Path

import httpx
import pytest

import naverworks_notify as nw
from naverworks_notify.client import _upload
from naverworks_notify.retry import Failure

URL = "https://apis-storage.worksmobile.com/x"
DATA = b"0123456789" * 20_000


def announced(_=None):
    return httpx.Response(200, json={"fileId": "f-1", "uploadUrl": URL})


def sent(world, number=-1):
    """Return what stands in the one part of an upload."""
    body = world.script.requests[number].content
    assert len(body) == int(world.script.requests[number].headers["content-length"])
    return body.partition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0]


def named(world):
    return re.search(rb'filename="([^"]*)"', world.script.requests[-1].content).group(1).decode()


@pytest.fixture
def upload(world):
    works = world.client()
    return lambda *args, **options: world.do(works.attachments.upload(*args, **options))


class Once:
    """A stream that can neither be rewound nor measured, as a socket or a pipe is."""

    def __init__(self, data=DATA):
        self._data = io.BytesIO(data)

    def read(self, size=-1):
        return self._data.read(size)

    def seekable(self):
        return False


class Bare:
    """The least that can be read."""

    def __init__(self, data=DATA):
        self.read = io.BytesIO(data).read


@pytest.mark.parametrize(
    "source",
    [
        bytes,
        bytearray,
        memoryview,
        lambda data: memoryview(data[::-1])[::-1],
        io.BytesIO,
        lambda data: io.BufferedReader(io.BytesIO(data)),
    ],
    ids=["bytes", "bytearray", "memoryview", "backwards", "BytesIO", "BufferedReader"],
)
def test_bytes_and_streams_are_sent_as_they_are(world, upload, source):
    world.script.play(announced(), 200)
    assert upload(source(DATA), file_name="보고서.pdf") == "f-1"
    assert sent(world) == DATA
    assert named(world) == "보고서.pdf"


@pytest.mark.parametrize("kind", [Once, Bare])
def test_a_stream_that_is_read_once_is_kept_and_can_be_sent_again(world, upload, kind):
    again = world.script
    again.play(announced(), lambda _: httpx.Response(503), announced(), 200)
    source = kind()
    with pytest.raises(nw.ServerError):
        upload(source, file_name="a.pdf")
    assert sent(world) == DATA


def test_what_surely_did_not_arrive_is_sent_again_from_the_start(world, steps_of, tmp_path):
    # With an open file, a stream that is read once, and a path.
    path = tmp_path / "a.pdf"
    path.write_bytes(DATA)
    works = world.client()
    with path.open("rb") as file:
        for source in (file, Once(), path):
            world.script.play(announced(), steps_of(Failure.RESET_BEFORE_SENT), 200)
            assert world.do(works.attachments.upload(source, file_name="a.pdf")) == "f-1"
            assert sent(world) == DATA
        assert not file.closed


def test_an_open_file_is_read_from_where_it_stands_and_bears_its_name(world, upload, tmp_path):
    path = tmp_path / "이력서.pdf"
    path.write_bytes(b"head" + DATA)
    world.script.play(announced(), 200)
    with path.open("rb") as file:
        file.seek(4)
        upload(file)
    assert sent(world) == DATA
    assert named(world) == "이력서.pdf"


def test_an_empty_file_is_sent(world, upload, tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    world.script.play(announced(), 200)
    upload(tmp_path / "empty.txt")
    assert sent(world) == b""


class Raising:
    def __init__(self, error):
        self.error = error

    def read(self, _=-1):
        raise self.error


class Strange(Once):
    def __init__(self, piece):
        super().__init__()
        self._piece = piece

    def read(self, _=-1):
        return self._piece


class Later(Once):
    async def read(self, _=-1):
        return b""


def closed():
    file = io.BytesIO(DATA)
    file.close()
    return file


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        (lambda: Path(__file__).parent, "readable"),
        (lambda: str(Path(__file__).parent), "readable"),
        (lambda: "", "readable"),
        (lambda: "/nowhere/at/all.pdf", "readable"),
        (lambda: "a\0b", "readable"),
        (lambda: "\ud800", "readable"),
        (lambda: "x" * 5000, "readable"),
        (lambda: os.devnull, "readable"),
        (closed, "readable"),
        (lambda: io.StringIO("text"), "readable"),
        (Later, "readable"),
        (lambda: Raising(RuntimeError("s3 is away")), "readable"),
        (lambda: Raising(OSError(5, "Input/output error")), "readable"),
        (lambda: Strange(None), "readable"),
        (lambda: Strange("text"), "readable"),
        (lambda: Strange(b"x" * 100_000), "readable"),
        (lambda: io.BytesIO, "type"),
        (lambda: 7, "type"),
        (lambda: None, "type"),
        (lambda: [b"a"], "type"),
    ],
    ids=range(20),
)
def test_a_fault_of_the_file_is_told_before_any_call(world, upload, source, rule):
    with pytest.raises(nw.InvalidValue) as caught:
        upload(source(), file_name="a.pdf")
    assert [(one.path, one.rule) for one in caught.value.violations] == [("file", rule)]
    assert "s3" not in str(caught.value)
    assert not world.script.requests
    assert not world.script.token_requests


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_not_waited_for(world, upload, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(nw.InvalidValue):
        upload(tmp_path / "pipe")
    assert not world.script.requests


def test_a_socket_is_read_to_its_end(world, upload):
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as stream:
        theirs.sendall(DATA[:1000])
        theirs.shutdown(socket.SHUT_WR)
        world.script.play(announced(), 200)
        upload(stream, file_name="a.bin")
    assert sent(world) == DATA[:1000]


@pytest.mark.parametrize(
    "file_name", [None, "", "a/b.pdf", "a\\b.pdf", "a\nb.pdf", "\ud800.pdf", "x" * 256, 7]
)
def test_a_file_needs_a_plain_name(world, upload, file_name):
    with pytest.raises(nw.InvalidValue) as caught:
        upload(DATA, file_name=file_name)
    assert {one.path for one in caught.value.violations} == {"file_name"}
    assert not world.script.requests


def test_a_stream_without_a_name_of_its_own_needs_one(world, upload):
    with Path(__file__).open("rb") as file:
        stream = io.FileIO(file.fileno(), closefd=False)
        assert isinstance(stream.name, int)
        with pytest.raises(nw.InvalidValue):
            upload(stream)
    assert not world.script.requests


def test_what_is_too_long_to_be_kept_is_refused(world, upload, monkeypatch):
    monkeypatch.setattr(_upload, "MOST_IN_MEMORY", 1000)
    world.script.play(announced(), 200)
    upload(Once(b"x" * 1000), file_name="a.bin")
    with pytest.raises(nw.InvalidValue) as caught:
        upload(Once(b"x" * 1001), file_name="a.bin")
    assert caught.value.violations[0].rule == "max_size"
    assert len(world.script.requests) == 2


def between(world, change):
    """Let something happen once the file is announced."""

    def announce(_):
        change()
        return announced()

    world.script.play(announce, 200)


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed")
def test_a_file_that_is_removed_in_between_is_sent_all_the_same(world, upload, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(DATA)
    between(world, path.unlink)
    assert upload(path) == "f-1"
    assert sent(world) == DATA


def test_a_file_that_grows_in_between_is_sent_as_it_was(world, upload, tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(DATA)
    between(world, lambda: path.write_bytes(DATA + b"more"))
    assert upload(path) == "f-1"
    assert sent(world) == DATA


def test_a_file_that_becomes_shorter_in_between_is_told_before_it_is_sent(world, upload, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(DATA)
    between(world, lambda: os.truncate(path, 1000))
    with pytest.raises(nw.InvalidValue) as caught:
        upload(path)
    assert caught.value.violations[0].rule == "changed"
    assert len(world.script.requests) == 1


def test_a_file_that_becomes_shorter_while_it_is_sent_is_told(world, upload, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(DATA)
    world.script.play(announced(), 200)
    with pytest.raises(nw.InvalidValue) as caught:
        upload(path, on_progress=lambda *_: os.truncate(path, 10))
    assert caught.value.violations[0].rule == "changed"
    assert len(world.script.requests) == 1


def test_a_stream_that_breaks_while_it_is_sent_is_told(world, upload):
    class Breaking(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > 100_000:
                raise ConnectionResetError("the bucket is away")
            return super().read(size)

    world.script.play(announced(), 200)
    with pytest.raises(nw.InvalidValue) as caught:
        upload(Breaking(DATA), file_name="a.pdf")
    assert "bucket" not in str(caught.value)


def test_a_hook_that_raises_stops_no_upload(world, upload, caplog):
    def hook(*_):
        raise RuntimeError("the bar is full")

    world.script.play(announced(), 200)
    assert upload(DATA, file_name="a.pdf", on_progress=hook) == "f-1"
    assert "RuntimeError" in caplog.text
    assert "full" not in caplog.text
