"""Asking for a token: requests out, a token or an error back. No IO, and no clock but `now`."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Generator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode

from naverworks_notify.auth._account import (
    ServiceAccount,
    is_scope,
    looks_like_service_account,
    split_scopes,
)
from naverworks_notify.auth._assertion import BACKDATED, claims_at
from naverworks_notify.auth._endpoints import Endpoints
from naverworks_notify.auth._token import AccessToken, is_token_text
from naverworks_notify.errors import (
    AuthError,
    ClockSkew,
    Hint,
    InvalidResponse,
    MissingScope,
    PrivateKeyRejected,
)
from naverworks_notify.retry import read_retry_after
from naverworks_notify.wire import Request, Response, read_date

__all__ = [
    "OPERATION",
    "REVOKE_OPERATION",
    "advance",
    "exchange",
    "refused_revocation",
    "revocations",
]

OPERATION = "auth.token"
REVOKE_OPERATION = "auth.revoke"

# RFC 7523 section 2.1
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"

# https://developers.worksmobile.com/jp/docs/auth-jwt
_REFRESH_LIFETIME = timedelta(days=90)

# Assumed when the service does not say: the shorter of the two lifetimes an app can be set to
# (https://developers.worksmobile.com/jp/docs/auth-jwt).
_DEFAULT_LIFETIME = timedelta(hours=1)
_LONGEST_LIFETIME = timedelta(days=366)

# A clock that is ahead by less is made up for by the date of the assertion.
_TOLERATED_SKEW = BACKDATED

_OK = 200
_REDIRECTS = 300
_ERRORS = 400
_UNAUTHORIZED = 401
_TOO_MANY = 429
_SERVER_ERRORS = 500
_LONGEST_TEXT = 200
_LONGEST_READ = 4096
_LONGEST_ANSWER = 256 * 1024

# What a refusal may say of the times in an assertion, and of what else may have expired.
_ABOUT_TIME = re.compile(
    r"\b(?:exp|iat|nbf|expir\w*|time.?frame|time.?window|timestamp|clock|lifetime|too (?:early|late|old)"
    r"|not yet valid|in the (?:future|past))\b|만료|유효 ?기간|期限",
)
_ABOUT_OTHER = re.compile(
    r"\b(?:licen[cs]e|contract|plan|trial|subscription|secret|password|certificate|key|account)\w* "
    r"(?:has |have |is |was )?expired"
)
_ABOUT_IDS = re.compile(r"\b(?:iss|sub|issuer|subject|service.?account)\b")

_VALID_KEY = Hint(
    en=(
        "Only one private key of an app is valid at a time: issuing another one ends the previous "
        "one at once. If that was done, put the newer key in. If not, this key may be good: check "
        "in the Developer Console that Client ID and Service Account ID belong to the same app."
    ),
    ko=(
        "앱마다 유효한 Private Key는 하나뿐이며, 새로 발급하면 이전 키는 즉시 무효가 됩니다. 새로 "
        "발급한 적이 있다면 그 키로 바꾸세요. 아니라면 이 키는 유효할 수 있으니, Developer "
        "Console에서 Client ID와 Service Account ID가 같은 앱의 것인지 확인하세요."
    ),
)
_CHECK_IDS = Hint(
    en=(
        "In the Developer Console, compare NAVERWORKS_SERVICE_ACCOUNT_ID with the app's Service "
        "Account (such as x1.serviceaccount@example.com), and NAVERWORKS_CLIENT_ID with the same "
        "app's Client ID. The private key may be good."
    ),
    ko=(
        "Developer Console에서 NAVERWORKS_SERVICE_ACCOUNT_ID가 앱의 Service Account(예: "
        "x1.serviceaccount@example.com)와, NAVERWORKS_CLIENT_ID가 같은 앱의 Client ID와 같은지 "
        "확인하세요. Private Key는 문제가 없을 수 있습니다."
    ),
)
_CHECK_SECRET = Hint(
    en=(
        "In the Developer Console, compare Client ID and Client Secret of the app with "
        "NAVERWORKS_CLIENT_ID and NAVERWORKS_CLIENT_SECRET."
    ),
    ko=(
        "Developer Console에서 앱의 Client ID와 Client Secret이 NAVERWORKS_CLIENT_ID, "
        "NAVERWORKS_CLIENT_SECRET 값과 같은지 확인하세요."
    ),
)
_ENABLE_SCOPE = Hint(
    en=(
        "In the Developer Console, switch every requested scope on under the app's OAuth Scopes, "
        "or request fewer; the Free plan lacks some."
    ),
    ko=(
        "Developer Console의 앱 > OAuth Scopes에서 요청한 scope를 모두 켜거나, 요청하는 scope를 "
        "줄이세요. Free 요금제에서는 일부를 사용할 수 없습니다."
    ),
)
_SET_CLOCK = Hint(
    en="Set the clock of this machine (NTP). The private key may be good.",
    ko="이 서버의 시각을 NTP로 맞추세요. Private Key는 문제가 없을 수 있습니다.",
)
_CHECK_APP = Hint(
    en="In the Developer Console, check that the app, its Service Account and its settings exist.",
    ko="Developer Console에서 앱과 Service Account, 설정이 올바른지 확인하세요.",
)
_TRY_LATER = Hint(
    en="Nothing is wrong on this side; try again later.",
    ko="이쪽 설정의 문제가 아닙니다. 잠시 후 다시 시도하세요.",
)
_CHECK_URL = Hint(
    en="Check NAVERWORKS_AUTH_URL; it should end with /oauth2/v2.0.",
    ko="NAVERWORKS_AUTH_URL 값이 /oauth2/v2.0으로 끝나는지 확인하세요.",
)


def exchange(
    account: ServiceAccount,
    endpoints: Endpoints,
    *,
    sign: Callable[[Mapping[str, object]], str],
    now: Callable[[], datetime],
    previous: AccessToken | None = None,
) -> Generator[Request, Response, AccessToken]:
    """Yield the requests of one exchange, be sent their responses, and return the token.

    One request, or two where `previous` has a refresh token and the service refuses it.

    Args:
        account: For whom.
        endpoints: Where.
        sign: Signs the assertion's claims; called only if an assertion is needed.
        now: The clock.
        previous: A token whose refresh token is to be tried first.

    Raises:
        AuthError: The service refused, or answered with an error.
        InvalidResponse: The answer cannot be read.
    """
    if previous is not None and previous.refresh_token is not None:
        sent_at = now()
        request = _token_request(
            account,
            endpoints,
            grant_type="refresh_token",
            refresh_token=previous.refresh_token,
        )
        response = yield request
        if response.status < _REDIRECTS:
            return _read_token(response, account, sent_at, previous=previous)
        if response.status == _TOO_MANY or response.status >= _SERVER_ERRORS:
            raise _refusal(request, response, account, now())
    sent_at = now()
    request = _token_request(
        account,
        endpoints,
        grant_type=_JWT_GRANT,
        assertion=sign(claims_at(account, sent_at)),
        scope=" ".join(account.scopes),
    )
    response = yield request
    if response.status < _REDIRECTS:
        return _read_token(response, account, sent_at)
    raise _refusal(request, response, account, now())


def advance(
    flow: Generator[Request, Response, AccessToken], response: Response | None = None
) -> Request | AccessToken:
    """Run an exchange up to its next request, or to its token.

    The step may sign, so that an event loop has it done in a thread; a StopIteration, which the
    end of a generator is, could not travel from there.
    """
    try:
        return next(flow) if response is None else flow.send(response)
    except StopIteration as stop:
        token: AccessToken = stop.value
        return token


def revocations(
    account: ServiceAccount, endpoints: Endpoints, token: AccessToken
) -> tuple[Request, ...]:
    """Return the requests that end a token and its refresh token.

    Whether ending one of the two ends the other is not documented.
    """
    kinds = {"access_token": token.value, "refresh_token": token.refresh_token}
    return tuple(
        _form(
            f"{endpoints.auth}/revoke",
            {
                "token": value,
                "token_type_hint": kind,
                "client_id": account.client_id,
                "client_secret": account.client_secret,
            },
        )
        for kind, value in kinds.items()
        if value is not None
    )


def refused_revocation(
    request: Request, response: Response, account: ServiceAccount
) -> AuthError | None:
    """Return the error where the service did not end the token."""
    if response.status < _REDIRECTS:
        return None
    told = _told(request, response, account)
    return AuthError(
        f"The service did not revoke the token: {_answer(told)}.",
        hint=_CHECK_SECRET if response.status == _UNAUTHORIZED else None,
        **told,
    )


def _token_request(account: ServiceAccount, endpoints: Endpoints, **form: str) -> Request:
    return _form(
        f"{endpoints.auth}/token",
        {**form, "client_id": account.client_id, "client_secret": account.client_secret},
    )


def _form(url: str, form: Mapping[str, str]) -> Request:
    return Request(
        method="POST",
        url=url,
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        },
        content=urlencode(form).encode(),
    )


def _members(response: Response) -> Mapping[str, Any] | None:
    if len(response.content) > _LONGEST_ANSWER:
        return None
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _read_token(
    response: Response,
    account: ServiceAccount,
    sent_at: datetime,
    *,
    previous: AccessToken | None = None,
) -> AccessToken:
    body = _members(response) or {}
    value = body.get("access_token")
    if not is_token_text(value):
        raise InvalidResponse(
            "The token endpoint answered without a readable access token.",
            operation=OPERATION,
            status=response.status,
        )
    scope = body.get("scope")
    # Separated by blanks (RFC 6749 section 3.3); by commas too, as programs ask for them so.
    granted = tuple(filter(is_scope, split_scopes(scope))) if isinstance(scope, str) else ()
    refresh_token = body.get("refresh_token")
    refresh_expires_at: datetime | None = None
    if is_token_text(refresh_token):
        refresh_expires_at = sent_at + _REFRESH_LIFETIME
        if previous is not None and previous.refresh_token == refresh_token:
            refresh_expires_at = previous.refresh_expires_at
    elif previous is not None:
        # Rotation is off: the response names none, the old one stays, and so does its end.
        refresh_token, refresh_expires_at = previous.refresh_token, previous.refresh_expires_at
    else:
        refresh_token = None
    return AccessToken(
        value=value,
        expires_at=sent_at + _lifetime(body.get("expires_in"), response.status),
        # RFC 6749 section 5.1: absent where identical to the scope requested.
        scopes=granted or (previous.scopes if previous is not None else account.scopes),
        issued_at=sent_at,
        refresh_token=refresh_token,
        refresh_expires_at=refresh_expires_at,
    )


def _lifetime(raw: object, status: int) -> timedelta:
    """Read `expires_in`: seconds, as a string of digits or as a number."""
    if raw is None:
        return _DEFAULT_LIFETIME
    try:
        seconds = -1.0 if isinstance(raw, bool) else float(str(raw).strip())
    except ValueError:
        seconds = -1.0
    if not math.isfinite(seconds) or seconds < 0:
        raise InvalidResponse(
            "The token endpoint answered with an expires_in that is no number of seconds.",
            operation=OPERATION,
            status=status,
        )
    return timedelta(seconds=int(min(seconds, _LONGEST_LIFETIME.total_seconds())))


def _text(value: object, secrets: tuple[str, ...]) -> str | None:
    """Return a text of the service's, short, printable, and with no secret or address in it."""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        return None
    from naverworks_notify.operations import without_quotes  # noqa: PLC0415 - only of refusals

    text = str(value)[:_LONGEST_READ]
    cut = len(text) == _LONGEST_READ
    for secret in secrets:
        text = text.replace(secret, "***")
    if cut:
        # The cut may have left the first half of a secret.
        text = text[: -max(map(len, secrets))]
    return without_quotes(text)[:_LONGEST_TEXT] or None


