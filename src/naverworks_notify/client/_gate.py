"""What every send to one API endpoint passes: its circuits, with a lock and queues around them."""

from __future__ import annotations

import asyncio
import os
import threading
import weakref
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from datetime import timedelta

from naverworks_notify.breaker import Change, Circuits, Ending, Entry, Passage
from naverworks_notify.clock import Clock
from naverworks_notify.errors import CircuitOpen, Hint

__all__ = ["Gate", "Waiter"]

_HINT = Hint(
    en="Keep the message and send it later. If the service itself is well, check the network and "
    "the proxy.",
    ko="메시지를 보관했다가 나중에 다시 보내세요. 서비스 장애가 아니라면 네트워크와 프록시를 "
    "확인하세요.",
)


class Waiter:
    """One who waits until another send has ended. Wakes up in any thread or event loop."""

    __slots__ = ("_woken",)

    def __init__(self) -> None:
        self._woken: Future[None] = Future()
        # Running, so that one who is cancelled does not cancel the future that others set.
        self._woken.set_running_or_notify_cancel()

    @property
    def is_woken(self) -> bool:
        """Whether the wait is over before its time."""
        return self._woken.done()

    def wake(self) -> None:
        """End the wait."""
        if not self._woken.done():
            self._woken.set_result(None)

    def wait(self, seconds: float) -> None:
        """Block until woken, at most so long."""
        with suppress(TimeoutError):
            self._woken.result(seconds)

    async def wait_async(self, seconds: float) -> None:
        """Suspend until woken, at most so long."""
        await asyncio.wait((asyncio.wrap_future(self._woken),), timeout=seconds)


class Gate:
    """The circuits of one API endpoint. Safe to share between threads, tasks and event loops.

    A send enters before it waits for anything else, starts right before its first byte, and
    ends. Does no IO; in a forked child nothing is known yet.
    """

    __slots__ = ("__weakref__", "_at_door", "_at_start", "_circuits", "_lock")

    def __init__(self) -> None:
        self.forget()
        _GATES.add(self)

    def forget(self) -> None:
        """Start anew: after a fork, whoever is under way is so in the parent."""
        self._lock = threading.Lock()
        self._circuits = Circuits()
        self._at_door: deque[Waiter] = deque()
        self._at_start: dict[str, deque[Waiter]] = {}

    def enter(self, passage: Passage, clock: Clock, *, patient: bool) -> Waiter | None:
        """Let a send in, or return what it has to wait for before it asks again.

        Raises:
            CircuitOpen: The service seems to be down, and it is too early to try, or the caller
                waits for no other's try.
        """
        with self._lock:
            entry, seconds = self._circuits.enter(passage, clock.monotonic())
            if entry is Entry.WAIT and patient:
                waiter = Waiter()
                self._at_door.append(waiter)
                return waiter
        if entry in (Entry.WAIT, Entry.REFUSED):
            raise _open(passage, seconds)
        return None

    def start(self, passage: Passage, clock: Clock, *, patient: bool) -> Waiter | None:
        """Let the first byte leave, or return what it has to wait for.

        Raises:
            CircuitOpen: The circuit was opened since the send entered.
        """
        with self._lock:
            entry, seconds = self._circuits.start(passage, clock.monotonic())
            if entry is Entry.WAIT:
                if patient:
                    waiter = Waiter()
                    self._at_start.setdefault(passage.client_id, deque()).append(waiter)
                    return waiter
                self._circuits.begin(passage)
        if entry is Entry.REFUSED:
            raise _open(passage, seconds)
        return None

    def check(self, passage: Passage, clock: Clock) -> None:
        """Let a send that has started go on.

        Raises:
            CircuitOpen: The circuit was opened since.
        """
        with self._lock:
            seconds = self._circuits.refuses(passage, clock.monotonic())
        if seconds:
            raise _open(passage, seconds)

    def end(self, passage: Passage, ending: Ending, clock: Clock) -> tuple[Change, ...]:
        """Note how a try ended, wake those who waited for it, and return what changed."""
        with self._lock:
            was_trying = passage.tries is not None
            now = clock.monotonic()
            changes = self._circuits.end(passage, ending, now)
            woken = list(self._next(passage, now))
            if changes or was_trying:
                woken += self._at_door
                for waiters in self._at_start.values():
                    woken += waiters
        for waiter in woken:
            waiter.wake()
        return changes

    def leave(self, passage: Passage, waiter: Waiter, clock: Clock, *, gives_up: bool) -> None:
        """End a wait; one who gives up lets the next take the place that it was woken for."""
        woken: tuple[Waiter, ...] = ()
        with self._lock:
            if waiter in self._at_door:
                self._at_door.remove(waiter)
            waiters = self._at_start.get(passage.client_id)
            if waiters is not None and waiter in waiters:
                waiters.remove(waiter)
                if gives_up:
                    woken = self._next(passage, clock.monotonic())
                if not waiters:
                    del self._at_start[passage.client_id]
        for other in woken:
            other.wake()

    def is_open(self, client_id: str) -> bool:
        """Whether sends of a client id are held back."""
        with self._lock:
            return self._circuits.is_open(client_id)

    def _next(self, passage: Passage, now: float) -> tuple[Waiter, ...]:
        waiters = self._at_start.get(passage.client_id)
        if not waiters:
            return ()
        room = self._circuits.room(passage.client_id, passage.rules, now)
        return tuple(waiters)[: max(room, 0)]


def _open(passage: Passage, seconds: float) -> CircuitOpen:
    return CircuitOpen(
        f"{passage.operation}: the service seems to be down, as several sends in a row may or may "
        f"not have arrived. Nothing was sent; it is tried again in about {seconds:.0f} s.",
        operation=passage.operation,
        retry_after=timedelta(seconds=seconds),
        hint=_HINT,
    )


_GATES: weakref.WeakSet[Gate] = weakref.WeakSet()


def _forget_all() -> None:
    for gate in _GATES:
        gate.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
