"""The body of an answer on its way in: bounded as it was sent, and as it unpacks."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from naverworks_notify.client._deadline import Deadline
from naverworks_notify.retry import Failure

__all__ = ["MAX_RESPONSE_BYTES", "Incoming"]

MAX_RESPONSE_BYTES = 8 * 1024 * 1024
"""An answer longer than this is not read on: a page of 100 members is a twentieth of it."""

_GZIP = zlib.MAX_WBITS | 16
_BARE = -zlib.MAX_WBITS
_DEFLATE = 8  # the method, in the low half of the first byte of a zlib stream


class Incoming:
    """Takes the pieces of a body, and tells when to stop reading.

    Attributes:
        broken: How the body falls short of being whole, or None.
    """

    __slots__ = ("_deadline", "_pieces", "_received", "_room", "_unpacked", "broken")

    def __init__(self, headers: Iterable[tuple[bytes, bytes]], deadline: Deadline) -> None:
        self.broken: Failure | None = None
        self._deadline = deadline
        self._pieces: list[bytes] = []
        self._received = 0
        self._room = MAX_RESPONSE_BYTES
        codings = _codings(headers)
        self._unpacked = _Unpacked(codings[0]) if codings else None
        # What was asked for is gzip or deflate. Each further coding multiplies what a small
        # answer unpacks to.
        if len(codings) > 1 or (codings and codings[0] not in _KNOWN):
            self.broken = Failure.MALFORMED

    def take(self, piece: bytes) -> bool:
        """Take one piece, and return whether to read on.

        Raises:
            TypeError: These are no bytes.
        """
        if type(piece) is not bytes:
            piece = bytes(memoryview(piece))
        self._received += len(piece)
        if self.broken is not None:
            return False
        if self._received > MAX_RESPONSE_BYTES:
            self.broken = Failure.OVERSIZED
        elif self._deadline.passed:
            self.broken = Failure.TRUNCATED
        else:
            self._keep(piece)
        return self.broken is None

    def break_off(self) -> None:
        """Note that no further piece comes, though the answer has not ended."""
        self.broken = self.broken or Failure.TRUNCATED

    def content(self) -> bytes:
        """Return the body, as far as it came."""
        if self.broken is None and self._unpacked is not None and not self._unpacked.ended:
            self.broken = Failure.TRUNCATED
        return b"".join(self._pieces)

    def _keep(self, piece: bytes) -> None:
        if self._unpacked is not None:
            try:
                piece = self._unpacked.feed(piece, self._room + 1)
            except zlib.error:
                self.broken = Failure.MALFORMED
                return
        self._room -= len(piece)
        if self._room < 0:
            self.broken = Failure.OVERSIZED
        else:
            self._pieces.append(piece)


class _Unpacked:
    """One content coding, unpacked piece by piece and never beyond the room there is."""

    __slots__ = ("_coding", "_head", "_zlib")

    def __init__(self, coding: bytes) -> None:
        self._coding = coding
        self._head = b""
        self._zlib: zlib._Decompress | None = None

    @property
    def ended(self) -> bool:
        """Whether the packed data came whole; there may be none at all, as in a 204."""
        return not self._head if self._zlib is None else self._zlib.eof

    def feed(self, piece: bytes, most: int) -> bytes:
        """Return what one piece unpacks to, but no more than `most` bytes of it.

        Raises:
            zlib.error: It is not what the answer says.
        """
        if self._zlib is None:
            self._head += piece
            if len(self._head) < 2:  # noqa: PLR2004 - a zlib stream is known by its first two bytes
                return b""
            piece, self._head = self._head, b""
            self._zlib = zlib.decompressobj(self._bits(piece))
        return b"" if self._zlib.eof else self._zlib.decompress(piece, most)

    def _bits(self, head: bytes) -> int:
        if self._coding != b"deflate":
            return _GZIP
        # "deflate" means a zlib stream (RFC 9110 section 8.4.1.2), yet some send the bare data.
        wrapped = head[0] & 0x0F == _DEFLATE and int.from_bytes(head[:2], "big") % 31 == 0
        return zlib.MAX_WBITS if wrapped else _BARE


_KNOWN = frozenset({b"gzip", b"x-gzip", b"deflate"})


def _codings(headers: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    named = [value for name, value in headers if name.lower() == b"content-encoding"]
    codings = [coding.strip().lower() for value in named for coding in value.split(b",")]
    return [coding for coding in codings if coding not in {b"", b"identity"}]
