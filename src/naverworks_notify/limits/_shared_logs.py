"""Logs that several processes keep together: the pure log, read, asked and written in one step."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple, Protocol

from naverworks_notify.clock import Clock, SystemClock
from naverworks_notify.errors import StoreUnavailable
from naverworks_notify.limits._headers import LimitHeaders, read_limit_headers
from naverworks_notify.limits._limiter import Lease, LimitKey
from naverworks_notify.limits._line import Line, LoopEvent, ThreadEvent, Ticket
from naverworks_notify.limits._log import SlidingLog
from naverworks_notify.limits._queue import OnWait, exhausted
from naverworks_notify.limits._registry import Settings
from naverworks_notify.logs import logger_of

__all__ = ["LogStore", "SharedLogs", "Step"]

_log = logger_of("limits")

Step = Callable[[bytes | None, float, float], bytes]
"""Makes the next log from the kept one, the store's present moment, and the clock's own of it."""

# How many of those who wait are let start by one question to the store.
_MOST_AT_ONCE = 64
# How many answers this process keeps to itself until it asks the next time anyway.
_MOST_ENDED = 8
# How soon is asked again where some other's answer may change everything, in seconds.
_POLL = 0.25
# A store that is busy says to come back at once; asking again and again would keep it busy.
_SHORTEST_WAIT = 0.005
# Keys that nobody in this process waits for or holds are let go of beyond so many.
_MOST_IDLE = 1024
# What was not told to a store that is down for long.
_MOST_UNTOLD = 1000


class LogStore(Protocol):
    """Keeps logs by name, for any number of processes. Safe to share between threads."""

    def change(self, name: str, clock: Clock, step: Step, *, stale_after: float) -> None:
        """Replace one log by what `step` makes of it, with nobody in between.

        Args:
            name: Letters and digits.
            clock: The caller's.
            step: Called once; may be called again where nothing was kept of the first time.
            stale_after: Seconds after which a log that was not changed may be dropped.

        Raises:
            StoreUnavailable: It cannot be read or written.
        """
        ...

    def close(self) -> None:
        """Let go of what was opened; a later change opens it again."""


class _End(NamedTuple):
    """How a call ended, on the store's clock."""

    started: float
    moment: float
    reached: bool
    answered: bool = False
    stated: LimitHeaders | None = None
    pause: float = 0.0

    def note_in(self, log: SlidingLog) -> None:
        if not self.reached:
            log.abandon(self.started)
            return
        log.finish(self.started, self.moment, self.stated)
        if self.pause > 0:
            log.refuse(self.started, self.moment, self.pause)
        elif self.answered:
            log.accept(self.started)


class _Here:
    """One key as this process knows it: who waits, and what others have not been told yet."""

    def __init__(self, key: LimitKey) -> None:
        self.key = key
        told = f"{key.owner}\n{key.operation}\n{key.room}".encode()
        # A hash: the owner is nobody's business who can read the store.
        self.name = hashlib.sha256(told).hexdigest()[:32]
        # Reentrant: a task that is collected leaves wherever its collector runs.
        self.lock = threading.RLock()
        # Held while the store is asked, so that nobody asks for the same callers twice.
        self.asking = threading.Lock()
        self.line = Line()
        self.ended: list[_End] = []
        self.held = 0
        # The log as it was when last asked, and what the store's clock then had over the caller's.
        self.seen: SlidingLog | None = None
        self.ahead = 0.0

    @property
    def idle(self) -> bool:
        return not (self.held or self.line or self.ended)

    def estimate(self, position: int, now: float) -> float:
        return 0.0 if self.seen is None else self.seen.wait_of(position, now + self.ahead)

    def next(self) -> Ticket | None:
        while (first := self.line.first) is not None and first.forsaken:
            self.line.leave(first)
        return first

    def is_first(self, ticket: Ticket) -> bool:
        with self.lock:
            return self.next() is ticket

    def wake_next(self) -> None:
        first = self.next()
        if first is not None:
            first.wake()

    def leave(self, ticket: Ticket) -> None:
        with self.lock:
            if ticket.granted is not None:
                self.give_back(ticket.granted)
                self.held -= 1
            elif ticket in self.line:
                first = self.line.first is ticket
                self.line.leave(ticket)
                if first:
                    self.wake_next()

    def give_back(self, started: float) -> None:
        self.end(_End(started, started, reached=False))

    def end(self, how: _End) -> None:
        self.ended.append(how)
        # A store that is down for long: who is not told counts them as answered by itself.
        del self.ended[:-_MOST_UNTOLD]


class _Answer(NamedTuple):
    """What the store said to somebody who got no place.

    `known` are the seconds until a place falls free, None where some answer may free one at any
    time; `soon` those after which to ask again.
    """

    known: float | None
    soon: float


