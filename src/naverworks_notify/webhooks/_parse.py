"""Reading a callback. Strict about what is documented, lenient about what is added to it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any, NoReturn

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.validation import Violations
from naverworks_notify.webhooks._contents import (
    AudioReceived,
    FileReceived,
    ImageReceived,
    LocationReceived,
    ReceivedContent,
    StickerReceived,
    TextReceived,
    UnknownContent,
    VideoReceived,
)
from naverworks_notify.webhooks._events import (
    BeginEvent,
    EndEvent,
    Event,
    JoinedEvent,
    JoinEvent,
    LeaveEvent,
    LeftEvent,
    MessageEvent,
    PostbackEvent,
    UnknownEvent,
)
from naverworks_notify.webhooks._signature import LARGEST_BODY, raw_bytes

__all__ = ["REFUSED", "parse"]

REFUSED = "The callback cannot be read"

# Not documented; chosen because no callback seen nests deeper than 3, and because what is handed
# on raw must be safe to walk.
MOST_NESTED = 64
LARGEST_NUMBER = 2**63 - 1


def parse(body: bytes | str) -> Event | UnknownEvent:
    """Return the event in a callback's body; verify the signature first. No IO.

    Members that are not known are let through; a type that is not known gives `UnknownEvent`, and
    content that is not known gives `UnknownContent`. A lone surrogate, which no UTF-8 can carry,
    reads as U+FFFD.

    Examples:
        >>> event = parse(
        ...     '{"type": "join", "source": {"channelId": "c-1", "domainId": 1},'
        ...     ' "issuedTime": "2026-03-02T05:16:05Z"}'
        ... )
        >>> event.channel_id
        'c-1'

    Raises:
        InvalidValue: The body is not JSON, or lacks what is documented for its type.
    """
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else raw_bytes(body)
    if raw is None:
        told = f"must be the raw bytes of the request, not {type(body).__name__}."
        _refuse("body", "body", told)
    if len(raw) > LARGEST_BODY:
        _refuse("", "size", "is larger than 1 MiB.")
    try:
        read = json.loads(raw, parse_constant=_refuse_constant)
        whole = _clean(read, MOST_NESTED)
    except (ValueError, RecursionError):
        _refuse("", "json", "is not JSON, or is nested too deeply.")
    if not isinstance(whole, dict):
        _refuse("", "type", "must be a JSON object.")
    fingerprint = hashlib.sha256(raw).hexdigest()
    return _Reader(whole).event(fingerprint)


def _refuse_constant(name: str) -> NoReturn:
    # NaN and Infinity are Python's own, no JSON.
    raise ValueError(name)


def _clean(value: Any, left: int) -> Any:
    """Return a JSON value without lone surrogates.

    Raises:
        ValueError: It is nested deeper than `left`.
    """
    if isinstance(value, str):
        return _encodable(value)
    if not isinstance(value, (dict, list)):
        return value
    if not left:
        raise ValueError("too deep")
    if isinstance(value, list):
        return [_clean(item, left - 1) for item in value]
    return {_encodable(key): _clean(item, left - 1) for key, item in value.items()}


def _encodable(text: str) -> str:
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _refuse(path: str, rule: str, message: str) -> NoReturn:
    raise InvalidValue(REFUSED, violations=(Violation(path, rule, message),))


class _Reader:
    """Reads one callback, noting what is wrong and going on."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        source = raw.get("source")
        self._source: Mapping[str, Any] = source if isinstance(source, dict) else {}
        self._violations = Violations()

    def event(self, fingerprint: str) -> Event | UnknownEvent:
        kind = self._raw.get("type")
        if not isinstance(kind, str) or not kind:
            _refuse("type", "required", "is required.")
        build = _BUILDERS.get(kind)
        if build is None:
            domain_id = _integer(self._source.get("domainId"))
            return UnknownEvent(
                type=kind,
                raw=self._raw,
                fingerprint=fingerprint,
                domain_id=domain_id,
                issued_at=_moment(self._raw.get("issuedTime")),
            )
        common = {
            "domain_id": self._noted("source.domainId", _integer(self._source.get("domainId"))),
            "issued_at": self._noted("issuedTime", _moment(self._raw.get("issuedTime"))),
            "fingerprint": fingerprint,
        }
        special = build(self)
        self._violations.raise_as(InvalidValue, REFUSED)
        event: Event = _EVENTS[kind](**common, **special)
        return event

    def _noted(self, path: str, value: Any) -> Any:
        if value is None:
            self._violations.add(path, "required", "is missing or of another type.")
        return value

    def _of_source(self, key: str) -> Any:
        return self._noted(f"source.{key}", _string(self._source.get(key)))

    def _of_user(self) -> dict[str, Any]:
        return {
            "user_id": self._of_source("userId"),
            "channel_id": _string(self._source.get("channelId")),
        }

    def message(self) -> dict[str, Any]:
        return {**self._of_user(), "content": self._content()}

    def postback(self) -> dict[str, Any]:
        data = self._raw.get("data")
        data = data if isinstance(data, str) else None
        return {**self._of_user(), "data": self._noted("data", data)}

    def room(self) -> dict[str, Any]:
        return {"channel_id": self._of_source("channelId")}

    def members(self) -> dict[str, Any]:
        return {**self.room(), "members": self._noted("members", self._read_members())}

    def begin(self) -> dict[str, Any]:
        return {**self._of_user(), "members": self._read_members() or ()}

    def end(self) -> dict[str, Any]:
        return self._of_user()

    def _read_members(self) -> tuple[str, ...] | None:
        members = self._raw.get("members")
        if not isinstance(members, list) or not all(isinstance(one, str) for one in members):
            return None
        return tuple(members)

    def _content(self) -> ReceivedContent | None:
        raw = self._raw.get("content")
        kind = raw.get("type") if isinstance(raw, dict) else None
        if not isinstance(raw, dict) or not isinstance(kind, str):
            self._noted("content" if not isinstance(raw, dict) else "content.type", None)
            return None
        if kind == "text":
            text = raw.get("text")
            if not isinstance(text, str):
                self._noted("content.text", None)
                return None
            postback = raw.get("postback")
            return TextReceived(text=text, postback=postback if isinstance(postback, str) else None)
        return _other_content(kind, raw) or UnknownContent(type=kind, raw=raw)


