"""Deciding, rendering and sending in one call: one result per person, whatever happens."""

from __future__ import annotations

import threading
from datetime import timedelta

import attrs
import pytest

import naverworks_notify as nw
from naverworks_notify import alerts, directory, policy
from naverworks_notify.notifier import Status


def statuses(report):
    return {result.person_id: str(result.status) for result in report.results}


def reasons(report):
    return {result.person_id: str(result.decision.reason) for result in report.results}


def to(person_id, simulator):
    """Return a condition that strikes calls to one person."""
    wanted = {f"{person_id}@example.com", simulator.user(f"{person_id}@example.com").user_id}
    return lambda head: head.parameters.get("user_id") in wanted


def test_one_result_per_person_in_their_order(notifier, simulator, confirmed, person, manager):
    people = [person("u-3"), manager("u-1"), person("u-2"), person("u-0", active=False)]
    report = notifier().notify(confirmed(assignees=["u-2", "u-0", "gone", "gone"]), people)

    assert [result.person_id for result in report.results] == ["u-3", "u-1", "u-2", "u-0"]
    assert list(statuses(report).values()) == ["suppressed", "sent", "sent", "suppressed"]
    assert list(reasons(report).values()) == [
        "no_posting_role",
        "posting_manager",
        "assigned",
        "inactive",
    ]
    assert report.missing == ("gone",)
    # An assignee who is not among the people is nobody's success.
    assert not report.ok
    assert report.counts == {Status.SENT: 2, Status.SUPPRESSED: 2}
    assert len(simulator.sent) == 2
    sent = {result.person_id: result for result in report.results}["u-2"]
    assert simulator.sent_to("u-2@example.com")[0].content == sent.delivery.content.to_dict()
    assert sent.delivery.catalog_id == "interviewer.interview.confirmed"


def test_one_failure_never_stops_the_others(notifier, simulator, confirmed, person):
    simulator.faults.always("messages.send_to_user", 403, when=to("u-1", simulator))
    simulator.faults.always("messages.send_to_user", "timeout", when=to("u-2", simulator))
    ids = [f"u-{n}" for n in range(6)]
    report = notifier().notify(confirmed(assignees=ids), [person(who) for who in ids])

    assert statuses(report) == {
        "u-0": "sent",
        "u-1": "failed",
        "u-2": "unknown",
        "u-3": "sent",
        "u-4": "sent",
        "u-5": "sent",
    }
    by_id = {result.person_id: result for result in report.results}
    assert isinstance(by_id["u-1"].error, nw.Forbidden)
    assert isinstance(by_id["u-2"].error, nw.DeliveryUnknown)
    assert by_id["u-0"].error is None
    assert not report.ok


def test_a_repeat_reaches_only_those_it_failed_for(notifier, simulator, confirmed, person):
    simulator.faults.next("messages.send_to_user", 403, when=to("u-1", simulator))
    simulator.faults.next("messages.send_to_user", "timeout", when=to("u-2", simulator))
    ids = ["u-0", "u-1", "u-2"]
    people = [person(who) for who in ids]
    one = notifier()
    one.notify(confirmed(assignees=ids), people)
    report = one.notify(confirmed(assignees=ids), people)

    # Nobody knows whether u-2 has it, and a second copy would be worse than none.
    assert statuses(report) == {"u-0": "suppressed", "u-1": "sent", "u-2": "suppressed"}
    assert reasons(report)["u-0"] == "duplicate_event"


def test_an_alert_that_cannot_be_worded_fails_for_that_person(notifier, confirmed, person):
    class Broken:
        def render(self, alert, *, audience, locale, form):
            if locale == "en":
                raise nw.InvalidMessage("too long")
            return nw.messages.Text("면접")

    people = [person("u-0"), person("u-1", preferences=policy.Preferences(locale="en"))]
    report = notifier(catalog=Broken()).notify(confirmed(assignees=["u-0", "u-1"]), people)
    assert statuses(report) == {"u-0": "sent", "u-1": "failed"}
    assert isinstance(report.results[1].error, nw.InvalidMessage)


