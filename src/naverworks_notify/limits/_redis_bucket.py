"""A budget counted in Redis, in buckets that keep their limit when many ask at once."""

from __future__ import annotations

import asyncio
import hashlib
import random
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from pyrate_limiter import AbstractBucket, Rate, RateItem
from redis.exceptions import AuthenticationError, OutOfMemoryError, ReadOnlyError, RedisError
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

from naverworks_notify.clock import Clock
from naverworks_notify.errors import StoreUnavailable
from naverworks_notify.limits._budget import RateBudget
from naverworks_notify.limits._headers import read_limit_headers
from naverworks_notify.limits._limiter import Lease, LimitKey
from naverworks_notify.limits._queue import OnWait, exhausted
from naverworks_notify.logs import logger_of

__all__ = ["BucketBudget", "RedisBucket"]

_log = logger_of("limits")

T = TypeVar("T")

# One step, and by the server's clock. The library's own bucket brings the caller's clock along and
# counts only up to it, so that what another caller took a millisecond later does not count; and
# its script is lost when the server restarts.
_TAKE = """
local moment = redis.call('TIME')
local now = moment[1] * 1000 + math.floor(moment[2] / 1000)
local limit, interval = tonumber(ARGV[1]), tonumber(ARGV[2])
limit = math.min(limit, tonumber(redis.call('GET', KEYS[2]) or ARGV[4]))
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - interval)
if redis.call('ZCARD', KEYS[1]) < limit then
    redis.call('ZADD', KEYS[1], now, ARGV[3])
    redis.call('PEXPIRE', KEYS[1], interval)
    return 0
end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return math.max(first[2] + interval - now, 1)
"""
_LEARNED_FOR_S = 86_400
# A bucket that is busy says to come back at once; asking again and again would keep it busy.
_SHORTEST_WAIT = 0.005
_MOST_BUCKETS = 1024
# How soon is asked again while nobody knows the limit.
_POLL = 0.25


class RedisBucket(AbstractBucket):
    """Counts in one sorted set, which Redis drops when it is no longer needed.

    Args:
        rates: One rate.
        client: A blocking client of redis-py.
        name: The key.
        first: What is counted up to until somebody has learned the service's limit.
    """

    is_async = False

    def __init__(self, rates: list[Rate], client: Any, name: str, *, first: int) -> None:
        self.rates = rates
        self._client = client
        self._name = name
        self._first = first
        self._take = client.register_script(_TAKE)
        self._wait = 0

    def put(self, item: RateItem) -> bool:
        """Take a place if there is one; the item's own time does not matter."""
        rate = self.rates[0]
        call = f"{item.name}:{uuid.uuid4().hex}"
        self._wait = int(
            self._take(
                keys=[self._name, f"{self._name}:limit"],
                args=[rate.limit, rate.interval, call, self._first],
            )
        )
        return self._wait == 0

    def learn(self, limit: int) -> None:
        """Count up to what the service stated, in every process."""
        self._client.set(f"{self._name}:limit", limit, ex=_LEARNED_FOR_S)

    def waiting(self, item: RateItem) -> int:  # noqa: ARG002 - the base's signature
        """Return the milliseconds until there may be a place, as of the last `put`."""
        return self._wait

    def leak(self, current_timestamp: int | None = None) -> int:  # noqa: ARG002 - the base's
        """Do nothing: each `put` drops what is too old."""
        return 0

    def flush(self) -> None:
        """Forget everything."""
        self._client.delete(self._name, f"{self._name}:limit")

    def count(self) -> int:
        """Return how many places are taken."""
        return int(self._client.zcard(self._name))

    def peek(self, index: int) -> RateItem | None:
        """Return the item of that place, newest first."""
        found = self._client.zrevrange(self._name, index, index, withscores=True)
        return RateItem("call", int(found[0][1])) if found else None


class _Counted:
    """The bucket of one key, and what this process knows of its limit."""

    def __init__(self, bucket: RedisBucket, *, hoping: bool) -> None:
        self._bucket = bucket
        self._hoping = hoping
        # A bucket keeps how long to wait from one step to the next.
        self._lock = threading.Lock()
        self._learned: int | None = None

    def ask(self) -> float:
        with self._lock:
            if self._bucket.put(RateItem("call", 0)):
                return 0.0
            return max(self._bucket.waiting(RateItem("call", 0)) / 1000, _SHORTEST_WAIT)

    @property
    def known(self) -> bool:
        """Whether nothing is to be hoped for from some other's answer."""
        return self._learned is not None or not self._hoping

    def learn(self, headers: Mapping[str, str]) -> None:
        stated = read_limit_headers(headers)
        if stated is not None and stated.limit is not None and stated.limit != self._learned:
            self._bucket.learn(stated.limit)
            self._learned = stated.limit


