"""Playing a day: each alert at its own time, each digest window when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from naverworks_notify.alerts import Alert, DocumentEvaluationCompletedDigest
from naverworks_notify.cli._outcome_table import Section, title_of
from naverworks_notify.cli._rows import row_of
from naverworks_notify.notifier import Notifier, Report
from naverworks_notify.policy import Person

__all__ = ["play"]

_TICK = timedelta(minutes=10)
_LONGEST_WINDOW = timedelta(hours=1)


def play(
    notifier: Notifier, people: Sequence[Person], alerts: Sequence[Alert]
) -> Iterator[Section]:
    """Yield what came of each alert, and of each digest, in the order of the day.

    Nothing waits: the time of the day is the time the alerts say. Digest windows are looked at
    every ten minutes of it, as a service would with a timer.
    """
    clock = alerts[0].occurred_at
    for alert in alerts:
        now = alert.occurred_at
        yield from _pass_time(notifier, people, clock, now)
        clock = max(clock, now)
        report = notifier.notify(alert, people, now=now)
        yield Section(
            f"{now:%H:%M}  {title_of(alert.type)}",
            tuple(map(row_of, report.results)),
            _about(alert),
        )
    yield from _pass_time(notifier, people, clock, clock + _LONGEST_WINDOW)


def _pass_time(
    notifier: Notifier, people: Sequence[Person], start: datetime, end: datetime
) -> Iterator[Section]:
    # Whole ticks of the wall clock, so that what ends at 11:00 is told at 11:00.
    now = start.replace(minute=start.minute // 10 * 10, second=0, microsecond=0)
    while now <= end:
        if now > start:
            yield from _closed(notifier.close_digests(people, now=now, until=now), now)
        now += _TICK


def _closed(report: Report, now: datetime) -> Iterator[Section]:
    if report.results:
        yield Section(
            f"{now:%H:%M}  {title_of(DocumentEvaluationCompletedDigest.type)}",
            tuple(map(row_of, report.results)),
            "window closed",
        )


def _about(alert: Alert) -> str:
    names = [
        part
        for part in (
            alert.candidate and alert.candidate.name,
            alert.posting and alert.posting.title,
        )
        if part
    ]
    return " · ".join(names)
