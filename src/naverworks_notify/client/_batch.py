"""Many messages in one call: who is next, what became of each, and workers for both worlds."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sized
from contextvars import copy_context
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from attrs import define, field, frozen

from naverworks_notify.client._gate import Waiter
from naverworks_notify.clock import Clock
from naverworks_notify.errors import (
    CircuitOpen,
    DeliveryUnknown,
    InvalidMessage,
    InvalidValue,
    NaverWorksError,
    NotTried,
    Violation,
)
from naverworks_notify.logs import logger_of
from naverworks_notify.validation import Violations

if TYPE_CHECKING:
    from naverworks_notify.messages import Content

__all__ = [
    "Batch",
    "Member",
    "OnProgress",
    "SendResult",
    "check_batch",
    "run_workers",
    "run_workers_async",
]

_log = logger_of("client")

OnProgress = Callable[[int, int | None], object]
"""Called with how many are done, and how many there are in all where that is known."""

_MOST_WORKERS = 1000
_OPERATIONS = {"user": "messages.send_to_user", "channel": "messages.send_to_channel"}


@frozen
class SendResult:
    """What became of one message of `send_many`.

    Attributes:
        address: Whom it was for.
        error: Why it was not sent, or why nobody can know; None where it was sent.
    """

    # It may be somebody's e-mail address.
    address: str = field(repr=False)
    error: NaverWorksError | None = None

    @property
    def ok(self) -> bool:
        """Whether it was sent."""
        return self.error is None


@define(eq=False)
class Member:
    """One message of a batch.

    Attributes:
        index: Its place.
        address: Whom it is for.
        content: What to send; None once that is over.
        leaving: Whether a byte of it may be on its way.
    """

    index: int
    address: str
    content: Any
    leaving: bool = False


class _Stopped(BaseException):
    """Keeps a message from leaving after its batch has ended; never leaves this module."""


def check_batch(
    pairs: object, *, to: object, concurrency: object, on_progress: object, give_up_after: object
) -> None:
    """Check what a batch was given before anything is sent.

    Raises:
        InvalidValue: An argument is wrong; all of them are told.
    """
    violations = Violations()
    if not isinstance(pairs, Iterable) or isinstance(pairs, (str, bytes)):
        violations.add("pairs", "type", "must be pairs of an address and a content.")
    if to not in tuple(_OPERATIONS):
        violations.add("to", "enum", "must be user or channel.")
    if type(concurrency) is not int or not 1 <= concurrency <= _MOST_WORKERS:
        violations.add("concurrency", "range", f"must be an integer from 1 to {_MOST_WORKERS}.")
    if on_progress is not None and not callable(on_progress):
        violations.add("on_progress", "type", "must be a function.")
    if not isinstance(give_up_after, timedelta) or give_up_after <= timedelta():
        violations.add("give_up_after", "positive", "must be a positive timedelta.")
    violations.raise_as(InvalidValue, "This batch is refused")


class Batch:
    """Who is next, and what became of each. Safe to share between threads.

    Args:
        pairs: Addresses and contents; read one by one, as there is room for the next.
        to: `user` or `channel`.
        on_progress: Told after each.
        give_up_after: How long nothing may have succeeded before the rest is given up.
        clock: Where time comes from.
    """

    def __init__(
        self,
        pairs: Iterable[tuple[str, Content]],
        *,
        to: str,
        on_progress: OnProgress | None,
        give_up_after: timedelta,
        clock: Clock,
    ) -> None:
        if isinstance(pairs, Mapping):
            pairs = cast("Iterable[tuple[str, Content]]", pairs.items())
        self.operation = _OPERATIONS[to]
        self.total = len(pairs) if isinstance(pairs, Sized) else None
        self.stopped = False
        self._pairs = iter(pairs)
        self._on_progress = on_progress
        self._patience = give_up_after.total_seconds()
        self._clock = clock
        self._last_success = clock.monotonic()
        self._given_up = False
        self._done = 0
        self._results: list[SendResult | None] = []
        self._under_way: dict[int, Member] = {}
        self._pausing: list[Waiter] | None = None
        self._lock = threading.Lock()
        self._telling = threading.Lock()

    def next(self) -> Member | None:
        """Return the next message to send, and settle those that cannot be one; None at the end."""
        while True:
            with self._lock:
                if self.stopped:
                    return None
                try:
                    pair: Any = next(self._pairs)
                except StopIteration:
                    return None
                member, error = self._read(pair)
                self._under_way[member.index] = member
            if error is None and self._given_up:
                error = self.open_error()
            if error is None:
                return member
            self.settle(member, error)

    def _read(self, pair: Any) -> tuple[Member, NaverWorksError | None]:
        index = len(self._results)
        self._results.append(None)
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:  # noqa: PLR2004 - a pair
            told = Violation(f"pairs[{index}]", "type", "must be an address and a content.")
            return Member(index, "", None), InvalidMessage(violations=(told,))
        address, content = pair
        return Member(index, address if isinstance(address, str) else "", content), None

    def let_leave(self, member: Member) -> None:
        """Note that a message may be on its way; do not let it leave after the end."""
        with self._lock:
            if self.stopped:
                raise _Stopped
            member.leaving = True

    def patience(self) -> float:
        """Return for how many more seconds something may go on without a success."""
        return max(self._last_success + self._patience - self._clock.monotonic(), 0.0)

    def give_up(self) -> None:
        """End what has not begun."""
        self._given_up = True

    def open_error(self) -> CircuitOpen:
        """Return the error of what is given up."""
        return CircuitOpen(
            f"{self.operation}: nothing could be sent for {self._patience / 60:.0f} minutes, so the "
            "rest of the batch was given up. Nothing of it was sent.",
            operation=self.operation,
            retry_after=timedelta(seconds=self._patience),
        )

    def settle(self, member: Member, error: NaverWorksError | None) -> None:
        """Note what became of a message, and tell the caller."""
        member.content = None
        with self._telling:
            with self._lock:
                if error is None:
                    self._last_success = self._clock.monotonic()
                self._under_way.pop(member.index, None)
                if self._results[member.index] is not None:
                    return
                self._results[member.index] = SendResult(member.address, error)
                self._done += 1
                done = self._done
            if self._on_progress is not None and not self.stopped:
                try:
                    self._on_progress(done, self.total)
                except Exception as broken:  # noqa: BLE001 - whatever the caller's code raises
                    _log.warning("on_progress raised %s; it goes on", type(broken).__name__)

    def join_pause(self) -> Waiter | None:
        """Take part in a pause: return whom to wait for; None for the first, who sleeps for all.

        One sleeps and the others wait, so that a pause of a batch is one timer.
        """
        with self._lock:
            if self._pausing is None:
                self._pausing = []
                return None
            waiter = Waiter()
            self._pausing.append(waiter)
            return waiter

    def end_pause(self) -> None:
        """Wake all who wait for the end of a pause."""
        with self._lock:
            waiters, self._pausing = self._pausing or [], None
        for waiter in waiters:
            waiter.wake()

    def stop(self) -> None:
        """Let nothing leave from now on."""
        with self._lock:
            self.stopped = True
        self.end_pause()

    def workers(self, most: int) -> int:
        """Return how many workers have something to do."""
        return most if self.total is None else min(most, self.total)

    def has_leaving(self) -> bool:
        """Whether something is on its way whose outcome will be known."""
        with self._lock:
            return any(member.leaving for member in self._under_way.values())

    def end(self) -> tuple[SendResult, ...]:
        """Return all results; what has none was not sent, or nobody knows."""
        self.stop()
        with self._lock:
            left = [*self._under_way.values()]
        for member in left:
            self.settle(member, self.interrupted(member))
        for pair in self._pairs if self.total is not None else ():
            with self._lock:
                member, error = self._read(pair)
            self.settle(member, error or self.interrupted(member))
        return tuple(result for result in self._results if result is not None)

    def interrupted(self, member: Member) -> NaverWorksError:
        """Return the error of a message that the batch did not see the end of."""
        if member.leaving:
            return DeliveryUnknown(
                f"{self.operation}: the batch was interrupted before the answer came; the message "
                "may or may not have been delivered.",
                operation=self.operation,
                cause="interrupted",
            )
        return NotTried(
            f"{self.operation}: the batch was interrupted before its turn; nothing was sent.",
            operation=self.operation,
        )


def run_workers(
    batch: Batch, work: Callable[[Member], None], *, concurrency: int, grace: float
) -> tuple[SendResult, ...]:
    """Send a batch from threads.

    Args:
        batch: The batch.
        work: Sends one message and settles it.
        concurrency: How many threads.
        grace: Seconds to wait, after an interrupt, for what is on its way.
    """
    raised: list[BaseException] = []

    def go_on() -> None:
        try:
            while (member := batch.next()) is not None:
                work(member)
        except _Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again by the caller's thread
            raised.append(error)
            batch.stop()

    # Daemons: one that waits for the budget must not keep an interrupted program alive.
    threads = [
        threading.Thread(
            target=copy_context().run, args=(go_on,), daemon=True, name="naverworks-notify-batch"
        )
        for _ in range(batch.workers(concurrency))
    ]
    try:
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            # With a timeout, as Windows interrupts no other wait.
            _join_one(threads, 1.0)
    except BaseException as error:  # noqa: BLE001 - raised again with the results
        raised.insert(0, error)
        batch.stop()
        until = time.monotonic() + grace
        while batch.has_leaving() and time.monotonic() < until:
            _join_one(threads, 0.02)
    return _end(batch, raised)


def _join_one(threads: list[threading.Thread], seconds: float) -> None:
    next((thread for thread in threads if thread.is_alive()), threads[0]).join(seconds)


async def run_workers_async(
    batch: Batch, work: Callable[[Member], Awaitable[None]], *, concurrency: int, grace: float
) -> tuple[SendResult, ...]:
    """Send a batch from tasks; as `run_workers`, but what is on its way is cancelled too."""
    del grace
    raised: list[BaseException] = []

    async def go_on() -> None:
        try:
            while (member := batch.next()) is not None:
                await work(member)
        except _Stopped:
            pass
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - raised again by the caller's task
            raised.append(error)
            batch.stop()

    tasks = [asyncio.create_task(go_on()) for _ in range(batch.workers(concurrency))]
    try:
        await asyncio.gather(*tasks)
    except BaseException as error:  # noqa: BLE001 - raised again with the results
        raised.insert(0, error)
        batch.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return _end(batch, raised)


def _end(batch: Batch, raised: list[BaseException]) -> tuple[SendResult, ...]:
    results = batch.end()
    if raised:
        raised[0].results = results  # type: ignore[attr-defined]
        raise raised[0]
    return results
