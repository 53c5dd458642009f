"""What callers plug in: their own policy, where people come from, where preferences are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from attrs import evolve

from naverworks_notify.alerts import Alert
from naverworks_notify.policy._decision import Decision
from naverworks_notify.policy._history import History
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._preferences import Preferences

__all__ = [
    "AsyncPeopleSource",
    "AsyncPreferenceStore",
    "PeopleSource",
    "Policy",
    "PreferenceStore",
    "with_preferences",
]


class Policy(Protocol):
    """Whatever decides who gets an alert; `RecruitingPolicy` is one, yours may be another.

    An implementation must be pure (the same arguments give the same answer), must answer once for
    every person in their order, and must give a reason for every suppression.
    """

    def decide(
        self,
        alert: Alert,
        people: Iterable[Person],
        *,
        now: datetime,
        history: History | None = None,
    ) -> tuple[Decision, ...]:
        """Return one decision per person."""
        raise NotImplementedError


class PeopleSource(Protocol):
    """Where the people of an alert come from: the caller's own tables.

    An implementation must return every assignee and everybody with a role on the posting or in its
    team, each once, people who left included (`active=False`), so that a decision can say why they
    get nothing. It should leave out people who cannot be concerned, and must not decide anything
    itself. It may raise whatever the caller handles; nothing is caught.
    """

    def people_for(self, alert: Alert) -> Iterable[Person]:
        """Return everybody the alert might concern."""
        raise NotImplementedError


class AsyncPeopleSource(Protocol):
    """The same duties as `PeopleSource`, for an event loop."""

    async def people_for(self, alert: Alert) -> Iterable[Person]:
        """Return everybody the alert might concern."""
        raise NotImplementedError


class PreferenceStore(Protocol):
    """Where people's own settings are kept.

    An implementation must answer for the ids it knows and leave out the others, must store exactly
    what it is given (`Preferences.to_dict` and `Person.from_dict` are made for a JSON column), and
    must let the person, and nobody else, change them: settings bind only the own account.
    """

    def load(self, person_ids: Iterable[str]) -> Mapping[str, Preferences]:
        """Return the settings of those people, as far as they have any."""
        raise NotImplementedError

    def save(self, person_id: str, preferences: Preferences) -> None:
        """Keep one person's settings."""
        raise NotImplementedError


class AsyncPreferenceStore(Protocol):
    """The same duties as `PreferenceStore`, for an event loop."""

    async def load(self, person_ids: Iterable[str]) -> Mapping[str, Preferences]:
        """Return the settings of those people, as far as they have any."""
        raise NotImplementedError

    async def save(self, person_id: str, preferences: Preferences) -> None:
        """Keep one person's settings."""
        raise NotImplementedError


def with_preferences(
    people: Iterable[Person], preferences: Mapping[str, Preferences]
) -> tuple[Person, ...]:
    """Return the people with the settings a store gave; who has none there keeps their own."""
    return tuple(
        evolve(person, preferences=preferences[person.id]) if person.id in preferences else person
        for person in people
    )
