"""What is kept of one user of the directory: enough to recognise and to judge, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from unicodedata import normalize

from attrs import field, frozen

from naverworks_notify.directory import User
from naverworks_notify.errors import InvalidValue
from naverworks_notify.members._keys import KEY_SIZE
from naverworks_notify.validation import Violations

__all__ = ["Member", "MemberStatus", "address_hash", "id_hash", "key_hash", "member_of"]


class MemberStatus(StrEnum):
    """Whether a user can receive messages.

    Source: https://developers.worksmobile.com/en/docs/user-list; of several flags the first in
    this order counts.
    """

    ACTIVE = "active"
    DELETED = "deleted"
    SUSPENDED = "suspended"
    PENDING = "pending"
    AWAITING = "awaiting"


def _pack(addresses: Iterable[bytes] | bytes) -> bytes:
    return addresses if isinstance(addresses, bytes) else b"".join(addresses)


@frozen(kw_only=True)
class Member:
    """One user of the directory, as the stores keep it.

    E-mail addresses and external keys are kept as hashes: enough to find a user by, and nothing
    to read. (Whoever can guess an address can test it, so the store still is personal data.)

    Attributes:
        user_id: Resource id; permanent.
        addresses: Hashes of the login e-mail, the aliases and the per-organisation e-mails, of 16
            bytes each; may be given in one piece.
        external_key: Hash of the external key, or None.
        status: Whether messages can be received.
        on_leave: The service's leave flag at the time of the walk.
        leave_start: When a leave begins, or None.
        leave_end: When it ends, or None.
        missing_since: Time of the first walk that did not show this user any more, or None.

    Raises:
        InvalidValue: A hash has another length.
    """

    user_id: str
    # In one piece, because there are many: a tuple of hashes takes three times as much.
    _packed: bytes = field(default=b"", alias="addresses", converter=_pack, repr=False)
    external_key: bytes | None = field(default=None, repr=False)
    status: MemberStatus = MemberStatus.ACTIVE
    on_leave: bool = False
    leave_start: datetime | None = None
    leave_end: datetime | None = None
    missing_since: datetime | None = None

    def __attrs_post_init__(self) -> None:
        found = Violations()
        if len(self._packed) % KEY_SIZE:
            found.add("addresses", "length", f"must be hashes of {KEY_SIZE} bytes each.")
        if self.external_key is not None and len(self.external_key) != KEY_SIZE:
            found.add("external_key", "length", f"must be a hash of {KEY_SIZE} bytes.")
        found.raise_as(InvalidValue)

    @property
    def addresses(self) -> tuple[bytes, ...]:
        """Hashes of the login e-mail, the aliases and the per-organisation e-mails."""
        packed = self._packed
        return tuple(packed[at : at + KEY_SIZE] for at in range(0, len(packed), KEY_SIZE))

    @property
    def keys(self) -> tuple[bytes, ...]:
        """Everything this user is found by."""
        return self.addresses if self.external_key is None else (*self.addresses, self.external_key)

    def is_away(self, now: datetime) -> bool:
        """Say whether the user is on leave, by the flag or by the dates.

        An end that has passed ends the leave whatever the flag of the last walk says.
        """
        if self.leave_end is not None and now >= self.leave_end:
            return False
        return self.on_leave or (self.leave_start is not None and self.leave_start <= now)


def id_hash(user_id: str) -> bytes:
    """Return the hash of a resource id, to find it by; ids differ by case."""
    return _digest(b"id", user_id)


def address_hash(email: str) -> bytes:
    """Return the hash of an e-mail address, in whichever of its spellings.

    Case and the blanks around it do not count, nor whether letters are composed, nor whether an
    international domain is written in its own letters or in ASCII (`xn--`).
    """
    text = _folded(email)
    if not text.isascii():
        local, at, domain = text.rpartition("@")
        text = local + at + ".".join(_ascii_label(label) for label in domain.split("."))
    return _digest(b"mail", text)


def key_hash(external_key: str) -> bytes:
    """Return the hash of an external key, whatever its case."""
    return _digest(b"key", _folded(external_key))


def member_of(user: User) -> Member:
    """Return what is kept of a user."""
    emails = (user.email, *user.alias_emails, *(place.email for place in user.organizations))
    leave = user.leave
    return Member(
        user_id=user.user_id,
        addresses=tuple(
            dict.fromkeys(address_hash(email) for email in emails if email and email.strip())
        ),
        external_key=_key_of(user),
        status=_status_of(user),
        on_leave=bool(leave is not None and leave.is_on_leave),
        leave_start=None if leave is None else leave.start,
        leave_end=None if leave is None else leave.end,
    )


def _key_of(user: User) -> bytes | None:
    key = user.external_key
    return key_hash(key) if key and key.strip() else None


def _status_of(user: User) -> MemberStatus:
    # A flag that is absent (a token with fewer scopes, a hidden item) says nothing.
    if user.is_deleted:
        return MemberStatus.DELETED
    if user.is_suspended:
        return MemberStatus.SUSPENDED
    if user.is_pending:
        return MemberStatus.PENDING
    return MemberStatus.AWAITING if user.is_awaiting else MemberStatus.ACTIVE


def _folded(text: str) -> str:
    text = text.strip()
    if text.isascii():
        return text.lower()
    # Composed before folding and after: folding can decompose.
    return normalize("NFC", normalize("NFC", text).casefold())


def _ascii_label(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def _digest(kind: bytes, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogatepass")
    return blake2b(raw, digest_size=KEY_SIZE, person=kind).digest()
