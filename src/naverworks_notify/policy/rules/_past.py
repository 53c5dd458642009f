"""What happened before? These rules read the history and never change it.

Where a rule names no other source it obeys the guide of the product's NAVER WORKS alerts,
https://guide.roundhr.com/setting/integrations/notifications/naver_works, seen 2026-11.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from naverworks_notify.alerts import (
    InterviewCancelled,
    InterviewChanged,
    InterviewConfirmed,
    InterviewReminder,
)
from naverworks_notify.policy._decision import Reason
from naverworks_notify.policy._history import subject_of
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._rule import Ruling, defer, gate, suppress
from naverworks_notify.policy._situation import Notice, Situation

__all__ = [
    "changes_collapsed",
    "delegated",
    "duplicate_event",
    "hourly_cap",
    "snoozed",
    "superseded",
]

_MADE_MOOT_BY_CANCELLATION = frozenset(
    event.type for event in (InterviewConfirmed, InterviewChanged, InterviewReminder)
)


@gate("superseded", when=lambda s: s.alert.type in _MADE_MOOT_BY_CANCELLATION)
def superseded(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """A cancellation makes moot what happened to the same interview before it.

    Not documented; looks at the events in the history that is passed in.
    """
    alert = situation.alert
    for other in situation.history.occurrences.get(subject_of(alert) or "", ()):
        if other.type == InterviewCancelled.type and other.occurred_at >= alert.occurred_at:
            return suppress(Reason.SUPERSEDED)
    return None


@gate("duplicate_event")
def duplicate_event(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """One event reaches one person once, however often it is handed in.

    Not documented; queues and retries hand events in twice. With `duplicate_window`, an event may
    come again when it was delivered longer ago than that.
    """
    delivered = situation.history.delivered_at(person.id, situation.alert.event_id)
    if delivered is None:
        return None
    window = situation.options.duplicate_window
    if window is not None and situation.now - delivered >= window:
        return None
    return suppress(Reason.DUPLICATE_EVENT)


@gate("delegated", when=lambda s: bool(s.history.absences))
def delegated(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """Someone away gets nothing while another person stands in for them.

    Not documented; acts only on absences in the history that is passed in.
    """
    if situation.stand_in_for(person) is not None:
        return suppress(Reason.DELEGATED)
    return None


@gate("changes_collapsed", when=lambda s: s.alert.type == InterviewChanged.type)
def changes_collapsed(situation: Situation, person: Person, notice: Notice) -> Ruling | None:
    """Several changes of one interview within `collapse_window` become one alert.

    Not documented; off by default. Each change waits until the window that the first one opened
    closes; decided anew then, all but the last are superseded. `merge_changes` gives the last one
    the first one's old time.
    """
    window, alert = situation.options.collapse_window, situation.alert
    if window is None or notice.is_critical:
        return None
    opened = alert.occurred_at
    for other in situation.history.occurrences.get(subject_of(alert) or "", ()):
        if other.event_id == alert.event_id or other.type != InterviewChanged.type:
            continue
        if situation.history.delivered_at(person.id, other.event_id) is not None:
            continue
        if _comes_after(other.occurred_at, other.event_id, alert.occurred_at, alert.event_id):
            return suppress(Reason.COLLAPSED)
        if alert.occurred_at - other.occurred_at < window:
            opened = min(opened, other.occurred_at)
    until = opened + window
    return defer(Reason.COLLAPSED, until=until) if situation.now < until else None


def _comes_after(at: datetime, event_id: str, than_at: datetime, than_id: str) -> bool:
    return (at, event_id) > (than_at, than_id)


@gate("snoozed", when=lambda s: bool(s.history.snoozes))
def snoozed(situation: Situation, person: Person, notice: Notice) -> Ruling | None:
    """Someone who asked for quiet until a moment is told then.

    Not documented; acts only on snoozes in the history that is passed in.
    """
    until = situation.history.snoozes.get(person.id)
    if until is None or until <= situation.now or notice.is_critical:
        return None
    return defer(Reason.SNOOZED, until=until)


@gate("hourly_cap", when=lambda s: s.options.hourly_cap is not None)
def hourly_cap(situation: Situation, person: Person, notice: Notice) -> Ruling | None:
    """At most `hourly_cap` alerts an hour and person; the next one waits for its turn.

    Not documented; off by default. Reads deliveries in the history; committing them counts.
    """
    cap = situation.options.hourly_cap
    if cap is None or notice.is_critical:
        return None
    hour = timedelta(hours=1)
    recent = sorted(
        at
        for at in situation.history.deliveries.get(person.id, {}).values()
        if situation.now - hour < at <= situation.now
    )
    if len(recent) < cap:
        return None
    return defer(Reason.HOURLY_CAP, until=recent[-cap] + hour)
