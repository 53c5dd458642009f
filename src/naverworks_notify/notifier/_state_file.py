"""The state on disk, so that a second run, or another process, sends nothing twice."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.private_files import claim

__all__ = ["StateFile"]

# "nwdl" in ASCII; SQLite keeps it in the file's header, so that another program's database, or a
# file named by mistake, is told apart before anything is written to it.
_APPLICATION_ID = 0x6E77646C
_LOCK_WAIT_S = 30.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS delivered (
    event_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    kept INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (event_id, person_id)
) WITHOUT ROWID
"""


def _text(moment: datetime) -> str:
    # One zone and one precision, so that texts compare as the moments do.
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class StateFile:
    """The state in one SQLite file, created with mode 0600.

    Each step is a transaction of its own: a crash in the middle of a write leaves the file as it
    was, and processes of one machine may share it. A claim whose process died stays claimed,
    because its message may have gone out; `forget` drops it. It holds ids of events and people,
    and no address, name or text. Safe for threads, tasks and forks: no connection is kept open.
    Do not put it on a network drive: SQLite's locks are not reliable there.

    Examples:
        >>> import tempfile
        >>> at = datetime.fromisoformat("2026-03-02T10:00:00+09:00")
        >>> state = StateFile(Path(tempfile.mkdtemp()) / "delivered.sqlite")
        >>> state.claim("ev-1", "u-2", at=at)
        True
        >>> list(StateFile(state.path).delivered("ev-1"))
        ['u-2']

    Attributes:
        path: Where the file is.
    """

    blocking = True

    def __init__(self, path: str | os.PathLike[str], *, read_only: bool = False) -> None:
        """Open the file, or create it.

        Args:
            path: Where the file is or shall be; its folder must exist.
            read_only: For looking only: where no file is yet, none is created, and `delivered`
                answers that nothing was. A dry run uses this.

        Raises:
            InvalidValue: The file cannot be opened, or it is not a state file.
        """
        # Where it is now: a program may change its working directory later.
        self.path: Path = Path(path).expanduser().absolute()
        self._empty = read_only and not self.path.exists()
        if self._empty:
            return
        if not read_only:
            try:
                # SQLite would create the file with the umask's mode.
                claim(self.path)
            except OSError as error:
                raise self._refused(f"cannot be opened: {error.strerror}.") from error
        # In one transaction: a process that opens the file at the same moment, or one that finds it
        # after a crash, sees it blank or finished, never a table without its mark.
        begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"
        with self._connect() as connection:
            connection.execute(begin)
            self._empty = self._is_blank(connection) and read_only
            if not read_only:
                connection.execute(_SCHEMA)
                connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            connection.execute("COMMIT")

    def delivered(self, event_id: str) -> Mapping[str, datetime]:
        """Return for whom this event is claimed or kept, and since when."""
        if self._empty:
            return {}
        with self._connect() as connection:
            rows = connection.execute(
                "SELECT person_id, at FROM delivered WHERE event_id = ?", (event_id,)
            ).fetchall()
        return {person_id: datetime.fromisoformat(at) for person_id, at in rows}

    def claim(
        self, event_id: str, person_id: str, *, at: datetime, seen: datetime | None = None
    ) -> bool:
        """Take the pair; return False where it is taken already."""
        with self._connect() as connection:
            done = connection.execute(
                # Only a pair that stands as it was seen gives way; no moment equals NULL.
                "INSERT INTO delivered VALUES (?, ?, 0, ?) ON CONFLICT"
                " DO UPDATE SET kept = 0, at = excluded.at WHERE at = ?",
                (event_id, person_id, _text(at), seen and _text(seen)),
            )
            return done.rowcount == 1

    def keep(self, event_id: str, person_id: str, *, at: datetime) -> None:
        """Remember the pair for good."""
        with self._connect() as connection:
            connection.execute(
                "INSERT INTO delivered VALUES (?, ?, 1, ?)"
                " ON CONFLICT DO UPDATE SET kept = 1, at = excluded.at",
                (event_id, person_id, _text(at)),
            )

    def release(self, event_id: str, person_id: str) -> None:
        """Give a claim back; what is kept stays."""
        with self._connect() as connection:
            connection.execute(
                "DELETE FROM delivered WHERE event_id = ? AND person_id = ? AND kept = 0",
                (event_id, person_id),
            )

    def forget(self, *, before: datetime, sparing: Collection[str] = ()) -> int:
        """Drop what was claimed or kept before a moment; return how many pairs that were.

        An event that comes again after it was forgotten is sent again. The file does not shrink;
        what comes next takes the place.

        Args:
            before: The moment.
            sparing: Events that may still come again and are kept, however old.

        Raises:
            ValueError: `before` is naive.
        """
        if before.tzinfo is None:
            raise ValueError("forget() needs an aware datetime.")
        with self._connect() as connection:
            done = connection.execute(
                "DELETE FROM delivered WHERE at < ?"
                " AND event_id NOT IN (SELECT value FROM json_each(?))",
                (_text(before), json.dumps(list(sparing))),
            )
            return done.rowcount

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(
                sqlite3.connect(
                    # Also for reading alone: after a crash, a reader has to put the file right.
                    f"{self.path.as_uri()}?mode=rw",
                    uri=True,
                    timeout=_LOCK_WAIT_S,
                    isolation_level=None,
                )
            ) as connection:
                yield connection
        except sqlite3.DatabaseError as error:
            raise self._refused(f"cannot be used as a state file: {error}.") from error

    def _is_blank(self, connection: sqlite3.Connection) -> bool:
        (found,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and found != _APPLICATION_ID:
            raise self._refused("is the database of another program, not a state file.")
        return not tables

    def _refused(self, told: str) -> InvalidValue:
        message = f"{self.path.name} {told}"
        return InvalidValue(violations=(Violation("state", "state_file", message),))