def test_a_programming_error_is_raised_after_the_others_were_served(
    notifier, simulator, confirmed, person
):
    class Snapshot:
        def lookup(self, person, /):
            return directory.Match("matched", user_id=person.email)

        def mark_missing(self, user_id):
            raise ZeroDivisionError

    for operation in ("messages.send_to_user", "users.get"):
        simulator.faults.always(operation, 404, when=to("u-1", simulator))
    ids = ["u-0", "u-1", "u-2"]
    one = notifier(members=Snapshot())
    people = [person(who) for who in ids]
    with pytest.raises(ZeroDivisionError) as caught:
        one.notify(confirmed(assignees=ids), people)
    assert "the others were served" in caught.value.__notes__[0]
    assert statuses(caught.value.report) == {"u-0": "sent", "u-1": "failed", "u-2": "sent"}
    assert len(simulator.sent) == 2

    simulator.faults.clear()
    report = one.notify(confirmed(assignees=ids), people)
    assert statuses(report) == {"u-0": "suppressed", "u-1": "sent", "u-2": "suppressed"}


def test_repeated_people_are_refused(notifier, confirmed, person):
    with pytest.raises(nw.InvalidPerson):
        notifier().notify(confirmed(), [person("u-1"), person("u-1")])


def test_without_an_address_no_call_is_made(notifier, simulator, confirmed, person):
    people = [person("u-1", email=None), person("u-2", email=None, active=False)]
    report = notifier().notify(confirmed(assignees=["u-1", "u-2"]), people)
    assert statuses(report) == {"u-1": "unmatched", "u-2": "suppressed"}
    assert reasons(report) == {"u-1": "no_address", "u-2": "inactive"}
    assert report.results[0].decision.outcome == "send"
    assert report.results[0].delivery is None
    assert simulator.sent == []


def test_the_works_user_id_wins_over_the_email(notifier, simulator, confirmed, person):
    user_id = simulator.user("u-5@example.com").user_id
    who = person("u-1", works_user_id=user_id)
    notifier().notify(confirmed(assignees=["u-1"]), [who])
    assert len(simulator.sent_to("u-5@example.com")) == 1


def test_the_directory_decides_where_there_is_one(notifier, simulator, confirmed, person):
    answers = {
        "u-0": directory.Match("matched", user_id=simulator.user("u-9@example.com").user_id),
        "u-1": directory.Match("blocked", user_id="x", reason="suspended"),
        "u-2": directory.Match("ambiguous", reason="several users have this e-mail"),
        "u-3": directory.Match("unmatched"),
    }

    class Snapshot:
        def lookup(self, person, /):
            return answers[person.id]

    people = [person(who) for who in answers]
    report = notifier(members=Snapshot()).notify(confirmed(assignees=list(answers)), people)
    assert statuses(report) == {
        "u-0": "sent",
        "u-1": "unmatched",
        "u-2": "unmatched",
        "u-3": "unmatched",
    }
    assert [result.detail for result in report.results] == [
        None,
        "suspended",
        "several users have this e-mail",
        "unmatched",
    ]
    assert set(reasons(report).values()) == {"assigned", "no_address"}
    assert len(simulator.sent) == 1


def test_a_user_who_vanished_is_reported_and_marked(notifier, confirmed, person):
    marked = []

    class Snapshot:
        def lookup(self, person, /):
            return directory.Match("matched", user_id="nobody@example.com")

        def mark_missing(self, user_id):
            marked.append(user_id)

    report = notifier(members=Snapshot()).notify(confirmed(assignees=["u-1"]), [person("u-1")])
    assert statuses(report) == {"u-1": "failed"}
    assert isinstance(report.results[0].error, nw.NotFound)
    assert marked == ["nobody@example.com"]


