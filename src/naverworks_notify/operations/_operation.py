"""What an endpoint is, a call of one as a value, and the address it goes to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Any, Generic, NoReturn, Protocol, Self, TypeVar
from urllib.parse import quote, urlencode

from attrs import evolve, field, frozen

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.schema import Answer, Findings, Texts, member
from naverworks_notify.wire import Response

__all__ = [
    "MAX_COUNT",
    "Effect",
    "Endpoint",
    "Limit",
    "Operation",
    "Page",
    "json_content",
    "list_query",
    "load",
    "next_page",
    "nothing",
    "optional_domain",
    "positive_id",
    "segment",
    "text_page",
    "user_segment",
    "value_of",
    "value_or",
    "value_page",
    "written",
]

# No documented id comes near it, and what a URL may hold in all is less than it seems: a letter of
# Korean takes nine characters of it.
_LONGEST = 1000
_MOST_DIGITS = 19  # of a number of 64 bits; Python refuses to read or write very long ones


@lru_cache(maxsize=4096)
def _encode(value: str) -> str:
    return quote(value, safe="@")


def segment(value: str, name: str) -> str:
    """Return one path segment, encoded.

    Args:
        value: An id as the service gave it, an e-mail address, or `externalKey:...`.
        name: The parameter's name, for the error.

    Raises:
        InvalidValue: Not a string, empty, longer than 1,000 characters, a dot segment, or with a
            control character.
    """
    if type(value) is not str:
        _refuse(name, "type", f"must be a string, not {type(value).__name__}.")
    if not value.strip():
        _refuse(name, "required", "must not be empty.")
    if len(value) > _LONGEST:
        _refuse(name, "max_length", f"must be an id of at most {_LONGEST} characters.")
    if any(part in (".", "..") for part in value.replace("\\", "/").split("/")):
        _refuse(name, "path", "must be an id, not a relative path.")
    if not value.isprintable():
        _refuse(name, "characters", "must not hold control characters.")
    return _encode(value)


def user_segment(value: str, name: str = "user_id") -> str:
    """Return the segment that names a user, encoded.

    Raises:
        InvalidValue: As for `segment`, or `me`, which a service account has no use for.
    """
    if value == "me":
        _refuse(
            name,
            "me",
            "'me' works with a member's own token only; a service account names the user by id, "
            "e-mail address or externalKey:...",
        )
    return segment(value, name)


def positive_id(value: int | str, name: str) -> int:
    """Return a numeric id such as a bot's; digits in a string will do.

    Raises:
        InvalidValue: Anything else than a positive integer.
    """
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isdigit()
        and len(value) <= _MOST_DIGITS
    ):
        value = int(value)
    if type(value) is not int or not 0 < value < 10**_MOST_DIGITS:
        _refuse(name, "positive", "must be a positive integer.")
    return value


def _refuse(name: str, rule: str, message: str) -> NoReturn:
    raise InvalidValue(violations=(Violation(name, rule, message),))


def _parameter(name: str, value: str | int) -> str:
    if isinstance(value, int):
        return str(positive_id(value, name))
    if not value.isprintable():
        _refuse(name, "characters", "must not hold control characters.")
    return value


MAX_COUNT = 100
"""Items a page may hold; above it `GET /users` answers with an empty page, not with an error."""


def list_query(count: int, **options: str | int | bool | None) -> tuple[tuple[str, str], ...]:
    """Return the query of a list: `count`, and the options that are set.

    Raises:
        InvalidValue: `count` is not within 1 to 100.
    """
    if type(count) is not int or not 1 <= count <= MAX_COUNT:
        raise InvalidValue(
            violations=(Violation("count", "range", f"must be within 1 and {MAX_COUNT}."),)
        )
    query = [("count", str(count))]
    for name, value in options.items():
        if isinstance(value, bool):
            query.append((name, "true" if value else "false"))
        elif isinstance(value, str) or type(value) is int:
            query.append((name, _parameter(name, value)))
        elif value is not None:
            _refuse(name, "type", "must be text, an integer, true or false.")
    return tuple(query)


def optional_domain(domain_id: int | None) -> int | None:
    """Return a domain's id, checked, or None for the domain of the authorisation."""
    return None if domain_id is None else positive_id(domain_id, "domain_id")


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
