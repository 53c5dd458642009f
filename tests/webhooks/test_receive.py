"""Receiving tells its refusals apart, reads the headers of any framework, and fails closed."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import pickle
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any

import aiohttp
import django.http
import httpx
import pytest
import starlette.datastructures
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify import NaverWorksError, webhooks
from naverworks_notify.errors import InvalidValue
from naverworks_notify.testing import ManualClock, Simulator

SECRET = "bot-secret"
ISSUED = datetime(2026, 3, 2, 5, 16, 5, tzinfo=UTC)
BODY = json.dumps(
    {
        "type": "message",
        "source": {"userId": "u-1", "domainId": 1},
        "issuedTime": "2026-03-02T05:16:05.000Z",
        "content": {"type": "text", "text": "네, 가능합니다"},
    },
    ensure_ascii=False,
).encode()


def sign(body: bytes = BODY, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


HEADERS = {"X-WORKS-Signature": sign(), "X-WORKS-BotId": "2000001"}


def refusal(body: Any = BODY, headers: Any = HEADERS, **options: Any) -> tuple[str, str]:
    options = {"secret": SECRET, **options}
    with pytest.raises(InvalidValue) as caught:
        webhooks.receive(body, headers, **options)
    assert SECRET not in str(caught.value)
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert copy.violations == caught.value.violations
    (found,) = caught.value.violations
    return found.rule, found.message


def test_each_fault_has_a_rule_and_a_sentence_of_its_own() -> None:
    found = [
        refusal(secret=None),
        refusal(secret=""),
        refusal(secret=b"bot-secret"),
        refusal(secret=()),
        refusal(headers={}),
        refusal(headers=None),
        refusal(secret="another"),
        refusal(body=BODY.decode() + " "),
        refusal(body=b""),
        refusal(body=json.loads(BODY)),
        refusal(body=None),
        refusal(body=b"x" * (1024 * 1024 + 1)),
        refusal(bot_id=7),
        refusal(max_age=timedelta(minutes=5), now=ISSUED + timedelta(minutes=6)),
    ]
    assert [rule for rule, _ in found] == [
        *["secret"] * 4,
        "signature_missing",
        "headers",
        *["signature"] * 3,
        *["body"] * 2,
        "size",
        "bot_id",
        "max_age",
    ]
    assert len({told for _, told in found}) == len(found)


def test_what_can_be_mended_comes_with_a_hint_in_both_languages() -> None:
    for options in (
        {"secret": None},
        {"body": None},
        {"headers": None},
        {"headers": {}},
        {"secret": "another"},
        {"max_age": timedelta(minutes=1), "now": ISSUED + timedelta(hours=1)},
    ):
        with pytest.raises(InvalidValue) as caught:
            webhooks.receive(**{"body": BODY, "headers": HEADERS, "secret": SECRET, **options})
        hint = caught.value.hint
        assert hint is not None
        assert hint.en in str(caught.value)
        assert hint.ko in str(caught.value)


def _message() -> Message:
    message = Message()
    for name, value in HEADERS.items():
        message[name] = value
    return message


META = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in HEADERS.items()}
PAIRS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


@pytest.mark.parametrize(
    "headers",
    [
        HEADERS,
        {name.upper(): value for name, value in HEADERS.items()},
        {name.lower(): value for name, value in HEADERS.items()},
        META,
        {**META, "wsgi.input": object(), "wsgi.version": (1, 0), "SERVER_PORT": 80},
        django.http.request.HttpHeaders(META),
        PAIRS,
        tuple(PAIRS),
        iter(PAIRS),
        list(HEADERS.items()),
        dict(PAIRS),
        httpx.Headers(HEADERS),
        starlette.datastructures.Headers(raw=PAIRS),
        aiohttp.typedefs.CIMultiDict(HEADERS),
        _message(),
        {name: [value] for name, value in HEADERS.items()},
        [*PAIRS, PAIRS[0]],
    ],
)
def test_headers_are_read_in_every_form(headers: Any) -> None:
    event = webhooks.receive(BODY, headers, secret=SECRET, bot_id=2000001)
    assert event == webhooks.parse(BODY)


@pytest.mark.parametrize(
    "headers",
    [
        None,
        1,
        "X-WORKS-Signature",
        [1, 2],
        [("a", "b", "c")],
        {1: "x"},
        {"headers": PAIRS, "type": "http"},
        httpx.Request("POST", "https://x.example", headers=HEADERS),
    ],
)
def test_what_is_no_headers_is_told_as_such(headers: Any) -> None:
    rule, _ = refusal(headers=headers)
    assert rule == "headers"


@pytest.mark.parametrize(
    "headers",
    [
        [*PAIRS, (b"x-works-signature", b"another")],
        {**HEADERS, **dict.fromkeys(META, "x")},
        {"X-WORKS-Signature": [sign(), "another"]},
    ],
)
def test_a_header_with_two_values_is_refused(headers: Any) -> None:
    assert refusal(headers=headers)[0] == "signature"


@pytest.mark.parametrize("value", ["", " ", None, 5, b""])
def test_a_signature_that_is_no_text_is_missing(value: Any) -> None:
    assert refusal(headers={"X-WORKS-Signature": value})[0] == "signature_missing"


def test_a_text_body_that_nothing_changed_is_believed() -> None:
    assert webhooks.receive(BODY.decode(), HEADERS, secret=SECRET) == webhooks.parse(BODY)
    odd = BODY.replace(b"u-1", b"\xff\xfe")
    rule, _ = refusal(odd.decode("utf-8", "surrogateescape"), {"X-WORKS-Signature": sign(odd)})
    assert rule == "json"  # the signature fitted, the bytes are no JSON
    assert refusal("\ud800")[0] == "body"


def test_a_body_that_was_not_awaited_is_named() -> None:
    async def body() -> bytes:
        return BODY

    async def main() -> None:
        coroutine = body()
        rule, told = refusal(coroutine)
        assert (rule, told) == ("body", "was not awaited.")
        await coroutine

    asyncio.run(main())


def test_two_secrets_serve_during_a_rotation() -> None:
    for secret in ((SECRET, "new"), ["new", SECRET], {"new", SECRET}, (None, "", SECRET)):
        assert webhooks.receive(BODY, HEADERS, secret=secret)
        assert webhooks.verify(BODY, sign(), secret)
    assert refusal(secret=("new", "newer"))[0] == "signature"
    assert refusal(secret=("", None))[0] == "secret"
    # Nobody may come in by the empty key that stands for "not set".
    assert refusal(headers={"X-WORKS-Signature": sign(secret="")}, secret=("", "new"))[0] == (
        "signature"
    )


def test_an_old_or_future_callback_is_refused_where_asked() -> None:
    minutes = timedelta(minutes=5)
    for moved in (-minutes, timedelta(), minutes):
        assert webhooks.receive(BODY, HEADERS, secret=SECRET, max_age=minutes, now=ISSUED + moved)
    for moved in (-minutes - timedelta(seconds=1), minutes + timedelta(seconds=1)):
        clock = ManualClock(ISSUED + moved)
        assert refusal(max_age=minutes, now=ISSUED + moved)[0] == "max_age"
        assert refusal(max_age=minutes, clock=clock)[0] == "max_age"
    assert refusal(max_age=minutes)[0] == "max_age"  # by the machine's clock
    assert webhooks.receive(BODY, HEADERS, secret=SECRET)


def test_an_unknown_event_without_a_time_is_not_fresh() -> None:
    body = b'{"type": "new"}'
    headers = {"X-WORKS-Signature": sign(body)}
    assert webhooks.receive(body, headers, secret=SECRET)
    assert refusal(body, headers, max_age=timedelta(minutes=5), now=ISSUED)[0] == "max_age"


@pytest.mark.parametrize("max_age", [timedelta(), -timedelta(1), 300, "5m", True])
def test_an_age_that_is_none_is_told(max_age: Any) -> None:
    assert refusal(max_age=max_age) == ("duration", "must be a timedelta above zero.")


def test_a_naive_present_is_told() -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 - on purpose
    assert refusal(max_age=timedelta(1), now=naive)[0] == "aware_datetime"


def test_the_bot_is_compared_as_text_and_a_missing_header_is_another_bot() -> None:
    assert webhooks.receive(BODY, HEADERS, secret=SECRET, bot_id=" 2000001 ")
    assert refusal(headers={"X-WORKS-Signature": sign()}, bot_id=2000001)[0] == "bot_id"
    assert refusal(bot_id=10**5000)[0] == "bot_id"


def test_the_simulators_callbacks_are_received() -> None:
    sim = Simulator(users=["doyoon@example.com"])
    call = sim.callbacks.postback("doyoon@example.com", "data")
    event = webhooks.receive(
        call.content, call.headers, secret=sim.bot_secret, max_age=timedelta(minutes=1)
    )
    assert isinstance(event, webhooks.PostbackEvent)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.binary() | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(ANY, ANY, ANY, ANY)
def test_nothing_but_our_own_refusals_comes_out(
    body: Any, headers: Any, secret: Any, bot_id: Any
) -> None:
    with pytest.raises(NaverWorksError):
        webhooks.receive(body, headers, secret=secret, bot_id=bot_id)
    assert webhooks.verify(body, headers, secret) is False


@pytest.mark.parametrize("secret", ["\n", "  ", ("\n",), {"old": SECRET}])
def test_what_anybody_could_guess_is_told_as_no_secret(secret: Any) -> None:
    assert refusal(secret=secret)[0] == "secret"


def test_any_length_of_time_is_an_age() -> None:
    for present in (ISSUED, ISSUED - timedelta(days=1), ISSUED + timedelta(days=1)):
        webhooks.receive(BODY, HEADERS, secret=SECRET, max_age=timedelta.max, now=present)
