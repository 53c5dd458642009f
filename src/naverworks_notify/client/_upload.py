"""A file on its way out as the one part of a multipart body, read from disk piece by piece."""

from __future__ import annotations

import asyncio
import mimetypes
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NoReturn

from naverworks_notify.errors import InvalidValue, Violation

__all__ = ["FilePart", "file_name_of"]

_PIECE = 64 * 1024
_LONGEST_NAME = 255

Progress = Callable[[int, int], None]


def file_name_of(source: str | os.PathLike[str] | bytes, file_name: str | None) -> str:
    """Return the name a file is uploaded under.

    Raises:
        InvalidValue: Bytes without a name, or a name that is a path or not printable.
    """
    if file_name is None and not isinstance(source, (bytes, bytearray, memoryview)):
        file_name = Path(source).name
    if not file_name:
        _refuse("required", "is required for bytes, with its extension.")
    if (
        len(file_name) > _LONGEST_NAME
        or not file_name.isprintable()
        or "/" in file_name
        or "\\" in file_name
    ):
        _refuse("file_name", "must be a plain file name of at most 255 characters.")
    return file_name


class FilePart:
    """The body of an upload. May be read more than once; each time the file is opened anew.

    Args:
        source: A path, or the bytes themselves.
        file_name: The name it is uploaded under.
        on_progress: Told the bytes of the file read so far, and of all of it.
    """

    def __init__(
        self,
        source: str | os.PathLike[str] | bytes,
        file_name: str,
        on_progress: Progress | None = None,
    ) -> None:
        boundary = secrets.token_hex(16)
        kind = mimetypes.guess_type(file_name)[0] or "application/octet-stream"
        # As browsers write it: UTF-8, with quotes and line ends escaped.
        quoted = file_name.replace("\\", "\\\\").replace('"', "%22")
        self._head = (
            f"--{boundary}\r\n"
            f'Content-Disposition: form-data; name="Filedata"; filename="{quoted}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        ).encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._source = source
        self._on_progress = on_progress
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self.size = len(source) if isinstance(source, bytes) else _size_of(source)
        self.length = len(self._head) + self.size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        sent = 0
        with self._open() as file:
            while piece := file.read(min(_PIECE, self.size - sent)):
                yield piece
                sent += len(piece)
                self._tell(sent)
        yield self._tail

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._head
        sent = 0
        file = await asyncio.to_thread(self._open)
        try:
            while piece := await asyncio.to_thread(file.read, min(_PIECE, self.size - sent)):
                yield piece
                sent += len(piece)
                self._tell(sent)
        finally:
            file.close()
        yield self._tail

    def _open(self) -> BinaryIO:
        if isinstance(self._source, bytes):
            return BytesIO(self._source)
        return Path(self._source).open("rb")

    def _tell(self, sent: int) -> None:
        if self._on_progress is not None:
            self._on_progress(sent, self.size)


def _size_of(source: str | os.PathLike[str]) -> int:
    try:
        return Path(source).stat().st_size
    except OSError as error:
        told = f"cannot be read: {error.strerror or type(error).__name__}."
    raise InvalidValue(violations=(Violation("file", "readable", told),))


def _refuse(rule: str, message: str) -> NoReturn:
    raise InvalidValue(violations=(Violation("file_name", rule, message),))
