"""Whether a ledger keeps its duties."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from attrs import evolve

from naverworks_notify.catalog import samples
from naverworks_notify.errors import RateLimited
from naverworks_notify.notifier import AlertRecord, Ledger, Row, State
from naverworks_notify.policy import Occurrence
from naverworks_notify.testing.adapter_checks._duty import BrokenDuty

__all__ = ["check_ledger"]

_AT = datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC)
_LATER = _AT + timedelta(minutes=30)
_LONG_AFTER = _AT + timedelta(days=400)
_THREADS = 8


def check_ledger(ledger: Ledger, *, threads: int = _THREADS) -> tuple[BrokenDuty, ...]:
    """Return the duties that a ledger does not keep; an empty tuple when all is well.

    Args:
        ledger: An empty ledger; ids of events and people are UUIDs.
        threads: How many threads write one row at the same moment; 0 where the test's database
            knows one thread only.

    Examples:
        >>> from naverworks_notify.notifier import MemoryLedger
        >>> check_ledger(MemoryLedger())
        ()
    """
    checks = (
        _check_rows,
        _check_records,
        _check_due,
        _check_gathered,
        _check_facts,
        _check_finding,
        _check_forgetting,
    )
    broken = [duty for check in checks for duty in check(ledger)]
    return (*broken, *_check_races(ledger, threads))


def _told(duty: str, why: str, *, holds: bool) -> Iterator[BrokenDuty]:
    if not holds:
        yield BrokenDuty(duty, why)


def _uuid() -> str:
    return str(uuid4())


def _row(event_id: str | None = None, person_id: str | None = None, **more: object) -> Row:
    known = {"state": State.ACCEPTED, "at": _AT, "run": "r", **more}
    return Row(event_id=event_id or _uuid(), person_id=person_id or _uuid(), **known)  # type: ignore[arg-type]


def _standing(ledger: Ledger, row: Row) -> Row | None:
    found = ledger.rows([row.event_id], [row.person_id])
    return found[0] if found else None


def _check_rows(ledger: Ledger) -> Iterator[BrokenDuty]:
    full = _row(
        reason="assigned",
        attempt=3,
        due=_LATER,
        expires_at=_LATER,
        guarantee="at_least_once",
        error=RateLimited("여러 번", status=429, retry_after=timedelta(seconds=9)),
        needs_alert=True,
        digest="d p-1",
        told_in="other",
        person={"id": "u-2", "name": "이도윤"},
        place=4,
    )
    yield from _told("empty", "an unheard-of row is known.", holds=_standing(ledger, full) is None)
    yield from _told("writes", "a new row was not written.", holds=ledger.write([full]) == (True,))
    found = _standing(ledger, full)
    wanted = evolve(full, version=1, tenant=ledger.tenant)
    same = found is not None and evolve(found, error=None) == evolve(wanted, error=None)
    told = found is not None and found.error is not None and str(found.error) == str(full.error)
    yield from _told(
        "keeps", "a row comes back otherwise than it was written.", holds=same and told
    )
    yield from _told(
        "writes_once",
        "a row was written over one that stands.",
        holds=not any(ledger.write([full])),
    )
    moved = evolve(wanted, state=State.SENDING, due=None, error=None)
    yield from _told(
        "compares_versions",
        "a row is written where its version is the one that stands, and no other.",
        holds=ledger.write([moved]) == (True,) and ledger.write([moved]) == (False,),
    )
    other = _row()
    both = ledger.write([other, moved], together=True)
    yield from _told(
        "together",
        "of rows written together, one was written without the other.",
        holds=both == (False, False) and _standing(ledger, other) is None,
    )
    yield from _told(
        "apart",
        "a row that does not fit kept another from being written.",
        holds=ledger.write([moved, other]) == (False, True),
    )


def _record(event_id: str, subject: str | None = None, **more: object) -> AlertRecord:
    occurrence = Occurrence(
        event_id, "interview.confirmed", _AT, frozenset({"u-2"}), actor_id="u-9"
    )
    known = {"at": _AT, "body": {"title": "면접"}, "occurrence": subject and occurrence, **more}
    return AlertRecord(event_id=event_id, type="interview.confirmed", subject=subject, **known)  # type: ignore[arg-type]


def _check_records(ledger: Ledger) -> Iterator[BrokenDuty]:
    subject = _uuid()
    first, second = _record(_uuid(), subject), _record(_uuid(), subject)
    row = _row(first.event_id, needs_alert=True)
    ledger.write([row], records=[first, second])
    ledger.write([], records=[evolve(first, body={"title": "other"})])
    yield from _told(
        "records",
        "an event comes back otherwise than it was added, or the first one does not stand.",
        holds=ledger.records([first.event_id, second.event_id])
        == {first.event_id: first, second.event_id: second},
    )
    yield from _told(
        "subjects",
        "the events of a subject are not all found by it.",
        holds=set(ledger.records(subject=subject)) == {first.event_id, second.event_id},
    )
    ledger.write([evolve(row, version=1, state=State.SENT, needs_alert=False)])
    bodies = [one.body for one in ledger.records(subject=subject).values()]
    yield from _told(
        "drops_bodies", "a content that nobody needs is kept.", holds=bodies == [None, None]
    )


def _check_due(ledger: Ledger) -> Iterator[BrokenDuty]:
    rows = [_row(due=_LATER + timedelta(minutes=n), state=State.DEFERRED) for n in (2, 0, 1)]
    ledger.write(rows)
    mine = {row.key for row in rows}
    in_order = [rows[1].key, rows[2].key, rows[0].key]

    def due(now: datetime, after: Row | None = None, limit: int = 500) -> list[Row]:
        found = ledger.due(now, (State.DEFERRED,), after=after, limit=limit)
        return [row for row in found if row.key in mine]

    everything = due(_LONG_AFTER)
    yield from _told(
        "due",
        "rows are not given in the order of `due`.",
        holds=[r.key for r in everything] == in_order,
    )
    yield from _told(
        "not_yet_due",
        "a row is given before it is due, or not at that very moment.",
        holds=[row.key for row in due(_LATER)] == in_order[:1],
    )
    yield from _told(
        "pages",
        "what comes after a row is not what comes after it.",
        holds=[row.key for row in due(_LONG_AFTER, after=everything[0], limit=2)] == in_order[1:],
    )
    next_due = ledger.next_due()
    yield from _told(
        "next_due",
        "the next moment is not the earliest.",
        holds=next_due is not None and next_due <= _LATER,
    )


def _check_gathered(ledger: Ledger) -> Iterator[BrokenDuty]:
    person, digest = _uuid(), _uuid()
    rows = [_row(person_id=person, state=State.DIGESTED, digest=digest) for _ in range(2)]
    ledger.write([*rows, _row(person_id=person, state=State.DIGESTED, digest=_uuid())])
    found = ledger.gathered([(person, digest), (_uuid(), digest)])
    yield from _told(
        "gathers",
        "not exactly the rows of a person and a digest are given.",
        holds={row.key for row in found} == {row.key for row in rows},
    )
    ledger.write([evolve(rows[0], version=1, told_in="digest:x")])
    left = ledger.gathered([(person, digest)])
    yield from _told(
        "gathers_once",
        "a row that was told still waits.",
        holds=[row.key for row in left] == [rows[1].key],
    )


def _check_facts(ledger: Ledger) -> Iterator[BrokenDuty]:
    person, other, subject = _uuid(), _uuid(), _uuid()
    confirmed = samples.sample("interviewer.interview.confirmed")
    assert confirmed.interview is not None
    interview = evolve(confirmed.interview, id=subject)
    alert = evolve(confirmed, event_id=_uuid(), interview=interview)  # type: ignore[call-arg]
    before = _record(_uuid(), subject)
    ledger.write(
        [
            _row(alert.event_id, person, state=State.SENT),
            _row(before.event_id, person, state=State.UNKNOWN),
            _row("lately", person, state=State.SENT, at=_LATER),
            _row("before", person, state=State.SENT, at=_AT - timedelta(hours=2)),
            _row("waiting", person, state=State.DEFERRED, due=_LONG_AFTER),
            _row("collected", person, state=State.DIGESTED, digest="d"),
            _row(alert.event_id, other, state=State.DIGESTED, digest="d"),
        ],
        records=[before],
    )
    facts = ledger.facts(alert, [person, other], _LATER)
    yield from _told(
        "facts_of_deliveries",
        "facts() gives other deliveries than this event, those of the subject, and the last hour's.",
        holds={name: set(events) for name, events in facts.deliveries.items()}
        == {person: {alert.event_id, before.event_id, "lately"}},
    )
    yield from _told(
        "facts_of_digests",
        "facts() does not tell that an event was collected.",
        holds=alert.event_id in facts.collected.get(other, {}),
    )
    yield from _told(
        "facts_of_subjects",
        "facts() does not give the events of the subject.",
        holds=[one.event_id for one in facts.occurrences.get(subject, ())] == [before.event_id],
    )


def _check_finding(ledger: Ledger) -> Iterator[BrokenDuty]:
    event = _uuid()
    rows = [_row(event, state=State.UNKNOWN, at=_AT), _row(event, state=State.SENT, at=_LATER)]
    ledger.write(rows)
    yield from _told(
        "finds",
        "find() does not give what fits, the latest first.",
        holds=[row.key for row in ledger.find(event_id=event)] == [rows[1].key, rows[0].key]
        and [row.key for row in ledger.find(event_id=event, state="unknown")] == [rows[0].key]
        and [row.key for row in ledger.find(event_id=event, since=_LATER)] == [rows[1].key]
        and len(ledger.find(event_id=event, limit=1)) == 1,
    )
    waiting = _row(event, state=State.DEFERRED, due=_LONG_AFTER)
    ledger.write([waiting])
    dropped = ledger.prune(_LATER)
    yield from _told(
        "prunes",
        "prune() does not drop what was finished before a moment, and nothing else.",
        holds=dropped >= 1
        and {row.key for row in ledger.find(event_id=event)} == {rows[1].key, waiting.key},
    )


def _check_forgetting(ledger: Ledger) -> Iterator[BrokenDuty]:
    person = _uuid()
    sent, waiting = _row(person_id=person, state=State.SENT), _row(person_id=person, due=_LATER)
    body = {
        "interviewers": [{"id": person, "name": "이도윤"}],
        "note": "이도윤 님",
        "ids": [person],
    }
    record = _record(waiting.event_id, body=body)
    other = _row(waiting.event_id, needs_alert=True)
    ledger.write([sent, evolve(waiting, needs_alert=True), other], records=[record])
    ledger.forget_person(person)
    kept = ledger.records([record.event_id])[record.event_id]
    yield from _told(
        "forgets_names",
        "the name or the id of a forgotten person is kept in an alert.",
        holds=kept.body is not None
        and person not in repr(kept.body)
        and "이도윤" not in repr(kept.body),
    )
    rows = {row.event_id: row for row in ledger.find(person_id=person)}
    yield from _told(
        "forgets_what_waits",
        "something still waits for a forgotten person.",
        holds=waiting.event_id in rows and rows[waiting.event_id].state is State.CANCELLED,
    )
    everywhere = ledger.find(event_id=sent.event_id)
    yield from _told(
        "remembers_the_pair",
        "a repeat of the event would reach a forgotten person, or the id is kept.",
        holds=_standing(ledger, sent) is not None
        and all(person != row.person_id for row in everywhere),
    )


def _check_races(ledger: Ledger, threads: int) -> Iterator[BrokenDuty]:
    new = _row()
    won = _winners(lambda: ledger.write([evolve(new, run=_uuid())])[0], threads)
    yield from _told("atomic", f"{won} threads wrote one new row.", holds=won == min(threads, 1))
    seen = evolve(new, version=1)
    won = _winners(lambda: ledger.write([evolve(seen, run=_uuid())])[0], threads)
    yield from _told(
        "atomic_changes", f"{won} threads changed one row.", holds=won == min(threads, 1)
    )


def _winners(race: Callable[[], bool], threads: int) -> int:
    won: list[bool] = []
    start = threading.Barrier(threads) if threads else None

    def run() -> None:
        assert start is not None
        start.wait()
        won.append(race())

    running = [threading.Thread(target=run) for _ in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    return sum(won)
