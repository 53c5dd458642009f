"""What an endpoint is, and a call of one: a value that says what to send and how to read the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, Generic, Protocol, Self, TypeVar
from urllib.parse import urlencode

from attrs import evolve, field, frozen

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.schema import Answer, Findings, Texts, member
from naverworks_notify.wire import Response

__all__ = [
    "Effect",
    "Endpoint",
    "Limit",
    "Operation",
    "Page",
    "json_content",
    "load",
    "next_page",
    "nothing",
    "text_page",
    "value_of",
    "value_or",
    "value_page",
    "written",
]


class Effect(StrEnum):
    """What a call does to the world; decides whether it may be repeated.

    `READ` changes nothing. `SEND` makes a message that a person sees, and cannot be taken back.
    `MANAGE` changes settings.
    """

    READ = "read"
    SEND = "send"
    MANAGE = "manage"


class Limit(StrEnum):
    """Which rate limit of the service an endpoint falls under.

    Source: https://developers.worksmobile.com/kr/docs/rate-limits

    `STANDARD` is 240 calls a minute (60 on a free plan), `ROOM` is 10 on any plan. Both are
    counted per endpoint and per domain that owns the app.
    """

    STANDARD = "standard"
    ROOM = "room"


def _as_set(scopes: Iterable[str]) -> frozenset[str]:
    return frozenset(scopes)


@frozen(kw_only=True)
class Endpoint:
    """One endpoint of the service.

    Attributes:
        name: Where it is found on a client: `messages.send_to_user` is
            `works.messages.send_to_user(...)`.
        method: HTTP method.
        template: Path below the API's base, with its parameters in braces.
        scopes: OAuth scopes of which any one will do; empty where they are not documented.
        success: Documented success status codes; any other 2xx is taken as success too.
        effect: What a call does.
        limit: Which rate limit applies.
        serial: Whether calls for one bot must never run in parallel.
        source: The page this is taken from.
    """

    name: str
    method: str
    template: str
    scopes: frozenset[str] = field(converter=_as_set)
    success: tuple[int, ...]
    effect: Effect
    limit: Limit = Limit.STANDARD
    serial: bool = False
    source: str


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


class _Writable(Protocol):
    def to_dict(self) -> dict[str, Any]:
        """Return the value as the service takes it."""
        ...


def written(value: _Writable, kind: type[_Writable], name: str) -> dict[str, Any]:
    """Return a value of the caller's as the service takes it.

    Args:
        value: The value.
        kind: What it must be.
        name: The parameter's name, for the error.

    Raises:
        InvalidValue: It is something else.
    """
    if isinstance(value, kind):
        return value.to_dict()
    told = f"must be a {kind.__name__}, not {type(value).__name__}."
    raise InvalidValue(violations=(Violation(name, "type", told),))


_LONGEST_CURSOR = 4000


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
    """Return a decoder of one page of such values, which are objects in the array `key`."""

    def decode(response: Response) -> Page[W]:
        raw = load(response)
        cursor = _next_cursor(raw)
        items = raw.get(key) or ()
        if not isinstance(items, (list, tuple)):
            raise _unexpected(Violation(key, "type", "must be an array."))
        return Page(
            tuple([_item(kind, item, f"{key}[{at}]") for at, item in enumerate(items)]), cursor
        )

    return decode


def _item(kind: type[W], raw: object, path: str) -> W:
    try:
        return kind.from_response(raw)
    except InvalidValue as error:
        found = Findings()
        found.add_from(path, error)
        raise type(error)(_UNEXPECTED, violations=tuple(found.found)) from None


def text_page(key: str) -> Callable[[Response], Page[str]]:
    """Return a decoder of one page whose items are strings in the array `key`."""

    def decode(response: Response) -> Page[str]:
        raw = load(response)
        cursor = _next_cursor(raw)
        out = Findings()
        items = raw.get(key)
        texts: tuple[str, ...] = () if items is None else _TEXTS.read(items, key, out)
        if out.found:
            raise _unexpected(*out.found)
        return Page(texts, cursor)

    return decode


_TEXTS = Texts()


@frozen
class _Envelope(Answer):
    """What every list has beside its items."""

    next_cursor: str | None = field(
        default=None, metadata=member(key="responseMetaData.nextCursor")
    )


def _next_cursor(raw: object) -> str | None:
    # Absent on the last page by the documentation; null and empty are taken as the end too.
    cursor = _Envelope.from_response(raw).next_cursor or None
    if cursor is None or (len(cursor) <= _LONGEST_CURSOR and cursor.isprintable()):
        return cursor
    raise _unexpected(
        Violation("nextCursor", "characters", "is too long, or holds what no URL can.")
    )


def _unexpected(*violations: Violation) -> InvalidValue:
    return InvalidValue(_UNEXPECTED, violations=violations)


_UNEXPECTED = "The answer has an unexpected shape"
