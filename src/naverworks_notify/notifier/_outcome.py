"""From plans and attempts to results; pure, shared by both notifiers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import attrs

from naverworks_notify.notifier._delivery import Delivery
from naverworks_notify.notifier._plan import Planned
from naverworks_notify.notifier._report import Result
from naverworks_notify.notifier._status import Status
from naverworks_notify.policy import Decision, Outcome, Reason

__all__ = ["held_by_time", "kept_back", "result_of", "unmatched", "whole"]

R = TypeVar("R")


def result_of(planned: Planned, status: Status) -> Result:
    """Return the result of what ended before any send."""
    return Result(
        person_id=planned.person_id,
        status=status,
        decision=planned.decision,
        delivery=planned.delivery,
        error=planned.error,
        detail=planned.detail,
    )


def kept_back(decision: Decision, reason: Reason, delivery: Delivery | None = None) -> Result:
    """Return the result of what the notifier itself kept back, after the policy had said yes."""
    return Result(
        person_id=decision.person_id,
        status=Status.SUPPRESSED,
        decision=attrs.evolve(decision, outcome=Outcome.SUPPRESS, reason=reason.value),
        delivery=delivery,
    )


def held_by_time(delivery: Delivery, now: datetime) -> Result | None:
    """Return the result of a delivery that is too late or too early, or None where it may go."""
    if delivery.expires_at is not None and now >= delivery.expires_at:
        return kept_back(delivery.decision, Reason.EXPIRED, delivery)
    if delivery.not_before is not None and now < delivery.not_before:
        return Result(
            person_id=delivery.person_id,
            status=Status.DEFERRED,
            decision=delivery.decision,
            delivery=delivery,
        )
    return None


def unmatched(delivery: Delivery, detail: str) -> Result:
    """Return the result of a delivery whose user the directory blocks by now."""
    return Result(
        person_id=delivery.person_id,
        status=Status.UNMATCHED,
        decision=attrs.evolve(delivery.decision, reason=Reason.NO_ADDRESS.value),
        detail=detail,
    )


def whole(outcomes: Sequence[R | Exception]) -> list[R]:
    """Return the outcomes when none is an exception; else raise the first one.

    Only mistakes in a program come here: what the service refuses is a result. They are raised
    after the others were served, and a repeated call serves only those who were not.
    """
    broken = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    if broken:
        broken[0].add_note(
            f"While serving {len(outcomes)} people, {len(broken)} met an error of the program; the"
            " others were served, and a repeat of the event will not reach them twice."
        )
        raise broken[0]
    return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
