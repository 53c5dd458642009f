"""The options of a policy as a document: its schema, and the strict reader that obeys it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from attrs import fields

from naverworks_notify.alerts import ENTRIES, LOCALES, Audience
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.policy._hours import DEFAULT_STEP, LONGEST_STEP, QuietDays
from naverworks_notify.policy._options import LONGEST, check_repeats
from naverworks_notify.policy._preferences import read_preferences
from naverworks_notify.validation import ObjectReader, Violations, read_text

if TYPE_CHECKING:
    from naverworks_notify.policy._options import PolicyOptions

__all__ = ["OPTIONS_SCHEMA", "read_options", "write_options"]

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FLAGS = (
    "include_org_admins",
    "direct_role_wins",
    "interviewer_first",
    "silence_addressed_members",
    "exclude_actor",
    "defer_outside_window",
    "supersede_cancelled",
    "digest_aligned",
)
_LENGTHS = ("duplicate_window", "collapse_window", "digest_length")
_ID_SETS = ("critical", "mandatory")

_MOST_MINUTES = LONGEST // timedelta(minutes=1)
_MINUTES: Mapping[str, Any] = {"type": "integer", "minimum": 1, "maximum": _MOST_MINUTES}
_IDS: Mapping[str, Any] = {
    "type": "array",
    "items": {"type": "string", "enum": list(ENTRIES)},
    "uniqueItems": True,
}
_PREFERENCES: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "receive_window": {
            "type": "object",
            "additionalProperties": False,
            "required": ["start", "end"],
            "properties": {
                "start": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
                "end": {"type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"},
                "tz": {"type": "string"},
                "step_minutes": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": LONGEST_STEP,
                    "default": DEFAULT_STEP,
                },
            },
            # Which minutes another step allows, the schema leaves to the reader.
            "if": {"not": {"required": ["step_minutes"]}},
            "then": {
                "properties": {"start": {"pattern": ":(00|30)$"}, "end": {"pattern": ":(00|30)$"}}
            },
        },
        "muted": _IDS,
        "muted_audiences": {
            "type": "array",
            "items": {"type": "string", "enum": [audience.value for audience in Audience]},
            "uniqueItems": True,
        },
        "wanted": _IDS,
        "locale": {"type": "string", "pattern": f"^({'|'.join(LOCALES)})"},
    },
}

OPTIONS_SCHEMA: Mapping[str, Any] = MappingProxyType(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Options of the recruiting policy of naverworks-notify",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **{name: {"type": "boolean"} for name in _FLAGS},
            **{f"{name}_minutes": _MINUTES for name in _LENGTHS},
            "hourly_cap": {"type": "integer", "minimum": 1},
            **dict.fromkeys(_ID_SETS, _IDS),
            "quiet_days": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "weekdays": {
                        "type": "array",
                        "items": {"type": "string", "enum": list(_WEEKDAYS)},
                        "maxItems": len(_WEEKDAYS) - 1,
                        "uniqueItems": True,
                    },
                    "dates": {
                        "type": "array",
                        "items": {"type": "string", "format": "date"},
                        "uniqueItems": True,
                    },
                },
            },
            "defaults": _PREFERENCES,
        },
        "if": {"required": ["hourly_cap"]},
        "then": {"properties": {"duplicate_window_minutes": {"minimum": 60}}},
    }
)
"""JSON Schema of the options document, for editors and for checks in other languages.

