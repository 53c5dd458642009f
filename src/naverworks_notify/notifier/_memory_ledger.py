"""The ledger of one process, in memory."""

from __future__ import annotations

import heapq
import secrets
import threading
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

import attrs

from naverworks_notify.alerts import Alert
from naverworks_notify.notifier._forgetting import nameless_record, nameless_row, pseudonym
from naverworks_notify.notifier._ledger import (
    CAP_LENGTH,
    AlertRecord,
    Row,
    State,
    TenantLedger,
    counts_as_delivered,
)
from naverworks_notify.policy import History

__all__ = ["MemoryLedger", "history_of", "is_finished"]

_THIRTY_DAYS = timedelta(days=30)
_Entry = tuple[datetime, str, str, int]


class MemoryLedger(TenantLedger):
    """Remembers for one process and its life; the default of a notifier. Safe for threads.

    What waits in it is lost when the process ends: use `SqlLedger` where that matters.

    Examples:
        >>> ledger = MemoryLedger()
        >>> ledger.find(state="unknown"), ledger.next_due()
        ((), None)

    Args:
        tenant: Whose rows these are.
        keep: How long finished pairs of event and person are remembered. An event that comes again
            after that is sent again.
    """

    blocking: bool = False

    def __init__(self, *, tenant: str = "default", keep: timedelta = _THIRTY_DAYS) -> None:
        super().__init__(tenant)
        self._keep = keep
        self._lock = threading.RLock()
        self._records: dict[str, AlertRecord] = {}
        self._rows: dict[str, dict[str, Row]] = {}
        self._subjects: dict[str, dict[str, None]] = {}
        # What somebody was told lately, and when.
        self._recent: dict[str, deque[tuple[datetime, str]]] = {}
        self._gathered: dict[tuple[str, str], dict[str, None]] = {}
        # Entries of rows that have changed since are passed over when they come up.
        self._queue: list[_Entry] = []
        self._oldest: deque[tuple[datetime, str]] = deque()
        self._secret = secrets.token_bytes(32)
        self._has_forgotten = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._records)} events)"

    def facts(self, alert: Alert, person_ids: Collection[str], now: datetime) -> History:
        """Return what a policy has to know to decide on an alert for these people."""
        with self._lock:
            before = History().observe(alert)
            others = [
                record
                for subject in before.occurrences
                for record in self.records(subject=subject).values()
            ]
            about = {alert.event_id, *(record.event_id for record in others)}
            rows = list(self.rows(about, person_ids))
            for person_id in person_ids:
                rows += self._lately(person_id, now, about)
            return history_of(alert.event_id, rows, others)

    def records(
        self, event_ids: Collection[str] = (), *, subject: str | None = None
    ) -> Mapping[str, AlertRecord]:
        """Return the events with these ids, and those of a subject, as far as they are known."""
        with self._lock:
            names = [*event_ids, *self._subjects.get(subject or "", ())]
            return {name: self._records[name] for name in names if name in self._records}

    def rows(
        self, event_ids: Collection[str], person_ids: Collection[str] | None = None
    ) -> tuple[Row, ...]:
        """Return the rows of these events for these people; for everybody with None."""
        with self._lock:
            found: list[Row] = []
            for event_id in event_ids:
                standing = self._rows.get(event_id)
                if standing is None:
                    continue
                if person_ids is None:
                    found += standing.values()
                else:
                    found += self._rows_of(standing, person_ids)
            return tuple(found)

    def gathered(self, pairs: Collection[tuple[str, str]]) -> tuple[Row, ...]:
        """Return the rows that wait to be told together, of pairs of a person and a digest."""
        with self._lock:
            return tuple(
                self._rows[event_id][person_id]
                for person_id, digest in pairs
                for event_id in self._gathered.get((person_id, digest), ())
            )

    def due(
        self,
        now: datetime,
        states: Collection[State],
        *,
        after: Row | None = None,
        limit: int = 500,
    ) -> tuple[Row, ...]:
        """Return rows in these states that are due by `now`, by `due`, event and person."""
        with self._lock:
            self._drop_stale()
            fitting = (
                row
                for row in self._due_rows(now)
                if row.state in states and (after is None or _by_due(row) > _by_due(after))
            )
            return tuple(islice(fitting, limit))

    def next_due(self) -> datetime | None:
        """Return when the next row is due, or None where none is."""
        with self._lock:
            self._drop_stale()
            return self._queue[0][0] if self._queue else None

    def write(
        self,
        rows: Sequence[Row],
        *,
        records: Iterable[AlertRecord] = (),
        together: bool = False,
    ) -> tuple[bool, ...]:
        """Put rows in the place of those seen, in one step."""
        with self._lock:
            fits = [self._version_of(row) == row.version for row in rows]
            if together and not all(fits):
                return (False,) * len(fits)
            for record in records:
                self._add(record)
            written: dict[str, None] = {}
            for row, does_fit in zip(rows, fits, strict=True):
                if does_fit:
                    self._put(row)
                    written[row.event_id] = None
            for event_id in written:
                self._purge(event_id)
            self._age(rows)
            return tuple(fits)

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
        with self._lock:
            names = self._rows if event_id is None else [event_id]
            people = None if person_id is None else [person_id]
            found = [
                row
                for row in self.rows(names, people)
                if (state is None or row.state == state) and (since is None or row.at >= since)
            ]
        found.sort(key=lambda row: (row.at, row.event_id, row.person_id), reverse=True)
        return tuple(found[:limit])

    def prune(self, before: datetime, *, sparing: Collection[str] = ()) -> int:
        """Drop finished rows that came to their state before a moment; return how many."""
        with self._lock:
            return sum(
                self._prune_event(event_id, before)
                for event_id in {**self._records, **self._rows}
                if event_id not in sparing
            )

    def forget_person(self, person_id: str) -> int:
        """Make nameless what is kept of a person; return how many rows that were."""
        with self._lock:
            stands_for = pseudonym(person_id, self._secret)
            self._has_forgotten = True
            self._recent.pop(person_id, None)
            changed = 0
            for event_id, people in self._rows.items():
                row = people.pop(person_id, None)
                if row is None:
                    continue
                self._leave_digest(row)
                people[stands_for] = attrs.evolve(
                    nameless_row(row, stands_for), version=row.version + 1
                )
                changed += 1
                self._purge(event_id)
            for event_id, record in self._records.items():
                self._records[event_id] = nameless_record(record, person_id, stands_for)
            return changed

    def _rows_of(self, standing: Mapping[str, Row], person_ids: Collection[str]) -> Iterator[Row]:
        for person_id in person_ids:
            row = standing.get(person_id)
            if row is None and self._has_forgotten:
                forgotten = standing.get(pseudonym(person_id, self._secret))
                row = forgotten and attrs.evolve(forgotten, person_id=person_id)
            if row is not None:
                yield row

    def _lately(self, person_id: str, now: datetime, about: Collection[str]) -> Iterator[Row]:
        seen = set(about)
        for at, event_id in self._recent.get(person_id, ()):
            if at > now - CAP_LENGTH and event_id not in seen:
                seen.add(event_id)
                yield from self.rows([event_id], [person_id])

    def _version_of(self, row: Row) -> int:
        standing = self._rows.get(row.event_id, {}).get(row.person_id)
        return 0 if standing is None else standing.version

    def _add(self, record: AlertRecord) -> None:
        if record.event_id in self._records:
            return
        self._records[record.event_id] = record
        self._oldest.append((record.at, record.event_id))
        if record.subject is not None:
            self._subjects.setdefault(record.subject, {})[record.event_id] = None

    def _put(self, row: Row) -> None:
        if row.event_id not in self._rows and row.event_id not in self._records:
            self._oldest.append((row.at, row.event_id))
        people = self._rows.setdefault(row.event_id, {})
        before = people.get(row.person_id)
        if before is not None:
            self._leave_digest(before)
        row = attrs.evolve(row, version=row.version + 1, tenant=self.tenant)
        people[row.person_id] = row
        if row.due is not None:
            heapq.heappush(self._queue, (row.due, *row.key, row.version))
        if _waits_for_digest(row):
            pair = (row.person_id, row.digest or "")
            self._gathered.setdefault(pair, {})[row.event_id] = None
        if counts_as_delivered(row, event_id=""):
            lately = self._recent.setdefault(row.person_id, deque())
            lately.append((row.at, row.event_id))
            while lately[0][0] < row.at - 2 * CAP_LENGTH:
                lately.popleft()

    def _leave_digest(self, row: Row) -> None:
        if not _waits_for_digest(row):
            return
        pair = (row.person_id, row.digest or "")
        events = self._gathered.get(pair, {})
        events.pop(row.event_id, None)
        if not events:
            self._gathered.pop(pair, None)

    def _purge(self, event_id: str) -> None:
        record = self._records.get(event_id)
        if record is None:
            return
        siblings = self.records([event_id], subject=record.subject).values()
        if any(row.needs_alert for each in siblings for row in self._people_of(each.event_id)):
            return
        for each in siblings:
            if each.body is not None:
                self._records[each.event_id] = attrs.evolve(each, body=None)

    def _people_of(self, event_id: str) -> Collection[Row]:
        return self._rows.get(event_id, {}).values()

    def _is_current(self, entry: _Entry) -> bool:
        _, event_id, person_id, version = entry
        row = self._rows.get(event_id, {}).get(person_id)
        return row is not None and row.version == version and row.due is not None

    def _drop_stale(self) -> None:
        while self._queue and not self._is_current(self._queue[0]):
            heapq.heappop(self._queue)

    def _due_rows(self, now: datetime) -> Iterator[Row]:
        # In order, and without looking at more than is asked for: a heap's children never come
        # before their parent.
        nearest = [(self._queue[0], 0)] if self._queue else []
        while nearest:
            entry, place = heapq.heappop(nearest)
            if entry[0] > now:
                return
            if self._is_current(entry):
                yield self._rows[entry[1]][entry[2]]
            for child in (2 * place + 1, 2 * place + 2):
                if child < len(self._queue):
                    heapq.heappush(nearest, (self._queue[child], child))

    def _age(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        before = max(row.at for row in rows).astimezone(UTC) - self._keep
        while self._oldest and self._oldest[0][0] < before:
            _, event_id = self._oldest.popleft()
            self._prune_event(event_id, before)
            if event_id in self._records or event_id in self._rows:
                # Somebody still waits for it, or it changed lately: looked at again in due time.
                latest = max((row.at for row in self._people_of(event_id)), default=before)
                self._oldest.append((max(latest, before + timedelta(hours=1)), event_id))

    def _prune_event(self, event_id: str, before: datetime) -> int:
        people = self._rows.get(event_id, {})
        old = [row for row in people.values() if is_finished(row) and row.at < before]
        for row in old:
            del people[row.person_id]
        if people:
            return len(old)
        self._rows.pop(event_id, None)
        record = self._records.get(event_id)
        if record is not None and record.at < before:
            del self._records[event_id]
            events = self._subjects.get(record.subject or "", {})
            events.pop(event_id, None)
            if not events:
                self._subjects.pop(record.subject or "", None)
        return len(old)


def is_finished(row: Row) -> bool:
    """Tell whether nothing more becomes of a row by itself."""
    if row.state is State.DIGESTED:
        return row.told_in is not None
    return row.state not in {State.ACCEPTED, State.DEFERRED, State.SENDING} and row.due is None


def history_of(event_id: str, rows: Iterable[Row], records: Iterable[AlertRecord]) -> History:
    """Return what a policy has to know, made of rows and of the events of one subject."""
    deliveries: dict[str, dict[str, datetime]] = {}
    collected: dict[str, dict[str, datetime]] = {}
    for row in rows:
        if row.state is State.DIGESTED:
            collected.setdefault(row.person_id, {})[row.event_id] = row.at
        elif counts_as_delivered(row, event_id=event_id):
            deliveries.setdefault(row.person_id, {})[row.event_id] = row.at
    occurrences: dict[str, list[AlertRecord]] = {}
    for record in records:
        if record.subject is not None and record.occurrence is not None:
            occurrences.setdefault(record.subject, []).append(record)
    return History(
        deliveries=deliveries,
        collected=collected,
        occurrences={
            subject: tuple(one.occurrence for one in found if one.occurrence is not None)
            for subject, found in occurrences.items()
        },
    )


def _waits_for_digest(row: Row) -> bool:
    if row.digest is None:
        return False
    if row.state is State.DIGESTED:
        return row.told_in is None
    if row.state is State.SUPPRESSED:
        # Told in another one, which was not sent yet.
        return row.needs_alert
    return row.state in {State.DEFERRED, State.ACCEPTED}


def _by_due(row: Row) -> tuple[datetime, str, str]:
    assert row.due is not None
    return (row.due, *row.key)
