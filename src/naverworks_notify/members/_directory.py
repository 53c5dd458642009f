"""The organisation in memory: who is which user, answered without IO."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from attrs import evolve

from naverworks_notify.directory import Match, MatchStatus
from naverworks_notify.members._member import Member, MemberStatus, address_hash, key_hash
from naverworks_notify.policy import Person

__all__ = ["Directory", "ExternalKeyOf", "MatchReason", "own_id"]

ExternalKeyOf: TypeAlias = Callable[[Person], str | None]
"""Which external key of the directory a person has; None for none."""


def own_id(person: Person) -> str | None:
    """Return the person's own id: external keys usually are the ids of the other system."""
    return person.id


class MatchReason(StrEnum):
    """Why a person is not matched. Codes, for reports and logs.

    The first three are of `unmatched`, `several_users` is of `ambiguous`, the others of `blocked`.
    """

    NO_SUCH_USER = "no_such_user"
    NEVER_SYNCED = "never_synced"
    VANISHED = "vanished"
    SEVERAL_USERS = "several_users"
    DELETED = "deleted"
    SUSPENDED = "suspended"
    PENDING = "pending"
    AWAITING = "awaiting"
    ON_LEAVE = "on_leave"


_NO_SUCH_USER = Match(MatchStatus.UNMATCHED, None, MatchReason.NO_SUCH_USER)
_NEVER_SYNCED = Match(MatchStatus.UNMATCHED, None, MatchReason.NEVER_SYNCED)
_SEVERAL_USERS = Match(MatchStatus.AMBIGUOUS, None, MatchReason.SEVERAL_USERS)


class _Index:
    """Members by id, and ids by address and external key. May change until it is handed out."""

    __slots__ = ("ids", "members")

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        # One id for nearly every key; a tuple of ids only where several users share it.
        self.ids: dict[bytes, str | tuple[str, ...]] = {}

    def copy(self) -> _Index:
        """Return a copy that may change by itself."""
        copy = _Index()
        copy.members.update(self.members)
        copy.ids.update(self.ids)
        return copy

    def add(self, member: Member) -> None:
        """Take in a member who is not there yet."""
        self.members[member.user_id] = member
        for key in member.keys:
            known = self.ids.setdefault(key, member.user_id)
            if known is not member.user_id:
                others = (known,) if isinstance(known, str) else known
                self.ids[key] = (*others, member.user_id)

    def remove(self, user_id: str) -> None:
        """Forget a member, if there."""
        member = self.members.pop(user_id, None)
        for key in () if member is None else member.keys:
            known = self.ids.pop(key)
            if isinstance(known, tuple):
                others = tuple(one for one in known if one != user_id)
                self.ids[key] = others[0] if len(others) == 1 else others

    def find(self, key: bytes) -> tuple[Member, ...]:
        """Return those who share a key."""
        ids = self.ids.get(key, ())
        return tuple(self.members[one] for one in ((ids,) if isinstance(ids, str) else ids))


class Directory:
    """All users of the last walk, found by id, address or external key. Never changes."""

    __slots__ = ("_index", "synced_at")

    def __init__(
        self, members: Iterable[Member] = (), *, synced_at: datetime | None = None
    ) -> None:
        self.synced_at: datetime | None = synced_at
        self._index = _Index()
        for member in members:
            self._index.add(member)

    def __len__(self) -> int:
        return len(self._index.members)

    def __iter__(self) -> Iterator[Member]:
        return iter(self._index.members.values())

    def __contains__(self, member: object) -> bool:
        return isinstance(member, Member) and self.get(member.user_id) == member

    def __repr__(self) -> str:
        return f"Directory({len(self)} members)"

    def get(self, user_id: str) -> Member | None:
        """Return the member with this resource id, or None."""
        return self._index.members.get(user_id)

    def with_member(self, member: Member, *, owning: bytes | None = None) -> Directory:
        """Return the directory with one member added or replaced.

        Args:
            member: The member.
            owning: A key that the service says is this member's, so nobody else's any more.
        """
        index = self._index.copy()
        index.remove(member.user_id)
        if owning is not None:
            for other in index.find(owning):
                index.remove(other.user_id)
                index.add(_without(other, owning))
        index.add(member)
        return Directory.of(index, self.synced_at)

    @classmethod
    def of(cls, index: _Index, synced_at: datetime | None) -> Directory:
        """Return the directory over an index that will not change any more."""
        directory = cls(synced_at=synced_at)
        directory._index = index
        return directory

    def lookup(
        self,
        person: Person,
        *,
        now: datetime,
        skip_on_leave: bool = False,
        external_key: ExternalKeyOf = own_id,
    ) -> Match:
        """Return which user a person is: by `works_user_id`, by e-mail, then by external key.

        Several users that fit are never chosen from, except that deleted ones do not count beside
        one that lives. A `works_user_id` that the directory does not know is believed: the caller
        said so, and the user may be in a domain that is not walked.
        """
        found: tuple[Member, ...] = ()
        if person.works_user_id is not None:
            found = self._by_id(person.works_user_id)
            if not found:
                return Match(MatchStatus.MATCHED, person.works_user_id)
        if not found and person.email is not None:
            found = self._index.find(address_hash(person.email))
        if not found:
            key = external_key(person)
            found = self._index.find(key_hash(key)) if key else ()
        if not found:
            return _NO_SUCH_USER if self.synced_at is not None else _NEVER_SYNCED
        return judge(found, now=now, skip_on_leave=skip_on_leave)

    def _by_id(self, user_id: str) -> tuple[Member, ...]:
        member = self.get(user_id)
        # A login e-mail is accepted in the place of a user id.
        return (member,) if member is not None else self._index.find(address_hash(user_id))


def _without(member: Member, key: bytes) -> Member:
    return evolve(
        member,
        addresses=tuple(one for one in member.addresses if one != key),
        external_key=None if member.external_key == key else member.external_key,
    )


def judge(found: tuple[Member, ...], *, now: datetime, skip_on_leave: bool) -> Match:
    """Return the match that one or several fitting users give."""
    living = tuple(member for member in found if member.status is not MemberStatus.DELETED)
    member, *others = living or found
    if others:
        return _SEVERAL_USERS
    if member.status is not MemberStatus.ACTIVE:
        return Match(MatchStatus.BLOCKED, member.user_id, MatchReason(member.status.value))
    if skip_on_leave and member.is_away(now):
        return Match(MatchStatus.BLOCKED, member.user_id, MatchReason.ON_LEAVE)
    return Match(MatchStatus.MATCHED, member.user_id)
