"""A rate budget that several processes or machines count together; needs `[shared-limits]`."""

from __future__ import annotations

import asyncio
import hashlib
import random
import threading
import weakref
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from os import PathLike
from pathlib import Path
from typing import Any, Self

from naverworks_notify.clock import Clock
from naverworks_notify.errors import BudgetExhausted, InvalidValue, Violation
from naverworks_notify.extras import needs
from naverworks_notify.limits._budget import RateBudget
from naverworks_notify.limits._limiter import Lease, LimitKey
from naverworks_notify.private_files import claim, make_folder

with needs("shared-limits", "SharedRateBudget"):
    from pyrate_limiter import AbstractBucket, PostgresBucket, Rate, RateItem, SQLiteBucket

    from naverworks_notify.limits._redis_bucket import RedisBucket

__all__ = ["OpenBucket", "SharedRateBudget"]

OpenBucket = Callable[[str, list[Rate]], AbstractBucket]
"""Opens the bucket of that name, made of letters, digits and underscores, with those rates."""

_LEAK_EVERY = 100
# A bucket that is busy says to come back at once; asking again and again would keep it busy.
_SHORTEST_WAIT = 0.005


class SharedRateBudget:
    """A `RateBudget` counted across processes, in a bucket of pyrate-limiter that they share.

    What this process knows (the limit in the headers, a 429, half an hour of continuous use) is
    kept by a `RateBudget` of its own; what all of them have used stands in the bucket. There a
    call is held from its start for one window and `latency`, so no window of the service holds
    more than the limit as long as calls are answered within that time; pyrate-limiter's buckets
    know no later moment than the start. The default is the client's default timeout, and uses
    about 86 % of the limit; 2 seconds use 97 %.

    The bucket goes by the server's clock in PostgreSQL and Redis; in SQLite by the machine's.
    Waits are slept on the client's clock. Asking the bucket is blocking IO; the async client does
    it in a thread. Safe to share between threads, tasks and clients; make another one after a
    fork. `close()`, leaving a `with` block, or dropping the budget closes the SQLite file; pools
    and clients handed in stay the caller's.

    Examples:
        >>> import tempfile
        >>> with SharedRateBudget.sqlite(f"{tempfile.mkdtemp()}/limits.db") as budget:
        ...     limiter = budget  # Client(account, bot_id=..., limiter=budget)

    Args:
        open_bucket: Opens a bucket.
        per_minute: Most calls of one operation in a window, of all processes together.
        room_per_minute: Most rooms created in a window.
        window: Length of a window.
        latency: How long after its start a call may be counted by the service: as long as the
            client's `timeout`, or less where answers are known to be quick.

    Raises:
        InvalidValue: A number is not positive, or the latency is negative.
    """

    def __init__(
        self,
        open_bucket: OpenBucket,
        *,
        per_minute: int = 240,
        room_per_minute: int = 10,
        window: timedelta = timedelta(seconds=60),
        latency: timedelta = timedelta(seconds=10),
    ) -> None:
        if type(latency) is not timedelta or latency < timedelta():
            told = "must be a timedelta, not negative."
            raise InvalidValue(
                "This rate budget is refused", violations=(Violation("latency", "range", told),)
            )
        self._local = RateBudget(
            per_minute=per_minute, room_per_minute=room_per_minute, window=window
        )
        self._open = open_bucket
        self._interval_ms = int((window + latency) / timedelta(milliseconds=1))
        self._buckets: dict[LimitKey, _Bucket] = {}
        self._lock = threading.Lock()

    @classmethod
    def sqlite(cls, path: str | PathLike[str], **limits: Any) -> Self:
        """Count in an SQLite file, for the processes of one machine.

        Args:
            path: The file; `~` is expanded. What is missing is made for this user alone: the
                file and a lock file beside it (mode 0600), and folders (mode 0700). For a folder
                that exists, `naverworks-limits.db` in it.
            **limits: As for the class.
        """
        given = Path(path).expanduser()
        file = given / "naverworks-limits.db" if given.is_dir() else given

        def open_bucket(name: str, rates: list[Rate]) -> AbstractBucket:
            _make_private(file)
            return SQLiteBucket.init_from_file(
                rates, table=name, db_path=str(file), use_file_lock=True
            )

        return cls(open_bucket, **limits)

    @classmethod
    def postgres(cls, pool: Any, **limits: Any) -> Self:
        """Count in PostgreSQL, for any number of machines.

        Args:
            pool: A `psycopg_pool.ConnectionPool`; stays the caller's.
            **limits: As for the class.
        """

        def open_bucket(name: str, rates: list[Rate]) -> AbstractBucket:
            return PostgresBucket(pool, name, rates)

        return cls(open_bucket, **limits)

    @classmethod
    def redis(cls, client: Any, **limits: Any) -> Self:
        """Count in Redis, for any number of machines.

        Args:
            client: A blocking client of redis-py, to Redis 5 or later; stays the caller's.
            **limits: As for the class.
        """

        def open_bucket(name: str, rates: list[Rate]) -> AbstractBucket:
            return RedisBucket(rates, client, name)

        return cls(open_bucket, **limits)

    def __repr__(self) -> str:
        return f"SharedRateBudget({self._local!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close what this budget opened; a later call opens it again. May be called twice."""
        with self._lock:
            buckets = tuple(self._buckets.values())
            self._buckets.clear()
        for bucket in buckets:
            bucket.close()

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
        lease = self._local.acquire(key, clock=clock, max_wait=max_wait, on_wait=on_wait)
        waiting = _Waiting(key, max_wait, on_wait)
        try:
            while (pause := waiting.next_pause(self._ask(key))) > 0:
                clock.sleep(pause)
        except BaseException:
            lease.abandon()
            raise
        return lease

    async def acquire_async(
        self,
        key: LimitKey,
        *,
        clock: Clock,
        max_wait: float,
        on_wait: Callable[[float], None] | None = None,
    ) -> Lease:
        """Suspend until a call may start.

        Raises:
            BudgetExhausted: The wait would exceed `max_wait` seconds.
        """
        lease = await self._local.acquire_async(
            key, clock=clock, max_wait=max_wait, on_wait=on_wait
        )
        waiting = _Waiting(key, max_wait, on_wait)
        try:
            while (pause := waiting.next_pause(await asyncio.to_thread(self._ask, key))) > 0:
                await clock.sleep_async(pause)
        except BaseException:
            lease.abandon()
            raise
        return lease

    def _ask(self, key: LimitKey) -> float:
        """Take a place in the bucket and return 0, or return the seconds until there may be one."""
        with self._lock:
            bucket = self._buckets.get(key)
            if bucket is None:
                limit = self._local.room_per_minute if key.room else self._local.per_minute
                bucket = self._buckets[key] = _Bucket(
                    self._open(_name_of(key), [Rate(limit, self._interval_ms)])
                )
        return bucket.ask()


