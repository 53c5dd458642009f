"""The log of one key and those who wait for it, with a lock around both."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

from naverworks_notify.clock import Clock
from naverworks_notify.errors import BudgetExhausted, Hint
from naverworks_notify.limits._headers import read_limit_headers
from naverworks_notify.limits._limiter import Lease, LimitKey
from naverworks_notify.limits._line import Line, LoopEvent, ThreadEvent, Ticket
from naverworks_notify.limits._log import LogRules, SlidingLog

__all__ = ["OnWait", "Queue", "Swept", "exhausted"]

_LATER = Hint(
    en="Call again later, or allow a longer wait with RetryPolicy(max_wait=...).",
    ko="나중에 다시 호출하거나 RetryPolicy(max_wait=...)로 더 오래 기다리게 하세요.",
)

OnWait = Callable[[float], None]

# Shorter sleeps end before the clock has moved on visibly, and the queue would spin.
_SHORTEST_SLEEP = 0.001


class Swept(Exception):  # noqa: N818 - never leaves this package
    """This queue was swept away as idle, just before it was asked; another one counts."""


class Queue:
    """Lets calls of one key start, first come first served.

    Only the first in line sleeps until a place falls free; the others sleep until woken, so a line
    of a thousand costs one timer. Safe to share between threads and event loops.

    Attributes:
        log: Who holds a place until when.
        line: Who waits.
    """

    __slots__ = ("_key", "_lock", "_swept", "line", "log")

    def __init__(self, key: LimitKey, rules: LogRules) -> None:
        self._key = key
        # Reentrant: a task that is collected leaves wherever its collector runs.
        self._lock = threading.RLock()
        self.log = SlidingLog(rules)
        self.line = Line()
        self._swept = False

    def try_acquire(self, clock: Clock) -> Lease | timedelta:
        """Return the right to start a call now, or how long it would have to wait."""
        with self._lock:
            now = clock.monotonic()
            if self._starts(now):
                return _Place(self, clock, now)
            wait = max(self.log.wait_of(len(self.line), now), _SHORTEST_SLEEP)
            return timedelta(seconds=wait)

    def acquire(self, clock: Clock, max_wait: float, on_wait: OnWait | None) -> Lease:
        """Block until a call may start."""
        with self._lock:
            now = clock.monotonic()
            if self._starts(now):
                return _Place(self, clock, now)
            event = ThreadEvent()
            ticket, estimate = self._join(Ticket(event), now, max_wait)
        deadline = now + max_wait
        try:
            if on_wait is not None:
                on_wait(estimate)
            while ticket.granted is None:
                pause = self._look(ticket, clock.monotonic(), deadline)
                if pause is None:
                    event.wait(max(deadline - clock.monotonic(), 0.0))
                    event.clear()
                elif pause:
                    clock.sleep(pause)
            return _Place(self, clock, ticket.granted)
        except BaseException:
            self._leave(ticket, clock)
            raise

    async def acquire_async(self, clock: Clock, max_wait: float, on_wait: OnWait | None) -> Lease:
        """Suspend until a call may start."""
        with self._lock:
            now = clock.monotonic()
            if self._starts(now):
                return _Place(self, clock, now)
            event = LoopEvent()
            ticket, estimate = self._join(Ticket(event), now, max_wait)
        deadline = now + max_wait
        try:
            if on_wait is not None:
                on_wait(estimate)
            while ticket.granted is None:
                pause = self._look(ticket, clock.monotonic(), deadline)
                if pause is None:
                    await event.wait(max(deadline - clock.monotonic(), 0.0))
                elif pause:
                    await event.wait_while(clock.sleep_async(pause))
            return _Place(self, clock, ticket.granted)
        except BaseException:
            self._leave(ticket, clock)
            raise

    def finish(
        self, started: float, clock: Clock, headers: Mapping[str, str], pause: float
    ) -> None:
        """Note that a call was answered, or may have reached the service."""
        stated = read_limit_headers(headers)
        now = clock.monotonic()
        with self._lock:
            self.log.finish(started, now, stated)
            if pause > 0:
                self.log.refuse(started, now, pause)
            elif headers:
                self.log.accept(started)
            self._move_up(now)

    def abandon(self, started: float, clock: Clock) -> None:
        """Note that a call never reached the service."""
        now = clock.monotonic()
        with self._lock:
            self.log.abandon(started)
            self._move_up(now)

    def sweep(self, now: float) -> bool:
        """Return whether this queue is idle, and may be let go; then it is not to be used again."""
        with self._lock:
            self._swept = not self.line and self.log.forgettable(now)
            return self._swept

    def _starts(self, now: float) -> bool:
        if self._swept:
            raise Swept
        return not self.line and self.log.try_start(now)

    def _join(self, ticket: Ticket, now: float, max_wait: float) -> tuple[Ticket, float]:
        estimate = self.log.wait_of(len(self.line), now)
        if estimate > max_wait:
            raise exhausted(self._key, estimate)
        self.line.join(ticket)
        self.log.begin_wait(now)
        return ticket, estimate

    def _look(self, ticket: Ticket, now: float, deadline: float) -> float | None:
        """Return 0 if the ticket was granted, else how long to sleep; None until woken."""
        with self._lock:
            self._grant(now)
            if ticket.granted is not None:
                return 0.0
            change = self.log.next_change(now)
            if now >= deadline:
                raise exhausted(self._key, max(change or 0.0, _SHORTEST_SLEEP))
            if self.line.first is not ticket:
                return None
            ticket.blind = change is None
            if change is None:
                return None
            return max(min(change, deadline - now), _SHORTEST_SLEEP)

    def _grant(self, now: float) -> None:
        granted = False
        while (first := self._next(now)) is not None and self.log.try_start(now):
            self._take_out(first, now)
            first.granted = now
            first.wake()
            granted = True
        if granted and first is not None:
            first.wake()

    def _next(self, now: float) -> Ticket | None:
        """Return who is first in line, having sent those away who can never come."""
        while (first := self.line.first) is not None and first.forsaken:
            self._take_out(first, now)
        return first

    def _take_out(self, ticket: Ticket, now: float) -> None:
        self.line.leave(ticket)
        self.log.end_wait(now)

    def _move_up(self, now: float) -> None:
        if not self.line:
            return
        self._grant(now)
        first = self._next(now)
        if first is not None and first.blind:
            first.wake()

    def _leave(self, ticket: Ticket, clock: Clock) -> None:
        now = clock.monotonic()
        with self._lock:
            if ticket.granted is not None:
                self.log.abandon(ticket.granted)
                self._move_up(now)
            elif ticket in self.line:
                was_first = self.line.first is ticket
                self._take_out(ticket, now)
                first = self._next(now)
                if was_first and first is not None:
                    first.wake()


class _Place:
    """The lease of a queue. Dropping it without a word counts as an answer that never came."""

    __slots__ = ("_clock", "_queue", "_started")

    def __init__(self, queue: Queue, clock: Clock, started: float) -> None:
        self._queue: Queue | None = queue
        self._clock = clock
        self._started = started

    def finish(self, headers: Mapping[str, str], pause: float = 0.0) -> None:
        queue, self._queue = self._queue, None
        if queue is not None:
            queue.finish(self._started, self._clock, headers, pause)

    def abandon(self) -> None:
        queue, self._queue = self._queue, None
        if queue is not None:
            queue.abandon(self._started, self._clock)

    def __del__(self) -> None:
        self.finish({})


def exhausted(key: LimitKey, wait: float) -> BudgetExhausted:
    """Return the error of a call that would have to wait too long."""
    return BudgetExhausted(
        f"{key.operation}: the rate budget is used up for another {wait:.1f} s, longer than this "
        "call may wait.",
        operation=key.operation,
        retry_after=timedelta(seconds=wait),
        hint=_LATER,
    )
