"""Rules that read the past, and the value they read it from."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve
from people_in_a_past import History, RecruitingPolicy, decide

from naverworks_notify import policy
from naverworks_notify.policy import Occurrence, Person, PolicyOptions, merge_changes

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def moved(alert, now, name, *, minutes=0, **changes):
    """Return a change of the interview, some minutes after `now`."""
    at = (now + minutes * MINUTE).isoformat()
    return alert("interview.changed", "u-1", event_id=name, occurred_at=at, **changes)


def slot(hour):
    return {
        "start_at": f"2026-03-04T{hour}:00:00+09:00",
        "end_at": f"2026-03-04T{hour}:30:00+09:00",
    }


# --- the value ---


def test_a_delivery_is_remembered(now):
    history = History().deliver("u-1", "e", at=now)
    assert history.delivered_at("u-1", "e") == now
    assert history.delivered_at("u-1", "other") is None
    assert history.delivered_at("u-2", "e") is None
    assert history.deliver("u-1", "e", at=now) == history
    assert history.deliver("u-1", "e", at=now + DAY).delivered_at("u-1", "e") == now + DAY
    assert History() == History()


def test_committing_counts_what_went_out(alert, interviewer, manager, member, now):
    happened = alert("interview.confirmed", interviewer.id)
    crowd = [interviewer, manager, member]
    history = History().commit(happened, decide(happened, crowd, now=now), at=now)
    assert history.deliveries == {"u-1": {"ev-1": now}, "u-2": {"ev-1": now}}
    assert history.occurrences == {
        "iv-1": (
            Occurrence(
                "ev-1",
                "interview.confirmed",
                happened.occurred_at,
                ["u-1"],
                posting_id="p-1",
                team_id="t-1",
            ),
        )
    }


def test_committing_counts_what_was_collected_and_not_what_waits(alert, manager, now):
    collected = alert("document_evaluation.completed")
    history = History().commit(collected, decide(collected, [manager], now=now), at=now)
    assert history.delivered_at(manager.id, "ev-1") == now
    assert history.occurrences == {}
    waiting = History().snooze(manager.id, until=now + HOUR)
    held = decide(collected, [manager], now=now, history=waiting)
    assert held[0].outcome == "digest"
    happened = alert("evaluation.completed")
    held = decide(happened, [manager], now=now, history=waiting)
    assert held[0].outcome == "defer"
    assert waiting.commit(happened, held, at=now).deliveries == {}


def test_committing_again_changes_nothing(alert, interviewer, now):
    happened = alert("interview.confirmed", interviewer.id)
    decisions = decide(happened, [interviewer], now=now)
    once = History().commit(happened, decisions, at=now)
    assert once.commit(happened, decisions, at=now) == once
    assert once.commit(happened, decisions, at=now - DAY) == once


def test_the_history_that_was_asked_stays_as_it_is(alert, interviewer, now):
    happened = alert("interview.confirmed", interviewer.id)
    before = History()
    before.commit(happened, decide(happened, [interviewer], now=now), at=now)
    assert before == History()


def test_forgetting_keeps_what_is_younger_or_not_over(alert, now):
    old, young = now - DAY, now
    event = alert("interview.confirmed", event_id="young")
    other = alert("interview.confirmed", event_id="o2", interview={"id": "iv", "slot": slot(10)})
    history = (
        policy.History()
        .deliver("u-1", "old", at=old)
        .deliver("u-1", "young", at=young)
        .deliver("u-2", "old", at=old)
        .observe(evolve(event, event_id="old", occurred_at=old))
        .observe(event)
        .observe(other)
        .observe(alert("evaluation.completed"))
    )
    assert history.forget(before=now) == policy.History(
        deliveries={"u-1": {"young": young}},
        occurrences=policy.History().observe(event).observe(other).occurrences,
    )
    assert history.forget(before=now + DAY) == policy.History()


# --- snooze ---


@pytest.mark.parametrize(("early", "outcome"), [(MINUTE, "defer"), (0 * MINUTE, "send")])
def test_who_asked_for_quiet_is_told_later(alert, interviewer, now, early, outcome):
    until = now + HOUR
    history = History().snooze("u-1", until=until)
    (one,) = decide(
        alert("interview.confirmed", "u-1"), [interviewer], now=until - early, history=history
    )
    assert one.outcome == outcome
    if outcome == "defer":
        assert (one.reason, one.until) == ("snoozed", until)


# --- absence ---


@pytest.fixture
def away(now):
    """Return a history in which u-1 is away for a day and u-9 stands in."""
    return History().away("u-1", delegate_id="u-9", start=now, end=now + DAY)


STAND_IN = Person(id="u-9", name="정가람")


def reasons(alert, people, now, history):
    return [
        (one.outcome, one.reason, one.audience)
        for one in decide(alert, people, now=now, history=history)
    ]


SUPPRESSED = ("suppress", "no_posting_role", None)


def test_who_stands_in_gets_it_instead(alert, interviewer, now, away):
    happened = alert("interview.confirmed", "u-1")
    assert reasons(happened, [interviewer, STAND_IN], now, away) == [
        ("suppress", "delegated", "interviewer"),
        ("send", "delegate", "interviewer"),
    ]
    for moment in (now - MINUTE, now + DAY):
        assert reasons(happened, [interviewer, STAND_IN], moment, away) == [
            ("send", "assigned", "interviewer"),
            SUPPRESSED,
        ]


@pytest.mark.parametrize(
    "stand_in",
    [
        [],
        [evolve(STAND_IN, active=False)],
        [Person(id="u-8", name="n")],
    ],
)
def test_nobody_is_away_without_someone_who_stands_in(alert, interviewer, now, away, stand_in):
    happened = alert("interview.confirmed", "u-1")
    first, *_others = reasons(happened, [interviewer, *stand_in], now, away)
    assert first == ("send", "assigned", "interviewer")


def test_two_who_stand_in_for_each_other_both_stay(alert, interviewer, now, away):
    both = away.away("u-9", delegate_id="u-1", start=now, end=now + DAY)
    happened = alert("interview.confirmed", "u-1", "u-9")
    assert [one[:2] for one in reasons(happened, [interviewer, STAND_IN], now, both)] == [
        ("send", "assigned"),
        ("send", "assigned"),
    ]


def test_standing_in_for_oneself_changes_nothing(alert, interviewer, now):
    history = History().away("u-1", delegate_id="u-1", start=now, end=now + DAY)
    happened = alert("interview.confirmed", "u-1")
    assert reasons(happened, [interviewer], now, history) == [("send", "assigned", "interviewer")]


def test_who_stands_in_gets_one_message(alert, interviewer, now, away):
    happened = alert("interview.confirmed", "u-1", "u-9")
    assert reasons(happened, [interviewer, STAND_IN], now, away) == [
        ("suppress", "delegated", "interviewer"),
        ("send", "assigned", "interviewer"),
    ]


def test_who_left_for_good_is_inactive_and_not_away(alert, interviewer, now, away):
    gone = evolve(interviewer, active=False)
    happened = alert("interview.confirmed", "u-1")
    assert reasons(happened, [gone, STAND_IN], now, away) == [
        ("suppress", "inactive", "interviewer"),
        SUPPRESSED,
    ]


def test_an_absence_brings_nothing_that_did_not_concern_the_absent(alert, interviewer, now, away):
    assert reasons(alert("interview.confirmed"), [interviewer, STAND_IN], now, away) == [
        SUPPRESSED,
        SUPPRESSED,
    ]


def test_an_absence_makes_nobody_an_assignee_of_what_has_none(alert, interviewer, now, away):
    happened = alert("evaluation.completed", "u-1")
    assert reasons(happened, [interviewer, STAND_IN], now, away) == [SUPPRESSED, SUPPRESSED]


def test_the_variant_of_a_mention_is_chosen_by_who_reads_it(alert, manager, now):
    history = History().away("u-2", delegate_id="u-9", start=now, end=now + DAY)
    mention = alert("team_chat.mentioned", "u-2")
    assert reasons(mention, [manager, STAND_IN], now, history) == [
        ("suppress", "delegated", "manager"),
        ("send", "delegate", "interviewer"),
    ]


def test_a_posting_member_stands_in_for_interviewers_only(alert, interviewer, manager, now):
    member = evolve(STAND_IN, posting_roles={"p-1": "job_member"})
    history = (
        History()
        .away("u-1", delegate_id="u-9", start=now, end=now + DAY)
        .away("u-2", delegate_id="u-9", start=now, end=now + DAY)
    )
    happened = alert("interview.confirmed", "u-1")
    assert reasons(happened, [manager, interviewer, member], now, history) == [
        ("send", "posting_manager", "manager"),
        ("suppress", "delegated", "interviewer"),
        ("send", "delegate", "interviewer"),
    ]


# --- cancellation ---


@pytest.mark.parametrize("kind", ["interview.confirmed", "interview.changed"])
@pytest.mark.parametrize(("minutes", "reason"), [(-1, "assigned"), (0, "superseded")])
def test_a_cancellation_makes_older_news_moot(alert, interviewer, now, kind, minutes, reason):
    cancelled = evolve(
        alert("interview.cancelled", event_id="c"), occurred_at=now + minutes * MINUTE
    )
    happened = alert(kind, "u-1")
    history = History().observe(cancelled)
    rules = RecruitingPolicy(PolicyOptions(supersede_cancelled=True))
    (one,) = rules.decide(happened, [interviewer], now=now, history=history)
    assert one.reason == reason
    (without,) = decide(happened, [interviewer], now=now, history=history)
    assert without.reason == "assigned"


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (None, "superseded"),
        ("interview.confirmed", "assigned"),
        ("interview.changed", "assigned"),
        ("interview.reminder", "superseded"),
    ],
)
def test_a_cancelled_interview_is_not_called_to_mind(alert, interviewer, now, after, reason):
    """The scheduler raised the reminder after the cancellation; unless it takes place after all."""
    rules = RecruitingPolicy(PolicyOptions(supersede_cancelled=True))
    earlier, between = ((now - i * MINUTE).isoformat() for i in (2, 1))
    history = History().observe(alert("interview.cancelled", event_id="c", occurred_at=earlier))
    if after is not None:
        history = history.observe(alert(after, event_id="x", occurred_at=between))
    (one,) = rules.decide(
        alert("interview.reminder", "u-1"), [interviewer], now=now, history=history
    )
    assert one.reason == reason
    if after == "interview.confirmed":
        history = history.observe(alert("interview.cancelled", event_id="c2", occurred_at=between))
        (one,) = rules.decide(
            alert("interview.reminder", "u-1"), [interviewer], now=now, history=history
        )
        assert one.reason == "superseded"


def test_a_cancellation_itself_is_sent_and_touches_no_other_interview(alert, interviewer, now):
    rules = RecruitingPolicy(PolicyOptions(supersede_cancelled=True))
    cancelled = alert("interview.cancelled", "u-1", event_id="c")
    history = History().observe(cancelled)
    again = evolve(cancelled, event_id="c2")
    other = alert(
        "interview.confirmed", "u-1", interview={"id": "iv-2", "slot": slot(14)}, event_id="e"
    )
    requested = alert("interview_evaluation.requested", "u-1")
    for happened in (cancelled, again, other, requested):
        (one,) = rules.decide(happened, [interviewer], now=now, history=history)
        assert one.reason == "assigned"


# --- several changes ---

COLLAPSING = RecruitingPolicy(PolicyOptions(collapse_window=10 * MINUTE))


def ask(happened, person, now, history):
    (one,) = COLLAPSING.decide(happened, [person], now=now, history=history)
    return one.outcome, one.reason, one.until


def test_five_changes_in_ten_minutes_become_one(alert, interviewer, now):
    changes = [moved(alert, now, f"e{i}", minutes=2 * i) for i in range(5)]
    history = History()
    for i, change in enumerate(changes):
        history = history.observe(change)
        held = ask(change, interviewer, now + 2 * i * MINUTE, history)
        assert held == ("defer", "collapsed", now + 10 * MINUTE)
    closing = now + 10 * MINUTE
    assert [ask(change, interviewer, closing, history)[:2] for change in changes] == [
        *[("suppress", "collapsed")] * 4,
        ("send", "assigned"),
    ]


def test_one_change_waits_for_others_and_is_sent(alert, interviewer, now):
    change = moved(alert, now, "e")
    assert ask(change, interviewer, now, None) == ("defer", "collapsed", now + 10 * MINUTE)
    last = now + 10 * MINUTE
    assert ask(change, interviewer, last - timedelta(microseconds=1), None)[0] == "defer"
    assert ask(change, interviewer, last, None)[:2] == ("send", "assigned")


def test_a_change_after_the_window_opens_one_of_its_own(alert, interviewer, now):
    first, second = moved(alert, now, "e0"), moved(alert, now, "e1", minutes=10)
    history = History().observe(first).deliver("u-1", "e0", at=now + 10 * MINUTE)
    assert ask(second, interviewer, now + 10 * MINUTE, history) == (
        "defer",
        "collapsed",
        now + 20 * MINUTE,
    )
    not_delivered = History().observe(first)
    assert ask(second, interviewer, now + 10 * MINUTE, not_delivered)[2] == now + 20 * MINUTE


def test_a_window_is_opened_by_the_first_change_that_was_not_told_yet(alert, interviewer, now):
    told, waiting, last = (
        moved(alert, now, f"e{minutes}", minutes=minutes) for minutes in (0, 2, 4)
    )
    history = History().observe(told).deliver("u-1", "e0", at=now + MINUTE).observe(waiting)
    closing = ask(last, interviewer, now + 4 * MINUTE, history.observe(last))
    assert closing == ("defer", "collapsed", now + 12 * MINUTE)
    for somebody_else in ("u-2", None):
        others = History().observe(told)
        if somebody_else:
            others = others.deliver(somebody_else, "e0", at=now + MINUTE)
        assert ask(last, interviewer, now + 4 * MINUTE, others)[2] == now + 10 * MINUTE


def test_only_changes_open_a_window(alert, interviewer, now):
    before = evolve(alert("interview.confirmed", event_id="c"), occurred_at=now - 5 * MINUTE)
    change = moved(alert, now, "e")
    history = History().observe(before).observe(change)
    assert ask(change, interviewer, now, history)[2] == now + 10 * MINUTE


def test_of_two_changes_at_one_moment_one_is_sent(alert, interviewer, now):
    one, two = moved(alert, now, "a"), moved(alert, now, "b")
    history = History().observe(one).observe(two)
    closing = now + 10 * MINUTE
    assert ask(one, interviewer, closing, history)[:2] == ("suppress", "collapsed")
    assert ask(two, interviewer, closing, history)[:2] == ("send", "assigned")


def test_other_events_and_critical_changes_do_not_wait(alert, interviewer, now):
    happened = alert("interview.confirmed", "u-1")
    earlier = (now - MINUTE).isoformat()
    history = History().observe(alert("interview.cancelled", event_id="c", occurred_at=earlier))
    assert ask(happened, interviewer, now, history)[0] == "send"
    change = moved(alert, now, "e")
    assert ask(change, interviewer, now, history)[2] == now + 10 * MINUTE
    critical = RecruitingPolicy(
        PolicyOptions(collapse_window=HOUR, critical={"interviewer.interview.changed"})
    )
    (one,) = critical.decide(change, [interviewer], now=now)
    assert one.outcome == "send"


def test_an_older_change_is_not_told_after_a_newer_one(alert, interviewer, now):
    old, new = moved(alert, now, "e0"), moved(alert, now, "e1", minutes=5)
    history = History().observe(old).observe(new).deliver("u-1", "e1", at=now + 10 * MINUTE)
    for later in (10 * MINUTE, 2 * HOUR):
        assert ask(old, interviewer, now + later, history)[:2] == ("suppress", "collapsed")


def test_no_stream_of_changes_holds_back_the_one_that_ends_a_window(alert, interviewer, now):
    """A change every five minutes: at each close of a window somebody is told of the last in it."""
    changes = [moved(alert, now, f"e{i}", minutes=5 * i) for i in range(13)]
    history, told = History(), []
    for i, change in enumerate(changes):
        history = history.observe(change)
        moment = now + 5 * i * MINUTE
        for one in changes[: i + 1]:
            if ask(one, interviewer, moment, history)[0] == "send":
                history = history.deliver("u-1", one.event_id, at=moment)
                told.append(one.event_id)
    assert told == ["e1", "e3", "e5", "e7", "e9", "e11"]


def test_two_windows_that_are_over_become_one(alert, interviewer, now):
    old, new = moved(alert, now, "e0"), moved(alert, now, "e1", minutes=20)
    history = History().observe(old).observe(new)
    assert ask(old, interviewer, now + 29 * MINUTE, history)[0] == "send"
    assert ask(old, interviewer, now + 30 * MINUTE, history)[:2] == ("suppress", "collapsed")
    assert ask(new, interviewer, now + 30 * MINUTE, history)[0] == "send"


def test_a_change_that_concerns_somebody_else_collapses_nothing(alert, interviewer, manager, now):
    first = moved(alert, now, "e0")
    later = (now + 5 * MINUTE).isoformat()
    without = alert("interview.changed", "u-7", event_id="e1", occurred_at=later)
    history = History().observe(first).observe(without)
    closing = now + 10 * MINUTE
    assert ask(first, interviewer, closing, history)[:2] == ("send", "assigned")
    assert ask(first, manager, closing, history)[:2] == ("suppress", "collapsed")
    assert ask(without, manager, closing, history)[0] == "send"
    promoted = evolve(manager, id="u-1")
    assert ask(first, promoted, closing, history)[:2] == ("send", "assigned")
    assert ask(without, promoted, closing, history)[2] == now + 15 * MINUTE


def test_nobody_loses_a_change_to_one_that_they_made(alert, interviewer, manager, now):
    rules = RecruitingPolicy(PolicyOptions(collapse_window=10 * MINUTE, exclude_actor=True))
    first, own = moved(alert, now, "e0"), moved(alert, now, "e1", minutes=3)
    first, own = evolve(first, actor_id="u-9"), evolve(own, actor_id="u-1")
    history = History().observe(first).observe(own)
    closing = now + 10 * MINUTE
    for change, expected in (
        (first, ["assigned", "collapsed"]),
        (own, ["actor_excluded", "posting_manager"]),
    ):
        decisions = rules.decide(change, [interviewer, manager], now=closing, history=history)
        assert [one.reason for one in decisions] == expected
    stand_in = history.away("u-1", delegate_id="u-9", start=now, end=now + DAY)
    from_elsewhere = evolve(first, actor_id="u-8")
    stand_in = evolve(stand_in, occurrences={}).observe(from_elsewhere).observe(own)
    decisions = rules.decide(from_elsewhere, [interviewer, STAND_IN], now=closing, history=stand_in)
    assert [one.reason for one in decisions] == ["delegated", "delegate"]


def test_changes_of_different_teams_do_not_give_way(alert, now):
    team_admin = Person(id="u-5", name="한지호", team_roles={"t-1": "team_admin"})
    first, later = moved(alert, now, "e0"), moved(alert, now, "e1", minutes=3)
    elsewhere = evolve(later, posting=evolve(later.posting, team=None))
    closing = now + 10 * MINUTE
    for second, outcome in ((later, "suppress"), (elsewhere, "send")):
        history = History().observe(first).observe(second)
        assert ask(first, team_admin, closing, history)[0] == outcome


def test_who_stands_in_gets_the_last_change_of_those_they_stand_in_for(alert, interviewer, now):
    first, second = moved(alert, now, "e0"), moved(alert, now, "e1", minutes=5)
    history = (
        History()
        .observe(first)
        .observe(second)
        .away("u-1", delegate_id="u-9", start=now, end=now + DAY)
    )
    crowd, closing = [interviewer, STAND_IN], now + 10 * MINUTE
    for change, expected in (
        (first, ["collapsed", "no_posting_role"]),
        (second, ["delegated", "delegate"]),
    ):
        decisions = COLLAPSING.decide(change, crowd, now=closing, history=history)
        assert [one.reason for one in decisions] == expected


def test_a_change_for_others_takes_nothing_from_who_stands_in(alert, interviewer, now):
    change = moved(alert, now, "e0")
    later = (now + 5 * MINUTE).isoformat()
    for_others = alert("interview.changed", "u-7", event_id="e1", occurred_at=later)
    history = (
        History()
        .observe(change)
        .observe(for_others)
        .away("u-1", delegate_id="u-9", start=now, end=now + DAY)
    )
    decisions = COLLAPSING.decide(
        change, [interviewer, STAND_IN], now=now + 10 * MINUTE, history=history
    )
    assert [one.reason for one in decisions] == ["delegated", "delegate"]


def test_a_change_that_may_come_again_is_not_its_own_successor(alert, interviewer, now):
    rules = RecruitingPolicy(PolicyOptions(collapse_window=10 * MINUTE, duplicate_window=HOUR))
    change = moved(alert, now, "e0")
    history = History().observe(change).deliver("u-1", "e0", at=now + 10 * MINUTE)
    (one,) = rules.decide(change, [interviewer], now=now + 2 * HOUR, history=history)
    assert (one.outcome, one.reason) == ("send", "assigned")


def test_a_cancellation_overtakes_a_change_that_waits(alert, interviewer, now):
    change = moved(alert, now, "e0")
    later = (now + MINUTE).isoformat()
    cancelled = alert("interview.cancelled", "u-1", event_id="c", occurred_at=later)
    history = History().observe(change).observe(cancelled)
    closing = now + 10 * MINUTE
    assert ask(change, interviewer, closing, history)[:2] == ("suppress", "superseded")
    assert ask(cancelled, interviewer, closing, history)[0] == "send"


def test_merged_changes_go_from_the_first_old_to_the_last_new(alert, now):
    changes = [
        moved(
            alert,
            now,
            f"e{i}",
            minutes=i,
            previous_slot=slot(10 + i),
            interview={"id": "iv-1", "slot": slot(11 + i)},
            changes=[
                {"field": "location", "before": f"room {i}", "after": f"room {i + 1}"},
                {"field": "method", "before": "zoom" if i else "phone", "after": "phone"},
            ],
        )
        for i in range(3)
    ]
    merged = merge_changes(reversed(changes))
    assert merged.event_id == "e2"
    assert merged.previous_slot == changes[0].previous_slot
    assert merged.interview == changes[-1].interview
    assert [(one.field, one.before, one.after) for one in merged.changes] == [
        ("location", "room 0", "room 3"),
    ]


def test_a_time_that_came_back_did_not_change(alert, now):
    there = moved(alert, now, "e0", previous_slot=slot(10))
    back = moved(
        alert,
        now,
        "e1",
        minutes=1,
        previous_slot=slot(14),
        interview={"id": "iv-1", "slot": slot(10)},
    )
    assert merge_changes([there, back]).previous_slot is None
    assert merge_changes([there]) == there


def test_a_value_that_was_unknown_before_stays_a_change(alert, now):
    change = moved(alert, now, "e0", changes=[{"field": "note"}])
    assert [one.field for one in merge_changes([change]).changes] == ["note"]


def test_merging_needs_changes_of_one_interview(alert, now):
    with pytest.raises(ValueError, match=r"^merge_changes needs at least one change\.$"):
        merge_changes([])
    other = moved(alert, now, "e1", interview={"id": "iv-2", "slot": slot(10)})
    with pytest.raises(
        ValueError, match=r"^merge_changes takes the changes of one interview only\.$"
    ):
        merge_changes([moved(alert, now, "e0"), other])


# --- caps ---


def test_more_than_an_hour_allows_waits_for_its_turn(alert, interviewer, now):
    rules = RecruitingPolicy(PolicyOptions(hourly_cap=2))
    happened = alert("interview.confirmed", "u-1")
    history = (
        History()
        .deliver("u-1", "long ago", at=now - HOUR)
        .deliver("u-1", "e1", at=now - 50 * MINUTE)
        .deliver("u-2", "e1", at=now)
        .deliver("u-2", "e2", at=now)
        .deliver("u-1", "to come", at=now + MINUTE)
    )
    (one,) = rules.decide(happened, [interviewer], now=now, history=history)
    assert one.outcome == "send"
    (one,) = rules.decide(happened, [interviewer], now=now)
    assert one.outcome == "send"
    history = history.deliver("u-1", "e2", at=now - 10 * MINUTE)
    (one,) = rules.decide(happened, [interviewer], now=now, history=history)
    assert (one.outcome, one.reason, one.until) == ("defer", "hourly_cap", now + 10 * MINUTE)
    history = history.deliver("u-1", "e3", at=now)
    (one,) = rules.decide(happened, [interviewer], now=now, history=history)
    assert one.until == now + 50 * MINUTE
