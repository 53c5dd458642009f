"""Tokens in one file, for the processes of one machine."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from naverworks_notify.auth._key_locks import KeyLocks
from naverworks_notify.auth._lengths import check_lengths
from naverworks_notify.auth._token import AccessToken
from naverworks_notify.errors import InvalidValue, TokenStoreError, TokenStoreTimeout, Violation
from naverworks_notify.logs import logger_of
from naverworks_notify.private_files import claim, make_folder, read, replacing

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["FileTokenStore"]

_log = logger_of("auth")

_OWNER_ONLY = 0o600
_LARGEST_FILE = 64 * 1024 * 1024


class FileTokenStore:
    """Keeps tokens in a file that only this user may read (mode 0600).

    Written to a temporary file and renamed into place, so that a reader never sees half of it;
    guarded by lock files beside it (`filelock`), which end with the process that holds them and
    are removed when nobody needs them. A file that cannot be read counts as empty. For a local
    disk, and for up to some hundred accounts, as each change writes the file anew: beyond that
    see `SqlTokenStore`. Safe to share between threads and processes.

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
        InvalidValue: `lock_timeout` is no timedelta, or negative; or there is no such home.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        lock_timeout: timedelta = timedelta(seconds=60),
    ) -> None:
        check_lengths("This token store is refused", lock_timeout=lock_timeout)
        self._timeout_s = lock_timeout.total_seconds()
        given = _expanded(Path(path))
        self._path = given / "naverworks-tokens.json" if given.is_dir() else given
        # One process's threads queue here, so that they do not poll the lock file.
        self._threads = KeyLocks(self._timeout_s)
        # What was read last, and of which file: each change makes another one.
        self._last: tuple[tuple[int, int, int], dict[str, object]] | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._path)!r})"

    def get(self, key: str) -> AccessToken | None:
        """Return the entry, or None."""
        entry = self._read().get(key)
        return AccessToken.from_storage(entry) if isinstance(entry, str) else None

    def set(self, key: str, token: AccessToken) -> None:
        """Replace the entry, and drop what has expired meanwhile.

        Raises:
            TokenStoreError: The file cannot be written, or its lock not be had.
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
            TokenStoreError: The file cannot be written, or its lock not be had.
        """
        with self._locked("write"):
            entries = dict(self._read())
            if entries.pop(key, None) is not None:
                self._write(entries)

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Hold the key's lock against every thread and process.

        Raises:
            TokenStoreTimeout: Others hold it for too long.
            TokenStoreError: The lock file cannot be made.
        """
        with self._locked(key[:16], keep=False):
            yield

    @contextmanager
    def _locked(self, name: str, *, keep: bool = True) -> Iterator[None]:
        with self._threads.hold(name):
            beside = Path(f"{self._path}.{name}.lock")
            file_lock = self._acquired(beside)
            try:
                yield
            finally:
                if not keep:
                    # While it is held. Who had opened it before and gets it now notices that, but
                    # for a moment; two exchanges at once would be the harm, two writers are not.
                    with suppress(OSError):
                        beside.unlink()
                file_lock.release()

    def _acquired(self, beside: Path) -> BaseFileLock:
        from filelock import FileLock, Timeout  # noqa: PLC0415 - needed by this store alone

        until = time.monotonic() + self._timeout_s
        try:
            while True:
                make_folder(self._path.parent)
                claim(beside, follow=False)
                left = max(until - time.monotonic(), 0.0)
                file_lock = FileLock(beside, timeout=left, mode=_OWNER_ONLY)
                file_lock.acquire(poll_interval=0.02)
                if beside.exists():
                    return file_lock
                # The one before had it removed between our opening it and our holding it.
                file_lock.release()
        except Timeout:
            pass
        except (OSError, ValueError) as error:
            raise _unusable(error) from None
        raise TokenStoreTimeout("another process holds its lock for too long")

    def _read(self) -> dict[str, object]:
        try:
            with read(self._path) as file:
                status = os.fstat(file.fileno())
                which = (status.st_ino, status.st_mtime_ns, status.st_size)
                last = self._last
                if last is not None and last[0] == which:
                    return last[1]
                entries = json.loads(file.read(_LARGEST_FILE))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            _log.warning(
                "The token file cannot be read (%s); going on without.", type(error).__name__
            )
            return {}
        if not isinstance(entries, dict):
            return {}
        self._last = (which, entries)
        return entries

    def _write(self, entries: dict[str, object]) -> None:
        try:
            with replacing(self._path, alone=True) as file:
                file.write(json.dumps(entries, separators=(",", ":")).encode())
        except (OSError, ValueError) as error:
            raise _unusable(error) from None


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        violation = Violation("path", "home", "begins with a home folder that nobody knows.")
    raise InvalidValue("This token store is refused", violations=(violation,))


def _unusable(error: Exception) -> TokenStoreError:
    told = getattr(error, "strerror", None) or type(error).__name__
    return TokenStoreError(told)


def _alive(entry: str, now: datetime) -> bool:
    token = AccessToken.from_storage(entry)
    return token is not None and not token.ended(now)
