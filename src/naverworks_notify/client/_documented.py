"""Notes from the table of endpoints in the docstrings of the methods that call them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from naverworks_notify.operations import ENDPOINTS, Limit

__all__ = ["calls"]

F = TypeVar("F", bound=Callable[..., Any])

_LIMITS = {
    Limit.STANDARD: "240 calls a minute (60 on a free plan)",
    Limit.ROOM: "10 calls a minute",
}


def calls(*names: str) -> Callable[[F], F]:
    """Mark a method as calling endpoints, and note their scopes, limits and sources in its docs.

    The method itself is returned, so that a call costs nothing more.
    """

    def mark(method: F) -> F:
        notes = [method.__doc__ or ""]
        for name in names:
            endpoint = ENDPOINTS[name]
            scopes = " or ".join(f"`{scope}`" for scope in sorted(endpoint.scopes))
            notes.append(
                f"`{endpoint.method} {endpoint.template}`; scope {scopes or 'not documented'}; "
                f"{_LIMITS[endpoint.limit]}. Source: {endpoint.source}"
            )
        method.__doc__ = "\n\n        ".join(note.rstrip() for note in notes) + "\n        "
        method.endpoints = names  # type: ignore[attr-defined]
        return method

    return mark
