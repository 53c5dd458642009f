"""Was this callback really sent by the service?"""

from __future__ import annotations

import base64
import hashlib
import hmac

__all__ = ["LARGEST_BODY", "verify"]

# Not documented; a cap so that nobody can have us hash or parse without end.
LARGEST_BODY = 1024 * 1024


def verify(body: bytes, signature: str, secret: str) -> bool:
    """Tell whether a callback's signature fits its body, in constant time. No IO.

    Give the body as it arrived: the same JSON written anew has other bytes and fails. Anything
    that is not as it should be (a missing header, hex instead of base64, an empty secret, a body
    above 1 MiB) gives False and no exception.

    Source: https://developers.worksmobile.com/kr/docs/bot-callback

    Examples:
        >>> verify(b"{}", "not the signature", "bot-secret")
        False

    Args:
        body: The raw request body.
        signature: The value of the header X-WORKS-Signature: Base64(HMAC-SHA256(secret, body)).
        secret: The Bot Secret, from the bot's page in the Developer Console.
    """
    given: tuple[object, object, object] = (body, signature, secret)
    if not (
        isinstance(given[0], (bytes, bytearray, memoryview))
        and isinstance(given[1], str)
        and isinstance(given[2], str)
    ):
        return False
    # With an empty key anybody could compute the signature.
    if not secret or len(body) > LARGEST_BODY:
        return False
    try:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        return hmac.compare_digest(base64.b64encode(digest), signature.strip().encode("ascii"))
    except UnicodeEncodeError:
        return False
