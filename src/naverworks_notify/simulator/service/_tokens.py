"""The token endpoint: service-account assertions in, access tokens out, refresh, revoke.

Errors follow RFC 6749 (`error`, `error_description`), to which the service refers
(https://developers.worksmobile.com/en/docs/error-codes). Which of its errors goes with which HTTP
status is not established; RFC 6749 section 5.2 decides here.
"""

from __future__ import annotations

import functools
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from attrs import define, field, frozen

from naverworks_notify.simulator.service._answers import (
    Answer,
    RefusedError,
    empty_response,
    json_response,
)
from naverworks_notify.simulator.service._behaviour import Behaviour
from naverworks_notify.simulator.service._tenant import App
from naverworks_notify.wire import Response

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

__all__ = ["Grant", "KeyPair", "Tokens", "key_pair"]

ASSERTION_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LONGEST_ASSERTION = timedelta(minutes=60)
_LATEST = 2**53  # beyond it no double counts seconds


class _GrantError(RefusedError):
    """A refusal in the words of RFC 6749."""

    def __init__(self, status: int, error: str, description: str, *, switch: str = "") -> None:
        super().__init__(Answer(status, error, description), switch=switch)
        body = {"error": error, "error_description": description}
        self.response = json_response(status, body, {"cache-control": "no-store"})


@define(kw_only=True)
class Grant:
    """One issued pair of tokens."""

    app: App
    scopes: frozenset[str]
    access_expires_at: datetime
    refresh_expires_at: datetime
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_live: bool = True
    refresh_live: bool = True


@frozen(kw_only=True)
class Count:
    """How often the token endpoint was asked.

    Attributes:
        issued: Successful exchanges of an assertion.
        refreshed: Successful refreshes.
        revoked: Revocations.
        refused: Refusals of any kind.
    """

    issued: int = 0
    refreshed: int = 0
    revoked: int = 0
    refused: int = 0


