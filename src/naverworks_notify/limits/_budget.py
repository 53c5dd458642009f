"""The rate budget of one process: the pure logs, with a lock and a queue around each."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any, Self

from naverworks_notify.clock import Clock
from naverworks_notify.errors import BudgetExhausted, InvalidValue
from naverworks_notify.limits._headers import read_limit_headers
from naverworks_notify.limits._limiter import Lease, LimitKey
from naverworks_notify.limits._log import LogRules, SlidingLog
from naverworks_notify.validation import Violations

__all__ = ["RateBudget"]

_FIRST_CALLS = 60
_FIRST_ROOMS = 10
# Shorter sleeps end before the clock has moved on visibly, and the queue would spin.
_SHORTEST_SLEEP = 0.001


class RateBudget:
    """Keeps each operation within the service's rate limit, so that no call draws a 429.

    The service counts per operation and per domain that owns the app: 240 calls a minute on
    paid plans, 60 on free ones, 10 for creating rooms
    (https://developers.worksmobile.com/kr/docs/rate-limits). This budget is counted in this
    process only; a `SharedRateBudget` is counted across processes.

    * A slot is held until one window after the *answer*, which respects fixed and sliding
      windows alike, whatever the latency.
    * The limit stated in `rateLimit-*` headers wins where it is lower. Until an operation's
      first such header, at most 60 calls a window (10 for rooms) are started.
    * After 30 minutes of continuous use (no window without a call or a caller who waits for
      one) half the limit applies, as the service asks (https://developers.worksmobile.com/jp/docs/rate-limits).
    * What the headers show to be used by other programs of the domain is left to them.

    Callers of one operation are served in the order they came. Safe to share between threads,
    tasks, event loops and clients, and after a fork (the child counts anew); does no IO.

    Examples:
        >>> budget = RateBudget.free_plan()
        >>> budget.per_minute
        60

    Attributes:
        per_minute: Most calls of one operation in a window.
        room_per_minute: Most rooms created in a window.
        window: Length of a window.
        half_after: Continuous use after which half the limit applies.
    """

    def __init__(
        self,
        *,
        per_minute: int = 240,
        room_per_minute: int = 10,
        window: timedelta = timedelta(seconds=60),
        half_after: timedelta = timedelta(minutes=30),
    ) -> None:
        violations = Violations()
        for name, count in (("per_minute", per_minute), ("room_per_minute", room_per_minute)):
            if type(count) is not int or count < 1:
                violations.add(name, "positive", "must be a positive integer.")
        for name, length in (("window", window), ("half_after", half_after)):
            if type(length) is not timedelta or length <= timedelta():
                violations.add(name, "positive", "must be a positive timedelta.")
        violations.raise_as(InvalidValue, "This rate budget is refused")
        self.per_minute = per_minute
        self.room_per_minute = room_per_minute
        self.window = window
        self.half_after = half_after
        self._pid = os.getpid()
        self._queues: dict[LimitKey, _Queue] = {}

    @classmethod
    def free_plan(cls) -> Self:
        """Return a budget for a free plan: 60 calls a minute."""
        return cls(per_minute=60)

    @classmethod
    def paid_plan(cls) -> Self:
        """Return a budget for a paid plan: 240 calls a minute."""
        return cls(per_minute=240)

    def __repr__(self) -> str:
        return (
            f"RateBudget(per_minute={self.per_minute}, room_per_minute={self.room_per_minute}, "
            f"window={self.window!r})"
        )

    def limit_of(self, key: LimitKey, *, clock: Clock) -> int:
        """Return the calls a window may hold for a key at this moment."""
        queue = self._queue(key)
        with queue.lock:
            return queue.log.limit(clock.monotonic())

    def acquire(
        self,
        key: LimitKey,
        *,
        clock: Clock,
        max_wait: float,
        on_wait: Callable[[float], None] | None = None,
    ) -> Lease:
        """Block until a call may start.

        Raises:
            BudgetExhausted: The wait would exceed `max_wait` seconds.
        """
        queue = self._queue(key)
        with queue.lock:
            now = clock.monotonic()
            if not queue.waiting and queue.log.try_start(now):
                return _Slot(queue, clock)
            woken = threading.Event()
            ticket = queue.join(woken.set, now, max_wait, key)
            estimate = queue.log.wait_of(len(queue.waiting) - 1, now)
        deadline = now + max_wait
        try:
            if on_wait is not None:
                on_wait(estimate)
            while True:
                with queue.lock:
                    now = clock.monotonic()
                    queue.grant(now)
                    if ticket.granted:
                        return _Slot(queue, clock)
                    pause = queue.pause_of(ticket, now, deadline, key)
                if pause is None:
                    woken.wait(deadline - now)
                    woken.clear()
                else:
                    clock.sleep(pause)
        except BaseException:
            queue.leave(ticket, clock)
            raise

    async def acquire_async(
        self,
        key: LimitKey,
        *,
        clock: Clock,
        max_wait: float,
        on_wait: Callable[[float], None] | None = None,
    ) -> Lease:
        """Suspend until a call may start. A cancelled wait gives its place to the next one.

        Raises:
            BudgetExhausted: The wait would exceed `max_wait` seconds.
        """
        queue = self._queue(key)
        with queue.lock:
            now = clock.monotonic()
            if not queue.waiting and queue.log.try_start(now):
                return _Slot(queue, clock)
            woken = _LoopEvent()
            ticket = queue.join(woken.set, now, max_wait, key)
            estimate = queue.log.wait_of(len(queue.waiting) - 1, now)
        deadline = now + max_wait
        try:
            if on_wait is not None:
                on_wait(estimate)
            while True:
                with queue.lock:
                    now = clock.monotonic()
                    queue.grant(now)
                    if ticket.granted:
                        return _Slot(queue, clock)
                    pause = queue.pause_of(ticket, now, deadline, key)
                if pause is None:
                    await woken.wait(deadline - now)
                else:
                    await woken.wait_while(clock.sleep_async(pause))
        except BaseException:
            queue.leave(ticket, clock)
            raise

    def _queue(self, key: LimitKey) -> _Queue:
        pid = os.getpid()
        if pid != self._pid:
            # A thread of the parent may have held a lock when this process was forked, and who
            # waits there does not wait here.
            self._queues = {}
            self._pid = pid
        queue = self._queues.get(key)
        if queue is not None:
            return queue
        rules = LogRules(
            limit=self.room_per_minute if key.room else self.per_minute,
            first=_FIRST_ROOMS if key.room else _FIRST_CALLS,
            window=self.window.total_seconds(),
            half_after=self.half_after.total_seconds(),
        )
        # setdefault is atomic: two threads meeting here end up with one queue.
        return self._queues.setdefault(key, _Queue(rules))


class _Ticket:
    __slots__ = ("blind", "granted", "wake")

    def __init__(self, wake: Callable[[], None]) -> None:
        # Whether its owner sleeps without knowing until when.
        self.blind = False
        self.granted = False
        self.wake = wake


class _Queue:
    """The log of one key and those who wait for it, first come first served.

    Only the first in the queue sleeps until a slot falls free; the others sleep until woken, so
    a queue of a thousand costs one timer.
    """

    __slots__ = ("lock", "log", "waiting")

    def __init__(self, rules: LogRules) -> None:
        self.lock = threading.Lock()
        self.log = SlidingLog(rules)
        self.waiting: deque[_Ticket] = deque()

    def join(self, wake: Callable[[], None], now: float, max_wait: float, key: LimitKey) -> _Ticket:
        estimate = self.log.wait_of(len(self.waiting), now)
        if estimate > max_wait:
            raise _exhausted(key, estimate)
        ticket = _Ticket(wake)
        self.waiting.append(ticket)
        self.log.begin_wait(now)
        return ticket

    def grant(self, now: float) -> None:
        granted = False
        while self.waiting and self.log.try_start(now):
            self.log.end_wait(now)
            ticket = self.waiting.popleft()
            ticket.granted = True
            ticket.wake()
            granted = True
        if granted and self.waiting:
            self.waiting[0].wake()

    def pause_of(self, ticket: _Ticket, now: float, deadline: float, key: LimitKey) -> float | None:
        if now >= deadline:
            raise _exhausted(key, max(self.log.next_change(now) or 0.0, _SHORTEST_SLEEP))
        if self.waiting[0] is not ticket:
            return None
        change = self.log.next_change(now)
        ticket.blind = change is None
        if change is None:
            return None
        return max(min(change, deadline - now), _SHORTEST_SLEEP)

    def leave(self, ticket: _Ticket, clock: Clock) -> None:
        with self.lock:
            now = clock.monotonic()
            if ticket.granted:
                self.log.abandon()
                self.grant(now)
                return
            first = bool(self.waiting) and self.waiting[0] is ticket
            if ticket in self.waiting:
                self.waiting.remove(ticket)
                self.log.end_wait(now)
            if first and self.waiting:
                self.waiting[0].wake()


class _Slot:
    __slots__ = ("_clock", "_queue")

    def __init__(self, queue: _Queue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock

    def finish(self, headers: Mapping[str, str], pause: float = 0.0) -> None:
        queue = self._queue
        stated = read_limit_headers(headers)
        now = self._clock.monotonic()
        with queue.lock:
            queue.log.finish(now, stated)
            if pause > 0:
                queue.log.pause(now + pause)
            if queue.waiting:
                queue.grant(now)
                if queue.waiting and queue.waiting[0].blind:
                    queue.waiting[0].wake()

    def abandon(self) -> None:
        queue = self._queue
        now = self._clock.monotonic()
        with queue.lock:
            queue.log.abandon()
            queue.grant(now)


class _LoopEvent:
    """An event that any thread may set and one task of one event loop waits for."""

    __slots__ = ("_future", "_loop")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._future: asyncio.Future[None] = self._loop.create_future()

    def set(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._mark)

    def _mark(self) -> None:
        if not self._future.done():
            self._future.set_result(None)

    def _rearm(self) -> None:
        if self._future.done():
            self._future = self._loop.create_future()

    async def wait(self, timeout_s: float) -> None:
        await asyncio.wait((self._future,), timeout=timeout_s)
        self._rearm()

    async def wait_while(self, sleeping: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(sleeping)
        try:
            await asyncio.wait((self._future, task), return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not task.done():
                task.cancel()
        self._rearm()


def _exhausted(key: LimitKey, wait: float) -> BudgetExhausted:
    return BudgetExhausted(
        f"{key.operation}: the rate budget is used up for another {wait:.1f} s, longer than this "
        "call may wait. Call again later, or allow a longer wait with RetryPolicy(max_wait=...).",
        operation=key.operation,
        retry_after=timedelta(seconds=wait),
    )
