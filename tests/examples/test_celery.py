"""Celery tasks that carry an event and a person: called eagerly, and by a worker on a broker."""

from __future__ import annotations

import json
import logging
import threading
from datetime import timedelta

import attrs
import pytest

import naverworks_notify as nw
from naverworks_notify import alerts, policy
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
    with (
        nw.Client(
            simulator.account,
            bot_id=simulator.bot_id,
            endpoints=simulator.endpoints,
            transport=simulator.transport(),
            clock=clock,
            retry=nw.RetryPolicy(attempts=1),
            timeout=600,
        ) as works,
        nw.SqlLedger(f"sqlite:///{tmp_path / 'notify.sqlite'}") as ledger,
    ):
        people = example.People(PEOPLE)
        notifier = nw.Notifier(works, people=people, ledger=ledger)
        monkeypatch.setattr(example, "people", people)
        monkeypatch.setattr(example, "get_notifier", lambda: notifier)
        monkeypatch.setattr(example, "present", clock.now)
        yield example


@pytest.fixture
def queued(example, monkeypatch):
    """Return what was queued."""
    jobs = []
    monkeypatch.setattr(
        example.tell, "delay", lambda *args: jobs.append(json.loads(json.dumps(args)))
    )
    return jobs


@pytest.fixture
def run(example):
    """Return a function that runs the task at once, retries included."""
    return lambda job: example.tell.apply(args=job).get()


def test_an_intent_crosses_the_queue_as_json(example, queued, run, simulator, alert):
    example.announce(alert, ["u-1", "u-2"])
    assert simulator.sent == []
    assert queued == [[alert.to_dict(), "u-1"], [alert.to_dict(), "u-2"]]
    assert run(queued[0]) == "sent"
    assert len(simulator.sent) == 1


def test_a_task_that_runs_twice_sends_once(example, queued, run, simulator, alert):
    for _ in range(2):
        example.announce(alert, ["u-1"])
    assert [run(job) for job in queued] == ["sent", "suppressed"]
    assert len(simulator.sent) == 1


def test_who_left_while_the_task_waited_gets_nothing(example, queued, run, simulator, alert):
    example.announce(alert, ["u-1", "u-2"])
    example.people.people["u-1"] = attrs.evolve(PEOPLE[0], active=False)
    del example.people.people["u-2"]
    assert [run(job) for job in queued] == ["suppressed", "gone"]
    assert simulator.sent == []


def test_what_fails_in_passing_goes_with_what_is_due(example, queued, run, simulator, clock, alert):
    example.announce(alert, ["u-1"])
    simulator.faults.next("messages.send_to_user", "connect", times=2)
    assert run(queued[0]) == "failed"
    seen = []
    while (due := example.get_notifier().run_due(now=clock.now()).next_due) is not None:
        clock.advance(due - clock.now())
        seen.append(example.run_due())
    assert seen[-1] == {"sent": 1}
    assert len(simulator.sent) == 1


def test_what_will_not_pass_is_told_at_once(example, queued, run, alert):
    example.announce(alert, ["u-2"])
    with pytest.raises(nw.NotFound):
        run(queued[0])


def test_what_may_have_arrived_is_not_tried_again(example, queued, run, simulator, alert):
    example.announce(alert, ["u-1"])
    simulator.faults.next("messages.send_to_user", "timeout", carried_out=True)
    assert [run(queued[0]) for _ in range(2)] == ["unknown", "suppressed"]
    assert len(simulator.sent) == 1


def test_what_comes_too_late_is_not_sent(example, queued, run, simulator, clock, mentioned):
    reminder = alerts.from_dict({**mentioned, "type": "interview.reminder"})
    example.announce(reminder, ["u-1"])
    clock.advance(timedelta(days=3))
    assert run(queued[0]) == "suppressed"
    assert simulator.sent == []


def test_digests_are_told_by_the_clock(example, simulator, clock, alert):
    evaluated = alerts.DocumentEvaluationCompleted(
        event_id="doc-1",
        occurred_at=clock.now(),
        completed_at=clock.now(),
        posting=alert.posting,
        candidate=alert.candidate,
    )
    example.people.people["u-1"] = attrs.evolve(PEOPLE[0], posting_roles={"p-1": "job_manager"})
    assert example.tell.apply(args=[evaluated.to_dict(), "u-1"]).get() == "digested"
    assert example.run_due() == {}
    clock.advance(timedelta(hours=1))
    assert example.run_due() == {"sent": 1}
    assert len(simulator.sent) == 1


def test_a_worker_serves_what_a_broker_hands_out_twice(example, simulator, alert, monkeypatch):
    """A broker in memory, a worker in a thread, and every message delivered two times."""
    testing = pytest.importorskip("celery.contrib.testing.worker")
    from celery.signals import task_postrun  # noqa: PLC0415

    ended = []
    all_ended = threading.Semaphore(0)

    def note(retval, **_about):
        ended.append(retval)
        all_ended.release()

    monkeypatch.setattr(example.tell, "ignore_result", False)
    task_postrun.connect(note, weak=False)
    logging_before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with testing.start_worker(
            example.app, pool="solo", perform_ping_check=False, shutdown_timeout=60
        ):
            for _ in range(2):
                example.announce(alert, ["u-1"])
            for _ in range(2):
                assert all_ended.acquire(timeout=60)
    finally:
        logging.disable(logging_before)
        task_postrun.disconnect(note)
    assert ended == ["sent", "suppressed"]
    assert len(simulator.sent) == 1
