"""People, alerts, and both notifiers behind one face."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

import naverworks_notify as nw
from naverworks_notify import alerts, policy
from naverworks_notify.notifier import AsyncNotifier, Notifier
from naverworks_notify.testing import ManualClock, Simulator

NOW = datetime.fromisoformat("2026-03-02T10:00:00+09:00")
# A send that a test holds back must not time out while a busy machine comes to releasing it.
LONG = timedelta(minutes=10)
START = datetime.fromisoformat("2026-03-04T14:00:00+09:00")


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def simulator(clock: ManualClock) -> Simulator:
    """Return a service with twenty users."""
    return Simulator(clock=clock, users=[f"u-{n}@example.com" for n in range(20)])


@pytest.fixture
def posting() -> alerts.Posting:
    return alerts.Posting(id="p-1", title="백엔드 엔지니어", team="t-1")


@pytest.fixture
def confirmed(posting) -> Callable[..., alerts.InterviewConfirmed]:
    """Return a builder of confirmed interviews."""

    def build(event_id="ev-1", assignees=(), kind=alerts.InterviewConfirmed, **extra):
        return kind(
            event_id=event_id,
            occurred_at=NOW,
            posting=posting,
            candidate=alerts.Candidate(id="c-1", name="김하늘"),
            interview=alerts.Interview(
                id="iv-1",
                slot=alerts.Slot(start_at=START, end_at=START + timedelta(hours=1)),
            ),
            assignee_ids=tuple(assignees),
            **extra,
        )

    return build


@pytest.fixture
def evaluated(posting) -> Callable[..., alerts.DocumentEvaluationCompleted]:
    """Return a builder of completed document evaluations, minutes after NOW."""

    def build(event_id, minutes=0):
        at = NOW + timedelta(minutes=minutes)
        return alerts.DocumentEvaluationCompleted(
            event_id=event_id,
            occurred_at=at,
            completed_at=at,
            posting=posting,
            candidate=alerts.Candidate(id="c-1", name="김하늘"),
        )

    return build


@pytest.fixture
def person() -> Callable[..., policy.Person]:
    """Return a builder of people; u-0 … u-19 exist in the simulator."""

    def build(person_id, **extra):
        extra.setdefault("email", f"{person_id}@example.com")
        return policy.Person(id=person_id, name=f"{person_id} 님", **extra)

    return build


@pytest.fixture
def manager(person) -> Callable[..., policy.Person]:
    """Return a builder of people in charge of p-1."""

    def build(person_id, **extra):
        return person(person_id, posting_roles={"p-1": "job_manager"}, **extra)

    return build


class Face:
    """One notifier, sync or async, called the same way."""

    def __init__(self, kind: str, simulator: Simulator, clock: ManualClock) -> None:
        self.kind = kind
        self._simulator = simulator
        self._clock = clock

    def __call__(self, *, works: Any = None, **options: Any) -> Any:
        """Return the notifier over the simulator, its coroutines turned into plain methods."""
        options.setdefault("clock", self._clock)
        if self.kind == "sync":
            return Notifier(works or self._client(nw.Client), **options)
        return _Blocking(AsyncNotifier(works or self._client(nw.AsyncClient), **options))

    def _client(self, kind: Any) -> Any:
        return kind(
            self._simulator.account,
            bot_id=self._simulator.bot_id,
            endpoints=self._simulator.endpoints,
            transport=self._simulator.transport(),
            clock=self._clock,
            limiter=nw.Unlimited(),
            timeout=LONG,
        )


class _Blocking:
    def __init__(self, notifier: AsyncNotifier) -> None:
        self.notifier = notifier

    def plan(self, *args: Any, **options: Any) -> Any:
        return self.notifier.plan(*args, **options)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.notifier, name)

        def call(*args: Any, **options: Any) -> Any:
            return asyncio.run(method(*args, **options))

        return call


@pytest.fixture(params=["sync", "async"])
def notifier(request, simulator, clock) -> Iterator[Face]:
    """Return a builder of notifiers; each test runs with both kinds."""
    return Face(request.param, simulator, clock)
