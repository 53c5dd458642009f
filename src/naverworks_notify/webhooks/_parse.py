"""Reading a callback. Strict about what is documented, lenient about what is added to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, NoReturn

from attrs import field, frozen

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.schema import Answer, Findings, member
from naverworks_notify.webhooks._events import (
    REFUSED,
    BeginEvent,
    EndEvent,
    Event,
    IssuedTime,
    JoinedEvent,
    JoinEvent,
    LeaveEvent,
    LeftEvent,
    MessageEvent,
    PostbackEvent,
    UnknownEvent,
)
from naverworks_notify.webhooks._signature import LARGEST_BODY, raw_bytes

__all__ = ["parse"]

# Not documented; chosen because no callback seen nests deeper than 3, and because what is handed
# on raw must be safe to walk.
MOST_NESTED = 64


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
    return _event(whole, fingerprint)


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


def _event(raw: Mapping[str, Any], fingerprint: str) -> Event | UnknownEvent:
    kind = raw.get("type")
    if not isinstance(kind, str) or not kind:
        _refuse("type", "required", "is required.")
    out = Findings()
    known = _EVENTS.get(kind)
    if known is None:
        where = _Where.read(raw, "", out) or _Where()
        return UnknownEvent(
            type=kind,
            raw=raw,
            fingerprint=fingerprint,
            domain_id=where.domain_id,
            issued_at=where.issued_at,
        )
    event = known.read(raw, "", out, fingerprint=fingerprint)
    out.raise_as(InvalidValue, REFUSED)
    assert event is not None
    return event


@frozen(kw_only=True)
class _Where(Answer):
    """What every callback seems to tell, in the usual places."""

    _forgives: ClassVar[bool] = True

    domain_id: int | None = field(default=None, metadata=member(key="source.domainId"))
    issued_at: datetime | None = field(
        default=None, metadata=member(key="issuedTime", kind=IssuedTime())
    )


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
