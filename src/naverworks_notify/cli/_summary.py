"""A message in one line, as a lock screen or a table shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["summary"]

# Where each kind of content keeps the words a person reads first.
_WORDS = ("altText", "text", "contentText", "fileName")


def summary(content: Mapping[str, Any] | None) -> str:
    """Return the words of a content, on one line; empty for none."""
    if content is None:
        return ""
    for key in _WORDS:
        words = content.get(key)
        if isinstance(words, str) and words:
            return " ".join(words.split())
    return f"({content.get('type', 'message')})"
