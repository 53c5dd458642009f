"""How long one exchange may take, from the first packet to the last byte of the answer."""

from __future__ import annotations

import time

__all__ = ["Deadline"]

# Each wait has the timeout to itself; all of them together have this many.
_PATIENCE = 2.0

# A slow line: a large upload takes longer than any timeout, and is not hanging.
_SLOWEST_UPLOAD = 32 * 1024


class Deadline:
    """The end of one exchange, in real time: a clock that is handed in moves no packet.

    Args:
        timeout: Seconds that a single wait may take.
        length: Bytes that are to be sent.
    """

    __slots__ = ("timeout", "until")

    def __init__(self, timeout: float, length: int = 0) -> None:
        self.timeout = timeout
        self.until = time.monotonic() + timeout * _PATIENCE + length / _SLOWEST_UPLOAD

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() > self.until

    def left_for(self, wait: float | None) -> float:
        """Return how long a single wait may take: as asked, but not beyond the end.

        Raises:
            TimeoutError: No time is left.
        """
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left if wait is None else min(wait, left)
