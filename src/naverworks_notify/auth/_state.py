"""What the two shells remember between calls, and the pure questions about it."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta

from attrs import frozen

from naverworks_notify.auth._hooks import TokenReason
from naverworks_notify.auth._token import AccessToken, Freshness, RefreshWindows
from naverworks_notify.errors import AuthError, ClockSkew, NaverWorksError

__all__ = ["Held", "Refusal", "adoptable", "is_final", "refreshable"]

# How far a clock may have been set back between two exchanges.
_CLOCK_STEP = timedelta(minutes=1)

_ERRORS = 400
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
    """A definite no of the service, and until which monotonic second it is taken for granted."""

    error: NaverWorksError
    until: float

    def again(self) -> NaverWorksError:
        """Return the error, to be raised once more."""
        return copy.copy(self.error)


def adoptable(
    candidate: AccessToken | None,
    reason: TokenReason,
    rejected: AccessToken | None,
    *,
    windows: RefreshWindows,
    now: datetime,
) -> bool:
    """Say whether a token that somebody else fetched makes an exchange needless."""
    if candidate is None:
        return False
    if rejected is not None and (
        candidate.value == rejected.value or candidate.issued_at < rejected.issued_at - _CLOCK_STEP
    ):
        # The rejected one itself, or one that it had replaced.
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
    loaded yet that costs the import of the libraries and some 40 ms; so a short-lived process,
    or a tenant that was idle, refreshes. Never after a 401: what ended the access token may have
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
