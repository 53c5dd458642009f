"""Standing in line: first come, first served, for threads and tasks alike."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any, Protocol

__all__ = ["Line", "LoopEvent", "ThreadEvent", "Ticket"]


class Wakeable(Protocol):
    """What somebody sleeps on."""

    def set(self) -> None:
        """Wake the sleeper, from any thread."""

    @property
    def forsaken(self) -> bool:
        """Whether nobody can ever be woken by it."""
        ...


class ThreadEvent(threading.Event):
    """An event that one thread waits for."""

    @property
    def forsaken(self) -> bool:
        """A thread that is blocked lives."""
        return False


class LoopEvent:
    """An event that any thread may set and one task of one event loop waits for."""

    __slots__ = ("_future", "_loop")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._future: asyncio.Future[None] = self._loop.create_future()

    @property
    def forsaken(self) -> bool:
        """Whether the loop is gone, and its tasks with it."""
        return self._loop.is_closed()

    def set(self) -> None:
        """Wake the task, from any thread."""
        if not self._loop.is_closed():
            try:
                self._loop.call_soon_threadsafe(self._mark)
            except RuntimeError:  # closed just now
                return

    async def wait(self, timeout_s: float) -> None:
        """Suspend until woken, at most so many seconds."""
        await asyncio.wait((self._future,), timeout=timeout_s)
        self._rearm()

    async def wait_while(self, sleeping: Coroutine[Any, Any, None]) -> None:
        """Suspend until woken, or until the sleep is over."""
        task = asyncio.ensure_future(sleeping)
        try:
            await asyncio.wait((self._future, task), return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not task.done():
                task.cancel()
        self._rearm()

    def _mark(self) -> None:
        if not self._future.done():
            self._future.set_result(None)

    def _rearm(self) -> None:
        if self._future.done():
            self._future = self._loop.create_future()


class Ticket:
    """One caller's place in line.

    Attributes:
        granted: When its call was let start, on the log's clock; None while it waits.
        blind: Whether its owner is first in line and sleeps without knowing until when.
    """

    __slots__ = ("_event", "blind", "granted")

    def __init__(self, event: Wakeable) -> None:
        self._event = event
        self.blind = False
        self.granted: float | None = None

    @property
    def forsaken(self) -> bool:
        """Whether its owner can never come for it."""
        return self._event.forsaken

    def wake(self) -> None:
        """Wake its owner."""
        self._event.set()


class Line:
    """Who waits, in order. Giving up a place takes no longer in a long line than in a short one.

    Not safe to share without a lock.
    """

    __slots__ = ("_tickets",)

    def __init__(self) -> None:
        # A dict would walk past all that have left before the first.
        self._tickets: OrderedDict[Ticket, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._tickets)

    def __contains__(self, ticket: Ticket) -> bool:
        return ticket in self._tickets

    @property
    def first(self) -> Ticket | None:
        """Who is next; None when nobody waits."""
        return next(iter(self._tickets), None)

    def join(self, ticket: Ticket) -> None:
        """Stand at the end."""
        self._tickets[ticket] = None

    def leave(self, ticket: Ticket) -> None:
        """Go, from wherever; do nothing when not in line."""
        self._tickets.pop(ticket, None)
