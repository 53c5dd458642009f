"""The two ways to handle alerts: rehearse them, or send them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from naverworks_notify.alerts import Alert
from naverworks_notify.cli._rows import Row, row_of, row_of_missing
from naverworks_notify.notifier import DryRun, Notifier
from naverworks_notify.policy import Person

__all__ = ["Live", "Rehearsal", "Run"]

People = tuple[Person, ...]


class Run(Protocol):
    """Handles alerts one after the other."""

    def notify(self, alert: Alert) -> tuple[Row, ...]:
        """Handle one alert; return a row per person, then one per assignee who is not among them."""
        ...

    def close_digests(self) -> tuple[Row, ...]:
        """Close every digest window; return a row per digest."""
        ...


class Rehearsal:
    """Decides and renders; sends nothing."""

    def __init__(self, dry_run: DryRun, people: People, *, at: datetime | None) -> None:
        self._dry_run = dry_run
        self._people = people
        self._at = at

    def notify(self, alert: Alert) -> tuple[Row, ...]:
        """Plan one alert."""
        plan = self._dry_run.notify(alert, self._people, now=self._at or datetime.now(UTC))
        return (*map(row_of, plan.planned), *_missing(alert, plan.missing))

    def close_digests(self) -> tuple[Row, ...]:
        """Plan the digests."""
        plan = self._dry_run.close_digests(self._people, now=self._at or datetime.now(UTC))
        return tuple(map(row_of, plan.planned))


class Live:
    """Sends."""

    def __init__(self, notifier: Notifier, people: People, *, at: datetime | None) -> None:
        self._notifier = notifier
        self._people = people
        self._at = at

    def notify(self, alert: Alert) -> tuple[Row, ...]:
        """Send one alert to everyone who gets it."""
        report = self._notifier.notify(alert, self._people, now=self._at)
        return (*map(row_of, report.results), *_missing(alert, report.missing))

    def close_digests(self) -> tuple[Row, ...]:
        """Send the digests."""
        return tuple(map(row_of, self._notifier.close_digests(self._people, now=self._at).results))


def _missing(alert: Alert, missing: tuple[str, ...]) -> tuple[Row, ...]:
    return tuple(row_of_missing(alert.event_id, person_id) for person_id in missing)
