"""What code may give where a value keeps something plainer: ids, choices, several of a kind.

A converter only puts what is given into the form that is kept; what it cannot convert stays as it
is, and is told as a violation with its path. Type checkers read from the annotations what may be
given, so each kind of list has a function of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from naverworks_notify.schema import as_text_id

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["AnyId", "optional_id", "text_id", "text_ids", "tuple_of"]

AnyId: TypeAlias = "str | int | UUID"
"""An id as applications have it; kept as text."""


def text_id(value: AnyId) -> str:
    """Return an id as text."""
    kept: str = as_text_id(value)
    return kept


def optional_id(value: AnyId | None) -> str | None:
    """Return an id as text, or None."""
    kept: str | None = as_text_id(value)
    return kept


def text_ids(value: Iterable[AnyId]) -> tuple[str, ...]:
    """Return ids as texts."""
    given = tuple_of(value)
    return tuple([as_text_id(one) for one in given]) if isinstance(given, tuple) else given


def tuple_of(value: Any) -> Any:
    """Return a tuple of any collection; a text and a mapping are none."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)):
        return tuple(value)
    return value
