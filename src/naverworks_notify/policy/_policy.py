"""Asking the rules, for everybody, in order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from attrs import Factory, evolve, field, frozen

from naverworks_notify.alerts import Alert, Audience, EntryInfo
from naverworks_notify.errors import InvalidPerson, InvalidValue, Violation
from naverworks_notify.policy._decision import Decision, Outcome, Reason, Step, Verdict
from naverworks_notify.policy._history import NOTHING_BEFORE, History
from naverworks_notify.policy._options import PolicyOptions
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._rule import Rule, RuleKind, Ruling, suppress
from naverworks_notify.policy._rules import recruiting_rules
from naverworks_notify.policy._situation import Notice, Situation, look_at

__all__ = ["Policy", "RecruitingPolicy", "decide"]

_OUTCOMES = {
    Verdict.SUPPRESS: Outcome.SUPPRESS,
    Verdict.DEFER: Outcome.DEFER,
    Verdict.DIGEST: Outcome.DIGEST,
}
_NOBODY_CHOSE = suppress(Reason.NOT_ASSIGNED)


class Policy(Protocol):
    """Whatever decides who gets an alert; `RecruitingPolicy` is one, yours may be another.

    An implementation must be pure (the same arguments, the same answer) and must answer once for
    every person, in their order.
    """

    def decide(
        self,
        alert: Alert,
        people: Iterable[Person],
        *,
        now: datetime,
        history: History | None = None,
    ) -> tuple[Decision, ...]:
        """Return one decision per person."""


@frozen
class RecruitingPolicy:
    """The documented rules of who gets which recruiting alert, and when.

    Pure: no IO, no clock, the same arguments give the same decisions. Immutable and safe to share;
    the methods that change rules return a new policy.

    Attributes:
        options: The switches.
        rules: The rules, in the order they are asked: relation rules, then gates.
        extra_entries: Rows for alert types of the caller's own.

    Raises:
        InvalidValue: Two rules have one code, or a gate stands before a relation rule.

    Example:
        >>> [rule.code for rule in RecruitingPolicy().drop("delegate", "delegated").rules][:3]
        ['addressed', 'assigned', 'posting_manager']
    """

    options: PolicyOptions = PolicyOptions()
    rules: tuple[Rule, ...] = field(
        default=Factory(lambda self: recruiting_rules(self.options), takes_self=True),
        converter=tuple,
        kw_only=True,
    )
    extra_entries: tuple[EntryInfo, ...] = field(default=(), converter=tuple, kw_only=True)
    _relations: tuple[Rule, ...] = field(init=False, repr=False, eq=False)
    _gates: tuple[Rule, ...] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
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
            InvalidPerson: Two people have one id.
            InvalidValue: `now` is naive.
        """
        everybody = tuple(people)
        _check(everybody, now)
        situation = look_at(
            alert,
            now=now,
            options=self.options,
            history=NOTHING_BEFORE if history is None else history,
            people=everybody,
            extra_entries=self.extra_entries,
            concern=self._concern,
        )
        return tuple(_Asking(self._relations, self._gates, situation).answer(everybody))

    def _concern(self, situation: Situation, person: Person) -> Audience | None:
        for rule in self._relations:
            if rule.code != "delegate":
                ruling = rule.function(situation, person)
                if ruling is not None:
                    return ruling.audience
        return None

    def insert(self, rule: Rule, *, before: str | None = None, after: str | None = None) -> Any:
        """Return a policy with one more rule, next to the one of that code."""
        raise NotImplementedError

    def drop(self, *codes: str) -> RecruitingPolicy:
        """Return a policy without the rules of those codes."""
        return evolve(self, rules=tuple(r for r in self.rules if r.code not in codes))


