"""A bucket of pyrate-limiter in Redis that keeps its limit when many ask at once."""

from __future__ import annotations

import uuid
from typing import Any

from pyrate_limiter import AbstractBucket, Rate, RateItem

__all__ = ["RedisBucket"]

# One step, and by the server's clock. The library's own bucket brings the caller's clock along and
# counts only up to it, so that what another caller took a millisecond later does not count; and
# its script is lost when the server restarts.
_TAKE = """
local moment = redis.call('TIME')
local now = moment[1] * 1000 + math.floor(moment[2] / 1000)
local limit, interval = tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - interval)
if redis.call('ZCARD', KEYS[1]) < limit then
    redis.call('ZADD', KEYS[1], now, ARGV[3])
    redis.call('PEXPIRE', KEYS[1], interval)
    return 0
end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return math.max(first[2] + interval - now, 1)
"""


class RedisBucket(AbstractBucket):
    """Counts in one sorted set, which Redis drops when it is no longer needed.

    Args:
        rates: One rate.
        client: A blocking client of redis-py.
        name: The key.
    """

    is_async = False

    def __init__(self, rates: list[Rate], client: Any, name: str) -> None:
        self.rates = rates
        self._client = client
        self._name = name
        self._take = client.register_script(_TAKE)
        self._wait = 0

    def put(self, item: RateItem) -> bool:
        """Take a place if there is one; the item's own time does not matter."""
        rate = self.rates[0]
        arguments = [rate.limit, rate.interval, f"{item.name}:{uuid.uuid4().hex}"]
        self._wait = int(self._take(keys=[self._name], args=arguments))
        return self._wait == 0

    def waiting(self, item: RateItem) -> int:  # noqa: ARG002 - the base's signature
        """Return the milliseconds until there may be a place, as of the last `put`."""
        return self._wait

    def leak(self, current_timestamp: int | None = None) -> int:  # noqa: ARG002 - the base's
        """Do nothing: each `put` drops what is too old."""
        return 0

    def flush(self) -> None:
        """Forget everything."""
        self._client.delete(self._name)

    def count(self) -> int:
        """Return how many places are taken."""
        return int(self._client.zcard(self._name))

    def peek(self, index: int) -> RateItem | None:
        """Return the item of that place, newest first."""
        found = self._client.zrevrange(self._name, index, index, withscores=True)
        return RateItem("call", int(found[0][1])) if found else None
