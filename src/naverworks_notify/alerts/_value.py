"""The base of every payload value."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from naverworks_notify import schema
from naverworks_notify.errors import InvalidAlert

__all__ = ["Value"]


@frozen(eq=False, repr=False, getstate_setstate=False)
class Value(schema.Value):
    """An immutable payload value, checked when it is built.

    Subclasses are attrs classes whose annotations say what a field may hold. Raises `InvalidAlert`
    with every violation when a rule is broken. Values of one class with equal fields are equal.
    """

    error: ClassVar[type[InvalidAlert]] = InvalidAlert
