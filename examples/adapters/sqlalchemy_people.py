"""People and preferences on SQLAlchemy: the same two adapters on tables of another shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import JSON, ForeignKey, select
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
    name: Mapped[str]
    email: Mapped[str | None]
    org_role: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)
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


class SqlPeople:
    """A `policy.PeopleSource`: two queries, however many people there are."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def people_for(self, alert: alerts.Alert) -> Iterable[policy.Person]:
        concerned = User.id.in_(alert.assignee_ids)
        if alert.posting is not None:
            concerned |= User.grants.any(
                (Grant.scope == "posting") & (Grant.scope_id == alert.posting.id)
            )
            if alert.posting.team is not None:
                concerned |= User.grants.any(
                    (Grant.scope == "team") & (Grant.scope_id == alert.posting.team)
                )
        query = select(User).where(concerned).order_by(User.id).options(selectinload(User.grants))
        with self._sessions() as session:
            return [to_person(user) for user in session.scalars(query)]


class SqlPreferences:
    """A `policy.PreferenceStore` on the JSON column."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def load(self, person_ids: Iterable[str]) -> Mapping[str, policy.Preferences]:
        query = select(User).where(User.id.in_(list(person_ids)))
        query = query.options(selectinload(User.grants))
        with self._sessions() as session:
            return {
                user.id: to_person(user).preferences
                for user in session.scalars(query)
                if user.preferences
            }

    def save(self, person_id: str, preferences: policy.Preferences) -> None:
        with self._sessions.begin() as session:
            session.get_one(User, person_id).preferences = preferences.to_dict()
