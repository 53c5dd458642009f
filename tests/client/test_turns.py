"""No two management calls on one bot are ever under way at once, whoever makes them."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading

import pytest

import naverworks_notify as nw
from naverworks_notify.bots import BotChanges
from naverworks_notify.client import _turns
from naverworks_notify.client._turns import AsyncTurns, Turns
from naverworks_notify.testing import Simulator

CHANGES = BotChanges(description="changed")


@pytest.fixture
def simulator():
    return Simulator(users=["a@example.com"])


@pytest.fixture(autouse=True)
def no_line_is_left():
    yield
    gc.collect()
    assert len(_turns._LINES) == 0


def options(simulator):
    return {
        "bot_id": simulator.bot_id,
        "endpoints": simulator.endpoints,
        "transport": simulator.transport(),
        "limiter": nw.Unlimited(),
    }


def by_thread(simulator):
    with nw.Client(simulator.account, **options(simulator)) as works:
        works.bots.patch(CHANGES)


def by_loop(simulator):
    async def main():
        async with nw.AsyncClient(simulator.account, **options(simulator)) as works:
            await asyncio.gather(works.bots.patch(CHANGES), works.bots.issue_secret())

    asyncio.run(main())


@pytest.mark.parametrize(
    "callers",
    [(by_thread, by_thread), (by_loop, by_loop), (by_thread, by_loop)],
    ids=["sync+sync", "async+async", "sync+async"],
)
def test_clients_of_one_process_take_turns(simulator, callers):
    hold = simulator.faults.hang("bots.*", times=1)
    threads = [threading.Thread(target=each, args=(simulator,)) for each in callers * 2]
    for thread in threads:
        thread.start()
    assert hold.wait_for(1)
    waiting = _turns._LINES._lines[simulator.endpoints.api, simulator.bot_id]
    calls = sum(1 if each is by_thread else 2 for each in callers * 2)
    # All of them stand in one line before the first goes on.
    while len(waiting) < calls:
        threads[0].join(0.002)
    hold.release()
    for thread in threads:
        thread.join()
    assert simulator.service.state.bot_ids() == [simulator.bot_id]
    assert simulator.parallel_management_calls == 0


def test_the_same_bot_number_elsewhere_and_other_bots_do_not_wait():
    here, there = Turns("https://a.example", "app"), Turns("https://b.example", "app")
    with here.of(1), here.of(2), there.of(1):
        pass
    with Turns("https://a.example", "app-1").of(None), Turns("https://a.example", "app-2").of(None):
        pass


def test_a_failed_call_leaves_its_turn(simulator):
    simulator.faults.next("bots.patch", 500)
    with nw.Client(simulator.account, **options(simulator)) as works:
        with pytest.raises(nw.ServerError):
            works.bots.patch(CHANGES)
        works.bots.patch(CHANGES)


def test_a_cancelled_task_leaves_its_turn_or_its_place():
    async def main():
        turns = AsyncTurns("https://a.example", "app")
        order = []

        async def one(name):
            async with turns.of(1):
                order.append(name)
                await asyncio.sleep(0.01)

        tasks = [asyncio.create_task(one(name)) for name in "abcd"]
        await asyncio.sleep(0)
        tasks[0].cancel()
        tasks[2].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert order == ["a", "b", "d"]

    asyncio.run(main())


def test_a_loop_that_ended_in_the_middle_holds_nobody_up():
    async def forsake():
        async with AsyncTurns("https://a.example", "app").of(1):
            await asyncio.Event().wait()

    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)
    task = loop.create_task(forsake())
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    entered = []

    def enter():
        with Turns("https://a.example", "app").of(1):
            entered.append(1)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join(10)
    assert entered == [1]
    assert not task.done()
    task._log_destroy_pending = False


def test_a_thread_that_would_wait_for_itself_is_told():
    turns = Turns("https://a.example", "app")

    async def main():
        async with AsyncTurns("https://a.example", "app").of(1):
            with pytest.raises(RuntimeError, match="event loop"), turns.of(1):
                pass

    asyncio.run(main())
    with turns.of(1), pytest.raises(RuntimeError, match="hooks"), turns.of(1):
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_does_not_wait_for_what_its_parent_was_at():
    turns = Turns("https://a.example", "app")
    # The worst moment: the lock is held too.
    with turns.of(1), _turns._LINES._lock:
        child = os.fork()
        if child == 0:
            signal.alarm(10)  # a child that hangs must not outlive the test
            try:
                with turns.of(1):
                    os._exit(0)
            except BaseException:  # noqa: BLE001 - told by the exit status
                os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
