"""Reading the service's JSON into values: what is missing is None, what is unknown is passed over.

The service may add members at any time, so unlike a caller's input its answers are not checked
for unknown keys. A member of another type than documented is a violation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from naverworks_notify.errors import InvalidValue
from naverworks_notify.validation import Violations, join_path

__all__ = ["Answer", "read_answer"]

T = TypeVar("T")


class Answer:
    """One JSON object of an answer, read member by member."""

    __slots__ = ("_members", "_path", "_violations")

    def __init__(self, raw: object, path: str, violations: Violations) -> None:
        self._path = path
        self._violations = violations
        if isinstance(raw, Mapping):
            self._members: Mapping[str, Any] = raw
        else:
            self._members = {}
            violations.add(path, "type", "must be an object.")

    def _wrong(self, key: str, kind: str) -> None:
        self._violations.add(join_path(self._path, key), "type", f"must be {kind}.")

    def text(self, key: str) -> str | None:
        """Read a string; a number stands for its digits, as ids come in both forms."""
        value = self._members.get(key)
        if value is None or type(value) is str:
            return value
        if type(value) is int:
            return str(value)
        self._wrong(key, "a string")
        return None

    def required_text(self, key: str) -> str:
        """Read a string that an item makes no sense without."""
        value = self.text(key)
        if value:
            return value
        self._violations.add(join_path(self._path, key), "required", "is required.")
        return ""

    def integer(self, key: str) -> int | None:
        """Read an integer, also one written as a string of digits."""
        value = self._members.get(key)
        if value is None or type(value) is int:
            return value
        if isinstance(value, str) and value.isascii() and value.isdigit():
            return int(value)
        self._wrong(key, "an integer")
        return None

    def flag(self, key: str) -> bool | None:
        """Read true or false."""
        value = self._members.get(key)
        if value is None or type(value) is bool:
            return value
        self._wrong(key, "true or false")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """Read an array of strings; a missing one is empty."""
        value = self._members.get(key)
        if value is None:
            return ()
        if isinstance(value, list) and all(type(item) is str for item in value):
            return tuple(value)
        if type(value) is str:
            # A bot open to all members lists "All users"; its JSON form is not established.
            return (value,)
        self._wrong(key, "an array of strings")
        return ()

    def ids(self, key: str, member: str) -> tuple[str, ...]:
        """Read an array of ids, given as strings or as objects with the id in `member`."""
        value = self._members.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        found: list[Any] = [
            item.get(member) if isinstance(item, Mapping) else item for item in items
        ]
        if all(type(item) is str for item in found):
            return tuple(found)
        self._wrong(key, "an array of ids")
        return ()

    def items(self, key: str, read: Callable[[Answer], T]) -> tuple[T, ...]:
        """Read an array of objects; a missing one is empty."""
        value = self._members.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self._wrong(key, "an array")
            return ()
        path = join_path(self._path, key)
        return tuple(
            read(Answer(item, join_path(path, i), self._violations)) for i, item in enumerate(value)
        )

    def nested(self, key: str, read: Callable[[Answer], T]) -> T | None:
        """Read an object member."""
        value = self._members.get(key)
        if value is None:
            return None
        return read(Answer(value, join_path(self._path, key), self._violations))


def read_answer(raw: object, read: Callable[[Answer], T]) -> T:
    """Read one whole answer.

    Raises:
        InvalidValue: A member has another type than documented, or a required one is missing.
    """
    violations = Violations()
    value = read(Answer(raw, "", violations))
    violations.raise_as(InvalidValue, "The answer has an unexpected shape")
    return value
