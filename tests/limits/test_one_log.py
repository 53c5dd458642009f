"""Budgets belong to an app at a service: clients come and go, the log stays."""

from __future__ import annotations

import asyncio
import gc
import math
import os
import pickle
import weakref
from datetime import timedelta

import httpx
import pytest
from attrs import evolve

import naverworks_notify as nw
from naverworks_notify.clock import SystemClock
from naverworks_notify.limits import LimitKey, RateLogs
from naverworks_notify.tenants import Tenant
from naverworks_notify.testing import ManualClock, Simulator

KEY = LimitKey("app-1 at https://example.com", "messages.send_to_user")
TEXT = nw.messages.Text("hi")
WHO = "a@example.com"


@pytest.fixture
def clock():
    return ManualClock()


def a_simulator(clock, **options):
    return Simulator(clock=clock, users=[WHO], **options)


def options_of(simulator, clock, **options):
    return {
        "bot_id": simulator.bot_id,
        "endpoints": simulator.endpoints,
        "clock": clock,
        **options,
    }


def starts(limiter, clock, most=999):
    """Return how many calls can be started at once."""
    leases = []
    for _ in range(most):
        lease = limiter.try_acquire(KEY, clock=clock)
        if isinstance(lease, timedelta):
            break
        leases.append(lease)
    for lease in leases:
        lease.finish({})
    return len(leases)


def test_settings_of_one_owner_count_in_one_log(clock):
    logs = RateLogs()
    one, other = (logs.share(nw.RateBudget(per_minute=50), KEY.owner) for _ in range(2))
    assert starts(one, clock, 20) == 20
    assert starts(other, clock) == 30
    stranger = logs.share(nw.RateBudget(per_minute=50), "app-2")
    lease = stranger.try_acquire(LimitKey("app-2", KEY.operation), clock=clock)
    assert not isinstance(lease, timedelta)
    lease.abandon()


def test_the_stricter_settings_count_as_long_as_who_has_them_lives(clock):
    logs = RateLogs()
    loose = logs.share(nw.RateBudget(per_minute=50), KEY.owner)
    strict = logs.share(nw.RateBudget(per_minute=10), KEY.owner)
    assert starts(loose, clock) == 10
    strict.close()
    strict.close()
    assert starts(loose, clock) == 40
    strict = logs.share(nw.RateBudget(per_minute=10), KEY.owner)
    clock.advance(120)
    assert starts(loose, clock, 10) == 10
    assert starts(loose, clock) == 0
    del strict
    gc.collect()
    assert starts(loose, clock) == 40


def test_a_share_that_is_collected_while_another_is_made_takes_nothing_with_it(clock):
    logs = RateLogs()
    last = []

    class Strict(nw.RateBudget):
        def __hash__(self):
            # The garbage collector may run at any moment: here amid `share`, with its lock held.
            last.clear()
            gc.collect()
            return super().__hash__()

    loose = nw.RateBudget(per_minute=50)
    last.append(logs.share(loose, KEY.owner))
    strict = logs.share(Strict(per_minute=10), KEY.owner)
    assert not last
    assert starts(logs.share(loose, KEY.owner), clock) == 10
    strict.close()
    assert starts(logs.share(loose, KEY.owner), clock) == 40


def test_a_log_outlives_whoever_counted_in_it(clock):
    logs = RateLogs()
    for _ in range(6):
        assert starts(logs.share(nw.RateBudget(per_minute=50), KEY.owner), clock, 10) in {0, 10}
    assert starts(logs.share(nw.RateBudget(per_minute=50), KEY.owner), clock) == 0
    clock.advance(60)
    assert starts(logs.share(nw.RateBudget(per_minute=50), KEY.owner), clock) == 50


def test_idle_keys_are_swept_and_others_are_not(clock):
    logs = RateLogs()
    share = logs.share(nw.RateBudget(), "app")
    held = share.acquire(LimitKey("app", "held"), clock=clock, max_wait=0)
    for number in range(1000):
        share.acquire(LimitKey("app", str(number)), clock=clock, max_wait=0).finish({})
    assert len(logs) == 1001
    for _ in range(12):
        clock.advance(120)
        share.acquire(KEY, clock=clock, max_wait=0).finish({})
    assert len(logs) == 2
    held.finish({})


