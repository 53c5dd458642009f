"""Where the organisation is kept between syncs: the protocol, and the store in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Protocol, runtime_checkable

from attrs import frozen

from naverworks_notify.members._member import Member

__all__ = ["MemberStore", "MemoryMemberStore", "Saving"]


@frozen(kw_only=True)
class Saving:
    """What there is to save after a sync. Write all of it, or only what changed.

    Attributes:
        synced_at: When the walk was complete.
        members: Everybody.
        changed: Those whom the store does not have yet, or has otherwise.
        dropped: User ids of those whom the store is to forget.
    """

    synced_at: datetime | None
    members: Collection[Member]
    changed: Collection[Member]
    dropped: Collection[str]


@runtime_checkable
class MemberStore(Protocol):
    """What an implementer of a store writes: three methods, blocking.

    The async face calls them in a worker thread. `save` must be atomic: after a crash in the
    middle, the next `load` gives what was there before.
    """

    def synced_at(self) -> datetime | None:
        """Return the time of the last complete walk that was saved, or None."""
        ...

    def load(self) -> Iterator[Member]:
        """Return the members saved last, one by one; none at first."""
        ...

    def save(self, saving: Saving) -> None:
        """Take over the state after a sync."""
        ...


class MemoryMemberStore:
    """Keeps nothing beyond this process; the default.

    Examples:
        >>> list(MemoryMemberStore().load())
        []
    """

    def __init__(self) -> None:
        self._synced_at: datetime | None = None
        self._members: tuple[Member, ...] = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._members)} members)"

    def synced_at(self) -> datetime | None:
        """Return the time of the last complete walk, or None."""
        return self._synced_at

    def load(self) -> Iterator[Member]:
        """Return the members saved last."""
        return iter(self._members)

    def save(self, saving: Saving) -> None:
        """Take over the state after a sync."""
        self._synced_at = saving.synced_at
        self._members = tuple(saving.members)
