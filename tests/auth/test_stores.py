"""A store keeps tokens apart, private and whole, and never fails a message."""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from naverworks_notify.auth import (
    AccessToken,
    Endpoints,
    FileTokenStore,
    MemoryTokenStore,
    ServiceAccount,
    TokenStore,
)
from naverworks_notify.auth._stores import store_key
from naverworks_notify.errors import InvalidValue

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MakeStore = Callable[[], TokenStore]


def token(value: str = "t-1", *, issued: datetime = NOW, **changes: Any) -> AccessToken:
    fields: dict[str, Any] = {
        "value": value,
        "expires_at": issued + timedelta(hours=1),
        "scopes": ("bot.message",),
        "issued_at": issued,
    }
    return AccessToken(**{**fields, **changes})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "tokens.json"


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, path: Path) -> TokenStore:
    return MemoryTokenStore() if request.param == "memory" else FileTokenStore(path)


def test_what_was_set_is_there_until_deleted(store: TokenStore) -> None:
    assert store.get("a") is None
    store.set("a", token("t-a", refresh_token="r-a", refresh_expires_at=NOW))
    store.set("b", token("t-b"))
    assert store.get("a") == token("t-a", refresh_token="r-a", refresh_expires_at=NOW)
    store.set("a", token("t-a2"))
    assert (store.get("a"), store.get("b")) == (token("t-a2"), token("t-b"))
    store.delete("a")
    store.delete("a")
    assert store.get("a") is None
    assert store.get("b") == token("t-b")


def test_both_are_token_stores_and_show_no_token(store: TokenStore) -> None:
    store.set("a", token("t-secret"))
    assert isinstance(store, TokenStore)
    assert "t-secret" not in repr(store)


def test_a_lock_keeps_its_key_to_one_and_leaves_other_keys_alone(store: TokenStore) -> None:
    entered, inside = threading.Event(), []

    def other() -> None:
        with store.lock("a"):
            inside.append(left.is_set())
        entered.set()

    left = threading.Event()
    with store.lock("a"):
        thread = threading.Thread(target=other)
        thread.start()
        with store.lock("b"):
            assert not entered.is_set()
        left.set()
    thread.join(20)
    assert inside == [True]


@pytest.mark.parametrize("timeout", [5, timedelta(seconds=-1), None])
def test_a_timeout_that_would_lose_the_lock_is_refused(timeout: Any, tmp_path: Path) -> None:
    for make in (MemoryTokenStore, lambda **options: FileTokenStore(tmp_path, **options)):
        with pytest.raises(InvalidValue, match="lock_timeout: must be a timedelta of zero or more"):
            make(lock_timeout=timeout)


def test_a_lock_is_let_go_on_an_exception(store: TokenStore) -> None:
    for _ in range(2):
        with pytest.raises(KeyError), store.lock("a"):
            raise KeyError


def test_the_key_names_the_whole_credential_and_tells_nothing(
    account: ServiceAccount, endpoints: Endpoints, other_rsa_key: Any, to_pem: Any
) -> None:
    key = store_key(account, endpoints)
    assert len(key) == 64
    assert account.client_id not in key
    assert store_key(account, endpoints) == key

    def account_with(**changes: Any) -> ServiceAccount:
        fields = {
            "client_id": account.client_id,
            "client_secret": account.client_secret,
            "service_account_id": account.service_account_id,
            "private_key": account.private_key,
            "scopes": account.scopes,
        }
        return ServiceAccount(**{**fields, **changes})

    assert store_key(account_with(), endpoints) == key
    assert store_key(account_with(scopes=account.scopes[::-1]), endpoints) == key
    others = {
        store_key(account_with(client_id="c-2"), endpoints),
        store_key(account_with(service_account_id="y@z"), endpoints),
        store_key(account_with(scopes="bot"), endpoints),
        store_key(account_with(client_secret="other"), endpoints),
        store_key(account_with(private_key=to_pem(other_rsa_key)), endpoints),
        store_key(account, Endpoints.GOV),
    }
    assert len(others | {key}) == 7


def test_every_file_is_for_this_user_only(path: Path) -> None:
    old_mask = os.umask(0)
    try:
        store = FileTokenStore(path)
        with store.lock("a" * 64):
            store.set("a" * 64, token())
    finally:
        os.umask(old_mask)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    files = list(path.parent.iterdir())
    assert path in files
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_a_file_that_was_open_to_others_is_closed_by_the_next_write(path: Path) -> None:
    store = FileTokenStore(path)
    store.set("a", token())
    path.chmod(0o644)
    store.set("b", token())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_is_given_a_file_of_its_own(tmp_path: Path) -> None:
    FileTokenStore(tmp_path).set("a", token())
    assert (tmp_path / "naverworks-tokens.json").is_file()


def test_another_store_on_the_file_sees_the_token(path: Path) -> None:
    FileTokenStore(path).set("a", token("t-a"))
    assert FileTokenStore(str(path)).get("a") == token("t-a")


def test_no_temporary_file_is_left_and_a_failed_write_keeps_the_old_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileTokenStore(path)
    store.set("a", token("t-a"))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            store.set("a", token("t-b"))
    assert store.get("a") == token("t-a")
    assert [file.name for file in path.parent.iterdir() if file.name.startswith(".")] == []


def test_what_expired_is_dropped_with_the_next_write(path: Path) -> None:
    store = FileTokenStore(path)
    store.set("old", token())
    store.set(
        "refreshable",
        token(refresh_token="r", refresh_expires_at=NOW + timedelta(days=90)),
    )
    store.set("new", token(issued=NOW + timedelta(hours=2)))
    assert set(json.loads(path.read_bytes())) == {"refreshable", "new"}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a": 7}', b'{"a": "x"}', b"[" * 99_999]
)
def test_a_damaged_file_counts_as_empty_and_is_mended_by_a_write(
    path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    store = FileTokenStore(path)
    path.parent.mkdir()
    path.write_bytes(content)
    assert store.get("a") is None
    store.set("a", token("t-a"))
    assert store.get("a") == token("t-a")
    assert "t-a" not in caplog.text


def test_a_damaged_entry_goes_with_the_next_write_and_harms_no_other(path: Path) -> None:
    store = FileTokenStore(path)
    store.set("a", token("t-a"))
    entries = json.loads(path.read_bytes())
    path.write_text(json.dumps({**entries, "b": "damaged", "c": 7}))
    store.set("d", token("t-d"))
    assert set(json.loads(path.read_bytes())) == {"a", "d"}


def test_writers_of_different_keys_lose_nothing_to_each_other(path: Path) -> None:
    def write(number: int) -> None:
        FileTokenStore(path).set(f"key-{number}", token(f"t-{number}"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(json.loads(path.read_bytes())) == 12


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_a_lock_that_is_held_for_too_long_is_given_up(path: Path, kind: str) -> None:
    short = timedelta(seconds=0.05)
    if kind == "memory":
        store: TokenStore = MemoryTokenStore(lock_timeout=short)
        other = store
    else:
        # Another object on the same file stands for another process.
        store, other = FileTokenStore(path), FileTokenStore(path, lock_timeout=short)
    with store.lock("a"):
        with pytest.raises(TimeoutError), other.lock("a"):
            pytest.fail("the lock was held")
        with other.lock("b"):
            pass
    with other.lock("a"):
        pass


def test_threads_of_one_file_store_give_up_as_well(path: Path) -> None:
    store = FileTokenStore(path, lock_timeout=timedelta(seconds=0.05))
    with store.lock("a"), pytest.raises(TimeoutError), store.lock("a"):
        pytest.fail("the lock was held")
