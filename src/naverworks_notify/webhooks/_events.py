"""What happened, by type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from attrs import field, frozen

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.schema import Answer, Findings, Kind, Verbatim, kind_name, member
from naverworks_notify.webhooks._contents import Received, ReceivedContent

__all__ = [
    "REFUSED",
    "BeginEvent",
    "EndEvent",
    "Event",
    "JoinEvent",
    "JoinedEvent",
    "LeaveEvent",
    "LeftEvent",
    "MessageEvent",
    "PostbackEvent",
    "UnknownEvent",
    "origin_of",
]


class IssuedTime(Kind):
    """A moment with or without a fraction of any length, Z or an offset; without it is UTC.

    The pages print milliseconds and Z, one sample has no fraction, and that page speaks of
    RFC 3339 (https://developers.worksmobile.com/kr/docs/bot-callback-join).
    """

    __slots__ = ()

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if not isinstance(raw, str):
            out.add(path, "type", f"must be a string, not {kind_name(raw)}.")
            return None
        text = re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", raw.strip())
        try:
            moment = datetime.fromisoformat(text.upper())
            aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
            aware.astimezone(UTC)
        except (ValueError, OverflowError):  # the latter at the edges of the calendar
            out.add(path, "datetime", "must be a datetime such as 2026-03-02T05:16:05.000Z.")
            return None
        return aware


REFUSED = "The callback cannot be read"


@frozen(kw_only=True)
class Event(Answer):
    """One callback. The common fields; the classes below are what `parse` gives.

    Attributes:
        type: As the service names it.
        domain_id: In which domain.
        issued_at: When; aware. A time without an offset is taken as UTC.
        fingerprint: A hash of the raw body. Events have no id, so this is what tells a repeated
            callback.
    """

    type: ClassVar[str] = ""
    _refusal: ClassVar[str] = REFUSED
    _forgives: ClassVar[bool] = True

    domain_id: int = field(metadata=member(key="source.domainId"))
    issued_at: datetime = field(metadata=member(key="issuedTime", kind=IssuedTime()))
    fingerprint: str = field(metadata=member(in_json=False))


@frozen(kw_only=True)
class MessageEvent(Event):
    """A user sent something (https://developers.worksmobile.com/kr/docs/bot-callback-message).

    Attributes:
        user_id: Who.
        channel_id: In which room; None in the 1:1 room.
        content: What.
    """

    type: ClassVar[str] = "message"

    user_id: str = field(metadata=member(key="source.userId"))
    channel_id: str | None = field(default=None, metadata=member(key="source.channelId"))
    content: ReceivedContent = field(metadata=member(kind=Received()))


@frozen(kw_only=True)
class PostbackEvent(Event):
    """A postback action was tapped (https://developers.worksmobile.com/kr/docs/bot-callback-postback).

    Attributes:
        user_id: By whom.
        channel_id: In which room, where told.
        data: The action's `data`.
    """

    type: ClassVar[str] = "postback"

    user_id: str = field(metadata=member(key="source.userId"))
    channel_id: str | None = field(default=None, metadata=member(key="source.channelId"))
    data: str = field(repr=False, metadata=member(kind=Verbatim()))


@frozen(kw_only=True)
class JoinEvent(Event):
    """The bot came into a room (https://developers.worksmobile.com/kr/docs/bot-callback-join).

    Attributes:
        channel_id: Which room.
    """

    type: ClassVar[str] = "join"

    channel_id: str = field(metadata=member(key="source.channelId"))


@frozen(kw_only=True)
class LeaveEvent(Event):
    """The bot left a room, or the room ended (https://developers.worksmobile.com/kr/docs/bot-callback-leave).

    Attributes:
        channel_id: Which room.
    """

    type: ClassVar[str] = "leave"

    channel_id: str = field(metadata=member(key="source.channelId"))


@frozen(kw_only=True)
class JoinedEvent(Event):
    """Users came into a room (https://developers.worksmobile.com/kr/docs/bot-callback-joined).

    Attributes:
        channel_id: Which room.
        members: The user ids.
    """

    type: ClassVar[str] = "joined"

    channel_id: str = field(metadata=member(key="source.channelId"))
    members: tuple[str, ...]


@frozen(kw_only=True)
class LeftEvent(Event):
    """Users left a room (https://developers.worksmobile.com/kr/docs/bot-callback-left).

    Attributes:
        channel_id: Which room.
        members: The user ids.
    """

    type: ClassVar[str] = "left"

    channel_id: str = field(metadata=member(key="source.channelId"))
    members: tuple[str, ...]


@frozen(kw_only=True)
class BeginEvent(Event):
    """A 1:1 room began: a user opened it, or the bot wrote for the first time.

    Source: https://developers.worksmobile.com/kr/docs/bot-callback-begin

    Attributes:
        user_id: With whom.
        channel_id: Which room, where told.
        members: In the documented table, not in the documented sample; empty where absent.
    """

    type: ClassVar[str] = "begin"

    user_id: str = field(metadata=member(key="source.userId"))
    channel_id: str | None = field(default=None, metadata=member(key="source.channelId"))
    members: tuple[str, ...] = ()


@frozen(kw_only=True)
class EndEvent(Event):
    """A 1:1 room ended (https://developers.worksmobile.com/jp/docs/bot-callback-end).

    Attributes:
        user_id: With whom.
        channel_id: Which room, where told.
    """

    type: ClassVar[str] = "end"

    user_id: str = field(metadata=member(key="source.userId"))
    channel_id: str | None = field(default=None, metadata=member(key="source.channelId"))


@frozen(kw_only=True)
class UnknownEvent:
    """A callback of a type that this package does not know yet.

    Attributes:
        type: As the service names it.
        raw: All of it.
        fingerprint: A hash of the raw body.
        domain_id: In which domain, where told in the usual place.
        issued_at: When, where told in the usual place.
    """

    type: str
    raw: Mapping[str, Any] = field(repr=False, hash=False)
    fingerprint: str
    domain_id: int | None = None
    issued_at: datetime | None = None


def origin_of(event: object) -> tuple[str | None, str | None]:
    """Return where an event came from: the room, and the person, where each is told.

    A postback of a 1:1 room names the room, a text of the same room names none, and nothing tells
    a 1:1 room from others (https://developers.worksmobile.com/kr/docs/bot-callback-postback,
    https://developers.worksmobile.com/kr/docs/bot-callback-message).

    Raises:
        InvalidValue: It is no event, or tells neither.
    """
    if not isinstance(event, (Event, UnknownEvent)):
        told = f"must be an event as webhooks.receive() gives it, not {type(event).__name__}."
        raise InvalidValue(violations=(Violation("event", "type", told),))
    named: Mapping[str, Any] = {
        "channelId": getattr(event, "channel_id", None),
        "userId": getattr(event, "user_id", None),
    }
    if isinstance(event, UnknownEvent):
        source = event.raw.get("source")
        named = source if isinstance(source, Mapping) else {}
    channel_id, user_id = (
        value if isinstance(value, str) and value else None
        for value in (named.get("channelId"), named.get("userId"))
    )
    if channel_id is None and user_id is None:
        told = "names neither a room nor a person to answer."
        raise InvalidValue(violations=(Violation("event", "origin", told),))
    return channel_id, user_id
