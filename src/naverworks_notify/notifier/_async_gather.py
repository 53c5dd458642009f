"""Running many sends side by side, for asyncio. The only thing the two notifiers do differently."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

__all__ = ["off_loop", "run_bounded"]

T = TypeVar("T")
R = TypeVar("R")


async def run_bounded(
    work: Callable[[T], Awaitable[R]], items: Sequence[T], *, concurrency: int
) -> list[R | Exception]:
    """Do `work` for every item, at most `concurrency` at a time; keep the order.

    An exception takes the place of its result, so that one item never stops the others.
    Cancellation is passed on to the work that is under way.
    """
    places = asyncio.Semaphore(concurrency)

    async def one(item: T) -> R | Exception:
        async with places:
            try:
                return await work(item)
            except Exception as error:  # noqa: BLE001 - handed to the caller in its place
                return error

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(item)) for item in items]
    return [task.result() for task in tasks]


async def off_loop(work: Callable[[], R]) -> R:
    """Run a short blocking piece of work in a thread, so that the event loop stays free."""
    return await asyncio.to_thread(work)
