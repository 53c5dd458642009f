"""Who has what, what waits and what happened: the rows, and the protocol of where they are kept."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Protocol, Self

from attrs import field, frozen

from naverworks_notify.alerts import Alert
from naverworks_notify.errors import Hint, NaverWorksError
from naverworks_notify.policy import History, Occurrence

__all__ = [
    "CAP_LENGTH",
    "HAS_IT",
    "AlertRecord",
    "Key",
    "Ledger",
    "LedgerError",
    "Row",
    "State",
    "TenantLedger",
    "counts_as_delivered",
]

Key = tuple[str, str]
"""Ids of an event and of a person."""

CAP_LENGTH = timedelta(hours=1)
"""How far back a policy counts what somebody got; see `PolicyOptions.hourly_cap`."""


class LedgerError(NaverWorksError):
    """The ledger cannot be read or written: the database is down, locked or full.

    Attributes:
        hint: What to do next, in Korean and English.
    """

    passing = True

    def __init__(self, message: str) -> None:
        self.hint: Hint = Hint(
            en="Check that the database is up and has room, then call again.",
            ko="데이터베이스가 동작하는지, 공간이 남았는지 확인한 뒤 다시 호출하세요.",
        )
        super().__init__(f"{message} {self.hint}")


class State(enum.StrEnum):
    """Where one event stands for one person. Members compare equal to their plain strings."""

    ACCEPTED = "accepted"
    """It is to be sent: now, or once `Row.due` has come."""
    DEFERRED = "deferred"
    """It waits until `Row.due`, and is decided anew then."""
    DIGESTED = "digested"
    """It waits to be told, or was told, together with others."""
    SENDING = "sending"
    """The request is on its way, or was when its process ended."""
    SENT = "sent"
    """The service accepted the message."""
    FAILED = "failed"
    """The service, or the way to it, refused; nothing was delivered."""
    UNKNOWN = "unknown"
    """The request left, and nothing tells whether it was carried out."""
    SUPPRESSED = "suppressed"
    """It was kept back for good."""
    UNMATCHED = "unmatched"
    """Nothing tells which NAVER WORKS user the person is."""
    CANCELLED = "cancelled"
    """An operator called it off."""


HAS_IT: tuple[State, ...] = (State.SENT, State.UNKNOWN, State.SENDING)
"""States in which a person has the message, or may have it."""


@frozen(kw_only=True)
class Row:
    """Where one event stands for one person.

    Attributes:
        tenant: Whose ledger it stands in.
        event_id: The event.
        person_id: The person, in the caller's own ids.
        state: Where it stands.
        reason: Why, in one word; one of `policy.Reason`, or of a caller's own rule.
        attempt: How many times it was tried to send it.
        at: When it came to this state.
        due: When the notifier looks at it again; None for never by itself.
        expires_at: Of no use from this moment on, or None.
        guarantee: `at_most_once` or `at_least_once`.
        error: Why it failed, or why nobody can know.
        run: Which notifier changed it last.
        version: How often it was changed; a change counts only on the version it has seen.
        needs_alert: Whether the alert's content must be kept for it.
        digest: What it is told together with, or None.
        told_in: The event that tells of it in its place, or None.
        person: The person in JSON, as long as it waits and has to be decided anew.
        place: Which of the people it was, in the order in which they were handed in.
    """

    event_id: str
    person_id: str
    state: State
    at: datetime
    tenant: str = "default"
    reason: str = ""
    attempt: int = 0
    due: datetime | None = None
    expires_at: datetime | None = None
    guarantee: str = "at_most_once"
    error: NaverWorksError | None = field(default=None, repr=False)
    run: str = field(default="", repr=False)
    version: int = field(default=0, repr=False)
    needs_alert: bool = field(default=False, repr=False)
    digest: str | None = field(default=None, repr=False)
    told_in: str | None = None
    person: Mapping[str, Any] | None = field(default=None, repr=False, hash=False)
    place: int = field(default=0, repr=False)

    @property
    def key(self) -> Key:
        """The event and the person."""
        return (self.event_id, self.person_id)

    def to_dict(self) -> dict[str, Any]:
        """Return what is told of it in JSON; no address and no content."""
        return {
            "tenant": self.tenant,
            "event_id": self.event_id,
            "person_id": self.person_id,
            "state": self.state.value,
            "reason": self.reason,
            "attempt": self.attempt,
            "at": self.at.isoformat(),
            "due": None if self.due is None else self.due.isoformat(),
            "error": None if self.error is None else self.error.to_dict(),
            "told_in": self.told_in,
        }

    def explain(self, *, locale: str = "ko") -> str:
        """Return one sentence that says where it stands and why.

        Args:
            locale: `ko` or `en`.
        """
        # Texts for people are loaded when somebody asks for them.
        from naverworks_notify.notifier._explain import explain_row  # noqa: PLC0415

        return explain_row(self, locale=locale)


@frozen(kw_only=True)
class AlertRecord:
    """One event as the ledger keeps it.

    Attributes:
        event_id: Its id.
        type: Its type; an id used again must have the same.
        at: When it was handed in.
        subject: What it is about, for rules that look at several events of one thing, or None.
        occurrence: What those rules look at; kept when the content is gone.
        body: The alert in JSON, as long as somebody waits for it; None afterwards.
    """

    event_id: str
    type: str
    at: datetime
    subject: str | None = None
    occurrence: Occurrence | None = None
    body: Mapping[str, Any] | None = field(default=None, repr=False, hash=False)


class Ledger(Protocol):
    """What an implementer of a ledger writes. Blocking, safe for threads, bound to one tenant.

    `write` must change rows atomically, and a row only where it still has the version that was
    seen: that alone decides who sends. Everything else may be read a little late. After a crash in
    the middle of a `write`, nothing or all of it has happened. `testing.check_ledger` checks all
    of it. Failures are raised as `LedgerError`.

    Attributes:
        tenant: Whose rows these are.
        blocking: Whether calls may wait for a disk or a network; then the async notifier makes
            them in a thread of its own.
    """

    tenant: str
    blocking: bool

    def facts(self, alert: Alert, person_ids: Collection[str], now: datetime) -> History:
        """Return what a policy has to know to decide on an alert for these people.

        That is: whether they have this event; the other events of the same subject, and whether
        they have those; and what reached them within `CAP_LENGTH` before `now`.
        """
        ...

    def records(
        self, event_ids: Collection[str] = (), *, subject: str | None = None
    ) -> Mapping[str, AlertRecord]:
        """Return the events with these ids, and those of a subject, as far as they are known."""
        ...

    def rows(
        self, event_ids: Collection[str], person_ids: Collection[str] | None = None
    ) -> tuple[Row, ...]:
        """Return the rows of these events for these people; for everybody with None."""
        ...

    def gathered(self, pairs: Collection[tuple[str, str]]) -> tuple[Row, ...]:
        """Return the rows that wait to be told together, of pairs of a person and a digest.

        Also those that were suppressed because another tells of them, as long as that one still
        needs their alert.
        """
        ...

    def due(
        self,
        now: datetime,
        states: Collection[State],
        *,
        after: Row | None = None,
        limit: int = 500,
    ) -> tuple[Row, ...]:
        """Return rows in these states that are due by `now`, by `due`, event and person.

        Args:
            now: The moment.
            states: Which.
            after: The last row of the answer before; the next ones are wanted.
            limit: Most rows.
        """
        ...

    def next_due(self) -> datetime | None:
        """Return when the next row is due, or None where none is."""
        ...

    def write(
        self,
        rows: Sequence[Row],
        *,
        records: Iterable[AlertRecord] = (),
        together: bool = False,
    ) -> tuple[bool, ...]:
        """Put rows in the place of those seen, in one transaction.

        A row is written where what stands has its `version` (0: nothing stands), and counts one
        more then. Records are added; one that is there already stays. The body of an alert is
        dropped when no row of it, nor of its subject, needs it any more.

        Args:
            rows: The rows as they shall be.
            records: Events that the rows are about.
            together: Whether to write nothing where one of the rows cannot be written.

        Returns:
            For each row whether it was written.
        """
        ...

    def find(
        self,
        *,
        state: str | None = None,
        event_id: str | None = None,
        person_id: str | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> tuple[Row, ...]:
        """Return rows that fit, the latest change first."""
        ...

    def prune(self, before: datetime, *, sparing: Collection[str] = ()) -> int:
        """Drop finished rows that came to their state before a moment; return how many.

        What waits stays. An event with no row left, and older than that, goes too.
        """
        ...

    def forget_person(self, person_id: str) -> int:
        """Make nameless what is kept of a person; return how many rows that were.

        Nothing more is sent of what waits for them. Their rows stay under a keyed hash of the id,
        so that a repeat of an event is noticed. Their name is taken out of the alerts that others
        wait for.
        """
        ...

    def close(self) -> None:
        """Give back what is held open; doing so again does nothing."""
        ...


class TenantLedger:
    """What the ledgers here have in common: a tenant, and `with`."""

    blocking: bool = True

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant

    def close(self) -> None:
        """Give back what is held open; doing so again does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def counts_as_delivered(row: Row, *, event_id: str) -> bool:
    """Tell whether a policy is to count a row among what a person got.

    An event that is just being sent counts for all others, so that a cap holds while several alerts
    are handled at once; for itself it does not, since somebody has to send it.
    """
    if row.state in HAS_IT:
        return True
    is_on_its_way = row.state is State.ACCEPTED and row.due is not None and row.due <= row.at
    return is_on_its_way and row.event_id != event_id
