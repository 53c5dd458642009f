"""What the class of an alert says about telling of it, and reading back what a ledger kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from naverworks_notify.alerts import DOCUMENTED, Alert, Traits, Vocabulary, from_dict
from naverworks_notify.policy import Person, Policy, PolicyOptions, person_from_dict

__all__ = [
    "Vocabulary",
    "Words",
    "digest_key",
    "digest_options",
    "read_person",
    "window_end",
]

_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def digest_key(alert: Alert) -> str | None:
    """Return what an alert is told together with, or None where there is no digest for it."""
    digest = alert.traits.digest
    return None if digest is None else f"{alert.type} {digest.group(alert)}"


def digest_options(policy: Policy) -> tuple[timedelta, bool]:
    """Return how long a window is under a policy, and whether windows are counted on the clock."""
    options = getattr(policy, "options", None)
    if isinstance(options, PolicyOptions):
        return options.digest_length, options.digest_aligned
    return _HOUR, False


def window_end(alert: Alert, *, length: timedelta, aligned: bool) -> datetime:
    """Return when the window ends that an alert opens, if no other has opened it before."""
    digest = alert.traits.digest
    start = alert.occurred_at if digest is None else digest.at(alert)
    if aligned:
        start -= (start - _EPOCH) % length
    try:
        return start + length
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


class Words:
    """The types of alerts that a notifier can read back: those of a vocabulary, and those seen.

    Args:
        vocabulary: The types that are known; the documented ones by default.
    """

    def __init__(self, vocabulary: Vocabulary | None = None) -> None:
        self._events: dict[str, type[Alert]] = {**(vocabulary or DOCUMENTED).events}

    def note(self, alert: Alert) -> None:
        """Remember the class of an alert that was handed in."""
        self._events.setdefault(alert.type, type(alert))

    def traits_of(self, alert_type: str) -> Traits:
        """Return what the class of a type says; nothing special of a type that is not known."""
        event = self._events.get(alert_type)
        return _NOTHING_SPECIAL if event is None else event.traits

    def read(self, body: Mapping[str, Any]) -> Alert:
        """Return the alert of a JSON form.

        Raises:
            InvalidAlert: Its type is none that is known here, or its content is damaged.
        """
        return from_dict(body, events=self._events)


_NOTHING_SPECIAL = Traits()


def read_person(raw: Mapping[str, Any]) -> Person:
    """Return a person whom the ledger kept; ids of the caller's own alerts are taken as they are.

    Raises:
        InvalidPerson: It is damaged.
    """
    wanted = raw.get("preferences") or {}
    own = [name for key in ("muted", "wanted") for name in wanted.get(key, ())]
    return person_from_dict(raw, extra_ids=own)
