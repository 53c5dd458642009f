"""Days on which nobody is disturbed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from attrs import field, frozen

from naverworks_notify.errors import InvalidValue
from naverworks_notify.policy._choice import to_set
from naverworks_notify.validation import Violations

__all__ = ["QuietDays"]


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
