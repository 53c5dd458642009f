"""Making text that people typed safe to show: one line, no tricks, no mention, not too long.

Whatever stands in a name or a title, a message must hold no mention and no link that this package
did not write, and must not turn the reading direction of what follows.
"""

from __future__ import annotations

import re
from functools import cache

from naverworks_notify.messages import escape_mentions, shorten

__all__ = ["one_line", "prose"]

# Controls, bidirectional controls and invisible fillers. Kept: ZWJ, ZWNJ, variation selectors and
# tags, which emoji and some scripts are made with.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_SPACES = re.compile(r"\s+")
_LINE_ENDS = re.compile("\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES_IN_LINE = re.compile(r"[^\S\n]+")
_MOST_LINES = 8

# A messenger makes a link of whatever looks like one. A word joiner stops that and is not seen.
_SCHEME = re.compile(r"(?<=[A-Za-z0-9+.\-]):(?=\s*//)|(?<=[wW]{3})\.")


@cache
def _plain() -> re.Pattern[str]:
    """Match most names and titles: words with single separators, where nothing is to be cleaned."""
    # Compiling classes as wide as these takes longer than importing ten modules does; so it waits
    # for the first text.
    word = r"[A-Za-z0-9\uac00-\ud7a3\u3041-\u30fe\u4e00-\u9fff()]+"
    # No character is both a separator and part of a word: telling them apart in every possible way
    # would take exponential time.
    return re.compile(rf"{word}(?:[ ,\-·]{word})*")


def one_line(text: str, limit: int) -> str:
    """Return a name or a title for use in a line: cleaned, without live links, cut."""
    if len(text) <= limit and _plain().fullmatch(text):
        return text
    # A long text is cut roughly first, so that a hostile one costs no more than another.
    text = _UNSEEN.sub("", text[: limit * 8])
    text = shorten(_SPACES.sub(" ", text).strip(), limit)
    return escape_mentions(_without_links(text))


def _without_links(text: str) -> str:
    if "//" not in text and "www." not in text.lower():
        return text
    return _SCHEME.sub(lambda found: f"\u2060{found[0]}", text)


def prose(text: str, limit: int, *, links: bool = False) -> str:
    """Return what someone wrote, its first lines kept: cleaned and cut.

    Args:
        text: The words.
        limit: Most code points.
        links: True to leave the links in it live.
    """
    text = _LINE_ENDS.sub("\n", text[: limit * 8])
    text = _SPACES_IN_LINE.sub(" ", _UNSEEN.sub("", text))
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    text = "\n".join(lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        text = f"{text}\n…"
    text = shorten(text, limit)
    return escape_mentions(text if links else _without_links(text))
