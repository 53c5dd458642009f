"""Several processes over one store: nobody's change is lost, nobody present is taken for absent."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from naverworks_notify.directory import User
from naverworks_notify.errors import InvalidValue, NaverWorksError
from naverworks_notify.members import (
    JsonMemberStore,
    MemberStore,
    MemberStoreError,
    MemoryMemberStore,
    Saving,
    SqlMemberStore,
    Stamp,
    SyncRefused,
)

Make = Callable[..., Any]


def kept(store: MemberStore) -> dict[str, bool]:
    """Return who is kept, and whether as missing."""
    return {one.user_id: one.missing_since is not None for one in store.load()}


@pytest.fixture
def meanwhile(service: Any) -> Callable[[Callable[[], object]], None]:
    """Return a function that has something happen once, in the middle of the next walk."""

    def set_up(happening: Callable[[], object]) -> None:
        walk = service.walk

        def walk_and_more(domain_id: int | None) -> Iterator[User]:
            service.walk = walk
            shown = list(walk(domain_id))
            yield from shown[:1]
            happening()
            yield from shown[1:]

        service.walk = walk_and_more

    return set_up


def test_a_process_sees_with_its_next_load_whom_another_one_found(
    open_store: Make, make: Make, service: Any, user: Make, person: Make
) -> None:
    one, other = make(store=open_store()), make(store=open_store())
    service.set(user(1))
    one.sync()
    other.load()
    service.set(user(1), user(2))
    assert one.find(person(2)).status == "matched"
    assert other.lookup(person(2)).status == "unmatched"
    before = other.members.directory.get("user-1")
    other.load()
    assert other.lookup(person(2)).status == "matched"
    # Whom nothing happened to is kept once.
    assert other.members.directory.get("user-1") is before
    directory = other.members.directory
    other.load()
    assert other.members.directory is directory


def test_who_was_found_by_two_processes_is_kept_for_both(
    open_store: Make, make: Make, service: Any, user: Make, person: Make
) -> None:
    one, other = make(store=open_store()), make(store=open_store())
    service.set(*(user(number) for number in range(6)))
    for number in range(0, 6, 2):
        one.find(person(number))
        other.find(person(number + 1))
    assert kept(open_store()) == {f"user-{number}": False for number in range(6)}


def test_whom_another_walk_saw_meanwhile_is_not_absent(
    open_store: Make,
    make: Make,
    service: Any,
    user: Make,
    person: Make,
    meanwhile: Make,
) -> None:
    slow, quick = make(store=open_store()), make(store=open_store())
    service.set(user(1), user(2), user(3))
    slow.sync()

    def another_walk() -> None:
        service.set(user(1), user(2), user(3), user(4))
        assert quick.sync().changes.added == ("user-4",)

    service.set(user(1), user(2, isSuspended=True))
    meanwhile(another_walk)
    report = slow.sync([person(4)])
    assert report.changes.missing == ()
    assert report.changes.changed == ("user-2",)
    assert [one.person_id for one in report.matched] == ["p-4"]
    assert kept(open_store()) == {f"user-{number}": False for number in (1, 2, 3, 4)}
    quick.load()
    assert quick.lookup(person(2)).reason == "suspended"
    # Alone, the next walk is believed again.
    service.set(user(1), user(3), user(4))
    assert slow.sync().changes.missing == ("user-2",)


def test_whom_both_walks_lack_is_absent(
    open_store: Make, make: Make, service: Any, user: Make, meanwhile: Make
) -> None:
    slow, quick = make(store=open_store()), make(store=open_store())
    service.set(user(1), user(2), user(3))
    slow.sync()
    service.set(user(1), user(2))
    meanwhile(quick.sync)
    assert slow.sync().changes.missing == ("user-3",)
    assert kept(open_store()) == {"user-1": False, "user-2": False, "user-3": True}


def test_whom_another_process_found_during_a_walk_stays_known_and_the_others_are_judged(
    open_store: Make,
    make: Make,
    service: Any,
    user: Make,
    person: Make,
    meanwhile: Make,
) -> None:
    walking, finding = make(store=open_store()), make(store=open_store())
    service.set(user(1), user(2))
    walking.sync()

    def somebody_is_found() -> None:
        service.set(user(1), user(3))
        assert finding.find(person(3)).status == "matched"

    service.set(user(1))
    meanwhile(somebody_is_found)
    report = walking.sync()
    assert report.changes.missing == ("user-2",)
    assert kept(open_store()) == {"user-1": False, "user-2": True, "user-3": False}
    assert walking.lookup(person(3)).status == "matched"


def test_a_find_during_a_walk_of_the_same_process_is_not_lost(
    open_store: Make,
    make: Make,
    service: Any,
    user: Make,
    person: Make,
    meanwhile: Make,
) -> None:
    members = make(store=open_store())
    service.set(user(1))
    members.sync()

    def somebody_is_found() -> None:
        service.set(user(1), user(2))
        members.find(person(2))

    meanwhile(somebody_is_found)
    members.sync()
    assert members.lookup(person(2)).status == "matched"
    assert kept(open_store()) == {"user-1": False, "user-2": False}


def test_a_walk_that_shows_few_takes_nobody_from_another_one_but_blocks_are_counted(
    open_store: Make, make: Make, service: Any, user: Make, meanwhile: Make
) -> None:
    slow, quick = make(store=open_store()), make(store=open_store())
    everybody = [user(number) for number in range(10)]

    def another_walk() -> None:
        service.set(*everybody)
        quick.sync()

    service.set(user(0))
    meanwhile(another_walk)
    slow.sync()
    assert kept(open_store()) == {f"user-{number}": False for number in range(10)}
    service.set(user(0), *(user(number, isSuspended=True) for number in range(1, 10)))
    meanwhile(another_walk)
    with pytest.raises(SyncRefused) as caught:
        slow.sync()
    assert (caught.value.lost, caught.value.users) == (9, 10)


def test_another_walk_that_shows_a_vanished_user_is_believed(
    open_store: Make, make: Make, service: Any, user: Make, person: Make
) -> None:
    one, other = make(store=open_store()), make(store=open_store())
    service.set(user(1), user(2), user(3))
    one.sync()
    other.load()
    other.mark_missing("user-1")
    other.mark_missing("user-2")
    # A find of somebody else says nothing about them.
    one.find(person(3))
    service.set(user(1), user(3), user(4))
    one.find(person(4))
    other.load()
    assert other.lookup(person(1)).reason == "vanished"
    one.sync()
    other.load()
    assert other.lookup(person(1)).status == "matched"
    assert other.lookup(person(2)).reason == "vanished"


def test_a_store_that_was_emptied_is_an_empty_one(
    make: Make, service: Any, user: Make, person: Make, tmp_path: Path
) -> None:
    path = tmp_path / "members.json"
    members = make(store=JsonMemberStore(path))
    service.set(user(1), user(2))
    members.sync()
    path.unlink()
    members.load()
    assert members.lookup(person(1)).reason == "never_synced"
    assert len(members.sync().changes.added) == 2
    assert kept(JsonMemberStore(path)) == {"user-1": False, "user-2": False}


def test_only_the_state_that_was_read_is_replaced(open_store: Make) -> None:
    store = open_store()
    numbers = count()

    def put(replaces: str | None) -> bool:
        stamp = Stamp(revision=f"r-{next(numbers)}", synced_at=None)
        return open_store().save(
            Saving(stamp=stamp, replaces=replaces, members=(), changed=(), dropped=())
        )

    assert not put("something")
    assert store.stamp() is None
    assert put(None)
    assert not put(None)
    assert not put("something")
    assert store.stamp() == Stamp(revision="r-1", synced_at=None)
    assert put("r-1")
    assert not put("r-1")


def test_threads_that_find_at_once_lose_nobody(
    open_store: Make, make: Make, service: Any, user: Make, person: Make
) -> None:
    number, each = 6, 4
    service.set(*(user(one) for one in range(number * each)))
    start = Barrier(number)
    shared = make(store=open_store())

    def find_some(which: int) -> None:
        # Every other one as a process of its own would.
        members = shared if which % 2 else make(store=open_store())
        start.wait()
        for one in range(which * each, (which + 1) * each):
            assert members.find(person(one)).user_id == f"user-{one}"

    with ThreadPoolExecutor(number) as pool:
        list(pool.map(find_some, range(number)))
    assert kept(open_store()) == {f"user-{one}": False for one in range(number * each)}
    shared.load()
    assert len(shared.members) == number * each


def test_threads_that_sync_at_once_leave_the_union_of_what_they_saw(
    open_store: Make, make: Make, service: Any, user: Make
) -> None:
    number = 6
    service.domains = {
        one: [*(user(other) for other in range(20)), user(100 + one)] for one in range(number)
    }
    start = Barrier(number)

    def walk(which: int) -> None:
        members = make(store=open_store(), max_lost=1)
        members.load()
        start.wait()
        members.sync(domain_ids=[which])

    with ThreadPoolExecutor(number) as pool:
        list(pool.map(walk, range(number)))
    found = kept(open_store())
    assert found.keys() == {f"user-{one}" for one in (*range(20), *range(100, 100 + number))}
    assert not any(found[f"user-{one}"] for one in range(20))


def test_a_find_that_tells_nothing_new_writes_nothing(
    open_store: Make, make: Make, service: Any, user: Make, person: Make
) -> None:
    members = make(store=open_store())
    service.set(user(1))
    members.sync()
    before = open_store().stamp()
    assert members.find(person(1)).status == "matched"
    assert open_store().stamp() == before


def test_a_store_that_never_saves_is_named(
    make: Make, service: Any, user: Make, person: Make
) -> None:
    class Broken(MemoryMemberStore):
        def save(self, saving: Saving) -> bool:
            return False

    service.set(user(1))
    with pytest.raises(MemberStoreError, match="broken"):
        make(store=Broken()).find(person(1))


@pytest.mark.parametrize("lost_races", [1, 2])
def test_tables_that_another_process_makes_at_the_same_moment_are_taken(
    tmp_path: Path, lost_races: int
) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'members.db'}")
    other = sa.create_engine(f"sqlite:///{tmp_path / 'members.db'}")
    names = iter(("naverworks_member_walks", "naverworks_members")[:lost_races])

    @sa.event.listens_for(engine, "before_cursor_execute")
    def be_slower(_1: Any, _2: Any, statement: str, *_: Any) -> None:
        if "CREATE TABLE" in statement and (name := next(names, None)):
            SqlMemberStore.tables().tables[name].create(other, checkfirst=True)

    assert list(SqlMemberStore(engine).load()) == []
    engine.dispose()
    other.dispose()


def test_processes_that_make_the_tables_at_once_all_succeed(postgresql: sa.Engine) -> None:
    number = 6
    start = Barrier(number)

    def open_one(_: int) -> int:
        start.wait()
        return len(list(SqlMemberStore(postgresql).load()))

    for _ in range(3):
        SqlMemberStore.tables().drop_all(postgresql)
        with ThreadPoolExecutor(number) as pool:
            assert list(pool.map(open_one, range(number))) == [0] * number
    SqlMemberStore.tables().drop_all(postgresql)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_stricter_database_makes_the_later_one_try_again(
    postgresql: sa.Engine, make: Make, service: Any, user: Make, person: Make, level: str
) -> None:
    number = 6
    engine = postgresql.execution_options(isolation_level=level)
    SqlMemberStore(engine)
    service.set(*(user(one) for one in range(number * 2)))
    start = Barrier(number)

    def find_two(which: int) -> None:
        members = make(store=SqlMemberStore(engine))
        start.wait()
        for one in (which, which + number):
            members.find(person(one))

    with ThreadPoolExecutor(number) as pool:
        list(pool.map(find_two, range(number)))
    assert len(kept(SqlMemberStore(engine))) == number * 2
    SqlMemberStore.tables().drop_all(postgresql)


def test_the_lock_of_a_file_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    from datetime import timedelta  # noqa: PLC0415

    from filelock import FileLock  # noqa: PLC0415

    path = tmp_path / "members.json"
    store = JsonMemberStore(path, lock_timeout=timedelta(0))
    stamp = Stamp(revision="r", synced_at=None)
    saving = Saving(stamp=stamp, replaces=None, members=(), changed=(), dropped=())
    with FileLock(f"{path}.lock"), pytest.raises(TimeoutError, match="another process"):
        store.save(saving)
    assert store.save(saving)


def test_an_error_of_the_database_is_one_of_ours(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'missing' / 'members.db'}")
    with pytest.raises(MemberStoreError) as caught:
        SqlMemberStore(engine)
    store = SqlMemberStore(engine, create_tables=False)
    for step in (store.stamp, lambda: list(store.load())):
        with pytest.raises(NaverWorksError, match="OperationalError"):
            step()
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert type(again) is MemberStoreError
    assert "SELECT" not in str(again)
    engine.dispose()


@pytest.mark.parametrize("name", ["", "x" * 101])
def test_an_organisation_needs_a_name_that_fits(name: str) -> None:
    with pytest.raises(InvalidValue, match="organization"):
        SqlMemberStore(sa.create_engine("sqlite://"), organization=name)