class _Asking:
    """One decision for everybody; what is the same for several people is made once."""

    def __init__(
        self, relations: tuple[Rule, ...], gates: tuple[Rule, ...], situation: Situation
    ) -> None:
        self._relations = [rule.function for rule in relations]
        self._gates = [rule.function for rule in gates]
        self._rules = (*relations, *gates)
        self._first_gate = len(relations)
        self._situation = situation
        self._trails: dict[tuple[int, int, Verdict], tuple[Step, ...]] = {}
        self._notices: dict[tuple[Audience, str], Notice] = {}

    def answer(self, people: tuple[Person, ...]) -> Iterable[Decision]:
        situation, relations = self._situation, self._relations
        event_id = situation.alert.event_id
        shared: dict[tuple[int, Ruling], tuple[Step, ...]] = {}
        for person in people:
            for at, ask in enumerate(relations):
                ruling = ask(situation, person)
                if ruling is not None:
                    break
            else:
                at, ruling = len(relations), _NOBODY_CHOSE
            if ruling.verdict is Verdict.CHOOSE:
                yield self._pass_gates(person, at, ruling)
                continue
            key = (at, ruling)
            trail = shared.get(key)
            if trail is None:
                trail = shared[key] = self._trail(at, at, ruling.verdict)
            yield Decision(
                person.id, Outcome.SUPPRESS, None, ruling.reason, None, trail, event_id, None
            )

    def _pass_gates(self, person: Person, chosen_at: int, choice: Ruling) -> Decision:
        situation, first = self._situation, self._first_gate
        assert choice.audience is not None
        notice = self._notice(choice.audience, choice.reason)
        for at, ask in enumerate(self._gates):
            ruling = ask(situation, person, notice)
            if ruling is not None:
                return Decision(
                    person.id,
                    _OUTCOMES[ruling.verdict],
                    notice.audience,
                    ruling.reason,
                    ruling.until,
                    self._trail(chosen_at, first + at, ruling.verdict),
                    situation.alert.event_id,
                    notice.catalog_id,
                )
        return Decision(
            person.id,
            Outcome.SEND,
            notice.audience,
            notice.reason,
            None,
            self._trail(chosen_at, len(self._rules), Verdict.PASS),
            situation.alert.event_id,
            notice.catalog_id,
        )

    def _notice(self, audience: Audience, reason: str) -> Notice:
        key = (audience, reason)
        notice = self._notices.get(key)
        if notice is None:
            options, alert = self._situation.options, self._situation.alert
            row = self._situation.entries.get(audience)
            catalog_id = f"{audience}.{alert.type}" if row is None else row.id
            notice = self._notices[key] = Notice(
                audience,
                reason,
                catalog_id,
                catalog_id in options.critical,
                catalog_id in options.mandatory,
            )
        return notice

    def _trail(self, chosen_at: int, ended_at: int, verdict: Verdict) -> tuple[Step, ...]:
        """Return the steps of a person whose relation was settled at one rule, the rest at another.

        Every rule in between passed, and relation rules after the choice were not asked.
        """
        key = (chosen_at, ended_at, verdict)
        trail = self._trails.get(key)
        if trail is None:
            rules, first = self._rules, self._first_gate
            asked = list(range(min(chosen_at + 1, first)))
            if ended_at >= first:
                asked += range(first, min(ended_at + 1, len(rules)))
            trail = self._trails[key] = tuple(
                rules[i].step(
                    verdict if i == ended_at else Verdict.CHOOSE if i == chosen_at else Verdict.PASS
                )
                for i in asked
            )
        return trail


def _check(people: tuple[Person, ...], now: datetime) -> None:
    if now.tzinfo is None or now.utcoffset() is None:
        raise InvalidValue(
            violations=(
                Violation("now", "aware_datetime", "must be aware, such as datetime.now(UTC)."),
            )
        )
    if len({person.id for person in people}) == len(people):
        return
    seen: set[str] = set()
    for i, person in enumerate(people):
        if person.id in seen:
            message = f"{person.id!r} is the id of another person too."
            raise InvalidPerson(violations=(Violation(f"people[{i}].id", "unique", message),))
        seen.add(person.id)


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
