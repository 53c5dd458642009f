"""The ledger in a SQL database: SQLite for one machine, PostgreSQL for many. Extra `sql`."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import evolve

from naverworks_notify import private_files
from naverworks_notify.alerts import Alert
from naverworks_notify.errors import InvalidValue, NaverWorksError, Violation
from naverworks_notify.extras import needs
from naverworks_notify.notifier._forgetting import (
    FORGOTTEN,
    nameless_record,
    nameless_row,
    pseudonym,
)
from naverworks_notify.notifier._ledger import (
    CAP_LENGTH,
    AlertRecord,
    LedgerError,
    Row,
    State,
    TenantLedger,
)
from naverworks_notify.notifier._memory_ledger import history_of
from naverworks_notify.policy import History, Occurrence

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, MetaData

__all__ = ["SqlLedger"]

T = TypeVar("T")

_VERSION = 1
_CHUNK = 500
_LONGEST_TENANT = 100
_LOCK_WAIT_S = 30.0
_POOL_SIZE = 8
# What stands for a text begins so; an index of PostgreSQL takes three keys of this length.
_MARK = "~"
_LONGEST_KEY = 400
_TRIES = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# https://www.postgresql.org/docs/current/errcodes-appendix.html: the transaction was undone, and
# may be repeated as it is.
_REPEATABLE = {"40001", "40P01"}
_WAITING = (State.ACCEPTED, State.DEFERRED)
_FINISHED = (
    State.SENT,
    State.FAILED,
    State.UNKNOWN,
    State.SUPPRESSED,
    State.UNMATCHED,
    State.CANCELLED,
)


class SqlLedger(TenantLedger):
    """Remembers in a database: over restarts, and for several processes at once. Safe for threads.

    Each `write` is one transaction and has reached the disk when it returns. On SQLite it keeps one
    connection, in WAL mode; do not put the file on a network drive. On PostgreSQL it keeps a pool.
    The tables bear the prefix `naverworks_notify_`, so they may stand in the application's own
    database. They hold ids; names, addresses and contents only of what still waits.

    Examples:
        >>> with SqlLedger("sqlite://") as ledger:  # in memory, for a test
        ...     ledger.find()
        ()

    Args:
        database: A URL, `sqlite:///deliveries.sqlite` or `postgresql://…` (by psycopg 3), or an
            engine of SQLAlchemy. A file of SQLite is created with mode 0600.
        tenant: Whose rows these are, in 1 to 100 characters; one database serves many.
        create_tables: Make the tables when they are not there. With False they are yours to make,
            from `SqlLedger.tables()`.

    Raises:
        InvalidValue: The URL or the tenant's name is none, or another version made the tables.
        LedgerError: The database cannot be reached, or the tables cannot be made.
        MissingExtra: SQLAlchemy or the database's driver is not installed.
    """

    def __init__(
        self,
        database: str | Engine,
        *,
        tenant: str = "default",
        create_tables: bool = True,
    ) -> None:
        with needs("sql", "SqlLedger"):
            import sqlalchemy as sa  # noqa: PLC0415 - an extra
        if not 1 <= len(tenant) <= _LONGEST_TENANT:
            raise _refused("tenant", "length", f"must have 1 to {_LONGEST_TENANT} characters.")
        super().__init__(tenant)
        self._sa = sa
        self._pid = os.getpid()
        self._parents: list[object] = []
        self._is_ours = not isinstance(database, sa.Engine)
        self._engine = database if isinstance(database, sa.Engine) else _open(database)
        # One connection of SQLite serves one thread at a time.
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        self._lock = threading.RLock()
        metadata = self.tables()
        self._alerts = metadata.tables["naverworks_notify_alert"]
        self._deliveries = metadata.tables["naverworks_notify_delivery"]
        self._meta = metadata.tables["naverworks_notify_meta"]
        try:
            if create_tables:
                with _named_errors():
                    _create(metadata, self._engine)
            self._secret = self._read_secret()
        except BaseException:
            self.close()
            raise

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._engine.dialect.name}, tenant={self.tenant!r})"

    @classmethod
    def copy_of(cls, path: str | os.PathLike[str], *, tenant: str = "default") -> Self:
        """Return a ledger in memory that begins as a SQLite file stands, and leaves the file alone.

        Args:
            path: The file; an empty ledger where there is none.
            tenant: Whose rows these are.

        Raises:
            LedgerError: The file cannot be read.
        """
        with needs("sql", "SqlLedger"):
            import sqlalchemy as sa  # noqa: PLC0415 - an extra

        engine = _open_sqlite(sa.make_url("sqlite://"))
        place = Path(path).expanduser().absolute()
        try:
            if place.exists():
                with _named_errors(), engine.connect() as connection:
                    source = sqlite3.connect(
                        f"{place.as_uri()}?mode=ro", uri=True, timeout=_LOCK_WAIT_S
                    )
                    with closing(source):
                        source.backup(connection.connection.dbapi_connection)  # type: ignore[arg-type]
            ledger = cls(engine, tenant=tenant)
        except BaseException:
            engine.dispose()
            raise
        # Nobody else knows the engine, so it goes with the ledger.
        ledger._is_ours = True
        return ledger

    @staticmethod
    def tables(metadata: MetaData | None = None) -> MetaData:
        """Return the tables, in your own metadata if given (for Alembic)."""
        with needs("sql", "SqlLedger"):
            import sqlalchemy as sa  # noqa: PLC0415 - an extra

        metadata = sa.MetaData() if metadata is None else metadata
        # Microseconds since 1970: exact, and in order, on every database.
        moment = sa.BigInteger

        def key(name: str) -> sa.Column[str]:
            return sa.Column(name, sa.Text, primary_key=True)

        sa.Table(
            "naverworks_notify_alert",
            metadata,
            key("tenant"),
            key("event_id"),
            sa.Column("type", sa.Text, nullable=False),
            sa.Column("at", moment, nullable=False),
            sa.Column("subject", sa.Text),
            sa.Column("occurrence", sa.Text),
            sa.Column("body", sa.Text),
            sa.Column("exact", sa.Text),
            sa.Index("naverworks_notify_alert_subject", "tenant", "subject"),
            sa.Index("naverworks_notify_alert_at", "tenant", "at"),
        )
        sa.Table(
            "naverworks_notify_delivery",
            metadata,
            key("tenant"),
            key("event_id"),
            key("person_id"),
            sa.Column("state", sa.Text, nullable=False),
            sa.Column("reason", sa.Text, nullable=False),
            sa.Column("attempt", sa.Integer, nullable=False),
            sa.Column("at", moment, nullable=False),
            sa.Column("due", moment),
            sa.Column("expires_at", moment),
            sa.Column("guarantee", sa.Text, nullable=False),
            sa.Column("error", sa.Text),
            sa.Column("run", sa.Text, nullable=False),
            sa.Column("version", sa.Integer, nullable=False),
            sa.Column("needs_alert", sa.Boolean, nullable=False),
            sa.Column("digest", sa.Text),
            sa.Column("told_in", sa.Text),
            sa.Column("person", sa.Text),
            sa.Column("place", sa.Integer, nullable=False),
            sa.Column("exact", sa.Text),
            sa.Index("naverworks_notify_delivery_due", "tenant", "due", "event_id", "person_id"),
            sa.Index("naverworks_notify_delivery_person", "tenant", "person_id", "at"),
            sa.Index("naverworks_notify_delivery_digest", "tenant", "person_id", "digest"),
            sa.Index("naverworks_notify_delivery_state", "tenant", "state", "at"),
        )
        sa.Table(
            "naverworks_notify_meta",
            metadata,
            key("tenant"),
            sa.Column("version", sa.Integer, nullable=False),
            sa.Column("secret", sa.Text, nullable=False),
        )
        return metadata

    def close(self) -> None:
        """Close the connections; doing so again does nothing. An engine of yours stays open."""
        if self._is_ours:
            with self._lock:
                self._engine.dispose()

    def facts(self, alert: Alert, person_ids: Collection[str], now: datetime) -> History:
        """Return what a policy has to know to decide on an alert for these people."""
        subjects = History().observe(alert).occurrences
        row = self._deliveries.c

        def read(connection: Connection) -> tuple[list[Row], list[AlertRecord]]:
            others = [
                record
                for subject in subjects
                for record in self._records(connection, (), subject=subject)
            ]
            about = {alert.event_id, *(record.event_id for record in others)}
            found = self._rows(connection, about, person_ids)
            for people in _chunks(person_ids):
                lately = self._select_rows().where(
                    row.person_id.in_(map(_key, people)), row.at > _micros(now - CAP_LENGTH)
                )
                found += self._read_rows(connection, lately)
            return found, others

        rows, others = self._reading(read)
        unique = {one.key: one for one in rows}
        return history_of(alert.event_id, self._called(person_ids, unique.values()), others)

    def records(
        self, event_ids: Collection[str] = (), *, subject: str | None = None
    ) -> Mapping[str, AlertRecord]:
        """Return the events with these ids, and those of a subject, as far as they are known."""
        found = self._reading(lambda connection: self._records(connection, event_ids, subject))
        return {record.event_id: record for record in found}

    def rows(
        self, event_ids: Collection[str], person_ids: Collection[str] | None = None
    ) -> tuple[Row, ...]:
        """Return the rows of these events for these people; for everybody with None."""
        found = self._reading(lambda connection: self._rows(connection, event_ids, person_ids))
        return tuple(found if person_ids is None else self._called(person_ids, found))

    def gathered(self, pairs: Collection[tuple[str, str]]) -> tuple[Row, ...]:
        """Return the rows that wait to be told together, of pairs of a person and a digest."""
        row, sa = self._deliveries.c, self._sa
        waiting = sa.or_(
            row.state.in_(_WAITING),
            sa.and_(row.state == State.DIGESTED.value, row.told_in.is_(None)),
            sa.and_(row.state == State.SUPPRESSED.value, row.needs_alert),
        )

        def read(connection: Connection) -> list[Row]:
            found: list[Row] = []
            for some in _chunks(pairs):
                keys = [(_key(person_id), _key(digest)) for person_id, digest in some]
                of_pairs = sa.tuple_(row.person_id, row.digest).in_(keys)
                found += self._read_rows(connection, self._select_rows().where(of_pairs, waiting))
            return found

        return tuple(self._reading(read))

    def due(
        self,
        now: datetime,
        states: Collection[State],
        *,
        after: Row | None = None,
        limit: int = 500,
    ) -> tuple[Row, ...]:
        """Return rows in these states that are due by `now`, by `due`, event and person."""
        row, sa = self._deliveries.c, self._sa
        place = (row.due, row.event_id, row.person_id)
        query = (
            self._select_rows()
            .where(row.due <= _micros(now), row.state.in_([str(state) for state in states]))
            .order_by(*place)
            .limit(limit)
        )
        if after is not None and after.due is not None:
            values = (_micros(after.due), _key(after.event_id), _key(after.person_id))
            query = query.where(sa.tuple_(*place) > sa.tuple_(*map(sa.literal, values)))
        return tuple(self._reading(lambda connection: self._read_rows(connection, query)))

    def next_due(self) -> datetime | None:
        """Return when the next row is due, or None where none is."""
        row, sa = self._deliveries.c, self._sa
        query = sa.select(sa.func.min(row.due)).where(
            row.tenant == self.tenant, row.due.is_not(None)
        )
        return _moment(self._reading(lambda connection: connection.execute(query).scalar()))

    def write(
        self,
        rows: Sequence[Row],
        *,
        records: Iterable[AlertRecord] = (),
        together: bool = False,
    ) -> tuple[bool, ...]:
        """Put rows in the place of those seen, in one transaction."""
        records = tuple(records)

        def work(connection: Connection) -> tuple[bool, ...]:
            self._add(connection, records)
            # In one order for all, so that two transactions do not wait for each other.
            places = sorted(range(len(rows)), key=lambda place: rows[place].key)
            new = [rows[place] for place in places if rows[place].version == 0]
            inserted = self._insert(connection, new)
            done = [False] * len(rows)
            for place in places:
                row = rows[place]
                done[place] = (
                    _keys(row) in inserted if row.version == 0 else self._update(connection, row)
                )
            if together and not all(done):
                raise _Undone
            self._purge(connection, {_key(row.event_id) for row in rows if not row.needs_alert})
            return tuple(done)

        try:
            return self._writing(work)
        except _Undone:
            return (False,) * len(rows)

    def find(
        self,
        *,
        state: str | None = None,
        event_id: str | None = None,
        person_id: str | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> tuple[Row, ...]:
        """Return rows that fit, the latest change first."""
        row = self._deliveries.c
        query = self._select_rows()
        if state is not None:
            query = query.where(row.state == str(state))
        if event_id is not None:
            query = query.where(row.event_id == _key(event_id))
        if person_id is not None:
            query = query.where(row.person_id.in_(self._aliases([person_id])))
        if since is not None:
            query = query.where(row.at >= _micros(since))
        query = query.order_by(row.at.desc(), row.event_id.desc(), row.person_id.desc())
        if limit is not None:
            query = query.limit(limit)
        found = self._reading(lambda connection: self._read_rows(connection, query))
        return tuple(found if person_id is None else self._called([person_id], found))

    def prune(self, before: datetime, *, sparing: Collection[str] = ()) -> int:
        """Drop finished rows that came to their state before a moment; return how many."""
        row, alert, sa = self._deliveries.c, self._alerts.c, self._sa
        spared = set(map(_key, sparing))
        finished = sa.or_(
            sa.and_(row.state.in_([str(state) for state in _FINISHED]), row.due.is_(None)),
            sa.and_(row.state == State.DIGESTED.value, row.told_in.is_not(None)),
        )
        old = sa.select(row.event_id, row.person_id).where(
            row.tenant == self.tenant, row.at < _micros(before), finished
        )
        empty = sa.select(alert.event_id).where(
            alert.tenant == self.tenant,
            alert.at < _micros(before),
            ~sa.exists().where(row.tenant == alert.tenant, row.event_id == alert.event_id),
        )

        def work(connection: Connection) -> int:
            gone = [
                {"e": one.event_id, "p": one.person_id}
                for one in connection.execute(old)
                if one.event_id not in spared
            ]
            if gone:
                connection.execute(
                    self._deliveries.delete().where(
                        row.tenant == self.tenant,
                        row.event_id == sa.bindparam("e"),
                        row.person_id == sa.bindparam("p"),
                    ),
                    gone,
                )
            orphans = [{"e": name} for (name,) in connection.execute(empty) if name not in spared]
            if orphans:
                connection.execute(
                    self._alerts.delete().where(
                        alert.tenant == self.tenant, alert.event_id == sa.bindparam("e")
                    ),
                    orphans,
                )
            return len(gone)

        return self._writing(work)

    def forget_person(self, person_id: str) -> int:
        """Make nameless what is kept of a person; return how many rows that were."""
        stands_for = pseudonym(person_id, self._secret)
        row, alert = self._deliveries.c, self._alerts.c

        def work(connection: Connection) -> int:
            mine = self._select_rows().where(row.person_id == _key(person_id))
            found = self._read_rows(connection, mine)
            for one in found:
                here = (row.tenant == self.tenant, row.event_id == _key(one.event_id))
                connection.execute(
                    self._deliveries.update()
                    .where(*here, row.person_id == _key(person_id))
                    .values(self._to_row(nameless_row(one, stands_for)))
                )
            self._purge(connection, {_key(one.event_id) for one in found})
            for record in self._records_where(connection, alert.tenant == self.tenant):
                nameless = nameless_record(record, person_id, stands_for)
                if nameless != record:
                    connection.execute(
                        self._alerts.update()
                        .where(alert.tenant == self.tenant, alert.event_id == _key(record.event_id))
                        .values(occurrence=_occurrence(nameless), body=_json(nameless.body))
                    )
            return len(found)

        return self._writing(work)

    def _read_secret(self) -> bytes:
        row = self._meta.c

        def work(connection: Connection) -> Any:
            query = self._sa.select(row.version, row.secret).where(row.tenant == self.tenant)
            found = connection.execute(query).first()
            if found is None:
                fresh = {"version": _VERSION, "secret": secrets.token_hex(32)}
                connection.execute(
                    self._unless_there(self._meta).values(tenant=self.tenant, **fresh)
                )
                found = connection.execute(query).first()
            return found

        found = self._writing(work)
        if found.version != _VERSION:
            raise _refused(
                "database", "version", "holds a ledger of another version of naverworks-notify."
            )
        return bytes.fromhex(found.secret)

    def _select_rows(self) -> Any:
        return self._sa.select(self._deliveries).where(self._deliveries.c.tenant == self.tenant)

    def _read_rows(self, connection: Connection, query: Any) -> list[Row]:
        return [_from_row(one) for one in connection.execute(query).mappings()]

    def _rows(
        self,
        connection: Connection,
        event_ids: Collection[str],
        person_ids: Collection[str] | None,
    ) -> list[Row]:
        row = self._deliveries.c
        found: list[Row] = []
        for events in _chunks(event_ids):
            query = self._select_rows().where(row.event_id.in_(map(_key, events)))
            if person_ids is None:
                found += self._read_rows(connection, query)
                continue
            for people in _chunks(self._aliases(person_ids)):
                found += self._read_rows(connection, query.where(row.person_id.in_(people)))
        return found

    def _records(
        self, connection: Connection, event_ids: Collection[str], subject: str | None = None
    ) -> list[AlertRecord]:
        alert = self._alerts.c
        found: list[AlertRecord] = []
        for events in _chunks(event_ids):
            found += self._records_where(connection, alert.event_id.in_(map(_key, events)))
        if subject is not None:
            found += self._records_where(connection, alert.subject == _key(subject))
        return found

    def _records_where(self, connection: Connection, condition: Any) -> list[AlertRecord]:
        query = self._sa.select(self._alerts).where(self._alerts.c.tenant == self.tenant, condition)
        return [_from_alert(one) for one in connection.execute(query).mappings()]

    def _aliases(self, person_ids: Collection[str]) -> list[str]:
        """Return the ids that rows of these people may stand under."""
        ids = [_key(one) for one in person_ids]
        return [*ids, *(pseudonym(one, self._secret) for one in person_ids)]

    def _called(self, person_ids: Collection[str], rows: Iterable[Row]) -> list[Row]:
        """Return rows of forgotten people under the ids that they were asked for by."""
        rows = tuple(rows)
        if not any(row.person_id.startswith(f"{FORGOTTEN}:") for row in rows):
            return list(rows)
        named = {pseudonym(one, self._secret): one for one in person_ids}
        by_key: dict[tuple[str, str], Row] = {}
        for row in rows:
            person_id = named.get(row.person_id, row.person_id)
            if row.person_id != person_id:
                by_key.setdefault((row.event_id, person_id), evolve(row, person_id=person_id))
            elif not row.person_id.startswith(f"{FORGOTTEN}:"):
                by_key[row.key] = row
        return list(by_key.values())

    def _unless_there(self, table: Any) -> Any:
        from sqlalchemy.dialects import postgresql, sqlite  # noqa: PLC0415

        insert: Any = sqlite.insert if self._is_sqlite else postgresql.insert
        return insert(table).on_conflict_do_nothing()

    def _add(self, connection: Connection, records: Sequence[AlertRecord]) -> None:
        for some in _chunks(sorted(records, key=lambda record: record.event_id)):
            values = [
                _stored(
                    {
                        "tenant": self.tenant,
                        "event_id": record.event_id,
                        "type": record.type,
                        "at": _micros(record.at),
                        "subject": record.subject,
                        "occurrence": _occurrence(record),
                        "body": _json(record.body),
                    },
                    ("event_id", "type", "subject"),
                )
                for record in some
            ]
            connection.execute(self._unless_there(self._alerts), values)

    def _insert(self, connection: Connection, rows: Sequence[Row]) -> set[tuple[str, str]]:
        done: set[tuple[str, str]] = set()
        for some in _chunks(rows):
            values = [{**self._to_row(row), "version": 1} for row in some]
            # How many rows an insert beside a conflict made, not every driver says; which it
            # made, each of them returns.
            insert = self._unless_there(self._deliveries).returning(
                self._deliveries.c.event_id, self._deliveries.c.person_id
            )
            done |= {(one.event_id, one.person_id) for one in connection.execute(insert, values)}
        return done

    def _update(self, connection: Connection, row: Row) -> bool:
        column = self._deliveries.c
        values = {**self._to_row(row), "version": row.version + 1}
        seen = (
            column.tenant == self.tenant,
            column.event_id == _key(row.event_id),
            column.person_id == _key(row.person_id),
            column.version == row.version,
        )
        return (
            connection.execute(self._deliveries.update().where(*seen).values(values)).rowcount == 1
        )

    def _purge(self, connection: Connection, event_ids: Collection[str]) -> None:
        """Drop the content of events that nobody waits for, nor for another event of theirs."""
        alert, row, sa = self._alerts.c, self._deliveries.c, self._sa
        other = self._alerts.alias()
        is_wanted = sa.exists().where(
            row.tenant == alert.tenant, row.event_id == alert.event_id, row.needs_alert
        )
        is_wanted_with_others = sa.exists().where(
            other.c.tenant == alert.tenant,
            other.c.subject == alert.subject,
            row.tenant == other.c.tenant,
            row.event_id == other.c.event_id,
            row.needs_alert,
        )
        here = alert.tenant == self.tenant
        for events in _chunks(sorted(event_ids)):
            query = sa.select(alert.subject).where(
                here, alert.event_id.in_(events), alert.subject.is_not(None)
            )
            subjects = sorted({subject for (subject,) in connection.execute(query)})
            for fits, is_needed in (
                (sa.and_(alert.event_id.in_(events), alert.subject.is_(None)), is_wanted),
                (alert.subject.in_(subjects), is_wanted_with_others),
            ):
                if is_needed is is_wanted_with_others and not subjects:
                    continue
                connection.execute(
                    self._alerts.update()
                    .where(here, fits, alert.body.is_not(None), ~is_needed)
                    .values(body=None)
                )

    def _to_row(self, row: Row) -> dict[str, Any]:
        return _stored(
            {
                "tenant": self.tenant,
                "event_id": row.event_id,
                "person_id": row.person_id,
                "state": row.state.value,
                "reason": str(row.reason),
                "attempt": row.attempt,
                "at": _micros(row.at),
                "due": None if row.due is None else _micros(row.due),
                "expires_at": None if row.expires_at is None else _micros(row.expires_at),
                "guarantee": str(row.guarantee),
                "error": None if row.error is None else _json(row.error.to_dict()),
                "run": row.run,
                "needs_alert": row.needs_alert,
                "digest": row.digest,
                "told_in": row.told_in,
                "person": _json(row.person),
                "place": row.place,
            },
            ("event_id", "person_id", "reason", "digest", "told_in"),
        )

    def _reading(self, work: Callable[[Connection], T]) -> T:
        return self._with_connection(work, begins=False)

    def _writing(self, work: Callable[[Connection], T]) -> T:
        return self._with_connection(work, begins=True)

    def _with_connection(self, work: Callable[[Connection], T], *, begins: bool) -> T:
        self._leave_parent_behind()
        from sqlalchemy.exc import DBAPIError  # noqa: PLC0415 - an extra

        with _named_errors():
            for _ in range(_TRIES - 1):
                try:
                    return self._once(work, begins=begins)
                except DBAPIError as error:
                    if not _may_be_repeated(error):
                        raise
            return self._once(work, begins=begins)

    def _once(self, work: Callable[[Connection], T], *, begins: bool) -> T:
        if not self._is_sqlite:
            with self._engine.begin() as connection:
                return work(connection)
        with self._lock, self._engine.connect() as connection:
            if not begins:
                return work(connection)
            # At once, not with the first change: who reads first and writes then would be refused.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                result = work(connection)
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")
            return result

    def _leave_parent_behind(self) -> None:
        if self._pid == os.getpid():
            return
        # A connection must not be used, nor closed, on both sides of a fork.
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._parents.append(self._engine.pool)
        self._engine.dispose(close=False)


class _Undone(Exception):  # noqa: N818 - what becomes of the transaction
    """Rolls a transaction back."""


def _open(database: str) -> Engine:
    import sqlalchemy as sa  # noqa: PLC0415
    from sqlalchemy import exc  # noqa: PLC0415

    try:
        url = sa.make_url(database)
    except (exc.ArgumentError, ValueError, TypeError, AttributeError):
        url = None
    if url is None or url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise _refused(
            "database", "url", "must be like sqlite:///deliveries.sqlite or postgresql://host/name."
        )
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    if "+" not in url.drivername:
        url = url.set(drivername="postgresql+psycopg")
    try:
        return sa.create_engine(
            url,
            hide_parameters=True,
            pool_size=_POOL_SIZE,
            # A connection that the server has closed meanwhile is noticed before it is used.
            pool_pre_ping=True,
        )
    except exc.ArgumentError:
        told = f"names a driver that SQLAlchemy does not know: {url.drivername}."
    except ModuleNotFoundError as error:
        told = f"needs a driver that is not installed: {error.name}."
    raise _refused("database", "driver", told)


def _open_sqlite(url: Any) -> Engine:
    import sqlalchemy as sa  # noqa: PLC0415
    from sqlalchemy import event  # noqa: PLC0415
    from sqlalchemy.pool import StaticPool  # noqa: PLC0415

    if url.database and url.database != ":memory:" and not url.query.get("uri"):
        path = Path(url.database).expanduser().absolute()
        try:
            private_files.claim_database(path)
        except OSError as error:
            raise LedgerError(f"{path.name} cannot be opened: {error.strerror}.") from None
        url = url.set(database=str(path))
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        poolclass=StaticPool,
        connect_args={
            "timeout": _LOCK_WAIT_S,
            "check_same_thread": False,
            "isolation_level": None,
        },
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        # Readers and the writer do not wait for each other, and a commit costs one write.
        connection.execute("PRAGMA journal_mode = WAL")
        # What is committed also survives that the machine loses power.
        connection.execute("PRAGMA synchronous = FULL")

    return engine


def _create(metadata: MetaData, engine: Engine) -> None:
    from sqlalchemy import exc  # noqa: PLC0415

    # Looking for a table and making it are two steps: a process that starts at the same moment can
    # be in between. Whoever loses such a race finds one table more with the next try.
    for _ in metadata.tables:
        try:
            metadata.create_all(engine)
        except exc.DBAPIError as error:
            if isinstance(error.orig, sqlite3.DatabaseError) and not isinstance(
                error.orig, sqlite3.OperationalError
            ):
                raise
            continue
        return
    metadata.create_all(engine)


@contextmanager
def _named_errors() -> Iterator[None]:
    from sqlalchemy import exc  # noqa: PLC0415

    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
        failed = _failure(getattr(error, "orig", None) or error)
    else:
        return
    # Raised out here, without the cause: what a driver says may quote the values of a row.
    raise LedgerError(f"The ledger cannot be read or written: {failed}.")


def _failure(error: BaseException) -> str:
    if isinstance(error, sqlite3.Error):
        return f"{type(error).__name__}, {error}"
    state = getattr(error, "sqlstate", None)
    return type(error).__name__ if state is None else f"{type(error).__name__}, SQLSTATE {state}"


def _may_be_repeated(error: Any) -> bool:
    # Each work may be repeated as a whole: a row is changed only on the version it was seen with.
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _REPEATABLE


def _refused(path: str, rule: str, message: str) -> InvalidValue:
    return InvalidValue(violations=(Violation(path, rule, message),))


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def _key(text: str) -> str:
    """Return what stands for a text in a column: itself, or a hash where no index takes it."""
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        raw = b"\x00" + text.encode("utf-8", "surrogatepass")
    if len(raw) <= _LONGEST_KEY and b"\x00" not in raw and text[:1] != _MARK:
        return text
    return _MARK + hashlib.blake2b(raw, digest_size=20).hexdigest()


def _keys(row: Row) -> tuple[str, str]:
    return (_key(row.event_id), _key(row.person_id))


def _stored(values: dict[str, Any], texts: tuple[str, ...]) -> dict[str, Any]:
    """Return what is stored; texts that no column takes as they are go beside it, as JSON."""
    exact: dict[str, str] = {}
    for name in texts:
        text = values[name]
        if text is not None and (key := _key(text)) != text:
            exact[name], values[name] = text, key
    return {**values, "exact": _json(exact) if exact else None}


def _loaded(raw: Any) -> Any:
    return raw if raw["exact"] is None else {**raw, **json.loads(raw["exact"])}


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else _EPOCH + micros * _MICROSECOND


def _json(value: Any) -> str | None:
    # In ASCII: no database refuses it, whatever letters people have in their names.
    return None if value is None else json.dumps(value, separators=(",", ":"))


def _occurrence(record: AlertRecord) -> str | None:
    one = record.occurrence
    if one is None:
        return None
    return _json(
        {
            "event_id": one.event_id,
            "type": one.type,
            "occurred_at": one.occurred_at.isoformat(),
            "assignee_ids": sorted(one.assignee_ids),
            "actor_id": one.actor_id,
            "posting_id": one.posting_id,
            "team_id": one.team_id,
        }
    )


def _from_alert(raw: Any) -> AlertRecord:
    raw = _loaded(raw)
    occurrence = None
    if raw["occurrence"] is not None:
        known = json.loads(raw["occurrence"])
        known["occurred_at"] = datetime.fromisoformat(known["occurred_at"])
        occurrence = Occurrence(**known)
    at = _moment(raw["at"])
    assert at is not None
    return AlertRecord(
        event_id=raw["event_id"],
        type=raw["type"],
        at=at,
        subject=raw["subject"],
        occurrence=occurrence,
        body=None if raw["body"] is None else json.loads(raw["body"]),
    )


def _from_row(raw: Any) -> Row:
    raw = _loaded(raw)
    at = _moment(raw["at"])
    assert at is not None
    error = raw["error"]
    return Row(
        tenant=raw["tenant"],
        event_id=raw["event_id"],
        person_id=raw["person_id"],
        state=State(raw["state"]),
        reason=raw["reason"],
        attempt=raw["attempt"],
        at=at,
        due=_moment(raw["due"]),
        expires_at=_moment(raw["expires_at"]),
        guarantee=raw["guarantee"],
        error=None if error is None else NaverWorksError.from_dict(json.loads(error)),
        run=raw["run"],
        version=raw["version"],
        needs_alert=bool(raw["needs_alert"]),
        digest=raw["digest"],
        told_in=raw["told_in"],
        person=None if raw["person"] is None else json.loads(raw["person"]),
        place=raw["place"],
    )
