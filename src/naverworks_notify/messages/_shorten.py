"""Cutting a text where a reader would: between grapheme clusters, with an ellipsis."""

from __future__ import annotations

from typing import Final

__all__ = ["ELLIPSIS", "shorten"]

ELLIPSIS: Final = "…"


def shorten(text: str, limit: int) -> str:
    """Return a text of at most `limit` code points, ending in `…` where something was cut.

    No emoji, Korean syllable or accented letter is torn apart.

    Args:
        text: The text.
        limit: The most code points, at least 1.
    """
    if len(text) <= limit:
        return text
    room = limit - len(ELLIPSIS)
    window = text[: room + 1]
    if not window.isascii() or "\r" in window:
        import regex  # noqa: PLC0415 - costs more than this package; texts this long are rare

        ends = [cluster.end() for cluster in regex.finditer(r"\X", window)]
        room = max((end for end in ends if end <= room), default=0)
    return text[:room].rstrip() + ELLIPSIS
