"""Receiving a callback: signature, sender and age first, then the event."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from naverworks_notify.errors import Hint, InvalidValue, Violation
from naverworks_notify.webhooks._events import REFUSED
from naverworks_notify.webhooks._parse import parse
from naverworks_notify.webhooks._signature import LARGEST_BODY, keys_of, raw_bytes, verify

if TYPE_CHECKING:
    from naverworks_notify.clock import Clock
    from naverworks_notify.webhooks._events import Event, UnknownEvent

__all__ = ["Headers", "receive"]

Headers: TypeAlias = Mapping[str, Any] | Iterable[tuple[str | bytes, str | bytes]]
"""A request's headers: the header object of any framework, Django's `META`, a WSGI environ, or
the pairs of an ASGI scope."""

_SIGNATURE = "X-WORKS-Signature"
_BOT_ID = "X-WORKS-BotId"

_FORGED = Hint(
    en="Answer 403. If the service did send it: give the raw bytes of the body, and the Bot Secret "
    "that stands on the bot's page in the Developer Console now; issuing another one kills the old "
    "one at once.",
    ko="403으로 응답하세요. 서비스가 보낸 것이 맞다면 본문의 원본 바이트를 넘겼는지, "
    "Developer Console의 Bot 화면에 지금 표시된 Bot Secret인지 확인하세요. 다시 발급하면 이전 "
    "값은 바로 무효가 됩니다.",
)
_BODY = Hint(
    en="Give the bytes as they arrived: request.body in Django, request.get_data() in Flask, "
    "await request.body() in FastAPI and Starlette, await request.read() in aiohttp.",
    ko="받은 바이트를 그대로 넘기세요. Django는 request.body, Flask는 request.get_data(), "
    "FastAPI와 Starlette는 await request.body(), aiohttp는 await request.read()입니다.",
)
_HEADERS = Hint(
    en="Give request.headers, request.META, the WSGI environ, or scope['headers'].",
    ko="request.headers, request.META, WSGI environ, scope['headers'] 중 하나를 넘기세요.",
)
_SECRET = Hint(
    en="Copy the Bot Secret from the bot's page in the Developer Console, and check that the "
    "variable it comes from is set.",
    ko="Developer Console의 Bot 화면에서 Bot Secret을 복사하고, 값을 읽어 오는 변수가 "
    "설정되어 있는지 확인하세요.",
)
_OLD = Hint(
    en="Answer 403: an old callback may be a repeated one. Check this machine's clock if all are "
    "refused.",
    ko="403으로 응답하세요. 오래된 콜백은 재전송된 것일 수 있습니다. 모두 거부된다면 이 서버의 "
    "시계를 확인하세요.",
)


def receive(
    body: bytes | str,
    headers: Headers,
    *,
    secret: str | Collection[str],
    bot_id: int | str | None = None,
    max_age: timedelta | None = None,
    now: datetime | None = None,
    clock: Clock | None = None,
) -> Event | UnknownEvent:
    """Verify a callback and return its event: `verify` and `parse` in one. No IO.

    Args:
        body: The raw request body. A text is hashed as UTF-8, which fits if nothing changed it.
        headers: The request's headers, in any form that web frameworks know; names are compared
            without regard to case.
        secret: The Bot Secret; during a rotation the old one and the new one. Empty ones among
            several are passed over.
        bot_id: Refuses callbacks of another bot (header X-WORKS-BotId).
        max_age: Refuses callbacks that were issued longer ago, or later than that from now. The
            service repeats none, so an old one was recorded by somebody; within this time, keep
            the fingerprints you saw.
        now: The present moment, aware; by default the clock's.
        clock: Where the time comes from; the machine's when not given.

    Raises:
        InvalidValue: The callback is not to be believed or cannot be read. The violation's rule
            says why: `secret` and `headers` are faults of the caller; `body` is no raw body;
            `signature_missing`, `signature`, `bot_id` and `max_age` are refusals, to be answered
            with 403; `size`, `json`, `type` and `required` mean a body that is no callback.
    """
    if not keys_of(secret):
        told = _told_of_secret(secret)
        _refuse("secret", "secret", told, _SECRET)
    limit = _age_limit(max_age)
    present = _present(now, clock) if limit is not None else None
    found = _read_headers(headers)
    raw = _read_body(body)
    signature = _only(found, _SIGNATURE, missing="signature_missing", hint=_FORGED)
    if not verify(raw, signature, secret):
        _refuse("", "signature", _told_of_signature(body), _FORGED)
    if bot_id is not None and _only(found, _BOT_ID, missing="bot_id").strip() != _shown(bot_id):
        _refuse(_BOT_ID, "bot_id", "is addressed to another bot.", None)
    event = parse(raw)
    if limit is not None and present is not None:
        _check_age(event.issued_at, limit, present)
    return event


def _refuse(path: str, rule: str, message: str, hint: Hint | None) -> NoReturn:
    raise InvalidValue(REFUSED, violations=(Violation(path, rule, message),), hint=hint)


def _told_of_secret(secret: object) -> str:
    if secret is None:
        return "is None: without the Bot Secret no callback can be believed."
    if isinstance(secret, str):
        return (
            "cannot be encoded."
            if secret.strip()
            else "is empty: anybody could sign with an empty Bot Secret."
        )
    if isinstance(secret, (bytes, bytearray, Mapping)) or not isinstance(secret, Collection):
        return f"must be text, or several texts, not {type(secret).__name__}."
    return "holds no Bot Secret: each of them is empty or no text."


def _told_of_signature(body: object) -> str:
    told = "is not signed with this bot's secret"
    if isinstance(body, str):
        return f"{told}; the body came as text, whose bytes may be others than those that arrived."
    if not body:
        return f"{told}; the body is empty, so something may have read it before."
    return f"{told}."


def _read_body(body: object) -> bytes:
    raw = raw_bytes(body)
    if isinstance(body, str):
        try:
            # What decoding with surrogateescape hid comes back; no other surrogate has bytes.
            raw = body.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            _refuse("body", "body", "holds a lone surrogate, so it is not what arrived.", _BODY)
    if raw is None:
        if inspect.isawaitable(body):
            _refuse("body", "body", "was not awaited.", _BODY)
        told = f"must be the raw bytes of the request, not {type(body).__name__}."
        _refuse("body", "body", told, _BODY)
    if len(raw) > LARGEST_BODY:
        _refuse("body", "size", "is larger than 1 MiB.", None)
    return raw


def _read_headers(headers: Any) -> dict[str, list[str]]:
    """Collect the values of each header under its lower-case name."""
    found: dict[str, list[str]] = {}
    try:
        pairs: Any = headers.items() if hasattr(headers, "items") else headers
        for name, value in pairs:
            _collect(found, _text(name), value)
    except (TypeError, ValueError, AttributeError):
        told = f"must be the headers of the request, not {type(headers).__name__}."
        if hasattr(headers, "headers"):
            told = f"must be the headers of the request: give .headers of this {type(headers).__name__}."
        _refuse("headers", "headers", told, _HEADERS)
    if "headers" in found and _SIGNATURE.lower() not in found:
        told = "is a whole request: give what stands under its key headers."
        _refuse("headers", "headers", told, _HEADERS)
    return found


def _collect(found: dict[str, list[str]], name: str, value: object) -> None:
    lower = name.strip().lower()
    if lower.startswith("http_"):  # as CGI spells it, and WSGI and Django after it
        lower = lower.removeprefix("http_").replace("_", "-")
    values = value if isinstance(value, (list, tuple)) else (value,)
    # A WSGI environ holds other things than texts too.
    found.setdefault(lower, []).extend(
        _text(one) for one in values if isinstance(one, (str, bytes))
    )


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, str):
        return value
    raise TypeError(type(value).__name__)


def _only(
    found: Mapping[str, list[str]], name: str, *, missing: str, hint: Hint | None = None
) -> str:
    """Return a header's one value; repeated with another value, nobody knows which one counts."""
    values = set(found.get(name.lower(), ()))
    if len(values) > 1:
        _refuse(name, missing.removesuffix("_missing"), "stands there twice.", hint)
    value = next(iter(values), "")
    if not value.strip():
        _refuse(name, missing, "is missing among the request's headers.", hint)
    return value


def _shown(bot_id: int | str) -> str:
    try:
        return str(bot_id).strip()
    except ValueError:  # an integer of thousands of digits
        return ""


def _age_limit(max_age: object) -> timedelta | None:
    if max_age is None:
        return None
    if not isinstance(max_age, timedelta) or max_age <= timedelta():
        _refuse("max_age", "duration", "must be a timedelta above zero.", None)
    return max_age


def _present(now: datetime | None, clock: Clock | None) -> datetime:
    moment: object = now
    if moment is None:
        moment = datetime.now(UTC) if clock is None else clock.now()
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        _refuse("now", "aware_datetime", "must be a datetime with an offset.", None)
    return moment


def _check_age(issued_at: datetime | None, limit: timedelta, present: datetime) -> None:
    if issued_at is None:
        _refuse("issuedTime", "max_age", "does not tell when it was issued.", _OLD)
    age = present - issued_at
    if age > limit:
        _refuse("issuedTime", "max_age", "lies longer ago than max_age allows.", _OLD)
    if -age > limit:  # not age < -limit: the longest of timedeltas has no opposite
        _refuse("issuedTime", "max_age", "lies further ahead than max_age allows.", _OLD)
