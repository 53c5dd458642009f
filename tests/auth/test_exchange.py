"""One exchange as values: which request goes out, and what each answer means."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify.auth import AccessToken, Endpoints, ServiceAccount
from naverworks_notify.auth._assertion import claims_at
from naverworks_notify.auth._exchange import (
    advance,
    exchange,
    refused_revocation,
    revocations,
)
from naverworks_notify.auth._signer import Signer
from naverworks_notify.errors import (
    AuthError,
    ClockSkew,
    InvalidResponse,
    MissingScope,
    NaverWorksError,
    PrivateKeyRejected,
)
from naverworks_notify.printable import printable
from naverworks_notify.wire import Request, Response

NOW = datetime(2026, 3, 2, 9, 0, 0, 750_000, tzinfo=UTC)
ENDPOINTS = Endpoints(api="https://api.example.com", auth="https://auth.example.com/oauth2/v2.0")
ASSERTION = "header.claims.signature"


def form_of(request: object) -> dict[str, str]:
    assert isinstance(request, Request)
    fields = parse_qs((request.content or b"").decode(), strict_parsing=True)
    assert all(len(values) == 1 for values in fields.values())
    return {name: values[0] for name, values in fields.items()}


def answered(
    account: ServiceAccount,
    response: Response,
    *,
    now: datetime = NOW,
    previous: AccessToken | None = None,
) -> AccessToken:
    flow = exchange(
        account, ENDPOINTS, sign=lambda _: ASSERTION, now=lambda: now, previous=previous
    )
    advance(flow)
    token = advance(flow, response)
    assert isinstance(token, AccessToken)
    return token


def issued(**fields: object) -> Response:
    body = {"access_token": "t-1", "token_type": "Bearer", "expires_in": "3600", **fields}
    return Response(status=200, content=json.dumps(body).encode())


def refused(status: int, body: object, **headers: str) -> Response:
    return Response(status=status, headers=headers, content=json.dumps(body).encode())


def previous_token(**changes: Any) -> AccessToken:
    fields: dict[str, Any] = {
        "value": "t-0",
        "expires_at": NOW,
        "scopes": ("bot",),
        "issued_at": NOW - timedelta(hours=1),
        "refresh_token": "r-0",
        "refresh_expires_at": NOW + timedelta(days=30),
    }
    return AccessToken(**{**fields, **changes})


def test_the_request_is_the_documented_form(account: ServiceAccount) -> None:
    flow = exchange(account, ENDPOINTS, sign=lambda _: ASSERTION, now=lambda: NOW)
    request = advance(flow)
    assert isinstance(request, Request)
    assert (request.method, request.url) == ("POST", "https://auth.example.com/oauth2/v2.0/token")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert form_of(request) == {
        "assertion": ASSERTION,
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "client_id": "client-1",
        "client_secret": "the-client-secret",
        "scope": "bot.message bot.read user.read",
    }
    assert "the-client-secret" not in repr(request)


def test_the_assertion_is_rs256_over_the_four_claims(
    account: ServiceAccount, rsa_key: rsa.RSAPrivateKey
) -> None:
    text = Signer(account).sign(claims_at(account, NOW))
    assert jwt.get_unverified_header(text) == {"alg": "RS256", "typ": "JWT"}
    claims = jwt.decode(
        text,
        rsa_key.public_key(),
        algorithms=["RS256"],
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims == claims_at(account, NOW)
    assert set(claims) == {"iss", "sub", "iat", "exp"}
    assert "=" not in text


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds are naive by hypothesis' own rule
def test_claims_are_whole_numbers_and_live_an_hour_at_most(
    account: ServiceAccount, now: datetime
) -> None:
    claims = claims_at(account, now)
    assert type(claims["iat"]) is int
    assert type(claims["exp"]) is int
    assert 0 < claims["exp"] - claims["iat"] <= 3600
    assert claims["iat"] <= now.timestamp() < claims["exp"]
    assert (claims["iss"], claims["sub"]) == (account.client_id, account.service_account_id)
    assert claims == claims_at(account, now)


def test_signing_loads_the_key_once_and_dropping_frees_it(account: ServiceAccount) -> None:
    signer = Signer(account)
    assert not signer.loaded
    first = signer.sign({"iat": 1})
    assert signer.loaded
    signer.drop()
    assert not signer.loaded
    assert signer.sign({"iat": 1}) == first


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [("86400", 86400), (86400, 86400), (" 3600 ", 3600), (3600.9, 3600), ("3600.0", 3600), (0, 0)],
)
def test_expires_in_is_a_string_or_a_number(
    account: ServiceAccount, raw: object, seconds: int
) -> None:
    token = answered(account, issued(expires_in=raw))
    assert token.expires_at == NOW + timedelta(seconds=seconds)
    assert token.issued_at == NOW


def test_without_expires_in_the_shorter_documented_lifetime_is_assumed(
    account: ServiceAccount,
) -> None:
    assert answered(account, issued(expires_in=None)).expires_at == NOW + timedelta(hours=1)


def test_an_absurd_lifetime_is_capped(account: ServiceAccount) -> None:
    token = answered(account, issued(expires_in="9" * 15))
    assert token.expires_at <= NOW + timedelta(days=366)


@pytest.mark.parametrize("raw", ["soon", "", -1, "-5", True, [], {}, "nan", "inf", "1e999"])
def test_an_expires_in_that_is_no_number_is_an_error(account: ServiceAccount, raw: object) -> None:
    with pytest.raises(InvalidResponse):
        answered(account, issued(expires_in=raw))


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (None, ("bot.message", "bot.read", "user.read")),
        ("", ("bot.message", "bot.read", "user.read")),
        ("bot", ("bot",)),
        ("bot  user.read", ("bot", "user.read")),
    ],
)
def test_absent_scopes_are_those_requested(
    account: ServiceAccount, scope: str | None, expected: tuple[str, ...]
) -> None:
    assert answered(account, issued(scope=scope)).scopes == expected


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"<html>",
        b"{}",
        b'{"access_token": ""}',
        b'{"access_token": 7}',
        b'{"access_token": "a\\r\\nX-Evil: 1"}',
        b'{"access_token": "\\u2603"}',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_an_unreadable_success_is_named(account: ServiceAccount, content: bytes) -> None:
    with pytest.raises(InvalidResponse) as caught:
        answered(account, Response(status=200, content=content))
    assert (caught.value.operation, caught.value.status) == ("auth.token", 200)


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize(
    "body",
    [
        {"error": "invalid_grant"},
        {"error": "invalid_grant", "error_description": "the grant is invalid"},
        {"code": "INVALID_GRANT", "description": "x"},
        {"error": "invalid_request", "error_description": "JWT signature does not match"},
        {"code": "UNAUTHORIZED", "description": "Invalid assertion."},
    ],
)
def test_a_dead_key_is_named_with_the_one_key_rule(
    account: ServiceAccount, status: int, body: dict[str, str]
) -> None:
    with pytest.raises(
        PrivateKeyRejected, match="Only one private key of an app is valid"
    ) as caught:
        answered(account, refused(status, body))
    error = caught.value
    assert error.status == status
    assert error.code == (body.get("error") or body.get("code"))
    assert error.hint is not None
    assert "하나뿐" in error.hint.ko


@pytest.mark.parametrize(("offset", "word"), [(300, "ahead of"), (-7200, "behind")])
@pytest.mark.parametrize("code", ["invalid_grant", "invalid_request", "unauthorized"])
def test_a_wrong_clock_is_named_with_its_size(
    account: ServiceAccount, offset: int, word: str, code: str
) -> None:
    told = format_datetime(NOW - timedelta(seconds=offset), usegmt=True)
    with pytest.raises(ClockSkew, match=word) as caught:
        answered(account, refused(400, {"error": code}, date=told))
    assert caught.value.skew is not None
    assert abs(caught.value.skew - timedelta(seconds=offset)) < timedelta(seconds=1)
    told_seconds = int(re.findall(r"(\d+) s ", str(caught.value))[0])
    assert abs(told_seconds - abs(offset)) <= 1


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 02 Mar 2026 09:00:01 GMT", "-1"])
def test_a_right_or_unreadable_date_is_no_skew(account: ServiceAccount, date: str) -> None:
    with pytest.raises(PrivateKeyRejected):
        answered(account, refused(400, {"error": "invalid_grant"}, date=date))


def test_scopes_that_the_app_lacks_are_named(account: ServiceAccount) -> None:
    with pytest.raises(MissingScope, match="OAuth Scopes") as caught:
        answered(account, refused(400, {"error": "invalid_scope"}))
    assert caught.value.scopes == account.scopes


@pytest.mark.parametrize(
    "body", [{"error": "invalid_client"}, {"error": "unauthorized_client"}, {}, None, "text"]
)
def test_a_wrong_secret_points_at_the_console(account: ServiceAccount, body: object) -> None:
    with pytest.raises(AuthError, match="Client Secret") as caught:
        answered(account, refused(401, body))
    assert type(caught.value) is AuthError
    assert caught.value.status == 401


def test_a_wrong_secret_is_not_taken_for_a_wrong_clock(account: ServiceAccount) -> None:
    told = format_datetime(NOW - timedelta(hours=2), usegmt=True)
    with pytest.raises(AuthError) as caught:
        answered(account, refused(401, {"error": "invalid_client"}, date=told))
    assert type(caught.value) is AuthError


@pytest.mark.parametrize("status", [301, 302, 307, 404, 429, 500, 502, 503])
def test_every_other_status_is_an_auth_error_with_that_status(
    account: ServiceAccount, status: int
) -> None:
    with pytest.raises(AuthError) as caught:
        answered(account, Response(status=status, content=b"<html>oops</html>"))
    assert type(caught.value) is AuthError
    assert caught.value.status == status
    assert str(status) in str(caught.value)
    assert "oops" not in str(caught.value)


def test_an_echo_of_our_secrets_is_hidden(account: ServiceAccount) -> None:
    echo = f"{ASSERTION} {account.client_secret} " + "x" * 500
    with pytest.raises(AuthError) as caught:
        answered(account, refused(400, {"error": "invalid_request", "error_description": echo}))
    text = f"{caught.value} {caught.value.description}"
    assert ASSERTION not in text
    assert account.client_secret not in text
    assert len(text) < 1200


@given(
    status=st.integers(100, 599),
    content=st.binary(max_size=60)
    | st.dictionaries(
        st.sampled_from(
            ["access_token", "expires_in", "scope", "refresh_token", "error", "code", "description"]
        ),
        st.none() | st.integers() | st.text(max_size=8) | st.lists(st.integers(), max_size=2),
    ).map(lambda body: json.dumps(body).encode()),
    date=st.text(max_size=40),
)
def test_any_answer_gives_a_token_or_a_named_error_that_pickles(
    account: ServiceAccount, status: int, content: bytes, date: str
) -> None:
    response = Response(status=status, headers={"date": date}, content=content)
    try:
        token = answered(account, response)
    except NaverWorksError as error:
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
        assert (type(again), str(again)) == (type(error), str(error))  # noqa: PT017
    else:
        assert token.value
        assert status < 300


def test_the_refresh_grant_comes_first_and_signs_nothing(account: ServiceAccount) -> None:
    def sign(_: object) -> str:
        raise AssertionError("nothing is to be signed")

    flow = exchange(account, ENDPOINTS, sign=sign, now=lambda: NOW, previous=previous_token())
    assert form_of(advance(flow)) == {
        "grant_type": "refresh_token",
        "refresh_token": "r-0",
        "client_id": "client-1",
        "client_secret": "the-client-secret",
    }
    token = advance(flow, issued())
    assert isinstance(token, AccessToken)
    # Rotation off: the old refresh token stays, its 90 days keep running, and so do the scopes.
    assert token.refresh_token == "r-0"
    assert token.refresh_expires_at == NOW + timedelta(days=30)
    assert token.scopes == ("bot",)


def test_with_rotation_the_new_refresh_token_replaces_the_old_one(
    account: ServiceAccount,
) -> None:
    token = answered(account, issued(refresh_token="r-1"), previous=previous_token())
    assert token.refresh_token == "r-1"
    assert token.refresh_expires_at == NOW + timedelta(days=90)


def test_the_same_refresh_token_again_keeps_its_end(account: ServiceAccount) -> None:
    token = answered(account, issued(refresh_token="r-0"), previous=previous_token())
    assert token.refresh_expires_at == NOW + timedelta(days=30)


def test_a_refused_refresh_token_falls_back_to_the_assertion(account: ServiceAccount) -> None:
    flow = exchange(
        account, ENDPOINTS, sign=lambda _: ASSERTION, now=lambda: NOW, previous=previous_token()
    )
    advance(flow)
    request = advance(flow, refused(400, {"error": "invalid_grant"}))
    assert form_of(request)["assertion"] == ASSERTION
    token = advance(flow, issued())
    assert isinstance(token, AccessToken)
    assert token.refresh_token is None


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_ailing_service_is_not_asked_a_second_time(account: ServiceAccount, status: int) -> None:
    with pytest.raises(AuthError) as caught:
        answered(account, Response(status=status), previous=previous_token())
    assert caught.value.status == status


def test_revoking_names_each_token_and_its_kind(account: ServiceAccount) -> None:
    requests = revocations(account, ENDPOINTS, previous_token())
    assert {request.url for request in requests} == {"https://auth.example.com/oauth2/v2.0/revoke"}
    own = {"client_id": "client-1", "client_secret": "the-client-secret"}
    assert [form_of(request) for request in requests] == [
        {"token": previous_token().value, "token_type_hint": "access_token", **own},
        {"token": "r-0", "token_type_hint": "refresh_token", **own},
    ]


def test_a_revocation_succeeds_on_any_2xx_and_hides_the_token_otherwise(
    account: ServiceAccount, refuse: Callable[..., Response]
) -> None:
    request = revocations(account, ENDPOINTS, previous_token())[1]
    for status in (200, 204):
        assert refused_revocation(request, Response(status=status), account) is None
    refusal = refused_revocation(request, refuse(400, "invalid_grant", "r-0 is unknown"), account)
    assert type(refusal) is AuthError
    assert str(refusal).startswith("The service did not revoke the token: 400 invalid_grant")
    assert "r-0" not in str(refusal)


@pytest.mark.parametrize(
    ("scope", "granted"),
    [
        ("bot.message user.read", ("bot.message", "user.read")),
        ("bot.message,user.read", ("bot.message", "user.read")),
        (" bot.message, user.read ,", ("bot.message", "user.read")),
        ("bot", ("bot",)),
        ("", ("bot.message", "bot.read", "user.read")),
        (",", ("bot.message", "bot.read", "user.read")),
        (["bot"], ("bot.message", "bot.read", "user.read")),
        ("bot \ud800 \x1b[31m", ("bot",)),
    ],
)
def test_granted_scopes_are_read_with_blanks_and_with_commas(
    account: ServiceAccount, scope: Any, granted: tuple[str, ...]
) -> None:
    assert answered(account, issued(scope=scope)).scopes == granted


@pytest.mark.parametrize(
    "value", ["a\nb", "a b", "a\x00", "é", "\ud800", "x" * 20_000, "", 7, None]
)
def test_a_token_that_no_header_could_carry_is_no_token(
    account: ServiceAccount, value: Any
) -> None:
    with pytest.raises(InvalidResponse):
        answered(account, issued(access_token=value))
    # A refresh token of that kind is as good as none.
    assert answered(account, issued(refresh_token=value)).refresh_token is None


def test_an_answer_far_too_long_is_not_read(account: ServiceAccount) -> None:
    with pytest.raises(InvalidResponse):
        answered(account, issued(padding="x" * 300_000))


@pytest.mark.parametrize(
    "description",
    [
        "Invalid JWT: Token must be in a reasonable timeframe. Check your iat and exp values",
        "exp must lie within 60 minutes after iat.",
        "The assertion has expired.",
        "iat lies in the future.",
        "JWT expired",
        "token is not yet valid",
        "Assertion expiration is outside of the allowed time frame",
        "clock",
        "만료된 토큰입니다",
        "有効期限が切れています",
    ],
)
@pytest.mark.parametrize("date", [None, "Mon, 02 Mar 2026 09:00:05 GMT", "nonsense", "9" * 5000])
def test_where_the_refusal_names_the_time_the_clock_comes_first(
    account: ServiceAccount, description: str, date: str | None
) -> None:
    body = {"error": "invalid_grant", "error_description": description}
    headers = {} if date is None else {"date": date}
    with pytest.raises(ClockSkew, match="clock of this machine") as caught:
        answered(account, refused(400, body, **headers))
    assert (caught.value.skew is None) == (date is None or not date.startswith("Mon"))
    assert caught.value.hint is not None
    assert "issue" not in caught.value.hint.en


@pytest.mark.parametrize(
    "description",
    [
        "Your license has expired",
        "The contract expired",
        "Client secret is expired",
        "The private key has expired.",
        "Invalid JWT signature.",
        "explicit approval is needed",
    ],
)
def test_what_else_may_have_expired_is_not_blamed_on_the_clock(
    account: ServiceAccount, description: str
) -> None:
    body = {"error": "invalid_grant", "error_description": description}
    with pytest.raises(PrivateKeyRejected):
        answered(account, refused(400, body))


@pytest.mark.parametrize(("offset", "skewed"), [(29, False), (31, True), (-29, False), (-31, True)])
def test_a_clock_counts_as_wrong_beyond_the_seconds_that_the_assertion_makes_up_for(
    account: ServiceAccount, offset: int, *, skewed: bool
) -> None:
    told = format_datetime(NOW - timedelta(seconds=offset), usegmt=True)
    with pytest.raises(ClockSkew if skewed else PrivateKeyRejected):
        answered(account, refused(400, {"error": "invalid_grant"}, date=told))


@pytest.mark.parametrize("service_account_id", ["x1@example.com", "x1.serviceaccount"])
def test_an_unusual_account_id_is_suspected_before_the_key(
    account: ServiceAccount, service_account_id: str
) -> None:
    unusual = ServiceAccount(
        client_id=account.client_id,
        client_secret=account.client_secret,
        service_account_id=service_account_id,
        private_key=account.private_key,
    )
    with pytest.raises(AuthError, match="NAVERWORKS_SERVICE_ACCOUNT_ID") as caught:
        answered(unusual, refused(400, {"error": "invalid_grant"}))
    assert type(caught.value) is AuthError


def test_a_refusal_that_names_the_ids_has_them_checked(account: ServiceAccount) -> None:
    body = {"error": "invalid_grant", "error_description": "iss or sub does not match the app."}
    with pytest.raises(PrivateKeyRejected, match="NAVERWORKS_SERVICE_ACCOUNT_ID"):
        answered(account, refused(400, body))


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "seconds"), [("30", 30), ("Mon, 02 Mar 2026 09:00:40 GMT", 40), ("soon", None)]
)
def test_what_the_token_endpoint_asks_for_is_read(
    account: ServiceAccount, status: int, value: str, seconds: int | None
) -> None:
    headers = {"retry-after": value, "date": "Mon, 02 Mar 2026 09:00:00 GMT"}
    with pytest.raises(AuthError) as caught:
        answered(account, Response(status=status, headers=headers))
    asked = caught.value.retry_after
    assert asked == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize("echoed", [ASSERTION, "the-client-secret"])
@pytest.mark.parametrize("padding", [0, 3_900, 4_090, 4_095, 9_000])
def test_no_half_of_a_secret_is_left_where_a_long_description_is_cut(
    account: ServiceAccount, echoed: str, padding: int
) -> None:
    told = "the-client-secret" * (padding // 17) + " " * (padding % 17) + echoed
    body = {"error": "invalid_grant", "error_description": told}
    with pytest.raises(AuthError) as caught:
        answered(account, refused(400, body))
    text = str(caught.value)
    assert echoed not in text
    assert echoed[:6] not in text


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
members = st.sampled_from(
    ["access_token", "expires_in", "scope", "refresh_token", "error", "error_description", "code"]
)
header_values = st.text(st.characters(max_codepoint=255), max_size=60) | st.sampled_from(
    [
        "9" * 5000,
        "Mon, 02 Mar 99999999999 09:00:00 GMT",
        f"Mon, 02 Mar 2026 09:00:00 +{'9' * 20}",
        "Mon, 02 Mar 0001 00:00:00 +2359",
        "-1",
        "1e999",
        "\x00",
    ]
)


@given(
    status=st.sampled_from([200, 201, 204, 302, 400, 401, 403, 429, 500, 503, 599]),
    headers=st.dictionaries(
        st.sampled_from(["date", "retry-after", "content-type"]), header_values
    ),
    content=st.binary(max_size=80)
    | st.dictionaries(members, anything).map(lambda body: json.dumps(body).encode()),
    refreshing=st.booleans(),
)
def test_no_answer_of_the_token_endpoint_raises_anything_else(
    *,
    account: ServiceAccount,
    status: int,
    headers: dict[str, str],
    content: bytes,
    refreshing: bool,
) -> None:
    answer = Response(status=status, headers=headers, content=content)
    previous = previous_token() if refreshing else None
    flow = exchange(
        account, ENDPOINTS, sign=lambda _: ASSERTION, now=lambda: NOW, previous=previous
    )
    step = advance(flow)
    try:
        while isinstance(step, Request):
            step = advance(flow, answer)
    except NaverWorksError as error:
        assert printable(str(error)) == str(error)  # noqa: PT017 - both outcomes are right
    else:
        assert step.is_sound
