"""Running many sends side by side, in threads. The only thing the two notifiers do differently."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

__all__ = ["off_loop", "run_bounded"]

T = TypeVar("T")
R = TypeVar("R")


def run_bounded(
    work: Callable[[T], R], items: Sequence[T], *, concurrency: int
) -> list[R | Exception]:
    """Do `work` for every item, at most `concurrency` at a time; keep the order.

    An exception takes the place of its result, so that one item never stops the others. When the
    caller is interrupted, what has not begun is not begun, and what is under way is waited for.
    """

    def one(item: T) -> R | Exception:
        try:
            return work(item)
        except Exception as error:  # noqa: BLE001 - handed to the caller in its place
            return error

    workers = min(concurrency, len(items))
    if workers <= 1:
        return [one(item) for item in items]
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="naverworks-notify")
    try:
        # A context may be entered by one thread at a time, so each item gets a copy of its own.
        pending = [pool.submit(copy_context().run, one, item) for item in items]
        return [future.result() for future in pending]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def off_loop(work: Callable[[], R]) -> R:
    """Run the work where it is; a thread may block."""
    return work()
