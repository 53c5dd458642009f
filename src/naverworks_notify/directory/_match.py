"""The answer to «which NAVER WORKS user is this person»."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

__all__ = ["Match", "MatchReason", "MatchStatus"]


class MatchStatus(StrEnum):
    """How a look-up of one person ended."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"
    AMBIGUOUS = "ambiguous"
    BLOCKED = "blocked"


class MatchReason(StrEnum):
    """Why a person is not matched. Codes, for reports and logs.

    The first three are of `unmatched`, `several_users` is of `ambiguous`, the others of `blocked`.
    """

    NO_SUCH_USER = "no_such_user"
    NEVER_SYNCED = "never_synced"
    VANISHED = "vanished"
    SEVERAL_USERS = "several_users"
    DELETED = "deleted"
    SUSPENDED = "suspended"
    PENDING = "pending"
    AWAITING = "awaiting"
    ON_LEAVE = "on_leave"


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
