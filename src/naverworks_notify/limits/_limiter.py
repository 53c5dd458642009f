"""What a client asks of whatever limits its rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple, Protocol

from naverworks_notify.clock import Clock

__all__ = ["Lease", "LimitKey", "Limiter", "Unlimited", "owner_of"]


class LimitKey(NamedTuple):
    """What is counted together by the service.

    Attributes:
        owner: Who owns the budget: an API endpoint and a client id (the service counts per
            domain that owns the app); see `owner_of`.
        operation: Name of the endpoint.
        room: Whether it falls under the limit for creating rooms.
    """

    owner: str
    operation: str
    room: bool = False


def owner_of(api: str, client_id: str) -> str:
    """Return the owner of a budget: whoever names the same service and the same app.

    Args:
        api: Base URL of the API; its case does not matter.
        client_id: The app.
    """
    return f"{client_id} at {api.lower()}"


class Lease(Protocol):
    """The right to make one call. Exactly one of `finish` and `abandon` must be called."""

    def finish(self, headers: Mapping[str, str], pause: float = 0.0) -> None:
        """Note that the call was answered, or may have reached the service.

        Args:
            headers: Header fields of the answer under lower-case names; empty without one.
            pause: Seconds for which no other call may start, after a 429.
        """

    def abandon(self) -> None:
        """Give the right back: the call never reached the service."""


class Limiter(Protocol):
    """Lets calls start at a rate. Safe to share between threads, tasks and clients."""

    def acquire(
        self,
        key: LimitKey,
        *,
        clock: Clock,
        max_wait: float,
        on_wait: Callable[[float], None] | None = None,
    ) -> Lease:
        """Block until a call may start.

        Args:
            key: What the call is counted under.
            clock: Where time is taken from and slept on.
            max_wait: Most seconds to wait.
            on_wait: Told the estimated seconds, once, when a wait begins.

        Raises:
            BudgetExhausted: The wait would exceed `max_wait`.
        """
        ...

    async def acquire_async(
        self,
        key: LimitKey,
        *,
        clock: Clock,
        max_wait: float,
        on_wait: Callable[[float], None] | None = None,
    ) -> Lease:
        """Suspend until a call may start; otherwise as `acquire`."""
        ...

    def try_acquire(self, key: LimitKey, *, clock: Clock) -> Lease | timedelta:
        """Return the right to start a call now, or about how long it would have to wait."""
        ...


class _NoLease:
    __slots__ = ()

    def finish(self, headers: Mapping[str, str], pause: float = 0.0) -> None:
        """Hold nothing."""

    def abandon(self) -> None:
        """Hold nothing."""


_NO_LEASE = _NoLease()


class Unlimited:
    """Lets every call start at once: for one call, for tests, or where something else limits.

    Without a limiter the service's own 429 is what slows a burst down.
    """

    def acquire(
        self,
        key: LimitKey,  # noqa: ARG002 - the protocol's signature
        *,
        clock: Clock,  # noqa: ARG002
        max_wait: float,  # noqa: ARG002
        on_wait: Callable[[float], None] | None = None,  # noqa: ARG002
    ) -> Lease:
        """Return at once."""
        return _NO_LEASE

    async def acquire_async(
        self,
        key: LimitKey,  # noqa: ARG002
        *,
        clock: Clock,  # noqa: ARG002
        max_wait: float,  # noqa: ARG002
        on_wait: Callable[[float], None] | None = None,  # noqa: ARG002
    ) -> Lease:
        """Return at once."""
        return _NO_LEASE

    def try_acquire(self, key: LimitKey, *, clock: Clock) -> Lease | timedelta:  # noqa: ARG002
        """Return at once."""
        return _NO_LEASE

    def __repr__(self) -> str:
        return "Unlimited()"
