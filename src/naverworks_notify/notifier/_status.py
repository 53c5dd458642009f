"""How an alert ended for one person."""

from __future__ import annotations

import enum

__all__ = ["Status"]


class Status(enum.StrEnum):
    """How an alert ended for one person. Members compare equal to their plain strings."""

    SENT = "sent"
    """The service accepted the message."""
    FAILED = "failed"
    """The service, or the way to it, refused; nothing was delivered."""
    UNKNOWN = "unknown"
    """The request left, and nothing tells whether it was carried out."""
    SUPPRESSED = "suppressed"
    """The policy kept it back for good; the decision's reason says why."""
    DEFERRED = "deferred"
    """The policy kept it back until `decision.until`."""
    DIGESTED = "digested"
    """It waits to be told together with others, when its window closes."""
    UNMATCHED = "unmatched"
    """Nothing tells which NAVER WORKS user this person is; no call was made."""
