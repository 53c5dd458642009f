"""One line of the `notify` command: one alert and one person."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from naverworks_notify.notifier import Planned, Result, Status
from naverworks_notify.policy import Decision

__all__ = ["NOT_AMONG_PEOPLE", "Row", "row_of", "row_of_missing"]

# A message exists for these; the others get none, now or at all.
_WITH_CONTENT = frozenset({None, Status.SENT, Status.FAILED, Status.UNKNOWN})


NOT_AMONG_PEOPLE = "not_among_people"
"""The reason of the line of an assignee whom the people file does not have."""


@frozen(kw_only=True)
class Row:
    """What became, or would become, of one alert for one person.

    Attributes:
        event_id: The alert.
        person_id: The person.
        decision: What the policy said; None for an assignee whom nothing is known of.
        status: How it ended; None in a dry run where the message would be sent.
        content: The exact message content, for those who get one.
        error: Why it failed, or why nobody can know.
        detail: What the directory said about the person, or None.
    """

    event_id: str
    person_id: str
    decision: Decision | None
    status: Status | None
    content: dict[str, Any] | None = None
    error: Exception | None = None
    detail: str | None = None

    @property
    def reason(self) -> str:
        """Why, in one word."""
        return NOT_AMONG_PEOPLE if self.decision is None else str(self.decision.reason)

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


def row_of(one: Planned | Result) -> Row:
    """Return the row of a plan's or a report's entry."""
    content = None
    if one.delivery is not None and one.status in _WITH_CONTENT:
        content = one.delivery.content.to_dict()
    return Row(
        event_id=one.decision.event_id,
        person_id=one.person_id,
        decision=one.decision,
        status=one.status,
        content=content,
        error=one.error,
        detail=one.detail,
    )


def row_of_missing(event_id: str, person_id: str) -> Row:
    """Return the row of an assignee who is not among the people."""
    return Row(event_id=event_id, person_id=person_id, decision=None, status=Status.UNMATCHED)
