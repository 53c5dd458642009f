"""Scripted trouble: what goes wrong, for which calls, how often."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatchcase

from attrs import field, frozen

from naverworks_notify.errors import InvalidValue, Violation

__all__ = ["Fault", "FaultKind", "Faults", "Head", "Hold"]


class FaultKind(StrEnum):
    """What goes wrong. On a port, the sockets really break.

    Attributes:
        CONNECT: No connection: refused. On a port: the connection is reset at once.
        CONNECT_TIMEOUT: No connection: no answer in time. On a port: as `CONNECT`.
        TLS: The TLS handshake fails. On a port: as `CONNECT`.
        WRITE: The connection breaks while the request is being sent. On a port: the connection
            is reset before the body is read.
        RESET_BEFORE: The connection is reset before the request was read.
        DISCONNECT: The connection is reset after the request was read, without an answer.
        TRUNCATED: Half of the answer arrives, then the connection closes.
        TIMEOUT: No answer. In process a read timeout at once, on a port silence.
        MALFORMED: An answer whose JSON is broken.
        REDIRECT: An answer that points somewhere else.
        TOKEN_KILLED: The service ends the token the call carries, then answers 401.
    """

    CONNECT = "connect"
    CONNECT_TIMEOUT = "connect_timeout"
    TLS = "tls"
    WRITE = "write"
    RESET_BEFORE = "reset_before"
    DISCONNECT = "disconnect"
    TRUNCATED = "truncated"
    TIMEOUT = "timeout"
    MALFORMED = "malformed"
    REDIRECT = "redirect"
    TOKEN_KILLED = "token_killed"  # noqa: S105 - the name of a fault

    @property
    def before_request(self) -> bool:
        """Whether it strikes before the service has the request."""
        return self in {
            FaultKind.CONNECT,
            FaultKind.CONNECT_TIMEOUT,
            FaultKind.TLS,
            FaultKind.WRITE,
            FaultKind.RESET_BEFORE,
        }


class Hold:
    """A gate that calls wait at until the test opens it. Thread-safe, and safe for tasks."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._arrived = threading.Condition()
        self._waiting = 0
        self._wakers: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    @property
    def waiting(self) -> int:
        """How many calls have arrived so far."""
        return self._waiting

    def release(self) -> None:
        """Let every waiting call, and every later one, go on."""
        with self._arrived:
            self._open.set()
            wakers, self._wakers = self._wakers, []
        for loop, event in wakers:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    def wait_for(self, calls: int = 1, *, timeout: float = 10.0) -> bool:
        """Block until that many calls have arrived; False when they did not in `timeout` seconds.

        For tests on threads; from a task, use `asyncio.to_thread(hold.wait_for)`.
        """
        with self._arrived:
            return self._arrived.wait_for(lambda: self._waiting >= calls, timeout)

    def _arrive(self) -> None:
        with self._arrived:
            self._waiting += 1
            self._arrived.notify_all()

    def pass_through(self, timeout: float | None) -> bool:
        """Wait at the gate; False when the caller's own timeout passes first."""
        self._arrive()
        return self._open.wait(timeout)

    async def pass_through_async(self, timeout: float | None) -> bool:  # noqa: ASYNC109 - httpx's
        """Wait at the gate without blocking the event loop."""
        self._arrive()
        event = asyncio.Event()
        with self._arrived:
            if self._open.is_set():
                return True
            self._wakers.append((asyncio.get_running_loop(), event))
        try:
            await asyncio.wait_for(event.wait(), timeout)
        except TimeoutError:
            return False
        return True


@frozen(kw_only=True)
class Head:
    """The part of a call that is known before its body is read.

    Attributes:
        operation: Name of the operation, for example `messages.send_to_user`.
        method: HTTP method.
        path: Decoded path below the API's base.
        parameters: Decoded path parameters, for example `user_id`.
    """

    operation: str
    method: str
    path: str
    parameters: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class Fault:
    """One kind of trouble.

    Attributes:
        status: Answer with this HTTP status and its documented body, if not None.
        kind: Break in this way, if not None.
        code: Replaces the vendor's code of a status.
        description: Replaces the description of a status.
        headers: More response headers.
        body: Replaces the body, as raw bytes.
        carried_out: Whether the service does the work before the trouble shows. A send that
            times out with `carried_out=True` has arrived.
        delay: How long the answer takes, on the simulator's clock.
        hold: A gate to wait at.
    """

    status: int | None = None
    kind: FaultKind | None = None
    code: str | None = None
    description: str | None = None
    headers: Mapping[str, str] = field(factory=dict)
    body: bytes | None = None
    carried_out: bool = False
    delay: timedelta = timedelta()
    hold: Hold | None = None

    @property
    def shows(self) -> bool:
        """Whether the answer is another one than the service's own."""
        return self.status is not None or self.kind is not None

    @property
    def lets_work(self) -> bool:
        """Whether the service does the work all the same."""
        half = self.kind in {FaultKind.TRUNCATED, FaultKind.MALFORMED}
        return self.carried_out or half or not self.shows


