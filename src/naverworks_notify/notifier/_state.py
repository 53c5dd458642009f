"""Remembering who got which event, so that nobody gets it twice."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Protocol

__all__ = ["DeliveryState", "MemoryState"]


class DeliveryState(Protocol):
    """Which (event, person) pairs were delivered, or are being delivered at this moment.

    A pair is claimed before its send and then kept or released, so that two workers, or two
    threads, that are given the same alert at the same moment send it once. An implementer must
    make `claim` atomic, must be safe for threads, and should keep a claim whose owner died: its
    message may have gone out.

    Attributes:
        blocking: Whether calls may block on a disk or a network; then the async notifier makes
            them in a thread.
    """

    blocking: bool

    def delivered(self, event_id: str) -> Mapping[str, datetime]:
        """Return for whom this event is claimed or kept, and since when."""
        ...

    def claim(
        self, event_id: str, person_id: str, *, at: datetime, seen: datetime | None = None
    ) -> bool:
        """Take the pair; return False where it is taken already.

        Args:
            event_id: The event.
            person_id: The person.
            at: The present moment.
            seen: Since when it was taken as far as the caller knows. A pair that still stands as it
                was seen is taken anew, because a policy decided that enough time has passed; one
                that is free is taken as ever, so that a repeat that failed can be tried again.
        """
        ...

    def keep(self, event_id: str, person_id: str, *, at: datetime) -> None:
        """Remember the pair for good."""
        ...

    def release(self, event_id: str, person_id: str) -> None:
        """Give a claim back: nothing was delivered, it may be tried again."""
        ...


class MemoryState:
    """The state of one notifier, gone when the process ends. Safe for threads and tasks.

    It grows by about 200 bytes per delivered message; `forget` drops old ones. A process that must
    remember over its own end uses `StateFile`, or an own `DeliveryState` on its database.

    Examples:
        >>> at = datetime.fromisoformat("2026-03-02T10:00:00+09:00")
        >>> state = MemoryState()
        >>> state.claim("ev-1", "u-2", at=at), state.claim("ev-1", "u-2", at=at)
        (True, False)
        >>> state.release("ev-1", "u-2")
        >>> state.claim("ev-1", "u-2", at=at)
        True
    """

    blocking = False

    def __init__(self) -> None:
        self._taken: dict[str, dict[str, datetime]] = {}
        self._lock = threading.Lock()

    def delivered(self, event_id: str) -> Mapping[str, datetime]:
        """Return for whom this event is claimed or kept, and since when."""
        with self._lock:
            return dict(self._taken.get(event_id, {}))

    def claim(
        self, event_id: str, person_id: str, *, at: datetime, seen: datetime | None = None
    ) -> bool:
        """Take the pair; return False where it is taken already."""
        with self._lock:
            people = self._taken.setdefault(event_id, {})
            taken = people.get(person_id)
            if taken is not None and (
                seen is None or taken.astimezone(UTC) != seen.astimezone(UTC)
            ):
                return False
            people[person_id] = at
            return True

    def keep(self, event_id: str, person_id: str, *, at: datetime) -> None:
        """Remember the pair for good."""
        with self._lock:
            self._taken.setdefault(event_id, {})[person_id] = at

    def release(self, event_id: str, person_id: str) -> None:
        """Give a claim back."""
        with self._lock:
            people = self._taken.get(event_id)
            if people is not None:
                people.pop(person_id, None)
                if not people:
                    del self._taken[event_id]

    def forget(self, *, before: datetime, sparing: Collection[str] = ()) -> int:
        """Drop what was taken before a moment; return how many pairs that were.

        An event that comes again after it was forgotten is sent again.

        Args:
            before: The moment.
            sparing: Events that may still come again and are kept, however old.
        """
        with self._lock:
            count = 0
            for event_id, people in list(self._taken.items()):
                if event_id in sparing:
                    continue
                old = [person_id for person_id, at in people.items() if at < before]
                for person_id in old:
                    del people[person_id]
                if not people:
                    del self._taken[event_id]
                count += len(old)
            return count
