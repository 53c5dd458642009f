"""Collecting every broken rule of a value, with its path, instead of stopping at the first.

`Violations` gathers; `ObjectReader` reads one JSON object strictly: unknown keys, wrong types and
naive datetimes are violations that name their path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

from naverworks_notify.errors import InvalidValue, Violation

__all__ = ["ObjectReader", "Violations", "join_path", "read_text"]

E = TypeVar("E", bound=Enum)
T = TypeVar("T")

_KINDS: dict[type, str] = {
    str: "a string",
    bool: "true or false",
    int: "an integer",
    float: "a number",
    list: "an array",
    dict: "an object",
}


def join_path(parent: str, child: str | int) -> str:
    """Return the path of a member: `a` and `b` give `a.b`, `a` and 1 give `a[1]`."""
    if isinstance(child, int):
        return f"{parent}[{child}]"
    return f"{parent}.{child}" if parent else child


class Violations:
    """A growing list of broken rules. Not thread-safe; made and used within one call."""

    def __init__(self) -> None:
        self._found: list[Violation] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, path: str, rule: str, message: str) -> None:
        """Note one broken rule."""
        self._found.append(Violation(path, rule, message))

    def check_duration(self, path: str, value: object) -> None:
        """Note what is no length of time: no timedelta, or a negative one."""
        if not isinstance(value, timedelta) or value < timedelta():
            self.add(path, "duration", "must be a timedelta of zero or more.")

    def add_from(self, path: str, error: InvalidValue) -> None:
        """Note the rules a nested value broke, their paths put under `path`."""
        for violation in error.violations:
            nested = violation.path
            if not nested:
                nested = path
            elif nested.startswith("[") or not path:
                nested = path + nested
            else:
                nested = f"{path}.{nested}"
            self._found.append(Violation(nested, violation.rule, violation.message))

    def raise_as(self, error: type[InvalidValue], message: str = "") -> None:
        """Raise `error` with everything noted; do nothing when nothing was."""
        if self._found:
            raise error(message, violations=tuple(self._found))


class ObjectReader:
    """Reads the members of one JSON object, noting what is wrong and going on.

    A member that is wrong or missing reads as None; after `finish()`, the caller raises with
    `violations.raise_as(...)` before building the value.
    """

    def __init__(self, raw: object, *, path: str, violations: Violations) -> None:
        self._path = path
        self._violations = violations
        self._read: set[str] = set()
        self._members: Mapping[str, Any] = {}
        self.usable: bool = isinstance(raw, Mapping)
        if isinstance(raw, Mapping):
            self._members = raw
        else:
            violations.add(path, "type", f"must be an object, not {_kind_of(raw)}.")

    def path(self, key: str | int) -> str:
        """Return the full path of a member."""
        return join_path(self._path, key)

    def _take(self, key: str, *, required: bool) -> Any:
        self._read.add(key)
        value = self._members.get(key)
        if value is None and required and self.usable:
            self._violations.add(self.path(key), "required", "is required.")
        return value

    def typed(self, key: str, kind: type[T], *, required: bool = False) -> T | None:
        """Read a member of exactly one JSON kind: str, bool, int or float (an int will do)."""
        value = self._take(key, required=required)
        if value is None:
            return None
        fits = type(value) is kind or (kind is float and type(value) is int)
        if not fits:
            self._violations.add(
                self.path(key), "type", f"must be {_KINDS[kind]}, not {_kind_of(value)}."
            )
            return None
        return value  # type: ignore[no-any-return]

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Read a string member."""
        return self.typed(key, str, required=required)

    def moment(self, key: str, *, required: bool = False) -> datetime | None:
        """Read an ISO 8601 datetime with an offset; the offset is kept."""
        value = self.typed(key, str, required=required)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self._violations.add(
                self.path(key),
                "datetime",
                "must be an ISO 8601 datetime such as 2026-03-02T10:00:00+09:00.",
            )
            return None
        if moment.tzinfo is None:
            self._violations.add(
                self.path(key),
                "aware_datetime",
                "must carry an offset, such as +09:00; a datetime without one is ambiguous.",
            )
            return None
        return moment

    def choice(self, key: str, kind: type[E], *, required: bool = False) -> E | None:
        """Read a member that is one of an enum's values."""
        value = self.typed(key, str, required=required)
        if value is None:
            return None
        try:
            return kind(value)
        except ValueError:
            allowed = ", ".join(str(member.value) for member in kind)
            self._violations.add(self.path(key), "enum", f"must be one of {allowed}.")
            return None

    def nested(
        self,
        key: str,
        read: Callable[[object, str, Violations], T | None],
        *,
        required: bool = False,
    ) -> T | None:
        """Read an object member with another reader function."""
        value = self._take(key, required=required)
        return None if value is None else read(value, self.path(key), self._violations)

    def items(
        self,
        key: str,
        read: Callable[[object, str, Violations], T | None],
        *,
        required: bool = False,
    ) -> tuple[T, ...] | None:
        """Read an array member, each item with another reader function."""
        value = self._take(key, required=required)
        if value is None:
            return None
        if not isinstance(value, (list, tuple)):
            self._violations.add(
                self.path(key), "type", f"must be an array, not {_kind_of(value)}."
            )
            return None
        found = [
            read(item, join_path(self.path(key), i), self._violations)
            for i, item in enumerate(value)
        ]
        return tuple(item for item in found if item is not None)

    def mapping(
        self,
        key: str,
        read: Callable[[object, str, Violations], T | None],
        *,
        required: bool = False,
    ) -> dict[str, T] | None:
        """Read an object member whose keys are the caller's own."""
        value = self._take(key, required=required)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self._violations.add(
                self.path(key), "type", f"must be an object, not {_kind_of(value)}."
            )
            return None
        found: dict[str, T] = {}
        for name, raw in value.items():
            item = read(raw, join_path(self.path(key), str(name)), self._violations)
            if item is not None:
                found[str(name)] = item
        return found

    def finish(self) -> None:
        """Note every key that nobody read."""
        for key in self._members:
            if key not in self._read:
                self._violations.add(self.path(str(key)), "unknown_key", "is not a known key.")


def read_text(raw: object, path: str, violations: Violations) -> str | None:
    """Read one array item that must be a string."""
    if type(raw) is str:
        return raw
    violations.add(path, "type", f"must be a string, not {_kind_of(raw)}.")
    return None


def _kind_of(value: object) -> str:
    if value is None:
        return "null"
    return _KINDS.get(type(value), type(value).__name__)
