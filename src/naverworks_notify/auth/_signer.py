"""Signing: the only importer of jwt and cryptography, and only when something is signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from naverworks_notify.auth._account import ServiceAccount
from naverworks_notify.auth._pem import COPY_AGAIN, rsa_key_of
from naverworks_notify.errors import InvalidPrivateKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["Signer", "damaged_key", "validate_key"]

_PROBE = b"naverworks-notify"


class Signer:
    """Holds an account and, from the first signature on, the loaded key.

    Loading takes a millisecond and some tens of kilobytes; `drop` gives the memory back, and the
    next signature loads it again. Safe to share between threads.
    """

    __slots__ = ("_key", "account")

    def __init__(self, account: ServiceAccount) -> None:
        self.account = account
        self._key: RSAPrivateKey | None = None

    @property
    def loaded(self) -> bool:
        """Whether the key is in memory, so that signing imports and loads nothing."""
        return self._key is not None

    def drop(self) -> None:
        """Forget the loaded key."""
        self._key = None

    def sign(self, claims: Mapping[str, object]) -> str:
        """Return the claims as a compact JWT, signed with RS256 and nothing else.

        Raises:
            InvalidPrivateKey: The text has the form of a key but is none.
        """
        import jwt  # noqa: PLC0415 - a tenth of a second, paid by the first signature only

        key = self._key
        if key is None:
            key = self._key = _load(self.account.private_key)
        if key is None:
            raise damaged_key()
        return jwt.encode(dict(claims), key, algorithm="RS256")


def damaged_key() -> InvalidPrivateKey:
    """Return the error for a text that has the form of a key and is none."""
    return InvalidPrivateKey(
        "The private key cannot be used: its content is damaged, although its form is right.",
        # Not "have another one issued": the key may be good, and only this copy of it is not.
        hint=COPY_AGAIN,
    )


def validate_key(account: ServiceAccount) -> None:
    """Check the account's key as thoroughly as the library can; takes a tenth of a second.

    Raises:
        InvalidPrivateKey: The text has the form of a key but is none.
    """
    if rsa_key_of(account.private_key) is None or not _proven(account.private_key, validate=True):
        raise damaged_key()


def _load(pem: str) -> RSAPrivateKey | None:
    # The library's own validation tests the primes: 80 ms in which no other thread runs. The
    # numbers and one signature tell a damaged key as well; see the decision record.
    return None if rsa_key_of(pem) is None else _proven(pem, validate=False)


def _proven(pem: str, *, validate: bool) -> RSAPrivateKey | None:
    """Return the loaded key if its public half verifies what its private half signs."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        load_pem_private_key,
    )

    try:
        key = load_pem_private_key(
            pem.encode(), password=None, unsafe_skip_rsa_key_validation=not validate
        )
        if not isinstance(key, RSAPrivateKey):
            return None
        signature = key.sign(_PROBE, PKCS1v15(), SHA256())
        key.public_key().verify(signature, _PROBE, PKCS1v15(), SHA256())
    except Exception:  # noqa: BLE001 - the library documents no closed set of exceptions
        return None
    return key