@pytest.mark.parametrize("answer", [404, 410])
def test_a_bot_that_is_gone_marks_nobody(notifier, simulator, confirmed, person, answer):
    class Snapshot:
        def lookup(self, person, /):
            return directory.Match("matched", user_id=person.email)

        def mark_missing(self, user_id):
            raise AssertionError

    simulator.faults.always("messages.send_to_user", answer)
    people = [person("u-1"), person("u-2")]
    one = notifier(members=Snapshot())
    report = one.notify(confirmed(assignees=["u-1", "u-2"]), people)
    assert statuses(report) == {"u-1": "failed", "u-2": "failed"}
    # Nor does anybody where the token may not ask.
    simulator.faults.always("users.get", 403)
    assert not one.notify(confirmed("ev-2", assignees=["u-1"]), people).ok


def test_the_language_is_the_persons_then_the_alerts_then_korean(notifier, confirmed, person):
    people = [
        person("u-0", preferences=policy.Preferences(locale="ja")),
        person("u-1"),
    ]
    one = notifier()
    english = one.notify(confirmed(assignees=["u-0", "u-1"], locale="en"), people)
    assert [result.delivery.locale for result in english.results] == ["ja", "en"]
    plain = one.notify(confirmed("ev-2", assignees=["u-1"]), people[1:])
    assert plain.results[0].delivery.locale == "ko"
    device = notifier(fallback_locale="device").notify(
        confirmed("ev-3", assignees=["u-0", "u-1"]), people
    )
    assert [result.delivery.locale for result in device.results] == ["ja", "device"]


def test_sends_run_side_by_side_but_no_more_than_allowed(notifier, simulator, confirmed, person):
    ids = [f"u-{n}" for n in range(9)]
    hold = simulator.faults.hang("messages.send_to_user")
    done = []
    one = notifier(concurrency=4)
    people = [person(who) for who in ids]
    call = threading.Thread(
        target=lambda: done.append(one.notify(confirmed(assignees=ids), people))
    )
    call.start()
    try:
        assert hold.wait_for(4, timeout=60)
        assert not hold.wait_for(5, timeout=0.2)
    finally:
        hold.release()
        call.join()
    assert set(statuses(done[0]).values()) == {"sent"}


def test_the_same_event_twice_at_once_is_sent_once(notifier, simulator, confirmed, person):
    ids = [f"u-{n}" for n in range(5)]
    people = [person(who) for who in ids]
    hold = simulator.faults.hang("messages.send_to_user")
    one = notifier(concurrency=8)
    reports = []
    calls = [
        threading.Thread(
            target=lambda: reports.append(one.notify(confirmed(assignees=ids), people))
        )
        for _ in range(2)
    ]
    for call in calls:
        call.start()
    assert hold.wait_for(5, timeout=60)
    hold.release()
    for call in calls:
        call.join()
    assert len(simulator.sent) == 5
    both = [str(result.status) for report in reports for result in report.results]
    assert sorted(both) == ["sent"] * 5 + ["suppressed"] * 5


def test_who_waits_gets_no_message_yet(
    notifier, simulator, confirmed, person, now, late, deferring
):
    one = notifier(policy=deferring)
    people = [person("u-1", preferences=late), person("u-2", preferences=late, email=None)]
    report = one.notify(confirmed(assignees=["u-1", "u-2"]), people)
    assert statuses(report) == {"u-1": "deferred", "u-2": "deferred"}
    assert [result.delivery for result in report.results] == [None, None]
    assert report.next_due == now + timedelta(hours=3)
    assert report.ok

    # A repeat of what waits changes nothing: it waits until the same moment.
    again = one.notify(confirmed(assignees=["u-1", "u-2"]), people, now=now + timedelta(hours=1))
    assert [result.decision.until for result in again.results] == [now + timedelta(hours=3)] * 2
    assert simulator.sent == []

    # One that comes when it is due is decided on anew.
    due = one.notify(confirmed(assignees=["u-1", "u-2"]), people, now=now + timedelta(hours=3))
    assert statuses(due) == {"u-1": "sent", "u-2": "unmatched"}
    assert due.next_due is None


