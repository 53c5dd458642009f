"""A limiter that lets a handful of calls through and listens to what the service says of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from naverworks_notify.clock import Clock
from naverworks_notify.limits import Lease, LimitKey, Unlimited, read_limit_headers

__all__ = ["Overheard"]


class Overheard(Unlimited):
    """Remembers the limit in the headers of the answers.

    Attributes:
        limit: Calls a window holds, or None where no answer said.
    """

    limit: int | None = None

    def acquire(
        self,
        key: LimitKey,  # noqa: ARG002 - the protocol's signature
        *,
        clock: Clock,  # noqa: ARG002
        max_wait: float,  # noqa: ARG002
        on_wait: Callable[[float], None] | None = None,  # noqa: ARG002
    ) -> Lease:
        """Return at once."""
        return _Listening(self)


class _Listening:
    def __init__(self, heard: Overheard) -> None:
        self._heard = heard

    def finish(self, headers: Mapping[str, str], pause: float = 0.0) -> None:
        """Listen to the headers of an answer."""
        del pause
        said = read_limit_headers(headers)
        if said is not None and said.limit is not None:
            self._heard.limit = said.limit

    def abandon(self) -> None:
        """Hear nothing."""
