"""One row on its way: change its state, send, change it again. Pure; the shells do the IO."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from attrs import evolve

from naverworks_notify.errors import (
    ApplicationError,
    DeliveryUnknown,
    Hint,
    NaverWorksError,
    NotAllowedHere,
)
from naverworks_notify.notifier._delivery import Delivery
from naverworks_notify.notifier._ledger import LedgerError, Row, State
from naverworks_notify.notifier._plan import Case
from naverworks_notify.notifier._result import NotifierReason, Result, Status
from naverworks_notify.policy import Reason

__all__ = [
    "AT_LEAST_ONCE",
    "Attempt",
    "Gate",
    "NotSent",
    "finished",
    "interrupted",
    "next_try",
    "stopped",
]

AT_LEAST_ONCE = "at_least_once"

_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(minutes=15)
_MOST_DOUBLINGS = 6
# Whoever failed at one moment does not come back at one moment.
_SPREAD = 0.5
_UNKNOWN_AT_ONCE = 2


class NotSent(Exception):  # noqa: N818 - what became of it
    """Raised right before the first byte: the message is not to be sent after all."""


class Gate:
    """Lets sends begin until the call is stopped. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_closed = False

    def enter(self, attempt: Attempt) -> None:
        """Let an attempt begin; whoever stops the call waits for it.

        Raises:
            NotSent: The call was stopped.
        """
        with self._lock:
            if self._is_closed:
                raise NotSent
            attempt.has_entered = True

    def close(self) -> None:
        """Let none begin any more."""
        with self._lock:
            self._is_closed = True


class Attempt:
    """One attempt to send one message, from the row that was accepted to the row that tells.

    The intent is written right before the first byte leaves. So what waits for the rate budget, a
    token or a connection when the process dies has not been sent for sure, and is taken again.

    Args:
        case: What is sent, and to whom.
        row: The row as it was accepted.
        run: A name that no other attempt has.
        patience: After what time without an outcome its process must have ended.
        reads_clock: Gives the present moment.
        queued: Whether a queue of the caller's repeats what fails in passing.
    """

    def __init__(
        self,
        case: Case,
        row: Row,
        *,
        run: str,
        patience: timedelta,
        reads_clock: Callable[[], datetime],
        queued: bool = False,
    ) -> None:
        self.case = case
        self.row = row
        self.has_entered = False
        self.has_begun = False
        self._run = run
        self._patience = patience
        self._now = reads_clock
        self._queued = queued

    @property
    def delivery(self) -> Delivery:
        """What is sent."""
        assert self.case.delivery is not None
        return self.case.delivery

    def intent(self) -> Row:
        """Return the row as it is while the message is on its way.

        Raises:
            NotSent: It is of no use any more.
        """
        now = self._now()
        expires_at = self.delivery.expires_at
        if expires_at is not None and now >= expires_at:
            self.case.end(Status.SUPPRESSED, reason=Reason.EXPIRED.value)
            raise NotSent
        return evolve(
            self.row,
            state=State.SENDING,
            at=now,
            due=now + self._patience,
            attempt=self.row.attempt + 1,
            run=self._run,
            error=None,
        )

    def begin(self, standing: Row | None) -> None:
        """Note that the intent stands; from now on the message may have left.

        Args:
            standing: The row that stands now.

        Raises:
            NotSent: Somebody else sends it, or it was called off.
        """
        if standing is None or not self.is_mine(standing):
            self._give_way(standing)
            raise NotSent
        self.has_begun = True
        self.row = standing

    def is_mine(self, standing: Row) -> bool:
        """Tell whether a row was written by this attempt, and its outcome is still open."""
        return standing.run == self._run and standing.state in {State.SENDING, State.UNKNOWN}

    def outcome(self, error: Exception | None) -> Row | None:
        """Note what came of it; return the row that tells, or None where it stays as it is."""
        case, now = self.case, self._now()
        if isinstance(error, NotSent):
            is_expired = case.reason == Reason.EXPIRED and case.status is Status.SUPPRESSED
            return self._ended(State.SUPPRESSED, now, Reason.EXPIRED) if is_expired else None
        if error is None:
            case.end(Status.SENT)
            return self._ended(State.SENT, now, str(self.delivery.decision.reason))
        if isinstance(error, NotAllowedHere):
            case.end(Status.SUPPRESSED, reason=NotifierReason.NOT_ALLOWED_HERE.value)
            return self._ended(State.SUPPRESSED, now, NotifierReason.NOT_ALLOWED_HERE)
        if not isinstance(error, NaverWorksError):
            return self._broken(error, now)
        return self._refused(error, now)

    def interrupt(self) -> Row | None:
        """Return the row that tells of an attempt that was broken off; None where nothing left."""
        if not self.has_begun:
            return None
        error = interrupted()
        self.case.end(Status.UNKNOWN, error=error)
        return self._unknown(error, self._now())

    def result(self) -> Result:
        """Return the result."""
        return self.case.result()

    def _refused(self, error: NaverWorksError, now: datetime) -> Row | None:
        if isinstance(error, DeliveryUnknown):
            self.case.end(Status.UNKNOWN, error=error)
            return self._unknown(error, now)
        self.case.end(Status.FAILED, error=error)
        if isinstance(error, LedgerError):
            return None
        if error.passing and not self._queued:
            return self._again(error, now)
        return self._failed(error, now)

    def _broken(self, error: Exception, now: datetime) -> Row:
        told = ApplicationError(part="send", kind=type(error).__name__)
        if self.has_begun:
            self.case.end(Status.UNKNOWN, error=told, bug=error)
            return self._unknown(told, now)
        self.case.end(Status.FAILED, error=told, bug=error)
        return self._failed(told, now)

    def _ended(self, state: State, now: datetime, reason: str) -> Row:
        return evolve(finished(self.row, state, now), reason=str(reason), run=self._run)

    def _failed(self, error: NaverWorksError, now: datetime) -> Row:
        row = evolve(self.row, state=State.FAILED, at=now, due=None, error=error, run=self._run)
        return evolve(row, attempt=self._attempts())

    def _unknown(self, error: NaverWorksError, now: datetime) -> Row:
        again = now if self.row.guarantee == AT_LEAST_ONCE else None
        if again is not None and self.row.attempt > _UNKNOWN_AT_ONCE:
            again = next_try(self.row, now)
        self.case.due = again
        return evolve(self.row, state=State.UNKNOWN, at=now, due=again, error=error, run=self._run)

    def _again(self, error: NaverWorksError, now: datetime) -> Row:
        row = evolve(self.row, attempt=self._attempts())
        asked = getattr(error, "retry_after", None)
        self.case.due = next_try(row, now, asked=asked)
        return evolve(
            row,
            state=State.ACCEPTED,
            at=now,
            due=self.case.due,
            reason=NotifierReason.RETRY_LATER.value,
            error=error,
            run=self._run,
        )

    def _attempts(self) -> int:
        return self.row.attempt if self.has_begun else self.row.attempt + 1

    def _give_way(self, standing: Row | None) -> None:
        self.case.delivery = None
        if standing is not None and standing.state is State.DEFERRED:
            self.case.until = standing.due
            self.case.end(Status.DEFERRED, reason=standing.reason)
        elif standing is not None and standing.state is State.CANCELLED:
            self.case.end(Status.SUPPRESSED, reason=NotifierReason.CANCELLED.value)
        else:
            self.case.end(Status.SUPPRESSED, reason=Reason.DUPLICATE_EVENT.value)