def test_a_reminder_is_not_sent_once_the_interview_began(
    notifier, simulator, clock, confirmed, person
):
    reminder = confirmed(assignees=["u-1"], kind=alerts.InterviewReminder)
    one = notifier()
    (delivery,) = one.plan(reminder, [person("u-1")]).deliveries
    assert delivery.expires_at == reminder.interview.slot.start_at
    clock.advance(delivery.expires_at - clock.now())
    result = one.deliver(delivery)
    assert (result.status, result.reason) == ("suppressed", "expired")
    report = one.notify(reminder, [person("u-1")])
    assert reasons(report) == {"u-1": "expired"}
    assert simulator.sent == []


def test_a_reminder_that_waited_for_its_turn_too_long_is_not_sent(
    notifier, simulator, clock, confirmed, person
):
    class Slow(nw.Unlimited):
        def acquire(self, key, *, clock, max_wait, on_wait=None):
            clock.advance(timedelta(days=3))
            return super().acquire(key, clock=clock, max_wait=max_wait)

        async def acquire_async(self, key, *, clock, max_wait, on_wait=None):
            return self.acquire(key, clock=clock, max_wait=max_wait)

    reminder = confirmed(assignees=["u-1"], kind=alerts.InterviewReminder)
    one = notifier(works=notifier.client(limiter=Slow()))
    report = one.notify(reminder, [person("u-1")])
    assert (statuses(report), reasons(report)) == ({"u-1": "suppressed"}, {"u-1": "expired"})
    assert simulator.sent == []
    assert [row.state for row in one.list()] == ["suppressed"]


def test_planning_sends_and_remembers_nothing_and_loses_nobody(
    notifier, simulator, confirmed, person, manager, late, deferring
):
    one = notifier(policy=deferring)
    people = [
        person("u-1"),
        manager("u-2"),
        person("u-3", email=None),
        person("u-4"),
        person("u-5", preferences=late),
    ]
    alert = confirmed(assignees=["u-1", "u-3", "u-5", "gone"])
    planned = one.plan(alert, people)
    assert planned == one.plan(alert, people)
    assert [delivery.person_id for delivery in planned.deliveries] == ["u-1", "u-2"]
    assert {result.person_id: str(result.status) for result in planned.results} == {
        "u-3": "unmatched",
        "u-4": "suppressed",
        "u-5": "deferred",
    }
    assert planned.missing == ("gone",)
    assert one.list() == ()
    assert simulator.sent == []

    results = [one.deliver(delivery) for delivery in planned.deliveries]
    assert [result.status for result in results] == ["sent", "sent"]
    assert results[0].reason == "assigned"
    # A queue may hand a delivery out twice.
    again = one.deliver(nw.Delivery.from_dict(planned.deliveries[0].to_dict()))
    assert (again.status, again.reason) == ("suppressed", "duplicate_event")
    assert one.plan(alert, people).deliveries == ()
    assert len(simulator.sent) == 2


def test_a_plan_tells_of_those_whose_message_cannot_be_made(notifier, evaluated, manager, person):
    class Broken:
        def render(self, alert, *, audience, locale, form):
            raise nw.InvalidMessage("too long")

    one = notifier(catalog=Broken())
    collected = one.plan(evaluated("e-1"), [manager("u-1")])
    assert [(r.person_id, str(r.status)) for r in collected.results] == [("u-1", "digested")]
    assert one.list() == ()


