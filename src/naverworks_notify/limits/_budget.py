"""The settings of a rate budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Self

from attrs import evolve, field, frozen

from naverworks_notify.clock import Clock
from naverworks_notify.errors import InvalidValue
from naverworks_notify.limits._limiter import Lease, LimitKey
from naverworks_notify.limits._log import LogRules
from naverworks_notify.limits._registry import RateLogs
from naverworks_notify.validation import Violations

__all__ = ["RateBudget"]

_FIRST_CALLS = 60
_FIRST_ROOMS = 10


@frozen(kw_only=True)
class RateBudget:
    """How many calls of each operation may be made in a window, so that none draws a 429.

    The service counts per operation and per domain that owns the app: 240 calls a minute on
    paid plans, 60 on free ones, 10 for creating rooms
    (https://developers.worksmobile.com/kr/docs/rate-limits). So clients of one app and one service
    count together in this process, and go on counting where a closed one left off; where their
    budgets differ, the stricter one counts. A `SharedRateBudget` is counted across processes.

    * A place is held until one window after the *answer*, which respects fixed and sliding
      windows alike, whatever the latency.
    * The limit stated in `rateLimit-*` headers wins where it is lower. Until an operation's
      first such header, at most 60 calls a window (10 for rooms) are started.
    * After 30 minutes of continuous use (no window without a call or a caller who waits for
      one) half the limit applies, as the service asks (https://developers.worksmobile.com/jp/docs/rate-limits).
    * What the headers show to be used by other programs of the domain is left to them.
    * After a 429 the operation rests for as long as was asked, at most about a window; then one
      call tries alone.

    Callers of one operation are served in the order they came. A frozen value: safe to share
    between threads, tasks, event loops, clients and processes. Asked itself, without a client, it
    counts in logs of its own; does no IO.

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

    per_minute: int = 240
    room_per_minute: int = 10
    window: timedelta = timedelta(seconds=60)
    half_after: timedelta = timedelta(minutes=30)
    _logs: RateLogs = field(factory=RateLogs, init=False, eq=False, repr=False)
    _rules: Mapping[bool, LogRules] = field(factory=dict, init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        violations = Violations()
        for name in ("per_minute", "room_per_minute"):
            count = getattr(self, name)
            if type(count) is not int or count < 1:
                violations.add(name, "positive", "must be a positive integer.")
        for name in ("window", "half_after"):
            length = getattr(self, name)
            if type(length) is not timedelta or length <= timedelta():
                violations.add(name, "positive", "must be a positive timedelta.")
        violations.raise_as(InvalidValue, "This rate budget is refused")
        rules = LogRules(
            limit=self.per_minute,
            first=_FIRST_CALLS,
            window=self.window.total_seconds(),
            half_after=self.half_after.total_seconds(),
        )
        room_rules = evolve(rules, limit=self.room_per_minute, first=_FIRST_ROOMS)
        # Made once: they are asked for at every call.
        object.__setattr__(self, "_rules", {False: rules, True: room_rules})

    @classmethod
    def free_plan(cls) -> Self:
        """Return a budget for a free plan: 60 calls a minute."""
        return cls(per_minute=60)

    @classmethod
    def paid_plan(cls) -> Self:
        """Return a budget for a paid plan: 240 calls a minute."""
        return cls(per_minute=240)

    def rules(self, *, room: bool) -> LogRules:
        """Return what the log of a key goes by."""
        return self._rules[room]

    def try_acquire(self, key: LimitKey, *, clock: Clock) -> Lease | timedelta:
        """Return the right to start a call now, or about how long it would have to wait."""
        return self._logs.try_acquire(key, self, clock=clock)

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
        return self._logs.acquire(key, self, clock=clock, max_wait=max_wait, on_wait=on_wait)

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
        return await self._logs.acquire_async(
            key, self, clock=clock, max_wait=max_wait, on_wait=on_wait
        )
