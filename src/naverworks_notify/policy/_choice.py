"""Members of the closed choices, and sets of them: what is neither is kept, and told later."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from naverworks_notify.validation import Violations

__all__ = ["check_member", "to_member", "to_set"]

E = TypeVar("E", bound=StrEnum)


def to_member(kind: type[E], value: object) -> E:
    """Return the member of that value; what is none stays as it is, for `check_member` to tell."""
    if isinstance(value, kind):
        return value
    for member in kind:
        if member.value == value:
            return member
    return value  # type: ignore[return-value]


def check_member(kind: type[E], value: object, path: str, found: Violations) -> E | None:
    """Return the member of that value, or None after noting that it is none."""
    member: object = to_member(kind, value)
    if isinstance(member, kind):
        return member
    allowed = ", ".join(one.value for one in kind)
    found.add(path, "enum", f"must be one of {allowed}.")
    return None


def to_set(values: Iterable[object]) -> object:
    """Return a set of the values; where one cannot be in a set, they stay what they are."""
    given = tuple(values)
    try:
        return frozenset(given)
    except TypeError:
        return given
