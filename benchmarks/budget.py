"""How much of the limit is used, how many 429s are drawn, and what asking costs as it grows."""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import statistics
import tempfile
import time
import tracemalloc
from collections import Counter
from datetime import timedelta
from pathlib import Path

from _figures import Figure, at_least, at_most

import naverworks_notify as nw
from naverworks_notify.clock import SystemClock
from naverworks_notify.limits import LimitKey
from naverworks_notify.limits.shared import SharedRateBudget
from naverworks_notify.testing import Simulator

LIMIT = 240
WINDOW = 2.0
WINDOWS = 4


async def run(kind: str) -> Counter[int]:
    window = timedelta(seconds=WINDOW)
    simulator = Simulator(
        per_minute=LIMIT, window=window, window_kind=kind, users=["a@example.com"]
    )
    statuses: Counter[int] = Counter()
    async with nw.AsyncClient(
        simulator.account,
        bot_id=simulator.bot_id,
        endpoints=simulator.endpoints,
        transport=simulator.transport(),
        limiter=nw.RateBudget(per_minute=LIMIT, window=window),
        on_request=lambda details: statuses.update([details.status]),
    ) as works:
        # The first call fetches the token and learns the limit; the clock starts with it.
        await works.messages.send_to_user("a@example.com", nw.messages.Text("hi"))
        until = time.monotonic() + WINDOW * WINDOWS - 0.05

        async def worker() -> None:
            while time.monotonic() < until:
                await works.messages.send_to_user("a@example.com", nw.messages.Text("hi"))

        workers = [asyncio.create_task(worker()) for _ in range(20)]
        await asyncio.sleep(until - time.monotonic())
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return statuses


CLOCK = SystemClock()
STATED = {"x-ratelimit-limit": "240"}
SHARED = "Rate budget, shared in SQLite"


async def give_up(waiting: int) -> float:
    """Return the CPU time, in µs, that one of so many who wait takes to give up."""
    key = LimitKey("app", "messages.send_to_user")
    budget = nw.RateBudget(per_minute=1)
    budget.acquire(key, clock=CLOCK, max_wait=0).finish({})
    tasks = [
        asyncio.create_task(budget.acquire_async(key, clock=CLOCK, max_wait=math.inf))
        for _ in range(waiting)
    ]
    await asyncio.sleep(0)
    begun = time.process_time()
    for task in reversed(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return (time.process_time() - begun) / waiting * 1e6


def ask(budget: SharedRateBudget, keys: int, asks: int) -> float:
    """Return the median time, in µs, of one question about one of so many keys."""
    taken = []
    for number in range(asks):
        key = LimitKey("app", str(number % keys))
        begun = time.perf_counter()
        lease = budget.try_acquire(key, clock=CLOCK)
        taken.append(time.perf_counter() - begun)
        if not isinstance(lease, timedelta):
            lease.finish(STATED)
    return statistics.median(taken) * 1e6


def _ask_for_a_while(
    file: str, seconds: float, seed: int, told: multiprocessing.Queue[int]
) -> None:
    with SharedRateBudget.sqlite(file) as budget:
        until = time.monotonic() + seconds
        asked = 0
        while time.monotonic() < until:
            key = LimitKey("app", str((asked * 7 + seed * 131) % 1000))
            lease = budget.try_acquire(key, clock=CLOCK)
            if not isinstance(lease, timedelta):
                lease.finish(STATED)
            asked += 1
    told.put(asked)


def rate(file: str, processes: int, seconds: float = 3.0) -> float:
    """Return how often a second so many processes ask together."""
    told: multiprocessing.Queue[int] = multiprocessing.Queue()
    workers = [
        multiprocessing.Process(target=_ask_for_a_while, args=(file, seconds, seed, told))
        for seed in range(processes)
    ]
    for worker in workers:
        worker.start()
    asked = sum(told.get() for _ in workers)
    for worker in workers:
        worker.join()
    return asked / seconds


def growth() -> list[Figure]:
    """Return what many who wait, many keys and many processes cost."""
    few, many = (asyncio.run(give_up(waiting)) for waiting in (3_000, 30_000))
    figures = [
        at_most("Rate budget, in process", "giving up, of 30 000 to 3 000", many / few, "×", 12)
    ]
    with tempfile.TemporaryDirectory() as folder:
        with SharedRateBudget.sqlite(Path(folder) / "one.db") as budget:
            one = ask(budget, 1, 2_000)
        with SharedRateBudget.sqlite(Path(folder) / "many.db") as budget:
            ask(budget, 1, 1)
            tracemalloc.start()
            before = tracemalloc.get_traced_memory()[0]
            ask(budget, 5_000, 5_000)
            held = (tracemalloc.get_traced_memory()[0] - before) / 1e6
            tracemalloc.stop()
            each = ask(budget, 5_000, 5_000)
            descriptors = Path("/proc/self/fd")
            opened = len(list(descriptors.iterdir())) if descriptors.exists() else 0
        figures += [
            Figure(group=SHARED, name="one question", value=one, unit="µs"),
            at_most(SHARED, "a question of 5 000 keys to one", each / one, "×", 1.2),
            at_most(SHARED, "memory of 5 000 keys", held, "MB", 100),
            at_most(SHARED, "descriptors open with 5 000 keys", opened, "", 20),
        ]
        alone = rate(f"{folder}/alone.db", 1)
        together = rate(f"{folder}/together.db", 8)
        figures.append(at_least(SHARED, "eight processes to one", together / alone, "×", 1.5))
    return figures


def measure() -> list[Figure]:
    """Return the share of limit × time that was used, and the 429s, for both kinds of window."""
    figures = []
    for kind in ("fixed", "sliding"):
        statuses = asyncio.run(run(kind))
        used = 100 * statuses[201] / (LIMIT * WINDOWS)
        group = "Rate budget, in process"
        figures.append(at_least(group, f"share of the limit used, {kind} windows", used, "%", 97))
        figures.append(at_most(group, f"429s, {kind} windows", statuses[429], "", 0))
    return figures + growth()
