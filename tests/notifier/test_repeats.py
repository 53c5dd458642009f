"""What a repeat of an event does, whatever stands in the ledger; and what an operator can do."""

from __future__ import annotations

import threading
from datetime import timedelta

import attrs
import pytest

import naverworks_notify as nw
from naverworks_notify import alerts, policy
from naverworks_notify.notifier import State

HOUR = timedelta(hours=1)


def told(report):
    return [(r.person_id, str(r.status), r.reason) for r in report.results]


@pytest.mark.parametrize("fault", [429, "connect"])
def test_a_failure_that_passes_is_tried_again_from_its_moment_on(
    notifier, simulator, clock, confirmed, person, fault
):
    one = notifier(works=notifier.client(retry=nw.RetryPolicy(attempts=1, max_wait=timedelta(0))))
    alert, people = confirmed(assignees=["u-1"]), [person("u-1")]
    simulator.faults.always("messages.send_to_user", fault)
    report = one.notify(alert, people)
    assert told(report) == [("u-1", "failed", "assigned")]
    assert report.results[0].passing
    assert report.next_due == report.results[0].due > clock.now()
    assert not report.ok
    (row,) = one.list()
    assert (row.state, row.due, row.attempt) == ("accepted", report.next_due, 1)
    assert type(row.error) is type(report.results[0].error)

    simulator.faults.clear()
    early = one.notify(alert, people)
    assert told(early) == [("u-1", "deferred", "retry_later")]
    assert early.results[0].decision.until == report.next_due
    assert one.run_due().results == ()
    clock.advance(report.next_due - clock.now())
    again = one.notify(alert, people) if fault == 429 else one.run_due()
    assert told(again) == [("u-1", "sent", "assigned")]
    assert again.next_due is None
    assert len(simulator.sent) == 1


def test_pauses_grow_are_spread_and_never_shorter_than_asked(
    notifier, simulator, clock, confirmed, person
):
    one = notifier(works=notifier.client(retry=nw.RetryPolicy(attempts=1, max_wait=timedelta(0))))
    ids = [f"u-{n}" for n in range(9)]
    simulator.faults.always("messages.send_to_user", "connect")
    report = one.notify(confirmed(assignees=ids), [person(who) for who in ids])
    first = [result.due - clock.now() for result in report.results]
    assert len(set(first)) > 1
    assert min(first) >= timedelta(seconds=30)
    longest = timedelta(0)
    while one.list()[-1].attempt < 9:
        clock.advance(report.next_due - clock.now())
        report = one.run_due()
        pauses = [result.due - clock.now() for result in report.results]
        longest = max([longest, *pauses])
    assert timedelta(minutes=15) <= longest < timedelta(minutes=23)


def test_attempts_are_never_exhausted(notifier, simulator, clock, confirmed, person):
    one = notifier()
    simulator.faults.always("messages.send_to_user", "connect")
    report = one.notify(confirmed(assignees=["u-1"]), [person("u-1")])
    for _ in range(40):
        clock.advance(report.next_due - clock.now())
        report = one.run_due()
        assert told(report) == [("u-1", "failed", "assigned")]
    assert one.list()[0].attempt > 40


def test_a_refusal_is_told_once_and_sent_when_it_is_handed_in_again(
    notifier, simulator, confirmed, person
):
    one = notifier()
    alert, people = confirmed(assignees=["u-1"]), [person("u-1")]
    simulator.faults.next("messages.send_to_user", 403)
    report = one.notify(alert, people)
    assert (told(report), report.next_due) == ([("u-1", "failed", "assigned")], None)
    assert one.run_due().results == ()
    assert told(one.notify(alert, people)) == [("u-1", "sent", "assigned")]


def test_an_id_used_again_for_another_type_is_refused(notifier, simulator, confirmed, person):
    one = notifier()
    people = [person("u-1")]
    one.notify(confirmed("iv-1", ["u-1"]), people)
    off = confirmed("iv-1", ["u-1"], kind=alerts.InterviewCancelled)
    for call in (one.notify, one.plan):
        with pytest.raises(nw.InvalidAlert, match=r"interview\.confirmed") as caught:
            call(off, people)
        assert [v.path for v in caught.value.violations] == ["event_id"]
    assert len(simulator.sent) == 1


def test_of_two_contents_of_one_event_the_first_stands(
    notifier, simulator, clock, confirmed, person, late, deferring
):
    one = notifier(policy=deferring)
    people = [person("u-1", preferences=late)]
    one.notify(confirmed(assignees=["u-1"]), people)
    other = confirmed(assignees=["u-1"], start=clock.now() + timedelta(days=9))
    clock.advance(timedelta(hours=3))
    one.notify(other, people)
    assert "2026-03-04" in simulator.sent[0].content["altText"] or "03-04" in str(
        simulator.sent[0].content
    )


