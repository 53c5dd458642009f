"""What stands in the address of a request: path segments, each encoded, and the query of lists."""

from __future__ import annotations

from functools import lru_cache
from typing import NoReturn
from urllib.parse import quote

from naverworks_notify.errors import InvalidValue, Violation

__all__ = ["MAX_COUNT", "list_query", "optional_domain", "positive_id", "segment", "user_segment"]

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
