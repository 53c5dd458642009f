"""A line that knows where it breaks when its column is narrow."""

from __future__ import annotations

from attrs import frozen

__all__ = ["Line", "folded"]


@frozen
class Line:
    """Words that stand on one line, and the same over several lines for a card's narrow column.

    The client breaks a line wherever its column ends, also between a time and its zone; a date
    with a time therefore says where.

    Attributes:
        text: All on one line; also what `str()` and formatting give.
        folded: The same with line breaks.
    """

    text: str
    folded: str

    def __str__(self) -> str:
        return self.text


def folded(line: str | Line) -> str:
    """Return a line as it stands in a narrow column."""
    return line.folded if isinstance(line, Line) else line
