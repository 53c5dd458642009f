"""Who would get what: a notifier whose messages go nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from naverworks_notify.alerts import Alert, Vocabulary
from naverworks_notify.catalog import Catalog
from naverworks_notify.clock import Clock
from naverworks_notify.messages import Content
from naverworks_notify.notifier._address import Members
from naverworks_notify.notifier._ledger import Ledger
from naverworks_notify.notifier._result import Report
from naverworks_notify.notifier._sync import Notifier
from naverworks_notify.policy import Person, Policy

__all__ = ["DryRun"]


class DryRun:
    """A rehearsal: what a notifier would do with these alerts, one after the other.

    It needs no client and does no network IO. A result `sent` means that the message would be sent;
    `delivery.content` is what would be seen. It remembers what it has rehearsed, so that repeats,
    caps and digests come out as they would live.

    Examples:
        >>> DryRun(form="plain").run_due(now=datetime.fromisoformat("2026-03-02T10:00:00+09:00"))
        Report(results=(), missing=(), next_due=None)

    Args:
        policy: Who gets what; the documented rules by default.
        catalog: How alerts are worded.
        members: The directory's answer to who is who.
        people: Whom to ask for the people of an alert.
        ledger: What was delivered before. It is written to: hand in a copy.
        form: `rich`, `plain`, or a form of the catalog's own.
        fallback_locale: Language where neither the person nor the alert names one.
        vocabulary: Alert types of your own.
        clock: Where `now` comes from.
    """

    def __init__(
        self,
        *,
        policy: Policy | None = None,
        catalog: Catalog | None = None,
        members: Members | None = None,
        people: Any = None,
        ledger: Ledger | None = None,
        form: str = "rich",
        fallback_locale: str = "ko",
        vocabulary: Vocabulary | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._notifier = Notifier(
            _Nowhere(),  # type: ignore[arg-type]
            policy=policy,
            catalog=catalog,
            members=members,
            people=people,
            ledger=ledger,
            concurrency=1,
            form=form,
            fallback_locale=fallback_locale,
            vocabulary=vocabulary,
            clock=clock,
        )

    def notify(
        self,
        alert: Alert,
        people: Iterable[Person] | None = None,
        *,
        now: datetime | None = None,
    ) -> Report:
        """Return what would become of an alert; see `Notifier.notify`."""
        return self._notifier.notify(alert, people, now=now)

    def run_due(self, *, now: datetime | None = None, close_windows: bool = False) -> Report:
        """Return what would become of what waits; see `Notifier.run_due`."""
        return self._notifier.run_due(now=now, close_windows=close_windows)


class _Nowhere:
    """A client that takes every message and sends none."""

    def __init__(self) -> None:
        self.messages = self

    def send_to_user(
        self,
        user_id: str,  # noqa: ARG002 - as the client has it
        content: Content,  # noqa: ARG002
        *,
        before_send: Callable[[], object],
    ) -> None:
        before_send()
