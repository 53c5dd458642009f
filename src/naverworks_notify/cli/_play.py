"""Playing a day: each alert at its own time, each digest window when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from naverworks_notify.alerts import Alert, DocumentEvaluationCompletedDigest
from naverworks_notify.cli._outcome_table import Section, title_of
from naverworks_notify.cli._rows import row_of
from naverworks_notify.notifier import Notifier, Status
from naverworks_notify.policy import Person

__all__ = ["play"]

_TICK = timedelta(minutes=10)
_MORNING = 9


def play(
    notifier: Notifier, people: Sequence[Person], alerts: Sequence[Alert]
) -> Iterator[Section]:
    """Yield what came of each alert, and of each digest, in the order of the day.

    Nothing waits: the time of the day is the time the alerts say. Digest windows are looked at
    every ten minutes of it, as a service would with a timer.
    """
    day = _Day(notifier, people)
    clock = alerts[0].occurred_at
    for alert in alerts:
        now = alert.occurred_at
        yield from day.pass_time(clock, now)
        clock = max(clock, now)
        report = notifier.notify(alert, people, now=now)
        yield Section(
            f"{now:%H:%M}  {title_of(alert.type)}",
            tuple(map(row_of, report.results)),
            _about(alert),
        )
    # On to the next morning, when what came too late in the evening may be told.
    morning = (clock + timedelta(days=1)).replace(hour=_MORNING, minute=0)
    yield from day.pass_time(clock, morning)


class _Day:
    """The timer of the day, and which deferred digests were told already."""

    def __init__(self, notifier: Notifier, people: Sequence[Person]) -> None:
        self._notifier = notifier
        self._people = people
        self._waiting: set[str] = set()

    def pass_time(self, start: datetime, end: datetime) -> Iterator[Section]:
        # Whole ticks of the wall clock, so that what ends at 11:00 is told at 11:00.
        now = start.replace(minute=start.minute // 10 * 10, second=0, microsecond=0)
        while (now := now + _TICK) <= end:
            if now > start:
                yield from self._close(now)

    def _close(self, now: datetime) -> Iterator[Section]:
        report = self._notifier.close_digests(self._people, now=now, until=now)
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
