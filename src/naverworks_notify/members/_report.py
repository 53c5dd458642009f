"""What a sync tells: who is matched, who is not and why, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from datetime import datetime
from typing import Any

from attrs import field, frozen

from naverworks_notify.directory import Match, MatchStatus
from naverworks_notify.errors import NaverWorksError
from naverworks_notify.members._walk import Changes

__all__ = ["PersonMatch", "SyncProgress", "SyncRefused", "SyncReport", "report_on"]


def _count(people: Sized) -> str:
    return f"<{len(people)}>"


@frozen
class PersonMatch:
    """One person of the app, and which user they are.

    Attributes:
        person_id: The app's id.
        match: The answer of the directory.
    """

    person_id: str
    match: Match

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "person_id": self.person_id,
            "status": self.match.status.value,
            "user_id": self.match.user_id,
            "reason": None if self.match.reason is None else str(self.match.reason),
        }


@frozen(kw_only=True)
class SyncReport:
    """The outcome of one sync.

    Attributes:
        synced_at: When the walk was complete.
        users: How many users it showed.
        matched: People who can be reached.
        unmatched: People whom no user fits.
        ambiguous: People whom several users fit; never guessed.
        blocked: People whose user cannot receive messages, with the reason.
        shared: Users whom several people of the app are: user id and person ids.
        changes: What changed in the directory since the walk before.
        people_changed: People whose answer is another one than before the walk.
    """

    synced_at: datetime
    users: int
    matched: tuple[PersonMatch, ...] = field(default=(), repr=_count)
    unmatched: tuple[PersonMatch, ...] = field(default=(), repr=_count)
    ambiguous: tuple[PersonMatch, ...] = field(default=(), repr=_count)
    blocked: tuple[PersonMatch, ...] = field(default=(), repr=_count)
    shared: tuple[tuple[str, tuple[str, ...]], ...] = field(default=(), repr=_count)
    changes: Changes
    people_changed: tuple[str, ...] = field(default=(), repr=_count)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "synced_at": self.synced_at.isoformat(),
            "users": self.users,
            "matched": [one.to_dict() for one in self.matched],
            "unmatched": [one.to_dict() for one in self.unmatched],
            "ambiguous": [one.to_dict() for one in self.ambiguous],
            "blocked": [one.to_dict() for one in self.blocked],
            "shared": {user_id: list(people) for user_id, people in self.shared},
            "changes": self.changes.to_dict(),
            "people_changed": list(self.people_changed),
        }


@frozen(kw_only=True)
class SyncProgress:
    """How far a walk is.

    Attributes:
        users: Users seen so far.
        expected: Users of the walk before, or None for the first one.
    """

    users: int
    expected: int | None


class SyncRefused(NaverWorksError):  # noqa: N818 - names what happened, like its siblings
    """A complete walk would have dropped too many, so it was not taken over.

    Either the walk went wrong (another app's token, a domain left out, fewer rights), or many
    people really left; then sync once more with `force=True`.

    Attributes:
        lost: How many who could be reached before could not be any more.
        share: Which share of those who could be reached that is, 0 to 1.
        allowed: The share that is allowed.
        users: How many users the walk showed.
    """

    def __init__(self, *, lost: int, share: float, allowed: float, users: int) -> None:
        self.lost = lost
        self.share = share
        self.allowed = allowed
        self.users = users
        super().__init__(
            f"The walk showed {users} users, and {lost} who could be reached before ({share:.0%}) "
            f"could not be any more, where {allowed:.0%} are allowed. Nothing was changed; if they "
            "did leave, sync with force=True."
        )


def report_on(
    matches: Iterable[tuple[str, Match, Match]],
    *,
    synced_at: datetime,
    users: int,
    changes: Changes,
) -> SyncReport:
    """Sort people by their answer; each comes with the one before the walk and the one after."""
    by_status: dict[MatchStatus, list[PersonMatch]] = {status: [] for status in MatchStatus}
    people_changed: list[str] = []
    by_user: dict[str, str] = {}
    shared: dict[str, list[str]] = {}
    for person_id, before, after in matches:
        by_status[after.status].append(PersonMatch(person_id, after))
        if before != after:
            people_changed.append(person_id)
        if after.user_id is not None:
            first = by_user.setdefault(after.user_id, person_id)
            if first != person_id:
                shared.setdefault(after.user_id, [first]).append(person_id)
    return SyncReport(
        synced_at=synced_at,
        users=users,
        matched=tuple(by_status[MatchStatus.MATCHED]),
        unmatched=tuple(by_status[MatchStatus.UNMATCHED]),
        ambiguous=tuple(by_status[MatchStatus.AMBIGUOUS]),
        blocked=tuple(by_status[MatchStatus.BLOCKED]),
        shared=tuple((user_id, tuple(people)) for user_id, people in shared.items()),
        changes=changes,
        people_changed=tuple(people_changed),
    )
