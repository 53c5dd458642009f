"""Successful answers as values."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from naverworks_notify.directory import Answer, read_answer
from naverworks_notify.operations._operation import Page
from naverworks_notify.wire import Response

__all__ = ["load", "nothing", "one", "page", "text_page"]

T = TypeVar("T")


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


def _next_cursor(answer: Answer) -> str | None:
    # Absent on the last page by the documentation; null and empty are taken as the end too.
    return answer.nested("responseMetaData", lambda meta: meta.text("nextCursor")) or None