class BucketBudget:
    """What this process knows, counted by itself; what all have used, in buckets they share.

    Args:
        client: A blocking client of redis-py.
        settings: What is counted up to.
        latency: How long after its start a call may be counted by the service.
    """

    def __init__(self, client: Any, settings: RateBudget, *, latency: timedelta) -> None:
        self._client = client
        self._local = settings
        self._interval_ms = int((settings.window + latency) / timedelta(milliseconds=1))
        self._buckets: dict[LimitKey, _Counted] = {}

    def try_acquire(self, key: LimitKey, *, clock: Clock) -> Lease | timedelta:
        """Return the right to start a call now, or about how long it would have to wait."""
        lease = self._local.try_acquire(key, clock=clock)
        if isinstance(lease, timedelta):
            return lease
        counted = self._counted(key)
        try:
            wait = _asking(counted.ask)
        except BaseException:
            lease.abandon()
            raise
        if wait > 0:
            lease.abandon()
            return timedelta(seconds=wait)
        return _Place(lease, counted)

    def acquire(
        self, key: LimitKey, *, clock: Clock, max_wait: float, on_wait: OnWait | None = None
    ) -> Lease:
        """Block until a call may start."""
        waiting = _Waiting(key, clock, max_wait, on_wait)
        lease = self._local.acquire(key, clock=clock, max_wait=max_wait, on_wait=waiting.tell)
        counted = self._counted(key)
        try:
            while (asked := _asking(counted.ask)) > 0:
                clock.sleep(waiting.pause(asked, known=counted.known))
        except BaseException:
            lease.abandon()
            raise
        return _Place(lease, counted)

    async def acquire_async(
        self, key: LimitKey, *, clock: Clock, max_wait: float, on_wait: OnWait | None = None
    ) -> Lease:
        """Suspend until a call may start; Redis is asked in a thread."""
        waiting = _Waiting(key, clock, max_wait, on_wait)
        lease = await self._local.acquire_async(
            key, clock=clock, max_wait=max_wait, on_wait=waiting.tell
        )
        counted = self._counted(key)
        try:
            while (asked := await asyncio.to_thread(_asking, counted.ask)) > 0:
                await clock.sleep_async(waiting.pause(asked, known=counted.known))
        except BaseException:
            lease.abandon()
            raise
        return _Place(lease, counted)

    def close(self) -> None:
        """Let go of what is known of the buckets; the client is the caller's."""
        self._buckets.clear()

    def _counted(self, key: LimitKey) -> _Counted:
        counted = self._buckets.get(key)
        if counted is None:
            rules = self._local.rules(room=key.room)
            told = f"{key.owner}\n{key.operation}".encode()
            # A hash: the owner is nobody's business who can read Redis.
            name = f"naverworks_{hashlib.sha256(told).hexdigest()[:16]}"
            bucket = RedisBucket(
                [Rate(rules.limit, self._interval_ms)], self._client, name, first=rules.first
            )
            if len(self._buckets) >= _MOST_BUCKETS:
                # Nothing is lost: what counts stands in Redis.
                self._buckets.clear()
            counted = self._buckets.setdefault(
                key, _Counted(bucket, hoping=rules.first < rules.limit)
            )
        return counted


class _Waiting:
    """How long a call waits still, and whether that was told."""

    def __init__(
        self, key: LimitKey, clock: Clock, max_wait: float, on_wait: Callable[[float], None] | None
    ) -> None:
        self._key = key
        self._clock = clock
        self._deadline = clock.monotonic() + max_wait
        self._on_wait = on_wait

    def tell(self, estimate: float) -> None:
        on_wait, self._on_wait = self._on_wait, None
        if on_wait is not None:
            on_wait(estimate)

    def pause(self, asked: float, *, known: bool) -> float:
        left = self._deadline - self._clock.monotonic()
        if left <= 0 or (known and asked > left):
            raise exhausted(self._key, asked)
        self.tell(asked)
        # Spread, so that those who wait for the same moment do not all ask at once.
        spread = random.random() * _SHORTEST_WAIT  # noqa: S311 - keeps no secret
        return min((asked if known else min(asked, _POLL)) + spread, max(left, _SHORTEST_WAIT))


class _Place:
    """The place in this process, whose end teaches all of them the limit."""

    __slots__ = ("_counted", "_lease")

    def __init__(self, lease: Lease, counted: _Counted) -> None:
        self._lease = lease
        self._counted = counted

    def finish(self, headers: Mapping[str, str], pause: float = 0.0) -> None:
        self._lease.finish(headers, pause)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._learn(headers)
        else:
            loop.run_in_executor(None, self._learn, headers)

    def abandon(self) -> None:
        # The bucket keeps it: it knows no later moment than the start.
        self._lease.abandon()

    def _learn(self, headers: Mapping[str, str]) -> None:
        try:
            _asking(lambda: self._counted.learn(headers))
        except StoreUnavailable as error:
            _log.warning("%s", error)


def _asking(question: Callable[[], T]) -> T:
    try:
        return question()
    except (RedisError, OSError) as error:
        passing = isinstance(
            error, (NoConnection, NoAnswer, OutOfMemoryError, ReadOnlyError, OSError)
        ) and not isinstance(error, AuthenticationError)
        told = str(error).partition("\n")[0] or type(error).__name__
        raise StoreUnavailable("the rate budget", told, passing=passing) from error
