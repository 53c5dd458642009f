"""What waits is told later, or dropped at once: never held until a moment that drops it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from people_in_a_past import History, RecruitingPolicy

from naverworks_notify.policy import Person, PolicyOptions, Preferences, QuietDays, ReceiveWindow

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DAYTIME = Person(
    id="u-1",
    name="n",
    preferences=Preferences(receive_window=ReceiveWindow(start="09:00", end="10:30")),
)
TOMORROW = datetime.fromisoformat("2026-03-03T09:00:00+09:00")


def ask(options, happened, person, *, now, history=None):
    (one,) = RecruitingPolicy(options).decide(happened, [person], now=now, history=history)
    return one.outcome, one.reason, one.until


# Each of these holds an alert at ten until after half past ten, when the window is closed.
WAITS = [
    pytest.param(PolicyOptions(), "snoozed", id="snoozed"),
    pytest.param(PolicyOptions(hourly_cap=1), "hourly_cap", id="hourly_cap"),
    pytest.param(PolicyOptions(collapse_window=HOUR), "collapsed", id="collapsed"),
]


def history_for(reason, now):
    if reason == "snoozed":
        return History().snooze("u-1", until=now + HOUR)
    return History().deliver("u-1", "another", at=now) if reason == "hourly_cap" else History()


@pytest.mark.parametrize(("options", "reason"), WAITS)
def test_what_waits_is_told_when_the_window_opens(alert, now, options, reason):
    happened, history = alert("interview.changed", "u-1"), history_for(reason, now)
    held = ask(options, happened, DAYTIME, now=now, history=history)
    assert held == ("defer", reason, TOMORROW)
    assert ask(options, happened, DAYTIME, now=TOMORROW, history=history)[0] == "send"
    anytime = evolve(DAYTIME, preferences=Preferences())
    assert ask(options, happened, anytime, now=now, history=history)[2] == now + HOUR


@pytest.mark.parametrize(("options", "reason"), WAITS)
def test_what_waits_is_told_after_the_quiet_days(alert, now, options, reason):
    quiet = evolve(options, quiet_days=QuietDays(dates={date(2026, 3, 3), date(2026, 3, 4)}))
    held = ask(
        quiet, alert("interview.changed", "u-1"), DAYTIME, now=now, history=history_for(reason, now)
    )
    assert held == ("defer", reason, TOMORROW + 2 * DAY)


@pytest.mark.parametrize(("options", "reason"), WAITS[:2])
def test_what_comes_outside_the_window_is_dropped_and_does_not_wait(alert, now, options, reason):
    evening = now + 8 * HOUR
    happened = alert("interview.changed", "u-1", occurred_at=evening.isoformat())
    dropped = ask(options, happened, DAYTIME, now=evening, history=history_for(reason, evening))
    assert dropped == ("suppress", "outside_receive_window", None)


def test_changes_that_are_gathered_wait_for_the_window(alert, now):
    """One within the window gives way to one outside it; so that one must not be dropped."""
    options, evening = PolicyOptions(collapse_window=HOUR), now + 8 * HOUR
    early = alert("interview.changed", "u-1", event_id="e0")
    late = alert("interview.changed", "u-1", event_id="e1", occurred_at=evening.isoformat())
    history = History().observe(early).observe(late)
    for moment in (evening, evening + 2 * HOUR, TOMORROW - MINUTE):
        held = ask(options, late, DAYTIME, now=moment, history=history)
        assert held == ("defer", "collapsed", TOMORROW)
    assert ask(options, early, DAYTIME, now=TOMORROW, history=history)[:2] == (
        "suppress",
        "collapsed",
    )
    assert ask(options, late, DAYTIME, now=TOMORROW, history=history)[0] == "send"
    never = evolve(options, quiet_days=QuietDays(calendar=lambda day: True))
    assert ask(never, late, DAYTIME, now=TOMORROW, history=history)[:2] == ("suppress", "quiet_day")


def test_with_every_day_quiet_a_snooze_ends_when_it_ends(alert, now):
    options = PolicyOptions(quiet_days=QuietDays(calendar=lambda day: day > now.date()))
    history = History().snooze("u-1", until=now + DAY)
    held = ask(options, alert("interview.confirmed", "u-1"), DAYTIME, now=now, history=history)
    assert held == ("defer", "snoozed", now + DAY)


# --- reminders ---


def starting(alert, at):
    return alert(
        "interview.reminder",
        "u-1",
        interview={
            "id": "iv-1",
            "slot": {"start_at": at.isoformat(), "end_at": (at + HOUR).isoformat()},
        },
    )


@pytest.mark.parametrize("early", [timedelta(), MINUTE])
@pytest.mark.parametrize("rule", ["snoozed", "hourly_cap", "receive_window", "quiet_day"])
def test_a_reminder_does_not_wait_for_the_interview_to_begin(alert, now, rule, early):
    """At nine tomorrow it could be told; the interview begins then, or a minute later."""
    options = PolicyOptions(
        defer_outside_window=True,
        hourly_cap=1 if rule == "hourly_cap" else None,
        quiet_days=QuietDays(dates={date(2026, 3, 2)}) if rule == "quiet_day" else None,
    )
    history = history_for(rule, now)
    if rule == "snoozed":
        history = History().snooze("u-1", until=now + HOUR)
    moment = now + HOUR if rule == "receive_window" else now
    reminder = starting(alert, TOMORROW + early)
    (one,) = RecruitingPolicy(options).decide(reminder, [DAYTIME], now=moment, history=history)
    if early:
        assert (one.outcome, one.until) == ("defer", TOMORROW)
        assert one.trail[-1] == (rule, "defer")
    else:
        assert (one.outcome, one.reason, one.until) == ("suppress", "expired", None)
        assert one.trail[-1] == (rule, "suppress")


def test_a_reminder_outside_the_window_is_outside_the_window(alert, now):
    dropped = ask(PolicyOptions(), starting(alert, TOMORROW), DAYTIME, now=now + HOUR)
    assert dropped == ("suppress", "outside_receive_window", None)


def test_other_alerts_wait_past_the_interview(alert, now):
    cancelled = evolve(
        alert("interview.cancelled", "u-1"), interview=starting(alert, TOMORROW).interview
    )
    history = History().snooze("u-1", until=now + HOUR)
    held = ask(PolicyOptions(), cancelled, DAYTIME, now=now, history=history)
    assert held == ("defer", "snoozed", TOMORROW)


# --- an hour that the clock repeats ---


def test_times_of_one_zone_are_not_compared_by_the_wall_clock(alert):
    """Half past one in summer time, and ten past one in winter time: forty minutes later."""
    zone = ZoneInfo("America/New_York")
    before = datetime(2026, 11, 1, 1, 30, tzinfo=zone)
    now = datetime(2026, 11, 1, 1, 10, tzinfo=zone, fold=1)
    someone, happened = Person(id="u-1", name="n"), alert("interview.confirmed", "u-1")
    told = History().deliver("u-1", "another", at=before)
    held = ask(PolicyOptions(hourly_cap=1), happened, someone, now=now, history=told)
    assert held == ("defer", "hourly_cap", datetime(2026, 11, 1, 6, 30, tzinfo=UTC))
    same = History().deliver("u-1", "ev-1", at=before)
    for window, outcome in ((30 * MINUTE, "send"), (HOUR, "suppress")):
        options = PolicyOptions(duplicate_window=window)
        assert ask(options, happened, someone, now=now, history=same)[0] == outcome
    away = History().away("u-1", delegate_id="u-2", start=before, end=now)
    crowd = [someone, Person(id="u-2", name="n")]
    decisions = RecruitingPolicy().decide(
        happened, crowd, now=datetime(2026, 11, 1, 1, 5, tzinfo=zone, fold=1), history=away
    )
    assert [one.reason for one in decisions] == ["delegated", "delegate"]
