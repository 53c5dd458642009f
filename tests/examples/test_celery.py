"""A Celery task that carries a delivery."""

from __future__ import annotations

from datetime import timedelta

import pytest

import naverworks_notify as nw
from naverworks_notify import policy
from naverworks_notify.notifier import StateFile
from naverworks_notify.testing import ManualClock, Simulator

PEOPLE = [
    policy.Person(id="u-1", name="이도윤", email="doyoon@example.com"),
    policy.Person(
        id="u-2", name="박서준", email="nobody@example.com", posting_roles={"p-1": "job_manager"}
    ),
]


@pytest.fixture
def queued(load, alert, tmp_path, monkeypatch):
    """Return the example with a simulator behind it, and the tasks it queued."""
    example = load("celery_deliveries", needs="celery")
    simulator = Simulator(clock=ManualClock(alert.occurred_at), users=["doyoon@example.com"])
    works = nw.Client(
        simulator.account,
        bot_id=simulator.bot_id,
        endpoints=simulator.endpoints,
        transport=simulator.transport(),
        clock=ManualClock(alert.occurred_at),
        retry=nw.RetryPolicy(attempts=1),
    )
    notifier = nw.Notifier(works, state=StateFile(tmp_path / "state"))
    monkeypatch.setattr(example, "get_notifier", lambda: notifier)
    jobs = []
    monkeypatch.setattr(example.deliver, "delay", jobs.append)
    yield example, simulator, jobs
    works.close()


def run(example, job, now):
    """Run the task as a worker would."""
    return example.deliver.apply(args=[job], kwargs={"now": now.isoformat()}).get()


def test_a_delivery_crosses_the_queue_as_json(queued, alert):
    example, simulator, jobs = queued
    assert example.announce(alert, PEOPLE, now=alert.occurred_at) == 2
    assert simulator.sent == []
    assert run(example, jobs[0], alert.occurred_at) == "sent"
    assert len(simulator.sent) == 1
    assert jobs[0] == nw.Delivery.from_dict(jobs[0]).to_dict()


def test_a_task_that_runs_twice_sends_once(queued, alert):
    example, simulator, jobs = queued
    example.announce(alert, PEOPLE[:1], now=alert.occurred_at)
    assert [run(example, jobs[0], alert.occurred_at) for _ in range(2)] == ["sent", "suppressed"]
    assert len(simulator.sent) == 1


def test_a_passing_failure_is_tried_again(queued, alert):
    example, simulator, jobs = queued
    example.announce(alert, PEOPLE[:1], now=alert.occurred_at)
    simulator.faults.next("messages.send_to_user", "connect", times=2)
    assert run(example, jobs[0], alert.occurred_at) == "sent"
    assert len(simulator.sent) == 1
    simulator.faults.always("messages.send_to_user", "connect")
    other = {**jobs[0], "event_id": "ev-2"}
    with pytest.raises(nw.TransportError):
        run(example, other, alert.occurred_at)


def test_what_will_not_pass_is_told_at_once(queued, alert):
    example, _simulator, jobs = queued
    example.announce(alert, PEOPLE[1:], now=alert.occurred_at)
    with pytest.raises(nw.NotFound):
        run(example, jobs[0], alert.occurred_at)


def test_what_may_have_arrived_is_not_tried_again(queued, alert):
    example, simulator, jobs = queued
    example.announce(alert, PEOPLE[:1], now=alert.occurred_at)
    simulator.faults.next("messages.send_to_user", "timeout")
    assert run(example, jobs[0], alert.occurred_at) == "unknown"


def test_what_waits_is_looked_at_again(queued, alert, monkeypatch):
    example, simulator, jobs = queued
    example.announce(alert, PEOPLE[:1], now=alert.occurred_at)
    later = alert.occurred_at + timedelta(hours=1)
    waits = {**jobs[0], "not_before": later.isoformat()}
    looks = []
    monkeypatch.setattr(
        example.deliver, "apply_async", lambda args, countdown: looks.append((args, countdown))
    )
    assert run(example, waits, alert.occurred_at) == "deferred"
    assert run(example, waits, later - timedelta(seconds=30)) == "deferred"
    assert looks == [((waits,), 600.0), ((waits,), 30.0)]
    assert run(example, waits, later) == "sent"
    assert len(simulator.sent) == 1
