"""The answer to «which NAVER WORKS user is this person»."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

__all__ = ["Match", "MatchStatus"]


class MatchStatus(StrEnum):
    """How a look-up of one person ended."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"
    AMBIGUOUS = "ambiguous"
    BLOCKED = "blocked"


@frozen
class Match:
    """One person looked up among the users of the directory.

    Attributes:
        status: `matched`, `unmatched`, `ambiguous` (several users fit; never guessed) or
            `blocked` (found, but deleted, suspended, pending, awaiting or on leave).
        user_id: The user's resource id; set when matched, and when blocked.
        reason: Why it is not a match, for people and logs; None when matched.
    """

    status: MatchStatus = field(converter=MatchStatus)
    user_id: str | None = None
    reason: str | None = None
