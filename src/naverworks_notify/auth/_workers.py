"""Where blocking steps run: on the caller's thread, or beside an event loop.

Written by hand for both worlds, as this is where they differ.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from naverworks_notify.logs import logger_of

__all__ = ["AsyncWorker", "Worker"]

P = ParamSpec("P")
T = TypeVar("T")

_log = logger_of("auth")


def _leave(stack: ExitStack) -> None:
    try:
        stack.close()
    except Exception as error:  # noqa: BLE001 - the lock is the caller's own code
        _log.warning("A lock could not be let go (%s).", type(error).__name__)


class AsyncWorker:
    """One thread for the blocking steps of one exchange: signing, file locks, store access.

    A thread of its own, not one of the loop's pool: waiting for a lock there could take the last
    thread that its holder needs to let it go. All steps run on it in order, so locks that belong
    to a thread work, and one that is still being waited for when the task is cancelled is let go
    right after it was got.
    """

    __slots__ = ("_stack", "_thread")

    async def __aenter__(self) -> Self:
        self._stack = ExitStack()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="naverworks-token")
        return self

    async def run(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking step and return its result."""
        return await asyncio.wrap_future(self._thread.submit(step, *args, **kwargs))

    async def enter(self, guard: AbstractContextManager[object]) -> None:
        """Enter a blocking context manager; it is left when the worker is."""
        await asyncio.wrap_future(self._thread.submit(self._stack.enter_context, guard))

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        leaving = self._thread.submit(_leave, self._stack)
        self._thread.shutdown(wait=False)
        if kind is None:
            await asyncio.wrap_future(leaving)


class Worker:
    """The same face for threads: each step runs at once, where it is called."""

    __slots__ = ("_stack",)

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        return self

    def run(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking step and return its result."""
        return step(*args, **kwargs)

    def enter(self, guard: AbstractContextManager[object]) -> None:
        """Enter a context manager; it is left when the worker is."""
        self._stack.enter_context(guard)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _leave(self._stack)
