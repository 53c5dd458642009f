"""Evaluations are collected, told once an hour, and never lost on the way."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import attrs
import pytest

import naverworks_notify as nw
from naverworks_notify import policy
from naverworks_notify.notifier import DryRun


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


def test_a_repeat_while_the_digest_is_on_its_way_is_not_collected(
    notifier, simulator, evaluated, manager
):
    people = [manager("u-1")]
    one = notifier()
    one.notify(evaluated("e-1"), people)
    hold = simulator.faults.hang("messages.send_to_user")
    closed = []
    call = threading.Thread(target=lambda: closed.append(one.close_digests(people)))
    call.start()
    assert hold.wait_for(1, timeout=60)
    repeat = one.notify(evaluated("e-1"), people)
    hold.release()
    call.join()
    assert repeat.results[0].decision.reason == "duplicate_event"
    assert told(closed[0]) == [("u-1", "sent", "digest:u-1:p-1:e-1")]
    assert one.close_digests(people).results == ()


def test_a_mistake_in_a_rule_loses_no_digest(notifier, evaluated, manager):
    class Moody:
        broken = False
        options = policy.PolicyOptions()

        def decide(self, alert, people, *, now, history=None):
            if self.broken:
                raise ZeroDivisionError
            return policy.decide(alert, people, now=now, history=history)

    moody = Moody()
    people = [manager("u-1"), manager("u-2")]
    one = notifier(policy=moody)
    one.notify(evaluated("e-1"), people)
    moody.broken = True
    with pytest.raises(ZeroDivisionError):
        one.close_digests(people)
    moody.broken = False
    assert [str(r.status) for r in one.close_digests(people).results] == ["sent", "sent"]


def test_a_cancelled_close_loses_no_digest(simulator, clock, evaluated, manager):
    people = [manager("u-1"), manager("u-2")]

    async def scenario():
        hold = simulator.faults.hang("tokens.issue", times=1)
        async with nw.AsyncClient(
            simulator.account,
            bot_id=simulator.bot_id,
            endpoints=simulator.endpoints,
            transport=simulator.transport(),
            clock=clock,
            timeout=timedelta(minutes=10),
        ) as works:
            one = nw.AsyncNotifier(works, clock=clock, concurrency=1)
            await one.notify(evaluated("e-1"), people)
            call = asyncio.create_task(one.close_digests(people))
            assert await asyncio.to_thread(hold.wait_for, timeout=60)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            hold.release()
            return await one.close_digests(people)

    # Of the one under way nobody knows; the one that had not begun goes now.
    assert [str(r.status) for r in asyncio.run(scenario()).results] == ["suppressed", "sent"]


def test_a_rehearsal_keeps_deferred_digests_too(evaluated, manager, now):
    late = policy.Preferences(
        receive_window=policy.ReceiveWindow(start="13:00", end="18:00", tz="Asia/Seoul")
    )
    people = [manager("u-1", preferences=late), manager("u-2")]
    run = DryRun()
    run.notify(evaluated("e-1"), [*people, manager("u-3")], now=now)
    first = run.close_digests(people, now=now)
    assert [one.status for one in first.planned] == ["deferred", None]
    assert first.missing == ("u-3",)
    second = run.close_digests(people, now=now + timedelta(hours=3))
    assert [(one.person_id, one.status) for one in second.planned] == [("u-1", None)]
    assert run.close_digests(people, now=now + timedelta(hours=3)).planned == ()


def test_what_no_digest_tells_of_cannot_be_collected(notifier, confirmed, manager):
    class Collects:
        def decide(self, alert, people, *, now, history=None):
            return tuple(
                attrs.evolve(decision, outcome=policy.Outcome.DIGEST)
                for decision in policy.decide(alert, people, now=now)
            )

    with pytest.raises(TypeError, match=r"interview\.confirmed"):
        notifier(policy=Collects()).notify(confirmed(), [manager("u-1")])
