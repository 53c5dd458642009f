"""All alert types by their identifier, and reading any of them from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from naverworks_notify.alerts import _events
from naverworks_notify.alerts._alert import Alert
from naverworks_notify.errors import InvalidAlert
from naverworks_notify.validation import Violations

__all__ = ["EVENTS", "from_dict"]

EVENTS: Mapping[str, type[Alert]] = MappingProxyType(
    {
        event.type: event
        for event in (
            _events.DocumentReviewRequested,
            _events.InterviewAvailabilityRequested,
            _events.InterviewConfirmed,
            _events.InterviewChanged,
            _events.InterviewCancelled,
            _events.InterviewReminder,
            _events.InterviewEvaluationRequested,
            _events.InterviewEvaluationReRequested,
            _events.InterviewEvaluationOverdueReminder,
            _events.AssignmentEvaluationRequested,
            _events.TeamChatMentioned,
            _events.AutomationApprovalRequested,
            _events.InterviewInterviewerTimeFailed,
            _events.InterviewInterviewerTimeSettled,
            _events.InterviewCandidateNoAvailableTime,
            _events.InterviewCandidateTimeSelected,
            _events.ApplicantMessageReceived,
            _events.EvaluationCompleted,
            _events.DocumentEvaluationCompleted,
            _events.DocumentEvaluationCompletedDigest,
            _events.TaskReminder,
        )
    }
)
"""Identifier → class: the 20 events, and the digest that callers never emit."""


def from_dict(raw: Mapping[str, Any], *, events: Mapping[str, type[Alert]] = EVENTS) -> Alert:
    """Return the alert of a JSON object; the exact inverse of `alert.to_dict()`.

    Args:
        raw: The decoded JSON object.
        events: Which types to accept, by identifier. Add your own: `{**EVENTS, Mine.type: Mine}`.

    Raises:
        InvalidAlert: With every violation: unknown keys and types, wrong kinds of values, naive
            datetimes, a slot that ends before it starts, links that are not https, and so on.

    Examples:
        >>> alert = from_dict({
        ...     "type": "task.reminder", "event_id": "ev-1", "title": "처우 협의 준비",
        ...     "occurred_at": "2026-03-02T10:00:00+09:00", "assignee_ids": ["u-2"],
        ... })
        >>> alert.assignee_ids
        ('u-2',)
    """
    violations = Violations()
    event = _event_of(raw, events, violations)
    alert = event.read(raw, "", violations) if event is not None else None
    violations.raise_as(InvalidAlert)
    assert alert is not None
    return alert


def _event_of(
    raw: object, events: Mapping[str, type[Alert]], violations: Violations
) -> type[Alert] | None:
    if not isinstance(raw, Mapping):
        violations.add("", "type", "must be an object.")
        return None
    name = raw.get("type")
    if name is None:
        violations.add("type", "required", "is required.")
        return None
    if not isinstance(name, str):
        violations.add("type", "type", "must be a string.")
        return None
    event = events.get(name)
    if event is None:
        violations.add("type", "enum", f"must be one of {', '.join(events)}.")
    return event