class _Bucket:
    """One bucket and a lock: pyrate-limiter's are safe between processes or threads, not both."""

    def __init__(self, bucket: AbstractBucket) -> None:
        self._bucket = bucket
        self._lock = threading.Lock()
        self._asked = 0
        # Only SQLite's connection is ours; a PostgreSQL bucket would close the caller's pool.
        self._release: Callable[[], object] | None = (
            weakref.finalize(self, bucket.conn.close) if isinstance(bucket, SQLiteBucket) else None
        )

    def close(self) -> None:
        with self._lock:
            if self._release is not None:
                self._release()

    def ask(self) -> float:
        bucket: Any = self._bucket
        # SQLite's file lock is held from before the clock is read: what waits for it starts later,
        # and a place counted from earlier than its call would be free again too early.
        with self._lock, bucket.limiter_lock() or nullcontext():
            now = bucket.now()
            self._asked += 1
            if self._asked % _LEAK_EVERY == 0:
                bucket.leak(int(now))
            item = RateItem("call", int(now))
            if bucket.put(item):
                return 0.0
            waiting = bucket.waiting(item)
        return max(float(waiting) / 1000, _SHORTEST_WAIT) if isinstance(waiting, int) else 1.0


class _Waiting:
    """How long a call has waited, and whether it may go on."""

    def __init__(self, key: LimitKey, left: float, on_wait: Callable[[float], None] | None) -> None:
        self._key = key
        self._left = left
        self._on_wait = on_wait

    def next_pause(self, asked: float) -> float:
        if asked <= 0:
            return 0.0
        # Spread, so that those who wait for the same moment do not all ask at once.
        pause = asked + random.random() * _SHORTEST_WAIT  # noqa: S311 - keeps no secret
        if pause > self._left:
            raise BudgetExhausted(
                f"{self._key.operation}: the shared rate budget is used up for another "
                f"{asked:.1f} s, longer than this call may wait.",
                operation=self._key.operation,
                retry_after=timedelta(seconds=asked),
            )
        self._left -= pause
        if self._on_wait is not None:
            self._on_wait(asked)
            self._on_wait = None
        return pause


def _make_private(file: Path) -> None:
    """Make what pyrate-limiter would make readable to everyone."""
    make_folder(file.parent)
    claim(file, sharing=True)
    claim(Path(f"{file}.lock"), follow=False, sharing=True)


def _name_of(key: LimitKey) -> str:
    # A hash: the owner may be anything, and a table's name may not.
    told = f"{key.owner}\n{key.operation}".encode()
    return f"naverworks_{hashlib.sha256(told).hexdigest()[:16]}"
