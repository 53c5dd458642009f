"""All types of alerts that an application knows: the documented ones, and those of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from naverworks_notify.alerts import _events
from naverworks_notify.alerts._alert import Alert, complete
from naverworks_notify.alerts._choices import Audience
from naverworks_notify.alerts._entries import EntryInfo
from naverworks_notify.alerts._traits import names_subject
from naverworks_notify.errors import InvalidAlert, InvalidValue
from naverworks_notify.schema import Findings, did_you_mean, kind_name
from naverworks_notify.validation import Violations

__all__ = [
    "DOCUMENTED",
    "ENTRIES",
    "EVENTS",
    "Vocabulary",
    "entries_of",
    "entry_id",
    "from_dict",
]

_NO_TYPES: frozenset[str] = frozenset()
_AUDIENCES = tuple(Audience)


class Vocabulary:
    """The types of alerts that an application knows. Immutable, safe to share between threads.

    Hand one object on as `vocabulary=`, and alerts, policy, preferences, catalog and notifier know
    the same types.

    Args:
        events: Alert classes of your own, beside the documented ones. One that subclasses a
            documented class may take its `type` over.
        entries: Further rows: a documented event for another audience, or the rows of a class
            that does not name them itself.

    Attributes:
        events: Type → class.
        entries: Catalog id → row; the documented ones first, in the order of the product's list.
        own_superseders: Types of your own that make other alerts moot.

    Raises:
        InvalidValue: Two classes have one type, a class or a row has none, or a class makes others moot
            and cannot say what it is about.

    Examples:
        >>> from typing import ClassVar
        >>> from attrs import frozen
        >>> @frozen(kw_only=True)
        ... class IncidentOpened(Alert):
        ...     type: ClassVar = "incident.opened"
        ...     entries: ClassVar = (
        ...         EntryInfo(audience="manager", relation="assigned", korean_label="장애 발생"),
        ...     )
        ...     title: str
        >>> vocabulary = Vocabulary(IncidentOpened)
        >>> [row.id for row in vocabulary.entries_of("incident.opened")]
        ['manager.incident.opened']
    """

    __slots__ = ("_by_type", "_own", "_superseders", "entries", "events", "own_superseders")

    events: Mapping[str, type[Alert]]
    entries: Mapping[str, EntryInfo]
    own_superseders: frozenset[str]

    def __init__(self, *events: type[Alert], entries: Iterable[EntryInfo] = ()) -> None:
        self._own = (events, tuple(entries))
        found = Violations()
        by_type = {event.type: event for event in _events.documented()}
        for i, event in enumerate(events):
            _add_event(by_type, event, f"events[{i}]", found)
        self.events = MappingProxyType(by_type)
        rows: dict[str, EntryInfo] = {}
        for event in by_type.values():
            for row in complete(event).entries:
                rows[row.id] = row
        for i, row in enumerate(self._own[1]):
            if not row.event_type:
                found.add(f"entries[{i}].event_type", "required", "is required.")
            rows[row.id or f"{row.audience}.{row.event_type}"] = row
        found.raise_as(InvalidValue, "The vocabulary does not fit together")
        self.entries = MappingProxyType(
            dict(sorted(rows.items(), key=lambda pair: pair[1].number or len(rows)))
        )
        types = {*by_type, *(row.event_type for row in rows.values())}
        self._by_type = {name: tuple(self._rows_of(name)) for name in types}
        self.own_superseders = frozenset(e.type for e in events if e.traits.supersedes)
        self._superseders: dict[str, frozenset[str]] = {}
        for event in by_type.values():
            for moot in event.traits.supersedes:
                before = self._superseders.get(moot, _NO_TYPES)
                self._superseders[moot] = before | {event.type}

    def __repr__(self) -> str:
        own = [event.__name__ for event in self._own[0]]
        return f"Vocabulary({', '.join(own)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self._own == other._own

    def __hash__(self) -> int:
        return hash(self._own[0])

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, self._own

    def _rows_of(self, event_type: str) -> Iterable[EntryInfo]:
        # A digest feeds the row that names the event it is made of: it is what gets rendered.
        for audience in _AUDIENCES:
            for row in self.entries.values():
                if row.audience is audience and (
                    row.event_type == event_type or row.id == f"{audience}.{event_type}"
                ):
                    yield row

    def from_dict(self, raw: Mapping[str, Any]) -> Alert:
        """Return the alert of a JSON object; the exact inverse of `alert.to_dict()`.

        Raises:
            InvalidAlert: With every violation, each with its path.
        """
        return from_dict(raw, events=self.events)

    def entries_of(self, event_type: str) -> tuple[EntryInfo, ...]:
        """Return the rows an event feeds, interviewer first; none for a type unknown here."""
        return self._by_type.get(event_type, ())

    def entry_id(self, event_type: str, audience: str) -> str:
        """Return the catalog id of an event for an audience.

        Both `document_evaluation.completed` and its digest map to
        `manager.document_evaluation.completed_digest`.
        """
        for row in self._by_type.get(event_type, ()):
            if row.audience == audience:
                return row.id
        return f"{audience}.{event_type}"

    def superseders_of(self, event_type: str) -> frozenset[str]:
        """Return the types of alerts that make one of this type moot."""
        return self._superseders.get(event_type, _NO_TYPES)

    def with_entries(self, entries: Iterable[EntryInfo]) -> Vocabulary:
        """Return a vocabulary with further rows."""
        events, known = self._own
        return Vocabulary(*events, entries=(*known, *entries))


def _restore(events: tuple[type[Alert], ...], entries: tuple[EntryInfo, ...]) -> Vocabulary:
    return Vocabulary(*events, entries=entries)


def _add_event(
    known: dict[str, type[Alert]], event: type[Alert], path: str, found: Violations
) -> None:
    given: object = event
    if not (isinstance(given, type) and issubclass(given, Alert)):
        found.add(path, "type", "must be a subclass of Alert.")
        return
    if not event.type:
        found.add(path, "required", f"{event.__name__} has no `type`.")
        return
    traits = complete(event).traits
    if (traits.supersedes or traits.reminder_of or traits.merge) and not names_subject(event):
        message = f"{event.__name__} must say what it is about: give its traits `subject=`."
        found.add(path, "subject", message)
    before = known.get(event.type)
    if before is not None and before is not event and not issubclass(event, before):
        found.add(path, "unique", f"{event.type!r} is the type of {before.__name__} as well.")
    known[event.type] = event


DOCUMENTED = Vocabulary()
"""The documented types alone: the 20 events, and the digest that callers never emit."""

EVENTS: Mapping[str, type[Alert]] = DOCUMENTED.events
"""Type → class of the documented alerts."""

ENTRIES: Mapping[str, EntryInfo] = DOCUMENTED.entries
"""Catalog id → row of the documented alerts, in the order of the product's own list."""


