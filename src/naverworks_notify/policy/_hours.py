"""When people may be disturbed: the daily window, quiet days, and moments as rules compare them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from naverworks_notify.errors import InvalidPerson, InvalidValue, Violation
from naverworks_notify.schema import (
    Definitions,
    Findings,
    Function,
    Kind,
    SetOf,
    Text,
    Value,
    Whole,
    as_set,
    did_you_mean,
    kind_name,
    member,
)
from naverworks_notify.zones import find_zone, zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = [
    "DEFAULT_STEP",
    "DEFAULT_ZONE",
    "LONGEST_STEP",
    "WEEKDAYS",
    "ClockTime",
    "QuietDays",
    "ReceiveWindow",
    "Weekday",
    "ZoneName",
    "fix_offset",
    "to_moment",
]


def fix_offset(moment: datetime) -> datetime | None:
    """Return the moment with a fixed offset in the place of a zone, or None for a naive one.

    Two moments of one zone are compared and subtracted by their wall clocks in Python, which is
    wrong by an hour across a change of the clock.
    """
    offset = moment.utcoffset()
    return None if offset is None else moment.replace(tzinfo=timezone(offset), fold=0)


def to_moment(path: str, value: object) -> datetime:
    """Return the moment with a fixed offset.

    Raises:
        InvalidValue: It is no aware datetime.
    """
    moment = fix_offset(value) if isinstance(value, datetime) else None
    if moment is None:
        message = "must be aware, such as datetime.now(UTC)."
        raise InvalidValue(violations=(Violation(path, "aware_datetime", message),))
    return moment


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Weekday(Kind):
    """A day of the week: a number from 0 in code, its English name in JSON."""

    __slots__ = ()

    def check(self, value: Any, path: str, out: Findings) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or value not in range(7):
            message = f"must be from 0 (Monday) to 6 (Sunday), not {value!r}."
            out.add(path, "enum", message)

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if not isinstance(raw, str):
            out.add(path, "type", f"must be a string, not {kind_name(raw)}.")
        elif raw not in WEEKDAYS:
            near = did_you_mean(raw, WEEKDAYS)
            out.add(path, "enum", f"must be one of {', '.join(WEEKDAYS)}.{near}")
        else:
            return WEEKDAYS.index(raw)
        return raw

    def dump(self, value: Any) -> Any:
        return WEEKDAYS[value]

    def schema(self, definitions: Definitions) -> dict[str, Any]:  # noqa: ARG002
        return {"enum": list(WEEKDAYS)}


def _to_weekdays(days: Iterable[int]) -> frozenset[int]:
    return as_set(days)


def _to_dates(days: Iterable[date]) -> frozenset[date]:
    return as_set(days)


@frozen(kw_only=True)
class QuietDays(Value):
    """Quiet weekdays, dates, and whatever a calendar of the caller's says.

    Attributes:
        weekdays: 0 is Monday, 6 is Sunday.
        dates: Single days.
        calendar: Answers whether a date is a holiday, for example
            `lambda day: day in holidays.KR()`. Must give the same answer every time.

    Raises:
        InvalidValue: A weekday is out of range.

    Examples:
        >>> from datetime import date
        >>> QuietDays(weekdays={5, 6}).covers(date(2026, 3, 1))
        True
    """

    _refusal: ClassVar[str] = ""
    _schema_rules: ClassVar[Mapping[str, Any]] = {
        "allOf": [{"properties": {"weekdays": {"maxItems": len(WEEKDAYS) - 1}}}]
    }

    weekdays: frozenset[int] = field(
        default=frozenset(), converter=_to_weekdays, metadata=member(kind=SetOf(Weekday()))
    )
    dates: frozenset[date] = field(default=frozenset(), converter=_to_dates)
    calendar: Callable[[date], bool] | None = field(
        default=None, metadata=member(kind=Function(), in_json=False)
    )

    @classmethod
    def _conflicts(cls, members: Mapping[str, Any]) -> Iterable[Violation]:
        if members.get("calendar") is None and len(members.get("weekdays", ())) == len(WEEKDAYS):
            message = "must leave a day on which people can be reached."
            yield Violation("weekdays", "max_items", message)

    def covers(self, day: date) -> bool:
        """Tell whether nobody is to be disturbed on that date."""
        return (
            day.weekday() in self.weekdays
            or day in self.dates
            or (self.calendar is not None and self.calendar(day))
        )


DEFAULT_ZONE = "Asia/Seoul"
DEFAULT_STEP = 30
LONGEST_STEP = 24 * 60
_MIDNIGHT = "24:00"
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DAY = timedelta(days=1)


def _to_time(value: time | str) -> time:
    if value == _MIDNIGHT:
        return time.max
    if isinstance(value, str) and _CLOCK.fullmatch(value):
        return time.fromisoformat(value)
    # Told as a violation with its path.
    return value  # type: ignore[return-value]


class ClockTime(Kind):
    """A whole minute of the day, such as 09:00.

    Args:
        midnight: Whether 24:00, the end of the day, is one as well.
    """

    __slots__ = ("midnight",)

    def __init__(self, *, midnight: bool = False) -> None:
        self.midnight: bool = midnight

    def check(self, value: Any, path: str, out: Findings) -> None:
        if value == time.max and self.midnight:
            return
        if not isinstance(value, time) or value.tzinfo is not None or value == time.max:
            out.add(path, "time", "must be a time of day such as 09:00.")
        elif value.second or value.microsecond:
            out.add(path, "time", "must be a whole minute such as 09:00.")

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if not isinstance(raw, str):
            out.add(path, "type", f"must be a string, not {kind_name(raw)}.")
            return raw
        moment = _to_time(raw)
        self.check(moment, path, out)
        return moment

    def dump(self, value: Any) -> Any:
        return _MIDNIGHT if value == time.max else value.isoformat("minutes")

    def schema(self, definitions: Definitions) -> dict[str, Any]:  # noqa: ARG002
        pattern = f"({_CLOCK.pattern})"
        return {
            "type": "string",
            "pattern": f"^({pattern}|24:00)$" if self.midnight else f"^{pattern}$",
        }


class ZoneName(Text):
    """The IANA name of a time zone."""

    __slots__ = ()

    def check(self, value: Any, path: str, out: Findings) -> None:
        known = len(out.found)
        super().check(value, path, out)
        if len(out.found) == known and find_zone(value) is None:
            out.add(path, "time_zone", "must be an IANA zone name such as Asia/Seoul.")


@frozen(kw_only=True)
class ReceiveWindow(Value):
    """The hours in which a person gets messages, [start, end) on the wall clock of `tz`.

    A window whose end lies before its start crosses midnight: 22:00 to 06:00 is the night. On the
    days when the clock is put forward or back the window follows the wall clock, so it may be an
    hour shorter or longer.

    Attributes:
        start: First minute of the window; `"09:00"` is accepted too.
        end: First minute after it. `"24:00"` (`time.max`) is the end of the day, so that 00:00 to
            24:00 is an explicit "all day"; equal start and end are an error.
        tz: IANA name of the zone.
        step_minutes: Both ends must lie on this step, counted from midnight, at most 1440; 0
            accepts any minute.

    Raises:
        InvalidPerson: With every broken rule in `.violations`.

    Source: https://guide.roundhr.com/setting/profile/notification (알림 수신 시간: all day, or
    start and end in 30-minute steps), seen 2026-11. The zone and windows across midnight are not
    documented; chosen because night shifts and teams abroad exist.

    Examples:
        >>> ReceiveWindow(start="09:00", end="18:30").is_open(
        ...     datetime.fromisoformat("2026-03-02T10:00:00+09:00")
        ... )
        True
    """

    error: ClassVar[type[InvalidPerson]] = InvalidPerson
    _refusal: ClassVar[str] = ""
    # Which minutes another step allows, a schema leaves to the reader.
    _schema_rules: ClassVar[Mapping[str, Any]] = {
        "if": {"not": {"required": ["step_minutes"]}},
        "then": {
            "properties": {"start": {"pattern": ":(00|30)$"}, "end": {"pattern": ":(00|30)$"}}
        },
    }

    start: time = field(converter=_to_time, metadata=member(kind=ClockTime()))
    end: time = field(converter=_to_time, metadata=member(kind=ClockTime(midnight=True)))
    tz: str = field(default=DEFAULT_ZONE, metadata=member(kind=ZoneName(), always=True))
    step_minutes: int = field(
        default=DEFAULT_STEP, repr=False, eq=False, metadata=member(kind=Whole(0, LONGEST_STEP))
    )

    @classmethod
    def _conflicts(cls, members: Mapping[str, Any]) -> Iterable[Violation]:
        start, end = members.get("start"), members.get("end")
        step = members.get("step_minutes")
        ends = {"start": start, "end": end}
        for name, at in ends.items():
            if at not in (None, time.max) and step and (at.hour * 60 + at.minute) % step:
                message = f"must lie on a {step}-minute step, such as 09:00."
                yield Violation(name, "step", message)
        if start is not None and start == end:
            message = "equals start; leave the window out to receive all day."
            yield Violation("end", "empty_window", message)

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose clock the window follows."""
        return zone_of(self.tz)

    def is_open(self, now: datetime) -> bool:
        """Tell whether a message at `now` (aware) falls into the window."""
        return self._holds(now.astimezone(self.zone).time())

    def _holds(self, clock: time) -> bool:
        if self.end == time.max:
            return clock >= self.start
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def next_open(self, now: datetime) -> datetime:
        """Return `now` when the window is open, else the first moment it is, in its zone.

        Where the clock is put forward over the start, that is the moment of the change; a start
        that the clock shows twice opens the window twice.
        """
        if self.is_open(now):
            return now
        zone = self.zone
        moment = now.astimezone(zone)
        while True:
            # Until the clock is changed, wall clock and time run alike.
            wall = moment.replace(tzinfo=None)
            start = datetime.combine(wall.date(), self.start)
            if start <= wall:
                start += _DAY
            opening = (moment.astimezone(UTC) + (start - wall)).astimezone(zone)
            if opening.utcoffset() == moment.utcoffset():
                return opening
            moment = _clock_change(moment, opening)
            if self.is_open(moment):
                return moment


def _clock_change(before: datetime, after: datetime) -> datetime:
    """Return the first whole second after `before` whose offset is another one."""
    zone, offset = before.tzinfo, before.utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp()) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, zone)
