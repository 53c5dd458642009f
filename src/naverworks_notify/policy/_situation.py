"""What rules look at: one alert at one moment, worked out once for everybody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from attrs import field, frozen

from naverworks_notify.alerts import Alert, Audience, EntryInfo, Relation, Vocabulary
from naverworks_notify.policy._history import History
from naverworks_notify.policy._options import PolicyOptions
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._roles import PostingRole, effective_role

__all__ = ["Notice", "Situation", "StandIns"]


@frozen(eq=False)
class Notice:
    """How a person is concerned: the variant a relation rule chose, and why.

    Attributes:
        audience: The variant.
        reason: Why this person.
        catalog_id: The catalog entry of the variant.
        is_critical: Whether it passes windows, mutes, quiet days, snoozes, caps and the gathering
            of changes.
        is_mandatory: Whether it passes mutes.
    """

    audience: Audience
    reason: str
    catalog_id: str
    is_critical: bool
    is_mandatory: bool


@frozen
class StandIns:
    """Who takes whose alert while people are away.

    Attributes:
        represented: Ids of those whose alert another person takes.
        variants: The variant that someone gets for others only, by their id.
    """

    represented: frozenset[str] = frozenset()
    variants: Mapping[str, Audience] = field(factory=dict, hash=False)


NOBODY_STANDS_IN = StandIns()


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
        expiry: From when on the alert is of no use; None for never.
        superseders: Types of alerts about the same subject that make this one moot.
        stand_ins: Who takes whose alert.
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
    expiry: datetime | None
    superseders: frozenset[str]
    posting_id: str | None
    team_id: str | None
    stand_ins: StandIns = NOBODY_STANDS_IN

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

    def is_shut_to(self, person: Person, variants: Collection[Audience]) -> bool:
        """Tell whether a 공고 멤버 must not get these variants in the place of another person."""
        if self.role_of(person) is not PostingRole.JOB_MEMBER:
            return False
        if self.is_addressed:
            return self.options.silence_addressed_members and Audience.INTERVIEWER in self.entries
        return Audience.MANAGER in variants and self.is_posting_related


def look_at(
    alert: Alert,
    *,
    now: datetime,
    options: PolicyOptions,
    history: History,
    vocabulary: Vocabulary,
) -> Situation:
    """Work out once what is the same for everybody."""
    rows = vocabulary.entries_of(alert.type) or alert.entries
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
        expiry=alert.traits.expiry_of(alert),
        superseders=vocabulary.superseders_of(alert.type),
        posting_id=None if alert.posting is None else alert.posting.id,
        team_id=None if alert.posting is None else alert.posting.team,
    )
