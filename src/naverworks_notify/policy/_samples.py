"""One plain alert per event, to ask a policy about."""

from __future__ import annotations

from typing import Any

from attrs import fields

from naverworks_notify.alerts import EVENTS, Alert, from_dict

__all__ = ["sample_alerts"]

_AT = "2026-03-02T10:00:00+09:00"
_LATER = {"start_at": "2026-03-04T14:00:00+09:00", "end_at": "2026-03-04T15:00:00+09:00"}
_POSTING = {"id": "posting", "title": "-", "team": "team"}
_SOMEONE = {"id": "someone", "name": "-"}
_ITEM = {"candidate": _SOMEONE, "completed_at": _AT}

# Every payload field that some event demands; an event takes those it has.
_FIELDS: dict[str, Any] = {
    "posting": _POSTING,
    "candidate": _SOMEONE,
    "candidates": [_SOMEONE],
    "interview": {"id": "interview", "slot": _LATER},
    "author": _SOMEONE,
    "automation_name": "-",
    "action_summary": "-",
    "slots": [_LATER],
    "needs_confirmation": False,
    "evaluation_kind": "interview",
    "completed_at": _AT,
    "window": _LATER,
    "items": [_ITEM],
    "title": "-",
}
_REASONED = {"interview.interviewer_time_failed": {"reason": "other"}}


def sample_alerts(*, assignee_ids: tuple[str, ...] = ()) -> tuple[Alert, ...]:
    """Return one alert per event, in the order of the product's list."""
    return tuple(
        from_dict(
            {
                "type": event_type,
                "event_id": event_type,
                "occurred_at": _AT,
                "assignee_ids": list(assignee_ids),
                **{name: _FIELDS[name] for name in _FIELDS if name in _names(event)},
                **_REASONED.get(event_type, {}),
            }
        )
        for event_type, event in EVENTS.items()
    )


def _names(event: type[Alert]) -> set[str]:
    return {attribute.name for attribute in fields(event) if attribute.init}
