"""People and preferences on SQLAlchemy, for threads and for asyncio."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import JSON, ForeignKey, Select, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    selectinload,
    sessionmaker,
)

from naverworks_notify import alerts, policy


class Base(DeclarativeBase):
    """The application's own base."""


class User(Base):
    __tablename__ = "users"
    id: Mapped[str] = mapped_column(primary_key=True)
    organization: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    email: Mapped[str | None]
    org_role: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)
    # The JSON form of policy.Preferences; {} is "nothing chosen".
    preferences: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    grants: Mapped[list[Grant]] = relationship(back_populates="user")


class Grant(Base):
    """One table for both kinds of roles: on a posting, or in a team."""

    __tablename__ = "grants"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)  # "posting" or "team"
    scope_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    role: Mapped[str]
    user: Mapped[User] = relationship(back_populates="grants")


def to_person(user: User) -> policy.Person:
    """Return a row as the policy knows people. Reads the grants that were loaded with it."""
    return policy.Person.from_dict(
        {
            "id": user.id,
            "name": user.name,
            "email": user.email,
            "org_role": user.org_role,
            "active": user.is_active,
            "posting_roles": {g.scope_id: g.role for g in user.grants if g.scope == "posting"},
            "team_roles": {g.scope_id: g.role for g in user.grants if g.scope == "team"},
            "preferences": user.preferences,
        }
    )


def concerned(alert: alerts.Alert, organization: str) -> Select[tuple[User]]:
    """Return the query for whom an alert may concern: two statements, however many they are.

    The grants are loaded at once: in an event loop nothing can be loaded when it is asked for.
    """
    who = User.id.in_(alert.assignee_ids)
    if alert.posting is not None:
        who |= User.grants.any(scope="posting", scope_id=alert.posting.id)
        if alert.posting.team is not None:
            who |= User.grants.any(scope="team", scope_id=alert.posting.team)
    query = select(User).where(User.organization == organization, who)
    return query.order_by(User.id).options(selectinload(User.grants))


def chosen(person_ids: Iterable[str], organization: str) -> Select[tuple[str, dict[str, Any]]]:
    """Return the query for the settings of those people."""
    return select(User.id, User.preferences).where(
        User.organization == organization, User.id.in_(list(person_ids))
    )


def to_preferences(rows: Iterable[Any]) -> Mapping[str, policy.Preferences]:
    """Return the settings of those who chose something."""
    return {one: policy.Preferences.from_dict(raw) for one, raw in rows if raw}


class SqlPeople:
    """A `policy.PeopleSource` of one organisation.

    It reads in a session of its own, so it sees what is committed: ask once the transaction that
    caused the alert is through.
    """

    def __init__(self, sessions: sessionmaker[Session], organization: str) -> None:
        self._sessions = sessions
        self._organization = organization

    def people_for(self, alert: alerts.Alert) -> Iterable[policy.Person]:
        with self._sessions() as session:
            users = session.scalars(concerned(alert, self._organization))
            return [to_person(user) for user in users]


class AsyncSqlPeople:
    """A `policy.AsyncPeopleSource` of one organisation; see `SqlPeople`."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], organization: str) -> None:
        self._sessions = sessions
        self._organization = organization

    async def people_for(self, alert: alerts.Alert) -> Iterable[policy.Person]:
        async with self._sessions() as session:
            users = await session.scalars(concerned(alert, self._organization))
            return [to_person(user) for user in users]


class SqlPreferences:
    """A `policy.PreferenceStore` of one organisation, on the JSON column."""

    def __init__(self, sessions: sessionmaker[Session], organization: str) -> None:
        self._sessions = sessions
        self._organization = organization

    def load(self, person_ids: Iterable[str]) -> Mapping[str, policy.Preferences]:
        with self._sessions() as session:
            return to_preferences(session.execute(chosen(person_ids, self._organization)))

    def save(self, person_id: str, preferences: policy.Preferences) -> None:
        own = select(User).where(User.organization == self._organization, User.id == person_id)
        with self._sessions.begin() as session:
            session.scalars(own).one().preferences = preferences.to_dict()


class AsyncSqlPreferences:
    """A `policy.AsyncPreferenceStore` of one organisation, on the JSON column."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], organization: str) -> None:
        self._sessions = sessions
        self._organization = organization

    async def load(self, person_ids: Iterable[str]) -> Mapping[str, policy.Preferences]:
        async with self._sessions() as session:
            return to_preferences(await session.execute(chosen(person_ids, self._organization)))

    async def save(self, person_id: str, preferences: policy.Preferences) -> None:
        own = select(User).where(User.organization == self._organization, User.id == person_id)
        async with self._sessions.begin() as session:
            (await session.scalars(own)).one().preferences = preferences.to_dict()
