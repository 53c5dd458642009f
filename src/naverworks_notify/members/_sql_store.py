"""The organisation in a SQL database. The only importer of SQLAlchemy; extra `sql`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from naverworks_notify.members._member import Member, MemberStatus
from naverworks_notify.members._stores import Saving

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, MetaData, Table

__all__ = ["SqlMemberStore"]

T = TypeVar("T")

_CHUNK = 500


class SqlMemberStore:
    """Keeps organisations in two tables of a database, each under a name of its own.

    A sync is saved in one transaction, and only what changed is written. Safe to share between
    threads and processes; of two syncs of one organisation at once, the last one wins. Tried on
    SQLite and PostgreSQL.

    Examples:
        >>> from sqlalchemy import create_engine
        >>> engine = create_engine("sqlite://")
        >>> store = SqlMemberStore(engine)
        >>> list(store.load())
        []
        >>> engine.dispose()

    Args:
        engine: A SQLAlchemy engine.
        organization: Which organisation; one database serves many.
        create_tables: Make the tables when they are not there. With False they are yours to
            make, from `SqlMemberStore.tables()`.
    """

    def __init__(
        self, engine: Engine, *, organization: str = "default", create_tables: bool = True
    ) -> None:
        self._engine = engine
        self._organization = organization
        metadata = self.tables()
        self._members = metadata.tables["naverworks_members"]
        self._walks = metadata.tables["naverworks_member_walks"]
        if create_tables:
            metadata.create_all(engine)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(organization={self._organization!r})"

    @staticmethod
    def tables(metadata: MetaData | None = None) -> MetaData:
        """Return the two tables, in your own metadata if given (for Alembic)."""
        import sqlalchemy as sa  # noqa: PLC0415 - an extra

        metadata = sa.MetaData() if metadata is None else metadata
        moment = sa.DateTime(timezone=True)
        sa.Table(
            "naverworks_members",
            metadata,
            sa.Column("organization", sa.String(100), primary_key=True),
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
            sa.Column("organization", sa.String(100), primary_key=True),
            sa.Column("synced_at", moment),
        )
        return metadata

    def synced_at(self) -> datetime | None:
        """Return the time of the last complete walk, or None."""
        import sqlalchemy as sa  # noqa: PLC0415

        query = sa.select(self._walks.c.synced_at).where(
            self._walks.c.organization == self._organization
        )
        with self._engine.connect() as connection:
            return _aware(connection.execute(query).scalar())

    def load(self) -> Iterator[Member]:
        """Return the members saved last, fetched piece by piece."""
        import sqlalchemy as sa  # noqa: PLC0415

        table = self._members
        query = sa.select(table).where(table.c.organization == self._organization)
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=_CHUNK).execute(query).mappings()
            for row in rows:
                yield _from_row(row)

    def save(self, saving: Saving) -> None:
        """Write what changed, in one transaction."""
        with self._engine.begin() as connection:
            self._delete(connection, (member.user_id for member in saving.changed))
            self._delete(connection, saving.dropped)
            for members in _chunks(saving.changed):
                connection.execute(
                    self._members.insert(), [self._to_row(member) for member in members]
                )
            table: Table = self._walks
            connection.execute(table.delete().where(table.c.organization == self._organization))
            connection.execute(
                table.insert(),
                [{"organization": self._organization, "synced_at": _utc(saving.synced_at)}],
            )

    def _delete(self, connection: Connection, user_ids: Iterable[str]) -> None:
        table = self._members
        for chunk in _chunks(user_ids):
            connection.execute(
                table.delete().where(
                    table.c.organization == self._organization, table.c.user_id.in_(chunk)
                )
            )

    def _to_row(self, member: Member) -> dict[str, Any]:
        return {
            "organization": self._organization,
            "user_id": member.user_id,
            "addresses": b"".join(member.addresses).hex(),
            "external_key": None if member.external_key is None else member.external_key.hex(),
            "status": member.status.value,
            "on_leave": member.on_leave,
            "leave_start": _utc(member.leave_start),
            "leave_end": _utc(member.leave_end),
            "missing_since": _utc(member.missing_since),
        }


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
        leave_start=_aware(row["leave_start"]),
        leave_end=_aware(row["leave_end"]),
        missing_since=_aware(row["missing_since"]),
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


def _aware(moment: datetime | None) -> datetime | None:
    # SQLite keeps no zone; what was written is UTC.
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)
