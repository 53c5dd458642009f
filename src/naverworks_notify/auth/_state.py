"""What the two shells remember between calls, and the pure questions about it."""

from __future__ import annotations

import copy
from contextlib import suppress
from datetime import datetime, timedelta

from attrs import frozen

from naverworks_notify.auth._hooks import TokenReason
from naverworks_notify.auth._token import AccessToken, Freshness, RefreshWindows
from naverworks_notify.errors import AuthError, ClockSkew, Hint, NaverWorksError, Unauthorized

__all__ = ["Held", "Refusal", "Spent", "adoptable", "is_final", "refreshable", "unusable_tokens"]

# More than any chain of replacements within the life of what a store may still hold.
_MOST_SPENT = 32

_ERRORS = 400
_UNAUTHORIZED = 401
_TOO_MANY = 429
_SERVER_ERRORS = 500


@frozen
class Held:
    """The token in use, with its windows worked out, so that reading it is one comparison."""

    token: AccessToken
    advisory_from: datetime
    mandatory_from: datetime

    @classmethod
    def under(cls, token: AccessToken, windows: RefreshWindows) -> Held:
        """Work out the windows of a token."""
        return cls(token, windows.advisory_from(token), windows.mandatory_from(token))

    def phase(self, now: datetime) -> Freshness:
        """Say how the token stands."""
        if now < self.advisory_from:
            return Freshness.FRESH
        return Freshness.ADVISORY if now < self.mandatory_from else Freshness.MANDATORY


@frozen
class Refusal:
    """A no of the service, and until which monotonic second it is taken for granted.

    Attributes:
        error: What was raised.
        until: The second.
        asked: The second until which the service asks to wait, where it does.
        final: Whether asking again with the same account would only be refused again.
    """

    error: NaverWorksError
    until: float
    asked: float | None = None
    final: bool = True

    def again(self, now: float) -> NaverWorksError:
        """Return the error, to be raised once more."""
        error = copy.copy(self.error)
        if self.asked is not None and isinstance(error, AuthError):
            error.retry_after = timedelta(seconds=max(self.asked - now, 0.0))
        return error


class Spent:
    """The tokens that were refused or replaced, so that none is ever taken for a new one.

    Remembered one by one: times would tell which of two is the newer only as long as nobody
    sets the clock.
    """

    __slots__ = ("_values",)

    def __init__(self) -> None:
        # In the order of their end; a dict, as several threads may add to it.
        self._values: dict[str, None] = {}

    def add(self, token: AccessToken) -> None:
        """Remember one, and forget the oldest beyond a few."""
        self._values[token.value] = None
        while len(self._values) > _MOST_SPENT:
            with suppress(StopIteration, RuntimeError):
                self._values.pop(next(iter(self._values)), None)

    def discard(self, token: AccessToken) -> None:
        """Forget one, as the service has just given it out again."""
        self._values.pop(token.value, None)

    def __contains__(self, token: AccessToken) -> bool:
        return token.value in self._values


def adoptable(
    candidate: AccessToken | None,
    reason: TokenReason,
    spent: Spent,
    *,
    windows: RefreshWindows,
    now: datetime,
) -> bool:
    """Say whether a token that somebody else fetched makes an exchange needless."""
    if candidate is None or candidate in spent:
        return False
    phase = windows.judge(candidate, now)
    if reason is TokenReason.EXPIRING:
        return phase is Freshness.FRESH
    return phase is not Freshness.MANDATORY


def refreshable(
    candidate: AccessToken | None, reason: TokenReason, *, key_loaded: bool, now: datetime
) -> AccessToken | None:
    """Return the token whose refresh token is worth trying, or None.

    Only where it saves something: an assertion can always be signed, but with a key that is not
    loaded yet that may cost the import of the libraries, a tenth of a second; so a short-lived
    process, or a tenant that was idle, refreshes. Never after a 401: what ended the access token may have
    ended the refresh token as well.
    """
    if (
        candidate is None
        or candidate.refresh_token is None
        or key_loaded
        or reason is TokenReason.REJECTED
        or (candidate.refresh_expires_at is not None and now >= candidate.refresh_expires_at)
    ):
        return None
    return candidate


def is_final(error: Exception) -> bool:
    """Say whether asking the service again with the same account would only be refused again."""
    if not isinstance(error, AuthError) or isinstance(error, ClockSkew):
        return False
    if error.status is None:
        return True
    return _ERRORS <= error.status < _SERVER_ERRORS and error.status != _TOO_MANY


def unusable_tokens() -> Unauthorized:
    """Return the error for an account of which the service takes no token, however fresh."""
    return Unauthorized(
        "The service answered 401 to several access tokens that it had just issued. No call was "
        "made; another token is asked for in a minute.",
        status=_UNAUTHORIZED,
        hint=Hint(
            en="In the Developer Console, check that the app, its service account and its bot are "
            "in use, and that NAVERWORKS_API_URL and NAVERWORKS_AUTH_URL name the same service.",
            ko="Developer Console에서 앱과 Service Account, Bot이 사용 중인지, NAVERWORKS_API_URL과 "
            "NAVERWORKS_AUTH_URL이 같은 서비스를 가리키는지 확인하세요.",
        ),
    )
