"""RSA keys of the simulated service accounts, made once per process."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

__all__ = ["KeyPair", "key_pair"]


@frozen(kw_only=True)
class KeyPair:
    """A private key as PEM text (PKCS#8, as the console gives it) and its public half."""

    pem: str
    public: RSAPublicKey


@functools.cache
def key_pair(number: int) -> KeyPair:  # noqa: ARG001 - the cache's key
    """Return the process's key of that number, 2048 bits; made at the first call.

    Making one takes a tenth of a second, so tests share them.
    """
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - 20 ms to load
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")
    return KeyPair(pem=pem, public=private.public_key())
