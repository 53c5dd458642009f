"""Where the organisation is kept between syncs: the protocol, and the store in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from threading import Lock
from typing import Protocol, runtime_checkable

from attrs import frozen

from naverworks_notify.errors import NaverWorksError
from naverworks_notify.members._member import Member

__all__ = [
    "MemberStore",
    "MemberStoreError",
    "MemoryMemberStore",
    "Saving",
    "Stamp",
    "read_moment",
]


class MemberStoreError(NaverWorksError):
    """The store cannot be read or written; what is in memory stays as it was."""


@frozen(kw_only=True)
class Stamp:
    """Which state of the organisation it is.

    Attributes:
        revision: A text that no other state has.
        synced_at: When the last walk was complete; None when people were found before any.
    """

    revision: str
    synced_at: datetime | None


@frozen(kw_only=True)
class Saving:
    """What there is to save. Write all members, or only what changed.

    Attributes:
        stamp: Of the new state.
        replaces: Revision of the state that was changed; None for none.
        members: Everybody.
        changed: Those whom that state does not have, or has otherwise.
        dropped: User ids of those whom the store is to forget.
    """

    stamp: Stamp
    replaces: str | None
    members: Collection[Member]
    changed: Collection[Member]
    dropped: Collection[str]


@runtime_checkable
class MemberStore(Protocol):
    """What an implementer of a store writes: three methods, blocking.

    The async face calls them in a worker thread. Several processes may share a store, so `save`
    compares and writes in one atomic step; after a crash in the middle, the next `load` gives what
    was there before.
    """

    def stamp(self) -> Stamp | None:
        """Return which state is kept, or None for none; asked often, so cheap."""
        ...

    def load(self) -> Iterator[Member]:
        """Return the members of one state, one by one; none at first."""
        ...

    def save(self, saving: Saving) -> bool:
        """Take over a new state, if the one kept still is the one it replaces.

        Returns:
            False when it is not, and nothing was written: the caller then reads and tries again.
        """
        ...


class MemoryMemberStore:
    """Keeps nothing beyond this process; the default. Safe to share between threads.

    Examples:
        >>> list(MemoryMemberStore().load())
        []
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._stamp: Stamp | None = None
        self._members: tuple[Member, ...] = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._members)} members)"

    def stamp(self) -> Stamp | None:
        """Return which state is kept, or None."""
        return self._stamp

    def load(self) -> Iterator[Member]:
        """Return the members saved last."""
        return iter(self._members)

    def save(self, saving: Saving) -> bool:
        """Take over a new state, unless another one has been saved meanwhile."""
        with self._lock:
            if (self._stamp and self._stamp.revision) != saving.replaces:
                return False
            # In this order: who reads in between sees that the members are another state's.
            self._members = tuple(saving.members)
            self._stamp = saving.stamp
            return True


def read_moment(text: str) -> datetime:
    """Return the moment that a store keeps as text.

    Raises:
        ValueError: It is no moment, or has no zone.
        TypeError: It is no text.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return moment
