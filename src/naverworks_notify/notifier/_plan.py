"""Decide, address, word: everything about one alert that comes before a send, without IO.

Each person is handled for themselves: what fails for one, in code of the application or in ours,
stands in that person's case and stops nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias, TypeVar

import attrs
from attrs import define, field, frozen

from naverworks_notify.alerts import Alert, Audience, entry_id
from naverworks_notify.catalog import CATALOG, Catalog
from naverworks_notify.errors import (
    ApplicationError,
    InvalidAlert,
    InvalidPerson,
    InvalidValue,
    NaverWorksError,
    Violation,
)
from naverworks_notify.logs import logger_of
from naverworks_notify.messages import Content
from naverworks_notify.notifier._address import Members, find_address
from naverworks_notify.notifier._delivery import Delivery
from naverworks_notify.notifier._ledger import Row
from naverworks_notify.notifier._result import NotifierReason, Result, Status
from naverworks_notify.notifier._traits import digest_key
from naverworks_notify.policy import (
    Decision,
    History,
    Outcome,
    Person,
    Policy,
    PolicyOptions,
    Reason,
    RecruitingPolicy,
    RefusedPerson,
)

__all__ = [
    "Case",
    "Engine",
    "Form",
    "People",
    "check_alert",
    "check_people",
    "held_back",
]

T = TypeVar("T")

Form = Literal["rich", "plain"]

People: TypeAlias = tuple[tuple[Person, ...], tuple[RefusedPerson, ...]]
"""The people of an alert, and those whose data cannot be read."""

_log = logger_of("notifier")


@define(eq=False)
class Case:
    """One event and one person, on the way to a result.

    Attributes:
        alert: What is told, worded with what is told together with it.
        alone: The event by itself, where more is told with it.
        person_id: The person.
        person: Who it is; None where nobody is known by that id.
        row: Where it stood before, or None.
        decision: What the policy decided.
        status: How it ends without a send; None where a message is to be sent.
        reason: Why, where it is not the decision that says so.
        delivery: The message.
        error: Why there is none.
        detail: What the directory says about the person.
        bug: What code of the application raised.
        until: Until when it waits.
        due: When it is handled again, where it was not the policy that put it off.
        told_in: The event that tells of it in its place.
        absorbs: Rows of other events that are told with it.
        is_settled: Whether the ledger already says all of this, and nothing is written.
    """

    alert: Alert
    person_id: str
    person: Person | None = None
    row: Row | None = None
    decision: Decision | None = None
    status: Status | None = None
    reason: str | None = None
    delivery: Delivery | None = None
    error: NaverWorksError | None = None
    detail: str | None = None
    bug: Exception | None = None
    until: datetime | None = None
    due: datetime | None = None
    alone: Alert | None = None
    told_in: str | None = None
    absorbs: tuple[Row, ...] = ()
    is_settled: bool = False

    def end(
        self,
        status: Status,
        *,
        reason: str | None = None,
        error: NaverWorksError | None = None,
        bug: Exception | None = None,
    ) -> None:
        """Note how it ends."""
        self.status, self.reason, self.error = status, reason, error
        self.bug = bug or self.bug

    def fail(self, part: str, error: Exception) -> None:
        """Note that something failed: ours is told, the application's is raised afterwards too."""
        if isinstance(error, NaverWorksError):
            self.end(Status.FAILED, error=error)
            return
        told = ApplicationError(part=part, kind=type(error).__name__)
        self.end(Status.FAILED, error=told, bug=error)

    def result(self, status: Status | None = None) -> Result:
        """Return the result, of what was decided or of what became of it."""
        ends = status or self.status or Status.SENT
        decision = self.decision
        if decision is not None and self.reason is not None and ends is not Status.FAILED:
            decision = held_back(decision, ends, self.reason, until=self.until)
        return Result(
            person_id=self.person_id,
            event_id=self.alert.event_id,
            status=ends,
            decision=decision,
            reason=self.reason or ("" if decision is None else str(decision.reason)),
            delivery=self.delivery,
            error=self.error,
            detail=self.detail,
            due=self.until or self.due,
        )