@pytest.mark.parametrize("guarantee", ["at_most_once", "at_least_once"])
def test_what_is_unknown_goes_again_only_where_at_least_once_is_promised(
    notifier, simulator, clock, confirmed, person, guarantee
):
    one = notifier(works=notifier.client(guarantee=guarantee, retry=nw.RetryPolicy(attempts=1)))
    alert, people = confirmed(assignees=["u-1"]), [person("u-1")]
    simulator.faults.always("messages.send_to_user", 503)
    assert told(one.notify(alert, people)) == [("u-1", "unknown", "assigned")]
    if guarantee == "at_most_once":
        assert told(one.notify(alert, people)) == [("u-1", "suppressed", "duplicate_event")]
        simulator.faults.clear()
        assert one.run_due().results == ()
        return
    assert told(one.run_due()) == [("u-1", "unknown", "assigned")]
    assert told(one.notify(alert, people)) == [("u-1", "unknown", "assigned")]
    simulator.faults.clear()
    report = one.run_due()
    if not report.results:
        clock.advance(report.next_due - clock.now())
        report = one.run_due()
    assert told(report) == [("u-1", "sent", "assigned")]
    assert one.run_due().results == ()
    assert len(simulator.sent) == 1


@pytest.mark.parametrize("guarantee", ["at_most_once", "at_least_once"])
@pytest.mark.parametrize("by", ["notify", "run_due"])
def test_a_send_whose_process_ended_is_noticed_when_it_must_have_ended(
    notifier, simulator, clock, confirmed, person, open_ledger, guarantee, by
):
    class Works:
        options = nw.client.ClientOptions(guarantee=guarantee)

        def __init__(self):
            self.messages = self

        def send_to_user(self, user_id, content, *, before_send):
            before_send()
            raise SystemExit

    alert, people = confirmed(assignees=["u-1"]), [person("u-1")]
    ledger = open_ledger()
    with pytest.raises(SystemExit):
        nw.Notifier(Works(), ledger=ledger, clock=clock, concurrency=1).notify(alert, people)
    # What a process that was killed would have left behind.
    (row,) = ledger.find()
    assert row.state == "unknown"
    due = clock.now() + timedelta(seconds=40)
    ledger.write([attrs.evolve(row, state=State.SENDING, due=due, error=None)])

    one = notifier(works=notifier.client(guarantee=guarantee))
    again = one.run_due if by == "run_due" else lambda: one.notify(alert, people)
    if by == "notify":
        assert told(again()) == [("u-1", "suppressed", "duplicate_event")]
    else:
        assert again().results == ()
    clock.advance(timedelta(seconds=40))
    (result,) = again().results
    if guarantee == "at_least_once":
        assert str(result.status) == "sent"
        return
    assert str(result.status) == "unknown"
    assert result.error.cause == "interrupted"
    assert "unknown" in [row.state for row in one.list()]
    assert again().results == () if by == "run_due" else told(again())[0][1] == "suppressed"
    assert simulator.sent == []


def test_unknown_ones_can_be_listed_settled_and_sent_again(
    notifier, simulator, clock, confirmed, person
):
    one = notifier()
    ids = ["u-1", "u-2", "u-3"]
    simulator.faults.next("messages.send_to_user", "timeout", times=3)
    one.notify(confirmed(assignees=ids), [person(who) for who in ids])
    assert {row.person_id for row in one.list(state="unknown")} == set(ids)
    assert one.list(state="sent") == ()

    settled = one.settle("ev-1", "u-1", as_="sent")
    assert (settled.state, settled.reason) == ("sent", "settled")
    assert one.settle("ev-1", "u-2", as_="failed").state == "failed"
    with pytest.raises(nw.InvalidValue, match="even_if_unknown"):
        one.resend("ev-1", "u-3")
    report = one.resend("ev-1", "u-3", even_if_unknown=True)
    assert told(report) == [("u-3", "sent", "assigned")]
    assert told(one.resend("ev-1", "u-2")) == [("u-2", "sent", "assigned")]
    assert len(simulator.sent) == 2
    for who in ids:
        with pytest.raises(nw.InvalidValue):
            one.resend("ev-1", who, even_if_unknown=True)
        with pytest.raises(nw.InvalidValue):
            one.settle("ev-1", who, as_="failed")


@pytest.mark.parametrize(
    "call",
    [
        lambda one: one.resend("ev-9", "u-1"),
        lambda one: one.resend("ev-1", "u-9"),
        lambda one: one.settle("ev-9", "u-1", as_="sent"),
        lambda one: one.settle("ev-1", "u-1", as_="lost"),
        lambda one: one.resend(7, None),
        lambda one: one.list(state="lost"),
        lambda one: one.deliver({"event_id": "ev-1"}),
    ],
)
def test_what_an_operator_mistypes_is_an_error_of_ours(notifier, confirmed, person, call):
    one = notifier()
    one.notify(confirmed(assignees=["u-1"]), [person("u-1")])
    with pytest.raises(nw.InvalidValue):
        call(one)