def finished(row: Row, state: State, now: datetime) -> Row:
    """Return a row of which nothing more becomes, and for which nothing is kept."""
    return evolve(row, state=state, at=now, due=None, error=None, needs_alert=False, person=None)


def interrupted() -> DeliveryUnknown:
    """Return the error of a send whose process ended before it knew the outcome."""
    return DeliveryUnknown(
        "The process that was sending it ended before an answer came.",
        operation="messages.send_to_user",
        cause="interrupted",
        hint=Hint(
            en="Ask the person whether it arrived, then settle it or send it again.",
            ko="받은 사람에게 도착했는지 확인한 뒤 처리 완료로 표시하거나 다시 보내세요.",
        ),
    )


def stopped() -> NaverWorksError:
    """Return the error of those whom a call that was stopped did not come to."""
    error = NaverWorksError(
        "The call was stopped before this message was sent; the next notify() of the event, or the"
        " next run_due(), sends it."
    )
    error.passing = True
    return error


def next_try(row: Row, now: datetime, *, asked: timedelta | None = None) -> datetime:
    """Return when what failed in passing is tried again.

    What the service asks for is the least; the pause grows with each attempt, and is spread, so
    that those who failed together do not come back together.
    """
    growing = _FIRST_PAUSE * 2 ** min(max(row.attempt - 1, 0), _MOST_DOUBLINGS)
    pause = max(min(growing, _LONGEST_PAUSE), asked or timedelta(0))
    seed = hashlib.blake2b(repr((*row.key, row.attempt)).encode("utf-8", "replace"), digest_size=4)
    fraction = int.from_bytes(seed.digest(), "big") / 2**32
    later: datetime = now + pause * (1 + _SPREAD * fraction)
    return later
