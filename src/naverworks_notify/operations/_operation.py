"""One call as a value: the request to make and how to read its answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from attrs import evolve, field, frozen

from naverworks_notify.operations._endpoint import Endpoint
from naverworks_notify.wire import Response

__all__ = ["Operation", "Page", "json_content", "next_page"]

T = TypeVar("T")


@frozen(kw_only=True)
class Operation(Generic[T]):
    """One call of one endpoint.

    Attributes:
        endpoint: The row of the table.
        path: Path below the API's base, every segment encoded.
        query: Query parameters, in order.
        content: JSON body, or None.
        decode: Turns a successful answer into the value; raises InvalidValue or ValueError
            where the answer cannot be read.
        resource: The bot's id, for sends and for calls of a serial endpoint, which must not meet
            on it.
    """

    endpoint: Endpoint
    path: str = field(repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    content: bytes | None = field(default=None, repr=False)
    decode: Callable[[Response], T] = field(repr=False)
    resource: int | None = None

    @property
    def target(self) -> str:
        """Path and query, encoded."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


@frozen
class Page(Generic[T]):
    """One page of a list.

    Attributes:
        items: What it holds.
        next_cursor: Where the next page starts; None on the last one.
    """

    items: tuple[T, ...]
    next_cursor: str | None


def next_page(operation: Operation[Page[T]], cursor: str) -> Operation[Page[T]]:
    """Return the operation that reads the page starting at `cursor`."""
    kept = tuple(item for item in operation.query if item[0] != "cursor")
    return evolve(operation, query=(*kept, ("cursor", cursor)))


def json_content(value: Any) -> bytes:
    """Return a value as compact UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
