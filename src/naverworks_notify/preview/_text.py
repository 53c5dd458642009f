"""Words of a message as safe HTML: mentions as names, http(s) addresses as links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

__all__ = ["file_name", "pick", "push_text", "rich_text", "safe_url"]

_PARTS = re.compile(r'<m userId="(?P<user>[^"]*)"\s*/?>|(?P<url>https?://[^\s<>"\']+)')
_LINK = Markup(
    '<a class="nwp-link" href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>'
)
_MENTION = Markup('<span class="nwp-mention">@{}</span>')


def safe_url(value: object) -> str | None:
    """Return an http or https address, and None for anything else."""
    if isinstance(value, str) and value[:8].lower().startswith(("http://", "https://")):
        return value
    return None


def rich_text(text: str) -> Markup:
    """Escape a text, showing mentions as names and addresses as links."""
    parts: list[Markup] = []
    end = 0
    for found in _PARTS.finditer(text):
        parts.append(escape(text[end : found.start()]))
        user, url = found["user"], found["url"]
        if user is not None:
            parts.append(_MENTION.format("All" if user == "all" else user.partition("@")[0]))
        else:
            parts.append(_LINK.format(url, url))
        end = found.end()
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def pick(value: Mapping[str, Any], key: str, language: str | None) -> Any:
    """Return a member in the reader's language, or its base when it is not translated."""
    if language is not None:
        for entry in value.get(f"i18n{key[0].upper()}{key[1:]}s", ()):
            if entry.get("language") == language:
                return entry.get(key)
    return value.get(key)


def file_name(value: Mapping[str, Any]) -> str:
    """Return a name for a file that is known by URL or by id."""
    url = value.get("originalContentUrl") or value.get("url")
    if isinstance(url, str):
        return url.partition("?")[0].rstrip("/").rpartition("/")[2] or url
    return "file"


# What a push says where a message has no words of its own. Not documented; chosen because room
# lists of messengers say so.
_NAMES = {
    "sticker": "스티커",
    "image": "사진",
    "video": "동영상",
    "file": "파일",
    "audio": "음성",
    "image_carousel": "사진",
}


def push_text(content: Mapping[str, Any], language: str | None) -> str:
    """Return what the lock screen and the room list say of a message, in plain words."""
    for key in ("altText", "text", "contentText", "title"):
        if key in content:
            return _MENTION_TAG.sub(_name_of, str(pick(content, key, language)))
    for parts, key in (("columns", "text"), ("elements", "title")):
        if parts in content and key in content[parts][0]:
            return str(pick(content[parts][0], key, language))
    return _NAMES.get(content["type"], "")


_MENTION_TAG = re.compile(r'<m userId="([^"]*)"\s*/?>')


def _name_of(found: re.Match[str]) -> str:
    return "@All" if found[1] == "all" else f"@{found[1].partition('@')[0]}"
