"""One check for both worlds: it yields calls and is sent their answers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from typing import Any, TypeAlias

__all__ = ["Check", "run_check", "run_check_async"]

Check: TypeAlias = Generator[Callable[[], Any], Any, None]


def run_check(check: Check) -> None:
    """Make the calls of a check, one after the other."""
    answer = None
    try:
        while True:
            answer = check.send(answer)()
    except StopIteration:
        return


async def run_check_async(check: Check) -> None:
    """Make the calls of a check, awaiting those that ask for it."""
    answer = None
    try:
        while True:
            answer = check.send(answer)()
            if inspect.isawaitable(answer):
                answer = await answer
    except StopIteration:
        return
