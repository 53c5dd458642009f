"""The organisation in memory: who is which user, answered without IO."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from itertools import zip_longest
from typing import TypeAlias

from attrs import evolve

from naverworks_notify.directory import Match, MatchReason, MatchStatus
from naverworks_notify.members._keys import KeyIndex
from naverworks_notify.members._member import (
    Member,
    MemberStatus,
    address_hash,
    id_hash,
    key_hash,
)
from naverworks_notify.policy import Person

__all__ = ["EXTERNAL_KEY_PREFIX", "Directory", "ExternalKeyOf", "own_id"]

ExternalKeyOf: TypeAlias = Callable[[Person], str | None]
"""Which external key of the directory a person has; None for none."""


def own_id(person: Person) -> str | None:
    """Return the person's own id: external keys usually are the ids of the other system."""
    return person.id


EXTERNAL_KEY_PREFIX = "externalKey:"

# Resource id, login e-mail, and often an alias or an external key.
_KEYS_PER_MEMBER = 3


_NO_SUCH_USER = Match(MatchStatus.UNMATCHED, None, MatchReason.NO_SUCH_USER)
_NEVER_SYNCED = Match(MatchStatus.UNMATCHED, None, MatchReason.NEVER_SYNCED)
_VANISHED = Match(MatchStatus.UNMATCHED, None, MatchReason.VANISHED)
_SEVERAL_USERS = Match(MatchStatus.AMBIGUOUS, None, MatchReason.SEVERAL_USERS)


class Directory:
    """All users of the last walk, found by id, address or external key. Never changes."""

    __slots__ = ("_keys", "_members", "synced_at")

    def __init__(
        self, members: Iterable[Member] = (), *, synced_at: datetime | None = None
    ) -> None:
        self.synced_at: datetime | None = synced_at
        self._members = [*members]
        self._keys = KeyIndex(expected=len(self._members) * _KEYS_PER_MEMBER)
        for row, member in enumerate(self._members):
            self._note(member, row)

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members)

    def __contains__(self, member: object) -> bool:
        return isinstance(member, Member) and self.get(member.user_id) == member

    def __repr__(self) -> str:
        return f"Directory({len(self)} members)"

    def get(self, user_id: str) -> Member | None:
        """Return the member with this resource id, or None."""
        return next(iter(self._find(id_hash(user_id))), None)

    def same_or(self, member: Member) -> Member:
        """Return the member that stands here and is equal, else the one given."""
        known = self.get(member.user_id)
        return member if known is None or known != member else known

    def with_member(self, member: Member, *, owning: bytes | None = None) -> Directory:
        """Return the directory with one member added or replaced.

        Args:
            member: The member.
            owning: A key that the service says is this member's, so nobody else's any more.
        """
        if owning is not None and owning not in member.keys:
            member = evolve(member, addresses=(*member.addresses, owning))
        after = Directory(synced_at=self.synced_at)
        after._members, after._keys = self._members.copy(), self._keys.copy()
        rows = self._keys.find(id_hash(member.user_id))
        if owning is not None:
            for row in self._keys.find(owning):
                if row not in rows:
                    after._replace(row, _without(self._members[row], owning))
        if rows:
            after._replace(rows[0], member)
        else:
            after._members.append(member)
            after._note(member, len(self._members))
        return after

    def differing_from(self, before: Directory) -> list[Member]:
        """Return the members whom another directory does not have, or has otherwise."""
        return [
            member
            for member, same_row in zip_longest(self, before)
            if member is not None
            # Nearly always the very same object, in the same row.
            and member is not same_row
            and before.get(member.user_id) != member
        ]

    def _note(self, member: Member, row: int) -> None:
        for key in _all_keys(member):
            self._keys.add(key, row)

    def _replace(self, row: int, member: Member) -> None:
        for key in _all_keys(self._members[row]):
            self._keys.remove(key, row)
        self._members[row] = member
        self._note(member, row)

    def _find(self, key: bytes) -> tuple[Member, ...]:
        return tuple(self._members[row] for row in self._keys.find(key))

    def lookup(
        self,
        person: Person,
        *,
        now: datetime,
        skip_on_leave: bool = False,
        external_key: ExternalKeyOf = own_id,
        vanished: Collection[str] = (),
    ) -> Match:
        """Return which user a person is: by `works_user_id`, by e-mail, then by external key.

        Several users that fit are never chosen from, except that deleted ones do not count beside
        one that lives. A `works_user_id` that the directory does not know is believed: the caller
        said so, and the user may be in a domain that is not walked.

        Args:
            person: Who is looked for.
            now: When; a leave is judged by it.
            skip_on_leave: Whether a leave of absence blocks.
            external_key: Which external key the person has.
            vanished: Users whom the service was found not to know any more; they fit nobody.
        """
        has_vanished = person.works_user_id in vanished
        for found in self._fitting(person, external_key):
            here = tuple(member for member in found if member.user_id not in vanished)
            if here:
                return judge(here, now=now, skip_on_leave=skip_on_leave)
            has_vanished = has_vanished or bool(found)
        if has_vanished:
            return _VANISHED
        if person.works_user_id is not None:
            return Match(MatchStatus.MATCHED, person.works_user_id)
        return _NO_SUCH_USER if self.synced_at is not None else _NEVER_SYNCED

    def _fitting(self, person: Person, external_key: ExternalKeyOf) -> Iterator[tuple[Member, ...]]:
        if person.works_user_id is not None:
            yield self._by_id(person.works_user_id)
            return
        if person.email is not None:
            yield self._find(address_hash(person.email))
        key = external_key(person)
        if key:
            yield self._find(key_hash(key))

    def _by_id(self, user_id: str) -> tuple[Member, ...]:
        member = self.get(user_id)
        if member is not None:
            return (member,)
        # The other forms that the service takes in the place of a resource id:
        # https://developers.worksmobile.com/jp/docs/user-get
        if user_id.startswith(EXTERNAL_KEY_PREFIX):
            return self._find(key_hash(user_id.removeprefix(EXTERNAL_KEY_PREFIX)))
        return self._find(address_hash(user_id))


def _all_keys(member: Member) -> set[bytes]:
    return {id_hash(member.user_id), *member.keys}


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
