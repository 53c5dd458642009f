"""Several events of one thing: which of them a person is told, and in which words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from attrs import evolve, field, fields, frozen

from naverworks_notify.alerts import Alert, Slot, Traits
from naverworks_notify.notifier._ledger import HAS_IT, AlertRecord, Key, Row, State
from naverworks_notify.policy import Reason

__all__ = ["Chain", "Telling", "merge_digests", "order_of", "waits"]


@frozen
class Telling:
    """What one person is to be told of an event.

    Attributes:
        alert: The event, worded with everything that is told together with it.
        ends: Why nothing is told of it any more, or None.
        told_in: The event that tells of it in its place, or None.
        absorbs: Rows of other events that are told with this one.
    """

    alert: Alert
    ends: str | None = None
    told_in: str | None = None
    absorbs: tuple[Row, ...] = ()


def waits(row: Row) -> bool:
    """Tell whether an event waits for a person: put off, or to be tried again."""
    if row.state is State.DEFERRED:
        return True
    return row.state is State.ACCEPTED and row.attempt > 0


@frozen
class Chain:
    """The other events of what an event is about, and where they stand for the people concerned.

    What makes what moot, which events revise which and what is a reminder, alert classes say in
    their traits.

    Attributes:
        alert: The event.
        others: The other events.
        rows: Where all of them stand, by event and person.
        read: Gives the alert of a record, or None where its content is gone.
        traits_of: Gives the traits of a type.
    """

    alert: Alert
    others: Sequence[AlertRecord]
    rows: Mapping[Key, Row]
    read: Callable[[AlertRecord], Alert | None] = field(repr=False)
    traits_of: Callable[[str], Traits] = field(repr=False)

    def telling_for(self, person_id: str) -> Telling:
        """Return what one person is to be told.

        What has waited is compared with what happened since: nobody is told of a schedule that was
        called off or moved. What is told at once takes with it what waits for the same person.
        """
        later = self._sorted(is_later=True)
        row = self.rows.get((self.alert.event_id, person_id))
        if row is not None and waits(row):
            ended = self._ended(person_id, later)
            if ended is not None:
                return ended
        absorbs = self._absorbed(person_id)
        before = [found for one in absorbs if (found := self._alert_of(one.event_id)) is not None]
        after = [
            found
            for one in later
            if self._revises(one.type, self.alert.type) and (found := self.read(one)) is not None
        ]
        return Telling(self._merge(before, after), absorbs=tuple(absorbs))

    def _sorted(self, *, is_later: bool) -> list[AlertRecord]:
        mine = order_of(self.alert)
        found = [one for one in self.others if (self._order(one) > mine) is is_later]
        return sorted(found, key=self._order)

    def _order(self, record: AlertRecord) -> tuple[datetime, int, str]:
        occurrence = record.occurrence
        at = record.at if occurrence is None else occurrence.occurred_at
        return (at, _rank(self.traits_of(record.type)), record.event_id)

    def _revises(self, later: str, earlier: str) -> bool:
        """Tell whether events of one type bring those of another up to date."""
        traits = self.traits_of(later)
        return earlier in traits.revises or (later == earlier and traits.merge is not None)

    def _ended(self, person_id: str, later: Sequence[AlertRecord]) -> Telling | None:
        mine = self.alert.type
        if any(mine in self.traits_of(one.type).supersedes for one in later):
            return Telling(self.alert, ends=Reason.SUPERSEDED)
        announced_by = self.alert.traits.reminder_of
        if any(one.type in announced_by and self._moved(one) for one in later):
            return Telling(self.alert, ends=Reason.SUPERSEDED)
        for one in reversed(later):
            row = self.rows.get((one.event_id, person_id))
            if row is None or not self._revises(one.type, mine):
                continue
            if row.state in HAS_IT or row.state is State.ACCEPTED or waits(row):
                return Telling(self.alert, ends=Reason.COLLAPSED, told_in=one.event_id)
        return None

    def _moved(self, later: AlertRecord) -> bool:
        found = self.read(later)
        # Where its content is gone, the careful reading: a wrong time is worse than none.
        return found is None or found.interview is None or _slot(found) != _slot(self.alert)

    def _absorbed(self, person_id: str) -> list[Row]:
        found: list[Row] = []
        for one in self._sorted(is_later=False):
            if self.traits_of(one.type).supersedes:
                found = []
            row = self.rows.get((one.event_id, person_id))
            if row is None or not self._revises(self.alert.type, one.type):
                continue
            if waits(row) or (row.needs_alert and row.told_in == self.alert.event_id):
                found.append(row)
        return found

    def _alert_of(self, event_id: str) -> Alert | None:
        record = next((one for one in self.others if one.event_id == event_id), None)
        return None if record is None else self.read(record)

    def _merge(self, before: Sequence[Alert], after: Sequence[Alert]) -> Alert:
        alert = self.alert
        opened = next((one for one in before if one.type != alert.type), None)
        if opened is not None:
            alert = _brought_up_to_date(opened, alert)
        else:
            merge = alert.traits.merge
            same = [one for one in before if one.type == alert.type]
            if merge is not None and same:
                alert = merge([*same, alert])
        if after and alert.interview is not None and after[-1].interview is not None:
            return evolve(alert, interview=after[-1].interview)  # type: ignore[call-arg]
        return alert


def merge_digests(digests: Iterable[Alert]) -> Alert | None:
    """Return one digest that tells what several tell, under the id of the first.

    None where their class does not keep what they tell in `items` and `window`.
    """
    pairs = [(getattr(one, "window", None), one) for one in digests]
    if not all(isinstance(window, Slot) and hasattr(one, "items") for window, one in pairs):
        return None
    pairs.sort(key=lambda pair: (pair[0].start_at, pair[1].event_id))  # type: ignore[union-attr]
    first = pairs[0][1]
    if len(pairs) == 1:
        return first
    windows = [window for window, _ in pairs if window is not None]
    return evolve(
        first,
        occurred_at=max(one.occurred_at for _, one in pairs),
        window=Slot(windows[0].start_at, max(window.end_at for window in windows)),  # type: ignore[call-arg]
        items=tuple(item for _, one in pairs for item in one.items),  # type: ignore[attr-defined]
    )


def order_of(alert: Alert) -> tuple[datetime, int, str]:
    """Return where an event stands in the order in which things happened."""
    return (alert.occurred_at, _rank(alert.traits), alert.event_id)


def _rank(traits: Traits) -> int:
    # What happens at one moment: a thing is fixed, then changed, then called off.
    if traits.reminder_of:
        return 3
    if traits.supersedes:
        return 2
    return 1 if traits.revises or traits.merge is not None else 0


def _slot(alert: Alert) -> Slot | None:
    return None if alert.interview is None else alert.interview.slot


def _brought_up_to_date(opened: Alert, last: Alert) -> Alert:
    """Return the first news of a thing, as it stands after its last change."""
    shared = {one.name for one in fields(type(last)) if one.init}
    known = {
        one.name: getattr(last, one.name)
        for one in fields(type(opened))
        if one.init and one.name in shared
    }
    return evolve(opened, **{name: value for name, value in known.items() if value is not None})
