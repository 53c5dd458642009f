"""Signing: the only importer of jwt and cryptography, and only when something is signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from naverworks_notify.auth._account import ServiceAccount
from naverworks_notify.errors import Hint, InvalidPrivateKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["Signer"]


class Signer:
    """Holds an account and, from the first signature on, the loaded key.

    Loading takes about 40 ms and some tens of kilobytes; `drop` gives the memory back, and the
    next signature loads it again. Safe to share between threads.
    """

    __slots__ = ("_key", "account")

    def __init__(self, account: ServiceAccount) -> None:
        self.account = account
        self._key: RSAPrivateKey | None = None

    @property
    def loaded(self) -> bool:
        """Whether the key is in memory, so that signing costs about a millisecond."""
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
        return jwt.encode(dict(claims), key, algorithm="RS256")


def _load(pem: str) -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        load_pem_private_key,
    )

    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except Exception:  # noqa: BLE001 - the library documents no closed set of exceptions
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise InvalidPrivateKey(
            "The private key cannot be used: its content is damaged, although its form is right.",
            hint=Hint(
                en="Download the key again from the Developer Console, or have another one issued.",
                ko="Developer Console에서 키를 다시 내려받거나 새로 발급하세요.",
            ),
        )
    return key
