"""429s: what they ask for is the least to wait, and they use up no attempts."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from email.utils import format_datetime
from itertools import repeat

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import naverworks_notify as nw
from naverworks_notify.testing import ManualClock, Simulator

TEXT = nw.messages.Text("hi")
WHO = "a@example.com"
WORLDS = ["sync", "async"]


class Caller:
    """Either client of a simulator."""

    def __init__(self, kind, simulator, clock, **options):
        self.loop = asyncio.new_event_loop() if kind == "async" else None
        self.moments = []
        self.statuses = []

        def on_request(details):
            self.moments.append(clock.monotonic())
            self.statuses.append(details.status)

        self.works = (nw.AsyncClient if self.loop else nw.Client)(
            simulator.account,
            bot_id=simulator.bot_id,
            endpoints=simulator.endpoints,
            clock=clock,
            on_request=on_request,
            **{"transport": simulator.transport(), **options},
        )

    def send(self, who=WHO):
        sending = self.works.messages.send_to_user(who, TEXT)
        return self.loop.run_until_complete(sending) if self.loop else sending

    def close(self):
        if self.loop:
            self.loop.run_until_complete(self.works.aclose())
            self.loop.close()
        else:
            self.works.close()


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture(params=WORLDS)
def call(request, clock):
    made = []

    def make(simulator, **options):
        made.append(Caller(request.param, simulator, clock, **options))
        return made[-1]

    yield make
    for caller in made:
        caller.close()


@pytest.mark.parametrize("rounding", ["up", "down"])
@pytest.mark.parametrize("retry_after", ["none", "seconds", "date"])
@pytest.mark.parametrize("headers", ["documented", "none"])
@pytest.mark.parametrize("kind", ["fixed", "sliding"])
def test_with_another_program_at_the_limit_nothing_burns_its_attempts(
    call, clock, rounding, retry_after, headers, kind
):
    simulator = Simulator(clock=clock, users=[WHO], per_minute=10, window_kind=kind)
    simulator.behave(
        rate_rounding=rounding, retry_after=retry_after, rate_headers=headers, count_refused=False
    )
    other = nw.Client(
        simulator.account,
        bot_id=simulator.bot_id,
        transport=simulator.transport(),
        endpoints=simulator.endpoints,
        clock=ManualClock(),
        limiter=nw.Unlimited(),
        retry=nw.RetryPolicy(attempts=1),
    )
    caller = call(simulator, retry=nw.RetryPolicy(attempts=2))
    clock.advance(0.37)
    for number in range(12):
        if number % 4 == 0:
            for _ in range(10):
                try:
                    other.messages.send_to_user(WHO, TEXT)
                except nw.RateLimited:
                    break
        caller.send()
        clock.advance(1.7)
    assert caller.statuses.count(201) == 12
    other.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"x-ratelimit-reset": "0"},
        {"retry-after": "0"},
        {"retry-after": "Mon, 02 Mar 2026 00:00:00 GMT", "date": "Mon, 02 Mar 2026 00:00:01 GMT"},
        {},
        {"retry-after": "-1"},
        {"retry-after": "9" * 5000 + "x"},
        {"retry-after": "Sun, 06 Nov 1994 08:49:37 +99999999999999999999"},
    ],
    ids=str,
)
def test_zero_is_not_at_once_and_the_pause_grows(call, clock, headers):
    simulator = Simulator(clock=clock, users=[WHO])
    refusals = 6
    answers = iter([httpx.Response(429, headers=headers)] * refusals)
    caller = call(simulator, transport=Scripted(simulator, answers))
    caller.send()
    assert caller.statuses == [429] * refusals + [201]
    gaps = [
        after - before for before, after in zip(caller.moments, caller.moments[1:], strict=False)
    ]
    assert min(gaps) >= 0.1
    if "0" in headers.values():
        assert min(gaps) >= 1
    assert gaps[-1] > 2 * gaps[0]


class Scripted(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Gives prepared answers to calls of the API, then those of a simulator."""

    def __init__(self, simulator, answers):
        self.inner = simulator.transport()
        self.answers = answers

    def _next(self, request):
        step = None if request.url.path.endswith("/token") else next(self.answers, None)
        if isinstance(step, Exception):
            raise step
        return httpx.Response(step) if isinstance(step, int) else step

    def handle_request(self, request):
        return self._next(request) or self.inner.handle_request(request)

    async def handle_async_request(self, request):
        return self._next(request) or await self.inner.handle_async_request(request)


