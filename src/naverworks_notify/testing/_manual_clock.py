"""A clock that moves only when told to, so that time-dependent tests never wait."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta

from naverworks_notify.errors import InvalidValue, Violation

__all__ = ["ManualClock"]


class ManualClock:
    """A clock for tests: sleeping on it advances it at once.

    Fits wherever the package takes a `clock=`. Safe to share between threads and event loops.

    Examples:
        >>> clock = ManualClock()
        >>> clock.advance(timedelta(minutes=5))
        >>> clock.now().isoformat()
        '2026-03-02T00:05:00+00:00'

    Attributes:
        slept: Every duration slept, in seconds, in order.
    """

    def __init__(self, start: datetime = datetime(2026, 3, 2, tzinfo=UTC)) -> None:
        """Start at a moment.

        Raises:
            InvalidValue: `start` is naive.
        """
        if start.tzinfo is None:
            told = "ManualClock needs an aware datetime to start at."
            raise InvalidValue(violations=(Violation("start", "aware_datetime", told),))
        self._start = start.astimezone(UTC)
        self._elapsed = timedelta()
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return self._start + self._elapsed

    def monotonic(self) -> float:
        """Return the seconds this clock has been moved so far."""
        return self._elapsed.total_seconds()

    def advance(self, by: timedelta | float) -> None:
        """Move the clock on by a duration (a number means seconds).

        Raises:
            InvalidValue: The duration is negative.
        """
        step = by if isinstance(by, timedelta) else timedelta(seconds=by)
        if step < timedelta():
            told = "A clock does not go back."
            raise InvalidValue(violations=(Violation("by", "minimum", told),))
        with self._lock:
            self._elapsed += step

    def sleep(self, seconds: float) -> None:
        """Advance the clock instead of blocking."""
        self.slept.append(seconds)
        self.advance(max(seconds, 0.0))

    async def sleep_async(self, seconds: float) -> None:
        """Advance the clock and let other tasks run once."""
        self.sleep(seconds)
        await asyncio.sleep(0)
