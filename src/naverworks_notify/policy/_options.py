"""The switches of the documented policy, with the readings this package recommends as defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from naverworks_notify.alerts import ENTRIES
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.policy._hours import DEFAULT_ZONE, QuietDays, ReceiveWindow
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._preferences import Preferences, check_ids, to_ids
from naverworks_notify.validation import Violations
from naverworks_notify.zones import zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = ["PolicyOptions"]

LONGEST = timedelta(days=366)

_HOUR = timedelta(hours=1)
_FLAGS = (
    "include_org_admins",
    "direct_role_wins",
    "interviewer_first",
    "silence_addressed_members",
    "exclude_actor",
    "defer_outside_window",
    "supersede_cancelled",
    "digest_aligned",
)


@frozen(kw_only=True)
class PolicyOptions:
    """What can be chosen about `RecruitingPolicy` without touching its rules.

    The product's guide leaves these points open; each default is the reading closest to it. A
    length of time is at most 366 days.

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
        duplicate_window: For how long an event counts as repeated, at least an hour beside an
            `hourly_cap`; None for ever.
        supersede_cancelled: Drop what a later cancellation of the same interview made moot.
        collapse_window: Gather several changes of one interview for this long into one alert. What
            is gathered waits for the receive window, like the digest.
        hourly_cap: At most this many alerts an hour and person; what is over waits. Counts the
            deliveries in the history.
        quiet_days: Days on which nobody is disturbed.
        digest_length: How long a digest window stays open.
        digest_aligned: Close digest windows on the clock (every full hour) instead of one length
            after their first item.
        critical: Catalog ids that pass receive windows, mutes, quiet days, snoozes, caps and the
            gathering of changes.
        mandatory: Catalog ids that nobody can mute; they still wait for windows.
        defaults: The tenant's receive window and mutes, for what a person left unset. No rule
            reads their `locale`: the language is chosen where the alert is worded.
        extra_ids: Ids of the caller's own alert types that may stand in the sets above.

    Raises:
        InvalidValue: With every broken rule in `.violations`.

    Examples:
        >>> PolicyOptions.from_toml('''
        ... defer_outside_window = true
        ... [quiet_days]
        ... weekdays = ["saturday", "sunday"]
        ... ''').defer_outside_window
        True
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
    digest_length: timedelta = _HOUR
    digest_aligned: bool = False
    critical: frozenset[str] = field(default=frozenset(), converter=to_ids)
    mandatory: frozenset[str] = field(default=frozenset(), converter=to_ids)
    defaults: Preferences | None = None
    extra_ids: frozenset[str] = field(default=frozenset(), converter=to_ids, repr=False)

    def __attrs_post_init__(self) -> None:
        found = Violations()
        for name in _FLAGS:
            if not isinstance(getattr(self, name), bool):
                found.add(name, "type", "must be True or False.")
        for name in ("duplicate_window", "collapse_window"):
            _check_length(name, getattr(self, name), found, optional=True)
        _check_length("digest_length", self.digest_length, found, optional=False)
        _check_cap(self.hourly_cap, found)
        check_repeats("duplicate_window", self.duplicate_window, self.hourly_cap, found)
        _check_kind("quiet_days", self.quiet_days, QuietDays, found)
        _check_kind("defaults", self.defaults, Preferences, found)
        known: AbstractSet[str] = ENTRIES.keys()
        if isinstance(self.extra_ids, frozenset):
            known |= self.extra_ids
        else:
            found.add("extra_ids", "type", "must be a set of ids.")
        check_ids("critical", self.critical, known, found)
        check_ids("mandatory", self.mandatory, known, found)
        found.raise_as(InvalidValue)

    @classmethod
    def from_dict(cls, raw: object, *, extra_ids: Iterable[str] = ()) -> PolicyOptions:
        """Return the options of a JSON object or a TOML table; `OPTIONS_SCHEMA` describes it.

        Args:
            raw: The decoded document.
            extra_ids: Ids of the caller's own alert types.

        Raises:
            InvalidValue: With every broken rule, each with its path.
        """
        # Here and below: most importers of policy never read or write a document.
        from naverworks_notify.policy._options_form import read_options  # noqa: PLC0415

        found = Violations()
        given = read_options(raw, found, extra_ids=frozenset(extra_ids))
        found.raise_as(InvalidValue, "The policy options are not usable")
        return cls(**given, extra_ids=extra_ids)

    @classmethod
    def from_json(cls, text: str, *, extra_ids: Iterable[str] = ()) -> PolicyOptions:
        """Return the options of a JSON text; see `from_dict`."""
        import json  # noqa: PLC0415

        return cls.from_dict(_decode(json.loads, text, "JSON"), extra_ids=extra_ids)

    @classmethod
    def from_toml(cls, text: str, *, extra_ids: Iterable[str] = ()) -> PolicyOptions:
        """Return the options of a TOML text; see `from_dict`."""
        import tomllib  # noqa: PLC0415

        return cls.from_dict(_decode(tomllib.loads, text, "TOML"), extra_ids=extra_ids)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form of what differs from the defaults.

        A `calendar` of quiet days is code and has no JSON form; it is left out.

        Raises:
            InvalidValue: A length of time is no whole number of minutes.
        """
        from naverworks_notify.policy._options_form import write_options  # noqa: PLC0415

        return write_options(self)

    def window_of(self, person: Person) -> ReceiveWindow | None:
        """Return the receive window that counts for a person; None is all day."""
        own = person.preferences.receive_window
        if own is not None or self.defaults is None:
            return own
        return self.defaults.receive_window

    def zone_of(self, person: Person) -> ZoneInfo:
        """Return the zone on whose calendar a person's days are counted."""
        window = self.window_of(person)
        return zone_of(DEFAULT_ZONE) if window is None else window.zone


def _check_length(name: str, length: object, found: Violations, *, optional: bool) -> None:
    if length is None and optional:
        return
    if not isinstance(length, timedelta):
        found.add(name, "type", "must be a timedelta.")
    elif length <= timedelta():
        found.add(name, "range", "must be longer than nothing.")
    elif length > LONGEST:
        found.add(name, "range", f"must be at most {LONGEST.days} days.")


def _check_cap(cap: object, found: Violations) -> None:
    if cap is None:
        return
    if not isinstance(cap, int) or isinstance(cap, bool):
        found.add("hourly_cap", "type", "must be a whole number.")
    elif cap < 1:
        found.add("hourly_cap", "range", "must be at least 1.")


def check_repeats(path: str, window: object, cap: object, found: Violations) -> None:
    """Note a window for repeats that an hourly cap cannot count.

    A history holds the last delivery of an event; an earlier one within the hour would be missed.
    """
    if cap is not None and isinstance(window, timedelta) and timedelta() < window < _HOUR:
        found.add(path, "range", "must be at least an hour beside an hourly_cap.")


def _check_kind(name: str, value: object, kind: type, found: Violations) -> None:
    if value is not None and not isinstance(value, kind):
        found.add(name, "type", f"must be {kind.__name__}, or None.")


def _decode(loads: Callable[[str], Any], text: str, form: str) -> Any:
    # From outside, whatever the annotations say; the readers of the two forms differ in bytes.
    given: object = text
    if not isinstance(given, str):
        raise InvalidValue(violations=(Violation("", "type", "must be a text."),))
    try:
        return loads(given)
    except (ValueError, RecursionError) as error:
        raise InvalidValue(
            violations=(Violation("", "syntax", f"is not {form}: {error}."),)
        ) from error