def test_even_without_a_pause_of_its_own_two_tries_are_a_tenth_of_a_second_apart(call, clock):
    simulator = Simulator(clock=clock, users=[WHO])
    policy = nw.RetryPolicy(
        backoff=timedelta(), max_backoff=timedelta(), max_wait=timedelta(seconds=3)
    )
    transport = Scripted(simulator, repeat(429))
    caller = call(simulator, transport=transport, retry=policy, limiter=nw.Unlimited())
    with pytest.raises(nw.RateLimited):
        caller.send()
    assert 20 <= len(caller.moments) <= 31


def test_other_failures_between_429s_do_use_up_attempts(call, clock):
    simulator = Simulator(clock=clock, users=[WHO])
    lost = httpx.ConnectError("refused")
    steps = [429, 429, lost, 429, lost, 429]
    caller = call(simulator, transport=Scripted(simulator, iter(steps)), limiter=nw.Unlimited())
    caller.send()
    assert caller.statuses == [429, 429, None, 429, None, 429, 201]
    steps = [429, lost, lost, 429, lost]
    caller = call(simulator, transport=Scripted(simulator, iter(steps)), limiter=nw.Unlimited())
    with pytest.raises(nw.TransportError):
        caller.send()


def far(clock, **ahead):
    return format_datetime(clock.now() + timedelta(**ahead), usegmt=True)


@pytest.mark.parametrize(
    "headers",
    [
        lambda clock: {"retry-after": "86400"},
        lambda clock: {"retry-after": "9" * 5000},
        lambda clock: {"retry-after": far(clock, hours=2)},
        lambda clock: {"retry-after": "Fri, 01 Jan 2094 00:00:00 GMT"},
        lambda clock: {"x-ratelimit-reset": "3600"},
    ],
    ids=["day", "digits", "two hours ahead", "2094", "an hour"],
)
def test_no_answer_closes_an_operation_for_good(call, clock, headers):
    """The call itself is told what was asked; after a window one other tries, and opens it."""
    simulator = Simulator(clock=clock, users=[WHO])
    answers = iter([httpx.Response(429, headers=headers(clock))])
    caller = call(simulator, transport=Scripted(simulator, answers))
    with pytest.raises(nw.RateLimited) as refused:
        caller.send()
    assert refused.value.retry_after >= timedelta(hours=1)
    begun = clock.monotonic()
    caller.send()
    assert 60 <= clock.monotonic() - begun <= 62
    for _ in range(50):
        caller.send()
    assert clock.monotonic() - begun <= 62
    assert simulator.throttled == 0


def test_a_date_is_read_against_the_answers_own(call, clock):
    """The service's clock is two hours ahead: what it asks for is half a minute."""
    simulator = Simulator(clock=clock, users=[WHO])
    dates = {"date": far(clock, hours=2), "retry-after": far(clock, hours=2, seconds=30)}
    caller = call(
        simulator, transport=Scripted(simulator, iter([httpx.Response(429, headers=dates)]))
    )
    caller.send()
    assert 30 <= clock.monotonic() <= 32


def test_what_a_503_asks_for_is_the_least_that_is_waited(call, clock):
    simulator = Simulator(clock=clock, users=[WHO])
    answers = iter([httpx.Response(503, headers={"retry-after": "7"})])
    caller = call(simulator, transport=Scripted(simulator, answers))
    work = caller.works.users.get(WHO)
    if caller.loop:
        caller.loop.run_until_complete(work)
    assert clock.slept == [8.0]


HOSTILE = [
    {"retry-after": "9" * 5000},
    {"retry-after": "Sun, 06 Nov 19941994199 08:49:37 GMT"},
    {"retry-after": "Sun, 06 Nov 1994 08:49:37 +99999999999999999999"},
    {"x-ratelimit-limit": "9" * 5000, "x-ratelimit-remaining": "-9", "x-ratelimit-reset": "inf"},
    {"ratelimit-limit": "", "ratelimit-reset": "1e400", "ratelimit-used": "1,2,3"},
    {"date": "Sun, 06 Nov 1994 08:49:37 +99999999999999999999", "retry-after": "soon"},
]


