"""Logs in one table of an SQLite file, for the processes of one machine."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from naverworks_notify.clock import Clock
from naverworks_notify.errors import StoreUnavailable
from naverworks_notify.limits._shared_logs import Step
from naverworks_notify.private_files import claim, claim_database

if sys.platform != "win32":  # there, SQLite's own lock has to do
    import fcntl

__all__ = ["SqliteStore"]

_MAKE = """
CREATE TABLE IF NOT EXISTS naverworks_notify_rates
    (name TEXT PRIMARY KEY, log BLOB NOT NULL, changed REAL NOT NULL) WITHOUT ROWID
"""
_READ = "SELECT log FROM naverworks_notify_rates WHERE name = ?"
_WRITE = "INSERT OR REPLACE INTO naverworks_notify_rates VALUES (?, ?, ?)"
_SWEEP = "DELETE FROM naverworks_notify_rates WHERE changed < ?"
_SWEEP_EVERY = 600.0
_BUSY_S = 5.0
_NAP_S = 0.0005
# What a lock, a full disk or a lack of memory is called; all else stays until somebody mends it.
_PASSING = frozenset({"BUSY", "LOCKED", "FULL", "IOERR", "NOMEM", "INTERRUPT", "PROTOCOL"})

_PASSING_ERRNOS = frozenset(
    {errno.EAGAIN, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOSPC}
)


class SqliteStore:
    """One connection and one table, whatever the number of logs.

    Opened on first use, again after an error, after the file was replaced, and in a forked child.
    Safe to share between threads.

    Args:
        file: The file. What is missing is made for this user alone: the file and a lock file beside
            it (mode 0600), and folders (mode 0700).
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._open: _Opened | None = None
        # A connection of the parent's must not even be closed by a forked child.
        self._inherited: list[_Opened] = []
        self._pid = os.getpid()
        self._next_sweep = 0.0

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._file)!r})"

    def change(self, name: str, clock: Clock, step: Step, *, stale_after: float) -> None:
        """Replace one log by what `step` makes of it, in one transaction."""
        if os.getpid() != self._pid:
            self._leave_to_parent()
        with self._lock:
            try:
                opened = self._opened()
                with opened.alone() as connection:
                    # Read with the lock in hand: who waited for it starts later.
                    now, own = clock.now().timestamp(), clock.monotonic()
                    row = connection.execute(_READ, (name,)).fetchone()
                    connection.execute(_WRITE, (name, step(row and row[0], now, own), now))
                    if own >= self._next_sweep:
                        connection.execute(_SWEEP, (now - stale_after,))
                        self._next_sweep = own + _SWEEP_EVERY
            except (sqlite3.Error, OSError) as error:
                self._close()
                raise _unavailable(error) from error

    def close(self) -> None:
        """Close the file; a later change opens it again."""
        if os.getpid() == self._pid:
            with self._lock:
                self._close()

    def _opened(self) -> _Opened:
        if self._open is not None and not self._open.is_at(self._file):
            self._close()
        if self._open is None:
            self._open = _Opened(self._file)
        return self._open

    def _close(self) -> None:
        opened, self._open = self._open, None
        if opened is not None:
            opened.close()

    def _leave_to_parent(self) -> None:
        self._lock = threading.Lock()
        if self._open is not None:
            self._inherited.append(self._open)
        self._open = None
        self._pid = os.getpid()


class _Opened:
    def __init__(self, file: Path) -> None:
        claim_database(file, sharing=True)
        lock = Path(f"{file}.lock")
        claim(lock, follow=False, sharing=True)
        self._guard = lock.open("rb+")
        try:
            self._connection = sqlite3.connect(
                file, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
            )
        except BaseException:
            self._guard.close()
            raise
        try:
            self._lock_guard()
            try:
                # What a power cut takes away were only a few calls of the last window.
                self._connection.execute("PRAGMA journal_mode=WAL")
                self._connection.execute("PRAGMA synchronous=NORMAL")
                self._connection.execute(_MAKE)
            finally:
                self._unlock_guard()
            self._file_id = _id_of(file)
        except BaseException:
            self.close()
            raise

    def is_at(self, file: Path) -> bool:
        try:
            return _id_of(file) == self._file_id
        except OSError:
            return False

    @contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        self._lock_guard()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise
        finally:
            self._unlock_guard()

    def _lock_guard(self) -> None:
        # SQLite asks for its own lock with ever longer sleeps in between, up to a tenth of a second:
        # eight processes together would be slower than one. A lock that waits in the kernel has no
        # end, and whoever holds it may have been stopped.
        if sys.platform == "win32":
            return
        until = time.monotonic() + _BUSY_S
        while True:
            try:
                fcntl.flock(self._guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise
                time.sleep(_NAP_S * random.random())  # noqa: S311 - keeps no secret
            else:
                return

    def _unlock_guard(self) -> None:
        if sys.platform != "win32":
            fcntl.flock(self._guard, fcntl.LOCK_UN)

    def close(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        self._guard.close()


def _id_of(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_dev, found.st_ino


def _unavailable(error: sqlite3.Error | OSError) -> StoreUnavailable:
    if isinstance(error, OSError):
        told, passing = error.strerror, error.errno in _PASSING_ERRNOS
    else:
        name = getattr(error, "sqlite_errorname", None) or ""
        told, passing = str(error), name.removeprefix("SQLITE_").partition("_")[0] in _PASSING
    return StoreUnavailable("the rate budget", told or type(error).__name__, passing=passing)
