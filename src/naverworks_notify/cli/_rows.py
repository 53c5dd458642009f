"""One line of the `notify` command: one alert and one person."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from naverworks_notify.notifier import Planned, Result, Status
from naverworks_notify.policy import Decision

__all__ = ["Row", "row_of"]

# A message exists for these; the others get none, now or at all.
_WITH_CONTENT = frozenset({None, Status.SENT, Status.FAILED, Status.UNKNOWN})


@frozen(kw_only=True)
class Row:
    """What became, or would become, of one alert for one person.

    Attributes:
        decision: What the policy said.
        status: How it ended; None in a dry run where the message would be sent.
        content: The exact message content, for those who get one.
        error: Why it failed, or why nobody can know.
        detail: What the directory said about the person, or None.
    """

    decision: Decision
    status: Status | None
    content: dict[str, Any] | None
    error: Exception | None
    detail: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; every key is always there, in this order."""
        decision = self.decision
        return {
            "event_id": decision.event_id,
            "person_id": decision.person_id,
            "outcome": str(decision.outcome),
            "status": None if self.status is None else str(self.status),
            "catalog_id": decision.catalog_id,
            "audience": None if decision.audience is None else str(decision.audience),
            "reason": str(decision.reason),
            "until": None if decision.until is None else decision.until.isoformat(),
            "trail": [[str(rule), str(verdict)] for rule, verdict in decision.trail],
            "content": self.content,
        }


def row_of(one: Planned | Result) -> Row:
    """Return the row of a plan's or a report's entry."""
    content = None
    if one.delivery is not None and one.status in _WITH_CONTENT:
        content = one.delivery.content.to_dict()
    return Row(
        decision=one.decision,
        status=one.status,
        content=content,
        error=one.error,
        detail=one.detail,
    )
