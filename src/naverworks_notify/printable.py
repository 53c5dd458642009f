"""Text of strangers, made safe to print: what a terminal or a log would act upon is spelt out.

Names, ids, keys of JSON, and codes and descriptions of the service are written by others. A
terminal obeys escape sequences in them, a viewer turns the reading direction, and a line break
forges a line of a log.
"""

from __future__ import annotations

import re

__all__ = ["printable"]

# C0 and C1 controls with DEL; marks, embeddings, overrides and isolates of the bidirectional
# algorithm (https://www.unicode.org/reports/tr9/); the separators of lines and paragraphs; what is
# not seen, or is no character by itself. Kept: joiners, variation selectors and tags, which emoji
# and scripts are made with.
_ACTED_UPON = (
    "\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff"
)
_IN_A_LINE = re.compile(f"[{_ACTED_UPON}]")
_IN_LINES = re.compile(f"(?!\n)[{_ACTED_UPON}]")


def printable(text: str, *, lines: bool = False) -> str:
    r"""Return a text in which every control is spelt as Python spells it; the rest stays.

    Examples:
        >>> print(printable("김하늘\x1b[2J\u202e"))
        김하늘\x1b[2J\u202e

    Args:
        text: The text.
        lines: Whether line feeds stay; otherwise what is returned stands on one line.
    """
    return (_IN_LINES if lines else _IN_A_LINE).sub(_spelt, text)


def _spelt(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