def held_back(
    decision: Decision, status: Status, reason: str, *, until: datetime | None = None
) -> Decision:
    """Return a decision as the notifier carried it out, after the policy had said otherwise."""
    if status is Status.SUPPRESSED:
        return attrs.evolve(decision, outcome=Outcome.SUPPRESS, reason=str(reason), until=None)
    if status is Status.DEFERRED:
        return attrs.evolve(decision, outcome=Outcome.DEFER, reason=str(reason), until=until)
    return attrs.evolve(decision, reason=str(reason))


def check_alert(alert: object) -> Alert:
    """Return the alert.

    Raises:
        InvalidAlert: It is none.
    """
    if not isinstance(alert, Alert):
        message = f"must be an alert, not {_kind(alert)}; alerts.from_dict reads one from JSON."
        raise InvalidAlert(violations=(Violation("alert", "type", message),))
    return alert


def check_people(people: object) -> People:
    """Return the people, each id once, and those whose data cannot be read.

    Raises:
        InvalidPerson: One is no person, two have one id, or there is nothing to go through.
    """
    if isinstance(people, (str, bytes, Mapping)) or not isinstance(people, Iterable):
        message = f"must be people, one after the other, not {_kind(people)}."
        raise InvalidPerson(violations=(Violation("people", "type", message),))
    found: list[Person] = []
    violations: list[Violation] = []
    seen: set[str] = set()
    refused: list[RefusedPerson] = []
    for place, person in enumerate(people):
        path = f"people[{place}]"
        if isinstance(person, RefusedPerson):
            refused.append(person)
            continue
        if not isinstance(person, Person):
            message = f"must be a Person, not {_kind(person)}; Person.from_dict reads one."
            violations.append(Violation(path, "type", message))
            continue
        if person.id in seen:
            message = f"{person.id!r} is the id of another person too."
            violations.append(Violation(f"{path}.id", "unique", message))
        seen.add(person.id)
        found.append(person)
    if violations:
        raise InvalidPerson(violations=tuple(violations))
    return tuple(found), tuple(refused)


def _kind(value: object) -> str:
    return type(value).__name__