@pytest.mark.parametrize("headers", HOSTILE, ids=str)
@pytest.mark.parametrize("status", [201, 429, 503, 401, 404])
def test_odd_headers_take_no_place_away(call, clock, headers, status):
    """Sixty of them once closed an operation for good."""
    simulator = Simulator(clock=clock, users=[WHO])
    answers = iter([httpx.Response(status, headers=headers) for _ in range(130)])
    policy = nw.RetryPolicy(attempts=1)
    caller = call(simulator, transport=Scripted(simulator, answers), retry=policy)
    for _ in range(65):
        try:
            caller.send()
        except nw.NaverWorksError:
            clock.advance(61)
    clock.advance(3600)
    for _ in answers:
        pass
    begun = clock.monotonic()
    for _ in range(60):
        caller.send()
    assert clock.monotonic() == begun


@pytest.mark.parametrize("failure", ["cancelled", "interrupted", "broken"])
def test_whatever_ends_a_call_its_place_is_not_lost(clock, failure):
    simulator = Simulator(clock=clock, users=[WHO])
    raised = {
        "cancelled": asyncio.CancelledError,
        "interrupted": KeyboardInterrupt,
        "broken": ZeroDivisionError,
    }[failure]

    class Breaking(httpx.BaseTransport):
        def __init__(self):
            self.inner = simulator.transport()
            self.broken = True

        def handle_request(self, request):
            if self.broken and not request.url.path.endswith("/token"):
                raise raised
            return self.inner.handle_request(request)

    transport = Breaking()
    with nw.Client(
        simulator.account,
        bot_id=simulator.bot_id,
        endpoints=simulator.endpoints,
        transport=transport,
        clock=clock,
        limiter=nw.RateBudget(per_minute=3),
    ) as works:
        for _ in range(3):
            with pytest.raises((raised, nw.NaverWorksError)):
                works.messages.send_to_user(WHO, TEXT)
        transport.broken = False
        clock.advance(timedelta(seconds=61))
        begun = clock.monotonic()
        for _ in range(3):
            works.messages.send_to_user(WHO, TEXT)
        assert clock.monotonic() == begun


NAMES = st.sampled_from(
    [
        "retry-after",
        "date",
        "x-ratelimit-limit",
        "ratelimit-remaining",
        "rateLimit-reset",
        "RateLimit-ssed",
        "x-rate-limit-used",
        "content-type",
    ]
)
VALUES = (
    st.integers().map(lambda number: str(number).encode())
    | st.floats().map(lambda number: str(number).encode())
    | st.datetimes().map(lambda moment: format_datetime(moment).encode())
    | st.sampled_from([b"", b"9" * 5000, b"\xb2", b"\xd9\xa3", b"1,2", b"-1", b"240;w=60"])
    | st.binary(max_size=40).map(lambda raw: raw.translate(None, b"\r\n\x00"))
)
STATUSES = st.sampled_from([200, 201, 302, 400, 401, 403, 404, 429, 429, 500, 503, 599])
ANSWERS = st.lists(st.tuples(STATUSES, st.lists(st.tuples(NAMES, VALUES), max_size=5)), max_size=12)
CLOCK = ManualClock()
SIMULATOR = Simulator(clock=CLOCK, users=[WHO])


@given(ANSWERS, st.sampled_from([b"", b"{}", b'{"code":"X"}', b"<html>", b"[1" * 3000]))
@settings(max_examples=60)
def test_whatever_an_answer_says_only_errors_of_ours_come_out_and_no_place_is_lost(answers, body):
    clock = CLOCK
    steps = iter([httpx.Response(status, headers=heads, content=body) for status, heads in answers])
    with nw.Client(
        SIMULATOR.account,
        bot_id=SIMULATOR.bot_id,
        endpoints=SIMULATOR.endpoints,
        transport=Scripted(SIMULATOR, steps),
        clock=clock,
        limiter=nw.RateBudget(per_minute=6),
        breaker=None,
    ) as works:
        for _ in answers:
            with suppress(nw.NaverWorksError):
                works.messages.send_to_user(WHO, TEXT)
        for _ in steps:
            continue
        clock.advance(122)
        with suppress(nw.NaverWorksError):
            works.messages.send_to_user(WHO, TEXT)  # what tries alone, if anything does
        clock.advance(122)
        begun = clock.monotonic()
        for _ in range(6):
            works.messages.send_to_user(WHO, TEXT)
        assert clock.monotonic() - begun <= 61
