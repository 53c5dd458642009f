"""Taking turns: the service must never see two management calls for one bot at a time.

Source: https://developers.worksmobile.com/kr/docs/bot-domain-register
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager

__all__ = ["AsyncTurns", "Turns"]


class _Queue:
    """Who is at it, and who waits, for each resource. First come, first served."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._waiting: dict[int | None, deque[Future[None]]] = {}

    def join(self, resource: int | None) -> Future[None] | None:
        """Return None when it is the caller's turn, else what tells when it is."""
        if os.getpid() != self._pid:
            # Who was at it when this process was forked is at it in the parent.
            self._pid = os.getpid()
            self._lock = threading.Lock()
            self._waiting = {}
        with self._lock:
            waiting = self._waiting.get(resource)
            if waiting is None:
                self._waiting[resource] = deque()
                return None
            turn: Future[None] = Future()
            waiting.append(turn)
            return turn

    def leave(self, resource: int | None) -> None:
        """Hand the turn to the next one that still waits."""
        with self._lock:
            waiting = self._waiting[resource]
            while waiting:
                turn = waiting.popleft()
                if turn.set_running_or_notify_cancel():
                    turn.set_result(None)
                    return
            del self._waiting[resource]

    def give_up(self, resource: int | None, turn: Future[None]) -> None:
        """Stop waiting; a turn that came at the same moment goes to the next one."""
        if not turn.cancel():
            self.leave(resource)


class Turns(_Queue):
    """Turns of threads."""

    @contextmanager
    def of(self, resource: int | None) -> Iterator[None]:
        """Wait for the turn and hold it."""
        turn = self.join(resource)
        if turn is not None:
            try:
                turn.result()
            except BaseException:
                self.give_up(resource, turn)
                raise
        try:
            yield
        finally:
            self.leave(resource)


class AsyncTurns(_Queue):
    """Turns of tasks, of any number of event loops."""

    @asynccontextmanager
    async def of(self, resource: int | None) -> AsyncIterator[None]:
        """Wait for the turn and hold it."""
        turn = self.join(resource)
        if turn is not None:
            try:
                await asyncio.shield(asyncio.wrap_future(turn))
            except BaseException:
                self.give_up(resource, turn)
                raise
        try:
            yield
        finally:
            self.leave(resource)
