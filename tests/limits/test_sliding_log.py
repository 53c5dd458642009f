"""The pure log: whatever the latency and the windows, no window holds more than the limit."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify.limits import LimitHeaders, read_limit_headers
from naverworks_notify.limits._log import LogRules, SlidingLog

WINDOW = 60.0


def a_log(limit=5, first=99, half_after=1e9):
    return SlidingLog(LogRules(limit=limit, first=first, window=WINDOW, half_after=half_after))


def learned(limit=5):
    return LimitHeaders(limit=limit)


def test_a_slot_is_held_one_window_after_the_answer():
    log = a_log(limit=1)
    assert log.try_start(0.0)
    assert not log.try_start(30.0)
    assert log.next_change(30.0) is None
    log.finish(40.0)
    assert log.next_change(50.0) == 50.0
    assert not log.try_start(99.9)
    assert log.try_start(100.0)


def test_a_call_that_never_left_frees_its_slot_at_once():
    log = a_log(limit=1)
    assert log.try_start(0.0)
    log.abandon()
    assert log.try_start(0.0)


def test_until_the_first_header_few_calls_are_started():
    log = a_log(limit=240, first=60)
    assert sum(log.try_start(0.0) for _ in range(240)) == 60
    log.finish(0.1, LimitHeaders(limit=240))
    assert sum(log.try_start(0.2) for _ in range(240)) == 180


@pytest.mark.parametrize(("configured", "stated", "used"), [(240, 60, 60), (60, 240, 60)])
def test_the_lower_of_the_configured_and_the_stated_limit_applies(configured, stated, used):
    log = a_log(limit=configured)
    log.try_start(0.0)
    log.finish(0.0, LimitHeaders(limit=stated))
    assert log.limit(0.0) == used


def test_what_others_use_is_left_to_them():
    log = a_log(limit=10)
    log.try_start(0.0)
    log.finish(0.0, LimitHeaders(limit=10, remaining=3, reset=20))
    assert sum(log.try_start(1.0) for _ in range(10)) == 3
    assert log.next_change(1.0) == pytest.approx(19.0)


def test_after_half_an_hour_without_a_gap_half_the_limit_applies():
    log = a_log(limit=10, half_after=1800.0)
    now = 0.0
    while now < 1801.0:
        assert log.try_start(now)
        log.finish(now, learned(10))
        now += 59.0
    assert log.limit(now) == 5
    assert log.limit(now + 1.0) == 10  # a full window went by without a call


def test_a_gap_in_which_somebody_waits_is_none():
    log = a_log(limit=4, first=1, half_after=100.0)
    log.try_start(0.0)
    log.finish(0.0)
    log.begin_wait(0.0)
    assert log.try_start(60.0)
    log.end_wait(60.0)
    log.finish(60.0, learned(4))
    assert log.limit(100.0) == 2
    assert log.limit(120.0) == 4  # nobody waited: a gap


def test_use_begins_when_somebody_begins_to_wait():
    log = a_log(limit=4, first=4, half_after=100.0)
    log.pause(90.0)
    log.begin_wait(10.0)
    assert log.limit(109.0) == 4
    assert log.limit(110.0) == 2
    log.end_wait(110.0)
    assert log.limit(169.0) == 2
    assert log.limit(170.0) == 4


@st.composite
def schedules(draw):
    gaps = st.floats(0, 30, allow_nan=False)
    return draw(st.lists(st.tuples(gaps, st.floats(0, 40), st.floats(0, 1)), max_size=60))


@given(schedules(), st.integers(1, 6), st.floats(0, WINDOW))
def test_no_window_of_the_service_ever_holds_more_than_the_limit(schedule, limit, phase):
    log = a_log(limit=limit)
    now = 0.0
    counted = []
    answers = []
    for gap, latency, share in schedule:
        now += gap
        for answer in sorted(a for a in answers if a <= now):
            log.finish(answer)
        answers = [a for a in answers if a > now]
        if log.try_start(now):
            counted.append(now + latency * share)
            answers.append(now + latency)
    counted.sort()
    for start in counted:
        assert sum(start <= c < start + WINDOW for c in counted) <= limit
    for window in {math.floor((c - phase) / WINDOW) for c in counted}:
        inside = [c for c in counted if math.floor((c - phase) / WINDOW) == window]
        assert len(inside) <= limit


@given(st.integers(1, 5), st.integers(0, 30))
def test_the_estimate_is_never_longer_than_the_wait(limit, position):
    log = a_log(limit=limit)
    for moment in range(limit):
        log.try_start(float(moment))
        log.finish(float(moment))
    now = float(limit)
    estimate = log.wait_of(position, now)
    waited = 0
    while True:
        delay = log.next_change(now)
        now += delay
        if log.try_start(now):
            log.finish(now)
            if waited == position:
                break
            waited += 1
    assert estimate <= now - limit + 1e-6


@pytest.mark.parametrize(
    ("headers", "stated"),
    [
        ({"ratelimit-ssed": "3"}, LimitHeaders(used=3)),
        (
            {
                "ratelimit-limit": "240",
                "ratelimit-remaining": "237",
                "ratelimit-reset": "12",
                "ratelimit-used": "3",
            },
            LimitHeaders(limit=240, remaining=237, reset=12, used=3),
        ),
        ({"x-ratelimit-limit": " 60 ", "x-rate-limit-reset": "5"}, LimitHeaders(limit=60, reset=5)),
        ({"ratelimit-limit": "240, 240;w=60"}, LimitHeaders(limit=240)),
        ({"ratelimit-reset": "1760000000"}, None),
        (
            {"ratelimit-reset": "1772413212", "date": "Mon, 02 Mar 2026 01:00:00 GMT"},
            LimitHeaders(reset=12),
        ),
        (
            {"ratelimit-reset": "1772413212000", "date": "Mon, 02 Mar 2026 01:00:00 GMT"},
            LimitHeaders(reset=12),
        ),
        (
            {
                "ratelimit-reset": "Mon, 02 Mar 2026 01:00:12 GMT",
                "date": "Mon, 02 Mar 2026 01:00:00 GMT",
            },
            LimitHeaders(reset=12),
        ),
        (
            {"ratelimit-reset": "1772413212", "date": "Mon, 02 Mar 2026 09:00:00 GMT"},
            LimitHeaders(reset=0),
        ),
        ({"ratelimit-limit": "٦٠", "ratelimit-remaining": "²", "ratelimit-used": "9" * 5000}, None),
        ({"ratelimit-limit": "0"}, None),
        ({"ratelimit-limit": "many", "ratelimit-remaining": "-1", "ratelimit-reset": "-5"}, None),
        ({"ratelimit-reset": "1.5"}, LimitHeaders(reset=2)),
        ({"content-length": "5", "x-limit": "5"}, None),
        ({}, None),
    ],
)
def test_headers_are_read_in_any_spelling_and_nonsense_is_passed_over(headers, stated):
    assert read_limit_headers(headers) == stated
