"""Whole lives of alerts: decided, held, handed over, decided anew, until everything has ended."""

from __future__ import annotations

import heapq
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from people_in_a_past import History, RecruitingPolicy

from naverworks_notify.policy import (
    Outcome,
    Person,
    PolicyOptions,
    Preferences,
    QuietDays,
    ReceiveWindow,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
IDS = ["u-0", "u-1", "u-2", "u-3"]
KINDS = [
    *["interview.changed"] * 3,
    "interview.confirmed",
    "interview.cancelled",
    "interview.reminder",
    "evaluation.completed",
    "document_evaluation.completed",
    "team_chat.mentioned",
]
WINDOWS = [
    None,
    ReceiveWindow(start="09:00", end="10:30"),
    ReceiveWindow(start="22:00", end="06:00"),
]
MUTES = ["interviewer.interview.changed", "manager.interview.changed"]
# Why somebody may get nothing of what concerns them, whenever it is decided.
DROPPED_FOR_GOOD = {"muted", "inactive", "actor_excluded", "superseded", "expired"}


@st.composite
def companies(draw):
    role = st.sampled_from([None, "job_admin", "job_manager", "job_member"])
    return [
        Person(
            id=person_id,
            name="n",
            posting_roles={"p-1": found} if (found := draw(role)) else {},
            preferences=Preferences(
                receive_window=draw(st.sampled_from(WINDOWS)),
                muted=draw(st.frozensets(st.sampled_from(MUTES), max_size=1)),
            ),
            active=draw(st.sampled_from([True, True, True, False])),
        )
        for person_id in IDS
    ]


def policies():
    switches = st.booleans()
    return st.builds(
        RecruitingPolicy,
        st.builds(
            PolicyOptions,
            interviewer_first=switches,
            silence_addressed_members=switches,
            exclude_actor=switches,
            defer_outside_window=switches,
            supersede_cancelled=switches,
            collapse_window=st.sampled_from([None, 10 * MINUTE, HOUR]),
            hourly_cap=st.sampled_from([None, 1, 2]),
            quiet_days=st.sampled_from([None, QuietDays(weekdays={1})]),
            critical=st.frozensets(st.sampled_from(MUTES), max_size=1),
        ),
    )


class Worker:
    """Decides everything when it happens and when it is due, as the page on recipes says."""

    def __init__(self, rules, people, history):
        self.rules, self.people, self.history = rules, people, history
        self.last, self.waited, self.reached = {}, set(), {}

    def run(self, events):
        due = [(event.occurred_at, i) for i, event in enumerate(events)]
        seen = set()
        while due:
            now, i = heapq.heappop(due)
            if i not in seen:
                self.history = self.history.observe(events[i])
                seen.add(i)
            for until in self.decide(events[i], now):
                assert until > now
                if (until, i) not in due:
                    heapq.heappush(due, (until, i))

    def decide(self, event, now):
        fresh = self.rules.decide(event, self.people, now=now, history=self.history)
        before = [self.last.get((event.event_id, person.id)) for person in self.people]
        handed_over = any(
            old is not None
            and new.outcome is Outcome.SUPPRESS
            and (
                old.outcome is Outcome.DEFER
                or (new.reason == "delegated" and old.reason != "delegated")
            )
            for old, new in zip(before, fresh, strict=True)
        )
        acted_on = [
            new
            for old, new in zip(before, fresh, strict=True)
            if old is None
            or old.audience is None
            or old.reason == "delegated"
            or (old.until is not None and old.until <= now)
            or (handed_over and old.outcome is Outcome.SUPPRESS)
        ]
        for one in acted_on:
            key = event.event_id, one.person_id
            self.last[key] = one
            if one.outcome is Outcome.DEFER:
                self.waited.add(key)
            elif one.outcome is not Outcome.SUPPRESS:
                assert key not in self.reached, "told twice"
                self.reached[key] = now
        self.history = self.history.commit(event, acted_on, at=now)
        return {one.until for one in acted_on if one.until is not None}


def in_place_of(history, person_id):
    row = [person_id]
    while row[-1] in history.absences and history.absences[row[-1]].delegate_id not in row:
        row.append(history.absences[row[-1]].delegate_id)
    return row[1:]


@pytest.fixture(scope="module")
def happenings(alert, now):
    """Return a strategy of a few events of one interview, in the order they happen."""

    @st.composite
    def draw_events(draw):
        start = now + draw(st.sampled_from([2 * HOUR, 9 * HOUR, 30 * HOUR]))
        slot = {"start_at": start.isoformat(), "end_at": (start + HOUR).isoformat()}
        at, events = now, []
        for i in range(draw(st.integers(1, 5))):
            kind = draw(st.sampled_from(KINDS))
            changes = {"event_id": f"e{i}", "occurred_at": at.isoformat()}
            if kind.startswith("interview."):
                changes["interview"] = {"id": "iv-1", "slot": slot}
            actor = draw(st.none() | st.sampled_from(IDS))
            assignees = draw(st.lists(st.sampled_from(IDS), max_size=3, unique=True))
            events.append(alert(kind, *assignees, actor_id=actor, **changes))
            at += draw(st.sampled_from([0 * MINUTE, 5 * MINUTE, 25 * MINUTE, 9 * HOUR]))
        return events

    return draw_events()


@st.composite
def histories(draw, now):
    history = History()
    minutes = st.integers(-120, 1500).map(lambda number: now + number * MINUTE)
    for person_id in draw(st.lists(st.sampled_from(IDS), max_size=3, unique=True)):
        start = draw(minutes)
        history = history.away(
            person_id,
            delegate_id=draw(st.sampled_from([*IDS, "somebody else"])),
            start=start,
            end=start + draw(st.sampled_from([HOUR, 24 * HOUR])),
        )
    for person_id in draw(st.lists(st.sampled_from(IDS), max_size=2, unique=True)):
        history = history.snooze(person_id, until=draw(minutes))
    return history


@given(st.data(), companies(), policies())
def test_nothing_is_lost_and_nothing_is_told_twice(happenings, now, data, company, rules):
    events, history = data.draw(happenings), data.draw(histories(now))
    worker = Worker(rules, company, history)
    worker.run(events)
    given_way_to = {*DROPPED_FOR_GOOD, "delegated"} - {"actor_excluded"}
    changes = {event.event_id for event in events if event.type == "interview.changed"}
    for (event_id, person_id), one in worker.last.items():
        key = event_id, person_id
        row = in_place_of(history, person_id)
        assert one.outcome is not Outcome.DEFER
        if one.reason in ("outside_receive_window", "quiet_day") and key in worker.waited:
            # Only who handed it over and came back too late for it.
            assert row
        if one.reason == "delegated":
            others = [
                worker.last[event_id, other] for other in row if (event_id, other) in worker.last
            ]
            assert any((event_id, other) in worker.reached for other in row) or any(
                other.reason in (*DROPPED_FOR_GOOD, "collapsed") for other in others
            )
        if one.reason == "collapsed":
            later = [worker.last[other, person_id] for other in changes - {event_id}]
            assert any(
                other.outcome is Outcome.SEND or other.reason in given_way_to for other in later
            )


def test_whoever_stands_in_next_is_told_though_they_muted_it_for_themselves(alert, now):
    happened = alert("interview.confirmed", "u-0")
    muted = Preferences(muted=["manager.interview.confirmed"])
    company = [
        Person(id="u-0", name="away"),
        Person(id="u-1", name="asleep, then away"),
        Person(id="u-2", name="next", posting_roles={"p-1": "job_manager"}, preferences=muted),
    ]
    history = (
        History()
        .away("u-0", delegate_id="u-1", start=now - HOUR, end=now + 24 * HOUR)
        .away("u-1", delegate_id="u-2", start=now + 3 * HOUR, end=now + 24 * HOUR)
        .snooze("u-1", until=now + 6 * HOUR)
    )
    worker = Worker(RecruitingPolicy(), company, history)
    assert worker.decide(happened, now) == {now + 6 * HOUR}
    assert not worker.reached
    worker.decide(happened, now + 6 * HOUR)
    assert worker.reached == {("ev-1", "u-2"): now + 6 * HOUR}
