"""The notifier without its sends: decides over a ledger and writes down what it decided.

Blocking, and safe for threads. Both notifiers, and durable delivery, are this machine with
something around it that sends.
"""

from __future__ import annotations

import secrets
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from attrs import define, evolve, field, frozen

from naverworks_notify.alerts import Alert
from naverworks_notify.clock import Clock
from naverworks_notify.errors import InvalidAlert, InvalidValue, NaverWorksError, Violation
from naverworks_notify.logs import logger_of
from naverworks_notify.notifier._address import find_block
from naverworks_notify.notifier._attempt import (
    AT_LEAST_ONCE,
    Attempt,
    finished,
    interrupted,
)
from naverworks_notify.notifier._chain import Chain, Telling, merge_digests, order_of, waits
from naverworks_notify.notifier._delivery import Delivery
from naverworks_notify.notifier._forgetting import FORGOTTEN
from naverworks_notify.notifier._ledger import (
    HAS_IT,
    AlertRecord,
    Key,
    Ledger,
    LedgerError,
    Row,
    State,
)
from naverworks_notify.notifier._plan import Case, Engine, People
from naverworks_notify.notifier._result import NotifierReason, Result, Status
from naverworks_notify.notifier._traits import (
    Vocabulary,
    Words,
    digest_key,
    digest_options,
    read_person,
    window_end,
)
from naverworks_notify.policy import (
    DigestItem,
    DigestWindow,
    History,
    Person,
    Reason,
    RefusedPerson,
    close_digests,
)

__all__ = ["Due", "Machine", "Prepared", "Writes"]

_log = logger_of("notifier")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PAGE = 500
_WINDOWS_AT_ONCE = 50
_RETRIES = 3
_STATES: Mapping[Status, State] = {
    Status.SUPPRESSED: State.SUPPRESSED,
    Status.DEFERRED: State.DEFERRED,
    Status.DIGESTED: State.DIGESTED,
    Status.UNMATCHED: State.UNMATCHED,
    Status.FAILED: State.FAILED,
}
_KEPT = (State.DEFERRED, State.DIGESTED, State.FAILED, State.ACCEPTED, State.UNKNOWN)


@define
class Prepared:
    """One event, decided: who is to be sent to, and how it ends for everybody else.

    Attributes:
        cases: Everybody, in the order of the people.
        attempts: An attempt for each to whom a message is to be sent, by event and person.
        missing: Ids of assignees who are not among the people, in order.
    """

    cases: list[Case] = field(factory=list)
    attempts: dict[Key, Attempt] = field(factory=dict)
    missing: tuple[str, ...] = ()


@frozen
class Due:
    """One event that is due for some people.

    Attributes:
        alert: The event.
        rows: Where it stands for those for whom it is due.
        absorbs: Rows of other events that are told with it, by person.
        is_forced: Whether an operator wants it sent, whatever the rows say.
    """

    alert: Alert
    rows: tuple[Row, ...]
    absorbs: Mapping[str, tuple[Row, ...]] = field(factory=dict)
    is_forced: bool = False


