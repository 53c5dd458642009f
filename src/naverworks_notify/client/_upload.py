"""A file on its way out as the one part of a multipart body, read piece by piece."""

from __future__ import annotations

import asyncio
import logging
import mimetypes
import os
import secrets
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from inspect import iscoroutine
from io import SEEK_END, BytesIO
from pathlib import Path
from typing import Any, Protocol

from naverworks_notify.errors import InvalidValue, Violation

__all__ = ["FilePart", "Readable", "Source", "open_part", "open_part_async"]

MOST_IN_MEMORY = 64 * 1024 * 1024
"""Most bytes of a stream that can be read only once, and so is kept to be sent again."""

_PIECE = 64 * 1024
_LONGEST_NAME = 255

_log = logging.getLogger("naverworks_notify.client")

Progress = Callable[[int, int], None]


class Readable(Protocol):
    """A file opened for reading bytes, or anything else that is read like one."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most that many bytes; none at the end."""
        ...


Source = str | os.PathLike[str] | bytes | bytearray | memoryview | Readable
"""What can be uploaded: a path, the bytes themselves, or something to read them from."""


class FilePart:
    """The body of an upload. May be read more than once, from its beginning each time.

    A path is opened when this is made, and stays open: should the file be removed or replaced
    before it is sent, what was there is sent. A file of the caller's is read from where it
    stands, and left open.

    Args:
        source: What to send.
        file_name: The name it is uploaded under; by default the file's own.
        on_progress: Told the bytes of the file read so far, and of all of it.

    Raises:
        InvalidValue: It cannot be read, or has no name.
    """

    def __init__(
        self, source: Source, file_name: str | None, on_progress: Progress | None = None
    ) -> None:
        self.file_name = _name_of(source, file_name)
        self._own = False
        self._file: Any = self._opened(source)
        self._start, self.size = _measured(self._file)
        self._on_progress = on_progress
        boundary = secrets.token_hex(16)
        kind = mimetypes.guess_type(self.file_name)[0] or "application/octet-stream"
        # As browsers write it: UTF-8, with quotes and line ends escaped.
        quoted = self.file_name.replace("\\", "\\\\").replace('"', "%22")
        self._head = (
            f"--{boundary}\r\n"
            f'Content-Disposition: form-data; name="Filedata"; filename="{quoted}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        ).encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self.length = len(self._head) + self.size + len(self._tail)

    def check(self) -> None:
        """Look once more before it is sent.

        Raises:
            InvalidValue: The file has become shorter.
        """
        if _measured(self._file, self._start)[1] < self.size:
            raise _fault("changed", "became shorter while it was being uploaded.")

    def close(self) -> None:
        """Close what was opened here."""
        if self._own:
            self._file.close()

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        self._rewind()
        sent = 0
        while sent < self.size:
            piece = self._piece(sent)
            yield piece
            sent += len(piece)
            self._tell(sent)
        yield self._tail

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._head
        await asyncio.to_thread(self._rewind)
        sent = 0
        while sent < self.size:
            piece = await asyncio.to_thread(self._piece, sent)
            yield piece
            sent += len(piece)
            self._tell(sent)
        yield self._tail

    def _opened(self, source: Source) -> Any:
        if isinstance(source, (bytes, bytearray, memoryview)):
            # Copied by its own order: a view may skip bytes, or run backwards.
            return BytesIO(bytes(source))
        if isinstance(source, (str, os.PathLike)):
            self._own = True
            return _opened_path(source)
        return _repeatable(source)

    def _rewind(self) -> None:
        try:
            self._file.seek(self._start)
        except Exception as error:  # noqa: BLE001 - whatever the caller's stream raises
            told = _reason(error)
        else:
            return
        raise _fault("readable", f"cannot be read again: {told}.")

    def _piece(self, sent: int) -> bytes:
        wanted = min(_PIECE, self.size - sent)
        piece = _read(self._file, wanted)
        if not piece:
            raise _fault("changed", "became shorter while it was being uploaded.")
        return piece

    def _tell(self, sent: int) -> None:
        if self._on_progress is None:
            return
        try:
            self._on_progress(sent, self.size)
        except Exception as error:  # noqa: BLE001 - whatever the caller's code raises
            _log.warning("on_progress raised %s; the upload goes on", type(error).__name__)


def open_part(source: Source, file_name: str | None, on_progress: Progress | None) -> FilePart:
    """Return the body of an upload, with its file open."""
    return FilePart(source, file_name, on_progress)


async def open_part_async(
    source: Source, file_name: str | None, on_progress: Progress | None
) -> FilePart:
    """Return the same without blocking the event loop: a stream may take long to be read."""
    return await asyncio.to_thread(FilePart, source, file_name, on_progress)


def _name_of(source: Source, file_name: str | None) -> str:
    if file_name is None:
        named = source
        if not isinstance(source, (str, os.PathLike)):
            named = getattr(source, "name", None)  # type: ignore[assignment]
        # Python calls what has no name of its own <stdin>, <fdopen>, or by a number.
        if isinstance(named, (str, os.PathLike)) and not str(named).startswith("<"):
            file_name = Path(named).name
    if not isinstance(file_name, (str, type(None))):
        raise _misnamed("type", "must be a string.")
    if not file_name:
        raise _misnamed("required", "is required for bytes and streams, with its extension.")
    if (
        len(file_name) > _LONGEST_NAME
        or not file_name.isprintable()
        or "/" in file_name
        or "\\" in file_name
    ):
        raise _misnamed("file_name", "must be a plain file name of at most 255 characters.")
    return file_name


def _opened_path(source: str | os.PathLike[str]) -> Any:
    try:
        path = Path(source)
        # Looked at first: opening a pipe would wait for who writes into it.
        _check_regular(path.stat().st_mode)
        file = path.open("rb")
    except InvalidValue:
        raise
    except (OSError, ValueError, TypeError) as error:
        told = f"cannot be read: {_reason(error)}."
    else:
        return file
    raise _fault("readable", told)


def _check_regular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise _fault("readable", "is a directory.")
    if not stat.S_ISREG(mode):
        raise _fault("readable", "is no regular file; read it and pass the bytes.")


def _repeatable(source: Any) -> Any:
    """Return something that can be read from the same place again, as a repeat has to."""
    if not callable(getattr(source, "read", None)) or isinstance(source, type):
        raise _fault("type", "must be a path, bytes, or a file opened for reading bytes.")
    _read(source, 0)
    with suppress(Exception):  # then it is read once
        if source.seekable():
            source.seek(source.tell())
            return source
    kept = BytesIO()
    while piece := _read(source, _PIECE):
        if kept.tell() + len(piece) > MOST_IN_MEMORY:
            raise _fault(
                "max_size",
                "cannot be read twice and is too long to be kept in memory; write it to a file "
                "first, and pass the path.",
            )
        kept.write(piece)
    kept.seek(0)
    return kept


def _measured(file: Any, start: int | None = None) -> tuple[int, int]:
    """Return where reading starts, and how much there is from there."""
    try:
        first: int = file.tell() if start is None else start
        end = file.seek(0, SEEK_END)
        end = file.tell() if end is None else end
        file.seek(first)
        return first, max(end - first, 0)
    except Exception as error:  # noqa: BLE001 - whatever the caller's stream raises
        told = _reason(error)
    raise _fault("readable", f"cannot be read: {told}.")


def _read(file: Any, size: int) -> bytes:
    try:
        piece = file.read(size)
    except Exception as error:  # noqa: BLE001 - whatever the caller's stream raises
        told = f"cannot be read: {_reason(error)}."
    else:
        if isinstance(piece, bytes) and len(piece) <= size:
            return piece
        told = "gives more than was asked for." if isinstance(piece, bytes) else _wrong(piece)
    raise _fault("readable", told)


def _wrong(piece: object) -> str:
    if isinstance(piece, str):
        return 'reads text; open it with mode "rb".'
    if iscoroutine(piece):
        piece.close()
        return "is read asynchronously; read it yourself, and pass the bytes."
    return f"gives {type(piece).__name__} where bytes are needed."


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    # What a stream of the caller's says may hold anything.
    return type(error).__name__


def _fault(rule: str, message: str) -> InvalidValue:
    return InvalidValue(violations=(Violation("file", rule, message),))


def _misnamed(rule: str, message: str) -> InvalidValue:
    return InvalidValue(violations=(Violation("file_name", rule, message),))