class Tokens:
    """Every app and every token of the simulated service. The service holds its lock around it."""

    def __init__(self) -> None:
        self.apps: dict[str, App] = {}
        self.issued: int = 0
        self.refreshed: int = 0
        self.revoked: int = 0
        self.refused: int = 0
        self._by_access: dict[str, Grant] = {}
        self._by_refresh: dict[str, Grant] = {}

    def count(self) -> Count:
        """Return the counters as they stand."""
        return Count(
            issued=self.issued,
            refreshed=self.refreshed,
            revoked=self.revoked,
            refused=self.refused,
        )

    def find(self, access_token: str, now: datetime) -> Grant | None:
        """Return what a live access token was granted."""
        grant = self._by_access.get(access_token)
        if grant is None or not grant.access_live or now >= grant.access_expires_at:
            return None
        return grant

    def kill(self, access_token: str) -> None:
        """End one access token early."""
        grant = self._by_access.get(access_token)
        if grant is not None:
            grant.access_live = False

    def kill_all(self, app: App | None = None) -> None:
        """End every access token, or those of one app."""
        for grant in self._by_access.values():
            if app is None or grant.app is app:
                grant.access_live = False

    def operation_of(self, path: str, form: Mapping[str, str]) -> str:
        """Return the operation's name for faults: `tokens.issue`, `.refresh` or `.revoke`."""
        if path.endswith("/revoke"):
            return "tokens.revoke"
        if form.get("grant_type") == "refresh_token":
            return "tokens.refresh"
        return "tokens.issue"

    def answer(
        self, method: str, path: str, body: bytes, *, now: datetime, behaviour: Behaviour
    ) -> Response:
        """Carry out one call of the token or the revoke endpoint.

        Raises:
            RefusedError: In the words of RFC 6749.
        """
        try:
            return self._dispatch(method, path, read_form(body), now, behaviour)
        except RefusedError:
            self.refused += 1
            raise

    def _dispatch(
        self, method: str, path: str, form: Mapping[str, str], now: datetime, behaviour: Behaviour
    ) -> Response:
        if method != "POST":
            raise _GrantError(405, "invalid_request", "Only POST is supported.")
        app = self._authenticate(form)
        if path.endswith("/revoke"):
            return self._revoke(app, form, behaviour)
        # Two of the vendor's own samples encode it once more than the form does:
        # https://github.com/lineworks/works-api-code-samples
        grant_type = unquote(form.get("grant_type", ""))
        if grant_type == ASSERTION_GRANT:
            return self._issue(app, form, now, behaviour)
        if grant_type == "refresh_token":
            return self._refresh(app, form, now, behaviour)
        raise _GrantError(400, "unsupported_grant_type", "The grant type is not supported.")

    def _authenticate(self, form: Mapping[str, str]) -> App:
        app = self.apps.get(form.get("client_id", ""))
        if app is None or not hmac.compare_digest(
            app.client_secret.encode(), form.get("client_secret", "").encode()
        ):
            raise _GrantError(401, "invalid_client", "Client authentication failed.")
        return app

    def _issue(
        self, app: App, form: Mapping[str, str], now: datetime, behaviour: Behaviour
    ) -> Response:
        assertion = form.get("assertion", "")
        if not assertion:
            raise _GrantError(400, "invalid_request", "assertion is required.")
        check_assertion(app, assertion, now=now, tolerance=behaviour.clock_tolerance)
        # Programs in use separate them by commas: https://github.com/openabdev/openab/pull/1456
        wanted = form.get("scope", "").replace(",", " ").split()
        if not wanted:
            raise _GrantError(400, "invalid_scope", "scope is required.")
        enabled = [scope for scope in wanted if scope in app.scopes]
        if len(enabled) < len(wanted) and (behaviour.ungranted_scopes == "refuse" or not enabled):
            raise _GrantError(
                400,
                "invalid_scope",
                "A requested scope is not enabled for the app.",
                switch="ungranted_scopes",
            )
        wanted = enabled
        if behaviour.single_live_token:
            self.kill_all(app)
        grant = self._grant(app, wanted, now, behaviour)
        self.issued += 1
        return self._told(grant, wanted, behaviour, with_refresh=True)

    def _grant(self, app: App, scopes: Iterable[str], now: datetime, behaviour: Behaviour) -> Grant:
        grant = Grant(
            app=app,
            scopes=frozenset(scopes),
            access_expires_at=now + behaviour.token_life,
            refresh_expires_at=now + behaviour.refresh_token_life,
            access_token=f"kr1{secrets.token_urlsafe(48)}",
            refresh_token=f"kr1r{secrets.token_urlsafe(48)}",
        )
        self._by_access[grant.access_token] = grant
        self._by_refresh[grant.refresh_token] = grant
        return grant

    def _refresh(
        self, app: App, form: Mapping[str, str], now: datetime, behaviour: Behaviour
    ) -> Response:
        old = self._by_refresh.get(form.get("refresh_token", ""))
        if (
            old is None
            or old.app is not app
            or not old.refresh_live
            or now >= old.refresh_expires_at
        ):
            raise _GrantError(400, "invalid_grant", "The refresh token is not valid.")
        if behaviour.single_live_token:
            self.kill_all(app)
        new = self._grant(app, old.scopes, now, behaviour)
        if behaviour.rotate_refresh_tokens:
            old.refresh_live = False
        else:
            # The old refresh token stays the only one, and its 90 days keep running.
            del self._by_refresh[new.refresh_token]
            new.refresh_token = old.refresh_token
            new.refresh_expires_at = old.refresh_expires_at
        self.refreshed += 1
        return self._told(
            new, sorted(new.scopes), behaviour, with_refresh=behaviour.rotate_refresh_tokens
        )

    def _revoke(self, app: App, form: Mapping[str, str], behaviour: Behaviour) -> Response:
        # Status and body of a revocation are not established; RFC 7009 answers 200 also to a
        # token that nobody knows.
        token = form.get("token", "")
        access, refresh = self._by_access.get(token), self._by_refresh.get(token)
        self.revoked += 1
        if access is not None and access.app is app:
            access.access_live = False
            if behaviour.revoke_kills_both:
                access.refresh_live = False
        if refresh is not None and refresh.app is app:
            refresh.refresh_live = False
            if behaviour.revoke_kills_both:
                refresh.access_live = False
        return empty_response(200)

    def _told(
        self, grant: Grant, scopes: Iterable[str], behaviour: Behaviour, *, with_refresh: bool
    ) -> Response:
        seconds = int(behaviour.token_life.total_seconds())
        body: dict[str, Any] = {
            "access_token": grant.access_token,
            "token_type": "Bearer",
            "expires_in": seconds if behaviour.numeric_expires_in else str(seconds),
            "scope": ("," if behaviour.granted_scopes == "commas" else " ").join(scopes),
        }
        if with_refresh:
            body["refresh_token"] = grant.refresh_token
        return json_response(200, body, {"cache-control": "no-store"})


