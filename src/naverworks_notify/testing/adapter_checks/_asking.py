"""One check for both worlds: it yields calls and is sent their answers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from typing import Any, TypeAlias

from naverworks_notify.testing.adapter_checks._duty import BrokenDuty

__all__ = ["Check", "run_check", "run_check_async"]

Check: TypeAlias = Generator[Callable[[], Any], Any, tuple[BrokenDuty, ...]]


def run_check(check: Check) -> tuple[BrokenDuty, ...]:
    """Make the calls of a check, one after the other, and return what it found."""
    answer: Any = None
    try:
        while True:
            answer = check.send(answer)()
    except StopIteration as end:
        found: tuple[BrokenDuty, ...] = end.value
        return found


async def run_check_async(check: Check) -> tuple[BrokenDuty, ...]:
    """Do what `run_check` does, awaiting the calls that ask for it."""
    answer: Any = None
    try:
        while True:
            answer = check.send(answer)()
            if inspect.isawaitable(answer):
                answer = await answer
    except StopIteration as end:
        found: tuple[BrokenDuty, ...] = end.value
        return found
