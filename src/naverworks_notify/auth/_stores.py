"""Where tokens are kept between exchanges: the protocol, and the store in memory."""

from __future__ import annotations

import hashlib
import json
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import timedelta
from typing import Protocol, runtime_checkable

from naverworks_notify.auth._account import ServiceAccount
from naverworks_notify.auth._endpoints import Endpoints
from naverworks_notify.auth._key_locks import KeyLocks
from naverworks_notify.auth._lengths import check_lengths
from naverworks_notify.auth._pem import rsa_key_of
from naverworks_notify.auth._signer import damaged_key
from naverworks_notify.auth._token import AccessToken

__all__ = ["MemoryTokenStore", "TokenStore", "store_key"]

_FIRST_SWEEP = 256


@runtime_checkable
class TokenStore(Protocol):
    """What an implementer of a shared token store writes: four methods, blocking, thread-safe.

    The store is a cache. Losing an entry costs one exchange, so a store may forget at any time,
    and an exception from `get`, `set`, `delete` or `lock` is logged and taken for a miss.

    Must: keep entries of different keys apart; show what one process `set` to the `get` of
    another that holds the lock afterwards; keep entries out of logs, and at rest readable by
    this user only (`AccessToken.to_storage()` holds the token in the clear; encrypt it where
    others can read).
    Should: let entries go after `max(token.expires_at, token.refresh_expires_at)`.
    Need not: be usable in an event loop; the async client calls it in a worker thread, and
    enters and leaves one lock on the same thread.

    The key is a hash of endpoint, account, scopes, client secret and public key: whoever lacks one
    of them finds no token, and none of them can be read off it.
    """

    def get(self, key: str) -> AccessToken | None:
        """Return the entry, or None. Called without the lock as well."""
        ...

    def set(self, key: str, token: AccessToken) -> None:
        """Replace the entry, as a whole: a reader sees the old one or the new one."""
        ...

    def delete(self, key: str) -> None:
        """Drop the entry; do nothing if there is none."""
        ...

    def lock(self, key: str) -> AbstractContextManager[object]:
        """Return a lock, held around one exchange, against all others with this key.

        It should end by itself when its holder dies, and entering it should give up (by an
        exception) after about a minute: then an exchange is made without it.
        """
        ...


def store_key(account: ServiceAccount, endpoints: Endpoints) -> str:
    """Return the entry's name: a hash of the whole credential, of which none can be read.

    Ids are no secret, so whoever has only those, or only the secret, or only the key, must name
    another entry. The public half of the key stands for it, and only where the numbers prove
    that the private half is there.

    Raises:
        InvalidPrivateKey: The text has the form of a key but is none.
    """
    key = rsa_key_of(account.private_key)
    if key is None:
        raise damaged_key()
    named = [
        2,
        endpoints.auth,
        account.client_id,
        account.service_account_id,
        sorted(account.scopes),
        hashlib.sha256(account.client_secret.encode()).hexdigest(),
        key.fingerprint(),
    ]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()


class MemoryTokenStore:
    """Keeps tokens in this process; the default. Safe to share between threads and clients.

    What has ended is let go as others come in.

    Examples:
        >>> store = MemoryTokenStore()
        >>> store.get("unknown") is None
        True

    Args:
        lock_timeout: How long to wait for a lock that others hold.

    Raises:
        InvalidValue: `lock_timeout` is no timedelta, or negative.
    """

    def __init__(self, *, lock_timeout: timedelta = timedelta(seconds=60)) -> None:
        check_lengths("This token store is refused", lock_timeout=lock_timeout)
        self._tokens: dict[str, AccessToken] = {}
        # Looked through whenever it has doubled, so that a `set` costs the same on average.
        self._sweep_at = _FIRST_SWEEP
        self._locks = KeyLocks(lock_timeout.total_seconds())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._tokens)} tokens)"

    def get(self, key: str) -> AccessToken | None:
        """Return the entry, or None."""
        return self._tokens.get(key)

    def set(self, key: str, token: AccessToken) -> None:
        """Replace the entry."""
        self._tokens[key] = token
        if len(self._tokens) >= self._sweep_at:
            for name, kept in list(self._tokens.items()):
                if kept.ended(token.issued_at):
                    self._tokens.pop(name, None)
            self._sweep_at = max(2 * len(self._tokens), _FIRST_SWEEP)

    def delete(self, key: str) -> None:
        """Drop the entry."""
        self._tokens.pop(key, None)

    def lock(self, key: str) -> AbstractContextManager[None]:
        """Return the key's lock.

        Entering it raises TokenStoreTimeout where others hold it for too long.
        """
        return self._locks.hold(key)

    def lock_async(self, key: str) -> AbstractAsyncContextManager[None]:
        """Return the same lock for tasks, which takes no thread."""
        return self._locks.hold_async(key)
