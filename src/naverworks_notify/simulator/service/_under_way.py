"""What the service is at, at this moment: management calls on one bot must not meet."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from naverworks_notify.simulator.service._faults import Head

__all__ = ["UnderWay"]


class UnderWay:
    """Counts the management calls that arrived while another one on the same bot was under way.

    The documentation forbids them and does not tell what happens
    (https://developers.worksmobile.com/kr/docs/bot-domain-register): both are carried out.

    Attributes:
        met: How many did.
    """

    def __init__(self) -> None:
        self.met: int = 0
        self._at: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def call(self, head: Head) -> Iterator[None]:
        """Be at a call, from its arrival until its answer."""
        bot_id = head.parameters.get("bot_id")
        if bot_id is None or head.method == "GET" or not head.operation.startswith("bots."):
            yield
            return
        with self._lock:
            self._at[bot_id] += 1
            self.met += self._at[bot_id] > 1
        try:
            yield
        finally:
            with self._lock:
                self._at[bot_id] -= 1