class Machine:
    """Decides over a ledger.

    Args:
        engine: Policy, catalog, members.
        ledger: Who has what.
        clock: Where time comes from.
        guarantee: What is done about a send whose outcome is unknown.
        patience: After what time without an outcome the process that was sending must have ended.
        vocabulary: The caller's own alert types.
    """

    def __init__(
        self,
        engine: Engine,
        ledger: Ledger,
        *,
        clock: Clock,
        guarantee: str = "at_most_once",
        patience: timedelta = timedelta(seconds=40),
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self.engine = engine
        self.ledger = ledger
        self.writes = Writes(ledger)
        self._clock = clock
        self._guarantee = guarantee
        self._patience = patience
        self._words = Words(vocabulary)
        self._name = secrets.token_hex(6)
        self._numbers = count(1)
        # Decided one event after the other, so that a cap sees what was decided before.
        self._deciding = threading.Lock()
        self._busy: set[Key] = set()

    def prepare(
        self,
        alert: Alert,
        people: People,
        *,
        now: datetime,
        due: Due | None = None,
        is_rehearsal: bool = False,
    ) -> Prepared:
        """Decide on an alert and write down what was decided.

        Args:
            alert: What happened.
            people: Everyone who might be concerned; see `check_people`.
            now: The present moment.
            due: For whom it is due, where it was handed in before.
            is_rehearsal: Whether to write nothing.

        Raises:
            InvalidAlert: Its id is that of an event of another type.
            LedgerError: The ledger cannot be read or written.
        """
        everybody, refused = people
        self._words.note(alert)
        with self._deciding:
            work = _Work(self, alert, everybody, now=now, due=due)
            cases = work.decide()
            prepared = Prepared(
                cases=[*cases, *(_unreadable(alert, one) for one in refused)],
                missing=_missing(alert, {*work.known, *(one.id for one in refused)}, due),
            )
            if is_rehearsal:
                return prepared
            rows = work.write()
            for case, row in rows:
                prepared.attempts[row.key] = self._attempt(case, row, now)
            self._busy.update(prepared.attempts)
        return prepared

    def admit(self, delivery: Delivery, *, now: datetime) -> Attempt | Case:
        """Return an attempt to send a delivery out of a queue, or how it ends without one."""
        case = _case_of(delivery)
        self._hold(case, delivery, now)
        if case.status is not None:
            return case
        with self._deciding:
            for _ in range(_RETRIES):
                found = self.ledger.rows([delivery.event_id], [delivery.person_id])
                case.row = found[0] if found else None
                if case.row is not None and not _is_free(case.row, now):
                    break
                row = self._accepted(case, now)
                if self.ledger.write([row])[0]:
                    row = evolve(row, version=row.version + 1)
                    self._busy.add(row.key)
                    return self._attempt(case, row, now, queued=True)
        case.end(Status.SUPPRESSED, reason=Reason.DUPLICATE_EVENT.value)
        return case

    def _hold(self, case: Case, delivery: Delivery, now: datetime) -> None:
        """Hold back what is too late, too early, or for somebody who is blocked by now."""
        if delivery.expires_at is not None and now >= delivery.expires_at:
            case.end(Status.SUPPRESSED, reason=Reason.EXPIRED.value)
            return
        if delivery.not_before is not None and now < delivery.not_before:
            case.until = delivery.not_before
            case.end(Status.DEFERRED)
            return
        # A queue may have held it for hours, in which the directory changed.
        try:
            blocked = find_block(delivery, self.engine.members)
        except Exception as error:  # noqa: BLE001 - a lookup of the application's own
            case.fail("lookup", error)
            return
        if blocked is not None:
            case.detail, case.delivery = blocked, None
            case.end(Status.UNMATCHED, reason=Reason.NO_ADDRESS.value)

    def end_stale(self, now: datetime) -> list[Result]:
        """Tell of sends whose process ended before it knew the outcome."""
        results: list[Result] = []
        for page in self._pages(now, (State.SENDING,)):
            for row in page:
                again = now if row.guarantee == AT_LEAST_ONCE else None
                told = evolve(row, state=State.UNKNOWN, at=now, due=again, error=interrupted())
                if self.ledger.write([told])[0] and again is None:
                    results.append(_result_of(told, Status.UNKNOWN))
        return results

    def close_windows(self, now: datetime, *, all_of_them: bool = False) -> list[Result]:
        """Make digests of the windows that are over, to be sent as alerts of their own.

        Args:
            now: The present moment.
            all_of_them: Whether to close those that are still open as well.

        Returns:
            Results of items that cannot be told at all.
        """
        until = datetime.max.replace(tzinfo=UTC) if all_of_them else now
        results: list[Result] = []
        for page in self._pages(until, (State.DIGESTED,)):
            pairs = {(row.person_id, row.digest or ""): None for row in page}
            with self._deciding:
                results += self._close(tuple(pairs), now=now, until=None if all_of_them else now)
        return results

    def collect(
        self, now: datetime, handled: Collection[Key], *, each_window: bool = False
    ) -> Iterator[tuple[list[Due], list[Result]]]:
        """Yield what is due, page by page: events with the people for whom they are.

        Args:
            now: The present moment.
            handled: What was handled already, and is passed over.
            each_window: Whether digest windows that were just closed are told each for itself.

        Yields:
            Events that are due, and results of what cannot be told any more.
        """
        states = (State.ACCEPTED, State.DEFERRED, State.UNKNOWN)
        for page in self._pages(now, states):
            rows = [row for row in page if row.key not in handled]
            if rows:
                yield self._due_events(rows, handled, now, each_window)

    def to_resend(self, event_id: str, person_id: str, *, even_if_unknown: bool) -> Due:
        """Return what an operator wants sent again.

        Raises:
            InvalidValue: There is no such delivery, it may not be sent again, or its content is
                gone.
        """
        row = self.row_of(event_id, person_id)
        if row.state is State.UNKNOWN and not even_if_unknown:
            raise _refused("even_if_unknown", "may have arrived: say even_if_unknown=True.")
        if row.state not in {
            State.ACCEPTED,
            State.DEFERRED,
            State.FAILED,
            State.UNKNOWN,
        }:
            raise _refused("event_id", f"cannot be sent again: it is {row.state.value}.")
        record = self.ledger.records([event_id]).get(event_id)
        alert = None if record is None else self.alert_of(record)
        if alert is None:
            raise _refused(
                "event_id", "is not kept any more: hand the alert in again, by notify()."
            )
        return Due(alert, (row,), is_forced=True)

    def settle(self, event_id: str, person_id: str, *, as_: str, now: datetime) -> Row:
        """Note what an operator found out about a send of unknown outcome.

        Raises:
            InvalidValue: There is no such delivery, or its outcome is known.
        """
        if as_ not in {State.SENT, State.FAILED}:
            raise _refused("as_", "must be sent or failed.")
        for _ in range(_RETRIES):
            row = self.row_of(event_id, person_id)
            is_stale = row.state is State.SENDING and row.due is not None and row.due <= now
            if row.state is not State.UNKNOWN and not is_stale:
                raise _refused("event_id", f"needs no settling: it is {row.state.value}.")
            if as_ == State.SENT:
                settled = finished(row, State.SENT, now)
            else:
                settled = evolve(row, state=State.FAILED, at=now, due=None)
            settled = evolve(settled, reason=NotifierReason.SETTLED.value)
            if self.ledger.write([settled])[0]:
                return evolve(settled, version=settled.version + 1)
        raise LedgerError("The row is changed by others again and again.")

    def row_of(self, event_id: str, person_id: str) -> Row:
        """Return one row.

        Raises:
            InvalidValue: There is none.
        """
        for path, value in (("event_id", event_id), ("person_id", person_id)):
            if not isinstance(value, str):
                raise _refused(path, "must be an id, as text.")
        found = self.ledger.rows([event_id], [person_id])
        if not found:
            raise _refused("event_id", "is not known for this person.")
        return found[0]

    def prepare_due(self, due: Due, people: People | None, *, now: datetime) -> Prepared:
        """Decide anew on what is due, with the people of this moment.

        Args:
            due: What is due.
            people: What the source says; None without one: the people whom the rows hold.
            now: The present moment.
        """
        people, lost = self._people_of(due, people)
        self._lose(lost, now=now)
        prepared = self.prepare(due.alert, people, now=now, due=due)
        prepared.cases += lost
        return prepared

    def _people_of(self, due: Due, found: People | None) -> tuple[People, list[Case]]:
        lost: list[Case] = []
        if found is not None:
            known = {person.id for person in found[0]} | {one.id for one in found[1]}
            lost = [
                _gone(due.alert, row, NotifierReason.NOT_AMONG_PEOPLE)
                for row in due.rows
                if row.person_id not in known
            ]
            return found, lost
        people: list[Person] = []
        for row in due.rows:
            try:
                if row.person is None:
                    lost.append(_gone(due.alert, row, NotifierReason.NOT_AMONG_PEOPLE))
                else:
                    people.append(read_person(row.person))
            except NaverWorksError as error:
                case = _gone(due.alert, row, NotifierReason.INVALID_PERSON)
                case.error = error
                lost.append(case)
        return (tuple(people), ()), lost

    def _lose(self, cases: Sequence[Case], *, now: datetime) -> None:
        rows = [
            evolve(finished(case.row, State.UNMATCHED, now), reason=str(case.reason))
            for case in cases
            if case.row is not None
        ]
        if rows:
            self.ledger.write(rows)

    def start(self, intent: Row) -> Row | None:
        """Write the intent to send; return the row that stands now, whoever wrote it."""
        if self.writes.write(intent):
            return evolve(intent, version=intent.version + 1)
        return self.standing(intent)

    def conclude(self, attempt: Attempt, row: Row | None) -> Callable[[], None]:
        """Return a piece of blocking work that writes the outcome of an attempt."""

        def work() -> None:
            try:
                if row is not None:
                    self._write_outcome(attempt, row)
            finally:
                self._busy.discard(attempt.row.key)

        return work

    def release(self, keys: Iterable[Key]) -> None:
        """Give up attempts that were not begun: their rows stay as they are."""
        self._busy.difference_update(keys)

    def standing(self, row: Row) -> Row | None:
        """Return what stands in the place of a row."""
        found = self.ledger.rows([row.event_id], [row.person_id])
        return found[0] if found else None

    def alert_of(self, record: AlertRecord) -> Alert | None:
        """Return the alert of a record, or None where its content is gone or cannot be read."""
        if record.body is None:
            return None
        try:
            return self._words.read(record.body)
        except NaverWorksError:
            return None

    def _attempt(self, case: Case, row: Row, now: datetime, *, queued: bool = False) -> Attempt:
        # A moment that was handed in stands for the present, and time goes on from it.
        apart = now - self._clock.now()
        return Attempt(
            case,
            row,
            run=f"{self._name}-{next(self._numbers)}",
            patience=self._patience,
            reads_clock=lambda: (self._clock.now() + apart).astimezone(UTC),
            queued=queued,
        )

    def _accepted(self, case: Case, now: datetime) -> Row:
        at = now.astimezone(UTC)
        before = case.row
        return Row(
            event_id=case.alert.event_id,
            person_id=case.person_id,
            state=State.ACCEPTED,
            reason="" if case.decision is None else str(case.decision.reason),
            at=at,
            due=at,
            attempt=0 if before is None else before.attempt,
            version=0 if before is None else before.version,
            guarantee=self._guarantee,
            run=self._name,
        )

    def _write_outcome(self, attempt: Attempt, row: Row) -> None:
        for _ in range(_RETRIES):
            if self.writes.write(row):
                attempt.row = evolve(row, version=row.version + 1)
                break
            standing = self.standing(row)
            if standing is None or not attempt.is_mine(standing):
                # Somebody has settled it meanwhile, or sends it anew.
                break
            row = evolve(row, version=standing.version)
        if attempt.case.absorbs and not row.needs_alert:
            now = row.at
            self.ledger.write(
                [
                    evolve(
                        finished(one, State.SUPPRESSED, now),
                        reason=Reason.COLLAPSED.value,
                        told_in=row.event_id,
                    )
                    for one in attempt.case.absorbs
                ]
            )

    def _pages(self, now: datetime, states: tuple[State, ...]) -> Iterator[list[Row]]:
        after: Row | None = None
        while True:
            page = self.ledger.due(now, states, after=after, limit=_PAGE)
            if not page:
                return
            after = page[-1]
            rows = [row for row in page if row.key not in self._busy]
            if rows:
                yield rows

    def _close(
        self, pairs: Sequence[tuple[str, str]], *, now: datetime, until: datetime | None
    ) -> list[Result]:
        rows = [row for row in self.ledger.gathered(pairs) if row.state is State.DIGESTED]
        records = self.ledger.records({row.event_id for row in rows})
        alerts = {name: self.alert_of(record) for name, record in records.items()}
        lost = [row for row in rows if alerts.get(row.event_id) is None]
        results = [self._lose_item(row, now) for row in lost]
        gathered: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            if alerts.get(row.event_id) is not None:
                gathered.setdefault((row.person_id, row.digest or ""), []).append(row)
        length, aligned = digest_options(self.engine.policy)
        pending: list[tuple[DigestWindow, list[Row]]] = []
        for group in gathered.values():
            group.sort(key=lambda row: (row.at, row.place, row.event_id))
            by_event = {row.event_id: row for row in group}
            items = [DigestItem(row.person_id, alerts[row.event_id]) for row in group]  # type: ignore[arg-type]
            windows, _ = close_digests(items, length=length, until=until, aligned=aligned)
            pending += [
                (window, [by_event[item.alert.event_id] for item in window.items])
                for window in windows
            ]
        for at in range(0, len(pending), _WINDOWS_AT_ONCE):
            some = pending[at : at + _WINDOWS_AT_ONCE]
            if not self._tell_in(some, now):
                for one in some:
                    # Another process closes it at this moment, or collects for it.
                    self._tell_in([one], now)
        return results

    def _tell_in(self, windows: Sequence[tuple[DigestWindow, list[Row]]], now: datetime) -> bool:
        at = now.astimezone(UTC)
        rows: list[Row] = []
        records = []
        for window, told in windows:
            alert, first = window.alert, told[0]
            self._words.note(alert)
            rows += [
                evolve(finished(row, State.DIGESTED, at), told_in=alert.event_id) for row in told
            ]
            rows.append(
                Row(
                    event_id=alert.event_id,
                    person_id=first.person_id,
                    state=State.ACCEPTED,
                    reason=Reason.DIGEST_WINDOW.value,
                    at=at,
                    due=min(at, window.end.astimezone(UTC)),
                    guarantee=alert.traits.guarantee or self._guarantee,
                    run=self._name,
                    needs_alert=True,
                    digest=first.digest,
                    person=first.person,
                    place=first.place,
                )
            )
            records.append(record_of(alert, at))
        return all(self.ledger.write(rows, records=records, together=True))

    def _lose_item(self, row: Row, now: datetime) -> Result:
        error = InvalidAlert(
            violations=(Violation("type", "unknown", "cannot be read: name it in vocabulary=."),)
        )
        # What may have arrived stays unknown.
        ends = State.UNKNOWN if row.state is State.UNKNOWN else State.FAILED
        lost = evolve(row, state=ends, at=now, due=None, error=error)
        self.ledger.write([lost])
        return _result_of(lost, Status(ends))

    def _due_events(
        self,
        rows: Sequence[Row],
        handled: Collection[Key],
        now: datetime,
        each_window: bool,  # noqa: FBT001
    ) -> tuple[list[Due], list[Result]]:
        records = self.ledger.records({row.event_id for row in rows})
        by_event: dict[str, list[Row]] = {}
        digests: dict[tuple[str, str], None] = {}
        results: list[Result] = []
        alerts: dict[str, Alert] = {}
        for row in rows:
            record = records.get(row.event_id)
            alert = alerts.get(row.event_id) or (None if record is None else self.alert_of(record))
            if alert is None:
                results.append(self._lose_item(row, now))
                continue
            alerts[row.event_id] = alert
            if row.digest is not None and (waits(row) or not each_window):
                digests[row.person_id, row.digest] = None
            else:
                by_event.setdefault(row.event_id, []).append(row)
        found = [
            Due(alerts[event_id], tuple(sorted(some, key=lambda row: row.place)))
            for event_id, some in by_event.items()
        ]
        found += self._due_digests(tuple(digests), handled)
        found.sort(key=lambda due: (*order_of(due.alert)[:2], due.rows[0].place))
        return found, results

    def _due_digests(self, pairs: Sequence[tuple[str, str]], handled: Collection[Key]) -> list[Due]:
        """Return one digest for each pair of a person and a digest, whatever windows it is of."""
        waiting = [
            row
            for row in self.ledger.gathered(pairs)
            if row.state is not State.DIGESTED
            and row.key not in self._busy
            and row.key not in handled
        ]
        records = self.ledger.records({row.event_id for row in waiting})
        grouped: dict[tuple[str, str], list[tuple[Alert, Row]]] = {}
        for row in waiting:
            record = records.get(row.event_id)
            alert = None if record is None else self.alert_of(record)
            if alert is not None:
                grouped.setdefault((row.person_id, row.digest or ""), []).append((alert, row))
        found: list[Due] = []
        for group in grouped.values():
            merged = merge_digests(alert for alert, _ in group)
            if all(row.state is State.SUPPRESSED for _, row in group):
                continue
            if merged is None:
                found += [Due(alert, (row,)) for alert, row in group if row.told_in is None]
                continue
            (first,) = (row for _, row in group if row.event_id == merged.event_id)
            others = tuple(row for _, row in group if row is not first)
            found.append(Due(merged, (first,), {first.person_id: others}))
        return found


class _Work:
    """One alert on its way from the ledger to the cases, and back into the ledger."""

    def __init__(
        self,
        machine: Machine,
        alert: Alert,
        everybody: tuple[Person, ...],
        *,
        now: datetime,
        due: Due | None,
    ) -> None:
        self._machine = machine
        self._ledger = machine.ledger
        self._now = now
        self._due = due
        self._everybody = everybody
        self._read: dict[str, Alert | None] = {}
        self.known = {person.id: person for person in everybody}
        self._record = self._ledger.records([alert.event_id]).get(alert.event_id)
        self.alert = self._first_of(alert)
        self._cases: list[Case] = []

    def decide(self) -> list[Case]:
        """Return a case for everybody concerned, decided and worded."""
        alert, now = self.alert, self._now
        ids = list(self.known)
        rows = {row.person_id: row for row in self._ledger.rows([alert.event_id], ids)}
        chain = self._chain(rows)
        wanted = None if self._due is None else {row.person_id for row in self._due.rows}
        cases = self._cases
        for person in self._everybody:
            row = rows.get(person.id)
            case = Case(alert, person.id, person=person, row=row)
            is_due = wanted is None or person.id in wanted
            if is_due:
                self._tell_with(case, chain)
            cases.append(case)
        history = self._ledger.facts(alert, ids, now)
        for case in cases:
            history = self._stand(case, history)
        self._machine.engine.plan(
            [case for case in cases if not case.is_settled],
            self._everybody,
            now=now,
            history=history,
        )
        for case in cases:
            self._keep_what_stands(case)
        if wanted is not None:
            # Somebody may stand in by now for one of those it was meant for.
            cases[:] = [
                case
                for case in cases
                if case.person_id in wanted
                or (
                    case.row is None
                    and case.decision is not None
                    and case.decision.reason == Reason.DELEGATE
                )
            ]
        return cases

    def write(self) -> list[tuple[Case, Row]]:
        """Write down what was decided; return the cases to be sent, with their rows."""
        at = self._now.astimezone(UTC)
        writing: list[tuple[Case, Row]] = []
        rows: list[Row] = []
        for place, case in enumerate(self._cases):
            row = self._row_of(case, at, place)
            if row is None:
                continue
            writing.append((case, row))
            rows.append(row)
        for case in self._cases:
            if case.is_settled or case.status is not None:
                # What waits itself takes the others with it only when it goes.
                case.absorbs = ()
                continue
            rows += [
                evolve(
                    one,
                    state=State.SUPPRESSED,
                    reason=Reason.COLLAPSED.value,
                    at=at,
                    due=None,
                    told_in=case.alert.event_id,
                    person=None,
                    needs_alert=True,
                )
                for one in case.absorbs
            ]
        records = () if self._record is not None else (record_of(self.alert, at),)
        done = self._ledger.write(rows, records=records)
        to_send: list[tuple[Case, Row]] = []
        for (case, row), is_written in zip(writing, done, strict=False):
            if case.status is not None:
                continue
            if is_written:
                standing: Row | None = evolve(row, version=row.version + 1)
            else:
                # Somebody else was handed the same event; who sends it is seen later.
                standing = self._machine.standing(row)
            if standing is not None and (is_written or _is_free(standing, at)):
                to_send.append((case, standing))
                case.absorbs = tuple(evolve(one, version=one.version + 1) for one in case.absorbs)
            else:
                case.delivery = None
                case.end(Status.SUPPRESSED, reason=Reason.DUPLICATE_EVENT.value)
        return to_send

    def _first_of(self, alert: Alert) -> Alert:
        """Return the alert as it was handed in first.

        Raises:
            InvalidAlert: The id is that of an event of another type.
        """
        record = self._record
        if record is None:
            return alert
        if record.type != alert.type:
            # One id for two things would keep the second from everybody who has the first.
            message = (
                f"{alert.event_id!r} is the id of an event of type {record.type} already; each"
                " event needs an id of its own."
            )
            raise InvalidAlert(violations=(Violation("event_id", "unique", message),))
        if self._due is not None or record.body is None or record.body == alert.to_dict():
            return alert
        return self._machine.alert_of(record) or alert

    def _chain(self, rows: Mapping[str, Row]) -> Chain | None:
        subject = self.alert.traits.subject(self.alert)
        if subject is None:
            return None
        others = [
            record
            for record in self._ledger.records(subject=subject).values()
            if record.event_id != self.alert.event_id
        ]
        if not others:
            return None
        known = {
            row.key: row
            for row in self._ledger.rows([one.event_id for one in others], list(self.known))
        }
        known |= {row.key: row for row in rows.values()}
        return Chain(
            self.alert,
            others,
            known,
            self._alert_of,
            self._machine._words.traits_of,  # noqa: SLF001
        )

    def _alert_of(self, record: AlertRecord) -> Alert | None:
        if record.event_id not in self._read:
            self._read[record.event_id] = self._machine.alert_of(record)
        return self._read[record.event_id]

    def _tell_with(self, case: Case, chain: Chain | None) -> None:
        if self._due is not None:
            case.absorbs = self._due.absorbs.get(case.person_id, ())
        if chain is None or self._is_waiting(case.row):
            return
        telling: Telling = chain.telling_for(case.person_id)
        if telling.ends is not None and not (self._due and self._due.is_forced):
            case.told_in = telling.told_in
            case.end(Status.SUPPRESSED, reason=str(telling.ends))
            return
        case.absorbs = telling.absorbs
        if telling.alert != self.alert:
            case.alert, case.alone = self._same(telling.alert), self.alert

    def _same(self, alert: Alert) -> Alert:
        # One object for all who are told the same, so that it is decided and worded once.
        for case in self._cases:
            if case.alert == alert:
                return case.alert
        return alert

    def _is_waiting(self, row: Row | None) -> bool:
        if row is None or self._due is not None:
            return False
        return waits(row) and row.due is not None and row.due > self._now

    def _stand(self, case: Case, history: History) -> History:
        """Let what stands in the ledger count; return what the policy is to know of it."""
        row, now = case.row, self._now
        if row is None or case.status is not None:
            return history
        is_forced = self._due is not None and self._due.is_forced
        if row.state is State.SENDING and (row.due is None or row.due > now):
            case.end(Status.SUPPRESSED, reason=Reason.DUPLICATE_EVENT.value)
        elif row.state is State.SENDING:
            if row.guarantee != AT_LEAST_ONCE:
                case.end(Status.UNKNOWN, error=interrupted())
            else:
                history = _without(history, row)
        elif row.state is State.UNKNOWN and (is_forced or row.guarantee == AT_LEAST_ONCE):
            history = _without(history, row)
        elif is_forced:
            return history
        elif waits(row) and row.due is not None and row.due > now:
            case.until = row.due
            case.end(Status.DEFERRED, reason=row.reason)
        elif row.state is State.SUPPRESSED and row.told_in is not None:
            case.told_in = row.told_in
            case.end(Status.SUPPRESSED, reason=row.reason)
        elif row.state is State.CANCELLED:
            is_forgotten = row.reason == FORGOTTEN
            reason = Reason.DUPLICATE_EVENT if is_forgotten else NotifierReason.CANCELLED
            case.end(Status.SUPPRESSED, reason=reason.value)
        return history

    def _keep_what_stands(self, case: Case) -> None:
        """Take back a decision that would change what is settled."""
        row, decision = case.row, case.decision
        if row is None:
            return
        if row.state is State.DIGESTED and case.status is Status.DIGESTED:
            case.end(Status.SUPPRESSED, reason=Reason.DUPLICATE_EVENT.value)
        has_it = row.state in HAS_IT or row.state is State.DIGESTED
        if has_it and case.status in {Status.FAILED, Status.UNMATCHED}:
            case.is_settled = True
        elif case.status is Status.SUPPRESSED:
            case.is_settled = has_it or row.told_in is not None
            if decision is not None and str(decision.reason) == case.reason:
                # The policy says the same, and has a trail for it.
                case.reason = None
        elif case.status is Status.DEFERRED:
            case.is_settled = waits(row) and case.until == row.due

    def _row_of(self, case: Case, at: datetime, place: int) -> Row | None:
        before, decision = case.row, case.decision
        if case.is_settled:
            if before is not None and before.state is State.UNKNOWN and before.due is not None:
                # It was to be sent once more, and is not any more.
                return evolve(before, due=None)
            return None
        if case.status is Status.SUPPRESSED and before is None and _is_unconcerned(case):
            # Most people have nothing to do with most events; the report says so.
            return None
        state = State.ACCEPTED if case.status is None else _state_of(case.status)
        due, digest = None, None if before is None else before.digest
        if state is State.ACCEPTED:
            due = at
        elif state is State.DEFERRED and case.until is not None:
            due = case.until.astimezone(UTC)
        elif state is State.DIGESTED:
            length, aligned = digest_options(self._machine.engine.policy)
            due = window_end(case.alert, length=length, aligned=aligned).astimezone(UTC)
            digest = digest_key(case.alert)
            case.due = due
        is_kept = state in _KEPT
        reason = case.reason or ("" if decision is None else str(decision.reason))
        return Row(
            event_id=self.alert.event_id,
            person_id=case.person_id,
            state=state,
            reason=reason,
            at=at,
            due=due,
            expires_at=None if case.delivery is None else case.delivery.expires_at,
            attempt=0 if before is None else before.attempt,
            guarantee=case.alert.traits.guarantee or self._machine._guarantee,  # noqa: SLF001 - one class in two parts
            error=case.error,
            run=self._machine._name,  # noqa: SLF001
            version=0 if before is None else before.version,
            needs_alert=is_kept or (case.told_in is not None),
            digest=digest,
            told_in=case.told_in,
            person=case.person.to_dict() if is_kept and case.person is not None else None,
            place=before.place if before is not None else place,
        )


class Writes:
    """Gathers the changes of several threads into one transaction: they wait for the disk once.

    Args:
        ledger: Where to.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._pending: deque[_Write] = deque()
        self._lock = threading.Lock()

    def write(self, row: Row) -> bool:
        """Write one row, with those that others want written at this moment; tell whether it was.

        Raises:
            LedgerError: The ledger cannot be written.
        """
        return self.finish(self.begin(row))

    def begin(self, row: Row) -> _Write:
        """Put a row in the queue. Never blocks."""
        write = _Write(row)
        self._pending.append(write)
        return write

    def finish(self, write: _Write) -> bool:
        """Wait until a row was written, and tell whether it was."""
        with self._lock:
            if not write.is_done:
                self._flush()
        if write.error is not None:
            raise write.error
        return write.is_written

    def _flush(self) -> None:
        some: list[_Write] = []
        while self._pending:
            some.append(self._pending.popleft())
        try:
            done = self._ledger.write([one.row for one in some])
        except Exception as error:  # noqa: BLE001 - each of those who wait gets it
            for one in some:
                one.error = error
        else:
            for one, is_written in zip(some, done, strict=True):
                one.is_written = is_written
        finally:
            for one in some:
                one.is_done = True


@define(eq=False)
class _Write:
    row: Row
    is_done: bool = False
    is_written: bool = False
    error: Exception | None = None


def record_of(alert: Alert, at: datetime) -> AlertRecord:
    """Return an alert as a ledger keeps it."""
    subject = alert.traits.subject(alert)
    observed = History().observe(alert).occurrences
    return AlertRecord(
        event_id=alert.event_id,
        type=alert.type,
        at=at,
        subject=subject,
        occurrence=None if subject is None else observed[subject][0],
        body=alert.to_dict(),
    )


@frozen(kw_only=True, eq=False, repr=False)
class _Queued(Alert):
    """What is known of an event that comes out of a queue: a queue carries the message alone."""


def _case_of(delivery: Delivery) -> Case:
    event = _Queued(event_id=delivery.event_id, occurred_at=_EPOCH)
    return Case(event, delivery.person_id, decision=delivery.decision, delivery=delivery)


def _gone(alert: Alert, row: Row, reason: NotifierReason) -> Case:
    case = Case(alert, row.person_id, row=row)
    case.end(Status.UNMATCHED, reason=reason.value)
    return case


def _unreadable(alert: Alert, refused: RefusedPerson) -> Case:
    case = Case(alert, refused.id or f"people[{refused.index}]", detail=refused.message)
    case.end(Status.UNMATCHED, reason=NotifierReason.INVALID_PERSON.value)
    return case


def _missing(alert: Alert, known: Collection[str | None], due: Due | None) -> tuple[str, ...]:
    """Return the assignees who are not among the people; of what is due, those for whom it is."""
    wanted = None if due is None else {row.person_id for row in due.rows}
    return tuple(
        dict.fromkeys(
            who
            for who in alert.assignee_ids
            if who not in known and (wanted is None or who in wanted)
        )
    )


def _is_free(row: Row, now: datetime) -> bool:
    """Tell whether a row may be taken by whoever wants to send it."""
    if row.state is State.UNKNOWN:
        return row.guarantee == AT_LEAST_ONCE
    if row.state is State.ACCEPTED:
        return row.due is None or row.due <= now
    if row.state is State.SUPPRESSED:
        return row.told_in is None
    return row.state in {State.DEFERRED, State.FAILED, State.UNMATCHED}


def _is_unconcerned(case: Case) -> bool:
    return case.decision is not None and case.decision.audience is None and case.told_in is None


def _state_of(status: Status) -> State:
    return State.UNKNOWN if status is Status.UNKNOWN else _STATES[status]


def _without(history: History, row: Row) -> History:
    known = {name: dict(events) for name, events in history.deliveries.items()}
    known.get(row.person_id, {}).pop(row.event_id, None)
    return evolve(history, deliveries=known)


def _result_of(row: Row, status: Status) -> Result:
    return Result(
        person_id=row.person_id,
        event_id=row.event_id,
        status=status,
        reason=NotifierReason.INTERRUPTED.value if status is Status.UNKNOWN else row.reason,
        error=row.error,
    )


def _refused(path: str, message: str) -> InvalidValue:
    return InvalidValue(violations=(Violation(path, "value", message),))
