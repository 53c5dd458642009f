"""What happened before, as far as rules ask for it: a value that deciding reads and never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from attrs import evolve, field, frozen

from naverworks_notify.alerts import Alert
from naverworks_notify.policy._decision import Decision, Outcome

__all__ = ["Absence", "History", "Occurrence", "subject_of"]


@frozen
class Occurrence:
    """An event that was decided on before.

    Attributes:
        event_id: Its id.
        type: Its type.
        occurred_at: When it happened.
    """

    event_id: str
    type: str
    occurred_at: datetime


@frozen
class Absence:
    """Someone is away and another person stands in.

    Attributes:
        delegate_id: Who stands in.
        start: From when on.
        end: Until when; at this moment the person is back.
    """

    delegate_id: str
    start: datetime
    end: datetime

    def covers(self, now: datetime) -> bool:
        """Tell whether the person is away at that moment."""
        return self.start <= now < self.end


def subject_of(alert: Alert) -> str | None:
    """Return what an alert is about, for rules that look at several events of one interview."""
    return None if alert.interview is None else alert.interview.id


@frozen(kw_only=True)
class History:
    """State that rules read: deliveries, events of each interview, snoozes, absences.

    A value: `commit` and the others return a new one and leave this one as it is, so a decision
    made twice on the same history comes out the same. Keep one per tenant, swap it under your own
    lock, drop old parts with `forget`.

    Attributes:
        deliveries: When each event last reached a person, by person id, then event id.
        occurrences: The events decided on so far, by the interview's id.
        snoozes: Until when a person wants quiet, by person id.
        absences: Who is away, by person id.

    Examples:
        >>> now = datetime.fromisoformat("2026-03-02T10:00:00+09:00")
        >>> History().deliver("u-2", "ev-1", at=now).delivered_at("u-2", "ev-1") == now
        True
    """

    deliveries: Mapping[str, Mapping[str, datetime]] = field(factory=dict, hash=False)
    occurrences: Mapping[str, tuple[Occurrence, ...]] = field(factory=dict, hash=False)
    snoozes: Mapping[str, datetime] = field(factory=dict, hash=False)
    absences: Mapping[str, Absence] = field(factory=dict, hash=False)

    def delivered_at(self, person_id: str, event_id: str) -> datetime | None:
        """Return when an event last reached a person, or None when it did not."""
        return self.deliveries.get(person_id, {}).get(event_id)

    def deliver(self, person_id: str, event_id: str, *, at: datetime) -> History:
        """Return a history in which that event reached that person; the last time stands."""
        return self.deliver_all(event_id, {person_id: at})

    def deliver_all(self, event_id: str, times: Mapping[str, datetime]) -> History:
        """Return a history in which an event reached several people; for each the last time stands.

        Args:
            event_id: The event.
            times: When it reached each, by person id.
        """
        deliveries = dict(self.deliveries)
        for person_id, at in times.items():
            before = deliveries.get(person_id, {})
            last = before.get(event_id)
            if last is None or last < at:
                deliveries[person_id] = {**before, event_id: at}
        return evolve(self, deliveries=deliveries)

    def commit(self, alert: Alert, decisions: Iterable[Decision], *, at: datetime) -> History:
        """Return a history that knows this alert, and whom it reached.

        Decisions to send or to collect count as delivered; hand in only those that really went out
        where sending can fail. Repeating a commit, or one from before it, changes nothing; a later
        `at` is a new delivery, as after `PolicyOptions.duplicate_window`.

        Args:
            alert: What was decided on.
            decisions: The decisions to count.
            at: When they were carried out.
        """
        reached = (Outcome.SEND, Outcome.DIGEST)
        times = {one.person_id: at for one in decisions if one.outcome in reached}
        return self.observe(alert).deliver_all(alert.event_id, times)

    def observe(self, alert: Alert) -> History:
        """Return a history that knows this alert happened, whoever it reached."""
        subject = subject_of(alert)
        if subject is None:
            return self
        before = self.occurrences.get(subject, ())
        if any(one.event_id == alert.event_id for one in before):
            return self
        new = Occurrence(alert.event_id, alert.type, alert.occurred_at)
        return evolve(self, occurrences={**self.occurrences, subject: (*before, new)})

    def snooze(self, person_id: str, *, until: datetime) -> History:
        """Return a history in which a person wants quiet until then."""
        return evolve(self, snoozes={**self.snoozes, person_id: until})

    def away(self, person_id: str, *, delegate_id: str, start: datetime, end: datetime) -> History:
        """Return a history in which a person is away and another one stands in."""
        absence = Absence(delegate_id, start, end)
        return evolve(self, absences={**self.absences, person_id: absence})

    def forget(self, *, before: datetime) -> History:
        """Return a history without what happened, or ended, before that moment."""
        kept = {
            person_id: {event: at for event, at in events.items() if at >= before}
            for person_id, events in self.deliveries.items()
        }
        occurrences = {
            subject: tuple(one for one in events if one.occurred_at >= before)
            for subject, events in self.occurrences.items()
        }
        return History(
            deliveries={person_id: events for person_id, events in kept.items() if events},
            occurrences={subject: events for subject, events in occurrences.items() if events},
            snoozes={person_id: end for person_id, end in self.snoozes.items() if end >= before},
            absences={k: absence for k, absence in self.absences.items() if absence.end >= before},
        )


NOTHING_BEFORE = History()
