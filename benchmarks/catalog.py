"""Rendering every sample alert in one locale, on one core: medians, and ratios to json.dumps.

A rendering includes every check of the message. The ratio compares it with `json.dumps` of what it
renders, the least that anybody who sends it has to do.
"""

from __future__ import annotations

import json
import platform
import statistics
import time
from collections.abc import Callable

from naverworks_notify.catalog import CATALOG
from naverworks_notify.catalog.samples import sample

ROUNDS = 400
BUDGETS_US: dict[str, float] = {"plain": 150.0, "rich": 400.0}


def median_us(call: Callable[[], object]) -> float:
    """Return the median of many calls in microseconds."""
    for _ in range(20):
        call()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def measure(form: str) -> dict[str, tuple[float, float]]:
    """Return microseconds and the ratio to json.dumps of each entry."""
    measured = {}
    for entry in CATALOG.values():
        alert = sample(entry.id)

        def render(alert=alert, audience=entry.audience):
            return CATALOG.render(alert, audience=audience, locale="ko", form=form)

        raw = render().to_dict()
        spent = median_us(render)
        dumping = median_us(lambda raw=raw: json.dumps(raw, ensure_ascii=False))
        measured[entry.id] = spent, spent / dumping
    return measured


def main() -> None:
    """Print a Markdown table."""
    print(f"Python {platform.python_version()}, one core, medians of {ROUNDS} renderings\n")
    print("| form | median entry | slowest entry | budget | ratio to json.dumps |")
    print("| --- | --- | --- | --- | --- |")
    for form, budget in BUDGETS_US.items():
        measured = measure(form)
        typical = statistics.median(spent for spent, _ in measured.values())
        slowest, (most, _) = max(measured.items(), key=lambda pair: pair[1][0])
        ratio = statistics.median(ratio for _, ratio in measured.values())
        print(
            f"| {form} | {typical:.0f} µs | {most:.0f} µs ({slowest}) | {budget:.0f} µs "
            f"| {ratio:.1f} |"
        )


if __name__ == "__main__":
    main()
