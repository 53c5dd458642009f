"""One decision for everybody: asking the rules in order, sharing what people have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from naverworks_notify.alerts import Audience
from naverworks_notify.errors import InvalidValue
from naverworks_notify.policy._decision import Decision, Outcome, Reason, Step, Verdict
from naverworks_notify.policy._moments import fix_offset
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._rule import Rule, Ruling, suppress
from naverworks_notify.policy._situation import Notice, Situation

__all__ = ["Asking"]

_OUTCOMES = {
    Verdict.SUPPRESS: Outcome.SUPPRESS,
    Verdict.DEFER: Outcome.DEFER,
    Verdict.DIGEST: Outcome.DIGEST,
}
_NOBODY_CHOSE = suppress(Reason.NOT_ASSIGNED)


class Asking:
    """One decision for everybody; what is the same for several people is made once."""

    def __init__(
        self, relations: tuple[Rule, ...], gates: tuple[Rule, ...], situation: Situation
    ) -> None:
        self.situation = situation
        self._rules = (*relations, *gates)
        self._first_gate = len(relations)
        self._places = {rule.code: at for at, rule in enumerate(self._rules)}
        acting = [
            (at, rule.function)
            for at, rule in enumerate(self._rules)
            if rule.when is None or rule.when(situation)
        ]
        self._relations = [one for one in acting if one[0] < self._first_gate]
        self._relations_of_strangers = [
            one for one in self._relations if not self._rules[one[0]].ties_only
        ]
        self._gates = [one for one in acting if one[0] >= self._first_gate]
        self._trails: dict[tuple[int, int, Verdict], tuple[Step, ...]] = {}
        self._notices: dict[tuple[Audience, str], Notice] = {}

    def answer(self, people: tuple[Person, ...]) -> Iterator[Decision]:
        """Yield one decision per person."""
        situation, event_id = self.situation, self._event_id
        assignees, posting, team = situation.assignees, situation.posting_id, situation.team_id
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
                answer = ask(situation, person)
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
        return self.situation.alert.event_id

    def has(self, code: str) -> bool:
        """Tell whether there is a rule of that code."""
        return code in self._places

    def comes_before(self, at: int, code: str) -> bool:
        """Tell whether the rule at that place is asked before the one of that code."""
        return at < self._places[code]

    def relate(self, person: Person) -> tuple[int, Ruling]:
        """Return what the relation rules say about one person, and the place of the one that did."""
        for at, ask in self._relations:
            ruling = ask(self.situation, person)
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
            self._notice(choice.audience, choice.reason),
            self._places.get(before or "", len(self._rules)),
        )
        return ruling

    def _object(self, person: Person, notice: Notice, end: int) -> tuple[int, Ruling | None]:
        for at, ask in self._gates:
            if at >= end:
                break
            ruling = ask(self.situation, person, notice)
            if ruling is not None:
                _check_verdict(self._rules, at, ruling.verdict, _OUTCOMES)
                return at, ruling
        return len(self._rules), None

    def _pass_gates(self, person: Person, chosen_at: int, choice: Ruling) -> Decision:
        assert choice.audience is not None
        notice = self._notice(choice.audience, choice.reason)
        outcome, reason, until = Outcome.SEND, notice.reason, None
        verdict = Verdict.PASS
        ended_at, ruling = self._object(person, notice, len(self._rules))
        if ruling is not None:
            verdict, reason, _, moment = ruling
            outcome = _OUTCOMES[verdict]
            if verdict is Verdict.DEFER:
                until = _with_offset(moment, self._rules[ended_at])
        return Decision(
            person.id,
            outcome,
            notice.audience,
            reason,
            until,
            self._trail(chosen_at, ended_at, verdict),
            self._event_id,
            notice.catalog_id,
        )

    def _notice(self, audience: Audience, reason: str) -> Notice:
        notice = self._notices.get((audience, reason))
        if notice is None:
            options, alert = self.situation.options, self.situation.alert
            row = self.situation.entries.get(audience)
            catalog_id = f"{audience}.{alert.type}" if row is None else row.id
            notice = self._notices[audience, reason] = Notice(
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
