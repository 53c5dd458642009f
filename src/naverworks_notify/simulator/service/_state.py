"""Everything the simulated service remembers and goes by, in one place; it answers nothing."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from naverworks_notify.clock import Clock
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.simulator.service._behaviour import Behaviour
from naverworks_notify.simulator.service._faults import Faults, Head
from naverworks_notify.simulator.service._log import RequestLog
from naverworks_notify.simulator.service._rates import Rates, WindowKind
from naverworks_notify.simulator.service._tenant import Attachment, SentMessage, Tenant
from naverworks_notify.simulator.service._tokens import Tokens

__all__ = ["IN_PROCESS", "State", "UnderWay"]

# Nobody can answer there: .invalid is reserved by RFC 2606.
IN_PROCESS = "https://naverworks-simulator.invalid"


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


class State:
    """The service's state. Hold `lock` to read or change more than one thing of it.

    Attributes:
        clock: Where time comes from.
        clock_skew: How far the service's time runs ahead of it.
        per_minute: Calls a window holds per operation.
        rooms_per_minute: Calls a window holds for creating a room.
        behaviour: The choices where the service is not established.
        faults: Scripted trouble.
        tokens: The apps and their tokens.
        rates: The budgets.
        tenants: The organisations by domain.
        sent: The accepted messages, oldest first.
        uploads: Files by the token in their address.
        base_url: Where the service is reached.
        throttled: How many calls a rate limit refused.
        under_way: Management calls that are being carried out.
        log: The last calls.
        lock: Held while a call is carried out.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        per_minute: int,
        rooms_per_minute: int,
        window: timedelta,
        window_kind: WindowKind,
        behaviour: Behaviour,
    ) -> None:
        for name, limit in (("per_minute", per_minute), ("rooms_per_minute", rooms_per_minute)):
            if limit < 1:
                raise InvalidValue(violations=(Violation(name, "minimum", "must be at least 1."),))
        self.clock = clock
        self.clock_skew: timedelta = timedelta()
        self.per_minute = per_minute
        self.rooms_per_minute = rooms_per_minute
        self.behaviour = behaviour
        self.faults: Faults = Faults()
        self.tokens: Tokens = Tokens()
        self.rates: Rates = Rates(window=window, kind=window_kind)
        self.tenants: dict[int, Tenant] = {}
        self.sent: list[SentMessage] = []
        self.uploads: dict[str, Attachment] = {}
        self.base_url: str = IN_PROCESS
        self.throttled: int = 0
        self.under_way: UnderWay = UnderWay()
        self.log: RequestLog = RequestLog()
        self.lock: threading.RLock = threading.RLock()
        self._numbers = itertools.count(1)

    def now(self) -> datetime:
        """Return the service's time: the clock's, shifted by the skew."""
        return self.clock.now() + self.clock_skew

    def next_number(self) -> int:
        """Return a number no other thing of this service has."""
        return next(self._numbers)

    def bot_ids(self) -> list[int]:
        """Return the IDs of every tenant's bots."""
        return [bot_id for tenant in self.tenants.values() for bot_id in tenant.bots]
