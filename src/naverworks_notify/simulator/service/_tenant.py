"""What the simulated service remembers: a tenant with its members, bots, rooms and files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from attrs import define, field, frozen

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.simulator.service._answers import Situation
from naverworks_notify.simulator.service._people import SimulatedUser

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

__all__ = [
    "App",
    "Attachment",
    "Bot",
    "BotDomain",
    "Channel",
    "RichMenu",
    "SentMessage",
    "Tenant",
]

DELETION_GRACE = timedelta(days=7)


@frozen(kw_only=True)
class SentMessage:
    """A message the service accepted.

    Attributes:
        number: Counts up from 1.
        bot_id: The bot that sent it.
        user_id: Resource ID of the member it went to, also by the 1:1 room; None for a room of
            several.
        channel_id: The room it went to, also a 1:1 room; None where a member was addressed.
        address: The member or room as the caller wrote it, decoded: an ID or an e-mail address.
        content: The content exactly as received.
        at: When, by the service's clock.
        operation: `messages.send_to_user` or `messages.send_to_channel`.
        domain_id: The domain of the app that sent it.
    """

    number: int
    bot_id: int
    user_id: str | None
    channel_id: str | None
    address: str = field(repr=False)
    content: dict[str, Any] = field(repr=False)
    at: datetime
    operation: str
    domain_id: int

    def __str__(self) -> str:
        return f"{self.operation} #{self.number} ({self.content.get('type')})"


@define(kw_only=True)
class App:
    """A client app of the developer console with its service account."""

    client_id: str
    client_secret: str = field(repr=False)
    service_account_id: str
    domain_id: int
    scopes: tuple[str, ...]
    public_key: RSAPublicKey | None = field(default=None, repr=False)
    private_key: str = field(default="", repr=False)


@define(kw_only=True)
class BotDomain:
    """A bot's registration in one domain."""

    domain_id: int
    visible: bool = False
    allow_to_selected_member: bool = False
    members: list[str] = field(factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form."""
        return {
            "domainId": self.domain_id,
            "visible": self.visible,
            "allowToSelectedMember": self.allow_to_selected_member,
        }


@define(kw_only=True)
class Channel:
    """A room."""

    channel_id: str
    domain_id: int
    kind: str
    members: list[str]
    title: str | None = None
    bot_present: bool = True
    private: bool = False  # the 1:1 room of one member with the bot
    group_id: str | None = None
    org_unit_id: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form of GET."""
        kind: dict[str, Any] = {"type": self.kind}
        if self.group_id is not None:
            kind["groupId"] = self.group_id
        if self.org_unit_id is not None:
            kind["orgUnitId"] = self.org_unit_id
        wire: dict[str, Any] = {
            "domainId": self.domain_id,
            "channelId": self.channel_id,
            "channelType": kind,
        }
        if self.title is not None:
            wire["title"] = self.title
        return wire


@define(kw_only=True)
class Attachment:
    """A file that was announced, and its content once it was uploaded; or one from a member.

    Attributes:
        life: How long it is kept; None is without end, as nothing is established of files that
            members send.
    """

    file_id: str
    file_name: str
    created_at: datetime
    upload_token: str = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
    content_type: str = "application/octet-stream"
    life: timedelta | None = timedelta(hours=24)

    def has_expired(self, now: datetime) -> bool:
        """Whether it is gone."""
        return self.life is not None and now >= self.created_at + self.life


@define(kw_only=True)
class RichMenu:
    """A rich menu with its picture."""

    richmenu_id: str
    fields: dict[str, Any]
    image: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form."""
        return {"richmenuId": self.richmenu_id, **self.fields}


@define(kw_only=True)
class Bot:
    """A bot with everything that belongs to it."""

    bot_id: int
    fields: dict[str, Any]
    created_at: datetime
    modified_at: datetime
    secret: str = field(default="", repr=False)
    domains: dict[int, BotDomain] = field(factory=dict)
    channels: dict[str, Channel] = field(factory=dict)
    attachments: dict[str, Attachment] = field(factory=dict)
    persistent_menu: dict[str, Any] | None = None
    richmenus: dict[str, RichMenu] = field(factory=dict)
    user_richmenus: dict[str, str] = field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form."""
        return {
            "botId": self.bot_id,
            **self.fields,
            "createdTime": self.created_at.isoformat(timespec="seconds"),
            "modifiedTime": self.modified_at.isoformat(timespec="seconds"),
        }


@define(kw_only=True)
class Tenant:
    """One customer organisation."""

    domain_id: int
    users: dict[str, SimulatedUser] = field(factory=dict)
    bots: dict[int, Bot] = field(factory=dict)
    domains: set[int] = field(factory=set)
    groups: dict[str, dict[str, Any]] = field(factory=dict)
    org_units: dict[str, dict[str, Any]] = field(factory=dict)
    org_unit_members: dict[str, list[dict[str, Any]]] = field(factory=dict)
    levels: list[dict[str, Any]] = field(factory=list)
    positions: list[dict[str, Any]] = field(factory=list)
    user_types: list[dict[str, Any]] = field(factory=list)
    received_files: dict[str, Attachment] = field(factory=dict)
    _addresses: dict[str, str] = field(factory=dict)
    _external_keys: dict[str, str] = field(factory=dict)
    _by_domain: dict[int, tuple[SimulatedUser, ...]] = field(factory=dict)
    _deleted: set[str] = field(factory=set)

    def put_user(self, user: SimulatedUser) -> None:
        """Add a member, or replace the one of the same ID.

        Raises:
            InvalidValue: Another member has one of the addresses, or the external key.
        """
        self._forget_addresses(user.user_id)
        for address in user.addresses:
            if self._addresses.get(address.lower(), user.user_id) != user.user_id:
                raise _taken("email", "Two simulated users share an e-mail address.")
        if self._external_keys.get(user.external_key or "", user.user_id) != user.user_id:
            raise _taken("external_key", "Two simulated users share an external key.")
        self.users[user.user_id] = user
        self._by_domain.clear()
        (self._deleted.add if user.deleted else self._deleted.discard)(user.user_id)
        for address in user.addresses:
            self._addresses[address.lower()] = user.user_id
        if user.external_key is not None:
            self._external_keys[user.external_key] = user.user_id

    def drop_user(self, user_id: str) -> None:
        """Remove a member without a trace."""
        self._forget_addresses(user_id)
        self.users.pop(user_id, None)
        self._by_domain.clear()
        self._deleted.discard(user_id)

    def find_user(self, address: str) -> SimulatedUser | None:
        """Return a member by resource ID, e-mail address or `externalKey:`."""
        if address.startswith("externalKey:"):
            found = self._external_keys.get(address.removeprefix("externalKey:"))
        elif address in self.users:
            found = address
        else:
            found = self._addresses.get(address.lower())
        return None if found is None else self.users[found]

    def state_of(self, user: SimulatedUser, now: datetime) -> Situation | None:
        """Return what keeps messages from a member, or None."""
        if user.deleted:
            return Situation.SEND_TO_DELETED
        if user.suspended:
            return Situation.SEND_TO_SUSPENDED
        if user.pending:
            return Situation.SEND_TO_PENDING
        if user.awaiting:
            return Situation.SEND_TO_AWAITING
        if user.leave is not None and user.leave[0] <= now < user.leave[1]:
            return Situation.SEND_TO_ON_LEAVE
        return None

    def listed_users(
        self, domain_id: int, now: datetime, *, with_deleted: bool
    ) -> Sequence[SimulatedUser]:
        """Return the members of a domain as a list shows them, in the order they were added."""
        if domain_id not in self._by_domain:
            # Kept until a member changes: a walk of a large organisation asks for every page.
            self._by_domain[domain_id] = tuple(
                user
                for user in self.users.values()
                if (user.domain_id or self.domain_id) == domain_id
            )
        members = self._by_domain[domain_id]
        if not self._deleted:
            return members
        return [
            user
            for user in members
            if not user.deleted or (with_deleted and not self.is_gone(user, now))
        ]

    def is_gone(self, user: SimulatedUser, now: datetime) -> bool:
        """Whether a deleted member's seven days of grace are over."""
        return user.deleted_at is not None and now >= user.deleted_at + DELETION_GRACE

    def _forget_addresses(self, user_id: str) -> None:
        known = self.users.get(user_id)
        if known is None:
            return
        for address in known.addresses:
            self._addresses.pop(address.lower(), None)
        if known.external_key is not None:
            self._external_keys.pop(known.external_key, None)


def _taken(path: str, told: str) -> InvalidValue:
    return InvalidValue(violations=(Violation(path, "unique", told),))


def location_of(base: str, *segments: str) -> str:
    """Return a URL below `base` with encoded segments."""
    return "/".join([base, *(quote(segment, safe="") for segment in segments)])
