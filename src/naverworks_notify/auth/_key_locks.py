"""A lock for each key, for the threads and the tasks of one process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from naverworks_notify.auth._flights import Abandoned, Flight
from naverworks_notify.errors import TokenStoreTimeout

__all__ = ["KeyLocks"]


class KeyLocks:
    """Locks that are there as long as somebody holds or wants them.

    A lock is a flight that lands when its holder is done, so that threads can wait for it and
    tasks of any event loop, and one whose event loop is gone does not stay held.

    Args:
        timeout: Seconds for which a lock that others hold is waited for.
    """

    __slots__ = ("_held", "_timeout_s")

    def __init__(self, timeout: float) -> None:
        self._timeout_s = timeout
        # By process: a lock that some thread held when this one was forked is nobody's here.
        self._held: dict[tuple[int, str], Flight[None]] = {}

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Hold the key's lock.

        Raises:
            TokenStoreTimeout: Others hold it for too long.
        """
        mine: Flight[None] = Flight(key)
        until = time.monotonic() + self._timeout_s
        while (holder := self._holder(mine)) is not mine:
            with suppress(Abandoned):
                holder.result(_left(until))
        try:
            yield
        finally:
            self._release(mine)

    @asynccontextmanager
    async def hold_async(self, key: str) -> AsyncIterator[None]:
        """Hold the key's lock without a thread."""
        mine: Flight[None] = Flight(key, asyncio.get_running_loop())
        until = time.monotonic() + self._timeout_s
        while (holder := self._holder(mine)) is not mine:
            with suppress(Abandoned):
                await holder.result_async(_left(until))
        try:
            yield
        finally:
            self._release(mine)

    def _holder(self, mine: Flight[None]) -> Flight[None]:
        place = (mine.pid, str(mine.owner))
        holder = self._held.setdefault(place, mine)
        if holder.orphaned:
            self._release(holder)
            holder = self._held.setdefault(place, mine)
        return holder

    def _release(self, holder: Flight[None]) -> None:
        place = (holder.pid, str(holder.owner))
        if self._held.get(place) is holder:
            self._held.pop(place, None)
        holder.succeed(None)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TokenStoreTimeout("another exchange holds its lock for too long")
    return left
