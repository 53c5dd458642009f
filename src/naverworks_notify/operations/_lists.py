"""Query parameters that every list has."""

from __future__ import annotations

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.operations._path import positive_id

__all__ = ["MAX_COUNT", "list_query", "optional_domain"]

MAX_COUNT = 100
"""Items a page may hold; above it `GET /users` answers with an empty page, not with an error."""


def list_query(count: int, **options: str | int | bool | None) -> tuple[tuple[str, str], ...]:
    """Return the query of a list: `count`, and the options that are set.

    Raises:
        InvalidValue: `count` is not within 1 to 100.
    """
    if type(count) is not int or not 1 <= count <= MAX_COUNT:
        raise InvalidValue(
            violations=(Violation("count", "range", f"must be within 1 and {MAX_COUNT}."),)
        )
    query = [("count", str(count))]
    for name, value in options.items():
        if isinstance(value, bool):
            query.append((name, "true" if value else "false"))
        elif value is not None:
            query.append((name, str(value)))
    return tuple(query)


def optional_domain(domain_id: int | None) -> int | None:
    """Return a domain's id, checked, or None for the domain of the authorisation."""
    return None if domain_id is None else positive_id(domain_id, "domain_id")
