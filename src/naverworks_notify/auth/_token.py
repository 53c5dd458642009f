"""The access token, and when it is due for another one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NoReturn, Self, TypeGuard

from attrs import field, frozen

from naverworks_notify.auth._account import is_scope
from naverworks_notify.auth._lengths import check_lengths

__all__ = ["AccessToken", "Freshness", "RefreshWindows", "is_token_text"]

# A header of some 16 KB is what servers take at most.
_LONGEST_VALUE = 16 * 1024
_LONGEST_STORED = 64 * 1024
_LONGEST_LIFE = timedelta(days=400)
# Far from both ends of what a datetime can hold, where counting back or ahead overflows.
_YEARS = range(1970, 9000)


def is_token_text(value: object) -> TypeGuard[str]:
    """Say whether something can be sent as a token.

    It becomes the value of a header: anything outside visible ASCII could not be sent, or would
    split the header.
    """
    return (
        isinstance(value, str)
        and 0 < len(value) <= _LONGEST_VALUE
        and value.isascii()
        and value.isprintable()
        and " " not in value
    )


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
        """Read `to_storage` back; None for anything else, as a store is only a cache.

        What the service may not answer may not come out of a store either.
        """
        try:
            raw = json.loads(text if len(text) <= _LONGEST_STORED else "")
            fields: dict[str, Any] = {name: raw[name] for name in ("value", "refresh_token")}
            for name in ("expires_at", "issued_at", "refresh_expires_at"):
                fields[name] = raw[name] and datetime.fromisoformat(raw[name])
            scopes = raw["scopes"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        token = cls(**fields, scopes=tuple(scopes) if isinstance(scopes, list) else ())
        return token if isinstance(scopes, list) and token.is_sound else None

    @property
    def is_sound(self) -> bool:
        """Whether every field is what the service could have answered."""
        return (
            is_token_text(self.value)
            and all(map(is_scope, self.scopes))
            and _is_moment(self.issued_at)
            and _is_moment(self.expires_at)
            and timedelta() <= self.expires_at - self.issued_at <= _LONGEST_LIFE
            and (self.refresh_token is None or is_token_text(self.refresh_token))
            and (self.refresh_expires_at is None or _is_moment(self.refresh_expires_at))
        )

    def ended(self, now: datetime) -> bool:
        """Say whether neither it nor its refresh token is of any use."""
        until = self.refresh_expires_at
        return now >= self.expires_at and (until is None or now >= until)

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        # rich prints the fields of attrs classes itself, and knows nothing of masks.
        yield "expires_at", self.expires_at
        yield "scopes", self.scopes

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("an AccessToken is a secret and does not pickle; see to_storage()")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def _is_moment(value: object) -> bool:
    # Asked for the offset, as a time zone may be there and give none.
    return isinstance(value, datetime) and value.utcoffset() is not None and value.year in _YEARS


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
