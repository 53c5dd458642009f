"""One log that several processes keep: what it knows, who may hold it up, and how it fails."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sqlite3
import stat
import struct
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import redis.exceptions
from hypothesis import given
from hypothesis import strategies as st

import naverworks_notify as nw
from naverworks_notify.clock import SystemClock
from naverworks_notify.limits import LimitHeaders, LimitKey
from naverworks_notify.limits._log import LogRules, SlidingLog
from naverworks_notify.limits._sqlite_store import SqliteStore
from naverworks_notify.limits.shared import SharedRateBudget
from naverworks_notify.testing import ManualClock, Simulator

KEY = LimitKey("app-1 at https://example.com", "messages.send_to_user")
TEXT = nw.messages.Text("hi")
WHO = "a@example.com"
LIMIT_240 = {"x-ratelimit-limit": "240"}


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "limits.db"


@pytest.fixture
def budgets(file):
    """Return a maker of budgets on one file, each as another process would have."""
    made = []

    def make(**limits):
        made.append(SharedRateBudget.sqlite(file, **limits))
        return made[-1]

    yield make
    for budget in made:
        budget.close()


def take(budget, clock, most=999):
    """Return the leases of all calls that can be started at once."""
    leases = []
    while len(leases) < most:
        lease = budget.try_acquire(KEY, clock=clock)
        if isinstance(lease, timedelta):
            break
        leases.append(lease)
    return leases


def test_the_first_calls_count_together_and_what_one_learns_all_know(budgets, clock):
    one, other = budgets(), budgets()
    leases = take(one, clock, 40)
    assert len(take(other, clock)) == 20
    assert take(one, clock) == []
    leases[0].finish(LIMIT_240)
    more = take(other, clock)
    assert len(more) == 180


def test_the_first_rooms_count_together(budgets, clock):
    room = KEY._replace(operation="channels.create", room=True)
    one, other = budgets(room_per_minute=50), budgets(room_per_minute=50)
    held = [one.acquire(room, clock=clock, max_wait=0) for _ in range(6)]
    held += [other.acquire(room, clock=clock, max_wait=0) for _ in range(4)]
    for budget in (one, other):
        assert isinstance(budget.try_acquire(room, clock=clock), timedelta)


def test_a_place_is_held_one_window_after_the_answer(budgets, clock):
    one, other = budgets(per_minute=1), budgets(per_minute=1)
    lease = one.acquire(KEY, clock=clock, max_wait=0)
    clock.advance(5)
    lease.finish({})
    one.close()  # which tells what was not told yet
    assert other.try_acquire(KEY, clock=clock) == timedelta(seconds=60)
    clock.advance(60)
    other.acquire(KEY, clock=clock, max_wait=0).abandon()


def test_of_whom_nobody_hears_again_the_place_falls_free(budgets, clock):
    one, other = budgets(per_minute=1), budgets(per_minute=1)
    killed = one.acquire(KEY, clock=clock, max_wait=0)
    assert other.try_acquire(KEY, clock=clock) == timedelta(seconds=70)
    clock.advance(69.9)
    with pytest.raises(nw.BudgetExhausted):
        other.acquire(KEY, clock=clock, max_wait=0)
    clock.advance(0.2)
    other.acquire(KEY, clock=clock, max_wait=0).finish({})
    killed.finish({})


def test_what_closes_an_operation_closes_it_for_all_and_one_tries(budgets, clock):
    one, other = budgets(), budgets()
    one.acquire(KEY, clock=clock, max_wait=0).finish(LIMIT_240, pause=86_400)
    wait = other.try_acquire(KEY, clock=clock)
    assert timedelta(seconds=60) <= wait <= timedelta(seconds=61)
    clock.advance(62)
    (probe,) = take(other, clock)
    assert take(one, clock) == []
    probe.finish(LIMIT_240)
    other.close()
    assert len(take(one, clock)) > 100


def test_half_the_limit_after_use_that_no_process_interrupted(budgets, clock):
    half = {"per_minute": 10, "half_after": timedelta(minutes=5)}
    both = [budgets(**half), budgets(**half)]
    by_minute = [0] * 8
    number = 0
    while True:
        lease = both[number % 2].acquire(KEY, clock=clock, max_wait=120)
        lease.finish({"x-ratelimit-limit": "10"})
        number += 1
        minute = int(clock.monotonic() // 60)
        if minute >= len(by_minute):
            break
        by_minute[minute] += 1
    assert sum(by_minute[5:]) <= 15 + 5
    assert sum(by_minute[:5]) >= 40


def test_waits_are_told_capped_and_leave_nothing(budgets, clock):
    one, other = budgets(per_minute=1), budgets(per_minute=1)
    one.acquire(KEY, clock=clock, max_wait=0).finish({})
    with pytest.raises(nw.BudgetExhausted) as refused:
        other.acquire(KEY, clock=clock, max_wait=1)
    assert timedelta(seconds=60) <= refused.value.retry_after <= timedelta(seconds=70)
    with pytest.raises(nw.BudgetExhausted):
        asyncio.run(other.acquire_async(KEY, clock=clock, max_wait=1))
    told = []
    begun = clock.monotonic()
    other.acquire(KEY, clock=clock, max_wait=90, on_wait=told.append).finish({})
    assert len(told) == 1
    assert 60 <= clock.monotonic() - begun <= 71


@pytest.mark.parametrize("kind", ["fixed", "sliding"])
@pytest.mark.parametrize("limit", [60, 240])
def test_clients_on_one_file_draw_no_429_and_use_the_limit(budgets, clock, kind, limit):
    simulator = Simulator(clock=clock, users=[WHO], per_minute=limit, window_kind=kind)
    clients = [
        nw.Client(
            simulator.account,
            bot_id=simulator.bot_id,
            endpoints=simulator.endpoints,
            transport=simulator.transport(),
            clock=clock,
            limiter=budgets(),
        )
        for _ in range(3)
    ]
    begun = clock.monotonic()
    sent = 0
    while clock.monotonic() - begun < 4 * 60 - 1:
        clients[sent % 3].messages.send_to_user(WHO, TEXT)
        clock.advance(0.01)
        sent += 1
    assert simulator.throttled == 0
    assert sent >= 0.85 * limit * 4


def test_a_clock_that_was_set_back_closes_nothing_for_long(budgets, clock):
    one = budgets(per_minute=3)
    clock.advance(7200)
    for lease in take(one, clock):
        lease.finish({})
    one.close()
    earlier = ManualClock()
    wait = budgets(per_minute=3).try_acquire(KEY, clock=earlier)
    assert wait <= timedelta(seconds=70)


# Processes

WORKER = """
import json, sys
import naverworks_notify as nw
from datetime import timedelta
from naverworks_notify.limits.shared import SharedRateBudget

