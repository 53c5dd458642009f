"""Counting calls per operation and domain, in fixed or sliding windows."""

from __future__ import annotations

import math
from collections import deque
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from attrs import define, field, frozen

from naverworks_notify.simulator.service._behaviour import Behaviour, RateHeaders

__all__ = ["Rates", "Standing", "WindowKind"]

WindowKind = Literal["fixed", "sliding"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@frozen
class Standing:
    """How one bucket stands after a call was counted or refused."""

    allowed: bool
    limit: int
    used: int
    reset: timedelta

    def headers(self, behaviour: Behaviour, now: datetime) -> dict[str, str]:
        """Return the rate-limit headers; `reset` in whole seconds."""
        whole = math.ceil if behaviour.rate_rounding == "up" else math.floor
        seconds = max(whole(self.reset.total_seconds()), 0)
        found: dict[str, str] = {}
        if behaviour.rate_headers is not RateHeaders.NONE:
            prefix = "x-" if behaviour.rate_headers is RateHeaders.PREFIXED else ""
            used = "ssed" if behaviour.rate_headers is RateHeaders.DOCUMENTED else "used"
            found = {
                f"{prefix}ratelimit-{used}": str(self.used),
                f"{prefix}ratelimit-limit": str(self.limit),
                f"{prefix}ratelimit-remaining": str(max(self.limit - self.used, 0)),
                f"{prefix}ratelimit-reset": str(seconds),
            }
        if not self.allowed and behaviour.retry_after == "seconds":
            found["retry-after"] = str(seconds)
        if not self.allowed and behaviour.retry_after == "date":
            found["retry-after"] = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
        return found


@define
class _Bucket:
    opened: datetime | None = None
    count: int = 0
    log: deque[datetime] = field(factory=deque)


class Rates:
    """The buckets of all domains. Not thread-safe; the service holds its lock around it."""

    def __init__(self, *, window: timedelta, kind: WindowKind) -> None:
        """Start with empty buckets.

        Raises:
            ValueError: The window is not positive, or the kind is unknown.
        """
        if window <= timedelta():
            raise ValueError("window must be positive.")
        if kind not in {"fixed", "sliding"}:
            raise ValueError("window_kind must be 'fixed' or 'sliding'.")
        self.window = window
        self.kind = kind
        self._buckets: dict[tuple[int, str], _Bucket] = {}

    def count(
        self, domain_id: int, operation: str, *, limit: int, now: datetime, behaviour: Behaviour
    ) -> Standing:
        """Count one call, or refuse it when the bucket is full."""
        bucket = self._buckets.setdefault((domain_id, operation), _Bucket())
        if self.kind == "fixed":
            return self._count_fixed(bucket, limit, now, behaviour)
        return self._count_sliding(bucket, limit, now, behaviour)

    def _count_fixed(
        self, bucket: _Bucket, limit: int, now: datetime, behaviour: Behaviour
    ) -> Standing:
        if bucket.opened is None or now >= bucket.opened + self.window:
            into = (now - _EPOCH) % self.window
            bucket.opened = now - into if behaviour.rate_alignment == "epoch" else now
            bucket.count = 0
        allowed = bucket.count < limit
        if allowed or behaviour.count_refused:
            bucket.count += 1
        return Standing(allowed, limit, bucket.count, bucket.opened + self.window - now)

    def _count_sliding(
        self, bucket: _Bucket, limit: int, now: datetime, behaviour: Behaviour
    ) -> Standing:
        while bucket.log and now >= bucket.log[0] + self.window:
            bucket.log.popleft()
        allowed = len(bucket.log) < limit
        if allowed or behaviour.count_refused:
            bucket.log.append(now)
        first = bucket.log[0] if bucket.log else now
        return Standing(allowed, limit, len(bucket.log), first + self.window - now)
