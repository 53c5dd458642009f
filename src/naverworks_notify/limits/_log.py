"""The rate budget of one operation, as a pure sliding-window log: no clock, no lock, no sleep."""

from __future__ import annotations

from collections import deque

from attrs import frozen

from naverworks_notify.limits._headers import LimitHeaders

__all__ = ["LogRules", "SlidingLog"]


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


class SlidingLog:
    """Who holds a slot until when.

    A slot is held from the start of a call until one window after its *answer*. The service
    counts a call at some moment in between; so whatever the latency, and whether its windows
    are fixed or sliding, no window of the service ever holds more than the limit.

    Every method takes the present moment, in seconds on a clock that never goes back. Not safe
    to share without a lock.
    """

    __slots__ = (
        "_foreign",
        "_foreign_until",
        "_in_flight",
        "_last_use",
        "_learned",
        "_paused_until",
        "_releases",
        "_rules",
        "_streak_since",
        "_waiting",
    )

    def __init__(self, rules: LogRules) -> None:
        self._rules = rules
        self._learned: int | None = None
        self._in_flight = 0
        self._waiting = 0
        self._releases: deque[float] = deque()
        self._foreign = 0
        self._foreign_until = 0.0
        self._paused_until = 0.0
        self._streak_since = 0.0
        self._last_use: float | None = None

    def limit(self, now: float) -> int:
        """Return the calls a window may hold at this moment."""
        rules = self._rules
        if self._learned is None:
            limit = min(rules.limit, rules.first)
        else:
            limit = min(rules.limit, self._learned)
        if not self._idle(now) and now - self._streak_since >= rules.half_after:
            limit //= 2
        return max(limit, 1)

    def begin_wait(self, now: float) -> None:
        """Note that somebody waits to start a call: as long as one does, use goes on."""
        if self._idle(now):
            self._streak_since = now
        self._waiting += 1

    def end_wait(self, now: float) -> None:
        """Note that one who waited has started, or has gone."""
        self._waiting -= 1
        self._last_use = now

    def try_start(self, now: float) -> bool:
        """Take a slot if one is free."""
        if self._paused_until > now or self._free(now) <= 0:
            return False
        if self._idle(now):
            self._streak_since = now
        self._in_flight += 1
        self._last_use = now
        return True

    def finish(self, now: float, headers: LimitHeaders | None = None) -> None:
        """Note that a call was answered: its slot is held for one more window."""
        if headers is not None:
            self._learn(now, headers)
        self._in_flight -= 1
        self._releases.append(now + self._rules.window)
        self._last_use = now

    def abandon(self) -> None:
        """Give a slot back at once: the call never reached the service."""
        self._in_flight -= 1

    def pause(self, until: float) -> None:
        """Start nothing before `until`: the service refused a call."""
        self._paused_until = max(self._paused_until, until)

    def next_change(self, now: float) -> float | None:
        """Return the seconds until a slot may be free; None when only an answer can tell."""
        if self._paused_until > now:
            return self._paused_until - now
        missing = 1 - self._free(now)
        if missing <= 0:
            return 0.0
        moments = list(self._releases)
        if self._foreign:
            moments.extend([self._foreign_until] * self._foreign)
            moments.sort()
        return moments[missing - 1] - now if missing <= len(moments) else None

    def wait_of(self, position: int, now: float) -> float:
        """Estimate the seconds until the caller at `position` in the queue (0 first) may start.

        Calls still in flight are taken to be answered now, with the limit we hope for, so the
        true wait may be longer: nobody is turned away for what an answer may still put right.
        """
        window = self._rules.window
        free = self._free(now)
        if self._learned is None and self._in_flight:
            free += max(self._rules.limit - self.limit(now), 0)
        paused = max(self._paused_until - now, 0.0)
        if position < free:
            return paused
        moments = sorted(
            [
                *(release - now for release in self._releases),
                *([window] * self._in_flight),
                *([self._foreign_until - now] * self._foreign),
            ]
        )
        index = position - free
        if not moments:
            return paused
        rounds, place = divmod(index, len(moments))
        return max(paused, moments[place] + rounds * window)

    def _free(self, now: float) -> int:
        releases = self._releases
        while releases and releases[0] <= now:
            releases.popleft()
        if self._foreign and self._foreign_until <= now:
            self._foreign = 0
        return self.limit(now) - self._in_flight - len(releases) - self._foreign

    def _idle(self, now: float) -> bool:
        # A gap that the budget made itself, with somebody waiting, is none.
        if self._in_flight or self._waiting:
            return False
        return self._last_use is None or now - self._last_use >= self._rules.window

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
        self._free(now)
        self._foreign = max(used - self._in_flight - len(self._releases), 0)
        self._foreign_until = now + (
            self._rules.window if headers.reset is None else float(headers.reset)
        )
