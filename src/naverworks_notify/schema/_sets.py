"""Kinds that Python keeps in another form than JSON has: choices, sets, maps, days and times."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar

from naverworks_notify.schema._definitions import Definitions
from naverworks_notify.schema._findings import Findings
from naverworks_notify.schema._kinds import Kind, Many, kind_name
from naverworks_notify.schema._shown import safe_key
from naverworks_notify.schema._suggest import did_you_mean
from naverworks_notify.validation import join_path

__all__ = ["Day", "Function", "MapOf", "OneOf", "SetOf", "as_set", "as_text_id", "to_member"]

E = TypeVar("E", bound=Enum)
T = TypeVar("T")


def to_member(kind: type[E], value: object) -> E:
    """Return the member of that value; what is none stays as it is, for the check to tell."""
    if isinstance(value, kind):
        return value
    # By hand, as an Enum would try to hash whatever is given.
    for member in kind:
        if member.value == value:
            return member
    return value  # type: ignore[return-value]


def as_set(values: Iterable[T]) -> frozenset[T]:
    """Return a set of the values; what is no collection, or cannot be in a set, stays as it is."""
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        return values  # type: ignore[return-value]
    given = tuple(values)
    try:
        return frozenset(given)
    except TypeError:
        return given  # type: ignore[return-value]


def as_text_id(value: object) -> Any:
    """Return an id of code or of a table, a number or a UUID, as text; anything else as it is."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    # Whoever has one has loaded its module, which takes longer than this whole package.
    uuid = None if isinstance(value, str) else sys.modules.get("uuid")
    return str(value) if uuid is not None and isinstance(value, uuid.UUID) else value


class OneOf(Kind):
    """A member of an enum, written as its value."""

    __slots__ = ("_members", "enum", "told")

    def __init__(self, enum: type[Enum]) -> None:
        self.enum: type[Enum] = enum
        self._members = {member.value: member for member in enum}
        self.told: str = ", ".join(str(member.value) for member in enum)

    def check(self, value: Any, path: str, out: Findings) -> None:
        self.settle(value, path, out)

    def settle(self, value: Any, path: str, out: Findings) -> Any:
        """Take a member or its value."""
        if type(value) is self.enum:
            return value
        if not isinstance(value, str):
            out.add(path, "type", f"must be a string, not {kind_name(value)}.")
            return value
        member = self._members.get(value)
        if member is None:
            near = did_you_mean(value, self._members)
            out.add(path, "enum", f"must be one of {self.told}.{near}")
        return member

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        return self.settle(raw, path, out)

    def dump(self, value: Any) -> Any:
        return value.value if isinstance(value, Enum) else value

    def schema(self, definitions: Definitions) -> dict[str, Any]:  # noqa: ARG002
        return {"enum": list(self._members)}


class SetOf(Many):
    """A set, in JSON an array of its items in order; one that is there twice counts once."""

    __slots__ = ()

    def __init__(self, item: Kind) -> None:
        super().__init__(item, low=0)

    def settle(self, value: Any, path: str, out: Findings) -> Any:
        if isinstance(value, (list, tuple)):
            return as_set(super().settle(value, path, out))
        if not isinstance(value, (frozenset, set)):
            out.add(path, "type", f"must be a set, not {kind_name(value)}.")
            return value
        known = len(out.found)
        taken = [self.item.settle(one, "", out) for one in _in_order(value)]
        if len(out.found) > known:
            # A set has no places to name.
            out.put_under(path, known)
            return value
        return frozenset(taken)

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        return as_set(super().read(raw, path, out))

    def dump(self, value: Any) -> Any:
        dump = self.item.dump
        return [dump(item) for item in _in_order(value)]


def _in_order(items: Iterable[Any]) -> list[Any]:
    try:
        return sorted(items)
    except TypeError:
        return list(items)


class MapOf(Kind):
    """An object whose keys are the caller's own; kept as a read-only mapping.

    Args:
        item: What each of them holds.
        as_dict: Whether it is kept as a dict instead, for values that are pickled as they are.
    """

    __slots__ = ("as_dict", "item")

    def __init__(self, item: Kind, *, as_dict: bool = False) -> None:
        self.item: Kind = item
        self.as_dict: bool = as_dict

    def check(self, value: Any, path: str, out: Findings) -> None:
        self.settle(value, path, out)

    def settle(self, value: Any, path: str, out: Findings) -> Any:
        return self._each(value, self.item.settle, path, out)

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        return self._each(raw, self.item.read, path, out)

    def _each(
        self, given: Any, take: Callable[[Any, str, Findings], Any], path: str, out: Findings
    ) -> Any:
        if not isinstance(given, Mapping):
            out.add(path, "type", f"must be an object, not {kind_name(given)}.")
            return given
        if not given:
            return {} if self.as_dict else EMPTY
        taken: dict[str, Any] = {}
        for key, value in given.items():
            if not isinstance(key, str):
                out.add(path, "type", f"must have strings as keys, not {kind_name(key)}.")
            elif not key or key.isspace():
                out.add(path, "empty", "must not have an empty key.")
            else:
                known = len(out.found)
                taken[key] = take(value, "", out)
                if not key.isascii() and safe_key(key) != key:
                    message = "has a key with a lone surrogate, which UTF-8 cannot carry."
                    out.add("", "encoding", message)
                if len(out.found) > known:
                    self._part(key, taken, join_path(path, safe_key(key)), known, out)
        return taken if self.as_dict else MappingProxyType(taken)

    @staticmethod
    def _part(key: str, taken: dict[str, Any], path: str, since: int, out: Findings) -> None:
        if out.drops:
            out.drop(since, path)
            del taken[key]
        else:
            out.put_under(path, since)

    def dump(self, value: Any) -> Any:
        dump = self.item.dump
        return {key: dump(item) for key, item in value.items()}

    def schema(self, definitions: Definitions) -> dict[str, Any]:
        return {
            "type": "object",
            "additionalProperties": self.item.schema(definitions),
            "propertyNames": {"pattern": "\\S"},
        }


EMPTY: Mapping[str, Any] = MappingProxyType({})


class Function(Kind):
    """A function; it has no JSON form."""

    __slots__ = ()

    def check(self, value: Any, path: str, out: Findings) -> None:
        if not callable(value):
            out.add(path, "type", f"must be a function, not {kind_name(value)}.")


class Day(Kind):
    """A date. TOML has dates of its own; JSON writes them as text, such as 2026-03-01."""

    __slots__ = ()

    def check(self, value: Any, path: str, out: Findings) -> None:
        # A datetime is a date to Python, and never equal to one.
        if not isinstance(value, date) or isinstance(value, datetime):
            out.add(path, "type", f"must be a date, not {kind_name(value)}.")

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        if not isinstance(raw, str):
            out.add(path, "type", f"must be a string, not {kind_name(raw)}.")
            return raw
        try:
            return date.fromisoformat(raw)
        except ValueError:
            out.add(path, "date", "must be a date such as 2026-03-01.")
            return raw

    def dump(self, value: Any) -> Any:
        return value.isoformat()

    def schema(self, definitions: Definitions) -> dict[str, Any]:  # noqa: ARG002
        return {"type": "string", "format": "date"}
