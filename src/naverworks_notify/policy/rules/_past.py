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
from naverworks_notify.policy._rule import Context, Ruling, Variant, defer, gate, suppress
from naverworks_notify.policy.rules._gates import next_reachable, wait

__all__ = [
    "changes_collapsed",
    "delegated",
    "duplicate_event",
    "hourly_cap",
    "snoozed",
    "superseded",
]


def _acting_superseders(context: Context) -> frozenset[str]:
    # The switch is about the documented cancellation; a caller's own class says what it wants.
    if context.options.supersede_cancelled:
        return context.superseders
    return context.superseders - EVENTS.keys()


@gate("superseded", when=lambda s: bool(_acting_superseders(s)))
def superseded(context: Context, person: Person, variant: Variant) -> Ruling | None:  # noqa: ARG001
    """A cancellation makes moot what happened to the same interview before it.

    What makes moot what, alert classes say (`Traits.supersedes`). A reminder is moot until the
    interview is confirmed or changed anew. Not documented; looks at the events in the history that
    is passed in.
    """
    by = _acting_superseders(context)
    return suppress(Reason.SUPERSEDED) if _is_moot(context, by) else None


def _is_moot(context: Context, by: frozenset[str]) -> bool:
    alert, others = context.alert, _others(context)
    cancelled = [one.occurred_at for one in others if one.type in by]
    if not cancelled:
        return False
    if max(cancelled) >= alert.occurred_at:
        return True
    announced_by = alert.traits.reminder_of
    return bool(announced_by) and not any(
        one.type in announced_by and one.occurred_at > max(cancelled) for one in others
    )


def _others(context: Context) -> list[Occurrence]:
    known = context.history.occurrences.get(subject_of(context.alert) or "", ())
    return [one for one in known if one.event_id != context.alert.event_id]


@gate("duplicate_event")
def duplicate_event(context: Context, person: Person, variant: Variant) -> Ruling | None:  # noqa: ARG001
    """One event reaches one person once, however often it is handed in.

    Not documented; queues and retries hand events in twice. With `duplicate_window`, an event may
    come again when it was delivered longer ago than that.
    """
    delivered = context.history.delivered_at(person.id, context.alert.event_id)
    if delivered is None:
        return None
    window = context.options.duplicate_window
    if window is not None and context.now - delivered >= window:
        return None
    return suppress(Reason.DUPLICATE_EVENT)


@gate("delegated", when=lambda s: bool(s.delegations.represented))
def delegated(context: Context, person: Person, variant: Variant) -> Ruling | None:  # noqa: ARG001
    """Someone away gets nothing while another person stands in for them.

    Not documented; acts on `Person.away`.
    """
    return suppress(Reason.DELEGATED) if person.id in context.delegations.represented else None


@gate("changes_collapsed", when=lambda s: s.alert.traits.merge is not None)
def changes_collapsed(context: Context, person: Person, variant: Variant) -> Ruling | None:
    """Several changes of one interview within `collapse_window` become one alert.

    Not documented; off by default. Each change waits until the window that the first one opened
    closes; decided anew then, all but the last are dropped. So is an older one once a newer one was
    delivered or its window is over. Only changes that concern the person in the same way count, and
    outside the receive window changes wait like the digest, so that none is dropped for another
    that the person never gets. `merge_changes` gives the last one the first one's old time.

    A cancellation ends all that wait, also for people who are not told of it: the interview does
    not take place.
    """
    length, history = context.options.collapse_window, context.history
    if length is None or variant.is_critical or variant.reason == Reason.REMOVED:
        return None
    if _is_moot(context, context.superseders):
        return suppress(Reason.SUPERSEDED)
    this = occurrence_of(context.alert)
    opened = this.occurred_at
    window_opened: datetime | None = None
    for one in sorted([*_changes_like(this, context, person, variant), this], key=_in_order):
        is_later = _in_order(one) > _in_order(this)
        if history.delivered_at(person.id, one.event_id) is not None:
            if is_later:
                return suppress(Reason.COLLAPSED)
            continue
        if window_opened is None or one.occurred_at - window_opened >= length:
            window_opened = one.occurred_at
        if one is this:
            opened = window_opened
        elif is_later and (window_opened == opened or window_opened + length <= context.now):
            return suppress(Reason.COLLAPSED)
    # Never on to a rule that drops: another change may have given way to this one.
    until = next_reachable(context, person, max(opened + length, context.now))
    if until is None or until <= context.now:
        return None
    return defer(Reason.COLLAPSED, until=until)


def _changes_like(
    this: Occurrence, context: Context, person: Person, variant: Variant
) -> list[Occurrence]:
    # Who stands in is concerned by whomever they stand in for: any assignee may be that.
    stands_in = variant.reason == Reason.DELEGATE

    def ties(one: Occurrence) -> tuple[frozenset[str], str | None, str | None]:
        assignees = one.assignee_ids if stands_in else one.assignee_ids & {person.id}
        return assignees, one.posting_id, one.team_id

    def is_own(one: Occurrence) -> bool:
        if not context.options.exclude_actor:
            return False
        if stands_in:
            return one.actor_id not in (None, this.actor_id)
        return one.actor_id == person.id

    return [
        one
        for one in _others(context)
        if one.type == this.type and ties(one) == ties(this) and not is_own(one)
    ]


def _in_order(one: Occurrence) -> tuple[datetime, str]:
    return one.occurred_at, one.event_id


@gate("snoozed")
def snoozed(context: Context, person: Person, variant: Variant) -> Ruling | None:
    """Someone who asked for quiet until a moment is told then, or when they are next reachable.

    Not documented; acts on `Person.snoozed_until`.
    """
    until = person.snoozed_until
    if until is None or until <= context.now or variant.is_critical:
        return None
    return wait(context, person, Reason.SNOOZED, until=until)


@gate("hourly_cap", when=lambda s: s.options.hourly_cap is not None)
def hourly_cap(context: Context, person: Person, variant: Variant) -> Ruling | None:
    """At most `hourly_cap` alerts an hour and person; the next one waits for its turn.

    Not documented; off by default. Reads deliveries in the history; committing them counts. What
    was collected for a digest is no alert yet.
    """
    cap = context.options.hourly_cap
    if cap is None or variant.is_critical:
        return None
    hour = timedelta(hours=1)
    recent = sorted(
        at
        for at in context.history.deliveries.get(person.id, {}).values()
        if context.now - hour < at <= context.now
    )
    if len(recent) < cap:
        return None
    return wait(context, person, Reason.HOURLY_CAP, until=recent[-cap] + hour)
