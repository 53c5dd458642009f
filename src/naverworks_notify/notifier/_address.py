"""Which NAVER WORKS user a person is."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from attrs import frozen

from naverworks_notify.directory import Match
from naverworks_notify.policy import Person

__all__ = ["Address", "Members", "find_address", "note_missing"]


@runtime_checkable
class Members(Protocol):
    """What the notifier asks about people; a snapshot of `members` fits.

    Lookups are answered from memory: they are made once per person and alert.
    """

    def lookup(self, person: Person, /) -> Match:
        """Return which user the person is, or why nobody can tell."""
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


def note_missing(members: Members | None, user_id: str) -> None:
    """Tell the members, where they care, that the service does not know this user any more."""
    mark = getattr(members, "mark_missing", None)
    if mark is not None:
        mark(user_id)
