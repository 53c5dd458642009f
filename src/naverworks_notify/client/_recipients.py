"""Whom a client may tell: everything that reaches people passes here, so that staging tells nobody.

Decided on the operation itself, and so for each way to make one: sends, replies, batches, rooms,
and calls by path.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from attrs import evolve, frozen

from naverworks_notify.auth._environment import read_variable
from naverworks_notify.errors import Hint, InvalidValue, NotAllowedHere, Violation
from naverworks_notify.operations import ENDPOINTS, Effect, Operation, json_content
from naverworks_notify.operations._operation import segment, user_segment

__all__ = [
    "OnlyTo",
    "Recipients",
    "RedirectTo",
    "read_only_to",
    "read_redirect_to",
    "recipients_of",
]

_ONLY_TO, _REDIRECT_TO = "NAVERWORKS_ONLY_TO", "NAVERWORKS_REDIRECT_TO"
_NOBODY = "none"
_ROOM = re.compile(r"(?:channel|room):(.*)", re.IGNORECASE)
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z0-9._:+=-]+")
# What people write for «everybody», «nobody» or a switch; no id is called so.
_NO_IDS = frozenset(
    [
        "all",
        "any",
        "anyone",
        "everyone",
        "everybody",
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "null",
        "nil",
        "undefined",
    ]
)
_MOST_ROOMS = 10_000
# Other paths by which a message would reach somebody, now or one day.
_REACHING = frozenset({"messages", "message", "mail", "mails"})

_TO_USER = ENDPOINTS["messages.send_to_user"]
_TO_CHANNEL = ENDPOINTS["messages.send_to_channel"]
_NEW_ROOM = "channels.create"

_HINT = Hint(
    en="Where this address may be told here, add it to only_to= or NAVERWORKS_ONLY_TO. A system "
    "that tells real people must set neither these nor redirect_to=.",
    ko="여기서 보내도 되는 주소라면 only_to= 또는 NAVERWORKS_ONLY_TO에 추가하세요. 실제 사용자에게 "
    "알리는 시스템에는 이 설정도, redirect_to=도 없어야 합니다.",
)


@frozen
class OnlyTo:
    """The addresses that may be told.

    Attributes:
        addresses: E-mail addresses in lower case, user ids, external keys and room ids.
        domains: Domains of e-mail addresses, in lower case.
    """

    addresses: frozenset[str]
    domains: frozenset[str]

    def allows(self, address: str) -> bool:
        """Return whether an address may be told."""
        if address.count("@") != 1 or address.startswith("externalKey:"):
            return address in self.addresses
        lowered = address.lower()
        return lowered in self.addresses or lowered.partition("@")[2] in self.domains

    def __repr__(self) -> str:
        # Addresses are of people, and this may end up in a log.
        return f"<{len(self.addresses)} addresses, {len(self.domains)} domains>"


@frozen(repr=False)
class RedirectTo:
    """Where every message goes instead.

    Attributes:
        address: A person or a room.
        is_room: Whether it is a room.
    """

    address: str
    is_room: bool = False

    def __repr__(self) -> str:
        return "<a room>" if self.is_room else "<a person>"


def read_only_to(given: OnlyTo | str | Iterable[str] | None) -> OnlyTo | None:
    """Return who may be told; None for everybody.

    Args:
        given: Addresses, a text of them, or None for what NAVERWORKS_ONLY_TO says.

    Raises:
        InvalidValue: It cannot be read. It is never taken for «everybody».
    """
    if isinstance(given, OnlyTo):
        return given
    if given is None:
        if _ONLY_TO not in os.environ:
            return None
        return _only_to(_split(read_variable(_ONLY_TO, os.environ)), _ONLY_TO)
    if isinstance(given, str):
        return _only_to(_split(given), "only_to")
    unchecked: Any = given
    if not isinstance(unchecked, Iterable) or isinstance(unchecked, (bytes, bytearray)):
        raise _refused("only_to", "must be addresses, or a text of them.")
    entries: list[str] = []
    for one in unchecked:
        if not isinstance(one, str):
            raise _refused("only_to", "must hold text only.")
        entries.append(one.strip())
    # A collection that is empty, unlike a text, says plainly that there is nobody.
    return _only_to(entries or [_NOBODY], "only_to")


def _split(text: str) -> list[str]:
    return [one for one in re.split(r"[\s,;]+", text) if one]


def _only_to(entries: list[str], name: str) -> OnlyTo:
    if not entries:
        raise _refused(name, f"is empty; write {_NOBODY} for nobody, or leave it out.")
    if any(one.lower() == _NOBODY for one in entries):
        if len(entries) > 1:
            raise _refused(name, f"must hold nothing beside {_NOBODY}.")
        return OnlyTo(frozenset(), frozenset())
    addresses: set[str] = set()
    domains: set[str] = set()
    for at, one in enumerate(entries):
        domain = one.removeprefix("*").removeprefix("@")
        if domain != one or (one.count("@") == 0 and "." in one and ":" not in one):
            if _DOMAIN.fullmatch(domain) is None:
                raise _unreadable(name, at)
            domains.add(domain.lower())
        else:
            addresses.add(_address(one, name, at)[0])
    return OnlyTo(frozenset(addresses), frozenset(domains))


def read_redirect_to(given: RedirectTo | str | None) -> RedirectTo | None:
    """Return where every message goes instead; None for where it was meant to go.

    Args:
        given: A person's address or id, `channel:` and a room's id, or None for what
            NAVERWORKS_REDIRECT_TO says.

    Raises:
        InvalidValue: It cannot be read.
    """
    if isinstance(given, RedirectTo):
        return given
    name, value = "redirect_to", given
    if given is None:
        if _REDIRECT_TO not in os.environ:
            return None
        name, value = _REDIRECT_TO, read_variable(_REDIRECT_TO, os.environ)
    if not isinstance(value, str):
        raise _refused(name, "must be one address.")
    entries = _split(value)
    if len(entries) != 1 or entries[0].lower() == _NOBODY:
        raise _refused(name, "must be one address of a person, or channel: and the id of a room.")
    return RedirectTo(*_address(entries[0], name, 0))


def _address(text: str, name: str, at: int) -> tuple[str, bool]:
    """Return an address in the form that is compared, and whether it is that of a room."""
    room = _ROOM.fullmatch(text)
    if room is not None and _ID.fullmatch(room[1]):
        return room[1], True
    local, mark, domain = text.partition("@")
    if text.startswith("externalKey:"):
        fits = bool(mark) or _ID.fullmatch(text) is not None
    elif mark:
        fits = bool(local) and _DOMAIN.fullmatch(domain) is not None
        text = text.lower()
    else:
        fits = _ID.fullmatch(text) is not None and text.lower() not in _NO_IDS
    if not fits or room is not None or not text.isprintable():
        raise _unreadable(name, at)
    return text, False


def _unreadable(name: str, at: int) -> InvalidValue:
    # Not quoted: it may be half of somebody's address.
    return _refused(
        name,
        f"has something as entry {at + 1} that is no e-mail address, @domain, id, or channel: and "
        "the id of a room.",
    )


def _refused(name: str, told: str) -> InvalidValue:
    return InvalidValue(violations=(Violation(name, "recipients", told),))


class Recipients:
    """Lets operations pass that tell only whom they may, or sends them elsewhere.

    Args:
        only_to: Who may be told; None for everybody.
        redirect_to: Where every message goes instead, whoever may be told.
    """

    __slots__ = ("_only_to", "_redirect_to", "_rooms")

    def __init__(self, only_to: OnlyTo | None, redirect_to: RedirectTo | None) -> None:
        self._only_to = only_to
        self._redirect_to = redirect_to
        # Rooms made here, with nobody in them but who may be told. In the order they were made.
        self._rooms: dict[str, None] = {}

    def told(self) -> str:
        """Return one line about what is on, without an address."""
        if self._redirect_to is not None:
            where = "room" if self._redirect_to.is_room else "person"
            return f"redirect_to is on: every message goes to one {where}, whomever it is meant for"
        only = self._only_to
        if only is None or not (only.addresses or only.domains):
            return "only_to is on: nobody is told anything"
        return (
            f"only_to is on: messages go to {len(only.addresses)} addresses and "
            f"{len(only.domains)} domains only"
        )

    def admit(self, operation: Operation[Any]) -> tuple[Operation[Any], ...]:
        """Return what is to be carried out in place of an operation, in order.

        Raises:
            NotAllowedHere: It would tell somebody who may not be told.
        """
        endpoint = operation.endpoint
        if endpoint.name == _NEW_ROOM:
            return (self._new_room(operation),)
        if endpoint.effect is Effect.SEND:
            return self._message(operation)
        if endpoint.effect is Effect.MANAGE and endpoint.name not in ENDPOINTS:
            parts = operation.path.lower().split("/")
            if not _REACHING.isdisjoint(parts):
                raise _not_allowed(operation)
        return (operation,)

    def note(self, operation: Operation[Any], answer: object) -> None:
        """Remember a room that was made here, so that messages may go into it."""
        if operation.endpoint.name != _NEW_ROOM:
            return
        made = answer.get("channelId") if isinstance(answer, dict) else None
        made = made or getattr(answer, "channel_id", None)
        if isinstance(made, str):
            self._rooms[made] = None
            if len(self._rooms) > _MOST_ROOMS:
                del self._rooms[next(iter(self._rooms))]

    def _message(self, operation: Operation[Any]) -> tuple[Operation[Any], ...]:
        bot, kind, address = _addressed(operation)
        target = self._redirect_to
        if target is not None:
            return _redirected(operation, bot, kind, address, target)
        only = self._only_to
        if only is None or only.allows(address) or (kind == "channels" and address in self._rooms):
            return (operation,)
        raise _not_allowed(operation)

    def _new_room(self, operation: Operation[Any]) -> Operation[Any]:
        try:
            room: Any = json.loads(operation.content or b"")
            members = room["members"]
        except (ValueError, TypeError, KeyError):
            raise _not_allowed(operation) from None
        target = self._redirect_to
        if target is not None:
            if target.is_room:
                raise _not_allowed(operation)
            return evolve(operation, content=json_content({**room, "members": [target.address]}))
        only = self._only_to
        if only is None or (
            isinstance(members, list)
            and all(isinstance(one, str) and only.allows(one) for one in members)
        ):
            return operation
        raise _not_allowed(operation)


def recipients_of(only_to: OnlyTo | None, redirect_to: RedirectTo | None) -> Recipients | None:
    """Return what operations have to pass; None where everybody may be told."""
    if only_to is None and redirect_to is None:
        return None
    return Recipients(only_to, redirect_to)


def _not_allowed(operation: Operation[Any]) -> NotAllowedHere:
    return NotAllowedHere(
        f"{operation.endpoint.name}: this client may not tell that address, so nothing was sent.",
        operation=operation.endpoint.name,
        hint=_HINT,
    )


def _addressed(operation: Operation[Any]) -> tuple[str, str, str]:
    """Return the bot, `users` or `channels`, and the address of a message."""
    _, _, bot, kind, address, _ = operation.path.split("/")
    return bot, kind, unquote(address)


def _redirected(
    operation: Operation[Any], bot: str, kind: str, address: str, target: RedirectTo
) -> tuple[Operation[Any], ...]:
    from naverworks_notify.client._marked import marked  # noqa: PLC0415 - loads all contents

    whose = f"channel {address}" if kind == "channels" else address
    place = "channels" if target.is_room else "users"
    encoded = (segment if target.is_room else user_segment)(target.address, "redirect_to")
    sent = evolve(
        operation,
        endpoint=_TO_CHANNEL if target.is_room else _TO_USER,
        path=f"/bots/{bot}/{place}/{encoded}/messages",
    )
    return tuple(
        evolve(sent, content=content) for content in marked(operation.content or b"{}", whose)
    )
