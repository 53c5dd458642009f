"""A rate budget that several processes or machines count together."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from datetime import timedelta
from os import PathLike
from pathlib import Path
from typing import Any, Protocol, Self

from naverworks_notify.clock import Clock
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.extras import needs
from naverworks_notify.limits._budget import RateBudget
from naverworks_notify.limits._limiter import Lease, Limiter, LimitKey
from naverworks_notify.limits._postgres_store import ConnectionPool, PostgresStore
from naverworks_notify.limits._shared_logs import LogStore, SharedLogs, Step
from naverworks_notify.limits._sqlite_store import SqliteStore

__all__ = ["ConnectionPool", "LogStore", "SharedRateBudget", "Step"]


class _Counting(Limiter, Protocol):
    def close(self) -> None: ...


class SharedRateBudget:
    """A `RateBudget` counted across processes, in a database that they share.

    All that a `RateBudget` knows stands there: who holds a place until when, the limit that the
    service stated, how long a 429 closes an operation, half an hour of continuous use. So the
    first calls of all processes count together, and what one learns all know. A call of which
    nobody heard again (its process was killed) counts as answered after `latency`.

    In SQLite the machine's clock counts (the client's, where it has another), in PostgreSQL and
    Redis the server's; waits are slept on the client's clock. Asking the database is blocking IO;
    the async client does it in a thread. Safe to share between threads, tasks and clients, and
    after a fork. `close()`, leaving a `with` block, or dropping the budget closes the SQLite file;
    pools and clients handed in stay the caller's.

    Examples:
        >>> import tempfile
        >>> with SharedRateBudget.sqlite(f"{tempfile.mkdtemp()}/limits.db") as budget:
        ...     limiter = budget  # Client(account, bot_id=..., limiter=budget)

    Args:
        store: Where the logs are kept: `SharedRateBudget.sqlite(...)` and `.postgres(...)` bring
            one.
        per_minute: Most calls of one operation in a window, of all processes together.
        room_per_minute: Most rooms created in a window.
        window: Length of a window.
        half_after: Continuous use after which half the limit applies.
        latency: How long after its start a call may be counted by the service: as long as the
            client's `timeout`, or less where answers are known to be quick.

    Raises:
        InvalidValue: A number is not positive, or the latency is negative.
    """

    def __init__(
        self,
        store: LogStore,
        *,
        per_minute: int = 240,
        room_per_minute: int = 10,
        window: timedelta = timedelta(seconds=60),
        half_after: timedelta = timedelta(minutes=30),
        latency: timedelta = timedelta(seconds=10),
    ) -> None:
        settings = _settings(per_minute, room_per_minute, window, half_after, latency)
        logs = SharedLogs(store, settings, patience=latency.total_seconds())
        self._set_up(logs, settings, repr(store))

    def _set_up(self, counting: _Counting, settings: RateBudget, where: str) -> None:
        self._counting = counting
        self._settings = settings
        self._where = where
        weakref.finalize(self, counting.close)

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
        return cls(
            SqliteStore(given / "naverworks-limits.db" if given.is_dir() else given), **limits
        )

    @classmethod
    def postgres(cls, pool: ConnectionPool, **limits: Any) -> Self:
        """Count in PostgreSQL, for any number of machines.

        The table `naverworks_notify_rates` is made where it is missing.

        Args:
            pool: A `psycopg_pool.ConnectionPool`, or whatever has a `connection()` that gives a
                psycopg connection for a block that is one transaction; stays the caller's.
            **limits: As for the class.
        """
        return cls(PostgresStore(pool), **limits)

    @classmethod
    def redis(
        cls,
        client: Any,
        *,
        per_minute: int = 240,
        room_per_minute: int = 10,
        window: timedelta = timedelta(seconds=60),
        half_after: timedelta = timedelta(minutes=30),
        latency: timedelta = timedelta(seconds=10),
    ) -> Self:
        """Count in Redis, for any number of machines; needs the extra `shared-limits`.

        Redis holds what all have used and the limit that the service stated. There a call is held
        from its start for one window and `latency`: the default uses about 86 % of the limit, 2
        seconds use 97 %. A 429 and half an hour of continuous use are known to each process
        alone.

        Args:
            client: A blocking client of redis-py, to Redis 5 or later; stays the caller's.
            per_minute: As for the class.
            room_per_minute: As for the class.
            window: As for the class.
            half_after: As for the class.
            latency: As for the class.
        """
        with needs("shared-limits", "SharedRateBudget.redis()"):
            from naverworks_notify.limits._redis_bucket import BucketBudget  # noqa: PLC0415

        settings = _settings(per_minute, room_per_minute, window, half_after, latency)
        self = cls.__new__(cls)
        self._set_up(BucketBudget(client, settings, latency=latency), settings, "Redis")
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._where}, {self._settings!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close what this budget opened; a later call opens it again. May be called twice."""
        self._counting.close()

    def try_acquire(self, key: LimitKey, *, clock: Clock) -> Lease | timedelta:
        """Return the right to start a call now, or about how long it would have to wait.

        Raises:
            StoreUnavailable: The database cannot be asked.
        """
        return self._counting.try_acquire(key, clock=clock)

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
            StoreUnavailable: The database cannot be asked.
        """
        return self._counting.acquire(key, clock=clock, max_wait=max_wait, on_wait=on_wait)

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
            StoreUnavailable: The database cannot be asked.
        """
        return await self._counting.acquire_async(
            key, clock=clock, max_wait=max_wait, on_wait=on_wait
        )


def _settings(
    per_minute: int,
    room_per_minute: int,
    window: timedelta,
    half_after: timedelta,
    latency: timedelta,
) -> RateBudget:
    if type(latency) is not timedelta or latency < timedelta():
        told = "must be a timedelta, not negative."
        raise InvalidValue(
            "This rate budget is refused", violations=(Violation("latency", "range", told),)
        )
    return RateBudget(
        per_minute=per_minute,
        room_per_minute=room_per_minute,
        window=window,
        half_after=half_after,
    )