def test_a_delivery_that_comes_too_early_waits(notifier, simulator, confirmed, person, now):
    one = notifier()
    (delivery,) = one.plan(confirmed(assignees=["u-1"]), [person("u-1")]).deliveries
    early = attrs.evolve(delivery, not_before=now + timedelta(hours=3))
    held = one.deliver(early)
    assert (held.status, held.delivery) == ("deferred", early)
    assert one.deliver(early, now=now + timedelta(hours=3)).status == "sent"
    assert len(simulator.sent) == 1


def test_a_failed_delivery_may_be_tried_again(notifier, simulator, confirmed, person):
    one = notifier()
    (delivery,) = one.plan(confirmed(assignees=["u-1"]), [person("u-1")]).deliveries
    for fault in (403, "connect"):
        simulator.faults.next("messages.send_to_user", fault, times=3)
        assert one.deliver(delivery).status == "failed"
        simulator.faults.clear()
        # The queue tries again what passes, not the notifier.
        assert one.run_due().results == ()
    assert one.deliver(delivery).status == "sent"


@pytest.mark.parametrize(
    ("operation", "fault", "passing"),
    [
        ("messages.send_to_user", 403, False),
        ("messages.send_to_user", 404, False),
        ("messages.send_to_user", 429, True),
        ("messages.send_to_user", "connect", True),
        ("messages.send_to_user", "timeout", False),
        ("messages.send_to_user", 500, False),
        ("tokens.issue", 503, True),
        ("tokens.issue", "timeout", True),
        ("tokens.issue", 400, False),
    ],
)
def test_what_passes_by_itself_is_told_from_what_does_not(
    notifier, simulator, confirmed, person, operation, fault, passing
):
    one = notifier()
    (delivery,) = one.plan(confirmed(assignees=["u-1"]), [person("u-1")]).deliveries
    simulator.faults.always(operation, fault)
    result = one.deliver(delivery)
    assert result.passing is passing
    if fault == 429:
        assert result.retry_after > timedelta(0)


def test_a_window_for_repeats_lets_an_old_event_through(
    notifier, simulator, clock, confirmed, person
):
    rules = policy.RecruitingPolicy(policy.PolicyOptions(duplicate_window=timedelta(hours=1)))
    one = notifier(policy=rules)
    alert, people = confirmed(assignees=["u-1"]), [person("u-1")]
    assert statuses(one.notify(alert, people)) == {"u-1": "sent"}
    assert statuses(one.notify(alert, people)) == {"u-1": "suppressed"}
    clock.advance(timedelta(hours=2))
    assert statuses(one.notify(alert, people)) == {"u-1": "sent"}
    assert statuses(one.notify(alert, people)) == {"u-1": "suppressed"}
    assert len(simulator.sent) == 2


@pytest.mark.parametrize("options", [{"concurrency": 0}, {"form": "fancy"}])
def test_options_that_make_no_sense_are_refused(notifier, options):
    with pytest.raises(ValueError):
        notifier(**options)


@pytest.mark.parametrize("works_for", [0, 1, 2, 3])
def test_a_ledger_of_the_callers_own_that_fails_takes_no_report_along(
    simulator, clock, confirmed, now, works_for
):
    calls = []

    class Failing(nw.MemoryLedger):
        def __getattribute__(self, name):
            found = super().__getattribute__(name)
            if name.startswith("_") or not callable(found):
                return found

            def call(*args, **options):
                calls.append(name)
                if len(calls) > works_for:
                    raise KeyError(name)
                return found(*args, **options)

            return call

    person = policy.Person(id="u-1", name="이도윤", email="u-1@example.com")
    with (
        nw.Client(
            simulator.account,
            bot_id=simulator.bot_id,
            endpoints=simulator.endpoints,
            transport=simulator.transport(),
            clock=clock,
        ) as works,
        pytest.raises(KeyError) as caught,
    ):
        nw.Notifier(works, ledger=Failing()).notify(confirmed(assignees=["u-1"]), [person], now=now)
    assert isinstance(caught.value.report, nw.notifier.Report)