def entries_of(alert_type: str) -> tuple[EntryInfo, ...]:
    """Return the documented rows an event feeds, interviewer first; none for another type."""
    return DOCUMENTED.entries_of(alert_type)


def entry_id(alert_type: str, audience: str) -> str:
    """Return the catalog id of a documented event for an audience; see `Vocabulary.entry_id`."""
    return DOCUMENTED.entry_id(alert_type, audience)


def from_dict(raw: Mapping[str, Any], *, events: Mapping[str, type[Alert]] = EVENTS) -> Alert:
    """Return the alert of a JSON object; the exact inverse of `alert.to_dict()`.

    Args:
        raw: The decoded JSON object.
        events: Which types to accept, by identifier. `Vocabulary(Mine).from_dict` takes your own
            beside the documented ones.

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
    out = Findings()
    event = _event_of(raw, events, out)
    alert = complete(event).read(raw, "", out) if event is not None else None
    out.raise_as(InvalidAlert)
    assert alert is not None
    return alert


def _event_of(raw: object, events: Mapping[str, type[Alert]], out: Findings) -> type[Alert] | None:
    if not isinstance(raw, Mapping):
        out.add("", "type", f"must be an object, not {kind_name(raw)}.")
        return None
    name = raw.get("type")
    if name is None:
        out.add("type", "required", "is required.")
        return None
    if not isinstance(name, str):
        out.add("type", "type", f"must be a string, not {kind_name(name)}.")
        return None
    event = events.get(name)
    if event is None:
        near = did_you_mean(name, events)
        out.add("type", "enum", f"must be one of {', '.join(events)}.{near}")
    return event
