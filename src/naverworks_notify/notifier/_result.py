"""What became of an alert, or what would: one result per person."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from attrs import Factory, field, frozen

from naverworks_notify.errors import NaverWorksError
from naverworks_notify.notifier._delivery import Delivery
from naverworks_notify.policy import Decision

__all__ = ["NotifierReason", "Plan", "Report", "Result", "Status"]


class Status(enum.StrEnum):
    """How an alert ended for one person. Members compare equal to their plain strings."""

    SENT = "sent"
    """The service accepted the message."""
    FAILED = "failed"
    """The service, or the way to it, refused; nothing was delivered."""
    UNKNOWN = "unknown"
    """The request left, and nothing tells whether it was carried out."""
    SUPPRESSED = "suppressed"
    """It was kept back for good; the reason says why."""
    DEFERRED = "deferred"
    """It waits until `decision.until`, and is decided anew then."""
    DIGESTED = "digested"
    """It waits to be told together with others, when its window closes."""
    UNMATCHED = "unmatched"
    """Nothing tells which NAVER WORKS user this person is; no call was made."""


class NotifierReason(enum.StrEnum):
    """Why, in one word, where it is not the policy that says so; beside `policy.Reason`."""

    NOT_AMONG_PEOPLE = "not_among_people"
    """The people source does not know the person any more."""
    INVALID_PERSON = "invalid_person"
    """What is known of the person cannot be read."""
    NOT_ALLOWED_HERE = "not_allowed_here"
    """The client may not send to this person; see its `only_to`."""
    RETRY_LATER = "retry_later"
    """A try failed for a reason that passes; the next one comes when it is due."""
    SAME_USER = "same_user"
    """Another of the people is the same NAVER WORKS user, and got the message."""
    CANCELLED = "cancelled"
    """An operator called it off."""
    INTERRUPTED = "interrupted"
    """The process that was sending it ended before it knew the outcome."""
    SETTLED = "settled"
    """An operator said what became of it."""


_NOT_WELL = (Status.FAILED, Status.UNKNOWN)
_CHOSEN = (Status.SENT, *_NOT_WELL, Status.DEFERRED, Status.DIGESTED)


def _reason(result: Result) -> str:
    return "" if result.decision is None else str(result.decision.reason)


@frozen(kw_only=True)
class Result:
    """What became of one alert for one person.

    Attributes:
        person_id: The person.
        event_id: The event.
        status: How it ended.
        decision: What the policy decided, and why. Where nobody could be reached its `reason` is
            `no_address`, while its `outcome` stays the policy's. None where nothing was decided.
        reason: Why, in one word: the decision's, where there is one.
        delivery: The message, for those who get one now.
        error: Why it failed, or why nobody can know.
        detail: What the directory says about the person, for example `suspended`, or None.
        due: When the notifier handles it again, in `run_due` or a repeat; None for never by itself.
    """

    person_id: str
    event_id: str = ""
    status: Status
    decision: Decision | None = None
    reason: str = field(default=Factory(_reason, takes_self=True))
    delivery: Delivery | None = None
    error: NaverWorksError | None = None
    detail: str | None = None
    due: datetime | None = None

    @property
    def passing(self) -> bool:
        """Whether it failed for a reason that passes by itself, so that it may be tried again.

        Nothing was delivered, and the rate limit, the network or the service was in the way. What
        is unknown is never passing: it may have arrived.
        """
        return self.status is Status.FAILED and self.error is not None and self.error.passing

    @property
    def retry_after(self) -> timedelta | None:
        """How long the service, or the rate budget, asks to wait; None where neither says."""
        return getattr(self.error, "retry_after", None)

    def explain(self, *, locale: str = "ko") -> str:
        """Return one sentence that says how it ended and why.

        Args:
            locale: `ko` or `en`, in any usual spelling.

        Raises:
            InvalidValue: There are no sentences in that language.
        """
        # Texts for people are loaded when somebody asks for them.
        from naverworks_notify.notifier._explain import explain_result  # noqa: PLC0415

        return explain_result(self, locale=locale)


@frozen(kw_only=True)
class Report:
    """What became of an alert: one result per person, in the order of the people.

    Attributes:
        results: One per person; of `run_due`, one per event and person that were due.
        missing: Ids of assignees who are not among the people, in order.
        next_due: When something waits for `run_due`, of this alert or another; None for nothing.
    """

    results: tuple[Result, ...] = field(factory=tuple)
    missing: tuple[str, ...] = ()
    next_due: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether all went as it should.

        It did not where something failed or is unknown, an assignee is missing, or nobody of those
        whom the policy chose could be matched with a NAVER WORKS user.
        """
        statuses = [result.status for result in self.results]
        if self.missing or any(status in _NOT_WELL for status in statuses):
            return False
        unmatched = [
            result
            for result in self.results
            if result.status is Status.UNMATCHED and result.decision is not None
        ]
        return not unmatched or any(status in _CHOSEN for status in statuses)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many results there are of each status that occurs."""
        return dict(Counter(result.status for result in self.results))

    def explain(self, *, locale: str = "ko") -> tuple[str, ...]:
        """Return one sentence per result, and one per missing assignee, each beginning with its id.

        Args:
            locale: `ko` or `en`.
        """
        from naverworks_notify.notifier._explain import explain_missing  # noqa: PLC0415

        told = [f"{one.person_id}: {one.explain(locale=locale)}" for one in self.results]
        return (*told, *(explain_missing(one, locale=locale) for one in self.missing))


@frozen(kw_only=True)
class Plan:
    """What would become of an alert, if it were sent now. Nobody is left out.

    Attributes:
        deliveries: The messages to be sent now.
        results: Everybody else, each with how the matter ends for them, and why.
        missing: Ids of assignees who are not among the people, in order.
    """

    deliveries: tuple[Delivery, ...] = ()
    results: tuple[Result, ...] = ()
    missing: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the plan in JSON: whole deliveries, and who gets none."""
        return {
            "deliveries": [one.to_dict() for one in self.deliveries],
            "results": [
                {
                    "event_id": one.event_id,
                    "person_id": one.person_id,
                    "status": one.status.value,
                    "reason": one.reason,
                    "until": one.decision and one.decision.until and one.decision.until.isoformat(),
                }
                for one in self.results
            ],
            "missing": list(self.missing),
        }
