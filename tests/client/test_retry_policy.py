"""How long to wait, as pure functions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import naverworks_notify as nw
from naverworks_notify.retry import Failure, failure_of_status, read_retry_after

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
    ],
)
def test_seconds_and_dates_are_read(value, wait):
    assert read_retry_after({"retry-after": value}, now=NOW) == timedelta(seconds=wait)


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


def test_what_the_service_asks_for_is_not_cut_short():
    asked = timedelta(minutes=5)
    assert nw.RetryPolicy().pause(1, jitter=1.0, asked=asked) == asked


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
