"""Who would get what: the notifier's decisions and messages, without any network."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from naverworks_notify.alerts import Alert
from naverworks_notify.notifier._digests import DigestBuffer
from naverworks_notify.notifier._plan import Plan, Planned, Planner
from naverworks_notify.notifier._state import DeliveryState, MemoryState
from naverworks_notify.notifier._status import Status
from naverworks_notify.policy import DigestWindow, History, Person

__all__ = ["DryRun"]


class DryRun:
    """A rehearsal: what a notifier would do with these alerts, one after the other.

    It needs no client, does no network IO, and changes nothing outside itself. Within itself it
    remembers what it would have sent, so that repeats and digests come out as they would live.

    Examples:
        >>> run = DryRun(Planner(form="plain"))
        >>> run.close_digests([], now=datetime.fromisoformat("2026-03-02T10:00:00+09:00")).planned
        ()
    """

    def __init__(
        self, planner: Planner | None = None, *, state: DeliveryState | None = None
    ) -> None:
        """Begin a rehearsal.

        Args:
            planner: Policy, catalog and the rest; the documented ones by default.
            state: What was delivered before; it is only read.
        """
        self._planner = planner or Planner()
        self._before = state
        self._state = MemoryState()
        self._digests = DigestBuffer.for_policy(self._planner.policy)

    def notify(
        self,
        alert: Alert,
        people: Iterable[Person],
        *,
        now: datetime,
        history: History | None = None,
    ) -> Plan:
        """Return what would happen to one alert, with `status` None where it would be sent."""
        delivered = self._digests.waiting(alert.event_id) | dict(
            self._state.delivered(alert.event_id)
        )
        if self._before is not None:
            delivered = dict(self._before.delivered(alert.event_id)) | delivered
        plan = self._planner.plan(alert, people, now=now, delivered=delivered, history=history)
        for one in plan.planned:
            if one.status is None:
                self._state.keep(alert.event_id, one.person_id, at=now)
            elif one.status is Status.DIGESTED:
                self._digests.add(one.person_id, alert)
        return plan

    def close_digests(
        self,
        people: Iterable[Person],
        *,
        now: datetime,
        until: datetime | None = None,
        history: History | None = None,
    ) -> Plan:
        """Return what the closing windows would send, one entry per window."""
        by_id = {person.id: person for person in people}
        windows = self._digests.close(until=until, order=tuple(by_id))
        planned = [
            self._plan_window(window, by_id[window.person_id], now=now, history=history)
            for window in windows
            if window.person_id in by_id
        ]
        waiting = {one.decision.event_id for one in planned if one.status is Status.DEFERRED}
        for window in windows:
            if window.alert.event_id not in waiting:
                self._digests.settle(window)
        self._digests.put_back(windows)
        missing = (window.person_id for window in windows if window.person_id not in by_id)
        return Plan(planned=tuple(planned), missing=tuple(dict.fromkeys(missing)))

    def _plan_window(
        self, window: DigestWindow, person: Person, *, now: datetime, history: History | None
    ) -> Planned:
        (planned,) = self.notify(window.alert, (person,), now=now, history=history).planned
        if planned.status is None:
            for item in window.items:
                self._state.keep(item.alert.event_id, item.person_id, at=now)
        return planned
