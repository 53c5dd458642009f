"""Forms, panels and rows of the caller's own, through the notifier to the service."""

from __future__ import annotations

import pytest
from attrs import evolve

import naverworks_notify as nw
from naverworks_notify import alerts, messages, policy
from naverworks_notify.catalog import CATALOG


@pytest.fixture
def works(simulator, clock):
    with nw.Client(
        simulator.account,
        bot_id=simulator.bot_id,
        endpoints=simulator.endpoints,
        transport=simulator.transport(),
        clock=clock,
    ) as client:
        yield client


def person(number, **more):
    return policy.Person(id=f"u-{number}", email=f"u-{number}@example.com", **more)


def test_a_form_of_the_callers_own_is_sent(works, simulator, confirmed, now):
    short = CATALOG.with_layout("short", lambda brief, others, style: messages.Text(brief.sentence))
    notifier = nw.Notifier(works, catalog=short, form="short")
    report = notifier.notify(confirmed(assignees=["u-1"]), [person(1)], now=now)
    assert report.counts == {"sent": 1}
    (sent,) = simulator.sent
    assert sent.content["type"] == "text"
    with pytest.raises(nw.InvalidValue):
        nw.Notifier(works, form="short")


def test_who_was_taken_off_a_panel_is_sent_the_cancellation(works, simulator, confirmed, now):
    alert = evolve(confirmed(kind=alerts.InterviewChanged, assignees=["u-1"]), removed_ids=("u-2",))
    report = nw.Notifier(works).notify(alert, [person(1), person(2)], now=now)
    told = {result.person_id: result.delivery.catalog_id for result in report.results}
    assert told == {
        "u-1": "interviewer.interview.changed",
        "u-2": "interviewer.interview.cancelled",
    }
    assert {str(result.decision.reason) for result in report.results} == {"assigned", "removed"}
    assert len(simulator.sent) == 2


def test_a_row_that_is_no_person_costs_nobody_else_the_alert(works, simulator, confirmed, now):
    people, refused = policy.read_people(
        [{"id": "u-1", "email": "u-1@example.com"}, {"id": "u-2", "org_role": "boss"}]
    )
    alert = confirmed(assignees=["u-1", "u-2"])
    report = nw.Notifier(works).notify(alert, [*people, *refused], now=now)
    by_id = {result.person_id: result for result in report.results}
    assert by_id["u-1"].status == "sent"
    assert (by_id["u-2"].status, by_id["u-2"].reason) == ("unmatched", "invalid_person")
    assert by_id["u-2"].decision is None
    assert "u-2" not in report.missing
    assert len(simulator.sent) == 1


def test_a_reader_reads_the_time_of_their_own_zone(works, simulator, confirmed, now):
    abroad = person(1, preferences=policy.Preferences(zone="America/New_York"))
    nw.Notifier(works, form="plain").notify(
        confirmed(assignees=["u-1", "u-2"]), [abroad, person(2)], now=now
    )
    texts = {sent.user_id: str(sent.content) for sent in simulator.sent}
    assert sum("00:00–01:00" in text for text in texts.values()) == 1
    assert sum("14:00–15:00" in text for text in texts.values()) == 1