@frozen(kw_only=True)
class KeyPair:
    """A private key as PEM text (PKCS#8, as the console gives it) and its public half."""

    pem: str
    public: RSAPublicKey


@functools.cache
def key_pair(number: int) -> KeyPair:  # noqa: ARG001 - the cache's key
    """Return the process's key of that number, 2048 bits; made at the first call.

    Making one takes a tenth of a second, so tests share them.
    """
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - 20 ms to load
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")
    return KeyPair(pem=pem, public=private.public_key())


def read_form(body: bytes) -> dict[str, str]:
    """Return a form body's fields; of a repeated one, the last."""
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True))
    except ValueError:
        return {}


def _is_moment(value: object) -> bool:
    return type(value) in {int, float} and 0 < value < _LATEST  # type: ignore[operator]


def check_assertion(app: App, assertion: str, *, now: datetime, tolerance: timedelta) -> None:
    """Verify a service-account JWT as the service does.

    `iat` and `exp` are numbers, also with a fraction (NumericDate of RFC 7519; the vendor's own
    samples send it, https://github.com/lineworks/works-api-code-samples), `exp - iat` is at most
    60 minutes; `aud` is tolerated, not asked for
    (https://developers.worksmobile.com/en/docs/auth-jwt).
    """
    import jwt  # noqa: PLC0415 - loads cryptography

    if app.public_key is None:
        raise _GrantError(400, "invalid_grant", "The app has no valid private key.")
    try:
        claims = jwt.decode(
            assertion,
            app.public_key,
            algorithms=["RS256"],
            options={
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_aud": False,
                "require": ["iss", "sub", "iat", "exp"],
            },
        )
    except jwt.InvalidSignatureError:
        raise _GrantError(400, "invalid_grant", "Invalid JWT signature.") from None
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise _GrantError(400, "invalid_grant", "The assertion is not a valid JWT.") from None
    issued, expires = claims["iat"], claims["exp"]
    if not (_is_moment(issued) and _is_moment(expires)):
        raise _GrantError(400, "invalid_grant", "iat and exp must be numbers.")
    if claims["iss"] != app.client_id or claims["sub"] != app.service_account_id:
        raise _GrantError(400, "invalid_grant", "iss or sub does not match the app.")
    if not 0 < expires - issued <= LONGEST_ASSERTION.total_seconds():
        raise _GrantError(400, "invalid_grant", "exp must lie within 60 minutes after iat.")
    seconds, slack = now.timestamp(), tolerance.total_seconds()
    if issued > seconds + slack:
        told = "iat lies in the future."
        raise _GrantError(400, "invalid_grant", told, switch="clock_tolerance")
    if expires <= seconds - slack:
        told = "The assertion has expired."
        raise _GrantError(400, "invalid_grant", told, switch="clock_tolerance")
