"""Where the blocking steps of an exchange run: on the caller's thread, or beside an event loop.

Written by hand for both worlds, as this is where they differ.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from naverworks_notify.auth._stores import MemoryTokenStore, TokenStore
from naverworks_notify.auth._token import AccessToken
from naverworks_notify.logs import logger_of

__all__ = ["AsyncWorker", "Worker"]

P = ParamSpec("P")
T = TypeVar("T")

_log = logger_of("auth")

# Threads of one process that exchanges of tasks have at a time: to sign, and to use a store.
_SIGNING = 4
_STORING = 16


class _Face:
    """What both worlds share: a store is somebody's own code, and only a cache."""

    __slots__ = ("_store",)

    def __init__(self, store: TokenStore) -> None:
        self._store = store

    def _get(self, key: str) -> AccessToken | None:
        try:
            token: object = self._store.get(key)
            if isinstance(token, AccessToken) and token.is_sound:
                return token
        except Exception as error:  # noqa: BLE001 - the store is the caller's own code
            _tell_of(error)
            return None
        if token is not None:
            _log.warning("The token store gave out what is no token; going on without.")
        return None

    def _set(self, key: str, token: AccessToken) -> None:
        try:
            self._store.set(key, token)
        except Exception as error:  # noqa: BLE001 - the store is the caller's own code
            _tell_of(error)

    def _delete(self, key: str) -> None:
        try:
            self._store.delete(key)
        except Exception as error:  # noqa: BLE001 - the store is the caller's own code
            _tell_of(error)

    def _lock(self, stack: ExitStack, key: str) -> None:
        try:
            stack.enter_context(self._store.lock(key))
        except Exception as error:  # noqa: BLE001 - the store is the caller's own code
            _tell_of_lock(error)


class AsyncWorker(_Face):
    """Does the blocking steps of one exchange, and holds its lock until it is left.

    A store in memory is used where the task runs; only signing goes to one of a few threads.
    Any other store gets a thread of its own for the exchange, of which there are so many in a
    process: not one of the loop's pool, where waiting for a lock could take the last thread that
    its holder needs to let it go. All steps run on it in order, so locks that belong to a thread
    work, and one that is still being waited for when the task is cancelled is let go right after
    it was got.
    """

    __slots__ = ("_memory", "_stack", "_thread", "_turns")

    def __init__(self, store: TokenStore) -> None:
        super().__init__(store)
        # A subclass may do anything, so it does not count.
        self._memory = store if type(store) is MemoryTokenStore else None

    async def __aenter__(self) -> Self:
        self._thread: ThreadPoolExecutor | None = None
        self._stack = ExitStack()
        self._turns = AsyncExitStack()
        return self

    async def sign(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a step that may sign."""
        if self._memory is None:
            return await self._beside(step, *args, **kwargs)
        return await asyncio.wrap_future(_signers().submit(step, *args, **kwargs))

    async def get(self, key: str) -> AccessToken | None:
        """Return the store's entry; None where there is none that could be used."""
        return self._get(key) if self._memory is not None else await self._beside(self._get, key)

    async def set(self, key: str, token: AccessToken) -> None:
        """Replace the store's entry, if it lets us."""
        if self._memory is not None:
            self._set(key, token)
        else:
            await self._beside(self._set, key, token)

    async def delete(self, key: str) -> None:
        """Drop the store's entry, if it lets us."""
        if self._memory is not None:
            self._delete(key)
        else:
            await self._beside(self._delete, key)

    def delete_soon(self, key: str) -> None:
        """Drop the store's entry; beside the event loop where that blocks, not waited for."""
        if self._memory is not None:
            self._delete(key)
        else:
            threading.Thread(
                target=self._delete, args=(key,), name="naverworks-token", daemon=True
            ).start()

    async def lock(self, key: str) -> None:
        """Hold the store's lock from now on, or go on without."""
        if self._memory is None:
            await self._beside(self._lock, self._stack, key)
            return
        try:
            await self._turns.enter_async_context(self._memory.lock_async(key))
        except TimeoutError as error:
            _tell_of_lock(error)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._turns.aclose()
        thread = self._thread
        if thread is None:
            return
        leaving = thread.submit(_leave, self._stack)
        # Only then may the next one have a thread.
        leaving.add_done_callback(lambda _: _slots().give())
        thread.shutdown(wait=False)
        if kind is None:
            await asyncio.wrap_future(leaving)

    async def _beside(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._thread is None:
            await _slots().take()
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="naverworks-token")
        return await asyncio.wrap_future(self._thread.submit(step, *args, **kwargs))


class Worker(_Face):
    """The same face for threads: each step runs at once, where it is called."""

    __slots__ = ("_stack",)

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        return self

    def sign(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a step that may sign."""
        return step(*args, **kwargs)

    def get(self, key: str) -> AccessToken | None:
        """Return the store's entry; None where there is none that could be used."""
        return self._get(key)

    def set(self, key: str, token: AccessToken) -> None:
        """Replace the store's entry, if it lets us."""
        self._set(key, token)

    def delete(self, key: str) -> None:
        """Drop the store's entry, if it lets us."""
        self._delete(key)

    def delete_soon(self, key: str) -> None:
        """Drop the store's entry, if it lets us."""
        self._delete(key)

    def lock(self, key: str) -> None:
        """Hold the store's lock from now on, or go on without."""
        self._lock(self._stack, key)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _leave(self._stack)


class _Slots:
    """So many at a time, in the order of coming, whatever event loops they come from."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._waiting: deque[tuple[Future[None], asyncio.AbstractEventLoop]] = deque()
        self._guard = threading.Lock()

    async def take(self) -> None:
        """Wait for a slot."""
        with self._guard:
            if self._free:
                self._free -= 1
                return
            turn: Future[None] = Future()
            turn.set_running_or_notify_cancel()
            waiting = (turn, asyncio.get_running_loop())
            self._waiting.append(waiting)
        try:
            await asyncio.wrap_future(turn)
        except BaseException:
            with self._guard:
                given = turn.done()
                if not given:
                    self._waiting.remove(waiting)
            if given:
                self.give()
            raise

    def give(self) -> None:
        """Give a slot back."""
        with self._guard:
            while self._waiting:
                turn, loop = self._waiting.popleft()
                if not loop.is_closed():
                    # Within the guard, so that who gives up waiting sees if it was given one.
                    turn.set_result(None)
                    return
            self._free += 1


# By process: what a thread of the parent held when this one was forked is nobody's here.
_SLOTS: dict[int, _Slots] = {}
_SIGNERS: dict[int, ThreadPoolExecutor] = {}


def _slots() -> _Slots:
    pid = os.getpid()
    return _SLOTS.get(pid) or _SLOTS.setdefault(pid, _Slots(_STORING))


def _signers() -> ThreadPoolExecutor:
    pid = os.getpid()
    found = _SIGNERS.get(pid)
    if found is None:
        found = _SIGNERS.setdefault(pid, ThreadPoolExecutor(_SIGNING, "naverworks-sign"))
    return found


def _leave(stack: ExitStack) -> None:
    try:
        stack.close()
    except Exception as error:  # noqa: BLE001 - the lock is the caller's own code
        _log.warning("A lock could not be let go (%s).", type(error).__name__)


def _tell_of(error: Exception) -> None:
    _log.warning("The token store failed (%s); going on without.", type(error).__name__)


def _tell_of_lock(error: Exception) -> None:
    _log.warning("No lock on the token store (%s); going on without.", type(error).__name__)
