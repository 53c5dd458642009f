"""The rate budget of one key, as a pure sliding-window log: no clock, no lock, no sleep."""

from __future__ import annotations

import math
import sys
from array import array
from bisect import bisect_right, insort
from collections.abc import Iterable

from attrs import frozen

from naverworks_notify.limits._headers import LimitHeaders

__all__ = ["LogRules", "SlidingLog", "strictest"]

# What a number of seconds may have lost on its way into a header.
_CUT_OFF = 1.0
# A log in which nothing happened for so many windows forgets what limit it learned.
_REMEMBERED_WINDOWS = 10
# The form that a log is kept in; what is absent; and the bytes of the shortest one.
_FORM = 1.0
_NONE = -1.0
_LEAST_KEPT = 80
# How long a key rests after a refusal at least; doubled with each refusal in a row, five times.
_SHORTEST_REST = 0.5
_DOUBLED = 5


@frozen(kw_only=True)
class LogRules:
    """What one log goes by.

    Attributes:
        limit: Most calls in a window, whatever the service allows.
        first: Most calls in a window until the service has stated its limit.
        window: Seconds.
        half_after: Seconds of continuous use after which half the limit applies.
    """

    limit: int
    first: int
    window: float
    half_after: float


def strictest(rules: Iterable[LogRules]) -> LogRules:
    """Return the rules that keep all of the given ones."""
    every = tuple(rules)
    return LogRules(
        limit=min(one.limit for one in every),
        first=min(one.first for one in every),
        window=max(one.window for one in every),
        half_after=min(one.half_after for one in every),
    )


