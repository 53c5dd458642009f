"""Reading any content from its JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from naverworks_notify.errors import InvalidMessage
from naverworks_notify.messages._buttons import ButtonTemplate
from naverworks_notify.messages._content import Content
from naverworks_notify.messages._flex import Flex
from naverworks_notify.messages._media import Audio, File, Image, Sticker, Video
from naverworks_notify.messages._templates import (
    Carousel,
    ImageCarousel,
    ListTemplate,
)
from naverworks_notify.messages._texts import Link, Location, Text
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
_ANY = Nested(*_CLASSES)


def parse(raw: Mapping[str, Any]) -> Content:
    """Read a content of any of the 13 types from its JSON object.

    Accepts exactly what is documented: undocumented keys, nulls and wrong types are violations.
    `parse(content.to_dict()) == content` holds for every content.

    Args:
        raw: The content itself, without the `{"content": …}` envelope.

    Raises:
        InvalidMessage: At least one rule is broken; `.violations` names all, each with its path
            such as `columns[1].actions[0].label`.

    Examples:
        >>> parse({"type": "text", "text": "안녕하세요"})
        Text(text=<5 characters>)
    """
    out = Findings()
    content = _ANY.read(raw, "", out)
    out.raise_as(InvalidMessage, "The content is not valid")
    assert isinstance(content, Content)
    return content


def parse_request(raw: Mapping[str, Any]) -> Content:
    """Read the body of a send, `{"content": {…}}`.

    Paths begin at the content, as with `parse`; an undocumented key beside `content` is a
    violation (a quick reply belongs inside it).

    Raises:
        InvalidMessage: At least one rule is broken.
    """
    out = Findings()
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
    out.raise_as(InvalidMessage, "The content is not valid")
    assert isinstance(content, Content)
    return content
