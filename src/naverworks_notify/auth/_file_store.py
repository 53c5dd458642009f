"""Tokens in one file, for the processes of one machine."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from naverworks_notify.auth._lengths import check_lengths
from naverworks_notify.auth._token import AccessToken
from naverworks_notify.logs import logger_of
from naverworks_notify.private_files import claim, make_folder, read, replacing

__all__ = ["FileTokenStore"]

_log = logger_of("auth")

_OWNER_ONLY = 0o600
_LARGEST_FILE = 64 * 1024 * 1024


class FileTokenStore:
    """Keeps tokens in a file that only this user may read (mode 0600).

    Written to a temporary file and renamed into place, so that a reader never sees half of it;
    guarded by lock files beside it (`filelock`), which end with the process that holds them. A
    file that cannot be read counts as empty. For a local disk, and for up to some hundred
    accounts: each change writes the file anew. Safe to share between threads and processes.

    Examples:
        >>> import tempfile
        >>> store = FileTokenStore(Path(tempfile.mkdtemp()) / "my-app" / "naverworks-tokens.json")
        >>> store.get("x1.serviceaccount@example.com") is None
        True

    Args:
        path: The file; `~` is expanded, missing folders are made (mode 0700). For a folder that
            exists, `naverworks-tokens.json` in it.
        lock_timeout: How long to wait for a lock that others hold.

    Raises:
        InvalidValue: `lock_timeout` is no timedelta, or negative.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        lock_timeout: timedelta = timedelta(seconds=60),
    ) -> None:
        check_lengths("This token store is refused", lock_timeout=lock_timeout)
        self._timeout_s = lock_timeout.total_seconds()
        given = Path(path).expanduser()
        self._path = given / "naverworks-tokens.json" if given.is_dir() else given
        # One process's threads queue here, so that they do not poll the lock file.
        self._threads: dict[tuple[int, str], threading.Lock] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._path)!r})"

    def get(self, key: str) -> AccessToken | None:
        """Return the entry, or None."""
        entry = self._read().get(key)
        return AccessToken.from_storage(entry) if isinstance(entry, str) else None

    def set(self, key: str, token: AccessToken) -> None:
        """Replace the entry, and drop what has expired meanwhile.

        Raises:
            OSError: The file cannot be written.
        """
        with self._locked("write"):
            entries: dict[str, object] = {
                name: entry
                for name, entry in self._read().items()
                if name != key and isinstance(entry, str) and _alive(entry, token.issued_at)
            }
            entries[key] = token.to_storage()
            self._write(entries)

    def delete(self, key: str) -> None:
        """Drop the entry.

        Raises:
            OSError: The file cannot be written.
        """
        with self._locked("write"):
            entries = self._read()
            if entries.pop(key, None) is not None:
                self._write(entries)

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Hold the key's lock against every thread and process; TimeoutError if it takes too long."""
        with self._locked(key[:16]):
            yield

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        from filelock import FileLock, Timeout  # noqa: PLC0415 - needed by this store alone

        make_folder(self._path.parent)
        thread_lock = self._threads.setdefault((os.getpid(), name), threading.Lock())
        if not thread_lock.acquire(timeout=self._timeout_s):
            raise TimeoutError("another thread holds the token file's lock for too long")
        try:
            try:
                beside = Path(f"{self._path}.{name}.lock")
                claim(beside, follow=False)
                file_lock = FileLock(beside, timeout=self._timeout_s, mode=_OWNER_ONLY)
                file_lock.acquire(poll_interval=0.02)
            except Timeout:
                raise TimeoutError(
                    "another process holds the token file's lock for too long"
                ) from None
            try:
                yield
            finally:
                file_lock.release()
        finally:
            thread_lock.release()

    def _read(self) -> dict[str, object]:
        try:
            with read(self._path) as file:
                entries = json.loads(file.read(_LARGEST_FILE))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            _log.warning("The token file cannot be read (%s); going on without.", type(error))
            return {}
        return entries if isinstance(entries, dict) else {}

    def _write(self, entries: dict[str, object]) -> None:
        with replacing(self._path, alone=True) as file:
            file.write(json.dumps(entries, separators=(",", ":")).encode())


def _alive(entry: str, now: datetime) -> bool:
    token = AccessToken.from_storage(entry)
    return token is not None and not token.ended(now)
