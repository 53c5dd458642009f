"""What is repeated, what is raised, and how long to wait: one table, and functions over it.

Nothing in the service's documentation names an idempotency key, a message id or a receipt. So a
send is repeated only where the service surely did nothing; once bytes of the message have left,
its outcome is unknown, and the delivery guarantee decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from attrs import field, frozen

from naverworks_notify.errors import InvalidValue
from naverworks_notify.validation import Violations
from naverworks_notify.wire import read_date, read_number

__all__ = [
    "SEMANTICS",
    "Failure",
    "Guarantee",
    "GuaranteeName",
    "Repeat",
    "RetryPolicy",
    "Treatment",
    "failure_of_status",
    "may_repeat",
    "read_retry_after",
    "treatment_of",
]


CUT_OFF = timedelta(seconds=1)
"""What a number of seconds may have lost on its way into a header."""

SHORTEST_PAUSE = timedelta(milliseconds=100)
"""No call is repeated sooner, whatever was asked for or configured."""

LONGEST_ASKED = timedelta(days=1)
"""A wish for a longer wait is read as this: it is a mistake, or a date of another age."""


class Guarantee(StrEnum):
    """What is done about a send whose outcome is unknown.

    `AT_MOST_ONCE` raises `DeliveryUnknown`: no message is ever sent twice by us.
    `AT_LEAST_ONCE` repeats it: no message is lost, one may arrive twice.
    """

    AT_MOST_ONCE = "at_most_once"
    AT_LEAST_ONCE = "at_least_once"


class Failure(StrEnum):
    """How one attempt of a call can fail."""

    CONNECT = "connect"
    TLS = "tls"
    POOL = "pool"
    RESET_BEFORE_SENT = "reset_before_sent"
    WRITE = "write"
    READ_TIMEOUT = "read_timeout"
    RESET_AFTER_SENT = "reset_after_sent"
    REDIRECT = "redirect"
    BAD_REQUEST = "400"
    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    CONFLICT = "409"
    GONE = "410"
    RATE_LIMITED = "429"
    OTHER_STATUS = "other_status"
    INTERNAL_ERROR = "500"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    OTHER_SERVER_ERROR = "other_5xx"
    MALFORMED = "malformed_body"
    TRUNCATED = "truncated_body"
    OVERSIZED = "oversized_body"


class Repeat(StrEnum):
    """Whether a failed call is made again."""

    NEVER = "never"
    ALWAYS = "always"
    AT_LEAST_ONCE = "at_least_once"
    NEW_TOKEN = "new_token"  # noqa: S105 - no password


@frozen
class Treatment:
    """What is done about one failure of one kind of call.

    Attributes:
        raises: Name of the error, when it is not repeated, or all attempts failed; None when
            the call is taken as done.
        repeat: `never`; `always`, within the attempts and the longest wait of the policy;
            `at_least_once`, only under that guarantee; `new_token`, once, with another token.
    """

    raises: str | None
    repeat: Repeat


@frozen
class _Row:
    failure: Failure
    read: Treatment
    send: Treatment
    manage: Treatment


def _row(failure: Failure, read: str, send: str, manage: str) -> _Row:
    return _Row(failure, *(_treatment(cell) for cell in (read, send, manage)))


def _treatment(cell: str) -> Treatment:
    error, _, repeat = cell.partition(" ")
    return Treatment(None if error == "-" else error, Repeat(repeat or "never"))


# fmt: off
_ROWS = (
    # The service surely did nothing.
    _row(Failure.CONNECT,            "TransportError always", "TransportError always", "TransportError always"),
    _row(Failure.TLS,                "TransportError", "TransportError", "TransportError"),
    _row(Failure.POOL,               "TransportError always", "TransportError always", "TransportError always"),
    _row(Failure.RESET_BEFORE_SENT,  "TransportError always", "TransportError always", "TransportError always"),
    # The service may have acted.
    _row(Failure.WRITE,              "TransportError always", "DeliveryUnknown at_least_once", "TransportError"),
    _row(Failure.READ_TIMEOUT,       "TransportError always", "DeliveryUnknown at_least_once", "TransportError"),
    _row(Failure.RESET_AFTER_SENT,   "TransportError always", "DeliveryUnknown at_least_once", "TransportError"),
    _row(Failure.REDIRECT,           "InvalidResponse", "DeliveryUnknown", "InvalidResponse"),
    # The service refused.
    _row(Failure.BAD_REQUEST,        "BadRequest", "BadRequest", "BadRequest"),
    _row(Failure.UNAUTHORIZED,       "Unauthorized new_token", "Unauthorized new_token", "Unauthorized new_token"),
    _row(Failure.FORBIDDEN,          "Forbidden", "Forbidden", "Forbidden"),
    _row(Failure.NOT_FOUND,          "NotFound", "NotFound", "NotFound"),
    _row(Failure.CONFLICT,           "Conflict", "Conflict", "Conflict"),
    _row(Failure.GONE,               "Gone", "Gone", "Gone"),
    _row(Failure.RATE_LIMITED,       "RateLimited always", "RateLimited always", "RateLimited always"),
    _row(Failure.OTHER_STATUS,       "ApiError", "ApiError", "ApiError"),
    # The service failed, and may have acted before it did.
    _row(Failure.INTERNAL_ERROR,     "ServerError always", "DeliveryUnknown at_least_once", "ServerError"),
    _row(Failure.BAD_GATEWAY,        "ServerError always", "DeliveryUnknown at_least_once", "ServerError"),
    _row(Failure.UNAVAILABLE,        "ServerError always", "DeliveryUnknown at_least_once", "ServerError"),
    _row(Failure.OTHER_SERVER_ERROR, "ServerError always", "DeliveryUnknown at_least_once", "ServerError"),
    # The service acted, but its answer cannot be read. Nothing is documented in the body of a
    # send's answer, so its status alone says that the message was accepted.
    _row(Failure.MALFORMED,          "InvalidResponse", "-", "InvalidResponse"),
    _row(Failure.TRUNCATED,          "InvalidResponse always", "-", "InvalidResponse"),
    _row(Failure.OVERSIZED,          "InvalidResponse", "-", "InvalidResponse"),
)
# fmt: on

SEMANTICS: Mapping[Failure, Mapping[str, Treatment]] = {
    row.failure: {"read": row.read, "send": row.send, "manage": row.manage} for row in _ROWS
}
"""For each failure and each effect of a call (`read`, `send`, `manage`): what is done."""

_BY_STATUS = {
    400: Failure.BAD_REQUEST,
    401: Failure.UNAUTHORIZED,
    403: Failure.FORBIDDEN,
    404: Failure.NOT_FOUND,
    409: Failure.CONFLICT,
    410: Failure.GONE,
    429: Failure.RATE_LIMITED,
    500: Failure.INTERNAL_ERROR,
    502: Failure.BAD_GATEWAY,
    503: Failure.UNAVAILABLE,
}
_SERVER_ERROR = 500
_REDIRECT = range(300, 400)


def failure_of_status(status: int) -> Failure:
    """Return the failure that a status other than a success stands for."""
    failure = _BY_STATUS.get(status)
    if failure is not None:
        return failure
    if status >= _SERVER_ERROR:
        return Failure.OTHER_SERVER_ERROR
    return Failure.REDIRECT if status in _REDIRECT else Failure.OTHER_STATUS


def treatment_of(failure: Failure, effect: str) -> Treatment:
    """Return what is done about a failure of a call with that effect."""
    return SEMANTICS[failure][effect]


def may_repeat(failure: Failure, effect: str, guarantee: str) -> bool:
    """Return whether a failed call may be made again under a delivery guarantee.

    A refused access token is not meant here: it is replaced before the retries come in.
    """
    repeat = SEMANTICS[failure][effect].repeat
    return repeat is Repeat.ALWAYS or (
        repeat is Repeat.AT_LEAST_ONCE and guarantee == Guarantee.AT_LEAST_ONCE
    )


@frozen(kw_only=True)
class RetryPolicy:
    """How often and how long a failed call is repeated; what is repeated is in `SEMANTICS`.

    Examples:
        >>> RetryPolicy().pause(1, jitter=0.0)
        datetime.timedelta(microseconds=500000)

    Attributes:
        attempts: Calls made in all, at least 1; 1 repeats nothing. A 429 does not count, as the
            service did nothing and says to come back: only `max_wait` bounds how often that is
            obeyed. Nor does a call that is repeated because its access token was refused.
        max_wait: Longest time one call may spend waiting: for the rate budget, and between
            attempts. Time spent talking to the service does not count.
        backoff: Wait before the second attempt; doubled for each one after it.
        max_backoff: Longest wait between two attempts where the service names none.
    """

    attempts: int = field(default=3)
    max_wait: timedelta = field(default=timedelta(seconds=90))
    backoff: timedelta = field(default=timedelta(milliseconds=500))
    max_backoff: timedelta = field(default=timedelta(seconds=20))

    def __attrs_post_init__(self) -> None:
        violations = Violations()
        if type(self.attempts) is not int or self.attempts < 1:
            violations.add("attempts", "positive", "must be an integer of at least 1.")
        for name in ("max_wait", "backoff", "max_backoff"):
            violations.check_duration(name, getattr(self, name))
        violations.raise_as(InvalidValue, "This retry policy is refused")

    def pause(
        self,
        attempt: int,
        *,
        jitter: float,
        asked: timedelta | None = None,
        left: timedelta | None = None,
    ) -> timedelta:
        """Return how long to wait after a failed attempt.

        Args:
            attempt: Which attempt failed, from 1.
            jitter: Randomness from 0 to 1; takes off up to half the wait, so that callers who
                failed together do not come back together.
            asked: How long the service asked to wait: the least that is waited, and a second
                more, as services cut seconds off.
            left: What is left of the longest wait: cuts what is waited beyond what was asked.
        """
        grown = min(self.backoff * (1 << min(attempt - 1, 20)), self.max_backoff)
        least = timedelta() if asked is None else asked
        pause = grown * (1 - jitter / 2)
        if asked is not None:
            pause = max(pause, asked + CUT_OFF)
        if left is not None:
            pause = min(pause, left)
        return max(pause, least, SHORTEST_PAUSE)

    def gives_up(self, failure: Failure, *, counted: int) -> bool:
        """Return whether a call is not made again, though its failure might allow it.

        Args:
            failure: How it failed last.
            counted: How many of its attempts failed so far, 429s apart.
        """
        return self.attempts == 1 or (
            failure is not Failure.RATE_LIMITED and counted >= self.attempts
        )


def read_retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """Return what a `Retry-After` header asks for, in seconds or as an HTTP date.

    The service documents none; one is obeyed all the same where it is sent.

    A date is read against the answer's own `Date`, so that a clock that is wrong, here or there,
    lengthens nothing. Never raises, and never gives more than a day.

    Args:
        headers: Header fields under lower-case names.
        now: The present moment, aware; stands in for a `Date` that is missing.
    """
    value = headers.get("retry-after", "")
    # Some proxy's may stand beside the service's: the longer one is the safe one.
    seconds = [read_number(part) for part in value.split(",")]
    if None not in seconds:
        most = int(LONGEST_ASKED.total_seconds())
        return timedelta(seconds=min(max(filter(None, seconds), default=0), most))
    moment = read_date(value)
    if moment is None:
        return None
    return min(max(moment - (read_date(headers.get("date")) or now), timedelta()), LONGEST_ASKED)


GuaranteeName = Literal["at_most_once", "at_least_once"]
"""A delivery guarantee by name."""