def test_a_resend_decides_anew(notifier, simulator, confirmed, person):
    people = [person("u-1")]
    one = notifier(people=lambda _alert: people)
    simulator.faults.next("messages.send_to_user", 403)
    one.notify(confirmed(assignees=["u-1"]))
    people[0] = person("u-1", active=False)
    assert told(one.resend("ev-1", "u-1")) == [("u-1", "suppressed", "inactive")]
    assert simulator.sent == []


def test_options_that_look_back_act_without_a_history(notifier, simulator, confirmed, person, now):
    capped = notifier(policy=policy.RecruitingPolicy(policy.PolicyOptions(hourly_cap=1)))
    for event in ("a", "b", "c", "d"):
        capped.notify(confirmed(event, ["u-1"]), [person("u-1")])
    assert len(simulator.sent) == 1

    gathering = policy.PolicyOptions(collapse_window=timedelta(minutes=10))
    one = notifier(policy=policy.RecruitingPolicy(gathering))
    for minutes in (0, 1, 2):
        change = confirmed(
            f"c-{minutes}",
            ["u-2"],
            interview="iv",
            kind=alerts.InterviewChanged,
            minutes=minutes,
        )
        one.notify(change, [person("u-2")], now=now + timedelta(minutes=minutes))
    one.run_due(now=now + timedelta(minutes=10))
    one.run_due(now=now + timedelta(hours=1))
    assert len(simulator.sent_to("u-2@example.com")) == 1

    superseding = policy.PolicyOptions(supersede_cancelled=True)
    one = notifier(policy=policy.RecruitingPolicy(superseding))
    off = confirmed("off", ["u-3"], interview="iv3", kind=alerts.InterviewCancelled)
    reminder = confirmed("rem", ["u-3"], interview="iv3", kind=alerts.InterviewReminder, minutes=5)
    one.notify(off, [person("u-3")])
    assert told(one.notify(reminder, [person("u-3")])) == [("u-3", "suppressed", "superseded")]


def test_a_cap_holds_while_several_alerts_are_handled_at_once(
    notifier, simulator, confirmed, person
):
    one = notifier(policy=policy.RecruitingPolicy(policy.PolicyOptions(hourly_cap=1)))
    calls = [
        threading.Thread(
            target=lambda n=n: one.notify(confirmed(f"ev-{n}", ["u-1"]), [person("u-1")])
        )
        for n in range(4)
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert len(simulator.sent) == 1


def test_what_is_too_old_is_not_told(notifier, simulator, confirmed, person, now):
    rules = policy.RecruitingPolicy(policy.PolicyOptions(max_age=timedelta(hours=1)))
    one = notifier(policy=rules)
    alert = confirmed(assignees=["u-1"])
    old = one.notify(alert, [person("u-1")], now=now + timedelta(hours=1))
    assert told(old) == [("u-1", "suppressed", "expired")]
    fresh = one.notify(alert, [person("u-1")], now=now + timedelta(minutes=59))
    assert told(fresh) == [("u-1", "sent", "assigned")]


def test_what_grew_too_old_while_it_waited_is_not_told(
    notifier, simulator, confirmed, person, now, late
):
    rules = policy.RecruitingPolicy(
        policy.PolicyOptions(max_age=timedelta(hours=4), defer_outside_window=True)
    )
    one = notifier(policy=rules)
    one.notify(confirmed(assignees=["u-1"]), [person("u-1", preferences=late)])
    report = one.run_due(now=now + timedelta(hours=5))
    assert told(report) == [("u-1", "suppressed", "expired")]


def test_old_pairs_are_forgotten_when_told_to(notifier, simulator, clock, confirmed, person):
    one = notifier()
    alert, people = confirmed(assignees=["u-1"]), [person("u-1")]
    one.notify(alert, people)
    assert one.prune(before=clock.now()) == 0
    clock.advance(timedelta(days=1))
    assert one.prune(before=clock.now(), sparing=["ev-1"]) == 0
    assert one.prune(before=clock.now()) == 1
    assert one.list() == ()
    assert told(one.notify(alert, people)) == [("u-1", "sent", "assigned")]


def test_one_notifier_bounds_its_sends_whatever_calls_they_are_of(
    notifier, simulator, confirmed, person
):
    hold = simulator.faults.hang("messages.send_to_user")
    one = notifier(concurrency=3)
    if notifier.kind == "async":
        # Calls of one event loop; the other face runs a loop for each.
        import asyncio  # noqa: PLC0415

        async def all_at_once():
            await asyncio.gather(
                *(
                    one.notifier.notify(confirmed(f"ev-{n}", ["u-1"]), [person("u-1")])
                    for n in range(9)
                )
            )

        calls = [threading.Thread(target=lambda: asyncio.run(all_at_once()))]
    else:
        calls = [
            threading.Thread(
                target=lambda n=n: one.notify(confirmed(f"ev-{n}", ["u-1"]), [person("u-1")])
            )
            for n in range(9)
        ]
    for call in calls:
        call.start()
    try:
        assert hold.wait_for(3, timeout=60)
        assert not hold.wait_for(4, timeout=0.2)
    finally:
        hold.release()
        for call in calls:
            call.join()
    assert len(simulator.sent) == 9