told = json.load(sys.stdin)
account = nw.ServiceAccount(**told["account"])
statuses = []
with SharedRateBudget.sqlite(told["file"], window=timedelta(seconds=2)) as budget, nw.Client(
    account, bot_id=told["bot"], endpoints=nw.Endpoints(**told["endpoints"]), limiter=budget,
    on_request=lambda details: statuses.append(details.status),
) as works:
    for _ in range(40):
        works.messages.send_to_user("a@example.com", nw.messages.Text("hi"))
print(json.dumps(statuses))
"""


@pytest.mark.parametrize("kind", ["fixed", "sliding"])
def test_four_processes_on_the_free_plan_draw_no_429(file, kind):
    window = timedelta(seconds=2)
    simulator = Simulator(users=[WHO], per_minute=60, window=window, window_kind=kind)
    account = simulator.account
    with simulator.serve():
        told = json.dumps(
            {
                "file": str(file),
                "bot": simulator.bot_id,
                "endpoints": {"api": simulator.endpoints.api, "auth": simulator.endpoints.auth},
                "account": {
                    "client_id": account.client_id,
                    "client_secret": account.client_secret,
                    "service_account_id": account.service_account_id,
                    "private_key": account.private_key,
                    "scopes": list(account.scopes),
                },
            }
        )
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", WORKER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(4)
        ]
        for worker in workers:
            worker.stdin.write(told)
            worker.stdin.close()
        statuses = []
        for worker in workers:
            with worker.stdout as out:
                statuses += json.loads(out.read())
            assert worker.wait(60) == 0
    assert statuses == [201] * 160
    assert simulator.throttled == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_counts_on_in_the_same_file(file):
    budget = SharedRateBudget.sqlite(file, per_minute=2)
    budget.acquire(KEY, clock=SystemClock(), max_wait=0).finish({})
    child = os.fork()
    if child == 0:
        try:
            started = len(take(budget, SystemClock()))
        except nw.NaverWorksError:
            started = 99
        os._exit(started)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 1
    assert take(budget, SystemClock()) == []
    budget.close()


# The file


def test_many_keys_need_one_table_and_a_few_descriptors(file, clock):
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():
        pytest.skip("no /proc here")
    before = len(list(descriptors.iterdir()))
    with SharedRateBudget.sqlite(file) as budget:
        for number in range(1500):
            key = LimitKey("app", str(number))
            budget.acquire(key, clock=clock, max_wait=0).finish(LIMIT_240)
        assert len(list(descriptors.iterdir())) - before <= 6
        assert len(budget._counting._keys) <= 1100
        connection = sqlite3.connect(file)
        count = "SELECT count(*) FROM naverworks_notify_rates"
        assert connection.execute(count).fetchone() == (1500,)
        tables = "SELECT count(*) FROM sqlite_master WHERE type = 'table'"
        assert connection.execute(tables).fetchone() == (1,)
        clock.advance(1300)
        budget.acquire(KEY, clock=clock, max_wait=0).finish({})
        assert connection.execute(count).fetchone() == (1,)
        connection.close()


def test_closing_or_dropping_lets_go_of_the_file(file, clock):
    with SharedRateBudget.sqlite(file, per_minute=1) as budget:
        budget.acquire(KEY, clock=clock, max_wait=0).finish({})
    budget.close()
    with pytest.raises(nw.BudgetExhausted):
        budget.acquire(KEY, clock=clock, max_wait=1)
    connection = budget._counting._store._open._connection
    del budget
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_the_owner_is_not_to_be_read_in_the_file(budgets, file, clock):
    budget = budgets()
    key = LimitKey("dohyun@example.com", "users.get")
    budget.acquire(key, clock=clock, max_wait=0).finish({})
    budget.close()
    assert b"dohyun" not in file.read_bytes()


# Failures


def refused(budget, clock, *, passing):
    """Both worlds say it with an error of ours."""
    for asked in (
        lambda: budget.acquire(KEY, clock=clock, max_wait=1),
        lambda: asyncio.run(budget.acquire_async(KEY, clock=clock, max_wait=1)),
        lambda: budget.try_acquire(KEY, clock=clock),
    ):
        with pytest.raises(nw.StoreUnavailable) as failed:
            asked()
        assert failed.value.passing is passing
        assert failed.value.store == "the rate budget"
        assert failed.value.hint.ko


def test_a_folder_in_place_of_the_file(budgets, file, clock):
    file.mkdir()
    (file / "naverworks-limits.db").mkdir()
    refused(budgets(), clock, passing=False)


def test_a_file_that_is_replaced_by_a_folder_while_in_use(budgets, file, clock):
    budget = budgets()
    lease = budget.acquire(KEY, clock=clock, max_wait=0)
    for part in file.parent.iterdir():
        part.unlink()
    file.mkdir()
    refused(budget, clock, passing=False)
    lease.finish(LIMIT_240)  # which nobody can be told, but nothing is raised
    file.rmdir()
    budget.acquire(KEY, clock=clock, max_wait=0).finish(LIMIT_240)


def test_a_file_that_is_replaced_by_another_while_in_use(budgets, file, clock):
    one, other = budgets(per_minute=1), budgets(per_minute=1)
    one.acquire(KEY, clock=clock, max_wait=0).finish({})
    for part in file.parent.iterdir():
        part.unlink()
    other.acquire(KEY, clock=clock, max_wait=0).finish({})
    with pytest.raises(nw.BudgetExhausted):
        one.acquire(KEY, clock=clock, max_wait=0)


def test_a_file_that_is_no_database(budgets, file, clock):
    file.write_bytes(b"no database at all, but long enough to be one " * 100)
    refused(budgets(), clock, passing=False)


def test_a_full_disk(budgets, file, clock):
    budget = budgets()
    budget.acquire(KEY, clock=clock, max_wait=0).finish({})
    opened = budget._counting._store._open
    opened._connection.execute("PRAGMA max_page_count = 1")

    def use():
        for number in range(100):
            budget.acquire(LimitKey("app", str(number)), clock=clock, max_wait=0).finish({})

    with pytest.raises(nw.StoreUnavailable, match="full") as failed:
        use()
    assert failed.value.passing
    # Opened anew, as the disk may have room by now.
    budget.acquire(KEY, clock=clock, max_wait=0).finish({})


def test_a_database_that_somebody_keeps_locked(budgets, file, clock, monkeypatch):
    monkeypatch.setattr("naverworks_notify.limits._sqlite_store._BUSY_S", 0.05)
    budget = budgets()
    budget.acquire(KEY, clock=clock, max_wait=0).finish({})
    budget.close()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused(budget, clock, passing=True)
    other.execute("ROLLBACK")
    other.close()
    budget.acquire(KEY, clock=clock, max_wait=0).finish({})


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs modes that bind")
def test_a_file_that_must_not_be_written(budgets, file, clock):
    budgets().acquire(KEY, clock=clock, max_wait=0).finish({})
    file.chmod(stat.S_IRUSR)
    refused(budgets(), clock, passing=False)


def test_a_log_that_cannot_be_read_is_begun_anew(budgets, file, clock):
    budget = budgets(per_minute=1)
    budget.acquire(KEY, clock=clock, max_wait=0).finish({})
    budget.close()
    connection = sqlite3.connect(file)
    connection.execute("UPDATE naverworks_notify_rates SET log = x'00ff'")
    connection.commit()
    connection.close()
    budget.acquire(KEY, clock=clock, max_wait=0).finish({})


def test_an_error_in_the_store_takes_no_place_and_holds_nobody_up(file, clock):
    class Failing(SqliteStore):
        failing = False

        def change(self, *args, **options):
            if self.failing:
                raise nw.StoreUnavailable("the rate budget", "it is down", passing=True)
            super().change(*args, **options)

    store = Failing(file)
    budget = SharedRateBudget(store, per_minute=3)
    held = take(budget, clock, 1)
    store.failing = True
    held.pop().finish(LIMIT_240)
    for _ in range(5):
        with pytest.raises(nw.StoreUnavailable):
            budget.acquire(KEY, clock=clock, max_wait=1)
    assert len(budget._counting._here(KEY).line) == 0
    store.failing = False
    assert len(take(budget, clock)) == 2
    budget.close()


class DownRedis:
    def __init__(self, error):
        self.error = error

    def register_script(self, script):
        def run(**options):
            raise self.error

        return run


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (redis.exceptions.ConnectionError("Connection refused."), True),
        (redis.exceptions.TimeoutError("Timeout reading from socket"), True),
        (redis.exceptions.BusyLoadingError("LOADING"), True),
        (redis.exceptions.OutOfMemoryError("OOM command not allowed"), True),
        (redis.exceptions.ReadOnlyError("READONLY"), True),
        (redis.exceptions.AuthenticationError("WRONGPASS"), False),
        (redis.exceptions.ResponseError("WRONGTYPE"), False),
        (ConnectionResetError("reset"), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_redis_that_is_down_or_refuses(error, passing, clock):
    refused(SharedRateBudget.redis(DownRedis(error)), clock, passing=passing)


def test_a_postgres_that_is_down(clock):
    pool_of = pytest.importorskip("psycopg_pool").ConnectionPool
    with pool_of(
        "postgresql://nobody@127.0.0.1:1/nowhere", min_size=0, max_size=1, timeout=0.1, open=True
    ) as pool:
        refused(SharedRateBudget.postgres(pool), clock, passing=True)
    refused(SharedRateBudget.postgres(pool), clock, passing=False)


def test_a_send_whose_budget_is_down_is_refused_by_an_error_of_ours(clock):
    simulator = Simulator(clock=clock, users=[WHO])
    budget = SharedRateBudget.redis(DownRedis(redis.exceptions.ConnectionError("refused")))
    with (
        nw.Client(
            simulator.account,
            bot_id=simulator.bot_id,
            endpoints=simulator.endpoints,
            transport=simulator.transport(),
            clock=clock,
            limiter=budget,
        ) as works,
        pytest.raises(nw.StoreUnavailable),
    ):
        works.messages.send_to_user(WHO, TEXT)
    assert simulator.sent == []


# Waiting in line


def test_tasks_and_threads_of_a_process_ask_as_one(file):
    asked = 0

    class Counting(SqliteStore):
        def change(self, *args, **options):
            nonlocal asked
            asked += 1
            super().change(*args, **options)

    budget = SharedRateBudget(Counting(file), per_minute=240)
    served = []

    async def one(number):
        lease = await budget.acquire_async(KEY, clock=SystemClock(), max_wait=30)
        served.append(number)
        return lease

    async def main():
        leases = await asyncio.gather(*(one(number) for number in range(50)))
        for lease in leases:
            lease.abandon()

    asyncio.run(main())
    assert served[0] == 0
    assert sorted(served) == list(range(50))
    assert asked <= 12
    threads = [
        threading.Thread(
            target=lambda: budget.acquire(KEY, clock=SystemClock(), max_wait=30).abandon()
        )
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    budget.close()


def test_a_cancelled_wait_gives_its_turn_to_the_next(budgets):
    async def main():
        clock = SystemClock()
        budget = budgets(per_minute=1, window=timedelta(seconds=0.3), latency=timedelta())
        (await budget.acquire_async(KEY, clock=clock, max_wait=1)).finish({})
        served = []

        async def caller(name):
            lease = await budget.acquire_async(KEY, clock=clock, max_wait=20)
            served.append(name)
            lease.finish({})

        tasks = [asyncio.create_task(caller(name)) for name in "abc"]
        await asyncio.sleep(0.05)
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return served

    assert asyncio.run(main()) == ["b", "c"]


# What is kept


moments = st.floats(0, 100)


@given(
    st.lists(st.tuples(moments, st.sampled_from(["start", "end", "429", "others"])), max_size=30)
)
def test_a_log_that_was_kept_goes_on_as_it_was(events):
    rules = LogRules(limit=5, first=3, window=60.0, half_after=1e9)
    plain = SlidingLog(rules, patience=10.0)
    kept = SlidingLog(rules, patience=10.0)
    now = 0.0
    started = [0.0]
    for gap, event in events:
        now += gap
        again = SlidingLog(rules, patience=10.0)
        again.load(kept.dump(), now)
        kept = again
        for log in (plain, kept):
            if event == "start":
                if log.try_start(now):
                    started.append(now)
            elif event == "end":
                log.finish(started[-1], now, LimitHeaders(limit=4))
                log.accept(started[-1])
            elif event == "429":
                log.refuse(started[-1], now, 7.0)
            else:
                log.finish(started[-1], now, LimitHeaders(limit=4, remaining=1, reset=20))
        assert kept.next_change(now) == plain.next_change(now)
        assert kept.limit(now) == plain.limit(now)
        assert kept.dump() == plain.dump()


def _packed(number):
    return struct.pack("<d", number)


@given(
    st.binary(max_size=400)
    | st.lists(st.floats(), max_size=40).map(lambda f: b"".join(map(_packed, f)))
)
def test_whatever_stands_there_a_log_can_be_begun(kept):
    log = SlidingLog(LogRules(limit=5, first=3, window=60.0, half_after=1e9), patience=10.0)
    log.load(kept, 1000.0)
    log.try_start(1000.0)
    wait = log.next_change(1000.0)
    assert wait is None or wait <= 71


def test_who_is_first_and_has_to_wait_sleeps(file):
    """Instead of being woken by its own question, and asking again, without end."""

    class Sleepy(ManualClock):
        async def sleep_async(self, seconds):
            self.slept.append(seconds)
            asleep.set()
            await asyncio.Event().wait()

    asleep = asyncio.Event()

    async def main():
        clock = Sleepy()
        budget = SharedRateBudget(SqliteStore(file), per_minute=1)
        held = await budget.acquire_async(KEY, clock=clock, max_wait=0)
        waiting = [
            asyncio.create_task(budget.acquire_async(KEY, clock=clock, max_wait=1000))
            for _ in range(3)
        ]
        await asleep.wait()
        for _ in range(50):
            await asyncio.to_thread(lambda: None)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        held.abandon()
        budget.close()
        return len(clock.slept)

    assert asyncio.run(main()) == 1
