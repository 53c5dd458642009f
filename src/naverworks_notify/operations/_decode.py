"""Successful answers as values."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol, Self, TypeVar

from naverworks_notify.directory import Answer, read_answer
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.operations._operation import Page
from naverworks_notify.wire import Response

__all__ = [
    "load",
    "nothing",
    "one",
    "page",
    "text_page",
    "value_of",
    "value_or",
    "value_page",
]

_LONGEST_CURSOR = 4000

T = TypeVar("T")


class _Readable(Protocol):
    @classmethod
    def from_response(cls, raw: Any) -> Self:
        """Build the value from what the service answered."""
        ...


W = TypeVar("W", bound=_Readable)


def nothing(_response: Response) -> None:
    """Read no body: the status says all there is to say."""


def load(response: Response) -> Any:
    """Return the JSON of a body.

    Raises:
        ValueError: It is not JSON.
    """
    return json.loads(response.content)


def one(read: Callable[[Answer], T]) -> Callable[[Response], T]:
    """Return a decoder of one object."""

    def decode(response: Response) -> T:
        return read_answer(load(response), read)

    return decode


def page(key: str, read: Callable[[Answer], T]) -> Callable[[Response], Page[T]]:
    """Return a decoder of one page whose items are objects in the array `key`."""
    return one(lambda answer: Page(answer.items(key, read), _next_cursor(answer)))


def text_page(key: str) -> Callable[[Response], Page[str]]:
    """Return a decoder of one page whose items are strings in the array `key`."""
    return one(lambda answer: Page(answer.texts(key), _next_cursor(answer)))


def value_of(kind: type[W]) -> Callable[[Response], W]:
    """Return a decoder of one of the values that are sent and received alike."""

    def decode(response: Response) -> W:
        return kind.from_response(load(response))

    return decode


def value_or(kind: type[W], given: W) -> Callable[[Response], W]:
    """Return the same decoder for an answer that may be empty: then what was sent stands."""

    def decode(response: Response) -> W:
        return kind.from_response(load(response)) if response.content.strip() else given

    return decode


def value_page(key: str, kind: type[W]) -> Callable[[Response], Page[W]]:
    """Return a decoder of one page of such values."""

    def decode(response: Response) -> Page[W]:
        raw = load(response)
        cursor = read_answer(raw, _next_cursor)
        return Page(tuple(kind.from_response(item) for item in raw.get(key) or ()), cursor)

    return decode


def _next_cursor(answer: Answer) -> str | None:
    # Absent on the last page by the documentation; null and empty are taken as the end too.
    cursor = answer.nested("responseMetaData", lambda meta: meta.text("nextCursor")) or None
    if cursor is None or (len(cursor) <= _LONGEST_CURSOR and cursor.isprintable()):
        return cursor
    raise InvalidValue(
        violations=(
            Violation("nextCursor", "characters", "is too long, or holds what no URL can."),
        )
    )
