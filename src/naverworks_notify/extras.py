"""The extras of this package, and the one sentence said where one is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from naverworks_notify.errors import MissingExtra

__all__ = ["EXTRAS", "needs"]

EXTRAS: Mapping[str, tuple[str, ...]] = {
    "cli": ("cyclopts", "rich"),
    "fast": ("aiohttp", "httpx_aiohttp"),
    "otel": ("opentelemetry",),
    "shared-limits": ("pyrate_limiter", "redis"),
    "simulator": ("jinja2", "markupsafe", "starlette", "uvicorn"),
    "sql": ("sqlalchemy",),
}
"""The modules that each extra brings, beside those of extras that it includes."""


@contextmanager
def needs(extra: str, what: str) -> Iterator[None]:
    """Say which extra is missing where an import inside the block finds no package of it.

    Examples:
        >>> with needs("simulator", "Simulator.serve()"):
        ...     import starlette

    Args:
        extra: The name of the extra.
        what: What needs it; the sentence begins with it.

    Raises:
        MissingExtra: A package of the extra is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if isinstance(error, MissingExtra) or package not in EXTRAS[extra]:
            raise
        raise MissingExtra(what, extra=extra, package=package) from error
