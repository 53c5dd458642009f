"""Receive windows: [start, end) on a wall clock, across midnight and across clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from people_in_a_past import History, RecruitingPolicy

from naverworks_notify import InvalidPerson
from naverworks_notify.policy import Person, PolicyOptions, Preferences, QuietDays, ReceiveWindow
from naverworks_notify.testing.strategies import instants, receive_windows

DAY = ReceiveWindow(start="09:00", end="18:30")
NIGHT = ReceiveWindow(start="22:00", end="06:00")


def seoul(text):
    return datetime.fromisoformat(f"2026-03-02T{text}+09:00")


@pytest.mark.parametrize(
    ("window", "clock", "is_open"),
    [
        (DAY, "08:59:59", False),
        (DAY, "09:00:00", True),
        (DAY, "18:29:59", True),
        (DAY, "18:30:00", False),
        (NIGHT, "21:59:59", False),
        (NIGHT, "22:00:00", True),
        (NIGHT, "00:00:00", True),
        (NIGHT, "05:59:59", True),
        (NIGHT, "06:00:00", False),
        (ReceiveWindow(start="18:00", end="24:00"), "23:59:59.999999", True),
        (ReceiveWindow(start="18:00", end="24:00"), "00:00:00", False),
        (ReceiveWindow(start="18:00", end="24:00"), "17:59:59", False),
        (ReceiveWindow(start="18:00", end="00:00"), "23:59:59.999999", True),
        (ReceiveWindow(start="18:00", end="00:00"), "00:00:00", False),
        (ReceiveWindow(start="00:00", end="24:00"), "00:00:00", True),
        (ReceiveWindow(start="00:00", end="24:00"), "23:59:59.999999", True),
    ],
)
def test_the_start_belongs_to_it_and_the_end_does_not(window, clock, is_open):
    assert window.is_open(seoul(clock)) is is_open


def test_it_follows_the_clock_of_its_own_zone():
    window = ReceiveWindow(start="09:00", end="18:00", tz="America/New_York")
    assert window.is_open(datetime(2026, 3, 2, 14, 0, tzinfo=UTC))
    assert not window.is_open(datetime(2026, 3, 2, 13, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("window", "clock", "opens"),
    [
        (DAY, "08:00:00", "2026-03-02T09:00:00+09:00"),
        (DAY, "18:30:00", "2026-03-03T09:00:00+09:00"),
        (NIGHT, "06:00:00", "2026-03-02T22:00:00+09:00"),
        (DAY, "10:00:00", "2026-03-02T10:00:00+09:00"),
    ],
)
def test_next_open(window, clock, opens):
    assert window.next_open(seoul(clock)).isoformat() == opens


# America/New_York: 02:00 → 03:00 on 2026-03-08, 02:00 → 01:00 on 2026-11-01.
@pytest.mark.parametrize(
    ("window", "at", "opens"),
    [
        # The start does not exist that day; the wall clock passes it at 03:00 -04:00.
        (("02:30", "05:00"), "2026-03-08T05:00:00+00:00", "2026-03-08T03:00:00-04:00"),
        (("02:00", "05:00"), "2026-03-08T05:00:00+00:00", "2026-03-08T03:00:00-04:00"),
        (("03:00", "05:00"), "2026-03-08T05:00:00+00:00", "2026-03-08T03:00:00-04:00"),
        (("09:00", "18:00"), "2026-03-08T05:00:00+00:00", "2026-03-08T09:00:00-04:00"),
        # The start comes twice; the first one opens.
        (("01:30", "05:00"), "2026-11-01T04:00:00+00:00", "2026-11-01T01:30:00-04:00"),
        # Between the two: the window [01:30, 01:59] closed at the change and opens again.
        (("01:30", "02:00"), "2026-11-01T06:10:00+00:00", "2026-11-01T01:30:00-05:00"),
    ],
)
def test_clock_changes(window, at, opens):
    start, end = window
    new_york = ReceiveWindow(start=start, end=end, tz="America/New_York")
    assert new_york.next_open(datetime.fromisoformat(at)).isoformat() == opens


def test_a_gap_of_a_whole_day_is_skipped():
    # Samoa had no 30 December 2011.
    window = ReceiveWindow(start="09:00", end="10:00", tz="Pacific/Apia")
    at = datetime(2011, 12, 29, 12, 0, tzinfo=ZoneInfo("Pacific/Apia"))
    opens = window.next_open(at)
    assert window.is_open(opens)
    assert opens.isoformat() == "2011-12-31T09:00:00+14:00"


@given(receive_windows(), instants())
@example(
    ReceiveWindow(start="02:30", end="05:00", tz="America/New_York"),
    datetime(2026, 3, 8, 5, 0, tzinfo=UTC),
)
def test_the_next_opening_is_open_and_nothing_before_it_is(window, at):
    opens = window.next_open(at)
    assert window.is_open(opens)
    assert opens >= at
    assert opens - at < timedelta(days=2)
    if opens > at:
        moment = at
        while moment < opens:
            assert not window.is_open(moment), moment
            moment += timedelta(minutes=15)
        assert not window.is_open(opens.astimezone(UTC) - timedelta(microseconds=1))


@given(receive_windows(), instants())
def test_open_means_between_the_ends_on_the_wall_clock(window, at):
    clock = at.astimezone(ZoneInfo(window.tz)).time()
    end = None if window.end == time.max else window.end
    minutes = clock.hour * 60 + clock.minute
    start = window.start.hour * 60 + window.start.minute
    length = ((24 * 60 if end is None else end.hour * 60 + end.minute) - start) % (24 * 60)
    length = length or 24 * 60
    assert window.is_open(at) is ((minutes - start) % (24 * 60) < length)


@given(receive_windows())
def test_its_json_form_names_it_completely(window):
    form = window.to_dict()
    assert ReceiveWindow(**form) == window


@pytest.mark.parametrize(
    ("start", "end", "tz", "path", "rule"),
    [
        ("09:00", "09:00", "Asia/Seoul", "end", "empty_window"),
        ("09:10", "18:00", "Asia/Seoul", "start", "step"),
        ("09:00", "18:45", "Asia/Seoul", "end", "step"),
        ("24:00", "18:00", "Asia/Seoul", "start", "time"),
        ("9:00", "18:00", "Asia/Seoul", "start", "time"),
        ("09:00:30", "18:00", "Asia/Seoul", "start", "time"),
        ("09:00", "25:00", "Asia/Seoul", "end", "time"),
        ("09:00", 18, "Asia/Seoul", "end", "time"),
        (time(9, 0, 30), "18:00", "Asia/Seoul", "start", "time"),
        (time(9, tzinfo=UTC), "18:00", "Asia/Seoul", "start", "time"),
        ("09:00", "18:00", "Mars/Olympus", "tz", "time_zone"),
        ("09:00", "18:00", "Asia", "tz", "time_zone"),
        ("09:00", "18:00", "../etc/passwd", "tz", "time_zone"),
        ("09:00", "18:00", "", "tz", "empty"),
        ("09:00", "18:00", None, "tz", "type"),
    ],
)
def test_what_is_refused(start, end, tz, path, rule):
    with pytest.raises(InvalidPerson) as caught:
        ReceiveWindow(start=start, end=end, tz=tz)
    assert [(v.path, v.rule) for v in caught.value.violations] == [(path, rule)]


def test_every_broken_rule_is_told():
    with pytest.raises(InvalidPerson) as caught:
        ReceiveWindow(start="9", end="18:01", tz="Mars")
    assert [v.path for v in caught.value.violations] == ["start", "tz", "end"]


@pytest.mark.parametrize(
    ("start", "end", "tz", "message"),
    [
        (
            "09:00",
            "09:00",
            "UTC",
            "end: equals start; leave the window out to receive all day.",
        ),
        ("09:10", "18:00", "UTC", "start: must lie on a 30-minute step, such as 09:00."),
        ("24:00", "18:00", "UTC", "start: must be a time of day such as 09:00."),
        (9, "18:00", "UTC", "start: must be a time of day such as 09:00."),
        (time(9, 0, 1), "18:00", "UTC", "start: must be a whole minute such as 09:00."),
        ("09:00", "18:00", "Mars", "tz: must be an IANA zone name such as Asia/Seoul."),
    ],
)
def test_what_is_said_of_a_window_that_is_refused(start, end, tz, message):
    with pytest.raises(InvalidPerson) as caught:
        ReceiveWindow(start=start, end=end, tz=tz)
    assert str(caught.value) == message


def test_the_end_of_the_day_is_written_as_it_is_read():
    window = ReceiveWindow(start="00:00", end="24:00", tz="UTC")
    assert window.to_dict() == {"start": "00:00", "end": "24:00", "tz": "UTC"}


def test_the_step_can_be_relaxed():
    window = ReceiveWindow(start="09:05", end="18:25", step_minutes=5)
    assert window.is_open(seoul("09:05:00"))
    assert ReceiveWindow(start="09:01", end="18:59", step_minutes=0).is_open(seoul("09:01:00"))
    with pytest.raises(InvalidPerson):
        ReceiveWindow(start="09:05", end="18:25", step_minutes=10)


def test_steps_are_counted_from_midnight_also_where_they_do_not_divide_the_hour():
    assert ReceiveWindow(start="01:30", end="03:00", step_minutes=45).start == time(1, 30)
    with pytest.raises(InvalidPerson):
        ReceiveWindow(start="01:15", end="03:00", step_minutes=45)


@pytest.mark.parametrize(
    ("step", "rule", "message"),
    [
        ("x", "type", "must be an integer, not a string."),
        (None, "type", "must be an integer, not null."),
        (True, "type", "must be an integer, not true or false."),
        (-1, "minimum", "must be at least 0."),
        (1441, "maximum", "must be at most 1440."),
    ],
)
def test_a_step_that_is_none(step, rule, message):
    with pytest.raises(InvalidPerson) as caught:
        ReceiveWindow(start="09:00", end="18:00", step_minutes=step)
    assert [(one.path, one.rule, one.message) for one in caught.value.violations] == [
        ("step_minutes", rule, message)
    ]


@pytest.mark.parametrize("step", [60, 1440])
def test_only_another_step_than_half_an_hour_is_written(step):
    window = ReceiveWindow(start="00:00", end="24:00", step_minutes=step)
    assert window.to_dict()["step_minutes"] == step
    usual = ReceiveWindow(start="09:00", end="18:00")
    assert usual.to_dict() == {"start": "09:00", "end": "18:00", "tz": "Asia/Seoul"}


@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/New_York", "UTC"])
@pytest.mark.parametrize("days", [0, 1, 200])
@pytest.mark.parametrize("quiet", [None, QuietDays(weekdays={4, 5, 6})])
def test_a_snooze_until_the_calendar_ends_is_no_error(alert, zone, days, quiet):
    window = ReceiveWindow(start="09:00", end="10:30", tz=zone)
    person = Person(id="u-1", name="n", preferences=Preferences(receive_window=window))
    end = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - timedelta(days=days)
    policy = RecruitingPolicy(PolicyOptions(quiet_days=quiet))
    morning = datetime(2026, 3, 2, 9, tzinfo=window.zone)
    (decision,) = policy.decide(
        alert("interview.changed", "u-1"),
        [person],
        now=morning,
        history=History().snooze("u-1", until=end),
    )
    assert (decision.outcome, decision.reason) == ("defer", "snoozed")
    assert decision.until >= end
    if days == 200:
        assert window.is_open(decision.until)
