"""Reading any content from its JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from naverworks_notify.errors import Hint, InvalidMessage, InvalidValue, Violation
from naverworks_notify.messages._content import Content, UndocumentedContent
from naverworks_notify.messages._flex import Flex
from naverworks_notify.messages._media import Audio, File, Image, Sticker, Video
from naverworks_notify.messages._templates import (
    ButtonTemplate,
    Carousel,
    ImageCarousel,
    ListTemplate,
)
from naverworks_notify.messages._texts import Link, Location, Text
from naverworks_notify.messages.flex._components import FLEX_TYPES
from naverworks_notify.schema import Findings, Nested, safe_key

__all__ = ["CONTENT_TYPES", "parse", "parse_request"]

_CLASSES: tuple[type[Content], ...] = (
    Text,
    Sticker,
    Image,
    File,
    Link,
    Audio,
    Video,
    Location,
    ButtonTemplate,
    ListTemplate,
    Carousel,
    ImageCarousel,
    Flex,
)

CONTENT_TYPES: Mapping[str, type[Content]] = {cls.type: cls for cls in _CLASSES}
_ANY = Nested(*_CLASSES, undocumented=UndocumentedContent)

_NOT_VALID = "The content is not valid"


def parse(raw: Mapping[str, Any], undocumented: Literal["refuse", "keep"] = "refuse") -> Content:
    """Read a content of any of the 13 types from its JSON object.

    Accepts exactly what is documented: undocumented keys, nulls and wrong types are violations.
    `parse(content.to_dict()) == content` holds for every content.

    With `undocumented="keep"`, members and types that nobody documents stay where they were and
    come out of `to_dict()` as they went in, so that a content can use what the service gains
    tomorrow, or come from the flex editor of LINE. They are JSON of at most 30 KB and 32 levels,
    links in them (`uri`, `url`, `…Uri`, `…Url`) are http or https, and mentions in them count.
    Everything documented is checked as ever.

    Args:
        raw: The content itself, without the `{"content": …}` envelope.
        undocumented: What becomes of keys and types that nobody documents.

    Raises:
        InvalidMessage: At least one rule is broken; `.violations` names all, each with its path
            such as `columns[1].actions[0].label`.
        InvalidValue: `undocumented` is neither of the two.

    Examples:
        >>> parse({"type": "text", "text": "안녕하세요"})
        Text(text=<5 characters>)
        >>> parse({"type": "text", "text": "안녕하세요", "tone": "warm"}, undocumented="keep").to_dict()
        {'type': 'text', 'text': '안녕하세요', 'tone': 'warm'}
    """
    out = _findings(undocumented)
    _refuse_other_things(raw)
    content = _ANY.read(raw, "", out)
    out.raise_as(InvalidMessage, _NOT_VALID)
    assert isinstance(content, Content)
    return content


def parse_request(
    raw: Mapping[str, Any], undocumented: Literal["refuse", "keep"] = "refuse"
) -> Content:
    """Read the body of a send, `{"content": {…}}`.

    Paths begin at the content, as with `parse`; an undocumented key beside `content` is a
    violation (a quick reply belongs inside it).

    Raises:
        InvalidMessage: At least one rule is broken.
        InvalidValue: `undocumented` is neither of the two.
    """
    out = _findings(undocumented)
    content: Any = None
    if not isinstance(raw, Mapping):
        out.add("", "type", "must be an object with the key content.")
    else:
        if "content" in raw:
            content = _ANY.read(raw["content"], "", out)
        else:
            out.add("content", "required", "is required.")
        for key in raw:
            if key != "content":
                out.add(safe_key(key), "unknown_key", "is not a documented key beside content.")
    out.raise_as(InvalidMessage, _NOT_VALID)
    assert isinstance(content, Content)
    return content


def _findings(undocumented: str) -> Findings:
    out = Findings()
    if undocumented == "keep":
        out.keep = True
    elif undocumented != "refuse":
        told = "must be refuse or keep."
        raise InvalidValue(violations=(Violation("undocumented", "enum", told),))
    return out


def _refuse_other_things(raw: object) -> None:
    """Tell what was given in place of a content, where it is a thing that people often have."""
    found: tuple[str, str, str, Hint | None] | None = None
    if isinstance(raw, (str, bytes, bytearray)):
        found = "", "type", "is text: read its JSON first.", _TEXT
    elif isinstance(raw, (list, tuple)):
        found = "", "type", "is an array; a message is one object, sent by one call.", _ARRAY
    elif isinstance(raw, Content):
        found = "", "type", f"is a {type(raw).__name__} already: send it as it is.", None
    elif isinstance(raw, Mapping) and "type" not in raw:
        found = _envelope(raw)
    elif isinstance(raw, Mapping) and "source" in raw and "issuedTime" in raw:
        found = "", "type", "is a callback, which the service sends.", _CALLBACK
    elif isinstance(raw, Mapping) and _is_flex_piece(raw):
        found = "type", "enum", "is a piece of a flex message.", _FLEX
    if found is not None:
        path, rule, message, hint = found
        violations = (Violation(path, rule, message),)
        raise InvalidMessage(_NOT_VALID, violations=violations, hint=hint)


def _is_flex_piece(raw: Mapping[str, Any]) -> bool:
    tag = raw["type"]
    if not isinstance(tag, str) or tag not in FLEX_TYPES:
        return False
    # A carousel of columns is a content of its own, a carousel of bubbles a container.
    return tag not in CONTENT_TYPES or (
        tag == "carousel" and "contents" in raw and "columns" not in raw
    )


def _envelope(raw: Mapping[Any, Any]) -> tuple[str, str, str, Hint] | None:
    if "messages" in raw:
        return "messages", "envelope", "is the body of a push to LINE.", _LINE
    if "content" in raw and not _OLD_KEYS.isdisjoint(key for key in raw if isinstance(key, str)):
        return "content", "envelope", "is the body of a request of API 1.0.", _OLD
    if "content" in raw:
        return "content", "envelope", "is the body of a request, not its content.", _INSIDE
    return None


# What API 1.0 put beside the content: https://developers.worksmobile.com/jp/document/100500801
_OLD_KEYS = frozenset({"accountId", "botNo", "domainId", "roomId"})

_INSIDE = Hint(
    en='Pass the object inside content: parse(raw["content"]).',
    ko='content 안의 객체를 넘기세요: parse(raw["content"]).',
)
_OLD = Hint(
    en='Pass the object inside content, parse(raw["content"]); the address goes to send_to_user or '
    "send_to_channel, and the bot to the client.",
    ko='content 안의 객체를 넘기세요: parse(raw["content"]). 받는 사람은 send_to_user나 '
    "send_to_channel에, 봇은 클라이언트에 지정합니다.",
)
_LINE = Hint(
    en="Pass one of its messages at a time; the address goes to send_to_user or send_to_channel. "
    "NAVER WORKS sends one message per call.",
    ko="messages 안의 객체를 하나씩 넘기세요. 받는 사람은 send_to_user나 send_to_channel에 "
    "지정합니다. NAVER WORKS는 호출마다 메시지 하나를 보냅니다.",
)
_TEXT = Hint(
    en="Pass parse(json.loads(text)). For a plain text message, make messages.Text(text).",
    ko="parse(json.loads(text))로 넘기세요. 평범한 글이라면 messages.Text(text)를 만드세요.",
)
_ARRAY = Hint(
    en="Pass one object at a time.",
    ko="객체를 하나씩 넘기세요.",
)
_CALLBACK = Hint(
    en="Read it by webhooks.parse(body), and answer it by works.messages.reply(event, content).",
    ko="webhooks.parse(body)로 읽고 works.messages.reply(event, content)로 답하세요.",
)
_FLEX = Hint(
    en='Put it into a flex message: {"type": "flex", "altText": "…", "contents": …}.',
    ko='flex 메시지 안에 넣으세요: {"type": "flex", "altText": "…", "contents": …}.',
)
