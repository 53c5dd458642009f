"""Evaluations are collected, told once an hour, and never lost on the way."""

from __future__ import annotations

from datetime import timedelta

from naverworks_notify import policy


def told(report):
    return [(r.person_id, str(r.status), r.decision.event_id) for r in report.results]


def test_evaluations_are_collected_and_told_together(notifier, simulator, evaluated, manager):
    people = [manager("u-2"), manager("u-1")]
    one = notifier()
    for event_id, minutes in (("e-1", 0), ("e-2", 59), ("e-3", 60)):
        report = one.notify(evaluated(event_id, minutes), people)
        assert {str(result.status) for result in report.results} == {"digested"}
        assert {result.delivery for result in report.results} == {None}
    assert simulator.sent == []

    closed = one.close_digests(people)
    assert told(closed) == [
        ("u-2", "sent", "digest:u-2:p-1:e-1"),
        ("u-1", "sent", "digest:u-1:p-1:e-1"),
        ("u-2", "sent", "digest:u-2:p-1:e-3"),
        ("u-1", "sent", "digest:u-1:p-1:e-3"),
    ]
    assert len(simulator.sent) == 4
    assert one.close_digests(people).results == ()


def test_only_windows_that_are_over_close(notifier, evaluated, manager, now):
    people = [manager("u-1")]
    one = notifier()
    one.notify(evaluated("e-1", 0), people)
    one.notify(evaluated("e-2", 90), people)
    assert one.close_digests(people, until=now + timedelta(minutes=59)).results == ()
    first = one.close_digests(people, until=now + timedelta(minutes=60))
    assert told(first) == [("u-1", "sent", "digest:u-1:p-1:e-1")]
    rest = one.close_digests(people)
    assert told(rest) == [("u-1", "sent", "digest:u-1:p-1:e-2")]


def test_the_policy_says_how_long_a_window_is(notifier, evaluated, manager, now):
    rules = policy.RecruitingPolicy(policy.PolicyOptions(digest_length=timedelta(minutes=10)))
    people = [manager("u-1")]
    one = notifier(policy=rules)
    one.notify(evaluated("e-1", 0), people)
    assert len(one.close_digests(people, until=now + timedelta(minutes=10)).results) == 1


def test_a_repeated_evaluation_is_collected_once(notifier, evaluated, manager):
    people = [manager("u-1")]
    one = notifier()
    one.notify(evaluated("e-1"), people)
    waiting = one.notify(evaluated("e-1"), people)
    assert waiting.results[0].decision.reason == "duplicate_event"
    one.close_digests(people)
    afterwards = one.notify(evaluated("e-1"), people)
    assert afterwards.results[0].decision.reason == "duplicate_event"
    assert one.close_digests(people).results == ()


def test_a_digest_outside_the_receive_window_waits(notifier, simulator, evaluated, manager, now):
    late = policy.Preferences(
        receive_window=policy.ReceiveWindow(start="13:00", end="18:00", tz="Asia/Seoul")
    )
    people = [manager("u-1", preferences=late)]
    one = notifier()
    one.notify(evaluated("e-1"), people)
    for _ in range(2):
        held = one.close_digests(people)
        assert told(held) == [("u-1", "deferred", "digest:u-1:p-1:e-1")]
        assert held.results[0].decision.until == now + timedelta(hours=3)
    assert simulator.sent == []
    sent = one.close_digests(people, now=now + timedelta(hours=3))
    assert told(sent) == [("u-1", "sent", "digest:u-1:p-1:e-1")]
    assert one.close_digests(people, now=now + timedelta(hours=4)).results == ()


def test_a_digest_that_failed_goes_with_the_next_call(notifier, simulator, evaluated, manager):
    people = [manager("u-1")]
    one = notifier()
    one.notify(evaluated("e-1"), people)
    simulator.faults.next("messages.send_to_user", 403)
    assert told(one.close_digests(people)) == [("u-1", "failed", "digest:u-1:p-1:e-1")]
    assert told(one.close_digests(people)) == [("u-1", "sent", "digest:u-1:p-1:e-1")]


def test_a_digest_that_can_never_arrive_is_let_go(notifier, evaluated, manager):
    people = [manager("u-1", email="nobody@example.com")]
    one = notifier()
    one.notify(evaluated("e-1"), people)
    assert told(one.close_digests(people)) == [("u-1", "failed", "digest:u-1:p-1:e-1")]
    assert one.close_digests(people).results == ()


def test_a_digest_of_unknown_fate_is_not_repeated(notifier, simulator, evaluated, manager):
    people = [manager("u-1")]
    one = notifier()
    one.notify(evaluated("e-1"), people)
    simulator.faults.next("messages.send_to_user", "timeout")
    assert told(one.close_digests(people)) == [("u-1", "unknown", "digest:u-1:p-1:e-1")]
    assert one.close_digests(people).results == ()
    again = one.notify(evaluated("e-1"), people)
    assert again.results[0].decision.reason == "duplicate_event"


def test_roles_that_changed_meanwhile_count(notifier, simulator, evaluated, manager, person):
    one = notifier()
    one.notify(evaluated("e-1"), [manager("u-1"), manager("u-2")])
    report = one.close_digests([person("u-1", posting_roles={"p-1": "job_member"})])
    assert [(r.person_id, str(r.decision.reason)) for r in report.results] == [
        ("u-1", "posting_member")
    ]
    assert report.missing == ("u-2",)
    assert simulator.sent == []


def test_the_service_going_down_loses_no_digest(notifier, simulator, evaluated, manager):
    people = [manager("u-1"), manager("u-2")]
    one = notifier()
    one.notify(evaluated("e-1"), people)
    simulator.faults.always("messages.send_to_user", "connect")
    assert [str(r.status) for r in one.close_digests(people).results] == ["failed", "failed"]
    simulator.faults.clear()
    assert [str(r.status) for r in one.close_digests(people).results] == ["sent", "sent"]
