"""Counting: never more than the limit in a window, and headers that tell the truth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify.simulator.service._rates import Rates
from naverworks_notify.testing import Behaviour, ManualClock, RateHeaders, Simulator

START = datetime(2026, 3, 2, 1, 0, 20, tzinfo=UTC)
MINUTE = timedelta(seconds=60)
gaps = st.lists(st.integers(0, 40_000).map(lambda ms: timedelta(milliseconds=ms)), max_size=60)


def _play(kind, gaps, behaviour, limit=3):
    rates = Rates(window=MINUTE, kind=kind)
    now, allowed, seen = START, [], []
    for gap in gaps:
        now += gap
        standing = rates.count(1, "op", limit=limit, now=now, behaviour=behaviour)
        seen.append((now, standing))
        if standing.allowed:
            allowed.append(now)
    return allowed, seen


@given(gaps)
def test_a_sliding_window_never_holds_more_than_the_limit(gaps):
    allowed, seen = _play("sliding", gaps, Behaviour())
    for i, moment in enumerate(allowed):
        assert sum(moment <= other < moment + MINUTE for other in allowed[i:]) <= 3
    for _, standing in seen:
        assert timedelta() < standing.reset <= MINUTE
        assert 0 <= standing.used <= 3


@given(gaps, st.sampled_from(["epoch", "first_call"]))
def test_a_fixed_window_is_one_interval_with_one_reset(gaps, alignment):
    _, seen = _play("fixed", gaps, Behaviour(rate_alignment=alignment))
    windows = {}
    for now, standing in seen:
        assert timedelta() < standing.reset <= MINUTE
        windows.setdefault(now + standing.reset, []).append(standing)
    for end, standings in windows.items():
        assert sum(standing.allowed for standing in standings) <= 3
        if alignment == "epoch":
            assert (end - datetime(1970, 1, 1, tzinfo=UTC)) % MINUTE == timedelta()


def test_epoch_windows_let_two_bursts_touch_at_the_border(caller, clock):
    clock.advance(timedelta(seconds=59))
    simulator = caller.simulator
    simulator.service.state.per_minute = 2
    token = caller.token()
    codes = [caller.call("GET", "/users", token=token).status for _ in range(3)]
    clock.advance(timedelta(seconds=1))
    codes += [caller.call("GET", "/users", token=token).status for _ in range(3)]
    assert codes == [200, 200, 429, 200, 200, 429]


def test_headers_as_documented(caller, clock):
    clock.advance(timedelta(seconds=20))
    headers = caller.call("GET", "/users").headers
    found = {name: value for name, value in headers.items() if "ratelimit" in name}
    assert found == {
        "ratelimit-ssed": "1",
        "ratelimit-limit": "240",
        "ratelimit-remaining": "239",
        "ratelimit-reset": "40",
    }


@pytest.mark.parametrize(
    ("rounding", "passed", "reset"),
    [("up", 59.3, "1"), ("down", 59.3, "0"), ("up", 40.5, "20"), ("down", 40.5, "19")],
)
@pytest.mark.parametrize("retry_after", ["seconds", "date"])
def test_seconds_are_rounded_as_told(caller, clock, rounding, passed, reset, retry_after):
    simulator = caller.simulator
    simulator.behave(rate_rounding=rounding, retry_after=retry_after)
    simulator.service.state.per_minute = 1
    token = caller.token()
    clock.advance(passed)
    caller.call("GET", "/users", token=token)
    headers = caller.call("GET", "/users", token=token).headers
    assert headers["ratelimit-reset"] == reset
    if retry_after == "seconds":
        assert headers["retry-after"] == reset
    else:
        until = parsedate_to_datetime(headers["retry-after"])
        assert until == (clock.now() + timedelta(seconds=int(reset))).replace(microsecond=0)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        (RateHeaders.USED, "ratelimit-used"),
        (RateHeaders.PREFIXED, "x-ratelimit-used"),
        (RateHeaders.NONE, None),
    ],
)
def test_other_spellings(caller, spelling, name):
    caller.simulator.behave(rate_headers=spelling)
    headers = caller.call("GET", "/users").headers
    assert [key for key in headers if key.endswith("used")] == ([name] if name else [])


@pytest.mark.parametrize(
    ("form", "value"),
    [("none", None), ("seconds", "60"), ("date", "Mon, 02 Mar 2026 01:01:00 GMT")],
)
def test_retry_after_only_when_switched_on(clock, caller_of, form, value):
    caller = caller_of(Simulator(clock=clock, per_minute=1, behaviour=Behaviour(retry_after=form)))
    token = caller.token()
    assert "retry-after" not in caller.call("GET", "/users", token=token).headers
    refused = caller.call("GET", "/users", token=token)
    assert refused.status == 429
    assert refused.headers.get("retry-after") == value


def test_each_operation_and_each_domain_counts_for_itself(clock, caller_of):
    simulator = Simulator(clock=clock, per_minute=1)
    other = simulator.add_tenant(users=["other@example.org"])
    caller = caller_of(simulator)
    token = caller.token()
    assert caller.call("GET", "/users", token=token).status == 200
    assert caller.call("GET", "/users", token=token).status == 429
    assert caller.call("GET", "/users/doyoon%40example.com", token=token).status == 200
    now = int(clock.now().timestamp())
    form = caller.form(
        client_id=other.account.client_id,
        client_secret=other.client_secret,
        assertion=caller.assertion(
            iss=other.account.client_id, sub=other.account.service_account_id, iat=now
        ),
    )
    theirs = caller.token(**form)
    assert caller.call("GET", "/users", token=theirs).status == 200
    assert caller.told("GET", "/users/doyoon%40example.com", token=theirs) == (404, "NOT_FOUND")


def test_rooms_have_ten_a_minute_on_any_plan(caller):
    token = caller.token()
    body = {"members": ["doyoon@example.com"]}
    path = f"/bots/{caller.simulator.bot_id}/channels"
    codes = [caller.call("POST", path, body, token=token).status for _ in range(11)]
    assert codes == [201] * 10 + [429]


@pytest.mark.parametrize("counted", [True, False])
def test_whether_a_refusal_counts_can_be_switched(clock, caller_of, counted):
    simulator = Simulator(
        clock=clock,
        per_minute=1,
        window_kind="sliding",
        behaviour=Behaviour(count_refused=counted),
    )
    caller = caller_of(simulator)
    token = caller.token()
    caller.call("GET", "/users", token=token)
    clock.advance(timedelta(seconds=30))
    assert caller.call("GET", "/users", token=token).status == 429
    clock.advance(timedelta(seconds=30))
    assert caller.call("GET", "/users", token=token).status == (429 if counted else 200)


@pytest.mark.parametrize(
    "wrong",
    [{"window": timedelta()}, {"window_kind": "leaky"}, {"per_minute": 0}],
)
def test_senseless_limits_are_refused(wrong):
    with pytest.raises(ValueError, match=r"must be"):
        Simulator(**wrong)


def test_the_clock_given_is_the_one_used():
    clock = ManualClock(START)
    assert Simulator(clock=clock).service.state.now() == START
