"""Every store gives back what it was given: in memory, in a file, in SQLite and in PostgreSQL."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.pool import StaticPool

from naverworks_notify.errors import InvalidValue
from naverworks_notify.members import (
    JsonMemberStore,
    Member,
    MemberStatus,
    MemberStore,
    MemberStoreError,
    MemoryMemberStore,
    Saving,
    SqlMemberStore,
    Stamp,
)
from naverworks_notify.members._member import member_of

NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
Make = Callable[..., Any]


def member(number: int = 1, **changes: Any) -> Member:
    fields: dict[str, Any] = {
        "user_id": f"user-{number}",
        "addresses": (bytes([number % 256]) * 16, b"\xff" * 16),
    }
    return Member(**{**fields, **changes})


REVISIONS = count()


def saving(
    store: MemberStore, *members: Member, dropped: tuple[str, ...] = (), **changes: Any
) -> Saving:
    stamp, known = store.stamp(), set(store.load())
    fields: dict[str, Any] = {
        "stamp": Stamp(revision=f"r-{next(REVISIONS)}", synced_at=NOW),
        "replaces": stamp and stamp.revision,
        "members": members,
        "changed": [one for one in members if one not in known],
        "dropped": dropped,
    }
    return Saving(**{**fields, **changes})


def save(store: MemberStore, *members: Member, dropped: tuple[str, ...] = ()) -> None:
    assert store.save(saving(store, *members, dropped=dropped))


def test_at_first_there_is_nothing(open_store: Make) -> None:
    store = open_store()
    assert isinstance(store, MemberStore)
    assert list(store.load()) == []
    assert store.stamp() is None


def test_everything_comes_back(open_store: Make) -> None:
    members = (
        member(1),
        member(2, external_key=b"\x00" * 16, addresses=()),
        *(member(10 + n, status=status) for n, status in enumerate(MemberStatus)),
        member(
            3,
            on_leave=True,
            leave_start=NOW - timedelta(days=3),
            leave_end=NOW + timedelta(days=3),
            missing_since=NOW,
        ),
    )
    save(open_store(), *members)
    assert set(open_store().load()) == set(members)
    stamp = open_store().stamp()
    assert stamp is not None
    assert stamp.synced_at == NOW


def test_changes_replace_and_dropped_ones_go(open_store: Make) -> None:
    save(open_store(), member(1), member(2), member(3))
    suspended = member(2, status=MemberStatus.SUSPENDED)
    save(open_store(), member(1), suspended, member(4), dropped=("user-3",))
    assert set(open_store().load()) == {member(1), suspended, member(4)}


def test_more_than_one_piece_is_written_and_read(open_store: Make) -> None:
    members = [member(number) for number in range(1203)]
    save(open_store(), *members)
    assert set(open_store().load()) == set(members)
    save(open_store(), *members[:1], dropped=tuple(one.user_id for one in members[1:]))
    assert list(open_store().load()) == members[:1]


def test_organisations_in_one_place_keep_apart(open_store: Make) -> None:
    if isinstance(open_store(), MemoryMemberStore):
        pytest.skip("each memory store is one organisation")
    save(open_store(organization="a"), member(1))
    save(open_store(organization="b"), member(1, status=MemberStatus.PENDING), member(2))
    save(open_store(organization="b"), member(2), dropped=("user-1",))
    assert list(open_store(organization="a").load()) == [member(1)]
    assert list(open_store(organization="b").load()) == [member(2)]


def test_a_sync_goes_through_the_store(
    open_store: Make, make: Make, service: Any, user: Make, person: Make, clock: Any
) -> None:
    service.set(user(1), user(2), user(3, leaveOfAbsence={"isLeaveOfAbsence": True}))
    make(store=open_store()).sync()
    clock.advance(hours=1)
    later = make(store=open_store(), skip_on_leave=True)
    later.load()
    assert later.lookup(person(1)).user_id == "user-1"
    assert later.lookup(person(3)).reason == "on_leave"
    service.set(user(1, isSuspended=True), user(3))
    report = make(store=open_store(), max_lost=1).sync([person(1)])
    assert report.changes.missing == ("user-2",)
    assert report.changes.blocked == ("user-1",)
    assert report.people_changed == ("p-1",)
    last = make(store=open_store())
    last.load()
    assert last.lookup(person(1)).reason == "suspended"
    assert last.lookup(person(2)).status == "matched"


def test_a_save_that_fails_leaves_the_old_state(open_store: Make) -> None:
    store = open_store()
    if isinstance(store, MemoryMemberStore):
        pytest.skip("memory does not fail")
    save(store, member(1))
    unwritable = member(2, leave_start="no datetime")
    before = store.stamp()
    with pytest.raises(Exception):  # noqa: B017 - each store fails in its own way
        save(store, member(1, status=MemberStatus.DELETED), unwritable)
    assert list(open_store().load()) == [member(1)]
    assert open_store().stamp() == before


def test_tables_can_be_made_by_the_caller() -> None:
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    metadata = sa.MetaData()
    assert SqlMemberStore.tables(metadata) is metadata
    store = SqlMemberStore(engine, create_tables=False)
    with pytest.raises(MemberStoreError):
        list(store.load())
    metadata.create_all(engine)
    assert list(store.load()) == []
    engine.dispose()


@given(
    st.lists(
        st.builds(
            Member,
            user_id=st.text(
                st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20
            ),
            addresses=st.lists(st.binary(min_size=16, max_size=16), max_size=3).map(tuple),
            external_key=st.none() | st.binary(min_size=16, max_size=16),
            status=st.sampled_from(MemberStatus),
            on_leave=st.booleans(),
            leave_start=st.none() | st.datetimes(timezones=st.just(UTC)),
            leave_end=st.none() | st.datetimes(timezones=st.just(UTC)),
            missing_since=st.none() | st.datetimes(timezones=st.just(UTC)),
        ),
        unique_by=lambda one: one.user_id,
        max_size=5,
    )
)
def test_any_member_comes_back_from_the_file(
    tmp_path_factory: pytest.TempPathFactory, members: list[Member]
) -> None:
    path = tmp_path_factory.mktemp("members") / "members.json"
    save(JsonMemberStore(path), *members)
    assert list(JsonMemberStore(path).load()) == members


def test_the_file_is_for_this_user_only_and_valid_json(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "members.json"
    old_mask = os.umask(0)
    try:
        save(JsonMemberStore(path), member(1), member(2))
    finally:
        os.umask(old_mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    content = json.loads(path.read_bytes())
    assert [raw["user_id"] for raw in content["members"]] == ["user-1", "user-2"]
    assert {one.name for one in path.parent.iterdir()} <= {"members.json", "members.json.lock"}
    assert {stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()} == {0o600}


def test_what_a_killed_process_left_is_gone_with_the_next_save(tmp_path: Path) -> None:
    left = tmp_path / ".members.json.new"
    left.write_text("half of it")
    left.chmod(0o644)
    save(JsonMemberStore(tmp_path / "members.json"), member(1))
    assert not left.exists()
    assert stat.S_IMODE((tmp_path / "members.json").stat().st_mode) == 0o600


def test_the_file_holds_no_address(tmp_path: Path, user: Make) -> None:
    path = tmp_path / "members.json"
    save(JsonMemberStore(path), member_of(user(1, userExternalKey="emp-1")))
    assert "example.com" not in path.read_text()
    assert "emp-1" not in path.read_text()


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: "{}",
        lambda text: text[:-4],
        lambda text: text.replace("user_id", "id"),
        lambda text: text.replace('"version": 1', '"version": 2'),
        lambda text: text.replace('"revision"', '"vision"'),
        lambda text: text.replace("{", "", 2),
        lambda text: text.replace('"addresses":["', '"addresses":["00'),
        lambda text: text.replace('"addresses":["', '"addresses":["x'),
        lambda text: text.replace("2026", "x"),
        lambda text: text.replace("+00:00", ""),
        lambda text: text.replace("user-2", "\udc80"),
        lambda text: text.replace('"addresses":["', "[" * 100_000 + '"'),
        lambda text: json.dumps(json.loads(text), indent=1),
    ],
)
def test_a_damaged_file_is_a_named_error(tmp_path: Path, damage: Callable[[str], str]) -> None:
    path = tmp_path / "members.json"
    save(JsonMemberStore(path), member(1), member(2))
    path.write_text(damage(path.read_text()), errors="surrogateescape")
    with pytest.raises(InvalidValue, match="delete it"):
        list(JsonMemberStore(path).load())


@pytest.mark.parametrize(
    "damage",
    [
        {"status": "unheard of"},
        {"addresses": "zz"},
        {"external_key": "00"},
        {"leave_end": "2026-03-02T09:00:00"},
    ],
)
def test_a_damaged_row_is_a_named_error(damage: dict[str, str]) -> None:
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    store = SqlMemberStore(engine)
    save(store, member(1))
    table = SqlMemberStore.tables().tables["naverworks_members"]
    with engine.begin() as connection:
        connection.execute(table.update().values(damage))
    with pytest.raises(InvalidValue, match="delete the organisation"):
        list(store.load())
    engine.dispose()


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+09:00", "9999-12-31T23:59:59+00:00"])
def test_the_ends_of_the_calendar_come_back(open_store: Make, moment: str) -> None:
    forever = member(1, leave_start=datetime.fromisoformat(moment))
    save(open_store(), forever)
    assert list(open_store().load()) == [forever]
