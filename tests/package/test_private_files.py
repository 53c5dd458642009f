"""What this package writes is for this user alone, wherever it is written."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from naverworks_notify import FileTokenStore, SqlTokenStore
from naverworks_notify.auth import AccessToken
from naverworks_notify.cli import main
from naverworks_notify.cli.day import ALERTS
from naverworks_notify.clock import SystemClock
from naverworks_notify.errors import NaverWorksError
from naverworks_notify.limits import LimitKey
from naverworks_notify.limits.shared import SharedRateBudget
from naverworks_notify.members import JsonMemberStore, Saving, Stamp
from naverworks_notify.notifier import SqlLedger
from naverworks_notify.private_files import claim, claim_database, make_folder, replacing, write

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")


@pytest.fixture(autouse=True)
def _an_open_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def token_store(path: Path) -> None:
    now = datetime.now(UTC)
    token = AccessToken(
        value="t",
        expires_at=now + timedelta(hours=1),
        scopes=(),
        issued_at=now,
        refresh_token=None,
        refresh_expires_at=None,
    )
    FileTokenStore(path).set("key", token)


def shared_budget(path: Path) -> None:
    with SharedRateBudget.sqlite(path) as budget:
        key = LimitKey(owner="o", operation="messages.send_to_user")
        budget.acquire(key, clock=SystemClock(), max_wait=1)


def member_store(path: Path) -> None:
    JsonMemberStore(path).save(
        Saving(
            stamp=Stamp(revision="r", synced_at=None),
            replaces=None,
            members=(),
            changed=(),
            dropped=(),
        )
    )


def ledger(path: Path) -> None:
    SqlLedger(f"sqlite:///{path}").close()


def token_table(path: Path) -> None:
    now = datetime.now(UTC)
    token = AccessToken(
        value="t",
        expires_at=now + timedelta(hours=1),
        scopes=(),
        issued_at=now,
        refresh_token=None,
        refresh_expires_at=None,
    )
    with SqlTokenStore(f"sqlite:///{path}") as store:
        store.set("key", token)


def preview_page(path: Path) -> None:
    assert main(["preview", str(ALERTS), "--out", str(path)]) == 0


WRITERS: list[Callable[[Path], None]] = [
    token_store,
    shared_budget,
    member_store,
    ledger,
    token_table,
    preview_page,
]
MAKE_FOLDERS = WRITERS[:-1]
DATABASES: list[Callable[[Path], None]] = [shared_budget, ledger, token_table]
named = pytest.mark.parametrize("writes", WRITERS, ids=lambda one: one.__name__)


@named
def test_every_file_is_for_this_user_alone(tmp_path, writes):
    writes(tmp_path / "file")
    assert [path.name for path in tmp_path.iterdir() if mode_of(path) != 0o600] == []


@named
def test_a_file_that_others_could_read_is_tightened(tmp_path, writes):
    writes(tmp_path / "file")
    names = {path.name for path in tmp_path.iterdir()}
    for path in tmp_path.iterdir():
        path.chmod(0o644)
    if writes is member_store:
        assert list(JsonMemberStore(tmp_path / "file").load()) == []
    else:
        writes(tmp_path / "file")
    left = {path.name for path in tmp_path.iterdir() if mode_of(path) != 0o600}
    # Reading takes no lock, so what lies beside is not touched.
    assert left == (names - {"file"} if writes is member_store else set())


def test_reading_tokens_tightens_too(tmp_path):
    token_store(tmp_path / "tokens")
    (tmp_path / "tokens").chmod(0o664)
    assert FileTokenStore(tmp_path / "tokens").get("key") is not None
    assert mode_of(tmp_path / "tokens") == 0o600


@named
def test_nothing_is_created_where_a_link_leads_nowhere(tmp_path, writes):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    here = tmp_path / "here"
    here.mkdir()
    (here / "file").symlink_to(elsewhere / "victim")
    try:
        writes(here / "file")
    except (OSError, NaverWorksError, AssertionError):
        assert (here / "file").is_symlink()
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("writes", [token_store, member_store, shared_budget])
def test_no_lock_follows_a_link(tmp_path, writes):
    writes(tmp_path / "file")
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for lock in tmp_path.glob("file.*lock"):
        lock.unlink()
        lock.symlink_to(victim)
    with contextlib.suppress(OSError, NaverWorksError):
        writes(tmp_path / "file")
    assert (victim.read_text(), mode_of(victim)) == ("precious", 0o644)


@pytest.mark.parametrize("writes", MAKE_FOLDERS, ids=lambda one: one.__name__)
def test_each_folder_made_is_for_this_user_alone(tmp_path, writes):
    writes(tmp_path / "a" / "b" / "c" / "file")
    made = [tmp_path / "a", tmp_path / "a" / "b", tmp_path / "a" / "b" / "c"]
    assert [mode_of(folder) for folder in made] == [0o700] * 3


@pytest.mark.parametrize("writes", DATABASES, ids=lambda one: one.__name__)
def test_what_a_killed_process_left_beside_a_database_is_tightened(tmp_path, writes):
    linked = tmp_path / "linked"
    writes(tmp_path / "file")
    linked.symlink_to(tmp_path / "file")
    with contextlib.closing(sqlite3.connect(tmp_path / "file")) as open_elsewhere:
        open_elsewhere.execute("PRAGMA journal_mode = WAL")
        open_elsewhere.execute("CREATE TABLE more (a)")
        beside = [tmp_path / "file-wal", tmp_path / "file-shm"]
        for path in (tmp_path / "file", *beside):
            path.chmod(0o644)
        writes(linked)
        assert [mode_of(path) for path in (tmp_path / "file", *beside)] == [0o600] * 3


def test_no_lock_on_a_database_ends_when_it_is_claimed_again(tmp_path):
    path = tmp_path / "file"
    other = (
        "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
    )
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("CREATE TABLE t (a)")
        holder.execute("BEGIN IMMEDIATE")
        claim_database(path)
        tried = subprocess.run(
            [sys.executable, "-c", other, str(path)], capture_output=True, text=True, check=False
        )
    assert "database is locked" in tried.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may all")
def test_a_database_that_may_not_be_written_is_told(tmp_path):
    path = tmp_path / "file"
    path.touch(0o400)
    with pytest.raises(PermissionError):
        claim_database(path)


def test_a_folder_that_was_there_stays_as_it_was(tmp_path):
    tmp_path.chmod(0o755)
    make_folder(tmp_path / "a")
    make_folder(tmp_path / "a")
    assert mode_of(tmp_path) == 0o755
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OSError, match="link"):
        make_folder(tmp_path / "link" / "b")


def test_a_file_of_another_user_keeps_its_mode(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_text("x")
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    claim(path)
    assert mode_of(path) == 0o644


def test_what_is_written_in_place_goes_through_a_link_and_into_a_device(tmp_path):
    target = tmp_path / "target"
    target.write_text("a longer text")
    (tmp_path / "link").symlink_to(target)
    write(tmp_path / "link", b"short")
    assert target.read_bytes() == b"short"
    write(Path(os.devnull), b"gone")


def test_a_replacement_that_fails_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    for alone in (True, False):
        with contextlib.suppress(ZeroDivisionError), replacing(path, alone=alone) as file:
            file.write(b"new" if alone else bytes(1 // 0))
            raise ZeroDivisionError
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
    assert path.read_bytes() == b"old"


def test_what_a_killed_process_left_is_taken_away(tmp_path):
    (tmp_path / ".file.new").write_bytes(b"half")
    with replacing(tmp_path / "file", alone=True) as file:
        file.write(b"whole")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"file": b"whole"}
