"""Whatever the alert, the people and the trouble: everybody has one result, nobody two messages."""

from __future__ import annotations

import inspect
from collections import Counter
from datetime import datetime, timedelta

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import naverworks_notify as nw
from naverworks_notify import notifier
from naverworks_notify.notifier import DryRun, Status
from naverworks_notify.testing import strategies

NOW = datetime.fromisoformat("2026-03-02T10:00:00+09:00")
TROUBLE = st.sampled_from(
    [
        None,
        nw.Forbidden("no", status=403),
        nw.NotFound("no", status=404),
        nw.RateLimited("no", status=429),
        nw.DeliveryUnknown("?", cause="read_timeout"),
        nw.TransportError("?", cause="connect_failed", may_have_acted=False),
    ]
)

# Drawing a whole alert and its people takes a while on a busy machine.
LAW = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
COMPANIES = strategies.companies()


@st.composite
def concerned_alerts(draw):
    """Return alerts about the postings and the people of the companies."""
    alert = draw(strategies.alerts())
    changes = {
        "assignee_ids": tuple(
            draw(st.lists(st.sampled_from([f"u-{n}" for n in range(9)]), unique=True, max_size=6))
        )
    }
    if alert.posting is not None:
        changes["posting"] = attrs.evolve(alert.posting, id="p-1", team="t-1")
    return attrs.evolve(alert, **changes)


class Works:
    """A client whose sends end as told, one after the other."""

    def __init__(self, endings):
        self._endings = endings
        self.accepted = []
        self.messages = self

    def send_to_user(self, user_id, content, *, before_send):
        ending = self._endings()
        if not isinstance(ending, nw.TransportError):
            before_send()
        if ending is not None:
            raise ending
        self.accepted.append((user_id, content.to_dict()))


@LAW
@given(
    data=st.data(),
    alert=concerned_alerts(),
    people=COMPANIES,
)
def test_one_result_each_and_no_second_message(data, alert, people):
    works = Works(lambda: data.draw(TROUBLE))
    one = nw.Notifier(works, concurrency=1)
    first = one.notify(alert, people, now=NOW)
    second = one.notify(alert, people, now=NOW)
    third = one.run_due(now=NOW + timedelta(hours=1))

    ids = [person.id for person in people]
    for report in (first, second):
        assert [result.person_id for result in report.results] == ids
        assert set(report.missing) == set(alert.assignee_ids) - set(ids)
        for result in report.results:
            assert result.explain(locale="ko")
            assert result.explain(locale="en")
            assert (result.delivery is not None) >= (result.status == "sent")
            assert (result.error is not None) == (result.status in {"failed", "unknown"})
            outcome = result.decision.outcome
            assert (outcome == "suppress") == (result.status == "suppressed")
            assert (outcome == "digest") == (result.status == "digested")

    sent = Counter(
        result.person_id
        for report in (first, second, third)
        for result in report.results
        if result.status in {Status.SENT, Status.UNKNOWN} and result.event_id == alert.event_id
    )
    assert set(sent.values()) <= {1}
    assert len(works.accepted) == sum(
        result.status == "sent" for report in (first, second, third) for result in report.results
    )


@LAW
@given(alert=concerned_alerts(), people=COMPANIES)
def test_a_dry_run_shows_exactly_what_is_sent(alert, people):
    works = Works(lambda: None)
    live = nw.Notifier(works, concurrency=1)
    dry = DryRun()
    for run in (live, dry):
        run.reports = [
            run.notify(alert, people, now=NOW),
            run.run_due(now=NOW, close_windows=True),
        ]
    assert live.reports == dry.reports
    assert works.accepted == [
        (result.delivery.user_id, result.delivery.content.to_dict())
        for report in dry.reports
        for result in report.results
        if result.status == "sent"
    ]


@LAW
@given(alert=concerned_alerts(), people=COMPANIES)
def test_every_planned_delivery_survives_a_queue(alert, people):
    plan = nw.Notifier(Works(lambda: None)).plan(alert, people, now=NOW)
    everybody = [one.person_id for one in (*plan.deliveries, *plan.results)]
    assert sorted(everybody) == sorted(person.id for person in people)
    for delivery in plan.deliveries:
        written = delivery.to_dict()
        assert nw.Delivery.from_dict(written) == delivery
        assert nw.Delivery.from_dict(written).to_dict() == written


def public(kind):
    return {name: member for name, member in inspect.getmembers(kind) if not name.startswith("_")}


def test_both_notifiers_offer_the_same():
    sync, tasks = public(nw.Notifier), public(nw.AsyncNotifier)
    assert sync.keys() == tasks.keys()
    for name, member in sync.items():
        assert list(inspect.signature(member).parameters) == list(
            inspect.signature(tasks[name]).parameters
        )
        assert inspect.iscoroutinefunction(tasks[name])


@pytest.mark.parametrize("name", notifier.__all__)
def test_every_public_name_is_documented(name):
    documented = inspect.getdoc(getattr(notifier, name)) if name != "Form" else "a type"
    assert documented
