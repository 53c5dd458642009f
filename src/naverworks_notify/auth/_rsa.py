"""An RSA private key as its numbers: read from DER, and checked, without any library.

`cryptography` takes some 80 ms to validate a key (it tests the primes), and holds the interpreter
all that while. Its numbers prove the same in a tenth of a millisecond: whoever knows two factors
of the modulus knows the key. See the decision record "A key is checked by its numbers".
"""

from __future__ import annotations

import hashlib

from attrs import field, frozen

__all__ = ["MAX_KEY_BITS", "MIN_KEY_BITS", "Malformed", "RsaKey", "read_rsa_key", "refusal_of"]

# Not documented by the service; the floor of RFC 7518 section 3.3 for RS256.
MIN_KEY_BITS = 2048
# A key of a tenant is a stranger's input, and the time of a signature grows with its third power.
MAX_KEY_BITS = 8192
_SMALLEST_EXPONENT, _LARGEST_EXPONENT = 3, 1 << 32

_INTEGER, _OCTETS, _SEQUENCE = 0x02, 0x04, 0x30  # DER tags
_RSA_OID = bytes.fromhex("06092a864886f70d010101")
_OTHER_OIDS = {
    bytes.fromhex("06072a8648ce3d0201"): "an elliptic-curve key",
    bytes.fromhex("06032b6570"): "an Ed25519 key",
    bytes.fromhex("06032b6571"): "an Ed448 key",
    bytes.fromhex("06032b656e"): "an X25519 key",
    bytes.fromhex("06072a8648ce380401"): "a DSA key",
    bytes.fromhex("06092a864886f70d01010a"): "an RSA-PSS key",
}


class Malformed(Exception):  # noqa: N818 - never leaves this package
    """The bytes are no key of this kind; the text says what is wrong with them."""


@frozen(kw_only=True)
class RsaKey:
    """The numbers of RFC 8017 section 3.2."""

    modulus: int = field(repr=False)
    public_exponent: int = field(repr=False)
    private_exponent: int = field(repr=False)
    prime1: int = field(repr=False)
    prime2: int = field(repr=False)
    exponent1: int = field(repr=False)
    exponent2: int = field(repr=False)
    coefficient: int = field(repr=False)

    @property
    def consistent(self) -> bool:
        """Whether the numbers belong together, so that whoever made this text has the key.

        Only for a key that `refusal_of` lets pass: the cost grows with the numbers.
        """
        p, q, n = self.prime1, self.prime2, self.modulus
        # Factors as trivial as 1 and n would prove nothing, so both must have a fair share.
        shortest = n.bit_length() // 4
        if min(p.bit_length(), q.bit_length()) < shortest or p < 0 or q < 0 or p * q != n:
            return False
        d = self.private_exponent
        product = d * self.public_exponent
        return (
            0 < d < n
            and product % (p - 1) == 1
            and product % (q - 1) == 1
            and self.exponent1 == d % (p - 1)
            and self.exponent2 == d % (q - 1)
            and 0 < self.coefficient < p
            and self.coefficient * q % p == 1
        )

    def fingerprint(self) -> str:
        """Return the hash of the public half."""
        return hashlib.sha256(b"%x.%x" % (self.modulus, self.public_exponent)).hexdigest()


def refusal_of(der: bytes, *, wrapped: bool) -> str | None:
    """Return why a key of this size or exponent is not used, or None.

    Args:
        der: The key, as for `read_rsa_key`.
        wrapped: As for `read_rsa_key`.

    Raises:
        Malformed: It is no RSA key. What follows its public half is not looked at.
    """
    numbers = _numbers_in(der, wrapped=wrapped)
    bits = numbers.integer().bit_length()
    if bits < MIN_KEY_BITS:
        return f"its RSA modulus has {bits} bits, and {MIN_KEY_BITS} are the least for RS256"
    if bits > MAX_KEY_BITS:
        return f"its RSA modulus has {bits} bits, and {MAX_KEY_BITS} are the most that are used"
    exponent = numbers.integer()
    if exponent % 2 == 0 or not _SMALLEST_EXPONENT <= exponent <= _LARGEST_EXPONENT:
        return "its public exponent is even, or not between 3 and 2 to the power of 32"
    return None


def read_rsa_key(der: bytes, *, wrapped: bool) -> RsaKey:
    """Read the numbers of a key.

    Args:
        der: What stands in base64 between the marker lines.
        wrapped: Whether it is PKCS#8 (`-----BEGIN PRIVATE KEY-----`, RFC 5208), else PKCS#1
            (`-----BEGIN RSA PRIVATE KEY-----`, RFC 8017 appendix A.1.2).

    Raises:
        Malformed: It is no RSA key.
    """
    numbers = _numbers_in(der, wrapped=wrapped)
    key = RsaKey(
        modulus=numbers.integer(),
        public_exponent=numbers.integer(),
        private_exponent=numbers.integer(),
        prime1=numbers.integer(),
        prime2=numbers.integer(),
        exponent1=numbers.integer(),
        exponent2=numbers.integer(),
        coefficient=numbers.integer(),
    )
    numbers.end()
    return key


def _numbers_in(der: bytes, *, wrapped: bool) -> _Reader:
    if wrapped:
        outer = _Reader(der).whole(_SEQUENCE)
        outer.integer()
        algorithm = outer.take(_SEQUENCE)
        if not algorithm.startswith(_RSA_OID):
            kind = (name for oid, name in _OTHER_OIDS.items() if algorithm.startswith(oid))
            raise Malformed(f"it is {next(kind, 'a key of another kind')}, not an RSA key")
        der = outer.take(_OCTETS)
    numbers = _Reader(der).whole(_SEQUENCE)
    if numbers.integer() != 0:
        raise Malformed("its base64 text is damaged (it does not say two primes)")
    return numbers


class _Reader:
    """Reads DER values one after the other; only lengths that such a key can have."""

    __slots__ = ("_at", "_der")

    def __init__(self, der: bytes) -> None:
        self._der = der
        self._at = 0

    def whole(self, tag: int) -> _Reader:
        """Return a reader of the one value that this is."""
        inner = _Reader(self.take(tag))
        self.end()
        return inner

    def take(self, tag: int) -> bytes:
        """Return the content of the next value."""
        der, at = self._der, self._at
        head = der[at : at + 2]
        if len(head) < 2 or head[0] != tag:  # noqa: PLR2004 - a tag and a length
            raise Malformed("its base64 text is damaged")
        length, at = head[1], at + 2
        if length & 0x80:
            width = length & 0x7F
            if not 1 <= width <= 3:  # noqa: PLR2004 - 16 MB, far more than any key
                raise Malformed("its base64 text is damaged")
            length = int.from_bytes(der[at : at + width], "big")
            at += width
        self._at = at + length
        if self._at > len(der):
            raise Malformed("its base64 text is cut off")
        return der[at : self._at]

    def integer(self) -> int:
        """Return the next value, an integer."""
        return int.from_bytes(self.take(_INTEGER), "big", signed=True)

    def end(self) -> None:
        """Check that nothing follows."""
        if self._at != len(self._der):
            raise Malformed("its base64 text is damaged (something follows the key)")
