"""What waits is an event and a person: decided, merged and worded when it is due."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from tests.notifier.conftest import START, window

import naverworks_notify as nw
from naverworks_notify import alerts, policy

HOUR = timedelta(hours=1)
MORNING = timedelta(hours=23)  # 09:00 on the day after NOW


def told(report):
    return [(r.event_id, r.person_id, str(r.status), r.reason) for r in report.results]


def changed(confirmed, event_id="ev-2", *, minutes=5, start=START + HOUR, **extra):
    extra.setdefault("interview", "iv")
    return confirmed(
        event_id,
        kind=alerts.InterviewChanged,
        minutes=minutes,
        start=start,
        previous_slot=alerts.Slot(START, START + HOUR),
        **extra,
    )


@pytest.fixture
def sleeper(person):
    """Return somebody who is told things from 09:00 to 10:00 only."""
    return person("u-1", preferences=window("09:00", "10:00"))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_confirmation_and_a_change_that_both_wait_are_one_confirmation(
    notifier, simulator, confirmed, sleeper, deferring, now, order
):
    one = notifier(policy=deferring)
    events = [
        confirmed("ev-1", ["u-1"], interview="iv"),
        changed(confirmed, assignees=["u-1"]),
    ]
    for at in order:
        report = one.notify(events[at], [sleeper])
        assert report.next_due == now + MORNING
    report = one.run_due(now=now + MORNING)
    assert told(report) == [
        ("ev-1", "u-1", "suppressed", "collapsed"),
        ("ev-2", "u-1", "sent", "assigned"),
    ]
    delivery = report.results[1].delivery
    assert delivery.catalog_id == "interviewer.interview.confirmed"
    assert "15:00" in delivery.content.alt_text
    assert "14:00" not in str(delivery.content.to_dict())
    assert len(simulator.sent) == 1
    # Handing either in again sends nothing.
    for event in events:
        assert one.notify(event, [sleeper], now=now + MORNING).results[0].status == "suppressed"
    assert len(simulator.sent) == 1


def test_several_changes_that_wait_are_told_from_where_the_first_started(
    notifier, simulator, confirmed, sleeper, deferring, now
):
    one = notifier(policy=deferring)
    first = changed(confirmed, "ev-1", minutes=1, start=START + HOUR, assignees=["u-1"])
    last = attrs.evolve(
        changed(confirmed, "ev-2", minutes=2, start=START + 3 * HOUR, assignees=["u-1"]),
        previous_slot=alerts.Slot(START + HOUR, START + 2 * HOUR),
    )
    for event in (first, last):
        one.notify(event, [sleeper])
    report = one.run_due(now=now + MORNING)
    assert [r[2] for r in told(report)] == ["suppressed", "sent"]
    content = str(simulator.sent[0].content)
    assert "14:00" in content
    assert "17:00" in content
    assert "15:00–16:00" not in content


def test_what_was_told_meanwhile_is_not_told_again(
    notifier, simulator, confirmed, sleeper, deferring, now
):
    critical = policy.RecruitingPolicy(
        attrs.evolve(deferring.options, critical={"interviewer.interview.changed"})
    )
    one = notifier(policy=critical)
    one.notify(confirmed("ev-1", ["u-1"], interview="iv"), [sleeper])
    moved = one.notify(changed(confirmed, assignees=["u-1"]), [sleeper])
    # It goes at once, and takes the confirmation that waits with it.
    assert moved.results[0].delivery.catalog_id == "interviewer.interview.confirmed"
    assert len(simulator.sent) == 1
    assert one.run_due(now=now + MORNING).results == ()
    states = {row.event_id: (row.state, row.reason) for row in one.list()}
    assert states == {"ev-1": ("suppressed", "collapsed"), "ev-2": ("sent", "assigned")}


def test_whoever_is_not_told_of_a_change_learns_the_last_time(
    notifier, simulator, confirmed, person, deferring, now
):
    deaf = person(
        "u-1",
        preferences=attrs.evolve(window("09:00", "10:00"), muted={"interviewer.interview.changed"}),
    )
    one = notifier(policy=deferring)
    one.notify(confirmed("ev-1", ["u-1"], interview="iv"), [deaf])
    one.notify(changed(confirmed, assignees=["u-1"]), [deaf])
    report = one.run_due(now=now + MORNING)
    (sent,) = [result for result in report.results if result.status == "sent"]
    assert sent.delivery.catalog_id == "interviewer.interview.confirmed"
    assert "15:00" in sent.delivery.content.alt_text
    assert len(simulator.sent) == 1


@pytest.mark.parametrize("kind", [alerts.InterviewConfirmed, alerts.InterviewReminder])
def test_what_was_called_off_is_not_told(
    notifier, simulator, confirmed, sleeper, deferring, now, kind
):
    one = notifier(policy=deferring)
    one.notify(confirmed("ev-1", ["u-1"], interview="iv", kind=kind), [sleeper])
    off = confirmed("ev-2", ["u-1"], interview="iv", kind=alerts.InterviewCancelled, minutes=5)
    one.notify(off, [sleeper])
    report = one.run_due(now=now + MORNING)
    assert told(report) == [
        ("ev-1", "u-1", "suppressed", "superseded"),
        ("ev-2", "u-1", "sent", "assigned"),
    ]


def test_a_reminder_of_an_interview_that_moved_is_not_told(
    notifier, simulator, confirmed, sleeper, person, deferring, now
):
    one = notifier(policy=deferring)
    reminder = confirmed("ev-1", ["u-1"], interview="iv", kind=alerts.InterviewReminder)
    one.notify(reminder, [sleeper])
    one.notify(changed(confirmed, assignees=["u-2"]), [person("u-2")])
    report = one.run_due(now=now + MORNING)
    assert told(report) == [("ev-1", "u-1", "suppressed", "superseded")]


def test_who_left_muted_it_or_lost_the_role_is_treated_as_of_then(
    notifier, simulator, confirmed, person, manager, deferring, now
):
    shut = window("09:00", "10:00")
    people = {
        "u-1": person("u-1", preferences=shut),
        "u-2": manager("u-2", preferences=shut),
        "u-3": person("u-3", preferences=shut),
        "u-4": person("u-4", preferences=shut),
        "u-5": person("u-5", preferences=shut),
    }
    one = notifier(policy=deferring, people=lambda _alert: people.values())
    event = confirmed("ev-1", ["u-1", "u-3", "u-4", "u-5"])
    assert {r.status for r in one.notify(event).results} == {"deferred"}
    people["u-1"] = attrs.evolve(people["u-1"], active=False)
    people["u-2"] = person("u-2", preferences=shut)
    people["u-3"] = person(
        "u-3", preferences=policy.Preferences(muted={"interviewer.interview.confirmed"})
    )
    del people["u-4"]
    # Somebody new was not meant.
    people["u-6"] = manager("u-6")
    report = one.run_due(now=now + MORNING)
    assert {(r.person_id, str(r.status), r.reason) for r in report.results} == {
        ("u-1", "suppressed", "inactive"),
        ("u-2", "suppressed", "no_posting_role"),
        ("u-3", "suppressed", "muted"),
        ("u-4", "unmatched", "not_among_people"),
        ("u-5", "sent", "assigned"),
    }
    assert report.missing == ("u-4",)
    assert not report.ok
    assert len(simulator.sent) == 1
    assert one.run_due(now=now + 2 * MORNING).results == ()


def test_without_a_source_people_count_as_they_were_handed_in(
    notifier, simulator, confirmed, sleeper, deferring, now, open_ledger
):
    notifier(policy=deferring).notify(confirmed(assignees=["u-1"]), [sleeper])
    # Another process, which was handed nobody.
    report = notifier(policy=deferring).run_due(now=now + MORNING)
    assert told(report) == [("ev-1", "u-1", "sent", "assigned")]
    assert [row.person for row in open_ledger().find()] == [None]


def test_what_cannot_go_yet_waits_on(notifier, simulator, confirmed, person, now):
    rules = policy.RecruitingPolicy(policy.PolicyOptions(hourly_cap=1))
    one = notifier(policy=rules)
    for event in ("ev-1", "ev-2", "ev-3"):
        one.notify(confirmed(event, ["u-1"]), [person("u-1")])
    assert len(simulator.sent) == 1
    seen = []
    moment = now + HOUR
    while len(seen) < 2:
        report = one.run_due(now=moment)
        seen.append(sorted(str(r.status) for r in report.results))
        moment = report.next_due
    # An hour later one of them goes, and the other waits for its own turn.
    assert seen == [["deferred", "sent"], ["sent"]]
    assert moment is None
    assert len(simulator.sent) == 3


def test_a_stand_in_gets_what_waited_for_somebody_away(
    notifier, simulator, confirmed, sleeper, person, deferring, now
):
    people = [sleeper, person("u-2")]
    one = notifier(policy=deferring, people=lambda _alert: people)
    one.notify(confirmed(assignees=["u-1"]))
    away = policy.Absence("u-2", start=now, end=now + 48 * HOUR)
    people[0] = attrs.evolve(sleeper, away=away)
    report = one.run_due(now=now + MORNING)
    assert {(r.person_id, str(r.status), r.reason) for r in report.results} == {
        ("u-1", "suppressed", "delegated"),
        ("u-2", "sent", "delegate"),
    }
    assert len(simulator.sent_to("u-2@example.com")) == 1


def test_a_source_may_be_an_object_a_function_or_awaitable(notifier, confirmed, person, simulator):
    class Source:
        def people_for(self, alert):
            return [person(who) for who in alert.assignee_ids]

    class Awaitable(Source):
        async def people_for(self, alert):
            return super().people_for(alert)

    sources = [Source(), Source().people_for, lambda alert: iter(Source().people_for(alert))]
    if notifier.kind == "async":
        sources += [Awaitable(), Awaitable().people_for, lambda a: Awaitable().people_for(a)]
    for number, source in enumerate(sources):
        report = notifier(people=source).notify(confirmed(f"ev-{number}", ["u-1"]))
        assert [str(r.status) for r in report.results] == ["sent"]
    # Given people win.
    report = notifier(people=Source()).notify(confirmed("ev", ["u-1"]), [person("u-2")])
    assert [r.person_id for r in report.results] == ["u-2"]


def test_a_source_that_fails_raises_its_own_error_and_what_waits_goes_on_waiting(
    notifier, simulator, confirmed, sleeper, person, deferring, now
):
    class Moody:
        broken = False

        def people_for(self, alert):
            if self.broken and alert.event_id == "ev-1":
                raise ZeroDivisionError
            return [attrs.evolve(sleeper, id=who) for who in alert.assignee_ids]

    moody = Moody()
    one = notifier(policy=deferring, people=moody)
    for event in ("ev-1", "ev-2"):
        one.notify(confirmed(event, ["u-1"]))
    moody.broken = True
    with pytest.raises(ZeroDivisionError) as caught:
        one.run_due(now=now + MORNING)
    assert told(caught.value.report) == [("ev-2", "u-1", "sent", "assigned")]
    with pytest.raises(ZeroDivisionError) as caught:
        one.notify(confirmed("ev-1", ["u-1"], interview="iv"))
    assert caught.value.report.results == ()
    moody.broken = False
    assert told(one.run_due(now=now + MORNING)) == [("ev-1", "u-1", "sent", "assigned")]


def test_who_cannot_be_read_is_told_and_stops_nobody(
    notifier, simulator, confirmed, sleeper, deferring, now
):
    rows = [{"id": "u-1", "name": "이도윤", "email": "u-1@example.com"}, {"id": "u-2", "name": 7}]

    def source(_alert):
        people, refused = policy.read_people(rows)
        return [*people, *refused]

    one = notifier(people=source)
    report = one.notify(confirmed(assignees=["u-1", "u-2"]))
    assert [(r.person_id, str(r.status), r.reason) for r in report.results] == [
        ("u-1", "sent", "assigned"),
        ("u-2", "unmatched", "invalid_person"),
    ]
    assert report.results[1].decision is None
    assert report.missing == ()
    assert "이름" in report.results[1].explain() or report.results[1].explain()


def test_own_types_are_read_back_by_their_vocabulary(notifier, simulator, person, now, open_ledger):
    @attrs.frozen(kw_only=True)
    class IncidentOpened(alerts.Alert):
        type = "incident.opened"
        entries = (
            alerts.EntryInfo(
                audience="manager",
                relation="addressed",
                korean_label="장애 발생",
                english_label="Incident opened",
            ),
        )
        title: str

    vocabulary = alerts.Vocabulary(IncidentOpened)
    rules = policy.RecruitingPolicy(
        policy.PolicyOptions(defer_outside_window=True), vocabulary=vocabulary
    )

    class Worded:
        def render(self, alert, *, audience, locale, form):
            return nw.messages.Text(alert.title)

    who = person(
        "u-1",
        preferences=policy.Preferences.from_dict(
            {
                "receive_window": {"start": "09:00", "end": "10:00"},
                "muted": ["interviewer.incident.opened"],
            },
            vocabulary=vocabulary,
            extra_ids=["interviewer.incident.opened"],
        ),
    )
    event = IncidentOpened(
        event_id="ev-1", occurred_at=now, title="결제 오류", assignee_ids=("u-1",)
    )
    options = {"policy": rules, "catalog": Worded()}
    notifier(**options, vocabulary=vocabulary).notify(event, [who])
    report = notifier(**options, vocabulary=vocabulary).run_due(now=now + MORNING)
    assert [str(r.status) for r in report.results] == ["sent"]
    # A process that was not told of the type says so, once.
    again = attrs.evolve(event, event_id="ev-2")
    notifier(**options, vocabulary=vocabulary).notify(again, [who])
    report = notifier(**options).run_due(now=now + MORNING)
    assert [str(r.status) for r in report.results] == ["failed"]
    assert "vocabulary" in str(report.results[0].error)
    assert notifier(**options).run_due(now=now + 2 * MORNING).results == ()
