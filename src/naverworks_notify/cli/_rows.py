"""One line of the `notify` command: one alert and one person."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from naverworks_notify.notifier import NotifierReason, Result, Status
from naverworks_notify.policy import Decision

__all__ = ["Row", "row_of", "row_of_missing"]

# A message exists for these; the others get none, now or at all.
_WITH_CONTENT = frozenset({Status.SENT, Status.FAILED, Status.UNKNOWN})


@frozen(kw_only=True)
class Row:
    """What became, or would become, of one alert for one person.

    Attributes:
        event_id: The alert.
        person_id: The person.
        reason: Why, in one word.
        decision: What the policy said; None where nothing was decided, as of an assignee whom
            nothing is known of.
        status: How it ended; None in a dry run where the message would be sent.
        content: The exact message content, for those who get one.
        error: Why it failed, or why nobody can know.
        detail: What the directory said about the person, or None.
    """

    event_id: str
    person_id: str
    reason: str
    decision: Decision | None
    status: Status | None
    content: dict[str, Any] | None = None
    error: Exception | None = None
    detail: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; every key is always there, in this order."""
        decision = self.decision
        told = {
            "event_id": self.event_id,
            "person_id": self.person_id,
            "outcome": None,
            "status": None if self.status is None else str(self.status),
            "catalog_id": None,
            "audience": None,
            "reason": self.reason,
            "until": None,
            "trail": None,
            "content": self.content,
        }
        if decision is None:
            return told
        return told | {
            "outcome": str(decision.outcome),
            "catalog_id": decision.catalog_id,
            "audience": None if decision.audience is None else str(decision.audience),
            "until": None if decision.until is None else decision.until.isoformat(),
            "trail": [[str(rule), str(verdict)] for rule, verdict in decision.trail],
        }


def row_of(one: Result, *, is_rehearsal: bool = False) -> Row:
    """Return the row of a report's entry.

    Args:
        one: What became of an alert for a person.
        is_rehearsal: Whether nothing was sent: then a message that would be has no status.
    """
    content = None
    if one.delivery is not None and one.status in _WITH_CONTENT:
        content = one.delivery.content.to_dict()
    return Row(
        event_id=one.event_id,
        person_id=one.person_id,
        reason=one.reason,
        decision=one.decision,
        status=None if is_rehearsal and one.status is Status.SENT else one.status,
        content=content,
        error=one.error,
        detail=one.detail,
    )


def row_of_missing(event_id: str, person_id: str) -> Row:
    """Return the row of an assignee who is not among the people."""
    return Row(
        event_id=event_id,
        person_id=person_id,
        reason=NotifierReason.NOT_AMONG_PEOPLE.value,
        decision=None,
        status=Status.UNMATCHED,
    )
