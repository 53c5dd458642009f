"""What an answer's headers tell of the rate limit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from attrs import frozen

from naverworks_notify.wire import Response, read_date, read_number

__all__ = ["LimitHeaders", "comes_from_service", "read_limit_headers"]

_ERRORS = 400
_UNAUTHORIZED = 401
_SERVER_ERRORS = 500
_MOST_CALLS = 10**9 - 1
# A longer time is no number of seconds within a window, but a point in time or a mistake.
_LONGEST_RESET = 3600
_EPOCH_SECONDS = range(10**9, 10**11)
_EPOCH_MILLISECONDS = range(10**12, 10**14)

# Both the Korean and the English page print `rateLimit-ssed`, evidently for `-used`; other clients
# read `RateLimit-*` and `X-RateLimit-*`. So names are compared without case, hyphens and `x`.
_MEMBERS = {
    "ratelimitlimit": "limit",
    "ratelimitremaining": "remaining",
    "ratelimitreset": "reset",
    "ratelimitused": "used",
    "ratelimitssed": "used",
}


@frozen(kw_only=True)
class LimitHeaders:
    """The rate limit as one answer states it.

    Source: https://developers.worksmobile.com/kr/docs/rate-limits

    Attributes:
        limit: Calls allowed in a window.
        remaining: Calls left in this one.
        reset: Seconds until the window ends; those of a point in time are counted from the
            answer's own `Date`.
        used: Calls counted in this one.
    """

    limit: int | None = None
    remaining: int | None = None
    reset: int | None = None
    used: int | None = None


def read_limit_headers(headers: Mapping[str, str]) -> LimitHeaders | None:
    """Return what the headers say, in any spelling; None when they say nothing usable.

    Never raises, whatever was sent.

    Args:
        headers: Header fields under lower-case names.
    """
    found: dict[str, int] = {}
    for name, value in headers.items():
        member = _member_of(name) if "limit" in name else None
        if member is None:
            continue
        told = _reset(value, headers) if member == "reset" else _calls(value)
        if told is not None:
            found[member] = told
    if not found.get("limit", 1):
        del found["limit"]
    return LimitHeaders(**found) if found else None


@lru_cache(maxsize=64)
def _member_of(name: str) -> str | None:
    return _MEMBERS.get(name.replace("-", "").replace("_", "").removeprefix("x"))


def _first(value: str) -> int | None:
    # A list (`240, 240;w=60`) begins with what holds now.
    return read_number(value.partition(",")[0].partition(";")[0])


def _calls(value: str) -> int | None:
    number = _first(value)
    return number if number is not None and number <= _MOST_CALLS else None


def _reset(value: str, headers: Mapping[str, str]) -> int | None:
    number = _first(value)
    if number is None:
        moment = read_date(value)
        number = None if moment is None else int(moment.timestamp())
    elif number in _EPOCH_MILLISECONDS:
        number //= 1000
    if number is not None and number in _EPOCH_SECONDS:
        told = read_date(headers.get("date"))
        number = None if told is None else max(number - int(told.timestamp()), 0)
    return number if number is not None and number <= _LONGEST_RESET else None


def comes_from_service(response: Response) -> bool:
    """Return whether the service itself gave this answer, to an app that it knows.

    A 401 says nothing of the app's limits, and a page of some proxy in between has limits of its
    own. The service's errors are `{"code": …, "description": …}`
    (https://developers.worksmobile.com/en/docs/error-codes).
    """
    if response.status < _ERRORS:
        return "html" not in response.headers.get("content-type", "").lower()
    if response.status == _UNAUTHORIZED or response.status >= _SERVER_ERRORS:
        return False
    try:
        told = json.loads(response.content)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and isinstance(told.get("code"), str)
