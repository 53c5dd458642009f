"""What importing costs, as ratios to `import httpx`, each in fresh interpreters by turns."""

from __future__ import annotations

import statistics
import subprocess
import sys

from _figures import Figure, at_most

ROUNDS = 11
STATEMENTS = {
    "import naverworks_notify": 0.15,
    "from naverworks_notify import Client": 1.60,
    "from naverworks_notify import policy, catalog": 0.95,
}


def seconds(statement: str) -> float:
    program = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def measure() -> list[Figure]:
    """Return each statement's median, as a ratio."""
    taken: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for statement in ("import httpx", *STATEMENTS):
            taken.setdefault(statement, []).append(seconds(statement))
    httpx = statistics.median(taken["import httpx"])
    return [
        at_most("Import, against `import httpx`", f"`{statement}`", ratio, "×", most)
        for statement, most in STATEMENTS.items()
        for ratio in [statistics.median(taken[statement]) / httpx]
    ]
