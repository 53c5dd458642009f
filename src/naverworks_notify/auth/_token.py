"""The access token, and when it is due for another one."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NoReturn, Self

from attrs import field, frozen

from naverworks_notify.auth._lengths import check_lengths

__all__ = ["AccessToken", "Freshness", "RefreshWindows"]


def _masked(value: object) -> str:
    return "None" if value is None else "'***'"


@frozen(kw_only=True)
class AccessToken:
    """An access token of the service. The repr never shows it, and it does not pickle.

    Attributes:
        value: What goes into `Authorization: Bearer`.
        expires_at: When the service stops accepting it.
        scopes: What was granted.
        issued_at: When it was asked for.
        refresh_token: Gives another token without a signature, where the service sent one.
        refresh_expires_at: When that ends: 90 days after it was first issued
            (https://developers.worksmobile.com/jp/docs/auth-jwt).
    """

    value: str = field(repr=_masked)
    expires_at: datetime
    scopes: tuple[str, ...]
    issued_at: datetime
    refresh_token: str | None = field(default=None, repr=_masked)
    refresh_expires_at: datetime | None = None

    def to_storage(self) -> str:
        """Return the token as one line of JSON, **with** its secrets, for a `TokenStore`."""
        return json.dumps(
            {
                "v": 1,
                "value": self.value,
                "expires_at": self.expires_at.isoformat(),
                "scopes": self.scopes,
                "issued_at": self.issued_at.isoformat(),
                "refresh_token": self.refresh_token,
                "refresh_expires_at": self.refresh_expires_at
                and self.refresh_expires_at.isoformat(),
            },
            separators=(",", ":"),
        )

    @classmethod
    def from_storage(cls, text: str | bytes) -> Self | None:
        """Read `to_storage` back; None for anything else, as a store is only a cache."""
        try:
            raw = json.loads(text)
            value, scopes = raw["value"], raw["scopes"]
            refresh_token, until = raw["refresh_token"], raw["refresh_expires_at"]
            moments = [
                None if moment is None else datetime.fromisoformat(moment)
                for moment in (raw["expires_at"], raw["issued_at"], until)
            ]
        except (ValueError, KeyError, TypeError):
            return None
        expires_at, issued_at, refresh_expires_at = moments
        sound = (
            isinstance(value, str)
            and value != ""
            and isinstance(scopes, list)
            and all(isinstance(scope, str) for scope in scopes)
            and isinstance(refresh_token, (str, type(None)))
            and all(moment is None or moment.tzinfo is not None for moment in moments)
        )
        if not sound or expires_at is None or issued_at is None:
            return None
        return cls(
            value=value,
            expires_at=expires_at,
            scopes=tuple(scopes),
            issued_at=issued_at,
            refresh_token=refresh_token,
            refresh_expires_at=refresh_expires_at,
        )

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("an AccessToken is a secret and does not pickle; see to_storage()")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


class Freshness(Enum):
    """How a token stands at a given moment."""

    FRESH = "fresh"
    ADVISORY = "advisory"
    MANDATORY = "mandatory"


@frozen(kw_only=True)
class RefreshWindows:
    """When another token is fetched, counted back from the expiry of the one in use.

        fresh      before the advisory window: used as it is
        advisory   used as it is, while one caller has the next one fetched; a failure is no harm
        mandatory  no longer used; everyone waits for the next one, and a failure is raised

    Both windows shrink with the token: none takes more than a quarter (advisory) or a twentieth
    (mandatory) of its lifetime, so that short-lived tokens are used at all.

    Attributes:
        advisory: Length of the advisory window.
        mandatory: Length of the mandatory window.
        rest: After a failed advisory refresh, how long until the next attempt.

    Raises:
        InvalidValue: One is no timedelta, or negative; all of them are told.
    """

    advisory: timedelta = timedelta(minutes=5)
    mandatory: timedelta = timedelta(seconds=30)
    rest: timedelta = timedelta(seconds=15)

    def __attrs_post_init__(self) -> None:
        check_lengths(
            "These refresh windows are refused",
            advisory=self.advisory,
            mandatory=self.mandatory,
            rest=self.rest,
        )

    def advisory_from(self, token: AccessToken) -> datetime:
        """Return when the advisory window of this token begins."""
        lifetime = token.expires_at - token.issued_at
        return token.expires_at - min(self.advisory, lifetime / 4)

    def mandatory_from(self, token: AccessToken) -> datetime:
        """Return when the mandatory window of this token begins."""
        lifetime = token.expires_at - token.issued_at
        return token.expires_at - min(self.mandatory, lifetime / 20)

    def judge(self, token: AccessToken | None, now: datetime) -> Freshness:
        """Say how a token stands at a moment; no token at all is as good as an expired one."""
        if token is None or now >= self.mandatory_from(token):
            return Freshness.MANDATORY
        return Freshness.FRESH if now < self.advisory_from(token) else Freshness.ADVISORY
