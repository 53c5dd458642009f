"""Which NAVER WORKS user a person is."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from attrs import frozen

from naverworks_notify.directory import Match, MatchReason, MatchStatus
from naverworks_notify.notifier._delivery import Delivery
from naverworks_notify.policy import Person

__all__ = ["Address", "MarksMissing", "Members", "find_address", "find_block", "note_missing"]


@runtime_checkable
class Members(Protocol):
    """What the notifier asks about people; a snapshot of `members` fits.

    Lookups are answered from memory: they are made once per person and alert.
    """

    def lookup(self, person: Person, /) -> Match:
        """Return which user the person is, or why nobody can tell."""
        ...


@runtime_checkable
class MarksMissing(Members, Protocol):
    """Members that want to know whom the service does not know any more; `members` does."""

    def mark_missing(self, user_id: str, /) -> None:
        """Note that this user is gone."""
        ...


@frozen
class Address:
    """Where to send, or why it is not known.

    Attributes:
        user_id: The user's id or login e-mail, or None.
        detail: Why there is none, in one word where the directory gave one.
    """

    user_id: str | None
    detail: str | None = None


def find_address(person: Person, members: Members | None) -> Address:
    """Return where a person is reached.

    Without members it is `works_user_id`, else the e-mail: the service takes a login e-mail in the
    place of a user id. With members the directory alone decides, so that a user it knows to be
    suspended or gone is never called.
    """
    if members is None:
        return Address(person.works_user_id or person.email or None)
    match = members.lookup(person)
    if match.status == "matched" and match.user_id:
        return Address(match.user_id)
    return Address(None, match.reason or match.status)


def find_block(delivery: Delivery, members: Members | None) -> str | None:
    """Return why a planned delivery must not go any more, as far as the members know, or None.

    Only what the directory knows of this very user counts. The person's e-mail and external key
    were asked for when the delivery was planned, and are not in it.
    """
    if members is None:
        return None
    match = members.lookup(_recipient(delivery))
    if match.status == MatchStatus.BLOCKED or match.reason == MatchReason.VANISHED:
        return match.reason or match.status
    return None


def note_missing(members: MarksMissing, delivery: Delivery) -> None:
    """Tell the members that the service does not know this user any more."""
    members.mark_missing(members.lookup(_recipient(delivery)).user_id or delivery.user_id)


def _recipient(delivery: Delivery) -> Person:
    return Person(id=delivery.person_id, name=delivery.person_id, works_user_id=delivery.user_id)
