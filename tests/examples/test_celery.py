"""A Celery task that carries a delivery: called eagerly, and by a worker on a broker."""

from __future__ import annotations

import json
import logging
import threading
from datetime import timedelta

import attrs
import pytest

import naverworks_notify as nw
from naverworks_notify import alerts, policy
from naverworks_notify.notifier import StateFile
from naverworks_notify.testing import ManualClock, Simulator

PEOPLE = [
    policy.Person(id="u-1", name="이도윤", email="doyoon@example.com"),
    policy.Person(
        id="u-2", name="박서준", email="nobody@example.com", posting_roles={"p-1": "job_manager"}
    ),
]


@pytest.fixture
def clock(alert):
    return ManualClock(alert.occurred_at)


@pytest.fixture
def simulator(clock):
    return Simulator(clock=clock, users=["doyoon@example.com"])


@pytest.fixture
def example(load, clock, simulator, tmp_path, monkeypatch):
    """Return the example with a simulator behind it."""
    example = load("celery_deliveries", needs="celery")
    with nw.Client(
        simulator.account,
        bot_id=simulator.bot_id,
        endpoints=simulator.endpoints,
        transport=simulator.transport(),
        clock=clock,
        retry=nw.RetryPolicy(attempts=1),
        timeout=600,
    ) as works:
        notifier = nw.Notifier(works, state=StateFile(tmp_path / "state"))
        monkeypatch.setattr(example, "get_notifier", lambda: notifier)
        monkeypatch.setattr(example, "present", clock.now)
        yield example


@pytest.fixture
def queued(example, monkeypatch):
    """Return what was queued: pairs of a job and its seconds of waiting."""
    jobs = []
    monkeypatch.setattr(
        example.deliver,
        "apply_async",
        lambda args, countdown: jobs.append((json.loads(json.dumps(args[0])), countdown)),
    )
    return jobs


@pytest.fixture
def run(example):
    """Return a function that runs the task at once, retries included."""
    return lambda job: example.deliver.apply(args=[job]).get()


def test_a_delivery_crosses_the_queue_as_json(example, queued, run, simulator, alert):
    assert example.announce(alert, PEOPLE) == 2
    assert simulator.sent == []
    (job, wait), _other = queued
    assert wait == 0
    assert run(job) == "sent"
    assert len(simulator.sent) == 1
    assert job == nw.Delivery.from_dict(job).to_dict()


def test_a_task_that_runs_twice_sends_once(example, queued, run, simulator, alert):
    example.announce(alert, PEOPLE[:1])
    example.announce(alert, PEOPLE[:1])
    assert [run(job) for job, _wait in queued] == ["sent", "suppressed"]
    assert len(simulator.sent) == 1


def test_a_passing_failure_is_tried_again(example, queued, run, simulator, alert):
    example.announce(alert, PEOPLE[:1])
    ((job, _wait),) = queued
    simulator.faults.next("messages.send_to_user", "connect", times=2)
    simulator.faults.next("tokens.issue", 503)
    assert run(job) == "sent"
    assert len(simulator.sent) == 1
    simulator.faults.always("messages.send_to_user", "connect")
    with pytest.raises(nw.TransportError):
        run({**job, "event_id": "ev-2"})


def test_waiting_for_ones_turn_is_no_failed_attempt(example, queued, simulator, clock, alert):
    example.announce(alert, PEOPLE[:1])
    simulator.faults.next("messages.send_to_user", 429, times=9)
    seen = []
    while queued:
        job, wait = queued.pop()
        clock.advance(timedelta(seconds=wait))
        seen.append(example.deliver(job))
    # Far more often than max_retries, and each time as long as the service asks.
    assert seen == ["failed"] * (len(seen) - 1) + ["sent"]
    assert len(seen) > 9
    assert clock.now() - alert.occurred_at > timedelta(minutes=1)


def test_what_will_not_pass_is_told_at_once(example, queued, run, alert):
    example.announce(alert, PEOPLE[1:])
    with pytest.raises(nw.NotFound):
        run(queued[0][0])


def test_what_may_have_arrived_is_not_tried_again(example, queued, run, simulator, alert):
    example.announce(alert, PEOPLE[:1])
    simulator.faults.next("messages.send_to_user", "timeout", carried_out=True)
    assert [run(queued[0][0]) for _ in range(2)] == ["unknown", "suppressed"]
    assert len(simulator.sent) == 1


def test_what_waits_is_put_back_in_steps(example, queued, simulator, clock, alert):
    later = clock.now() + timedelta(minutes=12)
    (delivery,) = example.get_notifier().plan(alert, PEOPLE[:1], now=clock.now())
    example.enqueue(attrs.evolve(delivery, not_before=later))
    seen = []
    while queued:
        job, wait = queued.pop()
        clock.advance(timedelta(seconds=wait))
        seen.append((wait, example.deliver(job)))
    assert seen == [(600.0, "deferred"), (120.0, "sent")]
    assert clock.now() == later
    assert len(simulator.sent) == 1


def test_an_eager_task_that_has_to_wait_ends(example, run, clock, alert):
    (delivery,) = example.get_notifier().plan(alert, PEOPLE[:1], now=clock.now())
    later = clock.now() + timedelta(hours=1)
    assert run(attrs.evolve(delivery, not_before=later).to_dict()) == "deferred"


def test_what_comes_too_late_is_not_sent(example, queued, run, simulator, clock, mentioned):
    reminder = alerts.from_dict({**mentioned, "type": "interview.reminder"})
    example.announce(reminder, PEOPLE[:1])
    clock.advance(timedelta(days=3))
    assert run(queued[0][0]) == "suppressed"
    assert simulator.sent == []


def test_a_worker_serves_what_a_broker_hands_out_twice(example, simulator, alert, monkeypatch):
    """A broker in memory, a worker in a thread, and every message delivered two times."""
    testing = pytest.importorskip("celery.contrib.testing.worker")
    from celery.signals import task_postrun  # noqa: PLC0415

    ended = []
    all_ended = threading.Semaphore(0)

    def note(retval, **_about):
        ended.append(retval)
        all_ended.release()

    monkeypatch.setattr(example.deliver, "ignore_result", False)
    task_postrun.connect(note, weak=False)
    logging_before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with testing.start_worker(
            example.app, pool="solo", perform_ping_check=False, shutdown_timeout=60
        ):
            for _ in range(2):
                example.announce(alert, PEOPLE[:1])
            for _ in range(2):
                assert all_ended.acquire(timeout=60)
    finally:
        logging.disable(logging_before)
        task_postrun.disconnect(note)
    assert ended == ["sent", "suppressed"]
    assert len(simulator.sent) == 1
