"""Letting sends pass the circuits of their endpoint."""

from __future__ import annotations

import time
from typing import Any

from naverworks_notify.breaker import Ending, Passage
from naverworks_notify.client._gate import Gate, Waiter
from naverworks_notify.client._options import ClientOptions
from naverworks_notify.client._telling import Telling
from naverworks_notify.operations import Effect, Operation

__all__ = ["AsyncGuard"]

# Sends under way end by their own timeouts. Should one never do so, nobody waits for it for ever.
_LONGEST_START = 60.0


class AsyncGuard:
    """Lets the sends of one client pass the circuits of its endpoint, one try at a time.

    Args:
        gate: The circuits.
        client_id: Whose sends.
        options: What the client goes by.
        telling: Told of circuits that open or close.
    """

    __slots__ = ("_client_id", "_gate", "_options", "_telling")

    def __init__(
        self, gate: Gate, client_id: str, options: ClientOptions, telling: Telling
    ) -> None:
        self._telling = telling
        self._gate = gate
        self._client_id = client_id
        self._options = options

    def passage(self, operation: Operation[Any]) -> Passage | None:
        """Return what a call has to pass; None for what is never held back."""
        rules = self._options.breaker
        endpoint = operation.endpoint
        if rules is None or endpoint.effect is not Effect.SEND:
            return None
        return Passage(endpoint.name, self._client_id, hash(operation.path), rules)

    def is_open(self) -> bool:
        """Whether sends are held back."""
        return self._gate.is_open(self._client_id)

    async def enter(self, passage: Passage, max_wait: float) -> float:
        """Let a send in, once nobody is finding out whether the service is back.

        Returns:
            What is left of `max_wait`, in seconds.

        Raises:
            CircuitOpen: The service seems to be down.
        """
        clock = self._options.clock
        until = clock.monotonic() + max_wait
        left = max_wait
        while (waiter := self._gate.enter(passage, clock, patient=left > 0)) is not None:
            await self._wait(passage, waiter, left)
            left = until - clock.monotonic() if waiter.is_woken else 0.0
        return max(left, 0.0)

    async def start(self, passage: Passage) -> None:
        """Let the first byte leave, once there is room among those under way.

        Raises:
            CircuitOpen: The circuit was opened since the send entered.
        """
        clock = self._options.clock
        left = _LONGEST_START
        while (waiter := self._gate.start(passage, clock, patient=left > 0)) is not None:
            began = time.monotonic()
            await self._wait(passage, waiter, left)
            left -= time.monotonic() - began

    def check(self, passage: Passage) -> None:
        """Check once more, with a connection in hand, that the first byte may leave.

        Raises:
            CircuitOpen: The circuit was opened meanwhile.
        """
        self._gate.check(passage, self._options.clock)

    def end(self, passage: Passage, ending: Ending) -> None:
        """Note how a try ended, and tell what changed by it."""
        for change in self._gate.end(passage, ending, self._options.clock):
            self._telling.circuit(change)

    async def _wait(self, passage: Passage, waiter: Waiter, seconds: float) -> None:
        gives_up = True
        try:
            await waiter.wait_async(seconds)
            gives_up = False
        finally:
            self._gate.leave(passage, waiter, self._options.clock, gives_up=gives_up)
