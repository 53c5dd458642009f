"""What a repr and a path tell of a value: reprs and errors end up in logs."""

from __future__ import annotations

__all__ = ["Shown", "safe_key", "shown"]


class Shown:
    """A value that `rich` shows as `shown` does: it prints attrs classes field by field itself."""

    __slots__ = ("_text",)

    def __init__(self, value: object) -> None:
        self._text = shown(value)

    def __repr__(self) -> str:
        return self._text


def shown(value: object) -> str:
    """Return a value for a repr, without the words in it."""
    if type(value) is str:
        return f"<{len(value)} characters>"
    if type(value) is tuple:
        return f"({', '.join(shown(item) for item in value)}{',' * (len(value) == 1)})"
    return repr(value)


def safe_key(key: object) -> str:
    """Return a JSON key for use in a path, whatever the caller put there."""
    text = key if isinstance(key, str) else repr(key) if isinstance(key, (int, float)) else "?"
    return text.encode("utf-8", "backslashreplace").decode()
