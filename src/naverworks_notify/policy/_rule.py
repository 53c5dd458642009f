"""Rules, what they look at, and what they say: the vocabulary of a policy."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache, partial
from importlib import import_module
from typing import Any, NamedTuple, SupportsIndex, TypeAlias

from attrs import evolve, field, frozen

from naverworks_notify.alerts import Alert, Audience, EntryInfo, Relation, Vocabulary
from naverworks_notify.policy._decision import Step, Verdict
from naverworks_notify.policy._history import History
from naverworks_notify.policy._options import PolicyOptions
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._roles import PostingRole, effective_role

__all__ = [
    "Context",
    "Delegations",
    "Rule",
    "RuleKind",
    "Ruling",
    "Variant",
    "choose",
    "collect",
    "defer",
    "gate",
    "relation",
    "suppress",
]


@frozen(eq=False)
class Variant:
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
class Delegations:
    """Who takes whose alert while people are away.

    Attributes:
        represented: Ids of those whose alert another person takes.
        variants: The variant that someone gets for others only, by their id.
    """

    represented: frozenset[str] = frozenset()
    variants: Mapping[str, Audience] = field(factory=dict, hash=False)


NO_DELEGATIONS = Delegations()


@frozen(kw_only=True, eq=False, repr=False)
class Context:
    """One alert at one moment, with what a policy knows besides the person.

    Attributes:
        alert: What happened.
        now: The moment of deciding.
        options: The policy's options.
        history: What happened before.
        entries: The catalog rows the event feeds, interviewer first.
        assignees: The people the event is personally about, those who were removed among them.
        removed_from: The catalog entry for who was removed; None where nobody was.
        is_addressed: Whether it goes to its addressees whatever their roles are.
        is_assigned: Whether it has a variant for the people assigned to it.
        is_posting_related: Whether it has a variant for those in charge of the posting.
        expiry: From when on the alert is of no use; None for never.
        superseders: Types of alerts about the same subject that make this one moot.
        delegations: Who takes whose alert.
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
    removed_from: str | None
    posting_id: str | None
    team_id: str | None
    delegations: Delegations = NO_DELEGATIONS

    @property
    def audiences(self) -> frozenset[Audience]:
        """The variants the event has."""
        return frozenset(self.entries)

    def is_assignee(self, person: Person) -> bool:
        """Tell whether the event is personally about someone."""
        return person.id in self.assignees

    def is_removed(self, person: Person) -> bool:
        """Tell whether the event takes someone off what it is about."""
        return self.removed_from is not None and person.id in self.alert.removed_ids

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


def build_context(
    alert: Alert,
    *,
    now: datetime,
    options: PolicyOptions,
    history: History,
    vocabulary: Vocabulary,
) -> Context:
    """Work out once what is the same for everybody."""
    rows = vocabulary.entries_of(alert.type) or alert.entries
    entries = {row.audience: row for row in rows}
    relations = {row.relation for row in rows}
    is_addressed = Relation.ADDRESSED in relations
    interviewer = entries.get(Audience.INTERVIEWER)
    manager = entries.get(Audience.MANAGER)
    return Context(
        alert=alert,
        now=now,
        options=options,
        history=history,
        entries=entries,
        assignees=frozenset(alert.concerned_ids),
        is_addressed=is_addressed,
        is_assigned=not is_addressed and interviewer is not None,
        is_posting_related=manager is not None and manager.relation is Relation.POSTING,
        expiry=_expiry_of(alert, options.max_age),
        superseders=vocabulary.superseders_of(alert.type),
        removed_from=_entry_for_removed(alert, vocabulary),
        posting_id=None if alert.posting is None else alert.posting.id,
        team_id=None if alert.posting is None else alert.posting.team,
    )


def _entry_for_removed(alert: Alert, vocabulary: Vocabulary) -> str | None:
    if not alert.removed_ids:
        return None
    other = alert.variant_for(alert.removed_ids[0])
    return vocabulary.entry_id(other.type, Audience.INTERVIEWER)


def _expiry_of(alert: Alert, max_age: timedelta | None) -> datetime | None:
    """Return when an alert is of no use any more, as its class or the options say."""
    expiry = alert.traits.expiry_of(alert)
    # What waits by itself, as a digest does, is late rather than lost.
    if max_age is None or alert.traits.window == "wait":
        return expiry
    try:
        too_old = alert.occurred_at + max_age
    except OverflowError:
        return expiry
    return too_old if expiry is None else min(expiry, too_old)


class Ruling(NamedTuple):
    """What a rule says about a person; None instead means that it has nothing to say."""

    verdict: Verdict
    reason: str
    audience: Audience | None = None
    until: datetime | None = None


@lru_cache(maxsize=256)
def choose(audience: Audience, reason: str) -> Ruling:
    """Say that the person is concerned, and by which variant. For relation rules."""
    return Ruling(Verdict.CHOOSE, reason, audience)