@frozen(kw_only=True)
class Engine:
    """Turns an alert and people into cases. Pure: the same arguments give the same cases.

    Attributes:
        policy: Who gets it; the documented rules by default.
        catalog: How it is worded; the 26 documented entries by default.
        members: The directory's answer to who is who, or None to take `works_user_id` and e-mails.
        form: `rich` for cards, `plain` for texts and buttons, or a form of the catalog's own.
        fallback_locale: The language where neither the person nor the alert names one; `device`
            lets the reader's device choose.
    """

    policy: Policy = field(factory=RecruitingPolicy)
    catalog: Catalog = CATALOG
    members: Members | None = None
    form: str = "rich"
    fallback_locale: str = "ko"

    def plan(
        self,
        cases: Sequence[Case],
        everybody: Sequence[Person],
        *,
        now: datetime,
        history: History,
    ) -> None:
        """Decide on each case, and word what is to be sent.

        Args:
            cases: Who is concerned, each with the alert as it is told to them.
            everybody: All who are known beside them: someone may stand in for another.
            now: The present moment, aware.
            history: What happened before.
        """
        for alert, some in _by_alert(cases, lambda case: case.alert):
            self._decide(alert, some, everybody, now=now, history=history)
        together = [case for case in cases if case.alone is not None and case.status is None]
        for alert, some in _by_alert(together, lambda case: case.alone or case.alert):
            self._hasten(alert, some, everybody, now=now, history=history)
        wording = _Wording(self.catalog, self.form, now)
        for case in cases:
            if case.status is None and case.decision is not None:
                self._finish(case, wording)
        if self.members is not None:
            _serve_users_once(cases)

    def _hasten(
        self,
        alert: Alert,
        cases: Sequence[Case],
        everybody: Sequence[Person],
        *,
        now: datetime,
        history: History,
    ) -> None:
        """Send at once what by itself would go at once, whatever else is told with it."""
        decided = self._decisions(alert, cases, everybody, now=now, history=history)
        for case in cases:
            by_itself = decided.get(case.person_id)
            if by_itself is not None and by_itself.outcome == Outcome.SEND:
                audience = by_itself.audience
                known = case.decision.catalog_id if case.decision is not None else None
                if audience is not None and case.alert.type != alert.type:
                    known = entry_id(case.alert.type, Audience(audience))
                case.decision = attrs.evolve(by_itself, catalog_id=known)

    def _decide(
        self,
        alert: Alert,
        cases: Sequence[Case],
        everybody: Sequence[Person],
        *,
        now: datetime,
        history: History,
    ) -> None:
        decided = self._decisions(alert, cases, everybody, now=now, history=history)
        for case in cases:
            case.decision = decided.get(case.person_id)

    def _decisions(
        self,
        alert: Alert,
        cases: Sequence[Case],
        everybody: Sequence[Person],
        *,
        now: datetime,
        history: History,
    ) -> dict[str, Decision]:
        def ask(people: Sequence[Person]) -> dict[str, Decision]:
            decisions = tuple(self.policy.decide(alert, people, now=now, history=history))
            found = {decision.person_id: decision for decision in decisions}
            if len(found) != len(decisions) or found.keys() != {person.id for person in people}:
                raise InvalidValue(
                    violations=(
                        Violation("policy", "one_decision_each", "must decide once for everybody."),
                    )
                )
            return found

        try:
            return ask(everybody)
        except InvalidAlert:
            # Nothing about a person: the policy does not know such an event.
            raise
        except Exception as error:  # noqa: BLE001 - a rule of the application's own may raise anything
            return self._decide_apart(ask, cases, everybody, error)

    def _decide_apart(
        self,
        ask: Callable[[Sequence[Person]], dict[str, Decision]],
        cases: Sequence[Case],
        everybody: Sequence[Person],
        error: Exception,
    ) -> dict[str, Decision]:
        """Find out for whom a rule fails, and decide for the others."""
        broken: dict[str, Exception] = {}
        apart: dict[str, Decision] = {}
        for person in everybody:
            try:
                apart |= ask([person])
            except Exception as own:  # noqa: BLE001
                broken[person.id] = own
        try:
            # Together once more: one may stand in for another.
            decided = ask([person for person in everybody if person.id not in broken])
        except Exception:  # noqa: BLE001
            decided = apart
        if not broken and decided is apart:
            # It fails only for all of them together, and nobody can tell for whom.
            broken, decided = dict.fromkeys((case.person_id for case in cases), error), {}
        for case in cases:
            if case.status is None and case.person_id in broken:
                case.fail("rule", broken[case.person_id])
        return decided

    def _finish(self, case: Case, wording: _Wording) -> None:
        decision = case.decision
        assert decision is not None
        if decision.outcome == Outcome.SUPPRESS:
            case.end(Status.SUPPRESSED)
        elif decision.outcome == Outcome.DEFER:
            if decision.until is None:
                case.fail("rule", InvalidValue("A decision to defer must say until when."))
                return
            case.end(Status.DEFERRED)
            case.until = decision.until
        elif decision.outcome == Outcome.DIGEST:
            if digest_key(case.alert) is None:
                message = f"There is no digest for {case.alert.type}: it must not be collected."
                case.fail("rule", TypeError(message))
                return
            case.end(Status.DIGESTED)
        else:
            self._address(case, wording)

    def _address(self, case: Case, wording: _Wording) -> None:
        assert case.person is not None
        try:
            address = find_address(case.person, self.members)
        except Exception as error:  # noqa: BLE001
            case.fail("lookup", error)
            return
        if address.user_id is None:
            case.detail = address.detail
            case.end(Status.UNMATCHED, reason=Reason.NO_ADDRESS.value)
            return
        try:
            case.delivery = self._delivery(case, address.user_id, wording)
        except Exception as error:  # noqa: BLE001
            case.fail("wording", error)

    def _delivery(self, case: Case, user_id: str, wording: _Wording) -> Delivery:
        person, decision, alert = case.person, case.decision, case.alert
        assert person is not None
        assert decision is not None
        audience = decision.audience
        if audience is None:
            raise TypeError(f"The policy sends {alert.type} to {person.id} without an audience.")
        locale = person.preferences.locale or alert.locale or self.fallback_locale
        told = alert.variant_for(person.id)
        return Delivery(
            event_id=alert.event_id,
            person_id=person.id,
            user_id=user_id,
            catalog_id=decision.catalog_id or entry_id(told.type, Audience(audience)),
            locale=locale,
            content=wording.of(told, audience, locale, self._zone_of(person)),
            decision=decision,
            expires_at=alert.traits.expiry_of(alert),
        )

    def _zone_of(self, person: Person) -> str | None:
        """Return the zone whose clock a person reads; None for that of the catalog's style."""
        options = getattr(self.policy, "options", None)
        defaults = options.defaults if isinstance(options, PolicyOptions) else None
        for wanted in (person.preferences, defaults):
            if wanted is not None and (wanted.zone or wanted.receive_window):
                return wanted.zone_info.key
        return None


