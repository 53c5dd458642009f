"""Blocking steps: at once for threads, in a worker thread for tasks. By hand for both worlds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

__all__ = ["call", "call_async"]

P = ParamSpec("P")
T = TypeVar("T")


def call(step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run the step here."""
    return step(*args, **kwargs)


async def call_async(step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run the step beside the event loop."""
    return await asyncio.to_thread(step, *args, **kwargs)
