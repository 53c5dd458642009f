"""Playing a day: each alert at its own time, each digest window when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from naverworks_notify.alerts import Alert, DocumentEvaluationCompletedDigest
from naverworks_notify.cli._outcome_table import Section, title_of
from naverworks_notify.cli._rows import row_of
from naverworks_notify.notifier import Notifier, Status
from naverworks_notify.policy import Person
from naverworks_notify.testing import ManualClock

__all__ = ["play"]

_TICK = timedelta(minutes=10)
_MORNING = 9


def play(
    notifier: Notifier, people: Sequence[Person], alerts: Sequence[Alert], *, clock: ManualClock
) -> Iterator[Section]:
    """Yield what came of each alert, and of each digest, in the order of the day.

    Nothing waits: the clock is put forward to what the alerts say. Digest windows are looked at
    every ten minutes of the day, as a service would with a timer.
    """
    day = _Day(notifier, people, clock)
    for alert in alerts:
        yield from day.pass_time(alert.occurred_at)
        report = notifier.notify(alert, people)
        yield Section(
            f"{alert.occurred_at:%H:%M}  {title_of(alert.type)}",
            tuple(map(row_of, report.results)),
            _about(alert),
        )
    # On to the next morning, when what came too late in the evening may be told.
    evening = alerts[-1].occurred_at
    yield from day.pass_time((evening + timedelta(days=1)).replace(hour=_MORNING, minute=0))


class _Day:
    """The timer of the day, and which deferred digests were told already."""

    def __init__(self, notifier: Notifier, people: Sequence[Person], clock: ManualClock) -> None:
        self._notifier = notifier
        self._people = people
        self._clock = clock
        self._waiting: set[str] = set()

    def pass_time(self, until: datetime) -> Iterator[Section]:
        """Put the clock forward, and close the windows that end on the way."""
        now = self._clock.now().astimezone(until.tzinfo)
        # Whole ticks of the wall clock, so that what ends at 11:00 is told at 11:00.
        tick = now.replace(minute=now.minute // 10 * 10, second=0, microsecond=0)
        while (tick := tick + _TICK) <= until:
            self._put_forward(tick)
            yield from self._close(tick)
        self._put_forward(until)

    def _put_forward(self, moment: datetime) -> None:
        self._clock.advance(max(moment - self._clock.now(), timedelta()))

    def _close(self, now: datetime) -> Iterator[Section]:
        report = self._notifier.close_digests(self._people, until=now)
        # A deferred digest is asked about at every tick; once is enough to tell of it.
        rows = tuple(
            row_of(result)
            for result in report.results
            if result.status is not Status.DEFERRED or result.decision.event_id not in self._waiting
        )
        self._waiting |= {
            result.decision.event_id
            for result in report.results
            if result.status is Status.DEFERRED
        }
        if rows:
            title = title_of(DocumentEvaluationCompletedDigest.type)
            yield Section(f"{now:%H:%M}  {title}", rows, "window closed")


def _about(alert: Alert) -> str:
    parts = (
        alert.candidate and alert.candidate.name,
        alert.posting and alert.posting.title,
    )
    return " · ".join(part for part in parts if part)
