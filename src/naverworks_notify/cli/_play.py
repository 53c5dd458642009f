"""Playing a day: each alert at its own time, each digest window when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from naverworks_notify.alerts import Alert, DocumentEvaluationCompletedDigest
from naverworks_notify.cli._outcome_table import Section, title_of
from naverworks_notify.cli._rows import row_of
from naverworks_notify.notifier import Notifier
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
    day = _Day(notifier, clock)
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
    """The timer of the day."""

    def __init__(self, notifier: Notifier, clock: ManualClock) -> None:
        self._notifier = notifier
        self._clock = clock

    def pass_time(self, until: datetime) -> Iterator[Section]:
        """Put the clock forward, and handle what is due on the way."""
        now = self._clock.now().astimezone(until.tzinfo)
        # Whole ticks of the wall clock, so that what ends at 11:00 is told at 11:00.
        tick = now.replace(minute=now.minute // 10 * 10, second=0, microsecond=0)
        while (tick := tick + _TICK) <= until:
            self._put_forward(tick)
            rows = tuple(map(row_of, self._notifier.run_due().results))
            if rows:
                title = title_of(DocumentEvaluationCompletedDigest.type)
                yield Section(f"{tick:%H:%M}  {title}", rows, "window closed")
        self._put_forward(until)

    def _put_forward(self, moment: datetime) -> None:
        self._clock.advance(max(moment - self._clock.now(), timedelta()))


def _about(alert: Alert) -> str:
    parts = (
        alert.candidate and alert.candidate.name,
        alert.posting and alert.posting.title,
    )
    return " · ".join(part for part in parts if part)
