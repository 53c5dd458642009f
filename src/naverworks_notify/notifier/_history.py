"""Telling the policy what the notifier remembers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs

from naverworks_notify.policy import History

__all__ = ["add_deliveries"]


def add_deliveries(
    history: History | None, event_id: str, delivered: Mapping[str, datetime]
) -> History | None:
    """Return the caller's history together with who has this event already, and since when."""
    if not delivered:
        return history
    history = history or History()
    deliveries = dict(history.deliveries)
    for person_id, at in delivered.items():
        deliveries[person_id] = {event_id: at, **deliveries.get(person_id, {})}
    return attrs.evolve(history, deliveries=deliveries)