def test_each_clock_is_a_time_of_its_own_and_dies_with_it():
    logs = RateLogs()
    share = logs.share(nw.RateBudget(per_minute=1), KEY.owner)
    clock = ManualClock()
    assert starts(share, clock) == 1
    assert starts(share, ManualClock()) == 1
    assert starts(share, SystemClock()) == 1
    assert starts(share, SystemClock()) == 0
    gone = weakref.ref(clock)
    del clock
    gc.collect()
    assert gone() is None
    starts(share, ManualClock())
    assert len(logs) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_counts_anew():
    logs = RateLogs()
    share = logs.share(nw.RateBudget(per_minute=1), KEY.owner)
    share.acquire(KEY, clock=SystemClock(), max_wait=0).finish({})
    child = os.fork()
    if child == 0:
        started = starts(share, SystemClock())
        os._exit(0 if started == 1 else 1)
    _, status = os.waitpid(child, 0)
    assert status == 0


def test_a_budget_is_a_value():
    budget = nw.RateBudget(per_minute=7)
    assert budget == nw.RateBudget(per_minute=7)
    assert pickle.loads(pickle.dumps(budget)) == budget  # noqa: S301 - our own
    assert evolve(budget, per_minute=8).per_minute == 8
    with pytest.raises(AttributeError):
        budget.per_minute = 9


def test_a_lease_that_is_dropped_without_a_word_is_finished(clock):
    budget = nw.RateBudget(per_minute=1)
    budget.acquire(KEY, clock=clock, max_wait=0)
    gc.collect()
    clock.advance(60)
    budget.acquire(KEY, clock=clock, max_wait=0).finish({})


def test_finishing_twice_counts_once(clock):
    budget = nw.RateBudget(per_minute=2)
    lease = budget.acquire(KEY, clock=clock, max_wait=0)
    lease.abandon()
    lease.finish({})
    assert starts(budget, clock) == 2


def test_a_line_that_is_given_up_costs_no_more_for_being_long(clock):
    """Counted in looks at tickets, not in seconds: 30,000 wait, all go away."""
    budget = nw.RateBudget(per_minute=1)
    budget.acquire(KEY, clock=clock, max_wait=0)
    looks = 0

    async def main():
        nonlocal looks
        tasks = [
            asyncio.create_task(budget.acquire_async(KEY, clock=SystemClock(), max_wait=math.inf))
            for _ in range(3000)
        ]
        await asyncio.sleep(0)
        queue = budget._logs._queue(KEY, budget, SystemClock())
        assert len(queue.line) == 2999
        plain = type(queue.line).leave

        def leave(line, ticket):
            nonlocal looks
            looks += 1
            plain(line, ticket)

        type(queue.line).leave = leave
        try:
            for task in reversed(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            type(queue.line).leave = plain
        assert len(queue.line) == 0

    asyncio.run(main())
    assert looks == 2999


def test_who_waited_in_a_loop_that_is_gone_takes_no_place(clock):
    budget = nw.RateBudget(per_minute=1)
    held = budget.acquire(KEY, clock=clock, max_wait=0)
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)
    forgotten = loop.create_task(budget.acquire_async(KEY, clock=clock, max_wait=99))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    held.abandon()
    budget.acquire(KEY, clock=clock, max_wait=9).finish({})
    assert len(budget._logs._queue(KEY, budget, clock).line) == 0
    assert not forgotten.done()


# Through clients


@pytest.mark.parametrize("kind", ["fixed", "sliding"])
@pytest.mark.parametrize("limit", [60, 240])
def test_two_async_clients_of_one_account_draw_no_429(clock, kind, limit):
    simulator = a_simulator(clock, per_minute=limit, window_kind=kind)

    async def main():
        works = [
            nw.AsyncClient(
                simulator.account,
                **options_of(simulator, clock, transport=simulator.transport()),
                retry=nw.RetryPolicy(max_wait=timedelta(hours=1)),
            )
            for _ in range(2)
        ]
        sends = [works[i % 2].messages.send_to_user(WHO, TEXT) for i in range(600)]
        await asyncio.gather(*sends)
        for one in works:
            await one.aclose()

    asyncio.run(main())
    assert len(simulator.sent) == 600
    assert simulator.throttled == 0


