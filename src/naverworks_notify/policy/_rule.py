"""What a rule is: a named function, and what it may say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeAlias

from attrs import evolve, field, frozen

from naverworks_notify.alerts import Audience
from naverworks_notify.policy._decision import Step, Verdict
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._situation import Notice, Situation

__all__ = [
    "Rule",
    "RuleKind",
    "Ruling",
    "choose",
    "collect",
    "defer",
    "gate",
    "relation",
    "suppress",
]


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


RelationFunction: TypeAlias = Callable[[Situation, Person], Ruling | None]
GateFunction: TypeAlias = Callable[[Situation, Person, Notice], Ruling | None]


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
    when: Callable[[Situation], bool] | None = field(default=None, repr=False)
    ties_only: bool = field(default=False, repr=False)

    @property
    def doc(self) -> str:
        """First line of the function's docstring."""
        function = self.function.func if isinstance(self.function, partial) else self.function
        return (function.__doc__ or "").strip().partition("\n")[0]

    def using(self, **parameters: Any) -> Rule:
        """Return this rule with some of its function's keyword parameters fixed."""
        return evolve(self, function=partial(self.function, **parameters))

    def step(self, verdict: Verdict) -> Step:
        """Return the entry this rule leaves in a trail; one shared value per verdict."""
        return _step(self.code, verdict)


@lru_cache(maxsize=4096)
def _step(code: str, verdict: Verdict) -> Step:
    return Step(code, verdict)


def relation(
    code: str,
    *,
    when: Callable[[Situation], bool] | None = None,
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
        ... def on_call(situation, person):
        ...     '''Whoever is on call hears of every cancellation.'''
        ...     return choose(Audience.MANAGER, "on_call") if person.id == "u-7" else None
        >>> on_call.code
        'on_call'
    """

    def wrap(function: RelationFunction) -> Rule:
        return Rule(code, RuleKind.RELATION, function, when, ties_only)

    return wrap


def gate(
    code: str, *, when: Callable[[Situation], bool] | None = None
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