def _skew(response: Response, now: datetime) -> timedelta | None:
    told = read_date(response.headers.get("date"))
    return None if told is None else now - told


def _told(request: Request, response: Response, account: ServiceAccount) -> dict[str, Any]:
    """Return status, code and description of a refusal, read tolerantly.

    RFC 6749 names `error` and `error_description`; whether others come with them is not
    established.
    """
    body = _members(response) or {}
    form = parse_qs((request.content or b"").decode())
    # An assertion, a refresh token, or the token that is being ended.
    sent = [form[name][0] for name in ("assertion", "refresh_token", "token") if name in form]
    bare = (*sent, account.client_secret, account.private_key)
    # Echoed as it was sent, or as the form spelt it.
    hidden = (*bare, *(quote_plus(secret) for secret in bare))

    def first(*names: str) -> str | None:
        return next((text for name in names if (text := _text(body.get(name), hidden))), None)

    return {
        "status": response.status,
        "code": first("error", "code"),
        "description": first("error_description", "description", "message", "detail"),
    }


def _answer(told: Mapping[str, Any]) -> str:
    parts = [str(told["status"])]
    if told["code"]:
        parts.append(told["code"])
    if told["description"]:
        parts.append(f"({told['description']})")
    return " ".join(parts)


def _refusal(
    request: Request, response: Response, account: ServiceAccount, now: datetime
) -> AuthError:
    """Return the error that a refusal of the token endpoint stands for.

    Returned rather than raised: what is known in here, the assertion above all, would stay with
    the frames that an error passes.
    """
    told = _told(request, response, account)
    status, answer = told["status"], _answer(told)
    if status < _ERRORS:
        return AuthError(
            f"The token endpoint answered with a redirect ({status}), which is never followed.",
            hint=_CHECK_URL,
            **told,
        )
    if status == _TOO_MANY or status >= _SERVER_ERRORS:
        return AuthError(
            f"The token endpoint answered {answer}.",
            retry_after=read_retry_after(response.headers, now=now),
            hint=_TRY_LATER,
            **told,
        )
    error = (told["code"] or "").lower()
    if error == "invalid_scope":
        return MissingScope(
            f"The app may not ask for all of the scopes {' '.join(account.scopes)}: {answer}.",
            scopes=account.scopes,
            hint=_ENABLE_SCOPE,
            **told,
        )
    if error in {"invalid_client", "unauthorized_client"}:
        return AuthError(
            f"The service does not accept the app's client ID or secret: {answer}.",
            hint=_CHECK_SECRET,
            **told,
        )
    return _assertion_refusal(account, told, skew=_skew(response, now))


