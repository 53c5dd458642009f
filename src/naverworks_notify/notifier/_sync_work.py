"""Work side by side in threads. Its twin for asyncio is `_async_work`."""

from __future__ import annotations

import os
import queue
import threading
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from contextvars import copy_context
from typing import Any, TypeAlias, TypeVar

from naverworks_notify.alerts import Alert
from naverworks_notify.notifier._attempt import Attempt, Gate
from naverworks_notify.policy import PeopleSource

__all__ = ["AskForPeople", "Work"]

R = TypeVar("R")

AskForPeople: TypeAlias = PeopleSource | Callable[[Alert], Any]
"""Whom a notifier asks for the people of an alert: an object, or a function."""
_Job = Callable[[], None]


class Work:
    """The threads of one notifier: so many sends at a time, whatever calls they are of.

    A thread that waits for the rate budget cannot be woken, so they are daemons: a process that is
    to end does not wait for what has not begun.

    Args:
        concurrency: How many sends may be under way at once.
        blocking: Of no consequence here: a thread may block.
    """

    def __init__(self, *, concurrency: int, blocking: bool) -> None:
        del blocking
        self._most = concurrency
        self._lock = threading.Lock()
        self._alone = threading.Lock()
        self._forget_threads()

    def off_loop(self, work: Callable[[], R]) -> R:
        """Do a piece of work where it is."""
        return work()

    def ask(self, source: Any, alert: Alert) -> Any:
        """Return what a people source says."""
        return getattr(source, "people_for", source)(alert)

    def result_of(self, found: Any) -> Any:
        """Return what something gave."""
        return found

    def side_by_side(
        self, work: Callable[[Attempt, Gate], None], attempts: Sequence[Attempt]
    ) -> None:
        """Make all attempts, as many at a time as there are threads.

        Where the caller is interrupted, no further send begins, those under way are waited for, and
        the interruption goes on.
        """
        gate = Gate()
        if self._most == 1:
            # No thread is needed to do one thing after the other.
            with self._alone:
                for attempt in attempts:
                    work(attempt, gate)
            return
        # A context may be entered by one thread at a time, so each attempt gets a copy of its own.
        running = [self._submit(copy_context().run, work, attempt, gate) for attempt in attempts]
        try:
            wait(running)
            for one in running:
                one.result()
        except BaseException:
            gate.close()
            for one in running:
                one.cancel()
            wait([one for one, a in zip(running, attempts, strict=True) if a.has_entered])
            raise

    def _submit(self, work: Callable[..., object], *arguments: object) -> Future[None]:
        done: Future[None] = Future()

        def job() -> None:
            if not done.set_running_or_notify_cancel():
                return
            try:
                work(*arguments)
            except BaseException as error:  # noqa: BLE001 - raised where it is waited for
                done.set_exception(error)
            else:
                done.set_result(None)

        with self._lock:
            if self._pid != os.getpid():
                self._forget_threads()
            self._jobs.put(job)
            if not self._idle.acquire(blocking=False) and self._count < self._most:
                self._count += 1
                thread = threading.Thread(
                    target=_do,
                    args=(self._jobs, self._idle),
                    name=f"naverworks-notify-{self._count}",
                    daemon=True,
                )
                thread.start()
                weakref.finalize(self, self._jobs.put, None)
        return done

    def _forget_threads(self) -> None:
        # After a fork there are none.
        self._pid = os.getpid()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._count = 0


def _do(jobs: queue.SimpleQueue[_Job | None], idle: threading.Semaphore) -> None:
    while True:
        job = jobs.get()
        if job is None:
            return
        job()
        del job
        idle.release()
