"""A message that goes to another than the one meant: with that one's name in front."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from naverworks_notify.errors import InvalidValue
from naverworks_notify.messages import escape_mentions, parse, shorten
from naverworks_notify.operations import json_content

__all__ = ["marked"]

_LONGEST_NAME = 100
_Object = dict[str, Any]


def marked(body: bytes, whose: str) -> tuple[bytes, ...]:
    """Return the bodies of the messages to send in place of one.

    The name stands in front of the text that is read first, which is cut where it would become too
    long. Where a content has no such text, a text message comes before it. Mentions are made
    harmless: whoever is mentioned is not to be told either.

    Args:
        body: The body of a send, `{"content": {…}}`.
        whose: The address that it was meant for.
    """
    name = escape_mentions(shorten(whose, _LONGEST_NAME))
    before = json_content({"content": {"type": "text", "text": f"[{name}]"}})
    try:
        envelope = _harmless(json.loads(body))
        content = envelope["content"]
        put = _MARKERS[content["type"]]
        envelope = {**envelope, "content": put(dict(content), name)}
        parse(envelope["content"], undocumented="keep")
    except (InvalidValue, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        # No text to put it into, or it would become too large, or it is not valid anyway.
        return before, json_content(_harmless(json.loads(body)))
    return (json_content(envelope),)


def _harmless(value: Any) -> Any:
    if isinstance(value, str):
        return escape_mentions(value)
    if isinstance(value, dict):
        return {key: _harmless(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_harmless(item) for item in value]
    return value


def _in_text(key: str, i18n_key: str, limit: int) -> Callable[[_Object, str], _Object]:
    def put(content: _Object, name: str) -> _Object:
        content[key] = shorten(f"[{name}] {content[key]}", limit)
        if i18n_key in content:
            content[i18n_key] = [
                {**variant, key: shorten(f"[{name}] {variant[key]}", limit)}
                for variant in content[i18n_key]
            ]
        return content

    return put


_in_title = _in_text("title", "i18nTitles", 1000)
_in_alt_text = _in_text("altText", "i18nAltTexts", 400)


def _in_list(content: _Object, name: str) -> _Object:
    cover = content.get("coverData")
    if cover and cover.get("title"):
        content["coverData"] = _in_title(dict(cover), name)
    else:
        first, *others = content["elements"]
        content["elements"] = [_in_title(dict(first), name), *others]
    return content


def _in_flex(content: _Object, name: str) -> _Object:
    content = _in_alt_text(content, name)
    card = dict(content["contents"])
    if card["type"] == "carousel":
        first, *others = card["contents"]
        card["contents"] = [_in_bubble(dict(first), name), *others]
    else:
        card = _in_bubble(card, name)
    content["contents"] = card
    return content


def _in_bubble(bubble: _Object, name: str) -> _Object:
    line = {"type": "text", "text": f"[{name}]", "size": "xs", "wrap": True}
    under = [bubble["header"]] if "header" in bubble else []
    bubble["header"] = {"type": "box", "layout": "vertical", "contents": [line, *under]}
    return bubble


_MARKERS: Mapping[str, Callable[[_Object, str], _Object]] = {
    "text": _in_text("text", "i18nTexts", 2000),
    "link": _in_text("contentText", "i18nContentTexts", 1000),
    "button_template": _in_text("contentText", "i18nContentTexts", 1000),
    "list_template": _in_list,
    "location": _in_text("title", "i18nTitles", 100),
    "flex": _in_flex,
}
"""How the types that have a text of their own to be read first get the name into it."""
