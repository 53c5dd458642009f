"""What a caller does right before the first byte of a message leaves, in both worlds."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable

from naverworks_notify.errors import InvalidValue, Violation

__all__ = ["BeforeSend", "check_before_send", "run_before", "run_before_async"]

BeforeSend = Callable[[], object]
"""Called without arguments; on an `AsyncClient`, what it returns is awaited where it can be."""


def check_before_send(hook: object) -> None:
    """Check a hook before anything is done for the call.

    Raises:
        InvalidValue: It cannot be called.
    """
    if not callable(hook):
        raise _refused("must be a function.")


def run_before(hook: BeforeSend) -> None:
    """Run a hook of a blocking client.

    Raises:
        InvalidValue: It would have to be awaited, which nobody here does.
    """
    done = hook()
    if isinstance(done, Awaitable):
        if inspect.iscoroutine(done):
            done.close()
        raise _refused("must be a plain function; only an AsyncClient awaits one.")


async def run_before_async(hook: BeforeSend) -> None:
    """Run a hook of an async client, and await what it returns."""
    done = hook()
    if isinstance(done, Awaitable):
        await done


def _refused(told: str) -> InvalidValue:
    return InvalidValue(violations=(Violation("before_send", "type", told),))
