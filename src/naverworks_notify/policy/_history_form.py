"""A history as JSON, for callers who keep it in a file or a column of a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from naverworks_notify.errors import InvalidValue
from naverworks_notify.policy._history import History, Occurrence
from naverworks_notify.validation import ObjectReader, Violations, read_text

__all__ = ["read_history", "write_history"]

_OPTIONAL_IDS = ("actor_id", "posting_id", "team_id")


def read_history(raw: object) -> History:
    """Return the history of a JSON object; see `History.from_dict`."""
    found = Violations()
    reader = ObjectReader(raw, path="", violations=found)
    read: dict[str, Any] = {
        "deliveries": reader.mapping("deliveries", _read_moments),
        "collected": reader.mapping("collected", _read_moments),
        "occurrences": reader.nested("occurrences", _read_occurrences),
    }
    reader.finish()
    found.raise_as(InvalidValue, "The history is not usable")
    return History(**{name: value for name, value in read.items() if value is not None})


def _read_moments(raw: object, path: str, found: Violations) -> Mapping[str, datetime]:
    reader = ObjectReader(raw, path=path, violations=found)
    names = raw if isinstance(raw, Mapping) else ()
    read = {str(name): reader.moment(name, required=True) for name in names}
    return {name: moment for name, moment in read.items() if moment is not None}


def _read_occurrences(
    raw: object, path: str, found: Violations
) -> Mapping[str, tuple[Occurrence, ...]]:
    reader = ObjectReader(raw, path=path, violations=found)
    names = raw if isinstance(raw, Mapping) else ()
    read = {str(name): reader.items(name, _read_occurrence, required=True) for name in names}
    return {name: events for name, events in read.items() if events is not None}


def _read_occurrence(raw: object, path: str, found: Violations) -> Occurrence | None:
    reader = ObjectReader(raw, path=path, violations=found)
    event_id = reader.text("event_id", required=True)
    event_type = reader.text("type", required=True)
    occurred_at = reader.moment("occurred_at", required=True)
    assignees = reader.items("assignee_ids", read_text)
    ids = {name: reader.text(name) for name in _OPTIONAL_IDS}
    reader.finish()
    if event_id is None or event_type is None or occurred_at is None:
        return None
    return Occurrence(event_id, event_type, occurred_at, frozenset(assignees or ()), **ids)


def write_history(history: History) -> dict[str, Any]:
    """Return the JSON form; see `History.to_dict`."""
    written: dict[str, Any] = {
        "deliveries": {who: _write_moments(at) for who, at in history.deliveries.items()},
        "collected": {who: _write_moments(at) for who, at in history.collected.items()},
        "occurrences": {
            subject: [_write_occurrence(one) for one in events]
            for subject, events in history.occurrences.items()
        },
    }
    return {name: value for name, value in written.items() if value}


def _write_moments(moments: Mapping[str, datetime]) -> dict[str, str]:
    return {name: moment.isoformat() for name, moment in moments.items()}


def _write_occurrence(one: Occurrence) -> dict[str, Any]:
    written: dict[str, Any] = {
        "event_id": one.event_id,
        "type": one.type,
        "occurred_at": one.occurred_at.isoformat(),
    }
    if one.assignee_ids:
        written["assignee_ids"] = sorted(one.assignee_ids)
    ids = {name: getattr(one, name) for name in _OPTIONAL_IDS}
    return written | {name: value for name, value in ids.items() if value is not None}
