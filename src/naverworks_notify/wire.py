"""HTTP as plain values, so that deciding about requests needs no HTTP library."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from attrs import field, frozen

__all__ = ["Request", "Response", "read_date", "read_number"]

# Three forms of an HTTP date are in use, the longest of 35 characters, and mail knows an offset.
_LONGEST_DATE = 64
_MOST_DIGITS = 15
_MOST = 10**15


@frozen(kw_only=True)
class Request:
    """One HTTP request to be sent.

    Attributes:
        method: Upper-case HTTP method.
        url: Absolute URL, every path segment encoded; never shown in the repr, it may hold an
            e-mail address.
        headers: Header fields; never shown in the repr, they carry tokens.
        content: The body, or None.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)


@frozen(kw_only=True)
class Response:
    """One HTTP response that arrived whole.

    Attributes:
        status: HTTP status.
        headers: Header fields under lower-case names.
        content: The body, possibly empty.
    """

    status: int
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)


def read_date(value: str | None) -> datetime | None:
    """Return the moment that a date header names, in UTC; None for whatever is no date.

    Never raises, whatever was sent. A date without a zone is taken for UTC, as HTTP says
    (https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats).

    Args:
        value: The header's value; None when there was none.
    """
    if value is None or len(value) > _LONGEST_DATE or not value.isascii():
        return None
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def read_number(value: str) -> int | None:
    """Return the number that a header gives, rounded up; None for what is none, or is negative.

    Never raises, whatever was sent. A number of more than fifteen digits is read as 10 ** 15.
    """
    whole, _, rest = value.strip(" \t").partition(".")
    if not (whole.isascii() and whole.isdigit()) or not (
        not rest or (rest.isascii() and rest.isdigit())
    ):
        return None
    whole = whole.lstrip("0") or "0"
    if len(whole) > _MOST_DIGITS:
        return _MOST
    return int(whole) + (1 if rest.strip("0") else 0)
