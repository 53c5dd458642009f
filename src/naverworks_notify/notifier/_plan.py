"""Decide, address, render: everything that comes before a send, without IO."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

import attrs
from attrs import field, frozen

from naverworks_notify.alerts import Alert, Audience, entry_id
from naverworks_notify.catalog import CATALOG, Catalog
from naverworks_notify.errors import NaverWorksError
from naverworks_notify.messages import Content
from naverworks_notify.notifier._address import Members, find_address
from naverworks_notify.notifier._delivery import Delivery
from naverworks_notify.notifier._history import add_deliveries
from naverworks_notify.notifier._status import Status
from naverworks_notify.policy import (
    Decision,
    History,
    Outcome,
    Person,
    Policy,
    Reason,
    RecruitingPolicy,
)

__all__ = ["Form", "Plan", "Planned", "Planner"]

Form = Literal["rich", "plain"]

_NOBODY: Mapping[str, datetime] = MappingProxyType({})
_KEPT_BACK = {
    Outcome.SUPPRESS: Status.SUPPRESSED,
    Outcome.DIGEST: Status.DIGESTED,
}


@frozen(kw_only=True)
class Planned:
    """What is to happen to one alert for one person.

    Attributes:
        person_id: The person.
        decision: What the policy decided; its `reason` is `no_address` where nothing tells which
            user the person is.
        status: None where a message is to be sent; else how the matter ends without a send.
        delivery: The message to be sent, now or, for a deferred one, later.
        error: Why no message could be made.
        detail: What the directory says about the person, or None.
    """

    person_id: str
    decision: Decision
    status: Status | None = None
    delivery: Delivery | None = None
    error: NaverWorksError | None = None
    detail: str | None = None


@frozen(kw_only=True)
class Plan:
    """What is to happen to one alert: one entry per person, in the order of the people.

    Attributes:
        planned: One per person; of closing digests, one per closed window.
        missing: Ids of assignees who are not among the people, in order.
    """

    planned: tuple[Planned, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The messages: those to be sent now, and the deferred ones with their `not_before`."""
        return tuple(one.delivery for one in self.planned if one.delivery is not None)


@frozen(kw_only=True)
class Planner:
    """Turns an alert and people into a plan. Pure: the same arguments give the same plan.

    Attributes:
        policy: Who gets it; the documented rules by default.
        catalog: How it is worded; the 26 documented entries by default.
        members: The directory's answer to who is who, or None to take `works_user_id` and e-mails.
        form: `rich` for cards, `plain` for texts and buttons.
        fallback_locale: The language where neither the person nor the alert names one; `device`
            lets the reader's device choose.
    """

    policy: Policy = field(factory=RecruitingPolicy)
    catalog: Catalog = CATALOG
    members: Members | None = None
    form: Form = field(default="rich", validator=attrs.validators.in_(("rich", "plain")))
    fallback_locale: str = "ko"

    def plan(
        self,
        alert: Alert,
        people: Iterable[Person],
        *,
        now: datetime,
        delivered: Mapping[str, datetime] = _NOBODY,
        history: History | None = None,
    ) -> Plan:
        """Plan one alert.

        Args:
            alert: What happened.
            people: Everyone who might be concerned; a person without relation gets a reason.
            now: The present moment, aware.
            delivered: Who has this event already, and since when.
            history: What else happened before, for rules that ask for it.
        """
        people = tuple(people)
        history = add_deliveries(history, alert.event_id, delivered)
        decisions = self.policy.decide(alert, people, now=now, history=history)
        by_id = {person.id: person for person in people}
        wording = _Wording(self.catalog, alert, self.form)
        return Plan(
            planned=tuple(
                self._planned(
                    alert,
                    by_id[decision.person_id],
                    decision,
                    wording,
                    previous_at=delivered.get(decision.person_id),
                )
                for decision in decisions
            ),
            missing=tuple(
                dict.fromkeys(who for who in alert.assignee_ids if who not in by_id),
            ),
        )

    def _planned(
        self,
        alert: Alert,
        person: Person,
        decision: Decision,
        wording: _Wording,
        *,
        previous_at: datetime | None,
    ) -> Planned:
        kept_back = _KEPT_BACK.get(decision.outcome)
        if kept_back is not None:
            return Planned(person_id=person.id, decision=decision, status=kept_back)
        deferred = Status.DEFERRED if decision.outcome == Outcome.DEFER else None
        address = find_address(person, self.members)
        if address.user_id is None:
            return Planned(
                person_id=person.id,
                decision=decision
                if deferred
                else attrs.evolve(decision, reason=Reason.NO_ADDRESS.value),
                status=deferred or Status.UNMATCHED,
                detail=address.detail,
            )
        try:
            delivery = self._delivery(
                alert, person, decision, address.user_id, wording, previous_at=previous_at
            )
        except NaverWorksError as error:
            return Planned(
                person_id=person.id, decision=decision, status=Status.FAILED, error=error
            )
        return Planned(person_id=person.id, decision=decision, status=deferred, delivery=delivery)

    def _delivery(
        self,
        alert: Alert,
        person: Person,
        decision: Decision,
        user_id: str,
        wording: _Wording,
        *,
        previous_at: datetime | None,
    ) -> Delivery:
        audience = decision.audience
        if audience is None:
            raise TypeError(f"The policy sends {alert.type} to {person.id} without an audience.")
        locale = person.preferences.locale or alert.locale or self.fallback_locale
        return Delivery(
            event_id=alert.event_id,
            person_id=person.id,
            user_id=user_id,
            catalog_id=decision.catalog_id or entry_id(alert.type, Audience(audience)),
            locale=locale,
            content=wording.of(audience, locale),
            decision=decision,
            not_before=decision.until,
            expires_at=alert.traits.expiry_of(alert),
            previous_at=previous_at,
        )


class _Wording:
    """The messages of one alert, each worded once for all who read it alike."""

    def __init__(self, catalog: Catalog, alert: Alert, form: Form) -> None:
        self._catalog = catalog
        self._alert = alert
        self._form = form
        self._worded: dict[tuple[str, str], Content] = {}

    def of(self, audience: Audience, locale: str) -> Content:
        """Return the message of one variant in one language."""
        key = (audience, locale)
        content = self._worded.get(key)
        if content is None:
            content = self._worded[key] = self._catalog.render(
                self._alert, audience=audience, locale=locale, form=self._form
            )
        return content
