"""Alerts handled one after the other: rehearsed, or sent."""

from __future__ import annotations

from datetime import datetime

from naverworks_notify.alerts import Alert
from naverworks_notify.cli._rows import Row, row_of, row_of_missing
from naverworks_notify.notifier import DryRun, Notifier, Report
from naverworks_notify.policy import Person

__all__ = ["Run"]


class Run:
    """Handles alerts one after the other.

    Args:
        notifier: What sends, or what rehearses.
        people: Everybody.
        at: The moment to decide for; the clock's by default.
    """

    def __init__(
        self, notifier: Notifier | DryRun, people: tuple[Person, ...], *, at: datetime | None
    ) -> None:
        self._notifier = notifier
        self._people = people
        self._at = at

    def notify(self, alert: Alert) -> tuple[Row, ...]:
        """Handle one alert; return a row per person, then one per assignee who is not among them.

        Raises:
            InvalidAlert: Its id is that of an event of another type.
        """
        report = self._notifier.notify(alert, self._people, now=self._at)
        missing = (row_of_missing(alert.event_id, person_id) for person_id in report.missing)
        return (*self._rows(report), *missing)

    def finish(self, *, close_windows: bool) -> tuple[Row, ...]:
        """Handle what waits and is due; return a row for each.

        Args:
            close_windows: Whether to close digest windows that are still open as well.
        """
        return self._rows(self._notifier.run_due(now=self._at, close_windows=close_windows))

    def _rows(self, report: Report) -> tuple[Row, ...]:
        is_rehearsal = isinstance(self._notifier, DryRun)
        return tuple(row_of(result, is_rehearsal=is_rehearsal) for result in report.results)