@lru_cache(maxsize=256)
def suppress(reason: str) -> Ruling:
    """Say that the person gets nothing."""
    return Ruling(Verdict.SUPPRESS, reason)


@lru_cache(maxsize=256)
def collect(reason: str) -> Ruling:
    """Say that the alert goes into the person's digest. For gates."""
    return Ruling(Verdict.DIGEST, reason)


def defer(reason: str, *, until: datetime) -> Ruling:
    """Say that the matter is to be decided anew at `until`. For gates."""
    return Ruling(Verdict.DEFER, reason, until=until)


class RuleKind(StrEnum):
    """When a rule is asked."""

    RELATION = "relation"
    """Until one of them finds what ties the person to the alert."""
    GATE = "gate"
    """After that, for the people concerned only."""


RelationFunction: TypeAlias = Callable[[Context, Person], Ruling | None]
GateFunction: TypeAlias = Callable[[Context, Person, Variant], Ruling | None]


@frozen
class Rule:
    """A rule of a policy: a small pure function with a name.

    Make one with `relation` or `gate`. Immutable and safe to share.

    Attributes:
        code: Its name in trails, such as `posting_member`.
        kind: Whether it finds the relation or guards the way after that.
        function: What is asked about each person.
        when: What is asked once per alert; where it answers False, the rule passes everybody.
        ties_only: Whether it has nothing to say about people without any tie to the alert: neither
            assignees nor holders of a role on the posting or in its team. They pass unasked.
    """

    code: str
    kind: RuleKind
    function: Callable[..., Ruling | None] = field(repr=False)
    when: Callable[[Context], bool] | None = field(default=None, repr=False)
    ties_only: bool = field(default=False, repr=False)

    @property
    def doc(self) -> str:
        """First line of the function's docstring."""
        function = self.function.func if isinstance(self.function, partial) else self.function
        return (function.__doc__ or "").strip().partition("\n")[0]

    def using(self, **parameters: Any) -> Rule:
        """Return this rule with some of its function's keyword parameters fixed."""
        return evolve(self, function=partial(self.function, **parameters))

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        # Under the name of its function stands the rule, so it is by that name that it is found.
        bound = self.function if isinstance(self.function, partial) else None
        function: Any = self.function if bound is None else bound.func
        named = getattr(sys.modules.get(function.__module__), function.__name__, None)
        if isinstance(named, Rule) and evolve(named, function=self.function) == self:
            if bound is None:
                return _named, (function.__module__, function.__name__, {})
            if bound.func is named.function and not bound.args:
                return _named, (function.__module__, function.__name__, bound.keywords)
        return super().__reduce_ex__(protocol)

    def step(self, verdict: Verdict) -> Step:
        """Return the entry this rule leaves in a trail; one shared value per verdict."""
        return _step(self.code, verdict)


def _named(module: str, name: str, parameters: Mapping[str, Any]) -> Rule:
    rule: Rule = getattr(import_module(module), name)
    return rule.using(**parameters) if parameters else rule


@lru_cache(maxsize=4096)
def _step(code: str, verdict: Verdict) -> Step:
    return Step(code, verdict)


def relation(
    code: str,
    *,
    when: Callable[[Context], bool] | None = None,
    ties_only: bool = False,
) -> Callable[[RelationFunction], Rule]:
    """Make a rule that finds what ties a person to an alert.

    The function answers `choose(audience, reason)` for someone concerned, `suppress(reason)` to end
    the search, or None to let the next rule look.

    Args:
        code: The rule's name in trails.
        when: Asked once per alert; where it answers False, nobody needs to be looked at.
        ties_only: Do not ask about people who are neither assignees nor hold a role on the posting
            or in its team. Most people are such; not asking about them is what makes ten thousand
            cheap.

    Examples:
        >>> from naverworks_notify.alerts import Audience
        >>> from naverworks_notify.policy import choose, relation
        >>> @relation("on_call", when=lambda s: s.alert.type == "interview.cancelled")
        ... def on_call(context, person):
        ...     '''Whoever is on call hears of every cancellation.'''
        ...     return choose(Audience.MANAGER, "on_call") if person.id == "u-7" else None
        >>> on_call.code
        'on_call'
    """

    def wrap(function: RelationFunction) -> Rule:
        return Rule(code, RuleKind.RELATION, function, when, ties_only)

    return wrap


def gate(
    code: str, *, when: Callable[[Context], bool] | None = None
) -> Callable[[GateFunction], Rule]:
    """Make a rule that is asked about people who are concerned.

    The function answers `suppress(reason)`, `defer(reason, until=…)`, `collect(reason)`, or None to
    let the alert pass on to the next rule; what passes all of them is sent.

    Args:
        code: The rule's name in trails.
        when: Asked once per alert; where it answers False, everybody passes.
    """

    def wrap(function: GateFunction) -> Rule:
        return Rule(code, RuleKind.GATE, function, when)

    return wrap
