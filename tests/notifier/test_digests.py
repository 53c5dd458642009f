"""Evaluations are collected, told once an hour, and never lost on the way."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import attrs
import pytest
from tests.notifier.conftest import window

import naverworks_notify as nw
from naverworks_notify import alerts, policy

MINUTES_59, HOUR = timedelta(minutes=59), timedelta(hours=1)


def told(report):
    return [(r.person_id, str(r.status), r.event_id) for r in report.results]


def test_evaluations_are_collected_and_told_together(notifier, simulator, evaluated, manager, now):
    people = [manager("u-2"), manager("u-1")]
    one = notifier()
    for event_id, minutes in (("e-1", 0), ("e-2", 59), ("e-3", 60)):
        report = one.notify(evaluated(event_id, minutes), people)
        assert {str(result.status) for result in report.results} == {"digested"}
        assert {result.delivery for result in report.results} == {None}
        assert report.next_due == now + HOUR
    assert simulator.sent == []

    closed = one.run_due(close_windows=True)
    assert told(closed) == [
        ("u-2", "sent", "digest:u-2:p-1:e-1"),
        ("u-1", "sent", "digest:u-1:p-1:e-1"),
        ("u-2", "sent", "digest:u-2:p-1:e-3"),
        ("u-1", "sent", "digest:u-1:p-1:e-3"),
    ]
    assert len(simulator.sent) == 4
    assert one.run_due(close_windows=True).results == ()


def test_only_windows_that_are_over_close(notifier, evaluated, manager, now):
    people = [manager("u-1")]
    one = notifier()
    one.notify(evaluated("e-1", 0), people)
    one.notify(evaluated("e-2", 90), people)
    early = one.run_due(now=now + MINUTES_59)
    assert (early.results, early.next_due) == ((), now + HOUR)
    first = one.run_due(now=now + HOUR)
    assert told(first) == [("u-1", "sent", "digest:u-1:p-1:e-1")]
    assert first.next_due == now + timedelta(minutes=150)
    assert told(one.run_due(now=first.next_due)) == [("u-1", "sent", "digest:u-1:p-1:e-2")]
    assert one.run_due(close_windows=True).results == ()


@pytest.mark.parametrize(
    ("options", "length"),
    [
        ({"digest_length": timedelta(minutes=10)}, timedelta(minutes=10)),
        ({"digest_aligned": True}, timedelta(minutes=55)),
    ],
)
def test_the_policy_says_how_long_a_window_is(notifier, evaluated, manager, now, options, length):
    rules = policy.RecruitingPolicy(policy.PolicyOptions(**options))
    one = notifier(policy=rules)
    one.notify(evaluated("e-1", 5), [manager("u-1")])
    end = now + timedelta(minutes=5) + length
    assert one.run_due(now=end - timedelta(seconds=1)).next_due == end
    assert len(one.run_due(now=end).results) == 1


def test_a_repeated_evaluation_is_collected_once(notifier, evaluated, manager):
    people = [manager("u-1")]
    one = notifier()
    one.notify(evaluated("e-1"), people)
    waiting = one.notify(evaluated("e-1"), people)
    assert waiting.results[0].reason == "duplicate_event"
    one.run_due(close_windows=True)
    afterwards = one.notify(evaluated("e-1"), people)
    assert afterwards.results[0].reason == "duplicate_event"
    assert one.run_due(close_windows=True).results == ()


def test_a_digest_outside_the_receive_window_waits(
    notifier, simulator, evaluated, manager, now, late
):
    people = [manager("u-1", preferences=late)]
    one = notifier()
    one.notify(evaluated("e-1"), people)
    held = one.run_due(now=now + HOUR)
    assert told(held) == [("u-1", "deferred", "digest:u-1:p-1:e-1")]
    assert held.results[0].decision.until == now + timedelta(hours=3)
    assert held.next_due == now + timedelta(hours=3)
    assert one.run_due(now=now + timedelta(hours=2)).results == ()
    assert simulator.sent == []
    assert told(one.run_due(now=now + timedelta(hours=3))) == [
        ("u-1", "sent", "digest:u-1:p-1:e-1")
    ]
    assert one.run_due(now=now + timedelta(hours=4)).results == ()


def test_a_night_of_digests_is_one_message_in_the_morning(
    notifier, simulator, evaluated, manager, now
):
    people = [manager("u-1", preferences=window("09:00", "10:00"))]
    one = notifier()
    for hour in range(10):
        one.notify(evaluated(f"e-{hour}", 60 * hour), people, now=now + timedelta(hours=hour))
        one.run_due(now=now + timedelta(hours=hour + 1))
    assert simulator.sent == []
    morning = one.run_due(now=now + timedelta(hours=23))
    assert [(str(r.status), r.event_id) for r in morning.results if r.status == "sent"] == [
        ("sent", "digest:u-1:p-1:e-0")
    ]
    assert {r.reason for r in morning.results if r.status != "sent"} == {"collapsed"}
    assert len(morning.results) == 10
    assert len(simulator.sent) == 1
    assert morning.next_due is None
    # Nothing of what was told is kept.
    assert one.run_due(now=now + timedelta(hours=47)).results == ()


def test_windows_that_nobody_closed_in_time_are_one_message(
    notifier, simulator, evaluated, manager, now
):
    one = notifier()
    for hour in range(10):
        at = now + timedelta(hours=hour)
        one.notify(evaluated(f"e-{hour}", 60 * hour), [manager("u-1")], now=at)
    late = one.run_due(now=now + timedelta(hours=23))
    assert [r.event_id for r in late.results if r.status == "sent"] == ["digest:u-1:p-1:e-0"]
    assert len(simulator.sent) == 1
    assert one.run_due(now=now + timedelta(hours=47)).results == ()


def test_a_night_of_digests_that_fails_is_still_one_message(
    notifier, simulator, evaluated, manager, now
):
    people = [manager("u-1", preferences=window("09:00", "10:00"))]
    one = notifier()
    for hour in range(3):
        one.notify(evaluated(f"e-{hour}", 60 * hour), people, now=now + timedelta(hours=hour))
        one.run_due(now=now + timedelta(hours=hour + 1))
    simulator.faults.always("messages.send_to_user", "connect")
    failed = one.run_due(now=now + timedelta(hours=23))
    assert str(failed.results[0].status) == "failed"
    simulator.faults.clear()
    again = one.run_due(now=failed.next_due)
    assert [str(result.status) for result in again.results] == ["sent"]
    assert again.results[0].delivery.content == failed.results[0].delivery.content


def test_ids_with_colons_do_not_collide(notifier, simulator, evaluated, manager, posting):
    first = attrs.evolve(posting, id="b:c")
    second = attrs.evolve(posting, id="c")
    people = [
        manager("u-1", email="u-1@example.com"),
    ]
    ids = [("a", "b:c", first), ("a:b", "c", second)]
    one = notifier()
    for person_id, posting_id, of in ids:
        who = policy.Person(
            id=person_id,
            name="이름",
            email=f"u-{len(person_id)}@example.com",
            posting_roles={posting_id: "job_manager"},
        )
        one.notify(
            evaluated("e:1", posting=of) if of is first else evaluated("e:2", posting=of), [who]
        )
    del people
    closed = one.run_due(close_windows=True)
    assert sorted(r.event_id for r in closed.results) == [
        "digest:a%3Ab:c:e%3A2",
        "digest:a:b%3Ac:e%3A1",
    ]
    assert {str(r.status) for r in closed.results} == {"sent"}


def test_a_refusal_does_not_repeat_for_ever(notifier, simulator, evaluated, manager, now):
    people = [manager("u-1")]
    one = notifier()
    one.notify(evaluated("e-1"), people)
    simulator.faults.always("messages.send_to_user", 403)
    refused = one.run_due(now=now + HOUR)
    assert told(refused) == [("u-1", "failed", "digest:u-1:p-1:e-1")]
    assert refused.next_due is None
    assert one.run_due(now=now + timedelta(hours=9)).results == ()
    # An operator who has mended it sends it again.
    simulator.faults.clear()
    again = one.resend("digest:u-1:p-1:e-1", "u-1")
    assert told(again) == [("u-1", "sent", "digest:u-1:p-1:e-1")]


def test_a_digest_of_unknown_fate_is_not_repeated(notifier, simulator, evaluated, manager):
    people = [manager("u-1")]
    one = notifier()
    one.notify(evaluated("e-1"), people)
    simulator.faults.next("messages.send_to_user", "timeout")
    assert told(one.run_due(close_windows=True)) == [("u-1", "unknown", "digest:u-1:p-1:e-1")]
    assert one.run_due(close_windows=True).results == ()
    again = one.notify(evaluated("e-1"), people)
    assert again.results[0].reason == "duplicate_event"


def test_roles_that_changed_meanwhile_count(notifier, simulator, evaluated, manager, person, now):
    one = notifier(people=lambda _alert: [person("u-1", posting_roles={"p-1": "job_member"})])
    one.notify(evaluated("e-1"), [manager("u-1"), manager("u-2")])
    report = one.run_due(now=now + HOUR)
    assert sorted((r.person_id, str(r.status), r.reason) for r in report.results) == [
        ("u-1", "suppressed", "posting_member"),
        ("u-2", "unmatched", "not_among_people"),
    ]
    assert simulator.sent == []
    assert one.run_due(now=now + 2 * HOUR).results == ()


def test_windows_of_people_who_are_not_handed_in_wait(notifier, simulator, evaluated, manager, now):
    one = notifier()
    one.notify(evaluated("e-1"), [manager("u-1")])
    one.notify(evaluated("e-2"), [manager("u-2")])
    assert one.run_due(now=now).results == ()
    report = one.run_due(now=now + HOUR)
    assert [(r.person_id, str(r.status)) for r in report.results] == [
        ("u-1", "sent"),
        ("u-2", "sent"),
    ]


def test_the_service_going_down_loses_no_digest(notifier, simulator, evaluated, manager, now):
    people = [manager("u-1"), manager("u-2")]
    one = notifier()
    one.notify(evaluated("e-1"), people)
    simulator.faults.always("messages.send_to_user", "connect")
    down = one.run_due(now=now + HOUR)
    assert [str(r.status) for r in down.results] == ["failed", "failed"]
    assert not down.ok
    simulator.faults.clear()
    sent = []
    moment = down.next_due
    while moment is not None:
        report = one.run_due(now=moment)
        sent += [str(r.status) for r in report.results]
        moment = report.next_due
    assert sent == ["sent", "sent"]


def test_a_repeat_while_the_digest_is_on_its_way_is_not_collected(
    notifier, simulator, evaluated, manager
):
    people = [manager("u-1")]
    one = notifier()
    one.notify(evaluated("e-1"), people)
    hold = simulator.faults.hang("messages.send_to_user")
    closed = []
    call = threading.Thread(target=lambda: closed.append(one.run_due(close_windows=True)))
    call.start()
    assert hold.wait_for(1, timeout=60)
    repeat = one.notify(evaluated("e-1"), people)
    assert one.run_due(close_windows=True).results == ()
    hold.release()
    call.join()
    assert repeat.results[0].reason == "duplicate_event"
    assert told(closed[0]) == [("u-1", "sent", "digest:u-1:p-1:e-1")]
    assert one.run_due(close_windows=True).results == ()


def test_a_mistake_in_a_rule_loses_no_digest(notifier, evaluated, manager, now):
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
    with pytest.raises(ZeroDivisionError) as caught:
        one.run_due(now=now + HOUR)
    assert [str(r.status) for r in caught.value.report.results] == ["failed", "failed"]
    moody.broken = False
    again = [one.resend(row.event_id, row.person_id) for row in one.list(state="failed")]
    assert [str(report.results[0].status) for report in again] == ["sent", "sent"]


def test_a_cancelled_close_loses_no_digest(simulator, clock, evaluated, manager, open_ledger):
    people = [manager("u-1"), manager("u-2")]

    async def scenario():
        hold = simulator.faults.hang("messages.send_to_user", times=1)
        async with nw.AsyncClient(
            simulator.account,
            bot_id=simulator.bot_id,
            endpoints=simulator.endpoints,
            transport=simulator.transport(),
            clock=clock,
            timeout=timedelta(minutes=10),
        ) as works:
            one = nw.AsyncNotifier(works, clock=clock, concurrency=1, ledger=open_ledger())
            await one.notify(evaluated("e-1"), people)
            call = asyncio.create_task(one.run_due(close_windows=True))
            assert await asyncio.to_thread(hold.wait_for, timeout=60)
            call.cancel()
            await asyncio.sleep(0)
            hold.release()
            with pytest.raises(asyncio.CancelledError):
                await call
            return await one.run_due()

    # The one under way was waited for; the one that had not begun goes now.
    assert told(asyncio.run(scenario())) == [("u-2", "sent", "digest:u-2:p-1:e-1")]
    assert len(simulator.sent) == 2


def test_what_no_digest_tells_of_cannot_be_collected(notifier, confirmed, manager, person):
    class Collects:
        def decide(self, alert, people, *, now, history=None):
            return tuple(
                attrs.evolve(decision, outcome=policy.Outcome.DIGEST)
                if decision.person_id == "u-1"
                else decision
                for decision in policy.decide(alert, people, now=now)
            )

    with pytest.raises(TypeError, match=r"interview\.confirmed") as caught:
        notifier(policy=Collects()).notify(
            confirmed(assignees=["u-2"]), [manager("u-1"), person("u-2")]
        )
    assert [str(result.status) for result in caught.value.report.results] == ["failed", "sent"]


def test_a_digest_that_no_longer_can_be_read_is_told_once(notifier, evaluated, manager, now):
    @attrs.frozen(kw_only=True, eq=False, repr=False)
    class Mine(alerts.DocumentEvaluationCompleted):
        type = "mine.evaluated"

    def collect(alert, people, *, now, history=None):
        return tuple(
            policy.Decision(
                person.id,
                policy.Outcome.DIGEST,
                nw.Audience.MANAGER,
                "digest_window",
                event_id=alert.event_id,
            )
            for person in people
        )

    class Rules:
        decide = staticmethod(collect)

    raw = evaluated("e-1").to_dict() | {"type": "mine.evaluated"}
    mine = alerts.from_dict(raw, events={"mine.evaluated": Mine})
    notifier(policy=Rules()).notify(mine, [manager("u-1")])
    # Another process, which does not know the type.
    other = notifier(policy=Rules())
    report = other.run_due(now=now + HOUR)
    assert told(report) == [("u-1", "failed", "e-1")]
    assert isinstance(report.results[0].error, nw.InvalidAlert)
    assert other.run_due(now=now + 2 * HOUR).results == ()
