"""How many requests are under way at once, and whose turn is next: nobody takes all the places."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

__all__ = ["AsyncPlaces", "Places"]

W = TypeVar("W", bound=Hashable)


class _Turns(Generic[W]):
    """Who holds places and who waits for one. No IO, no lock, and no notion of time.

    A place that becomes free goes to the owners in turn, not to who came first: one owner with
    hundreds of calls delays another's by one place.

    Args:
        most: Places in all.
        most_each: Places that one owner may hold.
    """

    __slots__ = ("_full", "_held", "_left", "_most_each", "_next")

    def __init__(self, most: int, most_each: int) -> None:
        self._left = most
        self._most_each = most_each
        self._held: dict[str, int] = {}
        # Owners who wait: those whose turn may come, and those who hold as many as they may.
        self._next: OrderedDict[str, dict[W, None]] = OrderedDict()
        self._full: dict[str, dict[W, None]] = {}

    def take(self, owner: str) -> bool:
        """Take a place, if one is free for this owner."""
        held = self._held.get(owner, 0)
        if self._left <= 0 or held >= self._most_each:
            return False
        self._left -= 1
        self._held[owner] = held + 1
        return True

    def wait(self, owner: str, waiter: W) -> None:
        """Join those who wait."""
        full = self._held.get(owner, 0) >= self._most_each
        queues = self._full if full else self._next
        queues.setdefault(owner, {})[waiter] = None

    def give_up(self, owner: str, waiter: W) -> bool:
        """Leave those who wait; return False if a place was handed over already."""
        for queues in (self._next, self._full):
            waiters = queues.get(owner)
            if waiters is not None and waiter in waiters:
                del waiters[waiter]
                if not waiters:
                    del queues[owner]
                return True
        return False

    def give_back(self, owner: str) -> W | None:
        """Give a place back, and return who has it now."""
        self._left += 1
        held = self._held[owner] - 1
        if held:
            self._held[owner] = held
        else:
            del self._held[owner]
        waiters = self._full.pop(owner, None)
        if waiters is not None:
            self._next[owner] = waiters
        if not self._next:
            return None
        owner, waiters = self._next.popitem(last=False)
        waiter = next(iter(waiters))
        del waiters[waiter]
        self.take(owner)
        if waiters:
            full = self._held[owner] >= self._most_each
            (self._full if full else self._next)[owner] = waiters
        return waiter


class Places:
    """Places for threads. Safe to share between them."""

    def __init__(self, most: int, most_each: int) -> None:
        self._turns: _Turns[threading.Event] = _Turns(most, most_each)
        self._lock = threading.Lock()

    def enter(self, owner: str, seconds: float) -> bool:
        """Take a place, waiting for it no longer than that; return whether one was had."""
        with self._lock:
            if self._turns.take(owner):
                return True
            mine = threading.Event()
            self._turns.wait(owner, mine)
        try:
            if mine.wait(seconds):
                return True
        except BaseException:
            self._abandon(owner, mine)
            raise
        with self._lock:
            return not self._turns.give_up(owner, mine)

    def leave(self, owner: str) -> None:
        """Give the place back."""
        with self._lock:
            following = self._turns.give_back(owner)
        if following is not None:
            following.set()

    def _abandon(self, owner: str, mine: threading.Event) -> None:
        with self._lock:
            waited = self._turns.give_up(owner, mine)
        if not waited:
            self.leave(owner)


class AsyncPlaces:
    """Places for the tasks of one event loop."""

    def __init__(self, most: int, most_each: int) -> None:
        self._turns: _Turns[asyncio.Future[None]] = _Turns(most, most_each)

    async def enter(self, owner: str, seconds: float) -> bool:
        """Take a place, waiting for it no longer than that; return whether one was had."""
        if self._turns.take(owner):
            return True
        mine = asyncio.get_running_loop().create_future()
        self._turns.wait(owner, mine)
        try:
            async with asyncio.timeout(seconds):
                await mine
        except TimeoutError:
            return not self._turns.give_up(owner, mine)
        except BaseException:
            if not self._turns.give_up(owner, mine):
                self.leave(owner)
            raise
        return True

    def leave(self, owner: str) -> None:
        """Give the place back."""
        following = self._turns.give_back(owner)
        if following is not None and not following.done():
            following.set_result(None)
