"""Single flight: of all who need the same thing at once, one does the work and all get the result.

Written by hand for both worlds, as waiting is where they differ. There is no lock, so none can be
left locked by a fork or bound to an event loop: `dict.setdefault` picks the one who leads, and
each process has its own place in the dict. A flight is a `concurrent.futures.Future`, which
threads can wait for, and tasks of any event loop.
"""

from __future__ import annotations

import asyncio
import contextvars
import copy
import os
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Generic, TypeVar

from naverworks_notify.errors import NaverWorksError

__all__ = ["Abandoned", "AsyncFlights", "Flight", "Flights"]

T = TypeVar("T")

# Threads that fetch tokens ahead of time, in one process.
_BACKGROUND = 16
_PLACES: dict[int, threading.BoundedSemaphore] = {}


class Abandoned(Exception):  # noqa: N818 - never leaves this package
    """The one who led was cancelled or gave up; somebody else has to."""


class Flight(Generic[T]):
    """Work under way in one process, of use to those who come with the same owner."""

    __slots__ = ("_future", "_loop", "owner", "pid")

    def __init__(self, owner: object, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.owner = owner
        self.pid = os.getpid()
        self._loop = loop
        self._future: Future[T] = Future()
        # A running future cannot be cancelled, so a waiter who is cancelled harms nobody else.
        self._future.set_running_or_notify_cancel()

    @property
    def landed(self) -> bool:
        """Whether the result is there."""
        return self._future.done()

    @property
    def orphaned(self) -> bool:
        """Whether the event loop that was at it is gone, so that it will never land."""
        return self._loop is not None and self._loop.is_closed() and not self.landed

    def succeed(self, value: T) -> None:
        """Give everyone the value."""
        with suppress(InvalidStateError):
            self._future.set_result(value)

    def fail(self, error: BaseException) -> None:
        """Give everyone the error."""
        if isinstance(error, NaverWorksError):
            # The frames that it passed know the assertion, the secret and the answer.
            error.__traceback__ = None
        with suppress(InvalidStateError):
            self._future.set_exception(error)

    def result(self, seconds: float | None = None) -> T:
        """Block for the result.

        Raises:
            Abandoned: Nobody is at it any more, or it takes longer than that.
        """
        try:
            return self._future.result(seconds)
        except TimeoutError:
            if self._future.done():
                raise
            raise Abandoned from None
        except NaverWorksError as error:
            # Each caller raises its own: a traceback grows on the instance that is raised.
            own, cause = copy.copy(error), error.__cause__
        raise own from cause

    async def result_async(self, seconds: float | None = None) -> T:
        """Wait for the result in any event loop."""
        if not self._future.done():
            with suppress(Exception):
                await asyncio.wait_for(asyncio.wrap_future(self._future), seconds)
        return self.result(0)


class _Board(Generic[T]):
    __slots__ = ("_flights",)

    def __init__(self) -> None:
        self._flights: dict[int, Flight[T]] = {}

    def _join(self, mine: Flight[T]) -> tuple[Flight[T], bool]:
        while True:
            current = self._flights.setdefault(mine.pid, mine)
            if current is mine or (current.owner is mine.owner and not current.orphaned):
                return current, current is mine
            if current.orphaned:
                self.abandon(current)
            else:
                # Of use to those who joined it, and to nobody who comes now.
                self.clear(current)

    def abandon(self, flight: Flight[T]) -> None:
        """Give a flight up; whoever waits for it starts another one."""
        self.clear(flight)
        flight.fail(Abandoned())

    def clear(self, flight: Flight[T]) -> None:
        """Take a flight off, so that the next caller starts another one."""
        if self._flights.get(flight.pid) is flight:
            self._flights.pop(flight.pid, None)


class AsyncFlights(_Board[T]):
    """The flights of tasks, in one event loop or several."""

    __slots__ = ("_tasks",)

    def __init__(self) -> None:
        super().__init__()
        self._tasks: set[asyncio.Task[None]] = set()

    def join(self, owner: object) -> tuple[Flight[T], bool]:
        """Return the flight to wait for, and whether the caller leads it."""
        return self._join(Flight(owner, asyncio.get_running_loop()))

    async def lead(self, flight: Flight[T], work: Callable[[], Awaitable[None]]) -> None:
        """Have the work done as a task of its own, which goes on if the caller gives up.

        Callers with deadlines shorter than an exchange would otherwise begin it again and again,
        and none would see it end.
        """
        self.start(flight, work)

    def start(self, flight: Flight[T], work: Callable[[], Awaitable[None]]) -> None:
        """Have the work done in the background, which lands the flight."""

        async def run() -> None:
            await work()

        def end(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            # Does nothing after a landing; a task cancelled before its first step has none.
            self.abandon(flight)

        task = asyncio.get_running_loop().create_task(run())
        # The loop itself keeps only a weak reference.
        self._tasks.add(task)
        task.add_done_callback(end)

    async def wait(self, flight: Flight[T], seconds: float) -> T:
        """Wait for a flight; raise Abandoned when that takes longer."""
        return await flight.result_async(seconds)

    async def aclose(self) -> None:
        """Cancel the background work of this event loop, and see it end."""
        loop = asyncio.get_running_loop()
        tasks = [task for task in self._tasks if task.get_loop() is loop]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def glance(self, flight: Flight[T], seconds: float) -> None:
        """Wait so long at most, whatever the outcome."""
        with suppress(Exception):
            await flight.result_async(seconds)


class Flights(_Board[T]):
    """The flights of threads."""

    __slots__ = ()

    def join(self, owner: object) -> tuple[Flight[T], bool]:
        """Return the flight to wait for, and whether the caller leads it."""
        return self._join(Flight(owner))

    def lead(self, flight: Flight[T], work: Callable[[], None]) -> None:  # noqa: ARG002 - as above
        """Do the work on the caller's thread, which nobody can cancel."""
        work()

    def start(self, flight: Flight[T], work: Callable[[], None]) -> None:
        """Have the work done in the background, which lands the flight.

        So many at a time in a process: whoever comes when all are taken gives the flight up, as
        this is work ahead of time, and the next caller may try.
        """
        places = _PLACES.setdefault(flight.pid, threading.BoundedSemaphore(_BACKGROUND))
        if not places.acquire(blocking=False):
            self.abandon(flight)
            return
        context = contextvars.copy_context()

        def run() -> None:
            try:
                context.run(work)
            finally:
                places.release()

        try:
            threading.Thread(target=run, name="naverworks-token", daemon=True).start()
        except RuntimeError:
            # No thread to be had, as when the interpreter shuts down.
            places.release()
            self.abandon(flight)

    def wait(self, flight: Flight[T], seconds: float) -> T:
        """Wait for a flight; raise Abandoned when that takes longer."""
        return flight.result(seconds)

    def close(self) -> None:
        """Do nothing: the thread ends with its request, and nobody waits for it."""

    def glance(self, flight: Flight[T], seconds: float) -> None:
        """Wait so long at most, whatever the outcome."""
        with suppress(Exception):
            flight.result(seconds)
