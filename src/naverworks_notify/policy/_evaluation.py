"""Evaluating an alert for everybody at once: rules in order, then who takes over for those away."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from naverworks_notify.alerts import Audience
from naverworks_notify.errors import InvalidValue
from naverworks_notify.policy._decision import Decision, Outcome, Reason, Step, Verdict
from naverworks_notify.policy._hours import fix_offset
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._rule import (
    Context,
    Delegations,
    Rule,
    Ruling,
    Variant,
    choose,
    suppress,
)

__all__ = ["DELEGATE", "DELEGATED", "Evaluation", "find_delegations"]

_OUTCOMES = {
    Verdict.SUPPRESS: Outcome.SUPPRESS,
    Verdict.DEFER: Outcome.DEFER,
    Verdict.DIGEST: Outcome.DIGEST,
}
_NOBODY_CHOSE = suppress(Reason.NOT_ASSIGNED)


class Evaluation:
    """One decision for everybody; what is the same for several people is made once."""

    def __init__(
        self, relations: tuple[Rule, ...], gates: tuple[Rule, ...], context: Context
    ) -> None:
        self.context = context
        self._rules = (*relations, *gates)
        self._first_gate = len(relations)
        self._places = {rule.code: at for at, rule in enumerate(self._rules)}
        acting = [
            (at, rule.function)
            for at, rule in enumerate(self._rules)
            if rule.when is None or rule.when(context)
        ]
        self._relations = [one for one in acting if one[0] < self._first_gate]
        self._relations_of_strangers = [
            one for one in self._relations if not self._rules[one[0]].ties_only
        ]
        self._gates = [one for one in acting if one[0] >= self._first_gate]
        self._trails: dict[tuple[int, int, Verdict], tuple[Step, ...]] = {}
        self._variants: dict[tuple[Audience, str], Variant] = {}

    def answer(self, people: tuple[Person, ...]) -> Iterator[Decision]:
        """Yield one decision per person."""
        context, event_id = self.context, self._event_id
        assignees, posting, team = context.assignees, context.posting_id, context.team_id
        nobody_chose = (self._first_gate, _NOBODY_CHOSE)
        said: Ruling | None = None
        said_at = -1
        trail: tuple[Step, ...] = ()
        # Reading an enum's member costs more than most steps for people who are not concerned.
        chosen, suppressed = Verdict.CHOOSE, Outcome.SUPPRESS
        for person in people:
            settled_at, ruling = nobody_chose
            has_tie = (
                person.id in assignees
                or posting in person.posting_roles
                or team in person.team_roles
            )
            for at, ask in self._relations if has_tie else self._relations_of_strangers:
                answer = ask(context, person)
                if answer is not None:
                    settled_at, ruling = at, answer
                    break
            if ruling.verdict is chosen:
                yield self._pass_gates(person, settled_at, ruling)
                continue
            if ruling is not said or settled_at != said_at:
                _check_verdict(self._rules, settled_at, ruling.verdict, (Verdict.SUPPRESS,))
                said, said_at = ruling, settled_at
                trail = self._trail(settled_at, settled_at, ruling.verdict)
            yield Decision(person.id, suppressed, None, ruling.reason, None, trail, event_id, None)

    @property
    def _event_id(self) -> str:
        return self.context.alert.event_id

    def has(self, code: str) -> bool:
        """Tell whether there is a rule of that code."""
        return code in self._places

    def comes_before(self, at: int, code: str) -> bool:
        """Tell whether the rule at that place is asked before the one of that code."""
        return at < self._places[code]

    def relate(self, person: Person) -> tuple[int, Ruling]:
        """Return what the relation rules say about one person, and the place of the one that did."""
        for at, ask in self._relations:
            ruling = ask(self.context, person)
            if ruling is not None:
                return at, ruling
        return self._first_gate, _NOBODY_CHOSE

    def object(self, person: Person, choice: Ruling, *, before: str | None = None) -> Ruling | None:
        """Return what the gates have against a variant for someone; None when nothing.

        Args:
            person: Whom it is for.
            choice: The variant, as a relation rule chose it.
            before: Ask only the gates before the one of that code.
        """
        assert choice.audience is not None
        _, ruling = self._object(
            person,
            self._variant(choice.audience, choice.reason),
            self._places.get(before or "", len(self._rules)),
        )
        return ruling

    def _object(self, person: Person, variant: Variant, end: int) -> tuple[int, Ruling | None]:
        for at, ask in self._gates:
            if at >= end:
                break
            ruling = ask(self.context, person, variant)
            if ruling is not None:
                _check_verdict(self._rules, at, ruling.verdict, _OUTCOMES)
                return at, ruling
        return len(self._rules), None

    def _pass_gates(self, person: Person, chosen_at: int, choice: Ruling) -> Decision:
        assert choice.audience is not None
        variant = self._variant(choice.audience, choice.reason)
        outcome, reason, until = Outcome.SEND, variant.reason, None
        verdict = Verdict.PASS
        ended_at, ruling = self._object(person, variant, len(self._rules))
        if ruling is not None:
            verdict, reason, _, moment = ruling
            outcome = _OUTCOMES[verdict]
            if verdict is Verdict.DEFER:
                until = _with_offset(moment, self._rules[ended_at])
        return Decision(
            person.id,
            outcome,
            variant.audience,
            reason,
            until,
            self._trail(chosen_at, ended_at, verdict),
            self._event_id,
            variant.catalog_id,
        )

    def _variant(self, audience: Audience, reason: str) -> Variant:
        variant = self._variants.get((audience, reason))
        if variant is None:
            options, alert = self.context.options, self.context.alert
            row = self.context.entries.get(audience)
            catalog_id = f"{audience}.{alert.type}" if row is None else row.id
            if reason == Reason.REMOVED and self.context.removed_from is not None:
                catalog_id = self.context.removed_from
            variant = self._variants[audience, reason] = Variant(
                audience,
                reason,
                catalog_id,
                catalog_id in options.critical,
                catalog_id in options.mandatory,
            )
        return variant

    def _trail(self, chosen_at: int, ended_at: int, verdict: Verdict) -> tuple[Step, ...]:
        """Return the steps of a person whose relation was settled at one rule, the rest at another.

        Every rule in between passed, and relation rules after the choice were not asked.
        """
        key = (chosen_at, ended_at, verdict)
        trail = self._trails.get(key)
        if trail is None:
            verdicts = {chosen_at: Verdict.CHOOSE, ended_at: verdict}
            relations = range(min(chosen_at + 1, self._first_gate))
            gates = range(self._first_gate, min(ended_at + 1, len(self._rules)))
            asked = [*relations, *gates] if chosen_at < self._first_gate else relations
            trail = self._trails[key] = tuple(
                self._rules[at].step(verdicts.get(at, Verdict.PASS)) for at in asked
            )
        return trail


def _with_offset(moment: datetime | None, rule: Rule) -> datetime:
    fixed = None if moment is None else fix_offset(moment)
    if fixed is None:
        raise InvalidValue(
            f"The rule {rule.code!r} deferred without an aware moment; give `until` an offset"
        )
    return fixed


def _check_verdict(
    rules: tuple[Rule, ...], at: int, verdict: Verdict, allowed: Collection[Verdict]
) -> None:
    if verdict not in allowed:
        rule = rules[at]
        raise InvalidValue(
            f"The rule {rule.code!r} answered {verdict.value!r}, which a {rule.kind.value} rule "
            f"cannot say"
        )


DELEGATE, DELEGATED = "delegate", "delegated"
"""Codes of the rule that hands an alert over, and of the one that then keeps it back."""


def find_delegations(evaluation: Evaluation, people: tuple[Person, ...]) -> Delegations:
    """Return who takes whose alert.

    Someone takes it if the absent person would have got it and it reaches the one who takes it:
    who is inactive, muted it, caused it, or may not see it takes nothing, and then the absent
    person decides as if they were here. What is collected for a digest stays with the person it is
    collected for; the digest is what is handed over.

    Args:
        evaluation: The rules, in a context in which nobody stands in yet.
        people: Everybody in this decision.
    """
    context = evaluation.context
    if not evaluation.has(DELEGATE) or context.alert.traits.digest is not None:
        return Delegations()
    by_id = {person.id: person for person in people}
    represented: set[str] = set()
    wanted: dict[str, set[Audience]] = {}
    for absent in people:
        if absent.away is None:
            continue
        variant = _variant_of(evaluation, absent)
        if variant is None:
            continue
        taker = by_id.get(_taker_of(context, by_id, absent) or "")
        choice = None if taker is None else _choice_for(evaluation, taker, {variant})
        if taker is not None and choice is not None and _reaches(evaluation, taker, choice, absent):
            represented.add(absent.id)
            wanted.setdefault(taker.id, set()).add(variant)
    choices = {name: _choice_for(evaluation, by_id[name], wanted[name]) for name in wanted}
    variants = {
        name: choice.audience
        for name, choice in choices.items()
        if choice is not None and choice.audience and choice.reason == Reason.DELEGATE
    }
    return Delegations(frozenset(represented), variants)


def _variant_of(evaluation: Evaluation, absent: Person) -> Audience | None:
    """Return what an absent person would have got, or None when that is nothing."""
    _, own = evaluation.relate(absent)
    if own.verdict is not Verdict.CHOOSE or own.reason == Reason.REMOVED:
        return None  # only they themselves were taken off
    objection = evaluation.object(absent, own, before=DELEGATED)
    return own.audience if objection is None else None


def _taker_of(context: Context, people: Mapping[str, Person], absent: Person) -> str | None:
    """Return who is there in the place of someone away, or was when they got the alert."""
    if _is_away(absent, context.now):
        return _present_in_place_of(absent, people, context.now)
    for name in _chain(absent, people):
        at = context.history.delivered_at(name, context.alert.event_id)
        if at is not None and _present_in_place_of(absent, people, at) == name:
            return name
    return None


def _is_away(person: Person | None, at: datetime) -> bool:
    return person is not None and person.away is not None and person.away.covers(at)


def _present_in_place_of(absent: Person, people: Mapping[str, Person], at: datetime) -> str | None:
    """Return who was there at that moment; None when nobody was, or the person themselves was."""
    if not _is_away(absent, at):
        return None
    return next(
        (name for name in _chain(absent, people) if not _is_away(people.get(name), at)), None
    )


def _chain(absent: Person, people: Mapping[str, Person]) -> Iterator[str]:
    """Yield who stands in, who stands in for them, and so on, each once."""
    seen = {absent.id}
    away = absent.away
    while away is not None and away.delegate_id not in seen:
        name = away.delegate_id
        seen.add(name)
        yield name
        away = people[name].away if name in people else None


def _choice_for(evaluation: Evaluation, taker: Person, wanted: set[Audience]) -> Ruling | None:
    """Return the one variant that someone gets, or None where a door is shut to them."""
    context = evaluation.context
    if context.is_shut_to(taker, wanted):
        return None
    at, own = evaluation.relate(taker)
    if evaluation.comes_before(at, DELEGATE):
        return own if own.verdict is Verdict.CHOOSE else None
    variants = {context.variant_for_addressee(taker)} if context.is_addressed else {*wanted}
    if own.audience is not None:
        variants.add(own.audience)
    first, *others = variants
    if others:
        first = Audience.MANAGER
        if context.options.interviewer_first:
            first = Audience.INTERVIEWER
    return own if first is own.audience else choose(first, Reason.DELEGATE)


def _reaches(evaluation: Evaluation, taker: Person, choice: Ruling, absent: Person) -> bool:
    objection = evaluation.object(taker, choice)
    has_it = objection is not None and objection.reason == Reason.DUPLICATE_EVENT
    context = evaluation.context
    if not _is_away(absent, context.now):
        # Who is back gets their alerts again, except those that were taken for them.
        return has_it
    return has_it or objection is None or objection.verdict is not Verdict.SUPPRESS
