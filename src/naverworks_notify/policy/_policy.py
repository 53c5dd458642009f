"""Evaluation the rules, for everybody, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import Factory, evolve, field, frozen

from naverworks_notify.alerts import DOCUMENTED, Alert, EntryInfo, Vocabulary
from naverworks_notify.errors import InvalidAlert, InvalidPerson, InvalidValue, Violation
from naverworks_notify.policy._decision import Decision
from naverworks_notify.policy._digest import DigestItem, DigestWindow, close_digests
from naverworks_notify.policy._evaluation import Evaluation, find_delegations
from naverworks_notify.policy._history import NOTHING_BEFORE, History
from naverworks_notify.policy._hours import to_moment
from naverworks_notify.policy._options import PolicyOptions
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._rule import Rule, RuleKind, build_context
from naverworks_notify.policy.rules import recruiting_rules

if TYPE_CHECKING:
    from naverworks_notify.policy._explain import Simulation, Table

__all__ = ["RecruitingPolicy", "decide", "simulate", "table"]


def _to_rules(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(rules)


def _rules_of(options: object, vocabulary: object) -> tuple[Rule, ...]:
    if isinstance(options, PolicyOptions) and isinstance(vocabulary, Vocabulary):
        return recruiting_rules(options, vocabulary)
    return ()


def _to_entries(entries: Iterable[EntryInfo]) -> tuple[EntryInfo, ...]:
    return tuple(entries)


@frozen
class RecruitingPolicy:
    """The documented rules of who gets which recruiting alert, and when.

    Pure: no IO, no clock, the same arguments give the same decisions. Immutable and safe to share;
    the methods that change rules return a new policy.

    Attributes:
        options: The switches.
        rules: The rules, in the order they are asked: relation rules, then gates.
        vocabulary: The types of alerts it knows; the documented ones by default.
        extra_entries: Further rows, in short for a vocabulary that has them.

    Raises:
        InvalidValue: Two rules have one code, a gate stands before a relation rule, or the options
            or the vocabulary are none.

    Examples:
        >>> [rule.code for rule in RecruitingPolicy().drop("delegate", "delegated").rules][:3]
        ['addressed', 'assigned', 'posting_manager']
    """

    options: PolicyOptions = field(factory=PolicyOptions)
    vocabulary: Vocabulary = field(default=DOCUMENTED, kw_only=True)
    rules: tuple[Rule, ...] = field(
        default=Factory(lambda self: _rules_of(self.options, self.vocabulary), takes_self=True),
        converter=_to_rules,
        kw_only=True,
    )
    extra_entries: tuple[EntryInfo, ...] = field(default=(), converter=_to_entries, kw_only=True)
    _known: Vocabulary = field(init=False, repr=False, eq=False)
    _relations: tuple[Rule, ...] = field(init=False, repr=False, eq=False)
    _gates: tuple[Rule, ...] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.options, PolicyOptions):
            wrong = Violation("options", "type", "must be PolicyOptions.")
            raise InvalidValue(violations=(wrong,))
        if not isinstance(self.vocabulary, Vocabulary):
            wrong = Violation("vocabulary", "type", "must be a Vocabulary.")
            raise InvalidValue(violations=(wrong,))
        codes = [rule.code for rule in self.rules]
        violations = [
            Violation(f"rules[{i}]", "unique", f"{code!r} is already the code of another rule.")
            for i, code in enumerate(codes)
            if code in codes[:i]
        ]
        kinds = [rule.kind for rule in self.rules]
        first_gate = kinds.index(RuleKind.GATE) if RuleKind.GATE in kinds else len(kinds)
        violations += [
            Violation(
                f"rules[{i}]", "order", f"{codes[i]!r} finds relations; put it before every gate."
            )
            for i, kind in enumerate(kinds)
            if kind is RuleKind.RELATION and i > first_gate
        ]
        if violations:
            raise InvalidValue("The rules do not fit together", violations=tuple(violations))
        known = self.vocabulary
        if self.extra_entries:
            known = known.with_entries(self.extra_entries)
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_relations", self.rules[:first_gate])
        object.__setattr__(self, "_gates", self.rules[first_gate:])

    def decide(
        self,
        alert: Alert,
        people: Iterable[Person],
        *,
        now: datetime,
        history: History | None = None,
    ) -> tuple[Decision, ...]:
        """Return one decision per person, in their order.

        Reads the history and leaves it as it is; `history.commit` counts.

        Args:
            alert: What happened.
            people: Everybody it might concern.
            now: The moment of deciding, aware.
            history: What happened before; None for nothing.

        Raises:
            InvalidAlert: It is no alert, or of a type that the vocabulary does not know, and no
                rule of your own could know it.
            InvalidPerson: One is no `Person`, or two have one id.
            InvalidValue: `now` is naive.
        """
        if not isinstance(alert, Alert):
            raise _no_alert(alert)
        everybody = _everybody(people)
        context = build_context(
            alert,
            now=to_moment("now", now),
            options=self.options,
            history=NOTHING_BEFORE if history is None else history,
            vocabulary=self._known,
        )
        if not context.entries and all(rule in _DOCUMENTED for rule in self._relations):
            raise _unknown(alert)
        evaluation = Evaluation(self._relations, self._gates, context)
        if any(person.away is not None for person in everybody):
            delegations = find_delegations(evaluation, everybody)
            evaluation = Evaluation(
                self._relations, self._gates, evolve(context, delegations=delegations)
            )
        return tuple(evaluation.answer(everybody))

    def insert(
        self, rule: Rule, *, before: str | None = None, after: str | None = None
    ) -> RecruitingPolicy:
        """Return a policy with one more rule.

        Args:
            rule: The rule.
            before: Code of the rule to put it in front of.
            after: Code of the rule to put it behind. With neither, a relation rule is asked first
                of all and a gate last.

        Raises:
            InvalidValue: No rule has that code, the new rule's code is taken, or it would put a
                gate before a relation rule.
        """
        if before is not None:
            at = self._index(before)
        elif after is not None:
            at = self._index(after) + 1
        else:
            at = 0 if rule.kind is RuleKind.RELATION else len(self.rules)
        return evolve(self, rules=(*self.rules[:at], rule, *self.rules[at:]))

    def replace(self, code: str, rule: Rule) -> RecruitingPolicy:
        """Return a policy in which another rule stands in the place of the one of that code."""
        at = self._index(code)
        return evolve(self, rules=(*self.rules[:at], rule, *self.rules[at + 1 :]))

    def drop(self, *codes: str) -> RecruitingPolicy:
        """Return a policy without the rules of those codes."""
        gone = {self._index(code) for code in codes}
        return evolve(self, rules=[rule for at, rule in enumerate(self.rules) if at not in gone])

    def reorder(self, *codes: str) -> RecruitingPolicy:
        """Return a policy that asks its rules in this order; every code must be named once."""
        order = [self._index(code) for code in codes]
        if sorted(order) != list(range(len(self.rules))):
            message = f"must name every rule once: {', '.join(rule.code for rule in self.rules)}."
            raise InvalidValue(violations=(Violation("codes", "complete", message),))
        return evolve(self, rules=[self.rules[at] for at in order])

    def _index(self, code: str) -> int:
        codes = [rule.code for rule in self.rules]
        if code not in codes:
            message = f"{code!r} is not a rule of this policy; it has {', '.join(codes)}."
            raise InvalidValue(violations=(Violation("code", "unknown_rule", message),))
        return codes.index(code)

    def explain(
        self, decision: Decision, *, locale: str = "ko", texts: Mapping[str, str] | None = None
    ) -> str:
        """Return a sentence in Korean or English; see `policy.explain`."""
        # Here and below: loaded when first asked for, as deciding needs none of it.
        from naverworks_notify.policy._explain import explain  # noqa: PLC0415

        return explain(decision, locale=locale, texts=texts)

    def table(self, alerts: Iterable[Alert] | None = None) -> Table:
        """Return who gets what under these rules, found out by asking them.

        Args:
            alerts: The alerts to ask about, one row each; None for one of every documented event.
        """
        from naverworks_notify.policy._explain import table_of  # noqa: PLC0415

        return table_of(self, alerts)

    def simulate(
        self,
        alert: Alert,
        people: Iterable[Person],
        *,
        now: datetime,
        history: History | None = None,
    ) -> Simulation:
        """Return who would get an alert, without consequences; takes what `decide` takes."""
        from naverworks_notify.policy._explain import simulate_with  # noqa: PLC0415

        return simulate_with(self, alert, people, now=now, history=history)

    def close_digests(
        self, items: Iterable[DigestItem], *, until: datetime | None = None
    ) -> tuple[tuple[DigestWindow, ...], tuple[DigestItem, ...]]:
        """Return the digest windows that are over and the items still waiting, by the options."""
        return close_digests(
            items,
            length=self.options.digest_length,
            aligned=self.options.digest_aligned,
            until=until,
        )


def _unknown(alert: Alert) -> InvalidAlert:
    name = type(alert).__name__
    message = f"{alert.type!r} has no entry; give the policy vocabulary=Vocabulary({name})."
    return InvalidAlert(violations=(Violation("type", "enum", message),))


def _no_alert(given: object) -> InvalidAlert:
    kind = type(given).__name__
    message = f"must be an alert, not {kind}; alerts.from_dict reads one from JSON."
    return InvalidAlert(violations=(Violation("alert", "type", message),))


def _everybody(people: object) -> tuple[Person, ...]:
    if isinstance(people, (str, bytes, Mapping)) or not isinstance(people, Iterable):
        message = f"must be people, one after the other, not {type(people).__name__}."
        raise InvalidPerson(violations=(Violation("people", "type", message),))
    everybody = tuple(people)
    violations: list[Violation] = []
    seen: set[str] = set()
    for i, person in enumerate(everybody):
        if not isinstance(person, Person):
            kind = type(person).__name__
            message = f"must be a Person, not {kind}; Person.from_dict reads one."
            violations.append(Violation(f"people[{i}]", "type", message))
        elif person.id in seen:
            message = f"{person.id!r} is the id of another person too."
            violations.append(Violation(f"people[{i}].id", "unique", message))
        else:
            seen.add(person.id)
    if violations:
        raise InvalidPerson(violations=tuple(violations))
    return everybody


_DOCUMENTED = frozenset(
    recruiting_rules(PolicyOptions(include_org_admins=True, silence_addressed_members=True))
)
_DEFAULT = RecruitingPolicy()


def decide(
    alert: Alert,
    people: Iterable[Person],
    *,
    now: datetime,
    history: History | None = None,
) -> tuple[Decision, ...]:
    """Return what `RecruitingPolicy()` decides: one decision per person, in their order."""
    return _DEFAULT.decide(alert, people, now=now, history=history)


def simulate(
    alert: Alert,
    people: Iterable[Person],
    *,
    now: datetime,
    history: History | None = None,
) -> Simulation:
    """Return who would get an alert under `RecruitingPolicy()`, without consequences."""
    return _DEFAULT.simulate(alert, people, now=now, history=history)


def table(alerts: Iterable[Alert] | None = None) -> Table:
    """Return who gets what under `RecruitingPolicy()`, found out by asking its rules."""
    return _DEFAULT.table(alerts)