class SlidingLog:
    """Who holds a place until when.

    A place is held from the start of a call until one window after its *answer*. The service
    counts a call at some moment in between; so whatever the latency, and whether its windows
    are fixed or sliding, no window of the service ever holds more than the limit.

    A refusal (429) closes the log for as long as was asked, but little longer than a window: no
    answer can close it for good. Then one call goes ahead alone, and its answer opens the log for
    the others, or closes it again, for longer.

    Every method takes the present moment, in seconds on a clock that never goes back. Not safe
    to share without a lock.

    Args:
        rules: What it goes by; may be replaced at any time.
        patience: Seconds after which a call that was not finished is taken to have been answered:
            where others keep the log, whoever started it may have died.
    """

    __slots__ = (
        "_answered",
        "_closed_until",
        "_foreign",
        "_foreign_until",
        "_last_use",
        "_learned",
        "_patience",
        "_refusals",
        "_refused_at",
        "_started",
        "_streak_since",
        "_waiting",
        "rules",
    )

    def __init__(self, rules: LogRules, *, patience: float = math.inf) -> None:
        self.rules = rules
        self._patience = patience
        self._learned: int | None = None
        # When the calls that hold a place were started, and when they were answered; sorted.
        self._started: list[float] = []
        self._answered: list[float] = []
        self._waiting = 0
        self._foreign = 0
        self._foreign_until = 0.0
        self._closed_until = 0.0
        # Of the last refusal that no later answer took back.
        self._refused_at: float | None = None
        self._refusals = 0
        self._streak_since = 0.0
        self._last_use: float | None = None

    @property
    def learned(self) -> int | None:
        """The limit that the service stated last."""
        return self._learned

    @property
    def taken(self) -> int:
        """How many places are held, as of the last question."""
        return len(self._started) + len(self._answered)

    @property
    def remembered(self) -> float:
        """Seconds of silence after which nothing here matters any more."""
        return self.rules.window * _REMEMBERED_WINDOWS

    def limit(self, now: float) -> int:
        """Return the calls a window may hold at this moment."""
        rules = self.rules
        stated = rules.first if self._learned is None else self._learned
        limit = min(rules.limit, stated)
        if not self._idle(now) and now - self._streak_since >= rules.half_after:
            limit //= 2
        return max(limit, 1)

    def forgettable(self, now: float) -> bool:
        """Return whether a new log may take the place of this one: nothing counts here any more."""
        self._expire(now)
        if self._closed_until > now or self._foreign or not self._idle(now):
            return False
        silence = math.inf if self._last_use is None else now - self._last_use
        return silence >= self.remembered

    def begin_wait(self, now: float) -> None:
        """Note that somebody waits to start a call: as long as one does, use goes on."""
        self._use(now)
        self._waiting += 1

    def note_wait(self, now: float) -> None:
        """Note that somebody waits just now; where others keep the log, nobody notes the end."""
        self._use(now)

    def end_wait(self, now: float) -> None:
        """Note that one who waited has started, or has gone."""
        self._waiting -= 1
        self._last_use = now

    def try_start(self, now: float) -> bool:
        """Take a place if one is free."""
        if self._closed_until > now or self._probing() or self._free(now) <= 0:
            return False
        self._use(now)
        insort(self._started, now)
        return True

    def finish(self, started: float, now: float, headers: LimitHeaders | None = None) -> None:
        """Note that a call may have been counted: its place is held for one more window.

        Args:
            started: When it was started.
            now: The present moment.
            headers: What its answer says of the limit; None without an answer.
        """
        if not self._end(started) and started + self._patience in self._answered:
            # It was given up too early: its place is held for longer.
            self._answered.remove(started + self._patience)
        insort(self._answered, now)
        self._last_use = now
        if headers is not None:
            self._learn(now, headers)

    def accept(self, started: float) -> None:
        """Note that a call was not refused: if it was started after the last refusal, go on."""
        if self._refused_at is not None and started > self._refused_at:
            self._refused_at = None
            self._refusals = 0

    def refuse(self, started: float, now: float, pause: float) -> None:
        """Start nothing for a while: the service refused a call.

        Args:
            started: When it was started.
            now: The present moment.
            pause: Seconds; at most about a window of them is obeyed before one call tries.
        """
        # What was under way together is refused together: only what came later counts as another.
        if self._refused_at is None or started > self._refused_at:
            self._refusals += 1
            self._refused_at = now
        rest = max(pause, _SHORTEST_REST * 2 ** min(self._refusals - 1, _DOUBLED))
        self._closed_until = max(self._closed_until, now + min(rest, self.rules.window + _CUT_OFF))

    def abandon(self, started: float) -> None:
        """Give a place back at once: the call never reached the service."""
        self._end(started)

    def next_change(self, now: float) -> float | None:
        """Return the seconds until a place may be free; None when only an answer can tell."""
        closed = max(self._closed_until - now, 0.0)
        missing = 1 - self._free(now)
        release = now if missing <= 0 else self._release(missing - 1)
        if release is None or self._probing():
            return closed or None
        return max(closed, release - now)

    def may_change_early(self, now: float) -> bool:
        """Return whether some other's answer may free a place before `next_change`."""
        hoping = self._learned is None and self.rules.first < self.rules.limit
        return self._closed_until <= now and (hoping or self._probing())

    def wait_of(self, position: int, now: float) -> float:
        """Estimate the seconds until the caller at `position` in the queue (0 first) may start.

        Calls still in flight are taken to be answered now, with the limit we hope for, so the
        true wait may be longer: nobody is turned away for what an answer may still put right.
        """
        window = self.rules.window
        free = self._free(now)
        if self._learned is None and self._started:
            free += max(self.rules.limit - self.limit(now), 0)
        closed = max(self._closed_until - now, 0.0)
        held = len(self._answered) + self._foreign + len(self._started)
        if position < free or not held:
            return closed
        rounds, place = divmod(position - free, held)
        known = len(self._answered) + self._foreign
        wait = self._known_release(place) - now if place < known else window
        return max(closed, wait + rounds * window)

    def dump(self) -> bytes:
        """Return all that others need to go on with this log; who waits is not part of it."""
        numbers = array(
            "d",
            (
                _FORM,
                _NONE if self._learned is None else self._learned,
                self._foreign,
                self._foreign_until,
                self._closed_until,
                _NONE if self._refused_at is None else self._refused_at,
                self._refusals,
                self._streak_since,
                _NONE if self._last_use is None else self._last_use,
                len(self._started),
                *self._started,
                *self._answered,
            ),
        )
        if sys.byteorder != "little":
            numbers.byteswap()
        return numbers.tobytes()

    def load(self, kept: bytes, now: float) -> None:
        """Go on with what `dump` gave; what it did not give is passed over.

        Moments that are still to come are taken for this one: a clock was set back.
        """
        numbers = array("d")
        if len(kept) < _LEAST_KEPT or len(kept) % numbers.itemsize:
            return
        numbers.frombytes(kept)
        if sys.byteorder != "little":
            numbers.byteswap()
        form, learned, foreign, foreign_until, closed_until, refused_at, *rest = numbers
        refusals, streak_since, last_use, started, *moments = rest
        if form != _FORM or not math.isfinite(sum(numbers)):
            return
        latest = now + self.rules.window + _CUT_OFF
        self._learned = None if learned == _NONE else int(learned)
        self._foreign = int(foreign)
        self._foreign_until = min(foreign_until, latest)
        self._closed_until = min(closed_until, latest)
        self._refused_at = None if refused_at == _NONE else min(refused_at, now)
        self._refusals = int(refusals)
        self._streak_since = min(streak_since, now)
        self._last_use = None if last_use == _NONE else min(last_use, now)
        if any(moment > now for moment in moments[-1:] + moments[: int(started)][-1:]):
            moments = [min(moment, now) for moment in moments]
        self._started = moments[: int(started)]
        self._answered = moments[int(started) :]

    def _free(self, now: float) -> int:
        self._expire(now)
        return self.limit(now) - self.taken - self._foreign

    def _expire(self, now: float) -> None:
        while self._started and self._started[0] + self._patience <= now:
            insort(self._answered, self._started.pop(0) + self._patience)
        answered = self._answered
        if answered and answered[0] + self.rules.window <= now:
            del answered[: bisect_right(answered, now, key=self._held_until)]
        if self._foreign and self._foreign_until <= now:
            self._foreign = 0

    def _held_until(self, answered: float) -> float:
        return answered + self.rules.window

    def _release(self, index: int) -> float | None:
        """Return when the place becomes free that does so after `index` others."""
        known = len(self._answered) + self._foreign
        if index < known:
            return self._known_release(index)
        if self._patience == math.inf or index - known >= len(self._started):
            return None
        return self._started[index - known] + self._patience + self.rules.window

    def _known_release(self, index: int) -> float:
        answered = self._answered
        before = bisect_right(answered, self._foreign_until, key=self._held_until)
        if before <= index < before + self._foreign:
            return self._foreign_until
        return self._held_until(answered[index if index < before else index - self._foreign])

    def _use(self, now: float) -> None:
        if self._idle(now):
            self._streak_since = now
        self._last_use = now

    def _idle(self, now: float) -> bool:
        # A gap that the budget made itself, with somebody waiting, is none.
        if self._started or self._waiting:
            return False
        return self._last_use is None or now - self._last_use >= self.rules.window

    def _probing(self) -> bool:
        """Return whether one call tries alone whether the service is at peace again."""
        refused = self._refused_at
        return refused is not None and bool(self._started) and self._started[-1] > refused

    def _end(self, started: float) -> bool:
        at = bisect_right(self._started, started) - 1
        found = at >= 0 and self._started[at] == started
        if found:
            del self._started[at]
        return found

    def _learn(self, now: float, headers: LimitHeaders) -> None:
        if headers.limit is not None:
            self._learned = headers.limit
        if self._learned is None:
            return
        used = headers.used
        if headers.remaining is not None:
            used = self._learned - headers.remaining
        if used is None:
            return
        # What the service counted beyond all that we may have started is another program's,
        # or this one's before it was restarted.
        self._expire(now)
        self._foreign = max(used - self.taken, 0)
        window = self.rules.window
        reset = window if headers.reset is None else headers.reset + _CUT_OFF
        self._foreign_until = now + min(reset, window + _CUT_OFF)
