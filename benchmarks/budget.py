"""How much of the limit is used, and how many 429s are drawn, in real time."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import timedelta

from _figures import Figure, at_least, at_most

import naverworks_notify as nw
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


def measure() -> list[Figure]:
    """Return the share of limit × time that was used, and the 429s, for both kinds of window."""
    figures = []
    for kind in ("fixed", "sliding"):
        statuses = asyncio.run(run(kind))
        used = 100 * statuses[201] / (LIMIT * WINDOWS)
        group = "Rate budget, in process"
        figures.append(at_least(group, f"share of the limit used, {kind} windows", used, "%", 97))
        figures.append(at_most(group, f"429s, {kind} windows", statuses[429], "", 0))
    return figures
