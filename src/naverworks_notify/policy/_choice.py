"""Members of the closed choices, taken as text or as enum, and told when they are neither."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from naverworks_notify.validation import Violations

__all__ = ["check_member", "to_member"]

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
