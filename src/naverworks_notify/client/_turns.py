"""Taking turns: the service must never see two management calls for one bot at a time.

The lines stand once per process, so that all clients, blocking or not, wait in the same ones.
Source: https://developers.worksmobile.com/kr/docs/bot-domain-register
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import AsyncIterator, Hashable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager

from naverworks_notify.errors import Hint, MisusedClient

__all__ = ["AsyncTurns", "Turns"]

_NOT_HERE = Hint(
    en="Do not block an event loop, and make no calls in hooks.",
    ko="이벤트 루프를 막지 말고, 훅 안에서는 호출하지 마세요.",
)


class _Place:
    """One caller's place in a line."""

    __slots__ = ("loop", "thread", "turn")

    def __init__(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self.loop = loop
        self.thread = threading.get_ident()
        self.turn: Future[None] = Future()
        # Running, so that a waiter who is cancelled does not take the turn away.
        self.turn.set_running_or_notify_cancel()

    @property
    def forsaken(self) -> bool:
        """Whether the event loop it belongs to is gone, so that nobody will ever leave it."""
        return self.loop is not None and self.loop.is_closed()


class _Lines:
    """Who is at it, and who waits, for each bot: first come, first served.

    A line exists only while somebody stands in it.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Start anew: after a fork, whoever stood in a line stands in it in the parent."""
        # Reentrant: a task that is collected leaves its place wherever its collector runs.
        self._lock = threading.RLock()
        self._lines: dict[Hashable, deque[_Place]] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def join(self, key: Hashable, place: _Place) -> None:
        """Stand in line; `place.turn` is done when it is the caller's turn.

        Raises:
            MisusedClient: A blocking caller would wait for what its own thread has to do.
        """
        with self._lock:
            line = self._lines.setdefault(key, deque())
            if place.loop is None and any(other.thread == place.thread for other in line):
                raise MisusedClient(
                    "This call would wait forever: its own thread is still at another management "
                    "call for this bot.",
                    hint=_NOT_HERE,
                )
            line.append(place)
            # Should a collected task have left the line empty in between.
            self._lines[key] = line
            self._advance(key, line)

    def leave(self, key: Hashable, place: _Place) -> None:
        """Leave the line, whether the turn had come or not."""
        with self._lock:
            line = self._lines.get(key)
            if line is not None and place in line:
                line.remove(place)
                self._advance(key, line)

    def _advance(self, key: Hashable, line: deque[_Place]) -> None:
        while line and line[0].forsaken:
            line.popleft()
        if not line:
            self._lines.pop(key, None)
        elif not line[0].turn.done():
            line[0].turn.set_result(None)


_LINES = _Lines()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_LINES.forget)


class _Keys:
    __slots__ = ("_api", "_owner")

    def __init__(self, api: str, owner: str) -> None:
        """Take turns at one service.

        Args:
            api: Base URL of the API.
            owner: The app; stands in for the bot while that is being created.
        """
        self._api = api.lower()
        self._owner = owner

    def _key(self, bot_id: int | None) -> Hashable:
        return (self._api, self._owner if bot_id is None else bot_id)


class Turns(_Keys):
    """Turns of threads."""

    __slots__ = ()

    @contextmanager
    def of(self, bot_id: int | None) -> Iterator[None]:
        """Wait for the turn and hold it."""
        key, place = self._key(bot_id), _Place(None)
        _LINES.join(key, place)
        try:
            place.turn.result()
            yield
        finally:
            _LINES.leave(key, place)


class AsyncTurns(_Keys):
    """Turns of tasks, of any number of event loops."""

    __slots__ = ()

    @asynccontextmanager
    async def of(self, bot_id: int | None) -> AsyncIterator[None]:
        """Wait for the turn and hold it."""
        key, place = self._key(bot_id), _Place(asyncio.get_running_loop())
        _LINES.join(key, place)
        try:
            if not place.turn.done():
                await asyncio.wrap_future(place.turn)
            yield
        finally:
            _LINES.leave(key, place)
