"""When people may be disturbed: the daily window, quiet days, and moments as rules compare them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from naverworks_notify.errors import InvalidPerson, InvalidValue, Violation
from naverworks_notify.policy._choice import to_set
from naverworks_notify.validation import ObjectReader, Violations
from naverworks_notify.zones import find_zone, zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = [
    "DEFAULT_STEP",
    "DEFAULT_ZONE",
    "LONGEST_STEP",
    "QuietDays",
    "ReceiveWindow",
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


# What a converter cannot convert stays as it is, and is told as a violation.
def _to_weekdays(days: Iterable[int]) -> frozenset[int]:
    return _to_set(days)  # type: ignore[return-value]


def _to_dates(days: Iterable[date]) -> frozenset[date]:
    return _to_set(days)  # type: ignore[return-value]


def _to_set(days: object) -> object:
    if isinstance(days, Iterable) and not isinstance(days, (str, bytes)):
        return to_set(days)
    return days


@frozen(kw_only=True)
class QuietDays:
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

    weekdays: frozenset[int] = field(default=frozenset(), converter=_to_weekdays)
    dates: frozenset[date] = field(default=frozenset(), converter=_to_dates)
    calendar: Callable[[date], bool] | None = None

    def __attrs_post_init__(self) -> None:
        found = Violations()
        _check_weekdays(self.weekdays, found, is_all=self.calendar is None)
        _check_dates(self.dates, found)
        if self.calendar is not None and not callable(self.calendar):
            found.add("calendar", "type", "must be a function of a date, or None.")
        found.raise_as(InvalidValue)

    def covers(self, day: date) -> bool:
        """Tell whether nobody is to be disturbed on that date."""
        return (
            day.weekday() in self.weekdays
            or day in self.dates
            or (self.calendar is not None and self.calendar(day))
        )


def _check_weekdays(days: object, found: Violations, *, is_all: bool) -> None:
    if not isinstance(days, frozenset):
        found.add("weekdays", "type", "must be a set of numbers from 0 (Monday) to 6 (Sunday).")
        return
    for wrong in (day for day in days if not isinstance(day, int) or day not in range(7)):
        found.add("weekdays", "range", f"must be from 0 (Monday) to 6 (Sunday), not {wrong!r}.")
    if is_all and len(days) == len(range(7)):
        found.add("weekdays", "range", "must leave a day on which people can be reached.")


def _check_dates(days: object, found: Violations) -> None:
    # A datetime is a date to Python, and never equal to one.
    if not isinstance(days, frozenset) or not all(
        isinstance(day, date) and not isinstance(day, datetime) for day in days
    ):
        found.add("dates", "type", "must be a set of dates.")


DEFAULT_ZONE = "Asia/Seoul"
DEFAULT_STEP = 30
LONGEST_STEP = 24 * 60
_MIDNIGHT = "24:00"
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_DAY = timedelta(days=1)


def _to_time(value: time | str) -> time:
    if value == _MIDNIGHT:
        return time.max
    if isinstance(value, str) and _CLOCK.fullmatch(value):
        return time.fromisoformat(value)
    # Told as a violation with its path.
    return value  # type: ignore[return-value]


@frozen(kw_only=True)
class ReceiveWindow:
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

    start: time = field(converter=_to_time)
    end: time = field(converter=_to_time)
    tz: str = DEFAULT_ZONE
    step_minutes: int = field(default=DEFAULT_STEP, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        found = Violations()
        _check_step(self.step_minutes, found)
        has_step = not found
        for name, moment in (("start", self.start), ("end", self.end)):
            self._check_time(name, moment, found, has_step=has_step)
        if self.start == self.end and not found:
            found.add(
                "end", "empty_window", "equals start; leave the window out to receive all day."
            )
        if find_zone(self.tz) is None:
            found.add("tz", "time_zone", "must be an IANA zone name such as Asia/Seoul.")
        found.raise_as(InvalidPerson)

    def _check_time(self, name: str, moment: object, found: Violations, *, has_step: bool) -> None:
        if not isinstance(moment, time) or moment.tzinfo is not None:
            found.add(name, "time", "must be a time of day such as 09:00.")
            return
        if moment == time.max:
            if name == "start":
                found.add(name, "time", "must be a time of day such as 09:00.")
            return
        if moment.second or moment.microsecond:
            found.add(name, "time", "must be a whole minute such as 09:00.")
        elif (
            has_step
            and self.step_minutes
            and (moment.hour * 60 + moment.minute) % self.step_minutes
        ):
            found.add(
                name, "step", f"must lie on a {self.step_minutes}-minute step, such as 09:00."
            )

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

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; `step_minutes` only where it is not 30."""
        written: dict[str, Any] = {
            "start": _show(self.start),
            "end": _show(self.end),
            "tz": self.tz,
        }
        if self.step_minutes != DEFAULT_STEP:
            written["step_minutes"] = self.step_minutes
        return written


def _check_step(step: object, found: Violations) -> None:
    if not isinstance(step, int) or isinstance(step, bool):
        found.add("step_minutes", "type", "must be a whole number of minutes.")
    elif not 0 <= step <= LONGEST_STEP:
        found.add("step_minutes", "range", f"must be from 0 to {LONGEST_STEP}.")


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


def _show(moment: time) -> str:
    return _MIDNIGHT if moment == time.max else moment.isoformat("minutes")


def read_window(raw: object, path: str, violations: Violations) -> ReceiveWindow | None:
    """Read the JSON form of a window, noting what is wrong."""
    reader = ObjectReader(raw, path=path, violations=violations)
    start, end = reader.text("start", required=True), reader.text("end", required=True)
    tz, step = reader.text("tz"), reader.typed("step_minutes", int)
    reader.finish()
    if start is None or end is None:
        return None
    try:
        return ReceiveWindow(
            start=start,
            end=end,
            tz=DEFAULT_ZONE if tz is None else tz,
            step_minutes=DEFAULT_STEP if step is None else step,
        )
    except InvalidPerson as error:
        violations.add_from(path, error)
        return None
