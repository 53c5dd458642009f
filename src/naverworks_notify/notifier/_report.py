"""What became of an alert: one result per person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from attrs import field, frozen

from naverworks_notify.errors import NaverWorksError
from naverworks_notify.notifier._delivery import Delivery
from naverworks_notify.notifier._status import Status
from naverworks_notify.policy import Decision

__all__ = ["Report", "Result"]

_NOT_WELL = (Status.FAILED, Status.UNKNOWN)
_REACHED = (Status.SENT, Status.UNKNOWN, Status.DIGESTED)


@frozen(kw_only=True)
class Result:
    """What became of one alert for one person.

    Attributes:
        person_id: The person.
        status: How it ended.
        decision: What the policy decided, and why. Where nobody could be reached its `reason` is
            `no_address`, while its `outcome` stays the policy's.
        delivery: The message, for those who get one now or, with `not_before`, later.
        error: Why it failed, or why nobody can know.
        detail: What the directory says about the person, for example `suspended`, or None.
    """

    person_id: str
    status: Status
    decision: Decision
    delivery: Delivery | None = None
    error: NaverWorksError | None = None
    detail: str | None = None

    @property
    def passing(self) -> bool:
        """Whether it failed for a reason that passes by itself, so that a queue may try again.

        Nothing was delivered, and the rate limit, the network or the token service was in the way.
        What is unknown is never passing: it may have arrived.
        """
        return self.status is Status.FAILED and self.error is not None and self.error.passing

    @property
    def retry_after(self) -> timedelta | None:
        """How long the service, or the rate budget, asks to wait; None where neither says."""
        return getattr(self.error, "retry_after", None)


@frozen(kw_only=True)
class Report:
    """What became of one alert: one result per person, in the order of the people.

    Attributes:
        results: One per person; of closing digests, one per closed window.
        missing: Ids of assignees who are not among the people, in order.
    """

    results: tuple[Result, ...] = field(factory=tuple)
    missing: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing failed and nothing is unknown."""
        return not any(result.status in _NOT_WELL for result in self.results)

    @property
    def counts(self) -> Mapping[Status, int]:
        """How many results there are of each status that occurs."""
        return Counter(result.status for result in self.results)

    @property
    def reached(self) -> tuple[Decision, ...]:
        """The decisions that count as delivered; hand them to `History.commit`."""
        return tuple(result.decision for result in self.results if result.status in _REACHED)
