"""A Celery task that carries a `Delivery`: decide and render in the web process, send in a worker.

The task takes JSON, so nothing has to be pickled and a worker of another release reads it too.
Settings come from `NAVERWORKS_*`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from celery import Celery, Task

from naverworks_notify import (
    BudgetExhausted,
    Client,
    Delivery,
    Notifier,
    RateLimited,
    TransportError,
    alerts,
    policy,
)
from naverworks_notify.notifier import StateFile, Status

# The service did nothing, and may do it in a minute.
PASSING = (BudgetExhausted, RateLimited, TransportError)

app = Celery("recruiting", broker=os.environ.get("CELERY_BROKER_URL", "memory://"))
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,  # a worker that dies hands its task on …
    task_reject_on_worker_lost=True,
)


@cache
def get_notifier() -> Notifier:
    """Return this process's notifier, made after the fork and on first use.

    … and the shared state file keeps a task that runs twice from sending twice.
    """
    state = Path(os.environ.get("NOTIFY_STATE", "delivered.sqlite"))
    return Notifier(Client.from_env(), state=StateFile(state))


def announce(
    alert: alerts.Alert, people: Iterable[policy.Person], *, now: datetime | None = None
) -> int:
    """Decide and render, and queue one task per message; return how many.

    Call it once the transaction that caused the alert is through.
    """
    deliveries = get_notifier().plan(alert, people, now=now)
    for delivery in deliveries:
        deliver.delay(delivery.to_dict())
    return len(deliveries)


@app.task(bind=True, max_retries=5)
def deliver(self: Task, raw: dict[str, Any], *, now: str | None = None) -> str:
    """Send one delivery; what failed in passing is tried again.

    What is unknown is not: it may have arrived.
    """
    moment = datetime.now(UTC) if now is None else datetime.fromisoformat(now)
    delivery = Delivery.from_dict(raw)
    result = get_notifier().deliver(delivery, now=moment)
    if isinstance(result.error, PASSING):
        raise self.retry(exc=result.error, countdown=30 * 2**self.request.retries)
    if result.error is not None and result.status is Status.FAILED:
        raise result.error
    if result.status is Status.DEFERRED and delivery.not_before is not None:
        # A look every ten minutes at most: brokers hand tasks with a long eta out twice.
        wait = min(delivery.not_before - moment, timedelta(minutes=10))
        self.apply_async((raw,), countdown=wait.total_seconds())
    return result.status.value
