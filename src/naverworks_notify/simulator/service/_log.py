"""What was asked of the simulated service and how it answered, without a person or a word in it."""

from __future__ import annotations

import json
import logging
from collections import deque
from datetime import datetime

from attrs import frozen

from naverworks_notify.printable import printable
from naverworks_notify.simulator.service._faults import Fault, Head
from naverworks_notify.wire import Response

__all__ = ["LoggedCall", "RequestLog"]

_LOG = logging.getLogger("naverworks_notify.simulator")
KEPT = 1000
LONGEST_CODE = 100


@frozen(kw_only=True)
class LoggedCall:
    """One call and its answer.

    Attributes:
        number: Counts up, with other things of the simulator.
        at: When, by the service's clock.
        method: HTTP method.
        operation: Name of the operation; empty where the service has none at the address.
        domain_id: The domain of the app whose token was used, where it was a live one.
        status: HTTP status; None where a scripted fault kept the call from arriving.
        code: The vendor's code of a refusal, or the `error` of the token endpoint.
        switch: What of `Behaviour` lets the call pass, where its refusal may be the simulator's
            alone: `accept_undocumented`, `ungranted_scopes`, `answers[Situation.…]`; else empty.
        scripted: Whether a fault struck it.
    """

    number: int
    at: datetime
    method: str
    operation: str
    domain_id: int | None = None
    status: int | None = None
    code: str | None = None
    switch: str = ""
    scripted: bool = False

    def __str__(self) -> str:
        told = f"{self.method} {self.operation or 'unknown'} {self.status or 'lost'}"
        if self.code:
            told += f" {self.code}"
        if self.scripted:
            told += " (scripted)"
        if self.switch:
            told += f" (may be the simulator's alone: Behaviour.{self.switch})"
        return told


class RequestLog:
    """The last calls, oldest first; also told to the logger `naverworks_notify.simulator`."""

    def __init__(self) -> None:
        self._calls: deque[LoggedCall] = deque(maxlen=KEPT)

    @property
    def calls(self) -> tuple[LoggedCall, ...]:
        """What is remembered."""
        return tuple(self._calls)

    def note(
        self,
        head: Head,
        response: Response | None,
        *,
        number: int,
        at: datetime,
        fault: Fault | None = None,
        domain_id: int | None = None,
        switch: str = "",
    ) -> None:
        """Remember one call."""
        call = LoggedCall(
            number=number,
            at=at,
            # What a stranger made up as a method has no place in a log.
            method=head.method if head.method in _METHODS else "?",
            operation=head.operation,
            domain_id=domain_id,
            status=response.status if response is not None else None,
            code=_code_of(response),
            switch=switch,
            scripted=fault is not None,
        )
        self._calls.append(call)
        _LOG.info("%s", call)


_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_REFUSED = 400


def _code_of(response: Response | None) -> str | None:
    if response is None or response.status < _REFUSED:
        return None
    try:
        body = json.loads(response.content)
        code = body.get("code") or body.get("error")
    except (ValueError, AttributeError):
        return None
    # A fault may script any text.
    return printable(code)[:LONGEST_CODE] if isinstance(code, str) else None
