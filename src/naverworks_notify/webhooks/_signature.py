"""Was this callback really sent by the service?"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection, Mapping

__all__ = ["LARGEST_BODY", "keys_of", "raw_bytes", "verify"]

# Not documented; a cap so that nobody can have us hash or parse without end.
LARGEST_BODY = 1024 * 1024

# They can be iterated, but what comes out is not what was meant as secrets.
_NO_SECRETS = (str, bytes, bytearray, Mapping)


def verify(body: bytes, signature: str, secret: str | Collection[str]) -> bool:
    """Tell whether a callback's signature fits its body, in constant time. No IO.

    Give the body as it arrived: the same JSON written anew has other bytes and fails. Anything
    that is not as it should be (a missing header, hex instead of base64, an empty secret, a body
    above 1 MiB) gives False and no exception; `receive` says what it is.

    Source: https://developers.worksmobile.com/kr/docs/bot-callback

    Examples:
        >>> verify(b"{}", "not the signature", "bot-secret")
        False

    Args:
        body: The raw request body.
        signature: The value of the header X-WORKS-Signature: Base64(HMAC-SHA256(secret, body)).
        secret: The Bot Secret, from the bot's page in the Developer Console; during a rotation
            the old one and the new one.
    """
    raw, keys, given = raw_bytes(body), keys_of(secret), signature_of(signature)
    if raw is None or given is None or len(raw) > LARGEST_BODY:
        return False
    # Every secret is tried, so that the time does not tell which one fits.
    fitting = [_fits(raw, given, key) for key in keys]
    return any(fitting)


def _fits(body: bytes, signature: bytes, key: bytes) -> bool:
    digest = hmac.digest(key, body, hashlib.sha256)
    return hmac.compare_digest(base64.b64encode(digest), signature)


def raw_bytes(body: object) -> bytes | None:
    """Return a bytes-like body as bytes; None for anything else."""
    if isinstance(body, bytes):
        return body
    if not isinstance(body, (bytearray, memoryview)):
        return None
    try:
        return bytes(body)
    except ValueError:  # a memoryview that was released
        return None


def keys_of(secret: object) -> tuple[bytes, ...]:
    """Return the usable keys among one secret or several.

    With an empty key anybody could compute the signature, so an empty secret is none, nor is one
    of blanks, such as an empty file that ends in a line break. One with blanks around it is tried
    without them as well.
    """
    several: Collection[object] = (secret,)
    if isinstance(secret, Collection) and not isinstance(secret, _NO_SECRETS):
        several = secret
    texts = [one for one in several if isinstance(one, str) and one.strip()]
    keys: dict[bytes, None] = {}
    for text in (*texts, *[text.strip() for text in texts]):
        try:
            keys[text.encode()] = None
        except UnicodeEncodeError:  # a lone surrogate: nobody can have signed with it
            continue
    return tuple(keys)


def signature_of(header: object) -> bytes | None:
    """Return the signature in a header's value; None where it cannot be one."""
    if not isinstance(header, str):
        return None
    try:
        return header.strip().encode("ascii")
    except UnicodeEncodeError:
        return None
