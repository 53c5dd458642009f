"""Logs in one table of a PostgreSQL database, for any number of machines."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from typing import Any, Protocol

from naverworks_notify.clock import Clock
from naverworks_notify.errors import StoreUnavailable
from naverworks_notify.limits._shared_logs import Step

__all__ = ["ConnectionPool", "PostgresStore"]

_FIND = "SELECT to_regclass('naverworks_notify_rates')"
_MAKE = """
CREATE TABLE IF NOT EXISTS naverworks_notify_rates
    (name text PRIMARY KEY, log bytea NOT NULL, changed double precision NOT NULL)
"""
# By the server's clock, read with the lock in hand: who waited for it starts later.
_READ = """
WITH held AS MATERIALIZED (
    SELECT log FROM naverworks_notify_rates WHERE name = %s FOR UPDATE
)
SELECT log, extract(epoch FROM clock_timestamp())::double precision FROM held
"""
_BEGIN = "INSERT INTO naverworks_notify_rates VALUES (%s, %s, 0) ON CONFLICT DO NOTHING"
_WRITE = "UPDATE naverworks_notify_rates SET log = %s, changed = %s WHERE name = %s"
_SWEEP = """
DELETE FROM naverworks_notify_rates WHERE name IN (
    SELECT name FROM naverworks_notify_rates WHERE changed < %s FOR UPDATE SKIP LOCKED
)
"""
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('naverworks_notify_rates'))"
_SWEEP_EVERY = 600.0
# A wrong password or a database that does not exist, by the class of its SQLSTATE
# (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_LASTING = ("28", "3D")


class ConnectionPool(Protocol):
    """What is needed of `psycopg_pool.ConnectionPool`."""

    def connection(self) -> AbstractContextManager[Any]:
        """Return a psycopg connection, for a block that is one transaction."""
        ...


class PostgresStore:
    """One table, whatever the number of logs. Safe to share between threads.

    Args:
        pool: Stays the caller's.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._made = False
        self._next_sweep = 0.0

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def change(self, name: str, clock: Clock, step: Step, *, stale_after: float) -> None:
        """Replace one log by what `step` makes of it, in one transaction."""
        import psycopg  # noqa: PLC0415 - whoever has a pool has it

        try:
            if not self._made:
                self._make()
            with self._pool.connection() as connection:
                own = clock.monotonic()
                row = connection.execute(_READ, (name,)).fetchone()
                while row is None:
                    connection.execute(_BEGIN, (name, b""))
                    row = connection.execute(_READ, (name,)).fetchone()
                kept, now = row
                connection.execute(_WRITE, (step(bytes(kept), now, own), now, name))
                if own >= self._next_sweep:
                    connection.execute(_SWEEP, (now - stale_after,))
                    self._next_sweep = own + _SWEEP_EVERY
        except (psycopg.Error, OSError) as error:
            state = getattr(error, "sqlstate", None) or ""
            lasting = (
                not isinstance(error, (psycopg.OperationalError, OSError))
                or state.startswith(_LASTING)
                or type(error).__name__ == "PoolClosed"
            )
            told = str(error).partition("\n")[0] or type(error).__name__
            raise StoreUnavailable("the rate budget", told, passing=not lasting) from error

    def close(self) -> None:
        """Do nothing: the pool is the caller's."""

    def _make(self) -> None:
        with self._lock, self._pool.connection() as connection:
            # Asked first: whoever may not make tables may use one that is there.
            if connection.execute(_FIND).fetchone() == (None,):
                # Two that make it at the same moment would get in each other's way.
                connection.execute(_ALONE)
                connection.execute(_MAKE)
            self._made = True