def _assertion_refusal(
    account: ServiceAccount, told: Mapping[str, Any], *, skew: timedelta | None
) -> AuthError:
    answer, error = _answer(told), (told["code"] or "").lower()
    words = f"{error} {told['description'] or ''}".lower()
    off = skew is not None and abs(skew) > _TOLERATED_SKEW
    if off or (_ABOUT_TIME.search(words) and not _ABOUT_OTHER.search(words)):
        return ClockSkew(
            _clock_told(skew if off else None, answer), skew=skew, hint=_SET_CLOCK, **told
        )
    if error == "invalid_grant" or any(
        word in words for word in ("signature", "assertion", "jwt", "private key")
    ):
        if not looks_like_service_account(account.service_account_id):
            return AuthError(
                f"The service does not accept the service account of client {account.client_id}: "
                f"{answer}.",
                hint=_CHECK_IDS,
                **told,
            )
        return PrivateKeyRejected(
            f"The service does not accept the private key of client {account.client_id}: {answer}.",
            hint=_CHECK_IDS if _ABOUT_IDS.search(words) else _VALID_KEY,
            **told,
        )
    return AuthError(
        f"The service issued no token: {answer}.",
        hint=_CHECK_SECRET if told["status"] == _UNAUTHORIZED else _CHECK_APP,
        **told,
    )


def _clock_told(skew: timedelta | None, answer: str) -> str:
    if skew is None:
        return (
            "The service finds the assertion outside of its time, so the clock of this machine is "
            f"probably off: {answer}."
        )
    seconds = round(abs(skew).total_seconds())
    way = "ahead of" if skew > timedelta() else "behind"
    return (
        f"The clock of this machine is {seconds} s {way} the service's, and the service refused "
        f"the assertion: {answer}."
    )