def _other_content(kind: str, raw: Mapping[str, Any]) -> ReceivedContent | None:
    """Read content whose fields are third-party knowledge; None where they are otherwise."""
    if kind == "location":
        latitude, longitude = _number(raw.get("latitude")), _number(raw.get("longitude"))
        if latitude is None or longitude is None:
            return None
        address = _string(raw.get("address"))
        return LocationReceived(address=address, latitude=latitude, longitude=longitude)
    if kind == "sticker":
        package_id, sticker_id = _string(raw.get("packageId")), _string(raw.get("stickerId"))
        if package_id is None or sticker_id is None:
            return None
        return StickerReceived(package_id=package_id, sticker_id=sticker_id)
    file_id = _string(raw.get("fileId"))
    build = _FILES.get(kind)
    return None if build is None or file_id is None else build(file_id=file_id)


_FILES: dict[str, Callable[..., ReceivedContent]] = {
    "audio": AudioReceived,
    "file": FileReceived,
    "image": ImageReceived,
    "video": VideoReceived,
}
_EVENTS: dict[str, type[Event]] = {
    kind.type: kind
    for kind in (
        MessageEvent,
        PostbackEvent,
        JoinEvent,
        LeaveEvent,
        JoinedEvent,
        LeftEvent,
        BeginEvent,
        EndEvent,
    )
}
_BUILDERS: dict[str, Callable[[_Reader], dict[str, Any]]] = {
    "message": _Reader.message,
    "postback": _Reader.postback,
    "join": _Reader.room,
    "leave": _Reader.room,
    "joined": _Reader.members,
    "left": _Reader.members,
    "begin": _Reader.begin,
    "end": _Reader.end,
}


def _string(value: object) -> str | None:
    """Read an id: a string, or a number where the service writes one."""
    number = _integer(value)
    if number is not None and not isinstance(value, str):
        return str(number)
    return value if isinstance(value, str) and value else None


def _integer(value: object) -> int | None:
    """Read a whole number of 64 bits, also one written as text."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -LARGEST_NUMBER <= value <= LARGEST_NUMBER else None


def _number(value: object) -> float | None:
    """Read a finite number, also one written as text."""
    if isinstance(value, str) and not re.fullmatch(r"[+-]?[0-9]{1,20}(\.[0-9]{1,40})?", value):
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except OverflowError:  # an integer beyond every double
        return None
    return number if isfinite(number) else None


def _moment(value: object) -> datetime | None:
    """Read `issuedTime`: with or without a fraction of any length, Z or an offset.

    The pages print milliseconds and Z, one sample has no fraction, and that page speaks of
    RFC 3339 (https://developers.worksmobile.com/kr/docs/bot-callback-join).
    """
    if not isinstance(value, str):
        return None
    text = re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", value.strip())
    try:
        moment = datetime.fromisoformat(text.upper())
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        aware.astimezone(UTC)
    except (ValueError, OverflowError):  # the latter at the edges of the calendar
        return None
    return aware
