"""The switches of the documented policy, with the readings this package recommends as defaults."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from attrs import field, frozen

from naverworks_notify.alerts import ENTRIES
from naverworks_notify.errors import InvalidValue
from naverworks_notify.policy._calendar import QuietDays
from naverworks_notify.policy._person import Person, Preferences
from naverworks_notify.policy._window import DEFAULT_ZONE, ReceiveWindow
from naverworks_notify.validation import Violations

__all__ = ["PolicyOptions"]

DEFAULT_ZONE_INFO = ZoneInfo(DEFAULT_ZONE)


@frozen(kw_only=True)
class PolicyOptions:
    """What can be chosen about `RecruitingPolicy` without touching its rules.

    The product's guide leaves these points open; each default is the reading closest to it.

    Attributes:
        include_org_admins: Send posting alerts to organisation 관리자 who have no role on the
            posting. Off: the guide speaks of «내가 담당한 공고», the postings one is in charge of.
        direct_role_wins: Let a role given on the posting stand even where the team's is higher.
        interviewer_first: For someone who is both assigned and in charge, send the interviewer
            variant (it carries the personal action) rather than the manager's.
        silence_addressed_members: Also keep mentions and approvals from a 공고 멤버 (the
            conservative reading of the posting-member rule).
        exclude_actor: Do not tell people what they did themselves.
        defer_outside_window: Hold alerts until the receive window opens instead of dropping them.
        duplicate_window: For how long an event counts as repeated; None for ever.
        supersede_cancelled: Drop what a later cancellation of the same interview made moot.
        collapse_window: Gather several changes of one interview for this long into one alert.
        hourly_cap: At most this many alerts an hour and person; what is over waits.
        quiet_days: Days on which nobody is disturbed.
        digest_length: How long a digest window stays open.
        digest_aligned: Close digest windows on the clock (every full hour) instead of one length
            after their first item.
        critical: Catalog ids that pass receive windows, mutes, quiet days, snoozes and caps.
        mandatory: Catalog ids that nobody can mute; they still wait for windows.
        defaults: The tenant's preferences, for whatever a person left unset.
    """

    include_org_admins: bool = False
    direct_role_wins: bool = False
    interviewer_first: bool = True
    silence_addressed_members: bool = False
    exclude_actor: bool = False
    defer_outside_window: bool = False
    duplicate_window: timedelta | None = None
    supersede_cancelled: bool = False
    collapse_window: timedelta | None = None
    hourly_cap: int | None = None
    quiet_days: QuietDays | None = None
    digest_length: timedelta = timedelta(hours=1)
    digest_aligned: bool = False
    critical: frozenset[str] = field(default=frozenset(), converter=frozenset)
    mandatory: frozenset[str] = field(default=frozenset(), converter=frozenset)
    defaults: Preferences | None = None

    def __attrs_post_init__(self) -> None:
        found = Violations()
        for name in ("duplicate_window", "collapse_window", "digest_length"):
            length = getattr(self, name)
            if length is not None and length <= timedelta():
                found.add(name, "range", "must be longer than nothing.")
        if self.hourly_cap is not None and self.hourly_cap < 1:
            found.add("hourly_cap", "range", "must be at least 1.")
        for name in ("critical", "mandatory"):
            for unknown in sorted(getattr(self, name) - ENTRIES.keys()):
                found.add(name, "catalog_id", f"{unknown!r} is not a catalog id.")
        found.raise_as(InvalidValue)

    def window_of(self, person: Person) -> ReceiveWindow | None:
        """Return the receive window that counts for a person; None is all day."""
        own = person.preferences.receive_window
        if own is not None or self.defaults is None:
            return own
        return self.defaults.receive_window

    def zone_of(self, person: Person) -> ZoneInfo:
        """Return the zone on whose calendar a person's days are counted."""
        window = self.window_of(person)
        return DEFAULT_ZONE_INFO if window is None else window.zone
