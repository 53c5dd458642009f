"""The logs of one process: who counts in the same one, and for how long it is kept."""

from __future__ import annotations

import os
import threading
import weakref
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

from naverworks_notify.clock import Clock, SystemClock
from naverworks_notify.limits._limiter import Lease, LimitKey
from naverworks_notify.limits._log import LogRules, strictest
from naverworks_notify.limits._queue import OnWait, Queue, Swept

__all__ = ["RateLogs", "Settings", "Share"]

# How often, in seconds, and how many at a time, keys are looked at for whether they are idle.
_SWEEP_EVERY = 60.0
_SWEPT_AT_ONCE = 256


class Settings(Protocol):
    """Where the rules of a log come from. Equal settings are taken for the same."""

    def rules(self, *, room: bool) -> LogRules:
        """Return what the log of a key goes by."""
        ...


class Share:
    """Settings, counted in logs that others share: what one client is limited by.

    As long as it lives, its settings hold for all who share an owner with it. Safe to share
    between threads and event loops; does no IO.
    """

    __slots__ = ("__weakref__", "_dropped", "_logs", "_settings")

    def __init__(self, logs: RateLogs, settings: Settings, dropped: Callable[[], object]) -> None:
        self._logs = logs
        self._settings = settings
        self._dropped = weakref.finalize(self, dropped)
        self._dropped.atexit = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._settings!r})"

    def close(self) -> None:
        """Let the settings hold no longer; places taken under them still count."""
        self._dropped()

    def try_acquire(self, key: LimitKey, *, clock: Clock) -> Lease | timedelta:
        """Return the right to start a call now, or about how long it would have to wait."""
        return self._logs.try_acquire(key, self._settings, clock=clock)

    def acquire(
        self,
        key: LimitKey,
        *,
        clock: Clock,
        max_wait: float,
        on_wait: OnWait | None = None,
    ) -> Lease:
        """Block until a call may start.

        Raises:
            BudgetExhausted: The wait would exceed `max_wait` seconds.
        """
        return self._logs.acquire(
            key, self._settings, clock=clock, max_wait=max_wait, on_wait=on_wait
        )

    async def acquire_async(
        self,
        key: LimitKey,
        *,
        clock: Clock,
        max_wait: float,
        on_wait: OnWait | None = None,
    ) -> Lease:
        """Suspend until a call may start. A cancelled wait gives its place to the next one.

        Raises:
            BudgetExhausted: The wait would exceed `max_wait` seconds.
        """
        return await self._logs.acquire_async(
            key, self._settings, clock=clock, max_wait=max_wait, on_wait=on_wait
        )


class _Timeline:
    """The logs whose moments are of one clock."""

    __slots__ = ("_clock", "next_sweep", "queues", "unswept")

    def __init__(self, clock: Clock) -> None:
        self._clock: Callable[[], Clock | None] = lambda: clock
        if type(clock) is not SystemClock:
            with suppress(TypeError):
                self._clock = weakref.ref(clock)
        self.queues: dict[LimitKey, Queue] = {}
        self.next_sweep = clock.monotonic() + _SWEEP_EVERY
        self.unswept: list[LimitKey] = []

    def is_of(self, clock: Clock) -> bool:
        return type(clock) is SystemClock or self._clock() is clock

    @property
    def dead(self) -> bool:
        return self._clock() is None


