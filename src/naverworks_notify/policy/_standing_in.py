"""Who takes whose alert while people are away, worked out once for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from naverworks_notify.alerts import Audience
from naverworks_notify.policy._asking import Asking
from naverworks_notify.policy._decision import Reason, Verdict
from naverworks_notify.policy._history import History
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._rule import Ruling, choose
from naverworks_notify.policy._situation import Situation, StandIns

__all__ = ["DELEGATE", "DELEGATED", "find_stand_ins"]

DELEGATE, DELEGATED = "delegate", "delegated"
"""Codes of the rule that hands an alert over, and of the one that then keeps it back."""


def find_stand_ins(asking: Asking, people: tuple[Person, ...]) -> StandIns:
    """Return who takes whose alert.

    Someone takes it if the absent person would have got it and it reaches the one who takes it:
    who is inactive, muted it, caused it, or may not see it takes nothing, and then the absent
    person decides as if they were here. What is collected for a digest stays with the person it is
    collected for; the digest is what is handed over.

    Args:
        asking: The rules, in a situation in which nobody stands in yet.
        people: Everybody in this decision.
    """
    situation = asking.situation
    if not asking.has(DELEGATE) or situation.alert.traits.digest is not None:
        return StandIns()
    by_id = {person.id: person for person in people}
    represented: set[str] = set()
    wanted: dict[str, set[Audience]] = {}
    for absent in people:
        if absent.id not in situation.history.absences:
            continue
        variant = _variant_of(asking, absent)
        if variant is None:
            continue
        taker = by_id.get(_taker_of(situation, absent.id) or "")
        choice = None if taker is None else _choice_for(asking, taker, {variant})
        if taker is not None and choice is not None and _reaches(asking, taker, choice, absent):
            represented.add(absent.id)
            wanted.setdefault(taker.id, set()).add(variant)
    choices = {name: _choice_for(asking, by_id[name], wanted[name]) for name in wanted}
    variants = {
        name: choice.audience
        for name, choice in choices.items()
        if choice is not None and choice.audience and choice.reason == Reason.DELEGATE
    }
    return StandIns(frozenset(represented), variants)


def _variant_of(asking: Asking, absent: Person) -> Audience | None:
    """Return what an absent person would have got, or None when that is nothing."""
    _, own = asking.relate(absent)
    if own.verdict is not Verdict.CHOOSE:
        return None
    objection = asking.object(absent, own, before=DELEGATED)
    return own.audience if objection is None else None


def _taker_of(situation: Situation, absent_id: str) -> str | None:
    """Return who is there in the place of someone away, or was when they got the alert."""
    history, now = situation.history, situation.now
    if history.absences[absent_id].covers(now):
        return _present_in_place_of(absent_id, history, now)
    for name in _chain(absent_id, history):
        at = history.delivered_at(name, situation.alert.event_id)
        if at is not None and _present_in_place_of(absent_id, history, at) == name:
            return name
    return None


def _present_in_place_of(absent_id: str, history: History, at: datetime) -> str | None:
    """Return who was there at that moment; None when nobody was, or the person themselves was."""
    absence = history.absences.get(absent_id)
    if absence is None or not absence.covers(at):
        return None
    for name in _chain(absent_id, history):
        absence = history.absences.get(name)
        if absence is None or not absence.covers(at):
            return name
    return None


def _chain(absent_id: str, history: History) -> Iterator[str]:
    """Yield who stands in, who stands in for them, and so on, each once."""
    seen = {absent_id}
    absence = history.absences.get(absent_id)
    while absence is not None and absence.delegate_id not in seen:
        seen.add(absence.delegate_id)
        yield absence.delegate_id
        absence = history.absences.get(absence.delegate_id)


def _choice_for(asking: Asking, taker: Person, wanted: set[Audience]) -> Ruling | None:
    """Return the one variant that someone gets, or None where a door is shut to them."""
    situation = asking.situation
    if situation.is_shut_to(taker, wanted):
        return None
    at, own = asking.relate(taker)
    if asking.comes_before(at, DELEGATE):
        return own if own.verdict is Verdict.CHOOSE else None
    variants = {situation.variant_for_addressee(taker)} if situation.is_addressed else {*wanted}
    if own.audience is not None:
        variants.add(own.audience)
    first, *others = variants
    if others:
        first = Audience.MANAGER
        if situation.options.interviewer_first:
            first = Audience.INTERVIEWER
    return own if first is own.audience else choose(first, Reason.DELEGATE)


def _reaches(asking: Asking, taker: Person, choice: Ruling, absent: Person) -> bool:
    objection = asking.object(taker, choice)
    has_it = objection is not None and objection.reason == Reason.DUPLICATE_EVENT
    situation = asking.situation
    if not situation.history.absences[absent.id].covers(situation.now):
        # Who is back gets their alerts again, except those that were taken for them.
        return has_it
    return has_it or objection is None or objection.verdict is not Verdict.SUPPRESS
