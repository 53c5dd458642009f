"""A word that somebody may have meant, for an error message."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["did_you_mean"]


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return ` Did you mean 'start_at'?` where a known word is spelt much like the given one."""
    from difflib import get_close_matches  # noqa: PLC0415 - only something wrong asks for it

    # Nobody's typing slip is longer, and comparing long texts takes its time.
    if len(given) > _LONGEST:
        return ""
    near = get_close_matches(given, list(known), n=1, cutoff=0.7)
    return f" Did you mean {near[0]!r}?" if near else ""


_LONGEST = 80
