"""Who takes whose alert while people are away: nobody's is lost, and nobody gets two."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from attrs import evolve
from people_in_a_past import History, RecruitingPolicy, decide

from naverworks_notify.policy import (
    DigestItem,
    Person,
    PolicyOptions,
    Preferences,
    ReceiveWindow,
    choose,
    close_digests,
    gate,
    relation,
    suppress,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CONFIRMED = "interviewer.interview.confirmed"


def person(person_id, **changes):
    return Person(id=person_id, name="n", **changes)


def away(now, *pairs, length=DAY):
    """Return a history in which the first of each pair is away, and the second stands in."""
    history = History()
    for absent, taker in pairs:
        history = history.away(absent, delegate_id=taker, start=now, end=now + length)
    return history


def reasons(decisions):
    return {one.person_id: one.reason for one in decisions}


def audiences(decisions):
    return {one.person_id: one.audience for one in decisions}


A, B, C = person("a"), person("b"), person("c")


def test_the_first_who_is_there_stands_in(alert, now):
    history = away(now, ("a", "b"), ("b", "c"))
    for crowd in itertools.permutations([A, B, C]):
        decisions = decide(alert("interview.confirmed", "a"), crowd, now=now, history=history)
        assert reasons(decisions) == {"a": "delegated", "b": "no_posting_role", "c": "delegate"}


def test_everybody_in_a_row_hands_over_to_the_same_one(alert, now):
    history = away(now, ("a", "b"), ("b", "c"))
    decisions = decide(alert("interview.confirmed", "a", "b"), [A, B, C], now=now, history=history)
    assert reasons(decisions) == {"a": "delegated", "b": "delegated", "c": "delegate"}


@pytest.mark.parametrize(
    "pairs",
    [
        [("a", "a")],
        [("a", "b"), ("b", "a")],
        [("a", "b"), ("b", "c"), ("c", "b")],
        [("a", "b"), ("b", "c"), ("c", "a")],
        [("a", "b"), ("b", "nobody knows")],
    ],
)
def test_with_nobody_there_the_alert_stays_where_it_is(alert, now, pairs):
    decisions = decide(
        alert("interview.confirmed", "a"), [A, B, C], now=now, history=away(now, *pairs)
    )
    assert reasons(decisions)["a"] == "assigned"


def test_an_absence_that_is_over_breaks_no_row(alert, now):
    history = away(now, ("a", "b")).away("b", delegate_id="c", start=now - DAY, end=now)
    decisions = decide(alert("interview.confirmed", "a"), [A, B, C], now=now, history=history)
    assert reasons(decisions) == {"a": "delegated", "b": "delegate", "c": "no_posting_role"}


@pytest.mark.parametrize(
    ("taker", "options"),
    [
        (evolve(B, active=False), {}),
        (evolve(B, preferences=Preferences(muted={CONFIRMED})), {}),
        (evolve(B, preferences=Preferences(muted_audiences={"interviewer"})), {}),
        (B, {"exclude_actor": True}),
        (
            evolve(
                B, preferences=Preferences(receive_window=ReceiveWindow(start="18:00", end="20:00"))
            ),
            {},
        ),
    ],
)
def test_who_would_get_nothing_takes_nothing(alert, now, taker, options):
    rules = RecruitingPolicy(PolicyOptions(**options))
    happened = alert("interview.confirmed", "a", actor_id="b")
    first, second = rules.decide(happened, [A, taker], now=now, history=away(now, ("a", "b")))
    assert (first.outcome, first.reason) == ("send", "assigned")
    assert second.outcome == "suppress"


@pytest.mark.parametrize(
    ("absent", "options", "reason"),
    [
        (evolve(A, preferences=Preferences(muted={CONFIRMED})), {}, "muted"),
        (A, {"exclude_actor": True}, "actor_excluded"),
    ],
)
def test_what_nobody_would_have_got_is_not_handed_over(alert, now, absent, options, reason):
    rules = RecruitingPolicy(PolicyOptions(**options))
    happened = alert("interview.confirmed", "a", actor_id="a")
    decisions = rules.decide(happened, [absent, B], now=now, history=away(now, ("a", "b")))
    assert reasons(decisions) == {"a": reason, "b": "no_posting_role"}


def test_what_somebody_got_before_they_left_is_not_handed_over(alert, now):
    history = away(now, ("a", "b")).deliver("a", "ev-1", at=now - HOUR)
    decisions = decide(alert("interview.confirmed", "a"), [A, B], now=now, history=history)
    assert reasons(decisions) == {"a": "duplicate_event", "b": "no_posting_role"}


def test_the_moment_belongs_to_who_takes_it(alert, now):
    history = away(now, ("a", "b")).snooze("b", until=now + HOUR).snooze("a", until=now + 2 * HOUR)
    first, second = decide(alert("interview.confirmed", "a"), [A, B], now=now, history=history)
    assert first.reason == "delegated"
    assert (second.reason, second.until) == ("snoozed", now + HOUR)


def test_who_comes_back_gets_what_still_waited(alert, now):
    history = away(now, ("a", "b"), length=HOUR).snooze("b", until=now + HOUR)
    happened = alert("interview.confirmed", "a")
    again = decide(happened, [A, B], now=now + HOUR, history=history)
    assert reasons(again) == {"a": "assigned", "b": "no_posting_role"}


def test_who_comes_back_is_not_told_what_was_taken_for_them(alert, now):
    history = away(now, ("a", "b"), ("b", "c"), length=HOUR).deliver("c", "ev-1", at=now)
    happened, later = alert("interview.confirmed", "a"), now + HOUR
    again = decide(happened, [A, B, C], now=later, history=history)
    assert reasons(again) == {"a": "delegated", "b": "no_posting_role", "c": "duplicate_event"}
    resent = RecruitingPolicy(PolicyOptions(duplicate_window=HOUR))
    assert reasons(resent.decide(happened, [A, B, C], now=later, history=history)) == {
        "a": "assigned",
        "b": "no_posting_role",
        "c": "no_posting_role",
    }


@pytest.mark.parametrize("delivered", [-HOUR, HOUR])
def test_what_another_got_while_one_was_there_was_not_taken_for_them(alert, now, delivered):
    history = away(now, ("a", "b"), length=HOUR).deliver("b", "ev-1", at=now + delivered)
    decisions = decide(
        alert("interview.confirmed", "a", "b"), [A, B], now=now + HOUR, history=history
    )
    assert reasons(decisions) == {"a": "assigned", "b": "duplicate_event"}


# --- the variant ---


def test_the_variant_does_not_hang_on_the_order_of_people(alert, now):
    boss = person("m", posting_roles={"p-1": "job_admin"})
    history = away(now, ("a", "b"), ("m", "b"))
    for first, expected in ((True, "interviewer"), (False, "manager")):
        rules = RecruitingPolicy(PolicyOptions(interviewer_first=first))
        for crowd in itertools.permutations([A, boss, B]):
            decisions = rules.decide(
                alert("interview.confirmed", "a"), crowd, now=now, history=history
            )
            assert reasons(decisions) == {"a": "delegated", "m": "delegated", "b": "delegate"}
            assert audiences(decisions)["b"] == expected


@pytest.mark.parametrize(
    ("first", "reason", "audience"),
    [(True, "delegate", "interviewer"), (False, "posting_manager", "manager")],
)
def test_who_is_in_charge_takes_the_interviewers_alert(alert, now, first, reason, audience):
    boss = person("b", posting_roles={"p-1": "job_admin"})
    rules = RecruitingPolicy(PolicyOptions(interviewer_first=first))
    decisions = rules.decide(
        alert("interview.confirmed", "a"), [A, boss], now=now, history=away(now, ("a", "b"))
    )
    assert reasons(decisions) == {"a": "delegated", "b": reason}
    assert audiences(decisions)["b"] == audience


@pytest.mark.parametrize(
    ("first", "reason", "audience"),
    [(True, "assigned", "interviewer"), (False, "delegate", "manager")],
)
def test_who_is_assigned_takes_the_managers_alert(alert, now, first, reason, audience):
    boss = person("m", posting_roles={"p-1": "job_admin"})
    rules = RecruitingPolicy(PolicyOptions(interviewer_first=first))
    decisions = rules.decide(
        alert("interview.confirmed", "b"), [boss, B], now=now, history=away(now, ("m", "b"))
    )
    assert reasons(decisions) == {"m": "delegated", "b": reason}
    assert audiences(decisions)["b"] == audience


@pytest.mark.parametrize("first", [True, False])
def test_who_has_nothing_of_their_own_gets_what_the_absent_would_have(alert, now, first):
    rules = RecruitingPolicy(PolicyOptions(interviewer_first=first))
    boss = person("m", posting_roles={"p-1": "job_admin"})
    for absent, variant in ((A, "interviewer"), (boss, "manager")):
        decisions = rules.decide(
            alert("interview.confirmed", "a"),
            [absent, B],
            now=now,
            history=away(now, (absent.id, "b")),
        )
        assert reasons(decisions) == {absent.id: "delegated", "b": "delegate"}
        assert audiences(decisions)["b"] == variant


def test_the_preferred_variant_of_their_own_stays_whatever_the_order_of_rules(alert, now):
    boss = person("m", posting_roles={"p-1": "job_admin"})
    codes = [rule.code for rule in RecruitingPolicy().rules if rule.code != "delegate"]
    rules = RecruitingPolicy().reorder("delegate", *codes)
    decisions = rules.decide(
        alert("interview.confirmed", "b"), [boss, B], now=now, history=away(now, ("m", "b"))
    )
    assert reasons(decisions) == {"m": "delegated", "b": "assigned"}


def test_who_muted_the_variant_keeps_their_own(alert, now):
    boss = person(
        "b", posting_roles={"p-1": "job_admin"}, preferences=Preferences(muted={CONFIRMED})
    )
    decisions = decide(
        alert("interview.confirmed", "a"), [A, boss], now=now, history=away(now, ("a", "b"))
    )
    assert reasons(decisions) == {"a": "assigned", "b": "posting_manager"}


def test_two_in_charge_are_told_once(alert, now):
    one, two = (person(name, posting_roles={"p-1": "job_admin"}) for name in "ab")
    decisions = decide(
        alert("evaluation.completed"), [one, two], now=now, history=away(now, ("a", "b"))
    )
    assert reasons(decisions) == {"a": "delegated", "b": "posting_manager"}


# --- doors that stay shut ---


def test_a_posting_member_takes_no_managers_alert_by_being_assigned(alert, now):
    boss = person("m", posting_roles={"p-1": "job_admin"})
    member = person("b", posting_roles={"p-1": "job_member"})
    decisions = decide(
        alert("interview.confirmed", "b"), [boss, member], now=now, history=away(now, ("m", "b"))
    )
    assert reasons(decisions) == {"m": "posting_manager", "b": "assigned"}


@pytest.mark.parametrize("kind", ["team_chat.mentioned", "automation.approval_requested"])
@pytest.mark.parametrize(
    ("silent", "expected"),
    [
        (True, {"a": "addressed", "b": "not_addressed"}),
        (False, {"a": "delegated", "b": "delegate"}),
    ],
)
def test_a_silenced_member_takes_no_mention(alert, now, kind, silent, expected):
    member = person("b", posting_roles={"p-1": "job_member"})
    rules = RecruitingPolicy(PolicyOptions(silence_addressed_members=silent))
    decisions = rules.decide(alert(kind, "a"), [A, member], now=now, history=away(now, ("a", "b")))
    assert reasons(decisions) == expected


def test_a_silenced_member_takes_a_work_reminder(alert, now):
    member = person("b", posting_roles={"p-1": "job_member"})
    rules = RecruitingPolicy(PolicyOptions(silence_addressed_members=True))
    decisions = rules.decide(
        alert("task.reminder", "a"), [A, member], now=now, history=away(now, ("a", "b"))
    )
    assert reasons(decisions) == {"a": "delegated", "b": "delegate"}


# --- rules of the caller's own ---


def test_a_policy_without_the_rule_hands_nothing_over(alert, now):
    rules = RecruitingPolicy().drop("delegate")
    decisions = rules.decide(
        alert("interview.confirmed", "a"), [A, B], now=now, history=away(now, ("a", "b"))
    )
    assert reasons(decisions) == {"a": "assigned", "b": "no_posting_role"}


def test_without_the_gate_both_are_told(alert, now):
    rules = RecruitingPolicy().drop("delegated")
    decisions = rules.decide(
        alert("interview.confirmed", "a"), [A, B], now=now, history=away(now, ("a", "b"))
    )
    assert reasons(decisions) == {"a": "assigned", "b": "delegate"}


def test_rules_of_the_callers_own_count(alert, now):
    @gate("probation")
    def probation(context, person, variant):
        """Not documented."""
        del context, variant
        return suppress("on_probation") if person.id == "b" else None

    @relation("contractor")
    def contractor(context, person):
        """Not documented."""
        del context
        return suppress("contractor") if person.id == "b" else None

    @relation("on_call")
    def on_call(context, person):
        """Not documented."""
        del context
        return choose("manager", "on_call") if person.id == "b" else None

    happened, history = alert("interview.confirmed", "a"), away(now, ("a", "b"))
    for rule, expected in (
        (probation, {"a": "assigned", "b": "no_posting_role"}),
        (contractor, {"a": "assigned", "b": "contractor"}),
        (on_call, {"a": "delegated", "b": "on_call"}),
    ):
        rules = RecruitingPolicy().insert(rule)
        decided = rules.decide(happened, [A, B], now=now, history=history)
        assert reasons(decided) == expected


def test_a_rule_of_the_callers_own_may_ask_whether_somebody_stands_in(alert, now):
    @gate("no_substitutes")
    def no_substitutes(context, person, variant):
        """Not documented."""
        del context, person
        return suppress("no_substitutes") if variant.reason == "delegate" else None

    rules = RecruitingPolicy().insert(no_substitutes)
    decisions = rules.decide(
        alert("interview.confirmed", "a"), [A, B], now=now, history=away(now, ("a", "b"))
    )
    assert reasons(decisions) == {"a": "assigned", "b": "no_posting_role"}


# --- the digest ---


def test_an_evaluation_stays_with_whom_it_is_collected_for(alert, now):
    boss = person("a", posting_roles={"p-1": "job_manager"})
    history = away(now, ("a", "b"))
    completed = alert("document_evaluation.completed")
    decisions = decide(completed, [boss, B], now=now, history=history)
    assert [(one.outcome, one.reason) for one in decisions] == [
        ("digest", "digest_window"),
        ("suppress", "no_posting_role"),
    ]
    ((window,), _) = close_digests([DigestItem("a", completed)])
    assert reasons(decide(window.alert, [boss], now=now, history=history)) == {
        "a": "posting_manager"
    }
    assert reasons(decide(window.alert, [boss, B], now=now, history=history)) == {
        "a": "delegated",
        "b": "delegate",
    }
