"""Telling the policy what the notifier remembers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from naverworks_notify.policy import History

__all__ = ["add_deliveries"]


def add_deliveries(
    history: History | None, event_id: str, delivered: Mapping[str, datetime]
) -> History | None:
    """Return the caller's history together with who has this event already, and since when."""
    if not delivered:
        return history
    return (history or History()).deliver_all(event_id, delivered)
