"""A Celery task that carries a `Delivery`: decide and render in the web process, send in a worker.

The task takes JSON, so nothing has to be pickled and a worker of another release reads it too.
Settings come from `NAVERWORKS_*`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from celery import Celery, Task
from celery.signals import worker_process_shutdown, worker_shutdown

from naverworks_notify import (
    Client,
    Delivery,
    FileTokenStore,
    Notifier,
    RetryPolicy,
    alerts,
    policy,
)
from naverworks_notify.notifier import StateFile, Status

# Brokers hand a task that waits for long out again (Redis after an hour, SQS takes 15 minutes at
# most), so what waits is put back in small steps.
LONGEST_WAIT = timedelta(minutes=10)

app = Celery("recruiting", broker=os.environ.get("CELERY_BROKER_URL", "memory://"))
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,  # a worker that dies hands its task on …
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
)


@cache
def get_works() -> Client:
    """Return this process's client, made after the fork and on first use."""
    return Client.from_env(
        # Celery does the waiting: a task that sleeps would hold a worker.
        retry=RetryPolicy(attempts=1, max_wait=timedelta(seconds=5)),
        token_store=FileTokenStore(os.environ.get("NOTIFY_TOKENS", "tokens.json")),
    )


@cache
def get_notifier() -> Notifier:
    """Return this process's notifier.

    … and the shared state keeps a task that runs twice from sending twice. One file serves the
    processes of one machine; workers on several need a `DeliveryState` in a database, such as
    `django_recruiting.deliveries`.
    """
    return Notifier(
        get_works(), state=StateFile(os.environ.get("NOTIFY_STATE", "delivered.sqlite"))
    )


@worker_process_shutdown.connect
@worker_shutdown.connect
def close(**_about: Any) -> None:
    if get_works.cache_info().currsize:
        get_works().close()


def present() -> datetime:
    return datetime.now(UTC)


def announce(alert: alerts.Alert, people: Iterable[policy.Person]) -> int:
    """Decide and render, and queue one task per message; return how many.

    Call it once the transaction that caused the alert is through. Repeating it is harmless.
    """
    deliveries = get_notifier().plan(alert, people, now=present())
    for delivery in deliveries:
        enqueue(delivery)
    return len(deliveries)


def enqueue(delivery: Delivery, *, wait: timedelta = timedelta(0)) -> None:
    """Queue a delivery, to be looked at after a wait; by itself once it is time for it."""
    if delivery.not_before is not None:
        wait = max(delivery.not_before - present(), wait)
    deliver.apply_async((delivery.to_dict(),), countdown=min(wait, LONGEST_WAIT).total_seconds())


@app.task(bind=True, max_retries=5)
def deliver(self: Task, raw: dict[str, Any]) -> str:
    """Send one delivery; what failed in passing is tried again.

    What is unknown is not: it may have arrived. What is too late (`expires_at`) is not sent.
    """
    delivery = Delivery.from_dict(raw)
    result = get_notifier().deliver(delivery, now=present())
    # An eager task would come back at once, and again, until it is time.
    waits = result.status is Status.DEFERRED or (result.passing and result.retry_after is not None)
    if waits and not self.request.is_eager:
        # No retry: waiting for one's turn is no failed attempt, and a burst of thousands takes long.
        enqueue(delivery, wait=result.retry_after or timedelta(0))
        return result.status.value
    if result.passing:
        raise self.retry(exc=result.error, countdown=30 * 2**self.request.retries)
    if result.status is Status.FAILED and result.error is not None:
        raise result.error
    return result.status.value
