"""What happened before? These rules read the history and never change it.

Where a rule names no other source it obeys the guide of the product's NAVER WORKS alerts,
https://guide.roundhr.com/setting/integrations/notifications/naver_works, seen 2026-11.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from naverworks_notify.alerts import EVENTS
from naverworks_notify.policy._decision import Reason
from naverworks_notify.policy._history import Occurrence, occurrence_of, subject_of
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._rule import Ruling, defer, gate, suppress
from naverworks_notify.policy._situation import Notice, Situation
from naverworks_notify.policy.rules._waiting import next_reachable, wait

__all__ = [
    "changes_collapsed",
    "delegated",
    "duplicate_event",
    "hourly_cap",
    "snoozed",
    "superseded",
]


def _acting_superseders(situation: Situation) -> frozenset[str]:
    # The switch is about the documented cancellation; a caller's own class says what it wants.
    if situation.options.supersede_cancelled:
        return situation.superseders
    return situation.superseders - EVENTS.keys()


@gate("superseded", when=lambda s: bool(_acting_superseders(s)))
def superseded(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """A cancellation makes moot what happened to the same interview before it.

    What makes moot what, alert classes say (`Traits.supersedes`). A reminder is moot until the
    interview is confirmed or changed anew. Not documented; looks at the events in the history that
    is passed in.
    """
    by = _acting_superseders(situation)
    return suppress(Reason.SUPERSEDED) if _is_moot(situation, by) else None


def _is_moot(situation: Situation, by: frozenset[str]) -> bool:
    alert, others = situation.alert, _others(situation)
    cancelled = [one.occurred_at for one in others if one.type in by]
    if not cancelled:
        return False
    if max(cancelled) >= alert.occurred_at:
        return True
    announced_by = alert.traits.reminder_of
    return bool(announced_by) and not any(
        one.type in announced_by and one.occurred_at > max(cancelled) for one in others
    )


def _others(situation: Situation) -> list[Occurrence]:
    known = situation.history.occurrences.get(subject_of(situation.alert) or "", ())
    return [one for one in known if one.event_id != situation.alert.event_id]


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


@gate("delegated", when=lambda s: bool(s.stand_ins.represented))
def delegated(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """Someone away gets nothing while another person stands in for them.

    Not documented; acts only on absences in the history that is passed in.
    """
    return suppress(Reason.DELEGATED) if person.id in situation.stand_ins.represented else None


@gate("changes_collapsed", when=lambda s: s.alert.traits.merge is not None)
def changes_collapsed(situation: Situation, person: Person, notice: Notice) -> Ruling | None:
    """Several changes of one interview within `collapse_window` become one alert.

    Not documented; off by default. Each change waits until the window that the first one opened
    closes; decided anew then, all but the last are dropped. So is an older one once a newer one was
    delivered or its window is over. Only changes that concern the person in the same way count, and
    outside the receive window changes wait like the digest, so that none is dropped for another
    that the person never gets. `merge_changes` gives the last one the first one's old time.

    A cancellation ends all that wait, also for people who are not told of it: the interview does
    not take place.
    """
    length, history = situation.options.collapse_window, situation.history
    if length is None or notice.is_critical:
        return None
    if _is_moot(situation, situation.superseders):
        return suppress(Reason.SUPERSEDED)
    this = occurrence_of(situation.alert)
    opened = this.occurred_at
    window_opened: datetime | None = None
    for one in sorted([*_changes_like(this, situation, person, notice), this], key=_in_order):
        is_later = _in_order(one) > _in_order(this)
        if history.delivered_at(person.id, one.event_id) is not None:
            if is_later:
                return suppress(Reason.COLLAPSED)
            continue
        if window_opened is None or one.occurred_at - window_opened >= length:
            window_opened = one.occurred_at
        if one is this:
            opened = window_opened
        elif is_later and (window_opened == opened or window_opened + length <= situation.now):
            return suppress(Reason.COLLAPSED)
    # Never on to a rule that drops: another change may have given way to this one.
    until = next_reachable(situation, person, max(opened + length, situation.now))
    if until is None or until <= situation.now:
        return None
    return defer(Reason.COLLAPSED, until=until)


def _changes_like(
    this: Occurrence, situation: Situation, person: Person, notice: Notice
) -> list[Occurrence]:
    # Who stands in is concerned by whomever they stand in for: any assignee may be that.
    stands_in = notice.reason == Reason.DELEGATE

    def ties(one: Occurrence) -> tuple[frozenset[str], str | None, str | None]:
        assignees = one.assignee_ids if stands_in else one.assignee_ids & {person.id}
        return assignees, one.posting_id, one.team_id

    def is_own(one: Occurrence) -> bool:
        if not situation.options.exclude_actor:
            return False
        if stands_in:
            return one.actor_id not in (None, this.actor_id)
        return one.actor_id == person.id

    return [
        one
        for one in _others(situation)
        if one.type == this.type and ties(one) == ties(this) and not is_own(one)
    ]


def _in_order(one: Occurrence) -> tuple[datetime, str]:
    return one.occurred_at, one.event_id


@gate("snoozed", when=lambda s: bool(s.history.snoozes))
def snoozed(situation: Situation, person: Person, notice: Notice) -> Ruling | None:
    """Someone who asked for quiet until a moment is told then, or when they are next reachable.

    Not documented; acts only on snoozes in the history that is passed in.
    """
    until = situation.history.snoozes.get(person.id)
    if until is None or until <= situation.now or notice.is_critical:
        return None
    return wait(situation, person, Reason.SNOOZED, until=until)


@gate("hourly_cap", when=lambda s: s.options.hourly_cap is not None)
def hourly_cap(situation: Situation, person: Person, notice: Notice) -> Ruling | None:
    """At most `hourly_cap` alerts an hour and person; the next one waits for its turn.

    Not documented; off by default. Reads deliveries in the history; committing them counts. What
    was collected for a digest is no alert yet.
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
    return wait(situation, person, Reason.HOURLY_CAP, until=recent[-cap] + hour)
