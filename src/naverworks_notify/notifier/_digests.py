"""The evaluations that wait for their window to close."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from naverworks_notify.alerts import Alert
from naverworks_notify.errors import BadRequest, Gone, InvalidValue, NaverWorksError, NotFound
from naverworks_notify.notifier._status import Status
from naverworks_notify.policy import (
    DigestItem,
    DigestWindow,
    Policy,
    PolicyOptions,
    close_digests,
)

__all__ = ["DigestBuffer", "may_be_told_later"]

_HOUR = timedelta(hours=1)


_NEVER_BETTER = (BadRequest, Gone, InvalidValue, NotFound)


def may_be_told_later(status: Status, error: NaverWorksError | None) -> bool:
    """Tell whether a digest that ended so is worth keeping for a later attempt."""
    if status is Status.FAILED:
        return not isinstance(error, _NEVER_BETTER)
    return status is Status.DEFERRED


class DigestBuffer:
    """Collects items until their windows close. Safe for threads and tasks; lives in memory."""

    def __init__(self, *, length: timedelta = _HOUR, aligned: bool = False) -> None:
        self._length = length
        self._aligned = aligned
        self._items: dict[tuple[str, str], DigestItem] = {}
        # Taken out and not told yet: they count as waiting, so that a repeat is not collected.
        self._closing: dict[tuple[str, str], DigestItem] = {}
        self._lock = threading.Lock()

    @classmethod
    def for_policy(cls, policy: Policy) -> DigestBuffer:
        """Return a buffer with the window length of a policy's options, if it has any."""
        options = getattr(policy, "options", None)
        if not isinstance(options, PolicyOptions):
            return cls()
        return cls(length=options.digest_length, aligned=options.digest_aligned)

    def __len__(self) -> int:
        return len(self._items)

    def waiting(self, event_id: str) -> dict[str, datetime]:
        """Return for whom this event waits, and since when it is known."""
        with self._lock:
            return {
                person_id: item.alert.occurred_at
                for (event, person_id), item in (*self._items.items(), *self._closing.items())
                if event == event_id
            }

    def add(self, person_id: str, alert: Alert) -> bool:
        """Take an item; return False where it waits already.

        Raises:
            TypeError: A policy wants to collect what no digest tells of.
        """
        if alert.traits.digest is None:
            raise TypeError(f"There is no digest for {alert.type}; the policy must not collect it.")
        key = (alert.event_id, person_id)
        with self._lock:
            if key in self._items or key in self._closing:
                return False
            self._items[key] = DigestItem(person_id, alert)
            return True

    def settle(self, window: DigestWindow) -> None:
        """Let go of a window that was told, or that never will be."""
        with self._lock:
            for item in window.items:
                self._closing.pop(_key(item), None)

    def put_back(self, windows: Iterable[DigestWindow]) -> None:
        """Take the items again of those windows that were not settled."""
        with self._lock:
            for window in windows:
                for item in window.items:
                    if self._closing.pop(_key(item), None) is not None:
                        self._items.setdefault(_key(item), item)

    def close(
        self, *, until: datetime | None, order: Sequence[str] = ()
    ) -> tuple[DigestWindow, ...]:
        """Take out the windows that have ended by `until`; all of them without it.

        They come in the order of their ends, those of one moment in the order of the people. Each
        must be settled or put back.
        """
        with self._lock:
            windows, still_open = close_digests(
                tuple(self._items.values()),
                length=self._length,
                until=until,
                aligned=self._aligned,
            )
            open_keys = {_key(item) for item in still_open}
            gone = [item for key, item in self._items.items() if key not in open_keys]
            self._items = {_key(item): item for item in still_open}
            self._closing.update((_key(item), item) for item in gone)
        place = {person_id: index for index, person_id in enumerate(order)}
        return tuple(
            sorted(windows, key=lambda one: (one.end, place.get(one.person_id, len(place))))
        )


def _key(item: DigestItem) -> tuple[str, str]:
    return (item.alert.event_id, item.person_id)