class _Wording:
    """The messages of some alerts, each worded once for all who read it alike."""

    def __init__(self, catalog: Catalog, form: str, now: datetime) -> None:
        self._catalog = catalog
        self._form = form
        self._now = now
        # By identity, and held on to: comparing whole alerts would cost more than wording them.
        self._worded: dict[tuple[int, str, str, str | None], tuple[Alert, Content]] = {}

    def of(self, alert: Alert, audience: Audience, locale: str, zone: str | None) -> Content:
        """Return the message of one variant, in one language and on one clock."""
        key = (id(alert), audience, locale, zone)
        known = self._worded.get(key)
        if known is None:
            more: dict[str, Any] = {}
            if isinstance(self._catalog, Catalog):
                # A stand-in that knows languages alone will do as well.
                more = {"zone": zone, "now": self._now}
            content = self._catalog.render(
                alert, audience=audience, locale=locale, form=self._form, **more
            )
            known = self._worded[key] = (alert, content)
        return known[1]


def _by_alert(
    cases: Iterable[Case], alert_of: Callable[[Case], Alert]
) -> list[tuple[Alert, list[Case]]]:
    # Most of them are told the very same thing.
    groups: dict[int, tuple[Alert, list[Case]]] = {}
    for case in cases:
        alert = alert_of(case)
        groups.setdefault(id(alert), (alert, []))[1].append(case)
    return list(groups.values())


def _serve_users_once(cases: Sequence[Case]) -> None:
    """Let two people who are one NAVER WORKS user get one message.

    An assignee goes before the others: theirs is the personal action.
    """
    by_user: dict[str, list[Case]] = {}
    for case in cases:
        if case.status is None and case.delivery is not None:
            by_user.setdefault(case.delivery.user_id, []).append(case)
    for same in by_user.values():
        if len(same) == 1:
            continue
        same.sort(key=lambda case: case.person_id not in case.alert.assignee_ids)
        first, *others = same
        _log.warning(
            "%s: %d people are one NAVER WORKS user; one message is sent.",
            first.alert.event_id,
            len(same),
        )
        for case in others:
            case.delivery = None
            case.end(Status.SUPPRESSED, reason=NotifierReason.SAME_USER.value)
