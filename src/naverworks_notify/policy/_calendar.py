"""Days on which nobody is disturbed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from attrs import field, frozen

from naverworks_notify.errors import InvalidValue
from naverworks_notify.validation import Violations

__all__ = ["QuietDays"]


def _to_weekdays(days: Iterable[int]) -> frozenset[int]:
    return frozenset(days)


def _to_dates(days: Iterable[date]) -> frozenset[date]:
    return frozenset(days)


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
        for wrong in self.weekdays - frozenset(range(7)):
            found.add("weekdays", "range", f"must be from 0 (Monday) to 6 (Sunday), not {wrong!r}.")
        if self.calendar is None and len(self.weekdays) == len(range(7)):
            found.add("weekdays", "range", "must leave a day on which people can be reached.")
        found.raise_as(InvalidValue)

    def covers(self, day: date) -> bool:
        """Tell whether nobody is to be disturbed on that date."""
        return (
            day.weekday() in self.weekdays
            or day in self.dates
            or (self.calendar is not None and self.calendar(day))
        )
