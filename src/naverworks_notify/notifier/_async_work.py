"""Work side by side, and work that blocks, for asyncio. Its twin for threads is `_sync_work`."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

from naverworks_notify.alerts import Alert
from naverworks_notify.notifier._attempt import Attempt, Gate
from naverworks_notify.policy import AsyncPeopleSource, PeopleSource

__all__ = ["AsyncAskForPeople", "AsyncWork"]

R = TypeVar("R")

AsyncAskForPeople: TypeAlias = AsyncPeopleSource | PeopleSource | Callable[[Alert], Any]
"""Whom a notifier asks for the people of an alert: an object, or a function, awaitable or not."""


class AsyncWork:
    """The tasks of one notifier: so many sends at a time, and one thread for its ledger.

    Args:
        concurrency: How many sends may be under way at once, whatever calls they are of.
        blocking: Whether the ledger may wait for a disk or a network.
    """

    def __init__(self, *, concurrency: int, blocking: bool) -> None:
        self._concurrency = concurrency
        self._blocking = blocking
        # A lock of asyncio belongs to one loop, and a notifier may live through several.
        self._places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]
        self._places = WeakKeyDictionary()
        self._thread: ThreadPoolExecutor | None = None
        self._pid = os.getpid()

    async def off_loop(self, work: Callable[[], R]) -> R:
        """Do a piece of work that may block, so that the event loop stays free.

        It is done to its end, also where the caller is cancelled meanwhile.
        """
        if not self._blocking:
            return work()
        if self._thread is None or self._pid != os.getpid():
            self._pid = os.getpid()
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="naverworks-notify-ledger")
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def ask(self, source: Any, alert: Alert) -> Any:
        """Return what a people source says, whether it blocks or can be awaited."""
        people_for = getattr(source, "people_for", source)
        if _is_coroutine_function(people_for):
            found = await people_for(alert)
        else:
            found = await asyncio.to_thread(people_for, alert)
            if inspect.isawaitable(found):
                found = await found
        if isinstance(found, Sequence) or not isinstance(found, Iterable):
            return found
        # What is read while one goes through it, such as a query, blocks as well.
        return await asyncio.to_thread(tuple, found)

    async def result_of(self, found: Any) -> Any:
        """Return what something gave, whether it has to be awaited or not."""
        return await found if inspect.isawaitable(found) else found

    async def side_by_side(
        self, work: Callable[[Attempt, Gate], Awaitable[None]], attempts: Sequence[Attempt]
    ) -> None:
        """Make all attempts, as many at a time as there are places.

        Where the caller is cancelled, no further send begins, those under way are waited for, and
        the cancellation goes on.
        """
        gate = Gate()
        loop = asyncio.get_running_loop()
        places = self._places.setdefault(loop, asyncio.Semaphore(self._concurrency))

        async def one(attempt: Attempt) -> None:
            async with places:
                await work(attempt, gate)

        tasks = [loop.create_task(one(attempt)) for attempt in attempts]
        try:
            if tasks:
                await asyncio.wait(tasks)
            for task in tasks:
                task.result()
        except BaseException:
            gate.close()
            for task, attempt in zip(tasks, attempts, strict=True):
                if not attempt.has_entered:
                    task.cancel()
            await asyncio.gather(*map(_ended, tasks))
            raise


async def _ended(task: asyncio.Task[None]) -> None:
    # Whoever is impatient and cancels again does not break off what may have left.
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            continue


def _is_coroutine_function(work: Any) -> bool:
    return inspect.iscoroutinefunction(work) or inspect.iscoroutinefunction(
        getattr(work, "__call__", None)  # noqa: B004 - what stands there, not whether it does
    )
