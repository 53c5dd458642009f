"""Dates with weekday and zone, 24 hours, in three languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from naverworks_notify.alerts import Slot
from naverworks_notify.catalog._dates import Dates
from naverworks_notify.catalog._texts import Texts

KST = timezone(timedelta(hours=9))


def dates(locale: str = "ko", zone: str = "Asia/Seoul") -> Dates:
    return Dates(Texts(locale, {}), ZoneInfo(zone))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=KST)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("ko", "2026-03-02 (월) 14:00–15:00 KST"),
        ("en", "Mon, Mar 2, 2026, 14:00–15:00 KST"),
        ("ja", "2026/03/02 (月) 14:00–15:00 KST"),
    ],
)
def test_a_span_within_a_day(locale, text) -> None:
    assert str(dates(locale).span(Slot(at(2, 14), at(2, 15)))) == text


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("ko", "2026-03-02 (월) 23:30 – 2026-03-03 (화) 00:30 KST"),
        ("en", "Mon, Mar 2, 2026, 23:30 – Tue, Mar 3, 2026, 00:30 KST"),
        ("ja", "2026/03/02 (月) 23:30 – 2026/03/03 (火) 00:30 KST"),
    ],
)
def test_a_span_over_midnight_names_both_days(locale, text) -> None:
    assert str(dates(locale).span(Slot(at(2, 23, 30), at(3, 0, 30)))) == text


@pytest.mark.parametrize(
    ("locale", "weekdays"),
    [
        ("ko", ["월", "화", "수", "목", "금", "토", "일"]),
        ("en", ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
        ("ja", ["月", "火", "水", "木", "金", "土", "日"]),
    ],
)
def test_every_weekday_has_its_name(locale, weekdays) -> None:
    for day, weekday in enumerate(weekdays, 2):
        assert weekday in str(dates(locale).moment(at(day, 9)))


def test_the_reader_sees_the_catalogs_zone_not_the_payloads() -> None:
    assert str(dates().moment(datetime(2026, 3, 1, 20, tzinfo=UTC))) == "2026-03-02 (월) 05:00 KST"


def test_a_zone_without_letters_is_an_offset() -> None:
    assert dates(zone="America/Sao_Paulo").moment(at(2, 14)).text.endswith("02:00 UTC-03:00")
    assert dates(zone="Asia/Kathmandu").moment(at(2, 14)).text.endswith("10:45 UTC+05:45")


def test_a_span_over_a_clock_change_names_both_zones() -> None:
    zone = ZoneInfo("America/New_York")
    slot = Slot(
        datetime(2026, 11, 1, 0, 30, tzinfo=zone),
        datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=zone),
    )
    assert str(dates("ko", "America/New_York").span(slot)) == "2026-11-01 (일) 00:30 EDT–01:30 EST"


def test_days_leave_out_times_and_an_end_at_midnight() -> None:
    assert str(dates().days(Slot(at(9, 0), at(14, 0)))) == "2026-03-09 (월) – 2026-03-13 (금) KST"
    assert str(dates().days(Slot(at(9, 0), at(10, 0)))) == "2026-03-09 (월) KST"


def test_several_spans_share_the_line_of_their_day_and_are_in_order() -> None:
    slots = (
        Slot(at(10, 16), at(10, 17)),
        Slot(at(9, 14), at(9, 15)),
        Slot(at(9, 10), at(9, 11)),
        Slot(at(9, 23), at(10, 1)),
    )
    assert tuple(map(str, dates().spans(slots))) == (
        "2026-03-09 (월) 10:00–11:00, 14:00–15:00 KST",
        "2026-03-09 (월) 23:00 – 2026-03-10 (화) 01:00 KST",
        "2026-03-10 (화) 16:00–17:00 KST",
    )


@pytest.mark.parametrize("locale", ["ko", "en", "ja"])
@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/Los_Angeles"])
def test_the_ends_of_the_calendar_can_be_written(locale, zone) -> None:
    first = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    last = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12)))
    written = dates(locale, zone)
    assert "0001" in written.moment(first).text
    assert "9999" in written.span(Slot(last, last + timedelta(seconds=30))).text
    assert "9999" in written.days(Slot(first, last)).text
    assert len(written.spans((Slot(first, last),))) == 1


@pytest.mark.parametrize(
    ("locale", "folded"),
    [
        ("ko", "2026-03-02 (월)\n14:00–15:00 KST"),
        ("en", "Mon, Mar 2, 2026\n14:00–15:00 KST"),
        ("ja", "2026/03/02 (月)\n14:00–15:00 KST"),
    ],
)
def test_a_time_folds_under_its_date(locale, folded) -> None:
    assert dates(locale).span(Slot(at(2, 14), at(2, 15))).folded == folded


def test_every_line_folds_between_dates_and_times_only() -> None:
    written = dates()
    assert written.moment(at(2, 14)).folded == "2026-03-02 (월)\n14:00 KST"
    assert written.span(Slot(at(2, 23), at(3, 1))).folded == (
        "2026-03-02 (월)\n23:00 –\n2026-03-03 (화)\n01:00 KST"
    )
    assert (
        written.days(Slot(at(9, 0), at(14, 0))).folded == "2026-03-09 (월) –\n2026-03-13 (금) KST"
    )
    two = (Slot(at(9, 10), at(9, 11)), Slot(at(9, 14), at(9, 15)))
    assert written.spans(two)[0].folded == "2026-03-09 (월)\n10:00–11:00\n14:00–15:00 KST"
