"""The switches: how the simulated service behaves where the real one is not established."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from functools import cache
from typing import Literal, get_args, get_origin, get_type_hints

from attrs import field, frozen

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.simulator.service._answers import (
    DEFAULT_ANSWERS,
    Answer,
    RefusedError,
    Situation,
)

__all__ = ["Behaviour", "LastCursor", "RateHeaders"]

LastCursor = Literal["by_api", "absent", "null", "empty"]


class RateHeaders(StrEnum):
    """How the rate-limit headers are spelt.

    The documentation prints `rateLimit-ssed` where `rateLimit-used` is evidently meant
    (https://developers.worksmobile.com/en/docs/rate-limits); third parties read `x-ratelimit-*`.
    """

    DOCUMENTED = "documented"
    USED = "used"
    PREFIXED = "prefixed"
    NONE = "none"


def _rate_headers(value: object) -> RateHeaders:
    try:
        return RateHeaders(value)  # type: ignore[arg-type]
    except ValueError:
        told = f"must be one of {', '.join(RateHeaders)}."
        raise InvalidValue(violations=(Violation("rate_headers", "enum", told),)) from None


@frozen(kw_only=True)
class Behaviour:
    """Every choice the simulator makes where the service does not tell, in one place.

    Change one at any time: `simulator.behave(single_live_token=True)`.

    Attributes:
        token_life: Life of an access token. The console offers one hour or 24 hours
            (https://developers.worksmobile.com/jp/docs/auth-jwt).
        refresh_token_life: Life of a refresh token; documented as 90 days.
        rotate_refresh_tokens: The per-app setting, off by default: a refresh gives a new refresh
            token and kills the old one.
        ungranted_scopes: What becomes of a scope that the app was not given: the exchange is
            refused (`refuse`), or it is left out in silence (`leave_out`), as one comment in a
            public program says. Not established; refused, so that it is noticed.
        granted_scopes: What stands between the scopes of a token's answer: `blanks`, or `commas`.
            Not established.
        single_live_token: A new access token kills the earlier ones of the app. Not
            established; off.
        numeric_expires_in: Give `expires_in` as a number. Off: the service gives a string.
        clock_tolerance: How far `iat` may lie in the future, and `exp` in the past. Not
            established; a minute.
        key_rotation_kills_tokens: Issuing another private key ends live tokens. Not
            established; off.
        revoke_kills_both: Revoking one of a pair of access and refresh token ends the other as
            well. Not established; on.
        rate_headers: Spelling of the rate-limit headers.
        rate_alignment: Where a fixed window begins: at whole multiples of its length on the
            simulator's clock (`epoch`), or at the first call (`first_call`). Not established;
            `epoch`, the harsher one: a burst just before a border is followed by another.
        rate_rounding: Whether seconds in `reset` and `Retry-After` are rounded up or down. Services
            cut them: then 0 is said almost a second before the window ends. Not established;
            `up`.
        count_refused: Whether a 429 itself uses up the budget. Not established; off.
        retry_after: Whether a 429 carries `Retry-After`: not at all (undocumented, so the
            default), in seconds, or as an HTTP date.
        last_page_cursor: What the last page of a list gives as `nextCursor`: by API (null for
            bots, as live tests of a client read it; the key left out for the directory, as its
            pages say), or everywhere the key left out (`absent`), null, or an empty string.
        accept_undocumented: Whether bodies may hold what no page documents: other keys, other
            types, keys beside `content`, a flex box with nothing in it. Some published programs
            send such; whether the service takes it is not established; off.
        send_body: What a successful send answers in its body. Nothing is documented; empty.
        request_ids: Whether answers carry `x-request-id`. No such header is documented; on, so
            that what reads it is exercised.
        list_deleted_users: Whether `GET /users` still lists users deleted in the last seven
            days. Not established; on, so that callers learn to look at `isDeleted`.
        everyone_members: What the member list of a bot's domain holds when every member may use
            it. The page says "All users" and shows no form; `("All users",)`.
        max_upload: Largest attachment in bytes. A tenant setting; 10 MiB.
        answers: Replaces refusals of `Situation`; None lets the request pass.
    """

    token_life: timedelta = timedelta(hours=24)
    refresh_token_life: timedelta = timedelta(days=90)
    rotate_refresh_tokens: bool = False
    ungranted_scopes: Literal["refuse", "leave_out"] = "refuse"
    granted_scopes: Literal["blanks", "commas"] = "blanks"
    single_live_token: bool = False
    numeric_expires_in: bool = False
    clock_tolerance: timedelta = timedelta(seconds=60)
    key_rotation_kills_tokens: bool = False
    revoke_kills_both: bool = True
    rate_headers: RateHeaders = field(default=RateHeaders.DOCUMENTED, converter=_rate_headers)
    rate_alignment: Literal["epoch", "first_call"] = "epoch"
    rate_rounding: Literal["up", "down"] = "up"
    count_refused: bool = False
    retry_after: Literal["none", "seconds", "date"] = "none"
    last_page_cursor: LastCursor = "by_api"
    accept_undocumented: bool = False
    send_body: bytes = b""
    request_ids: bool = True
    list_deleted_users: bool = True
    everyone_members: tuple[str, ...] = ("All users",)
    max_upload: int = 10 * 1024 * 1024
    answers: Mapping[Situation, Answer | None] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """Refuse a choice that there is not."""
        for name, values in _choices().items():
            if getattr(self, name) not in values:
                told = f"must be one of {', '.join(values)}."
                raise InvalidValue(violations=(Violation(name, "enum", told),))

    def answer_to(self, situation: Situation) -> Answer | None:
        """Return how a situation is refused; None when it is let pass."""
        if situation in self.answers:
            return self.answers[situation]
        return DEFAULT_ANSWERS[situation]

    def refusal_of(self, situation: Situation) -> RefusedError | None:
        """Return the refusal of a situation to raise; None when it is let pass."""
        answer = self.answer_to(situation)
        if answer is None:
            return None
        return RefusedError(answer, switch=f"answers[Situation.{situation.name}]")


@cache
def _choices() -> Mapping[str, tuple[str, ...]]:
    hints = get_type_hints(Behaviour)
    return {name: get_args(hint) for name, hint in hints.items() if get_origin(hint) is Literal}
