"""The budget as callers meet it: waiting, order, caps, cancellation, and no 429 of our own."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

import naverworks_notify as nw
from naverworks_notify.clock import SystemClock
from naverworks_notify.limits import LimitKey
from naverworks_notify.testing import ManualClock, Simulator

KEY = LimitKey("app-1", "messages.send_to_user")
KNOWN = {"ratelimit-limit": "240"}
TEXT = nw.messages.Text("hi")


def test_the_budget_is_counted_by_operation_and_owner():
    clock = ManualClock()
    budget = nw.RateBudget(per_minute=1)
    for key in (KEY, KEY._replace(owner="app-2"), KEY._replace(operation="users.get")):
        budget.acquire(key, clock=clock, max_wait=0).finish({})
    assert clock.slept == []
    with pytest.raises(nw.BudgetExhausted) as caught:
        budget.acquire(KEY, clock=clock, max_wait=30)
    assert caught.value.retry_after == timedelta(seconds=60)
    assert caught.value.operation == KEY.operation
    assert clock.slept == []


def test_rooms_have_a_budget_of_their_own():
    clock = ManualClock()
    budget = nw.RateBudget()
    room = LimitKey("app-1", "channels.create", room=True)
    for _ in range(10):
        budget.acquire(room, clock=clock, max_wait=0).finish({})
    with pytest.raises(nw.BudgetExhausted):
        budget.acquire(room, clock=clock, max_wait=0)


def test_a_pause_holds_all_calls_of_its_key():
    clock = ManualClock()
    budget = nw.RateBudget()
    budget.acquire(KEY, clock=clock, max_wait=0).finish(KNOWN, pause=12.0)
    told = []
    budget.acquire(KEY, clock=clock, max_wait=60, on_wait=told.append).finish(KNOWN)
    assert told == [12.0]
    assert clock.monotonic() == pytest.approx(12.0, abs=0.01)


def test_a_cancelled_wait_gives_its_place_to_the_next():
    class Waking(ManualClock):
        """Whoever sleeps wakes when the test says so."""

        async def sleep_async(self, seconds):
            await may_wake.wait()
            await super().sleep_async(seconds)

    may_wake = asyncio.Event()

    async def main():
        clock = Waking()
        budget = nw.RateBudget(per_minute=1)
        (await budget.acquire_async(KEY, clock=clock, max_wait=1)).finish({})
        served = []

        async def caller(name):
            lease = await budget.acquire_async(KEY, clock=clock, max_wait=300)
            served.append(name)
            lease.finish({})

        tasks = [asyncio.create_task(caller(name)) for name in "abc"]
        for _ in range(9):
            await asyncio.sleep(0)
        tasks[0].cancel()
        may_wake.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        return served

    assert asyncio.run(main()) == ["b", "c"]


def test_a_place_granted_to_a_cancelled_task_is_not_lost():
    async def main():
        clock = SystemClock()
        budget = nw.RateBudget(per_minute=1)
        held = await budget.acquire_async(KEY, clock=clock, max_wait=1)
        first = asyncio.create_task(budget.acquire_async(KEY, clock=clock, max_wait=200))
        second = asyncio.create_task(budget.acquire_async(KEY, clock=clock, max_wait=200))
        await asyncio.sleep(0)
        held.abandon()
        first.cancel()
        lease = await second
        lease.finish({})

    asyncio.run(main())


def test_threads_are_served_in_the_order_they_came():
    clock = SystemClock()
    budget = nw.RateBudget(per_minute=1, window=timedelta(seconds=0.02))
    held = budget.acquire(KEY, clock=clock, max_wait=1)
    served = []

    def caller(name):
        lease = budget.acquire(KEY, clock=clock, max_wait=100)
        served.append(name)
        lease.finish({})

    threads = []
    for name in range(8):
        thread = threading.Thread(target=caller, args=(name,))
        thread.start()
        threads.append(thread)
        queue = budget._logs._queue(KEY, budget, clock)
        while len(queue.line) <= name:
            time.sleep(0.001)
    held.finish({})
    for thread in threads:
        thread.join()
    assert served == list(range(8))


def test_threads_and_tasks_share_one_budget():
    clock = ManualClock()
    window = timedelta(seconds=10)
    budget = nw.RateBudget(per_minute=3, window=window)

    def by_thread():
        budget.acquire(KEY, clock=clock, max_wait=1000).finish(KNOWN)

    async def by_tasks():
        async def one():
            (await budget.acquire_async(KEY, clock=clock, max_wait=1000)).finish(KNOWN)

        await asyncio.gather(*(one() for _ in range(6)))

    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(by_thread) for _ in range(6)]
        asyncio.run(by_tasks())
        for future in done:
            future.result()
    # Twelve calls, three a window: the clock moves only as far as somebody waits.
    assert clock.monotonic() >= 3 * window.total_seconds()


@pytest.mark.parametrize("world", ["sync", "async"])
def test_half_the_limit_after_continuous_use_even_if_answers_take_no_time(world):
    """The pause that the budget makes itself, a window long, is no gap: a caller waits in it."""
    clock = ManualClock()
    budget = nw.RateBudget(per_minute=10, half_after=timedelta(minutes=5))
    started = clock.monotonic()
    by_minute = [0] * 9

    async def acquire():
        return await budget.acquire_async(KEY, clock=clock, max_wait=60)

    with asyncio.Runner() as runner:
        while True:
            if world == "async":
                lease = runner.run(acquire())
            else:
                lease = budget.acquire(KEY, clock=clock, max_wait=60)
            lease.finish(KNOWN)
            minute = int((clock.monotonic() - started) // 60)
            if minute == len(by_minute):
                break
            by_minute[minute] += 1
    assert by_minute == [10] * 5 + [5] * 4


@pytest.mark.parametrize("kind", ["fixed", "sliding"])
@pytest.mark.parametrize("spelling", ["documented", "prefixed"])
def test_no_429_and_nearly_all_of_the_limit_is_used(kind, spelling):
    """One task at a time on a clock that is moved: three windows and more of 240 calls each."""
    clock = ManualClock()
    window = timedelta(seconds=60)
    simulator = Simulator(
        clock=clock, per_minute=240, window=window, window_kind=kind, users=["a@example.com"]
    )
    simulator.behave(rate_headers=type(simulator.behaviour.rate_headers)(spelling))
    statuses = []
    with nw.Client(
        simulator.account,
        bot_id=simulator.bot_id,
        endpoints=simulator.endpoints,
        transport=simulator.transport(),
        clock=clock,
        limiter=nw.RateBudget(per_minute=240, window=window),
        on_request=lambda details: statuses.append(details.status),
    ) as works:
        calls = 0
        started = clock.monotonic()
        while clock.monotonic() - started < 4 * 60 - 1:
            works.messages.send_to_user("a@example.com", TEXT)
            calls += 1
            clock.advance(0.002)
    assert set(statuses) == {201}
    assert calls >= 0.97 * 240 * 4


@pytest.mark.parametrize("kind", ["fixed", "sliding"])
def test_the_same_with_many_tasks(kind):
    """Twenty tasks on one clock, which moves when one of them waits."""
    clock = ManualClock()
    window = timedelta(seconds=60)
    simulator = Simulator(
        clock=clock, per_minute=100, window=window, window_kind=kind, users=["a@example.com"]
    )
    statuses = []

    async def main():
        async with nw.AsyncClient(
            simulator.account,
            bot_id=simulator.bot_id,
            endpoints=simulator.endpoints,
            transport=simulator.transport(),
            clock=clock,
            limiter=nw.RateBudget(per_minute=100, window=window),
            on_request=lambda details: statuses.append(details.status),
        ) as works:
            until = clock.monotonic() + 3.5 * 60

            async def worker():
                while clock.monotonic() < until:
                    await works.messages.send_to_user("a@example.com", TEXT)

            await asyncio.gather(*(worker() for _ in range(20)))

    asyncio.run(main())
    assert set(statuses) == {201}
    # Four windows began; the tasks that had started when time was up send once more.
    assert 0.97 * 100 * 4 <= len(statuses) <= 100 * 4 + 20


def test_nobody_is_turned_away_while_the_limit_is_not_known():
    clock = ManualClock()
    budget = nw.RateBudget(per_minute=240)
    leases = [budget.acquire(KEY, clock=clock, max_wait=0) for _ in range(60)]
    queue = budget._logs._queue(KEY, budget, clock)
    assert queue.log.wait_of(179, clock.monotonic()) == 0.0
    assert queue.log.wait_of(180, clock.monotonic()) == 60.0
    leases[0].finish({"ratelimit-limit": "100"})
    assert queue.log.wait_of(39, clock.monotonic()) == 0.0
    assert queue.log.wait_of(40, clock.monotonic()) == 60.0


def test_a_cold_burst_starts_sixty_and_goes_on_once_the_limit_is_known():
    simulator = Simulator(per_minute=240, users=["a@example.com"])
    hold = simulator.faults.hang("messages.send_to_user")
    statuses = []

    async def main():
        async with nw.AsyncClient(
            simulator.account,
            bot_id=simulator.bot_id,
            endpoints=simulator.endpoints,
            transport=simulator.transport(),
            timeout=100,
            breaker=None,  # which would let a few go ahead
            on_request=lambda details: statuses.append(details.status),
        ) as works:
            tasks = [
                asyncio.create_task(works.messages.send_to_user("a@example.com", TEXT))
                for _ in range(100)
            ]
            assert await asyncio.to_thread(hold.wait_for, 60, timeout=100)
            await asyncio.sleep(0.1)
            started = hold.waiting
            simulator.faults.clear()
            await asyncio.gather(*tasks)
            return started

    assert asyncio.run(main()) == 60
    assert statuses == [201] * 100


@pytest.mark.parametrize(
    "options",
    [
        {"per_minute": 0},
        {"per_minute": 1.5},
        {"room_per_minute": -1},
        {"window": timedelta(0)},
        {"window": 60},
        {"half_after": timedelta(-1)},
    ],
    ids=str,
)
def test_a_wrong_budget_is_refused(options):
    with pytest.raises(nw.InvalidValue):
        nw.RateBudget(**options)


def test_presets():
    assert nw.RateBudget.free_plan().per_minute == 60
    assert nw.RateBudget.paid_plan().per_minute == 240
    assert "60" in repr(nw.RateBudget.free_plan())
