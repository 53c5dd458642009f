"""What an answer's headers tell of the rate limit."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import frozen

__all__ = ["LimitHeaders", "read_limit_headers"]

_INTEGER = re.compile(r"\s*(\d{1,9})(?![\d.])")
# A longer time is no number of seconds within a window, but a point in time or a mistake.
_LONGEST_RESET = 3600

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
        reset: Seconds until the window ends.
        used: Calls counted in this one.
    """

    limit: int | None = None
    remaining: int | None = None
    reset: int | None = None
    used: int | None = None


def read_limit_headers(headers: Mapping[str, str]) -> LimitHeaders | None:
    """Return what the headers say, in any spelling; None when they say nothing usable.

    Args:
        headers: Header fields under lower-case names.
    """
    found: dict[str, int] = {}
    for name, value in headers.items():
        if "limit" not in name:
            continue
        member = _MEMBERS.get(name.replace("-", "").replace("_", "").removeprefix("x"))
        match = _INTEGER.match(value) if member else None
        if member and match:
            found[member] = int(match[1])
    if found.get("reset", 0) > _LONGEST_RESET:
        del found["reset"]
    if not found.get("limit", 1):
        del found["limit"]
    return LimitHeaders(**found) if found else None
