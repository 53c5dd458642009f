"""What rules look at: one alert at one moment, worked out once for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from attrs import frozen

from naverworks_notify.alerts import Alert, Audience, EntryInfo, Relation, entries_of
from naverworks_notify.policy._history import History
from naverworks_notify.policy._options import PolicyOptions
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._roles import PostingRole, effective_role

__all__ = ["Notice", "Situation"]


@frozen(eq=False)
class Notice:
    """How a person is concerned: the variant a relation rule chose, and why.

    Attributes:
        audience: The variant.
        reason: Why this person.
        catalog_id: The catalog entry of the variant.
        is_critical: Whether it passes windows, mutes, quiet days, snoozes and caps.
        is_mandatory: Whether it passes mutes.
    """

    audience: Audience
    reason: str
    catalog_id: str
    is_critical: bool
    is_mandatory: bool


@frozen(kw_only=True, eq=False, repr=False)
class Situation:
    """One alert at one moment, with what a policy knows besides the person.

    Attributes:
        alert: What happened.
        now: The moment of deciding.
        options: The policy's options.
        history: What happened before.
        entries: The catalog rows the event feeds, interviewer first.
        assignees: The people the event is personally about.
        is_addressed: Whether it goes to its addressees whatever their roles are.
        is_assigned: Whether it has a variant for the people assigned to it.
        is_posting_related: Whether it has a variant for those in charge of the posting.
        people: Everybody in this decision, by id; only filled when somebody is away.
        concern: Answers how a person is concerned on their own account.
    """

    alert: Alert
    now: datetime
    options: PolicyOptions
    history: History
    entries: Mapping[Audience, EntryInfo]
    assignees: frozenset[str]
    is_addressed: bool
    is_assigned: bool
    is_posting_related: bool
    posting_id: str | None
    team_id: str | None
    people: Mapping[str, Person]
    concern: Callable[[Situation, Person], Audience | None]

    @property
    def audiences(self) -> frozenset[Audience]:
        """The variants the event has."""
        return frozenset(self.entries)

    def is_assignee(self, person: Person) -> bool:
        """Tell whether the event is personally about someone."""
        return person.id in self.assignees

    def role_of(self, person: Person) -> PostingRole | None:
        """Return a person's effective role on the posting concerned."""
        if self.posting_id is None:
            return None
        direct = person.posting_roles.get(self.posting_id)
        team = None if self.team_id is None else person.team_roles.get(self.team_id)
        if team is None:
            return direct
        return effective_role(direct, team, direct_role_wins=self.options.direct_role_wins)

    def is_in_charge(self, person: Person) -> bool:
        """Tell whether a person is 공고 관리자 or 공고 매니저 of the posting concerned."""
        role = self.role_of(person)
        return role is not None and role is not PostingRole.JOB_MEMBER

    def variant_for_addressee(self, person: Person) -> Audience:
        """Return the variant of an addressed event: the manager's for those in charge."""
        if Audience.INTERVIEWER not in self.entries or (
            self.is_in_charge(person) and Audience.MANAGER in self.entries
        ):
            return Audience.MANAGER
        return Audience.INTERVIEWER

    def stand_in_for(self, person: Person) -> Person | None:
        """Return who takes this person's alert while they are away, or None.

        Only someone who is here, active and not away themselves, and never a 공고 멤버 for a
        posting-related manager alert.
        """
        absence = self.history.absences.get(person.id)
        if absence is None or not absence.covers(self.now) or not person.active:
            return None
        delegate = self.people.get(absence.delegate_id)
        if delegate is None or not delegate.active or delegate.id == person.id:
            return None
        theirs = self.history.absences.get(delegate.id)
        if theirs is not None and theirs.covers(self.now):
            return None
        audience = self.concern(self, person)
        if audience is None:
            return None
        closed_to_members = (
            audience is Audience.MANAGER
            and self.entries[audience].relation is Relation.POSTING
            and self.role_of(delegate) is PostingRole.JOB_MEMBER
        )
        return None if closed_to_members else delegate

    def absent_ones_of(self, delegate: Person) -> Iterable[Person]:
        """Yield the people whose alerts this person takes, in the order they were given."""
        for person in self.people.values():
            absence = self.history.absences.get(person.id)
            if absence is not None and absence.delegate_id == delegate.id:
                stand_in = self.stand_in_for(person)
                if stand_in is not None:
                    yield person


def look_at(
    alert: Alert,
    *,
    now: datetime,
    options: PolicyOptions,
    history: History,
    people: tuple[Person, ...],
    extra_entries: tuple[EntryInfo, ...],
    concern: Callable[[Situation, Person], Audience | None],
) -> Situation:
    """Work out once what is the same for everybody."""
    rows = entries_of(alert.type) or tuple(
        row for row in extra_entries if row.event_type == alert.type
    )
    entries = {row.audience: row for row in rows}
    relations = {row.relation for row in rows}
    is_addressed = Relation.ADDRESSED in relations
    interviewer = entries.get(Audience.INTERVIEWER)
    manager = entries.get(Audience.MANAGER)
    return Situation(
        alert=alert,
        now=now,
        options=options,
        history=history,
        entries=entries,
        assignees=frozenset(alert.assignee_ids),
        is_addressed=is_addressed,
        is_assigned=not is_addressed and interviewer is not None,
        is_posting_related=manager is not None and manager.relation is Relation.POSTING,
        posting_id=None if alert.posting is None else alert.posting.id,
        team_id=None if alert.posting is None else alert.posting.team,
        people={person.id: person for person in people} if history.absences else {},
        concern=concern,
    )
