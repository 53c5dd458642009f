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

__all__ = ["Dates"]

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
    """Writes moments and spans in one language and one zone."""

    def __init__(self, texts: Texts, zone: tzinfo) -> None:
        self._weekdays, self._months = _names(texts.locale)
        self._date = texts.template("date")
        self._date_time = texts.template("date_time")
        self._comma = texts.comma
        self._zone = zone

    def moment(self, when: datetime) -> Line:
        """Return a moment, for example `2026-03-04 (수) 14:00 KST`."""
        when = self._local(when)
        return self._on_day(when, f"{_time(when)} {_zone_name(when)}")

    def span(self, slot: Slot) -> Line:
        """Return a span, its date written once where it does not leave the day."""
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
        start, end = self._local(slot.start_at), self._local(slot.end_at)
        last = end - timedelta(microseconds=1)
        zone = _zone_name(start)
        if start.date() == last.date():
            day = f"{self._day(start.date())} {zone}"
            return Line(day, day)
        opening = f"{self._day(start.date())} {_DASH}"
        closing = f"{self._day(last.date())} {zone}"
        return Line(f"{opening} {closing}", f"{opening}\n{closing}")

    def spans(self, slots: Iterable[Slot]) -> tuple[Line, ...]:
        """Return several spans, those of one day on one line, the earliest first."""
        lines: dict[tuple[date, str], tuple[datetime, list[str]]] = {}
        others: list[tuple[datetime, Line]] = []
        for slot in sorted(slots, key=lambda slot: (slot.start_at, slot.end_at)):
            start, end = self._local(slot.start_at), self._local(slot.end_at)
            zone = _zone_name(start)
            if start.date() != end.date() or zone != _zone_name(end):
                others.append((start, self.span(slot)))
                continue
            times = f"{_time(start)}{_DASH}{_time(end)}"
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
        return self._date.format(
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
