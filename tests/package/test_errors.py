"""Errors carry what a caller can act on, and survive process pools and queues."""

from __future__ import annotations

import pickle
from datetime import timedelta

import pytest

import naverworks_notify as nw
from naverworks_notify.errors import Hint, Violation

HINT = Hint(en="Add the bot in the Admin.", ko="관리자 화면에서 Bot을 추가하세요.")

ERRORS = [
    nw.NaverWorksError("x"),
    nw.InvalidMessage(violations=(Violation("text", "max_length", "is too long."),)),
    nw.InvalidAlert("The alert is not usable", violations=(Violation("", "type", "is unknown."),)),
    nw.InvalidPerson(violations=()),
    nw.AuthError("x", status=400, code="invalid_client", description="d", hint=HINT),
    nw.InvalidPrivateKey("x", hint=HINT),
    nw.PrivateKeyRejected("x", status=400, code="invalid_grant"),
    nw.ClockSkew("x", skew=timedelta(seconds=90)),
    nw.MissingScope("x", scopes=("bot", "bot.message"), hint=HINT),
    *(
        kind(
            "x",
            status=status,
            code="C",
            description="d",
            retry_after=timedelta(seconds=3),
            operation="messages.send_to_user",
            request_id="r-1",
            hint=HINT,
        )
        for kind, status in (
            (nw.ApiError, 418),
            (nw.BadRequest, 400),
            (nw.Unauthorized, 401),
            (nw.Forbidden, 403),
            (nw.NotFound, 404),
            (nw.Conflict, 409),
            (nw.Gone, 410),
            (nw.RateLimited, 429),
            (nw.ServerError, 503),
        )
    ),
    nw.DeliveryUnknown("x", operation="messages.send_to_user", cause="server_error", status=502),
    nw.BudgetExhausted("x", operation="users.list", retry_after=timedelta(seconds=61)),
    nw.BudgetExhausted("x", operation="x", retry_after=timedelta(seconds=61), hint=HINT),
    nw.CircuitOpen("x", operation="messages.send_to_user", retry_after=timedelta(seconds=30)),
    nw.NotAllowedHere("x", operation="messages.send_to_user", hint=HINT),
    nw.StoreUnavailable("the rate budget", "database is locked", passing=True),
    nw.NotTried("x", operation="messages.send_to_user"),
    nw.DeliveryUnknown("x", cause="read_timeout", hint=HINT),
    nw.TransportError("x", operation="users.get", cause="connect_failed", may_have_acted=False),
    nw.TransportError("x", cause="tls_failed", may_have_acted=False, hint=HINT),
    nw.InvalidResponse("x", operation="users.get", status=200, request_id="r-2"),
]


def test_an_answer_that_cannot_be_read_says_what_to_look_at():
    error = nw.InvalidResponse("x", status=200)
    assert "proxy" in error.hint.en
    assert "프록시" in error.hint.ko
    assert str(error.hint) in str(error)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_keeps_type_text_and_attributes(error, protocol):
    copy = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301 - our own bytes
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_every_error_has_the_one_root(error):
    assert isinstance(error, nw.NaverWorksError)


def test_invalid_values_are_value_errors_that_tell_every_path():
    error = nw.InvalidMessage(
        violations=(
            Violation("columns[1].text", "max_length", "has 61 characters; at most 60."),
            Violation("altText", "required", "is required."),
        )
    )
    assert isinstance(error, ValueError)
    assert str(error) == ("columns[1].text: has 61 characters; at most 60. altText: is required.")


def test_a_hint_is_both_languages_and_joins_the_text():
    assert HINT.en in HINT
    assert HINT.ko in HINT
    assert str(nw.InvalidPrivateKey("No key.", hint=HINT)) == f"No key. {HINT}"
    copy = pickle.loads(pickle.dumps(HINT))  # noqa: S301 - our own bytes
    assert (copy.en, copy.ko) == (HINT.en, HINT.ko)


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (nw.CircuitOpen("x", retry_after=timedelta(seconds=30)), True),
        (nw.BudgetExhausted("x", operation="users.list", retry_after=timedelta(seconds=1)), True),
        (nw.RateLimited("x", status=429), True),
        (nw.StoreUnavailable("x", "x", passing=True), True),
        (nw.StoreUnavailable("x", "x", passing=False), False),
        (nw.TransportError("x", cause="connect_failed", may_have_acted=False), True),
        (nw.TransportError("x", cause="x", may_have_acted=False, passing=False), False),
        (nw.AuthError("x", status=503), True),
        (nw.AuthError("x", status=429), True),
        (nw.AuthError("x", status=400), False),
        (nw.AuthError("x"), False),
        (nw.PrivateKeyRejected("x", status=400), False),
        (nw.NotAllowedHere("x"), False),
        (nw.DeliveryUnknown("x", cause="read_timeout"), False),
        (nw.NotFound("x", status=404), False),
        (nw.InvalidValue("x"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_tells_whether_the_same_call_may_work_later(error, passing):
    assert error.passing is passing
    assert pickle.loads(pickle.dumps(error)).passing is passing  # noqa: S301 - our own bytes


def _every(kind):
    below = [one for child in kind.__subclasses__() for one in _every(child)]
    return [kind, *(one for one in below if one.__module__.startswith("naverworks_notify"))]


@pytest.mark.parametrize("kind", _every(nw.NaverWorksError))
def test_every_error_has_a_hint_in_both_languages(kind):
    assert isinstance(kind.hint, nw.Hint)
    assert kind.hint.en.isascii()
    assert any("가" <= letter <= "힣" for letter in kind.hint.ko)