It lists the documented catalog ids; with alert types of your own, add theirs.
"""


def read_options(
    raw: object, found: Violations, *, extra_ids: Collection[str] = ()
) -> dict[str, Any]:
    """Read the document into keyword arguments of `PolicyOptions`, noting what is wrong."""
    known = ENTRIES.keys() | set(extra_ids)

    def read_id(raw: object, path: str, found: Violations) -> str | None:
        text = read_text(raw, path, found)
        if text is not None and text not in known:
            found.add(path, "catalog_id", f"{text!r} is not a catalog id.")
            return None
        return text

    reader = ObjectReader(raw, path="", violations=found)
    read: dict[str, Any] = {name: reader.typed(name, bool) for name in _FLAGS}
    for name in _LENGTHS:
        read[name] = _length(reader, f"{name}_minutes", found)
    read["hourly_cap"] = _positive(reader, "hourly_cap", found)
    check_repeats("duplicate_window_minutes", read["duplicate_window"], read["hourly_cap"], found)
    for name in _ID_SETS:
        read[name] = reader.items(name, read_id)
    read["quiet_days"] = reader.nested("quiet_days", _read_quiet_days)
    read["defaults"] = reader.nested(
        "defaults",
        lambda raw, path, found: read_preferences(raw, path, found, extra_ids=extra_ids),
    )
    reader.finish()
    return {name: value for name, value in read.items() if value is not None}


def _positive(reader: ObjectReader, key: str, found: Violations) -> int | None:
    number = reader.typed(key, int)
    if number is not None and number < 1:
        found.add(reader.path(key), "range", "must be at least 1.")
        return None
    return number


def _length(reader: ObjectReader, key: str, found: Violations) -> timedelta | None:
    minutes = _positive(reader, key, found)
    if minutes is None:
        return None
    if minutes > _MOST_MINUTES:
        found.add(
            reader.path(key), "range", f"must be at most {_MOST_MINUTES} ({LONGEST.days} days)."
        )
        return None
    return timedelta(minutes=minutes)


def _read_quiet_days(raw: object, path: str, found: Violations) -> QuietDays | None:
    reader = ObjectReader(raw, path=path, violations=found)
    weekdays = reader.items("weekdays", _read_weekday)
    dates = reader.items("dates", _read_date)
    reader.finish()
    try:
        return QuietDays(weekdays=weekdays or (), dates=dates or ())
    except InvalidValue as error:
        found.add_from(path, error)
        return None


def _read_weekday(raw: object, path: str, found: Violations) -> int | None:
    text = read_text(raw, path, found)
    if text is None:
        return None
    if text not in _WEEKDAYS:
        found.add(path, "enum", f"must be one of {', '.join(_WEEKDAYS)}.")
        return None
    return _WEEKDAYS.index(text)


def _read_date(raw: object, path: str, found: Violations) -> date | None:
    # TOML has dates of its own; JSON writes them as text.
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    text = read_text(raw, path, found)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        found.add(path, "date", "must be a date such as 2026-03-01.")
        return None


def write_options(options: PolicyOptions) -> dict[str, Any]:
    """Return the document of what differs from the defaults."""
    written: dict[str, Any] = {}
    for attribute in fields(type(options)):
        value = getattr(options, attribute.name)
        if value == attribute.default:
            continue
        if attribute.name in _LENGTHS:
            written[f"{attribute.name}_minutes"] = _whole_minutes(attribute.name, value)
        elif attribute.name in _ID_SETS:
            written[attribute.name] = sorted(value)
        elif attribute.name == "quiet_days":
            written["quiet_days"] = _write_quiet_days(value)
        elif attribute.name == "defaults":
            written["defaults"] = value.to_dict()
        elif attribute.name != "extra_ids":
            written[attribute.name] = value
    return written


def _whole_minutes(name: str, length: timedelta) -> int:
    minutes, rest = divmod(length, timedelta(minutes=1))
    if rest:
        message = "has a JSON form only in whole minutes."
        raise InvalidValue(violations=(Violation(name, "whole_minutes", message),))
    return minutes


def _write_quiet_days(quiet: QuietDays) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if quiet.weekdays:
        written["weekdays"] = [_WEEKDAYS[day] for day in sorted(quiet.weekdays)]
    if quiet.dates:
        written["dates"] = [day.isoformat() for day in sorted(quiet.dates)]
    return written
