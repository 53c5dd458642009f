"""One walk through the directory, and what it changes. Pure: no IO, the time is an argument."""

from __future__ import annotations

from collections.abc import Sized
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from attrs import evolve, field, frozen

from naverworks_notify.directory import User
from naverworks_notify.members._directory import Directory
from naverworks_notify.members._member import Member, MemberStatus, member_of

__all__ = ["Changes", "Walk"]


def _count(ids: Sized) -> str:
    return f"<{len(ids)}>"


@frozen(kw_only=True)
class Changes:
    """What a walk found to be different from the walk before; user ids in each case.

    Attributes:
        added: Not known before.
        changed: Another address, external key, status or leave.
        returned: Missing in the walk before, and here again.
        missing: Not shown by this walk; a signal only, they stay matched for the grace period.
        dropped: Missing for longer than that, by two walks at least; forgotten now.
        blocked: Could receive messages before, and cannot any more; also in `changed`.
    """

    added: tuple[str, ...] = field(default=(), repr=_count)
    changed: tuple[str, ...] = field(default=(), repr=_count)
    returned: tuple[str, ...] = field(default=(), repr=_count)
    missing: tuple[str, ...] = field(default=(), repr=_count)
    dropped: tuple[str, ...] = field(default=(), repr=_count)
    blocked: tuple[str, ...] = field(default=(), repr=_count)

    def __bool__(self) -> bool:
        return any((self.added, self.changed, self.returned, self.missing, self.dropped))

    def to_dict(self) -> dict[str, Any]:
        """Return the ids as JSON values."""
        return {
            "added": list(self.added),
            "changed": list(self.changed),
            "returned": list(self.returned),
            "missing": list(self.missing),
            "dropped": list(self.dropped),
            "blocked": list(self.blocked),
        }


class Walk:
    """Gathers the users of a walk; nothing counts before `finish`, so a walk may be cut off.

    Used by one thread or task at a time.

    Args:
        start: What is known as the walk begins.
    """

    __slots__ = ("_seen", "_start")

    def __init__(self, start: Directory) -> None:
        self._start = start
        self._seen: dict[str, Member] = {}

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, user: User) -> None:
        """Take in one user; the same one again (several domains, a shifted page) is merged."""
        member = member_of(user)
        twin = self._seen.get(member.user_id)
        if twin is not None:
            member = evolve(
                member,
                addresses=tuple(dict.fromkeys((*twin.addresses, *member.addresses))),
                external_key=member.external_key or twin.external_key,
            )
        # The very same object where nothing changed: a second walk then costs little memory.
        self._seen[member.user_id] = self._start.same_or(member)

    def lost_share(self, before: Directory) -> tuple[int, float]:
        """Return how many who could be reached before cannot be now, and which share that is."""
        reached = lost = 0
        for member in before:
            if member.status is not MemberStatus.ACTIVE or member.missing_since is not None:
                continue
            reached += 1
            now = self._seen.get(member.user_id)
            if now is None:
                lost += not self._is_news(member, before)
            else:
                lost += now.status is not MemberStatus.ACTIVE
        return lost, lost / reached if reached else 0.0

    def finish(
        self, before: Directory, *, now: datetime, grace: timedelta
    ) -> tuple[Directory, Changes]:
        """Return the directory after the walk, and what changed.

        Args:
            before: What is known as the walk ends: more than at its start, where another process
                has walked or found somebody meanwhile. Whom that one saw is not absent.
            now: When the walk ended.
            grace: How long a user may be missing.
        """
        added, changed, returned, blocked = [], [], [], []
        for user_id, member in self._seen.items():
            known = before.get(user_id)
            if known is None:
                added.append(user_id)
                continue
            if known.missing_since is not None:
                returned.append(user_id)
            if evolve(known, missing_since=None) != member:
                changed.append(user_id)
                if known.status is MemberStatus.ACTIVE is not member.status:
                    blocked.append(user_id)
        missing, dropped = [], []
        unseen = []
        for known in before:
            if known.user_id in self._seen:
                continue
            since = known.missing_since
            if since is None and self._is_news(known, before):
                unseen.append(known)
                continue
            if since is not None and now - since >= grace:
                dropped.append(known.user_id)
                continue
            missing.append(known.user_id)
            unseen.append(known if since is not None else evolve(known, missing_since=now))
        directory = Directory(
            chain(self._seen.values(), unseen), synced_at=_later_than(before.synced_at, now)
        )
        return directory, Changes(
            added=tuple(added),
            changed=tuple(changed),
            returned=tuple(returned),
            missing=tuple(missing),
            dropped=tuple(dropped),
            blocked=tuple(blocked),
        )

    def _is_news(self, known: Member, before: Directory) -> bool:
        if before is self._start:
            return False
        return before.synced_at != self._start.synced_at or known not in self._start


def _later_than(before: datetime | None, now: datetime) -> datetime:
    # Walks are told apart by their time, also where a clock stands still or is set back.
    return now if before is None else max(now, before + datetime.resolution)
