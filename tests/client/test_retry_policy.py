"""How long to wait, as pure functions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import naverworks_notify as nw
from naverworks_notify.limits import read_limit_headers
from naverworks_notify.retry import (
    SHORTEST_PAUSE,
    Failure,
    failure_of_status,
    read_retry_after,
)
from naverworks_notify.wire import read_date, read_number

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("0", 0),
        (" 120 ", 120),
        ("Mon, 02 Mar 2026 01:00:30 GMT", 30),
        ("Mon, 02 Mar 2026 00:59:30 GMT", 0),
        ("Mon, 02 Mar 2026 10:01:00 +0900", 60),
        ("999999999", 86_400),
        ("9" * 5000, 86_400),
        ("0" * 5000 + "7", 7),
        ("1.5", 2),
        ("1.0", 1),
        ("5, 60", 60),
        ("Fri, 01 Jan 2094 00:00:00 GMT", 86_400),
        ("Monday, 02-Mar-26 01:00:30 GMT", 30),
        ("Mon Mar  2 01:00:30 2026", 30),
    ],
)
def test_seconds_and_dates_are_read(value, wait):
    assert read_retry_after({"retry-after": value}, now=NOW) == timedelta(seconds=wait)


def test_a_date_is_read_against_the_answers_own():
    headers = {
        "retry-after": "Mon, 02 Mar 2026 03:00:30 GMT",
        "date": "Mon, 02 Mar 2026 03:00:00 GMT",
    }
    assert read_retry_after(headers, now=NOW) == timedelta(seconds=30)
    assert read_retry_after({**headers, "date": "soon"}, now=NOW) == timedelta(hours=2, seconds=30)


HOSTILE = [
    "Sun, 06 Nov 1994 08:49:37 +99999999999999999999",
    "Sun, 06 Nov 19941994199 08:49:37 GMT",
    "Sun, 06 Nov 0001 00:00:00 +2359",
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "Sun, 99 Nov 1994 99:99:99 GMT",
    "-5",
    "1e5",
    "٣",
    "²",
    "",
    ",",
    "5,",
    "1..5",
    "inf",
    "nan",
    "0x10",
    "\x00",
    "\ud800",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_are_passed_over(value):
    found = read_retry_after({"retry-after": value, "date": value}, now=NOW)
    assert found is None or timedelta() <= found <= timedelta(days=1)


# Made of what dates and numbers are made of, so that the reader is led deep.
PIECES = st.sampled_from(
    [
        *"0123456789 ,:;.+-/()GTZ\t\n\x00²٣",
        "Sun",
        "Mon,",
        "Nov",
        "Feb",
        "GMT",
        "+0900",
        "99999999999",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=80))
def test_no_header_value_ever_raises(value):
    read_number(value)
    moment = read_date(value)
    assert moment is None or moment.tzinfo is UTC
    found = read_retry_after({"retry-after": value, "date": value}, now=NOW)
    assert found is None or timedelta() <= found <= timedelta(days=1)
    names = ("limit", "remaining", "reset", "used")
    read_limit_headers({"date": value, **{f"x-ratelimit-{name}": value for name in names}})


@given(st.text(max_size=40))
def test_anything_else_is_passed_over(value):
    found = read_retry_after({"retry-after": value}, now=NOW)
    assert found is None or found >= timedelta()
    assert read_retry_after({}, now=NOW) is None


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_pause_grows_to_its_cap_and_is_never_more_than_halved(attempt, jitter):
    policy = nw.RetryPolicy()
    pause = policy.pause(attempt, jitter=jitter)
    full = min(policy.backoff * 2 ** min(attempt - 1, 20), policy.max_backoff)
    assert full / 2 <= pause <= full


@given(st.integers(1, 50), st.floats(0, 1), st.integers(0, 90), st.integers(0, 90))
def test_what_the_service_asks_for_is_the_least_that_is_waited(attempt, jitter, asked, left):
    policy = nw.RetryPolicy()
    wish = timedelta(seconds=asked)
    grown = policy.pause(attempt, jitter=jitter)
    pause = policy.pause(attempt, jitter=jitter, asked=wish)
    assert pause == max(grown, wish + timedelta(seconds=1))
    cut = policy.pause(attempt, jitter=jitter, asked=wish, left=timedelta(seconds=left))
    assert cut == max(min(pause, timedelta(seconds=left)), wish, SHORTEST_PAUSE)


def test_two_tries_are_never_closer_than_a_tenth_of_a_second():
    policy = nw.RetryPolicy(backoff=timedelta(), max_backoff=timedelta())
    assert policy.pause(9, jitter=1.0) == timedelta(milliseconds=100)


@pytest.mark.parametrize(
    ("attempts", "failure", "counted", "over"),
    [
        (1, Failure.RATE_LIMITED, 0, True),
        (2, Failure.RATE_LIMITED, 50, False),
        (2, Failure.CONNECT, 1, False),
        (2, Failure.CONNECT, 2, True),
    ],
)
def test_a_429_uses_up_no_attempts(attempts, failure, counted, over):
    assert nw.RetryPolicy(attempts=attempts).gives_up(failure, counted=counted) is over


@pytest.mark.parametrize(
    "options",
    [{"attempts": 0}, {"attempts": True}, {"max_wait": 90}, {"backoff": timedelta(-1)}],
    ids=str,
)
def test_a_wrong_policy_is_refused(options):
    with pytest.raises(nw.InvalidValue):
        nw.RetryPolicy(**options)


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (300, Failure.REDIRECT),
        (399, Failure.REDIRECT),
        (402, Failure.OTHER_STATUS),
        (429, Failure.RATE_LIMITED),
        (503, Failure.UNAVAILABLE),
        (504, Failure.OTHER_SERVER_ERROR),
        (100, Failure.OTHER_STATUS),
    ],
)
def test_every_status_is_some_failure(status, failure):
    assert failure_of_status(status) is failure
