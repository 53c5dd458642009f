"""Celery tasks that carry what is to be told to whom: decided and worded when a worker takes them.

What waits in a queue is the event and the id of a person, not a finished message: who left, muted
the alert or closed their window meanwhile is treated as of then, and nobody is told of a schedule
that has moved. Settings come from `NAVERWORKS_*`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from celery import Celery
from celery.signals import worker_process_shutdown, worker_shutdown

from naverworks_notify import (
    Client,
    FileTokenStore,
    Notifier,
    RetryPolicy,
    SqlLedger,
    alerts,
    policy,
)
from naverworks_notify.notifier import Status

app = Celery("recruiting", broker=os.environ.get("CELERY_BROKER_URL", "memory://"))
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,  # a worker that dies hands its task on …
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    # What waits, stands in the ledger and not in the broker: brokers hand out again what waits long.
    beat_schedule={"run-due": {"task": "celery_deliveries.run_due", "schedule": 60.0}},
)


class People:
    """A `policy.PeopleSource`; an application asks its database, as in `django_recruiting`."""

    def __init__(self, people: Iterable[policy.Person] = ()) -> None:
        self.people = {person.id: person for person in people}

    def people_for(self, _alert: alerts.Alert, /) -> Iterable[policy.Person]:
        return self.people.values()


people = People()


@cache
def get_works() -> Client:
    """Return this process's client, made after the fork and on first use."""
    return Client.from_env(
        # The ledger does the waiting: a task that sleeps would hold a worker.
        retry=RetryPolicy(attempts=1, max_wait=timedelta(seconds=5)),
        token_store=FileTokenStore(os.environ.get("NOTIFY_TOKENS", "tokens.json")),
    )


@cache
def get_notifier() -> Notifier:
    """Return this process's notifier.

    … and the shared ledger keeps a task that runs twice from sending twice. SQLite serves the
    processes of one machine, PostgreSQL those of many.
    """
    ledger = SqlLedger(os.environ.get("NOTIFY_LEDGER", "sqlite:///notify.sqlite"))
    return Notifier(get_works(), people=people, ledger=ledger)


@worker_process_shutdown.connect
@worker_shutdown.connect
def close(**_about: Any) -> None:
    if get_works.cache_info().currsize:
        get_works().close()


def present() -> datetime:
    return datetime.now(UTC)


def announce(alert: alerts.Alert, person_ids: Iterable[str]) -> None:
    """Queue one task per person.

    Call it once the transaction that caused the alert is through. Repeating it is harmless.
    """
    for person_id in person_ids:
        tell.delay(alert.to_dict(), person_id)


@app.task
def tell(raw: dict[str, Any], person_id: str) -> str:
    """Decide on an event for one person, and send it if they are to get it now.

    What waits, or failed in passing, goes with `run_due`. What is unknown is not repeated: it may
    have arrived.
    """
    alert = alerts.from_dict(raw)
    person = people.people.get(person_id)
    if person is None:
        return "gone"
    (result,) = get_notifier().notify(alert, [person], now=present()).results
    if result.status is Status.FAILED and result.due is None and result.error is not None:
        raise result.error
    return result.status.value


@app.task
def run_due() -> dict[str, int]:
    """Send what has waited long enough, close digest windows, try again what failed in passing."""
    return dict(get_notifier().run_due(now=present()).counts)