class RateLogs:
    """A log for each key, kept as long as a place in it counts.

    Those who share it count together, whatever settings each has: the strictest count. Safe to
    share between threads and event loops. After a fork the child's logs begin anew: who waits or
    is at it in the parent does not in the child.
    """

    def __init__(self) -> None:
        self._settings: dict[str, Counter[Settings]] = {}
        self._dropped: deque[tuple[Settings, str]] = deque()
        self._start_over()

    def __reduce__(self) -> tuple[type[RateLogs], tuple[()]]:
        return (type(self), ())

    def __len__(self) -> int:
        return sum(len(timeline.queues) for timeline in self._timelines.values())

    def share(self, settings: Settings, owner: str) -> Share:
        """Return a limiter that counts here, and by whose settings all calls of an owner go."""
        self._check_process()
        with self._lock:
            self._forget_dropped()
            held = self._settings.setdefault(owner, Counter())
            known = next((one for one in held if one == settings), settings)
            held[known] += 1
        # Only noted: a share may be collected on this thread amid what is done under the lock.
        return Share(self, known, lambda: self._dropped.append((known, owner)))

    def try_acquire(self, key: LimitKey, settings: Settings, *, clock: Clock) -> Lease | timedelta:
        """Return the right to start a call now, or about how long it would have to wait."""
        while True:
            try:
                return self._queue(key, settings, clock).try_acquire(clock)
            except Swept:
                continue

    def acquire(
        self,
        key: LimitKey,
        settings: Settings,
        *,
        clock: Clock,
        max_wait: float,
        on_wait: OnWait | None = None,
    ) -> Lease:
        """Block until a call may start."""
        while True:
            try:
                return self._queue(key, settings, clock).acquire(clock, max_wait, on_wait)
            except Swept:
                continue

    async def acquire_async(
        self,
        key: LimitKey,
        settings: Settings,
        *,
        clock: Clock,
        max_wait: float,
        on_wait: OnWait | None = None,
    ) -> Lease:
        """Suspend until a call may start."""
        while True:
            queue = self._queue(key, settings, clock)
            try:
                return await queue.acquire_async(clock, max_wait, on_wait)
            except Swept:
                continue

    def _queue(self, key: LimitKey, settings: Settings, clock: Clock) -> Queue:
        self._check_process()
        timeline = self._timelines.get(0 if type(clock) is SystemClock else id(clock))
        if timeline is None or not timeline.is_of(clock):
            timeline = self._begin(clock)
        if clock.monotonic() >= timeline.next_sweep:
            self._sweep(timeline, clock)
        rules = self._rules(key, settings)
        queue = timeline.queues.get(key)
        if queue is None:
            # setdefault is atomic: two threads meeting here end up with one queue.
            return timeline.queues.setdefault(key, Queue(key, rules))
        queue.log.rules = rules
        return queue

    def _rules(self, key: LimitKey, settings: Settings) -> LogRules:
        if self._dropped:
            with self._lock:
                self._forget_dropped()
        others = self._settings.get(key.owner)
        if not others:
            return settings.rules(room=key.room)
        with self._lock:
            every = {id(one): one for one in (settings, *others)}.values()
        if len(every) == 1:
            return settings.rules(room=key.room)
        return strictest(one.rules(room=key.room) for one in every)

    def _begin(self, clock: Clock) -> _Timeline:
        # All clocks of the machine show the same time; any other is a time of its own.
        number = 0 if type(clock) is SystemClock else id(clock)
        with self._lock:
            for gone in [n for n, timeline in self._timelines.items() if timeline.dead]:
                del self._timelines[gone]
            timeline = self._timelines.get(number)
            if timeline is None or not timeline.is_of(clock):
                timeline = self._timelines[number] = _Timeline(clock)
            return timeline

    def _sweep(self, timeline: _Timeline, clock: Clock) -> None:
        """Let go of keys that are idle: some of them, as the caller waits for it."""
        with self._lock:
            if not timeline.unswept:
                timeline.unswept = list(timeline.queues)
            now = clock.monotonic()
            for key in timeline.unswept[-_SWEPT_AT_ONCE:]:
                queue = timeline.queues.get(key)
                if queue is not None and queue.sweep(now):
                    del timeline.queues[key]
            del timeline.unswept[-_SWEPT_AT_ONCE:]
            if not timeline.unswept:
                timeline.next_sweep = now + _SWEEP_EVERY

    def _forget_dropped(self) -> None:
        while self._dropped:
            settings, owner = self._dropped.popleft()
            held = self._settings[owner]
            held[settings] -= 1
            if held[settings] <= 0:
                del held[settings]
            if not held:
                del self._settings[owner]

    def _check_process(self) -> None:
        # A thread of the parent may have held the lock when this process was forked.
        if os.getpid() != self._pid:
            self._start_over()

    def _start_over(self) -> None:
        self._lock = threading.Lock()
        self._timelines: dict[int, _Timeline] = {}
        self._pid = os.getpid()
