"""The pure log: whatever the latency and the windows, no window holds more than the limit."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify.limits import LimitHeaders, read_limit_headers
from naverworks_notify.limits._log import LogRules, SlidingLog, strictest

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
    log.finish(0.0, 40.0)
    assert log.next_change(50.0) == 50.0
    assert not log.try_start(99.9)
    assert log.try_start(100.0)


def test_a_call_that_never_left_frees_its_slot_at_once():
    log = a_log(limit=1)
    assert log.try_start(0.0)
    log.abandon(0.0)
    assert log.try_start(0.0)


def test_until_the_first_header_few_calls_are_started():
    log = a_log(limit=240, first=60)
    assert sum(log.try_start(0.0) for _ in range(240)) == 60
    log.finish(0.0, 0.1, LimitHeaders(limit=240))
    assert sum(log.try_start(0.2) for _ in range(240)) == 180


@pytest.mark.parametrize(("configured", "stated", "used"), [(240, 60, 60), (60, 240, 60)])
def test_the_lower_of_the_configured_and_the_stated_limit_applies(configured, stated, used):
    log = a_log(limit=configured)
    log.try_start(0.0)
    log.finish(0.0, 0.0, LimitHeaders(limit=stated))
    assert log.limit(0.0) == used


def test_what_others_use_is_left_to_them():
    log = a_log(limit=10)
    log.try_start(0.0)
    log.finish(0.0, 0.0, LimitHeaders(limit=10, remaining=3, reset=20))
    assert sum(log.try_start(1.0) for _ in range(10)) == 3
    assert log.next_change(1.0) == pytest.approx(20.0)  # a second may have been cut off


def test_no_answer_says_for_longer_than_a_window_that_others_use_all():
    log = a_log(limit=10)
    log.try_start(0.0)
    log.finish(0.0, 0.0, LimitHeaders(limit=10, remaining=0, reset=3600))
    assert log.next_change(1.0) == pytest.approx(59.0)


def test_after_half_an_hour_without_a_gap_half_the_limit_applies():
    log = a_log(limit=10, half_after=1800.0)
    now = 0.0
    while now < 1801.0:
        assert log.try_start(now)
        log.finish(now, now, learned(10))
        now += 59.0
    assert log.limit(now) == 5
    assert log.limit(now + 1.0) == 10  # a full window went by without a call


def test_a_gap_in_which_somebody_waits_is_none():
    log = a_log(limit=4, first=1, half_after=100.0)
    log.try_start(0.0)
    log.finish(0.0, 0.0)
    log.begin_wait(0.0)
    assert log.try_start(60.0)
    log.end_wait(60.0)
    log.finish(60.0, 60.0, learned(4))
    assert log.limit(100.0) == 2
    assert log.limit(120.0) == 4  # nobody waited: a gap


def test_use_begins_when_somebody_begins_to_wait():
    log = a_log(limit=4, first=4, half_after=100.0)
    log.begin_wait(10.0)
    assert log.limit(109.0) == 4
    assert log.limit(110.0) == 2
    log.end_wait(110.0)
    assert log.limit(169.0) == 2
    assert log.limit(170.0) == 4


def refused(log, started, now, pause=0.1):
    log.finish(started, now)
    log.refuse(started, now, pause)


@pytest.mark.parametrize("asked", [24 * 3600.0, 2 * 3600.0, 68 * 365 * 86_400.0])
def test_whatever_was_asked_one_call_tries_after_about_a_window(asked):
    log = a_log(limit=5)
    assert log.try_start(0.0)
    refused(log, 0.0, 1.0, asked)
    assert log.next_change(1.0) == pytest.approx(WINDOW + 1)
    assert log.wait_of(0, 1.0) == pytest.approx(WINDOW + 1)
    assert log.try_start(62.0)
    assert not log.try_start(62.1)
    assert log.next_change(62.1) is None
    log.finish(62.0, 62.5)
    log.accept(62.0)
    assert sum(log.try_start(62.6) for _ in range(9)) == 4


def test_refusals_in_a_row_make_the_rest_longer_and_a_burst_counts_as_one():
    log = a_log(limit=99)
    for _ in range(4):
        assert log.try_start(0.0)
    rests = []
    now = 1.0
    for _ in range(4):
        refused(log, 0.0, now)  # the others of the burst, which were under way by then
        now += 0.01
    for _ in range(9):
        rests.append(log.next_change(now))
        now += rests[-1] + 1e-6
        assert log.try_start(now)
        refused(log, now, now + 0.1)
        now += 0.1
    assert rests[0] < 0.6
    assert rests[1:] == pytest.approx([1, 2, 4, 8, 16, 16, 16, 16])


def test_what_was_under_way_as_another_was_refused_opens_nothing():
    log = a_log(limit=9)
    log.try_start(0.0)
    log.try_start(0.5)
    refused(log, 0.0, 1.0, 5.0)
    log.finish(0.5, 2.0)
    log.accept(0.5)
    assert not log.try_start(5.9)
    assert log.try_start(6.1)
    assert not log.try_start(6.1)


@pytest.mark.parametrize("ending", ["abandoned", "lost"])
def test_a_try_without_an_answer_leaves_it_to_the_next_one(ending):
    log = a_log(limit=9)
    log.try_start(0.0)
    refused(log, 0.0, 1.0, 5.0)
    assert log.try_start(7.0)
    if ending == "abandoned":
        log.abandon(7.0)
    else:
        log.finish(7.0, 8.0)
    assert log.try_start(8.0)
    assert not log.try_start(8.0)


def test_a_call_that_nobody_finished_counts_as_answered_in_time():
    log = SlidingLog(LogRules(limit=1, first=9, window=WINDOW, half_after=1e9), patience=10.0)
    assert log.try_start(0.0)
    assert log.next_change(1.0) == WINDOW + 9
    assert not log.try_start(69.9)
    assert log.try_start(70.0)
    log.finish(0.0, 70.5)  # it was answered after all
    log.finish(70.0, 71.0)
    assert log.taken == 2


def test_a_late_answer_holds_the_place_that_was_given_up():
    log = SlidingLog(LogRules(limit=9, first=9, window=WINDOW, half_after=1e9), patience=10.0)
    log.try_start(0.0)
    assert not log.forgettable(20.0)
    log.finish(0.0, 30.0)
    assert log.taken == 1
    assert log.next_change(30.0) == 0.0
    log.forgettable(71.0)
    assert log.taken == 1


def test_the_strictest_of_each_counts():
    one = LogRules(limit=60, first=60, window=30.0, half_after=1800.0)
    other = LogRules(limit=240, first=10, window=60.0, half_after=900.0)
    assert strictest([one, other]) == LogRules(limit=60, first=10, window=60.0, half_after=900.0)


def test_a_log_is_forgotten_only_after_a_long_silence():
    log = a_log()
    assert log.forgettable(0.0)
    log.try_start(0.0)
    assert not log.forgettable(1e6)
    log.finish(0.0, 1.0)
    assert not log.forgettable(1.0 + 9 * WINDOW)
    assert log.forgettable(1.0 + 10 * WINDOW)


@st.composite
def schedules(draw):
    """Return who starts when, how long its answer takes, and where in between it is counted."""
    gaps = st.floats(0, 30, allow_nan=False)
    who = st.integers(0, 2)
    return draw(st.lists(st.tuples(gaps, st.floats(0, 40), st.floats(0, 1), who), max_size=60))


@given(
    schedules(),
    st.lists(st.integers(1, 6), min_size=3, max_size=3),
    st.floats(0, WINDOW),
    st.sampled_from([math.inf, 40.0]),
)
def test_no_window_of_the_service_ever_holds_more_than_the_limit(schedule, limits, phase, patience):
    """Several clients, each with settings of its own, over one log."""
    each = [LogRules(limit=one, first=99, window=WINDOW, half_after=1e9) for one in limits]
    log = SlidingLog(strictest(each), patience=patience)
    limit = min(limits)
    now = 0.0
    counted = []
    answers = []
    for gap, latency, share, who in schedule:
        now += gap
        for answer, started in sorted(a for a in answers if a[0] <= now):
            log.finish(started, answer)
        answers = [a for a in answers if a[0] > now]
        if log.try_start(now):
            counted.append(now + latency * share)
            # Of one who has died nobody hears again.
            if patience == math.inf or who:
                answers.append((now + latency, now))
    counted.sort()
    for start in counted:
        assert sum(start <= c < start + WINDOW for c in counted) <= limit
    for window in {math.floor((c - phase) / WINDOW) for c in counted}:
        inside = [c for c in counted if math.floor((c - phase) / WINDOW) == window]
        assert len(inside) <= limit


@given(
    st.lists(
        st.tuples(
            st.floats(0, 20), st.sampled_from(["ok", "lost", "gone", "429"]), st.floats(0, 1e9)
        ),
        max_size=40,
    ),
    st.integers(1, 5),
)
def test_whatever_is_answered_the_log_opens_again(events, limit):
    log = a_log(limit=limit)
    now = 0.0
    for gap, answer, pause in events:
        now += gap
        if not log.try_start(now):
            continue
        started, now = now, now + 0.1
        if answer == "gone":
            log.abandon(started)
        else:
            log.finish(started, now)
        if answer == "429":
            log.refuse(started, now, pause)
        if answer == "ok":
            log.accept(started)
    wait = log.next_change(now)
    assert wait is not None
    assert wait <= WINDOW + 1 + 1e-6
    assert log.try_start(now + wait + 1e-6)


@given(st.integers(1, 5), st.integers(0, 30))
def test_the_estimate_is_never_longer_than_the_wait(limit, position):
    log = a_log(limit=limit)
    for moment in range(limit):
        log.try_start(float(moment))
        log.finish(float(moment), float(moment))
    now = float(limit)
    estimate = log.wait_of(position, now)
    waited = 0
    while True:
        delay = log.next_change(now)
        now += delay
        if log.try_start(now):
            log.finish(now, now)
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