class _Rule:
    def __init__(
        self,
        operation: str,
        fault: Fault,
        times: int | None,
        when: Callable[[Head], bool] | None,
    ) -> None:
        self.operation = operation
        self.fault = fault
        self.left = times
        self.when = when

    def takes(self, head: Head) -> bool:
        if self.left == 0 or not fnmatchcase(head.operation, self.operation):
            return False
        return self.when is None or self.when(head)


class Faults:
    """The script of one simulator. Rules are asked in the order they were given. Thread-safe.

    An operation may be a pattern: `messages.*`, `*`. Token calls are `tokens.issue`,
    `tokens.refresh` and `tokens.revoke`.

    Examples:
        >>> faults = Faults()
        >>> faults.next("messages.send_to_user", 429, times=2)
        >>> faults.always("users.*", "timeout")
        >>> faults.pending
        2
    """

    def __init__(self) -> None:
        self._rules: list[_Rule] = []
        self._holds: list[Hold] = []
        self._lock = threading.Lock()

    @property
    def pending(self) -> int:
        """How many rules still have calls to strike."""
        with self._lock:
            return sum(rule.left != 0 for rule in self._rules)

    def next(
        self,
        operation: str = "*",
        status: int | str | Fault = 500,
        *,
        times: int = 1,
        when: Callable[[Head], bool] | None = None,
        code: str | None = None,
        description: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        carried_out: bool = False,
    ) -> None:
        """Strike the next calls of an operation.

        Args:
            operation: Name or pattern.
            status: An HTTP status, a `FaultKind` or its name, or a whole `Fault`.
            times: How many calls.
            when: Only calls for which this is true.
            code: The vendor's code instead of the documented one.
            description: The description instead of the documented one.
            headers: More response headers.
            body: The response body, as raw bytes.
            carried_out: Whether the service does the work all the same.

        Raises:
            InvalidValue: Nothing is known by that name, or `times` is not positive.
        """
        if times < 1:
            raise InvalidValue(violations=(Violation("times", "minimum", "must be at least 1."),))
        fault = _fault_from(
            status,
            code=code,
            description=description,
            headers=headers,
            body=body,
            carried_out=carried_out,
        )
        self._add(operation, fault, times, when)

    def always(
        self,
        operation: str = "*",
        status: int | str | Fault = 500,
        *,
        when: Callable[[Head], bool] | None = None,
        code: str | None = None,
        description: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        carried_out: bool = False,
    ) -> None:
        """Strike every call of an operation until `clear()`; arguments as for `next`."""
        fault = _fault_from(
            status,
            code=code,
            description=description,
            headers=headers,
            body=body,
            carried_out=carried_out,
        )
        self._add(operation, fault, None, when)

    def slow(self, operation: str, by: timedelta, *, times: int | None = None) -> None:
        """Delay the answers of an operation on the simulator's clock; None means always."""
        self._add(operation, Fault(delay=by), times, None)

    def hang(self, operation: str, *, times: int | None = None) -> Hold:
        """Make calls of an operation wait, after they arrived whole, until the hold is released.

        Examples:
            >>> faults = Faults()
            >>> hold = faults.hang("tokens.issue")
            >>> hold.release()
        """
        hold = Hold()
        with self._lock:
            self._holds.append(hold)
        self._add(operation, Fault(hold=hold), times, None)
        return hold

    def clear(self) -> None:
        """Forget every rule and release every hold."""
        with self._lock:
            self._rules.clear()
        self.release_all()

    def release_all(self) -> None:
        """Release every hold."""
        with self._lock:
            holds, self._holds = self._holds, []
        for hold in holds:
            hold.release()

    def take(self, head: Head) -> Fault | None:
        """Return the fault that strikes a call, and count it; None for an ordinary call."""
        with self._lock:
            for rule in self._rules:
                if rule.takes(head):
                    if rule.left is not None:
                        rule.left -= 1
                    return rule.fault
        return None

    def _add(
        self,
        operation: str,
        fault: Fault,
        times: int | None,
        when: Callable[[Head], bool] | None,
    ) -> None:
        with self._lock:
            self._rules = [rule for rule in self._rules if rule.left != 0]
            self._rules.append(_Rule(operation, fault, times, when))


def _fault_from(
    status: int | str | Fault,
    *,
    code: str | None,
    description: str | None,
    headers: Mapping[str, str] | None,
    body: bytes | None,
    carried_out: bool,
) -> Fault:
    if isinstance(status, Fault):
        return status
    if not isinstance(status, int) and status not in set(FaultKind):
        told = f"must be an HTTP status, or one of {', '.join(FaultKind)}."
        raise InvalidValue(violations=(Violation("status", "enum", told),))
    return Fault(
        status=status if isinstance(status, int) else None,
        kind=None if isinstance(status, int) else FaultKind(status),
        code=code,
        description=description,
        headers=headers or {},
        body=body,
        carried_out=carried_out,
    )
