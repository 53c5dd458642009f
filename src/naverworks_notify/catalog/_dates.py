"""Dates and times as people of a language write them: with weekday, 24 hours, and zone.

Names of weekdays and months come from CLDR through Babel, read once per language. The patterns
are texts of the message catalogs. Babel's own 12-hour Korean formats are avoided on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from functools import cache

from naverworks_notify.alerts import Slot
from naverworks_notify.catalog._brief import Line
from naverworks_notify.catalog._texts import Texts

__all__ = ["Dates", "in_order"]

_DASH = "–"


@cache
def _names(locale: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    from babel import Locale  # noqa: PLC0415 - importing the catalog must not load Babel

    cldr = Locale(locale)
    weekdays = cldr.days["format"]["abbreviated"]
    months = cldr.months["format"]["abbreviated"]
    return (
        tuple(str(weekdays[day]) for day in range(7)),
        tuple(str(months[month]) for month in range(1, 13)),
    )


class Dates:
    """Writes moments and spans in one language and one zone.

    Args:
        texts: The words of the language.
        zone: Whose clock is read.
        year: The present year, which goes without saying; None names every year.
    """

    def __init__(self, texts: Texts, zone: tzinfo, *, year: int | None = None) -> None:
        self._weekdays, self._months = _names(texts.locale)
        self._date = texts.template("date")
        # A caller's own way to write dates holds in every year.
        is_ours = texts.is_own("date_this_year") or not texts.is_own("date")
        short = "date_this_year" if is_ours else "date"
        self._date_this_year = texts.template(short)
        self._all_day = texts.template("all_day")
        self._year = year
        self._date_time = texts.template("date_time")
        self._comma = texts.comma
        self._zone = zone

    def moment(self, when: datetime) -> Line:
        """Return a moment, for example `2026-03-04 (수) 14:00 KST`."""
        when = self._local(when)
        return self._on_day(when, f"{_time(when)} {_zone_name(when)}")

    def span(self, slot: Slot) -> Line:
        """Return a span, its date written once where it does not leave the day.

        Whole days are told by their dates, and one that nobody knows the end of by its start.
        """
        if slot.is_all_day:
            return self._whole_days(slot)
        if slot.end_at is None:
            return self.moment(slot.start_at)
        start, end = self._local(slot.start_at), self._local(slot.end_at)
        zone, end_zone = _zone_name(start), _zone_name(end)
        opening = _time(start) if zone == end_zone else f"{_time(start)} {zone}"
        if start.date() == end.date():
            return self._on_day(start, f"{opening}{_DASH}{_time(end)} {end_zone}")
        first = self._on_day(start, f"{opening} {_DASH}")
        last = self._on_day(end, f"{_time(end)} {end_zone}")
        return Line(f"{first.text} {last.text}", f"{first.folded}\n{last.folded}")

    def days(self, slot: Slot) -> Line:
        """Return a span of days without times; a span that ends at midnight ends the day before."""
        if slot.all_day:
            return self._whole_days(slot)
        start = self._local(slot.start_at)
        last = start if slot.end_at is None else _just_before(self._local(slot.end_at))
        zone = _zone_name(start)
        if start.date() == last.date():
            day = f"{self._day(start.date())} {zone}"
            return Line(day, day)
        opening = f"{self._day(start.date())} {_DASH}"
        closing = f"{self._day(last.date())} {zone}"
        return Line(f"{opening} {closing}", f"{opening}\n{closing}")

    def _whole_days(self, slot: Slot) -> Line:
        # A day is the same day for every reader: that of the offset it was given in.
        start = slot.start_at
        last = start if slot.end_at is None else _just_before(slot.end_at)
        if start.date() == last.date():
            day = self._all_day.format(date=self._day(start.date()))
            return Line(day, day)
        opening, closing = f"{self._day(start.date())} {_DASH}", self._day(last.date())
        return Line(f"{opening} {closing}", f"{opening}\n{closing}")

    def spans(self, slots: Iterable[Slot]) -> tuple[Line, ...]:
        """Return several spans, those of one day on one line, the earliest first."""
        lines: dict[tuple[date, str], tuple[datetime, list[str]]] = {}
        others: list[tuple[datetime, Line]] = []
        for slot in in_order(slots):
            start = self._local(slot.start_at)
            end = None if slot.end_at is None else self._local(slot.end_at)
            zone = _zone_name(start)
            leaves = end is not None and (start.date() != end.date() or zone != _zone_name(end))
            if leaves or slot.is_all_day:
                others.append((start, self.span(slot)))
                continue
            times = _time(start) if end is None else f"{_time(start)}{_DASH}{_time(end)}"
            lines.setdefault((start.date(), zone), (start, []))[1].append(times)
        compact = [
            (
                start,
                self._on_day(
                    start, f"{self._comma.join(times)} {zone}", "\n".join(times) + f" {zone}"
                ),
            )
            for (_, zone), (start, times) in lines.items()
        ]
        return tuple(line for _, line in sorted([*compact, *others], key=lambda pair: pair[0]))

    def time(self, when: datetime) -> str:
        """Return the time of day, for lists whose heading names the day."""
        return _time(self._local(when))

    def _on_day(self, when: datetime, times: str, folded: str = "") -> Line:
        day = self._day(when.date())
        return Line(self._date_time.format(date=day, time=times), f"{day}\n{folded or times}")

    def _day(self, day: date) -> str:
        pattern = self._date_this_year if day.year == self._year else self._date
        return pattern.format(
            year=f"{day.year:04}",
            month=f"{day.month:02}",
            day=f"{day.day:02}",
            day_number=day.day,
            month_name=self._months[day.month - 1],
            weekday=self._weekdays[day.weekday()],
        )

    def _local(self, when: datetime) -> datetime:
        try:
            return when.astimezone(self._zone)
        except (OverflowError, ValueError):
            # The first and the last hours of the calendar have no counterpart in every zone.
            return when


def in_order(slots: Iterable[Slot]) -> list[Slot]:
    """Return slots with the earliest first; of those that begin together the shorter one."""
    return sorted(slots, key=lambda slot: (slot.start_at, slot.end_at or slot.start_at))


def _just_before(end: datetime) -> datetime:
    return end - timedelta(microseconds=1)


def _time(when: datetime) -> str:
    return f"{when.hour:02}:{when.minute:02}"


def _zone_name(when: datetime) -> str:
    """Return `KST`, or the offset as `UTC+05:30` for zones without a name of letters."""
    name = when.tzname() or ""
    if name.isalpha():
        return name
    offset = when.utcoffset() or timedelta()
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(int(abs(offset).total_seconds()) // 60, 60)
    return f"UTC{sign}{hours:02}:{minutes:02}"