class _Patience:
    """How long one caller waits still, and what it was told of that."""

    def __init__(
        self, key: LimitKey, clock: Clock, max_wait: float, on_wait: OnWait | None
    ) -> None:
        self._key = key
        self._clock = clock
        self._deadline = clock.monotonic() + max_wait
        self._on_wait = on_wait

    def left(self, estimate: float) -> float:
        """Return the seconds that are left; BudgetExhausted if they are too few."""
        left = self._deadline - self._clock.monotonic()
        if left <= 0 or estimate > left:
            raise exhausted(self._key, max(estimate, _SHORTEST_WAIT))
        if self._on_wait is not None:
            self._on_wait(estimate)
            self._on_wait = None
        return left

    def pause(self, answer: _Answer) -> float:
        """Return the seconds to sleep before asking again."""
        left = self.left(answer.soon if answer.known is None else answer.known)
        # Spread, so that those who wait for the same moment do not all ask at once.
        spread = random.random() * _SHORTEST_WAIT  # noqa: S311 - keeps no secret
        return max(min(answer.soon + spread, left), _SHORTEST_WAIT)


class SharedLogs:
    """Lets calls start by logs that other processes count in as well.

    In each process one caller of a key at a time asks the store, for all that wait with it. What
    others have to know of answers goes along with the next question. Safe to share between
    threads, tasks and event loops, and after a fork.

    Args:
        store: Where the logs are kept.
        settings: What they go by.
        patience: Seconds after which a call that nobody heard of again counts as answered.
    """

    def __init__(self, store: LogStore, settings: Settings, *, patience: float) -> None:
        self._store = store
        self._settings = settings
        self._patience = patience
        self._lock = threading.Lock()
        self._keys: dict[LimitKey, _Here] = {}
        self._most_keys = _MOST_IDLE
        self._pid = os.getpid()

    def try_acquire(self, key: LimitKey, *, clock: Clock) -> Lease | timedelta:
        """Return the right to start a call now, or about how long it would have to wait."""
        here = self._here(key)
        ticket = Ticket(ThreadEvent())
        try:
            with here.lock:
                if here.line:
                    wait = here.estimate(len(here.line), clock.monotonic())
                    return timedelta(seconds=max(wait, _SHORTEST_WAIT))
                here.line.join(ticket)
            answer = self._ask(here, clock)
            if ticket.granted is not None:
                return _Place(self, here, clock, ticket.granted)
        except BaseException:
            here.leave(ticket)
            raise
        here.leave(ticket)
        return timedelta(seconds=answer.soon if answer.known is None else answer.known)

    def acquire(
        self, key: LimitKey, *, clock: Clock, max_wait: float, on_wait: OnWait | None = None
    ) -> Lease:
        """Block until a call may start."""
        here = self._here(key)
        patience = _Patience(key, clock, max_wait, on_wait)
        event = ThreadEvent()
        ticket = Ticket(event)
        try:
            estimate = self._join(here, ticket, clock)
            while ticket.granted is None:
                if not here.is_first(ticket):
                    event.wait(patience.left(estimate))
                    event.clear()
                    continue
                answer = self._ask(here, clock)
                if ticket.granted is None:
                    clock.sleep(patience.pause(answer))
        except BaseException:
            here.leave(ticket)
            raise
        return _Place(self, here, clock, ticket.granted)

    async def acquire_async(
        self, key: LimitKey, *, clock: Clock, max_wait: float, on_wait: OnWait | None = None
    ) -> Lease:
        """Suspend until a call may start; the store is asked in a thread."""
        here = self._here(key)
        patience = _Patience(key, clock, max_wait, on_wait)
        event = LoopEvent()
        ticket = Ticket(event)
        try:
            estimate = self._join(here, ticket, clock)
            while ticket.granted is None:
                if not here.is_first(ticket):
                    await event.wait(patience.left(estimate))
                    continue
                answer = await asyncio.to_thread(self._ask, here, clock)
                if ticket.granted is None:
                    await event.wait_while(clock.sleep_async(patience.pause(answer)))
        except BaseException:
            here.leave(ticket)
            raise
        return _Place(self, here, clock, ticket.granted)

    def close(self) -> None:
        """Tell what was not told yet, and let go of the store."""
        for here in tuple(self._keys.values()):
            if here.ended:
                self.tell(here, SystemClock())
        self._store.close()

    def end(self, here: _Here, clock: Clock, how: _End, *, telling: bool) -> None:
        """Note how a call ended, and tell the store if others should know soon."""
        with here.lock:
            here.held -= 1
            here.end(how)
            if not telling or not self._is_news(here, how):
                return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.tell(here, clock)
        else:
            loop.run_in_executor(None, self.tell, here, clock)

    def _is_news(self, here: _Here, how: _End) -> bool:
        """Return whether others should know soon how a call ended, and those before it."""
        limit = None if how.stated is None else how.stated.limit
        if here.seen is None or how.pause > 0 or (limit not in (None, here.seen.learned)):
            return True
        # Where places are plenty, nobody waits for these: the next question takes them along.
        scarce = 2 * here.seen.taken >= here.seen.limit(how.moment)
        return len(here.ended) >= _MOST_ENDED or (scarce and not here.held)

    def tell(self, here: _Here, clock: Clock) -> None:
        """Tell the store how calls ended; if it cannot be told, it will find out by itself."""
        try:
            self._ask(here, clock, serving=False)
        except StoreUnavailable as error:
            _log.warning("%s", error)
            return
        with here.lock:
            # What was told may have let somebody in.
            here.wake_next()

    def _join(self, here: _Here, ticket: Ticket, clock: Clock) -> float:
        with here.lock:
            estimate = here.estimate(len(here.line), clock.monotonic()) if here.line else 0.0
            here.line.join(ticket)
        return estimate

    def _ask(self, here: _Here, clock: Clock, *, serving: bool = True) -> _Answer:
        rules = self._settings.rules(room=here.key.room)
        log = SlidingLog(rules, patience=self._patience)
        moments = (0.0, 0.0)
        taken = 0
        with here.asking:
            with here.lock:
                wanted = min(len(here.line), _MOST_AT_ONCE) if serving else 0
                ended, here.ended = here.ended, []

            def step(kept: bytes | None, now: float, own: float) -> bytes:
                nonlocal log, moments, taken
                log = SlidingLog(rules, patience=self._patience)
                moments = (now, own)
                taken = 0
                if kept is not None:
                    log.load(kept, now)
                for how in ended:
                    how.note_in(log)
                while taken < wanted and log.try_start(now):
                    taken += 1
                if taken < wanted:
                    log.note_wait(now)
                return log.dump()

            if not wanted and not ended:
                return _Answer(None, _SHORTEST_WAIT)
            try:
                stale_after = self._patience + log.remembered
                self._store.change(here.name, clock, step, stale_after=stale_after)
            except BaseException:
                with here.lock:
                    here.ended = ended + here.ended
                raise
            now, own = moments
            with here.lock:
                here.seen, here.ahead = log, now - own
                self._grant(here, taken, now)
            known = None if log.may_change_early(now) else log.next_change(now)
            soon = min(log.next_change(now) or _POLL, rules.window / 2)
            return _Answer(
                known, max(soon if known is not None else min(soon, _POLL), _SHORTEST_WAIT)
            )

    def _grant(self, here: _Here, taken: int, now: float) -> None:
        asking = here.next()
        for _ in range(taken):
            ticket = here.next()
            if ticket is None:
                # Gone while the store was asked.
                here.give_back(now)
                continue
            here.line.leave(ticket)
            here.held += 1
            ticket.granted = now
            ticket.wake()
        if here.next() is not asking:
            # Whoever asked and has to wait sleeps by what it was told.
            here.wake_next()

    def _here(self, key: LimitKey) -> _Here:
        if os.getpid() != self._pid:
            self._start_over()
        here = self._keys.get(key)
        if here is None:
            with self._lock:
                if len(self._keys) >= self._most_keys:
                    self._keys = {k: one for k, one in self._keys.items() if not one.idle}
                    self._most_keys = max(_MOST_IDLE, 2 * len(self._keys))
                here = self._keys.setdefault(key, _Here(key))
        return here

    def _start_over(self) -> None:
        # Who waits or is at it in the parent of a fork does not in the child.
        self._lock = threading.Lock()
        self._keys = {}
        self._most_keys = _MOST_IDLE
        self._pid = os.getpid()


class _Place:
    """The lease of a shared log. Dropping it without a word counts as an answer that never came."""

    __slots__ = ("_ahead", "_clock", "_here", "_logs", "_started")

    def __init__(self, logs: SharedLogs, here: _Here, clock: Clock, started: float) -> None:
        self._logs: SharedLogs | None = logs
        self._here = here
        self._clock = clock
        self._started = started
        self._ahead = here.ahead

    def finish(self, headers: Mapping[str, str], pause: float = 0.0) -> None:
        moment = self._clock.monotonic() + self._ahead
        stated = read_limit_headers(headers)
        self._end(
            _End(
                self._started,
                max(moment, self._started),
                reached=True,
                answered=bool(headers),
                stated=stated,
                pause=pause,
            )
        )

    def abandon(self) -> None:
        self._end(_End(self._started, self._started, reached=False))

    def __del__(self) -> None:
        # The collector may run anywhere, also where the store is being asked.
        moment = max(self._clock.monotonic() + self._ahead, self._started)
        self._end(_End(self._started, moment, reached=True), telling=False)

    def _end(self, how: _End, *, telling: bool = True) -> None:
        logs, self._logs = self._logs, None
        if logs is not None:
            logs.end(self._here, self._clock, how, telling=telling)
