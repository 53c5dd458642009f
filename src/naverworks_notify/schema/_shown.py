"""What a repr tells of a value: a text by its length only, because reprs end up in logs."""

from __future__ import annotations

__all__ = ["shown"]


def shown(value: object) -> str:
    """Return a value for a repr, without the words in it."""
    if type(value) is str:
        return f"<{len(value)} characters>"
    if type(value) is tuple:
        return f"({', '.join(shown(item) for item in value)}{',' * (len(value) == 1)})"
    return repr(value)
