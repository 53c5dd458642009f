"""The organisation in a SQL database. The only importer of SQLAlchemy; extra `sql`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.extras import needs
from naverworks_notify.members._member import Member, MemberStatus
from naverworks_notify.members._stores import MemberStoreError, Saving, Stamp, read_moment

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, MetaData

__all__ = ["SqlMemberStore"]

T = TypeVar("T")

_CHUNK = 500
_LONGEST_NAME = 100
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_SERIALIZATION_FAILURE = "40001"


class SqlMemberStore:
    """Keeps organisations in two tables of a database, each under a name of its own.

    A state is saved in one transaction, and only what changed is written; while another process
    saves the same organisation, that waits for its row. Safe to share between threads and
    processes, also when several make the tables at the same moment. Tried on SQLite and PostgreSQL.

    Examples:
        >>> from sqlalchemy import create_engine
        >>> engine = create_engine("sqlite://")
        >>> store = SqlMemberStore(engine)
        >>> list(store.load())
        []
        >>> engine.dispose()

    Args:
        engine: A SQLAlchemy engine.
        organization: Which organisation, in 1 to 100 characters; one database serves many.
        create_tables: Make the tables when they are not there. With False they are yours to
            make, from `SqlMemberStore.tables()`.

    Raises:
        InvalidValue: The organisation's name is empty or too long.
        MemberStoreError: The tables cannot be made.
    """

    def __init__(
        self, engine: Engine, *, organization: str = "default", create_tables: bool = True
    ) -> None:
        if not 1 <= len(organization) <= _LONGEST_NAME:
            message = f"must have 1 to {_LONGEST_NAME} characters."
            raise InvalidValue(violations=(Violation("organization", "length", message),))
        self._engine = engine
        self._organization = organization
        metadata = self.tables()
        self._members = metadata.tables["naverworks_members"]
        self._walks = metadata.tables["naverworks_member_walks"]
        if create_tables:
            with _named_errors():
                _create(metadata, engine)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(organization={self._organization!r})"

    @staticmethod
    def tables(metadata: MetaData | None = None) -> MetaData:
        """Return the two tables, in your own metadata if given (for Alembic)."""
        with needs("sql", "SqlMemberStore"):
            import sqlalchemy as sa  # noqa: PLC0415 - an extra

        metadata = sa.MetaData() if metadata is None else metadata
        # As text, which every database keeps as it is: SQLite drops the zone of a moment, and
        # PostgreSQL reads the last day of the year 9999 as one of the year 10000 in another zone.
        moment = sa.String(40)
        sa.Table(
            "naverworks_members",
            metadata,
            sa.Column("organization", sa.String(_LONGEST_NAME), primary_key=True),
            sa.Column("user_id", sa.String(100), primary_key=True),
            # Hashes of 16 bytes, in hexadecimal, one after the other.
            sa.Column("addresses", sa.Text, nullable=False),
            sa.Column("external_key", sa.String(32)),
            sa.Column("status", sa.String(20), nullable=False),
            sa.Column("on_leave", sa.Boolean, nullable=False),
            sa.Column("leave_start", moment),
            sa.Column("leave_end", moment),
            sa.Column("missing_since", moment),
        )
        sa.Table(
            "naverworks_member_walks",
            metadata,
            sa.Column("organization", sa.String(_LONGEST_NAME), primary_key=True),
            sa.Column("revision", sa.String(32), nullable=False),
            sa.Column("synced_at", moment),
        )
        return metadata

    def stamp(self) -> Stamp | None:
        """Return which state is kept, or None.

        Raises:
            MemberStoreError: The database cannot be read.
            InvalidValue: The row is damaged.
        """
        import sqlalchemy as sa  # noqa: PLC0415

        table = self._walks
        query = sa.select(table.c.revision, table.c.synced_at).where(
            table.c.organization == self._organization
        )
        with _named_errors(), self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        with _damage_named():
            return Stamp(revision=row.revision, synced_at=_moment(row.synced_at))

    def load(self) -> Iterator[Member]:
        """Return the members saved last, fetched piece by piece.

        Raises:
            MemberStoreError: The database cannot be read.
            InvalidValue: A row is damaged.
        """
        import sqlalchemy as sa  # noqa: PLC0415

        table = self._members
        query = sa.select(table).where(table.c.organization == self._organization)
        with _named_errors(), self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=_CHUNK).execute(query).mappings()
            for row in rows:
                with _damage_named():
                    member = _from_row(row)
                yield member

    def save(self, saving: Saving) -> bool:
        """Write what changed, in one transaction, unless another process has saved meanwhile.

        Raises:
            MemberStoreError: The database cannot be written.
        """
        from sqlalchemy import exc  # noqa: PLC0415

        with _named_errors():
            try:
                with self._engine.begin() as connection:
                    if not self._claim(connection, saving):
                        return False
                    self._write(connection, saving)
            except exc.DBAPIError as error:
                # Another process has put the first state in; or, where transactions are isolated
                # more strictly than by default, has changed the row that this one waited for.
                is_first = saving.replaces is None and isinstance(error, exc.IntegrityError)
                if is_first or getattr(error.orig, "sqlstate", None) == _SERIALIZATION_FAILURE:
                    return False
                raise
        return True

    def _claim(self, connection: Connection, saving: Saving) -> bool:
        """Put the stamp in, the first statement of all: others now wait until this one is done."""
        table = self._walks
        synced_at = saving.stamp.synced_at
        row = {"revision": saving.stamp.revision, "synced_at": synced_at and synced_at.isoformat()}
        if saving.replaces is None:
            # Refused where another process has put the first one in.
            connection.execute(table.insert().values(organization=self._organization, **row))
            here = self._members.c.organization == self._organization
            connection.execute(self._members.delete().where(here))
            return True
        kept = (table.c.organization == self._organization) & (table.c.revision == saving.replaces)
        return connection.execute(table.update().where(kept).values(row)).rowcount == 1

    def _write(self, connection: Connection, saving: Saving) -> None:
        table = self._members
        for user_ids in _chunks((*(one.user_id for one in saving.changed), *saving.dropped)):
            connection.execute(
                table.delete().where(
                    table.c.organization == self._organization, table.c.user_id.in_(user_ids)
                )
            )
        for members in _chunks(saving.changed):
            connection.execute(table.insert(), [self._to_row(member) for member in members])

    def _to_row(self, member: Member) -> dict[str, Any]:
        return {
            "organization": self._organization,
            "user_id": member.user_id,
            "addresses": b"".join(member.addresses).hex(),
            "external_key": None if member.external_key is None else member.external_key.hex(),
            "status": member.status.value,
            "on_leave": member.on_leave,
            "leave_start": member.leave_start and member.leave_start.isoformat(),
            "leave_end": member.leave_end and member.leave_end.isoformat(),
            "missing_since": member.missing_since and member.missing_since.isoformat(),
        }


def _create(metadata: MetaData, engine: Engine) -> None:
    from sqlalchemy import exc  # noqa: PLC0415

    # Looking for a table and making it are two steps: a process that starts at the same moment can
    # be in between. Whoever loses such a race finds one table more with the next try.
    for _ in metadata.tables:
        try:
            metadata.create_all(engine)
        except exc.DBAPIError:
            continue
        return
    metadata.create_all(engine)


@contextmanager
def _named_errors() -> Iterator[None]:
    from sqlalchemy import exc  # noqa: PLC0415

    try:
        yield
    except exc.SQLAlchemyError as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        raise MemberStoreError(
            f"The member tables cannot be read or written ({kind}); the cause says more"
        ) from error


@contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError) as error:
        message = (
            "A row is damaged; delete the organisation's rows, and the next sync makes them anew"
        )
        raise InvalidValue(
            message, violations=(Violation("naverworks_members", "member_row", "is damaged."),)
        ) from error


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def _from_row(row: Any) -> Member:
    return Member(
        user_id=row["user_id"],
        addresses=bytes.fromhex(row["addresses"]),
        external_key=None if row["external_key"] is None else bytes.fromhex(row["external_key"]),
        status=MemberStatus(row["status"]),
        on_leave=bool(row["on_leave"]),
        leave_start=_moment(row["leave_start"]),
        leave_end=_moment(row["leave_end"]),
        missing_since=_moment(row["missing_since"]),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else read_moment(text)
