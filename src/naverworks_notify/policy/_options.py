"""The switches of the documented policy, with the readings this package recommends as defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from naverworks_notify.alerts import Vocabulary
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.policy._hours import DEFAULT_ZONE, QuietDays, ReceiveWindow
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._preferences import CatalogId, Preferences, known_ids, to_ids
from naverworks_notify.schema import (
    Definitions,
    Findings,
    Kind,
    SetOf,
    Table,
    Value,
    Whole,
    kind_name,
    member,
)
from naverworks_notify.zones import zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = ["PolicyOptions"]

LONGEST = timedelta(days=366)

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_MOST_MINUTES = LONGEST // _MINUTE


class Minutes(Kind):
    """A length of time; in JSON whole minutes.

    Args:
        name: The field that holds it, for the error of a length that JSON cannot hold.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def check(self, value: Any, path: str, out: Findings) -> None:
        if not isinstance(value, timedelta):
            out.add(path, "type", f"must be a timedelta, not {kind_name(value)}.")
        elif value <= timedelta():
            out.add(path, "minimum", "must be longer than nothing.")
        elif value > LONGEST:
            out.add(path, "maximum", f"must be at most {LONGEST.days} days.")

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if not isinstance(raw, int) or isinstance(raw, bool):
            out.add(path, "type", f"must be an integer, not {kind_name(raw)}.")
        elif raw < 1:
            out.add(path, "minimum", "must be at least 1.")
        elif raw > _MOST_MINUTES:
            message = f"must be at most {_MOST_MINUTES} ({LONGEST.days} days)."
            out.add(path, "maximum", message)
        else:
            return timedelta(minutes=raw)
        return raw

    def dump(self, value: Any) -> Any:
        minutes, rest = divmod(value, _MINUTE)
        if rest:
            message = "has a JSON form only in whole minutes."
            raise InvalidValue(violations=(Violation(self._name, "whole_minutes", message),))
        return minutes

    def schema(self, definitions: Definitions) -> dict[str, Any]:  # noqa: ARG002
        return {"type": "integer", "minimum": 1, "maximum": _MOST_MINUTES}


def _length_of(name: str) -> dict[str, Any]:
    return member(key=f"{name}_minutes", kind=Minutes(name))


@frozen(kw_only=True)
class PolicyOptions(Value):
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
        max_age: Drop what occurred longer ago, as `expired`; None for never. For imports of old
            events. A digest counts from its own time, and is never too old.
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

    _refusal: ClassVar[str] = ""
    _schema_rules: ClassVar[Mapping[str, Any]] = {
        "if": {"required": ["hourly_cap"], "properties": {"hourly_cap": {"type": "integer"}}},
        "then": {"properties": {"duplicate_window_minutes": {"minimum": 60}}},
    }

    include_org_admins: bool = False
    direct_role_wins: bool = False
    interviewer_first: bool = True
    silence_addressed_members: bool = False
    exclude_actor: bool = False
    defer_outside_window: bool = False
    duplicate_window: timedelta | None = field(
        default=None, metadata=_length_of("duplicate_window")
    )
    supersede_cancelled: bool = False
    collapse_window: timedelta | None = field(default=None, metadata=_length_of("collapse_window"))
    max_age: timedelta | None = field(default=None, metadata=_length_of("max_age"))
    hourly_cap: int | None = field(default=None, metadata=member(kind=Whole(1)))
    quiet_days: QuietDays | None = None
    digest_length: timedelta = field(default=_HOUR, metadata=_length_of("digest_length"))
    digest_aligned: bool = False
    critical: frozenset[str] = field(
        default=frozenset(), converter=to_ids, metadata=member(kind=SetOf(CatalogId()))
    )
    mandatory: frozenset[str] = field(
        default=frozenset(), converter=to_ids, metadata=member(kind=SetOf(CatalogId()))
    )
    defaults: Preferences | None = None
    extra_ids: frozenset[str] = field(
        default=frozenset(), converter=to_ids, repr=False, metadata=member(in_json=False)
    )

    def _findings(self) -> Findings:
        out = Findings()
        if isinstance(self.extra_ids, frozenset):
            out.known_ids = self.extra_ids
        return out

    @classmethod
    def _conflicts(cls, members: Mapping[str, Any]) -> Iterable[Violation]:
        # A history holds the last delivery of an event; an earlier one within the hour would be
        # missed.
        window = members.get("duplicate_window")
        if window is not None and window < _HOUR and members.get("hourly_cap") is not None:
            message = "must be at least an hour beside an hourly_cap."
            yield Violation("duplicate_window", "minimum", message)

    @classmethod
    def _read_members(
        cls, raw: Mapping[Any, Any], table: Table, out: Findings, wrong: set[str]
    ) -> dict[str, Any]:
        return {**super()._read_members(raw, table, out, wrong), "extra_ids": out.known_ids}

    @classmethod
    def from_dict(
        cls,
        raw: object,
        *,
        extra_ids: Iterable[str] = (),
        vocabulary: Vocabulary | None = None,
    ) -> PolicyOptions:
        """Return the options of a JSON object or a TOML table.

        Args:
            raw: The decoded document.
            extra_ids: Ids of the caller's own alert types.
            vocabulary: The alert types themselves, which name their ids.

        Raises:
            InvalidValue: With every broken rule, each with its path.
        """
        out = Findings()
        out.known_ids = known_ids(extra_ids, vocabulary)
        read = cls.read(raw, "", out)
        out.raise_as(InvalidValue, "The policy options are not usable")
        assert read is not None
        return read

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
        return super().to_dict()

    def window_of(self, person: Person) -> ReceiveWindow | None:
        """Return the receive window that counts for a person; None is all day."""
        own = person.preferences.receive_window
        if own is not None or self.defaults is None:
            return own
        return self.defaults.receive_window

    def zone_of(self, person: Person) -> ZoneInfo:
        """Return the zone on whose calendar a person's days are counted, and whose clock is read."""
        own = person.preferences.zone
        if own is None:
            window = self.window_of(person)
            if window is not None:
                return window.zone
            own = None if self.defaults is None else self.defaults.zone
        return zone_of(own or DEFAULT_ZONE)


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
