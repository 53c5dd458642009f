"""What happened before, as far as rules ask for it: a value that deciding reads and never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, ClassVar

from attrs import evolve, field, frozen

from naverworks_notify.alerts import Alert
from naverworks_notify.policy._decision import Decision, Outcome
from naverworks_notify.policy._hours import to_moment
from naverworks_notify.schema import Many, MapOf, Moment, Object, Record, Text, member

__all__ = ["History", "Occurrence", "occurrence_of", "subject_of"]


def _to_occurred_at(value: datetime) -> datetime:
    return to_moment("occurred_at", value)


def _to_names(value: Iterable[str]) -> frozenset[str]:
    return frozenset(value)


@frozen
class Occurrence(Record):
    """An event that was decided on before.

    Attributes:
        event_id: Its id.
        type: Its type.
        occurred_at: When it happened.
        assignee_ids: The people it was personally about.
        actor_id: Who caused it, or None.
        posting_id: The posting it was about, or None.
        team_id: The team that the posting belonged to, or None.
    """

    event_id: Annotated[str, Text()]
    type: Annotated[str, Text()]
    occurred_at: datetime = field(converter=_to_occurred_at)
    assignee_ids: frozenset[str] = field(default=frozenset(), converter=_to_names)
    actor_id: str | None = field(default=None, kw_only=True)
    posting_id: str | None = field(default=None, kw_only=True)
    team_id: str | None = field(default=None, kw_only=True)


def subject_of(alert: Alert) -> str | None:
    """Return what an alert is about, for rules that look at several events of one subject."""
    return alert.traits.subject(alert)


def occurrence_of(alert: Alert) -> Occurrence:
    """Return what is remembered of an alert."""
    posting = alert.posting
    return Occurrence(
        alert.event_id,
        alert.type,
        alert.occurred_at,
        alert.assignee_ids,
        actor_id=alert.actor_id,
        posting_id=None if posting is None else posting.id,
        team_id=None if posting is None else posting.team,
    )


_TIMES = MapOf(MapOf(Moment(), as_dict=True), as_dict=True)


@frozen(kw_only=True)
class History(Record):
    """State that rules read: deliveries, and the events of each interview.

    A value: `commit` and the others return a new one and leave this one as it is, so a decision
    made twice on the same history comes out the same. Its mappings belong to it and are shared
    between its versions: make another one instead of writing to them. Keep one per tenant, swap it
    under your own lock, drop old parts with `forget`, store it by `to_dict`.

    Attributes:
        deliveries: When each event last reached a person, by person id, then event id.
        collected: When each event went into a person's digest, by person id, then event id.
        occurrences: The events decided on so far, by what they are about: the interview's id, or what
            the alert's class says (`Traits.subject`).

    Examples:
        >>> now = datetime.fromisoformat("2026-03-02T10:00:00+09:00")
        >>> history = History().deliver("u-2", "ev-1", at=now)
        >>> history.delivered_at("u-2", "ev-1") == now
        True
        >>> history.to_dict()
        {'deliveries': {'u-2': {'ev-1': '2026-03-02T10:00:00+09:00'}}}
    """

    _refusal: ClassVar[str] = "The history is not usable"

    deliveries: Mapping[str, Mapping[str, datetime]] = field(
        factory=dict, hash=False, metadata=member(kind=_TIMES)
    )
    collected: Mapping[str, Mapping[str, datetime]] = field(
        factory=dict, hash=False, metadata=member(kind=_TIMES)
    )
    occurrences: Mapping[str, tuple[Occurrence, ...]] = field(
        factory=dict,
        hash=False,
        metadata=member(kind=MapOf(Many(Object(Occurrence), low=0), as_dict=True)),
    )

    def delivered_at(self, person_id: str, event_id: str) -> datetime | None:
        """Return when an event last reached a person or their digest, or None when it did not."""
        sent = self.deliveries.get(person_id, {}).get(event_id)
        collected = self.collected.get(person_id, {}).get(event_id)
        if sent is None or collected is None:
            return collected if sent is None else sent
        return max(sent, collected)

    def deliver(self, person_id: str, event_id: str, *, at: datetime) -> History:
        """Return a history in which that event reached that person; the last time stands."""
        return self.deliver_all(event_id, {person_id: at})

    def deliver_all(self, event_id: str, times: Mapping[str, datetime]) -> History:
        """Return a history in which an event reached several people; for each the last time stands.

        Args:
            event_id: The event.
            times: When it reached each, aware, by person id.
        """
        return evolve(self, deliveries=_with_times(self.deliveries, event_id, times))

    def commit(self, alert: Alert, decisions: Iterable[Decision], *, at: datetime) -> History:
        """Return a history that knows this alert, and whom it reached.

        Decisions to send count as delivered, decisions to collect as collected; hand in only those
        that really went out where sending can fail. Repeating a commit, or one from before it,
        changes nothing; a later `at` is a new delivery, as after `PolicyOptions.duplicate_window`.

        Args:
            alert: What was decided on.
            decisions: The decisions to count.
            at: When they were carried out, aware.
        """
        sent: dict[str, datetime] = {}
        collected: dict[str, datetime] = {}
        for one in decisions:
            if one.outcome is Outcome.SEND:
                sent[one.person_id] = at
            elif one.outcome is Outcome.DIGEST:
                collected[one.person_id] = at
        event_id = alert.event_id
        return evolve(
            self.observe(alert),
            deliveries=_with_times(self.deliveries, event_id, sent),
            collected=_with_times(self.collected, event_id, collected),
        )

    def observe(self, alert: Alert) -> History:
        """Return a history that knows this alert happened, whoever it reached."""
        subject = subject_of(alert)
        if subject is None:
            return self
        before = self.occurrences.get(subject, ())
        if any(one.event_id == alert.event_id for one in before):
            return self
        return evolve(
            self, occurrences={**self.occurrences, subject: (*before, occurrence_of(alert))}
        )

    def forget(self, *, before: datetime) -> History:
        """Return a history without what happened, or ended, before that moment."""
        occurrences = {
            subject: tuple(one for one in events if one.occurred_at >= before)
            for subject, events in self.occurrences.items()
        }
        return History(
            deliveries=_since(self.deliveries, before),
            collected=_since(self.collected, before),
            occurrences={subject: events for subject, events in occurrences.items() if events},
        )


def _with_times(
    known: Mapping[str, Mapping[str, datetime]], event_id: str, times: Mapping[str, datetime]
) -> Mapping[str, Mapping[str, datetime]]:
    if not times:
        return known
    people = dict(known)
    for person_id, given in times.items():
        at = to_moment("at", given)
        before = people.get(person_id, {})
        last = before.get(event_id)
        if last is None or last < at:
            people[person_id] = {**before, event_id: at}
    return people


def _since(
    known: Mapping[str, Mapping[str, datetime]], before: datetime
) -> Mapping[str, Mapping[str, datetime]]:
    kept = {
        person_id: {event: at for event, at in events.items() if at >= before}
        for person_id, events in known.items()
    }
    return {person_id: events for person_id, events in kept.items() if events}


NOTHING_BEFORE = History()