def test_a_thread_and_a_loop_share_the_log_of_an_account(clock):
    simulator = a_simulator(clock, per_minute=60)
    blocking = nw.Client(
        simulator.account, **options_of(simulator, clock, transport=simulator.transport())
    )

    async def main():
        async with nw.AsyncClient(
            simulator.account, **options_of(simulator, clock, transport=simulator.transport())
        ) as works:
            for _ in range(200):
                await works.messages.send_to_user(WHO, TEXT)
                blocking.messages.send_to_user(WHO, TEXT)

    asyncio.run(main())
    assert simulator.throttled == 0


def test_clients_made_and_closed_per_request_draw_no_429(clock):
    simulator = a_simulator(clock, per_minute=60)
    for _ in range(360):
        with nw.Client(
            simulator.account, **options_of(simulator, clock, transport=simulator.transport())
        ) as works:
            works.messages.send_to_user(WHO, TEXT)
    assert simulator.throttled == 0
    assert simulator.tokens.issued == 1


def test_tenants_in_turn_and_rotated_keys_go_on_with_their_logs(clock):
    simulator = a_simulator(clock, per_minute=60)
    other = simulator.add_tenant(users=["b@example.com"])
    tenants = nw.Tenants(
        most=1, endpoints=simulator.endpoints, transport=simulator.transport(), clock=clock
    )

    def register():
        for key, one in (("a", simulator), ("b", other)):
            tenants.register(key, Tenant(account=one.account, bot_id=one.bot_id))

    register()
    for number in range(180):
        if number % 45 == 44:
            simulator.rotate_key()
            register()
        tenants.get("a").messages.send_to_user(WHO, TEXT)
        tenants.get("b").messages.send_to_user("b@example.com", TEXT)
    tenants.close()
    assert simulator.throttled == 0


def test_unlimited_takes_no_part(clock):
    simulator = a_simulator(clock, per_minute=240)
    transport = simulator.transport()
    with (
        nw.Client(
            simulator.account,
            **options_of(simulator, clock, transport=transport, limiter=nw.Unlimited()),
        ) as free,
        nw.Client(
            simulator.account,
            **options_of(
                simulator, clock, transport=transport, limiter=nw.RateBudget(per_minute=5)
            ),
        ) as bound,
    ):
        for _ in range(20):
            free.messages.send_to_user(WHO, TEXT)
        assert clock.slept == []
        bound.messages.send_to_user(WHO, TEXT)
        assert clock.slept == []


PAGES = [
    httpx.Response(401, headers={"x-ratelimit-limit": "1"}, json={"code": "UNAUTHORIZED"}),
    httpx.Response(403, headers={"x-ratelimit-limit": "1"}, html="<h1>Blocked by your proxy"),
    httpx.Response(404, headers={"x-ratelimit-limit": "1"}, text="no such page"),
    httpx.Response(503, headers={"x-ratelimit-limit": "1"}, json={"code": "OUT_OF_ORDER"}),
    httpx.Response(200, headers={"x-ratelimit-limit": "1"}, html="Please log in to this hotel"),
]


class Page(httpx.BaseTransport):
    """Gives the same answer to every call but those for tokens."""

    def __init__(self, response):
        self.response = response

    def handle_request(self, request):
        if request.url.path.endswith("/token"):
            return httpx.Response(200, json={"access_token": "t", "expires_in": 86400})
        return httpx.Response(
            self.response.status_code, headers=self.response.headers, content=self.response.content
        )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.status_code))
def test_only_an_answer_of_the_service_teaches_a_budget(clock, page):
    simulator = a_simulator(clock)
    transport = Page(page)
    with nw.Client(
        simulator.account,
        **options_of(simulator, clock, transport=transport),
        retry=nw.RetryPolicy(attempts=1),
    ) as works:
        for _ in range(20):
            try:
                works.messages.send_to_user(WHO, TEXT)
            except nw.NaverWorksError:
                continue
        assert clock.slept == []
        transport.response = httpx.Response(
            201, headers={"x-ratelimit-limit": "1"}, content=b"", request=None
        )
        works.messages.send_to_user(WHO, TEXT)
        with pytest.raises(nw.BudgetExhausted):
            nw.Client(
                simulator.account,
                **options_of(simulator, clock, transport=transport),
                retry=nw.RetryPolicy(max_wait=timedelta()),
            ).messages.send_to_user(WHO, TEXT)
