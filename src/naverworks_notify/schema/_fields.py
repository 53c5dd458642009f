"""How a field of a value states its wire key and its kind."""

from __future__ import annotations

from typing import Any

from naverworks_notify.schema._kinds import Kind

__all__ = ["KEY", "KIND", "READ_ONLY", "REQUIRED", "camel_case", "wire"]

KIND = "naverworks_notify.kind"
KEY = "naverworks_notify.key"
REQUIRED = "naverworks_notify.required"
READ_ONLY = "naverworks_notify.read_only"


def wire(
    kind: Kind, *, required: bool = False, key: str | None = None, read_only: bool = False
) -> dict[str, Any]:
    """Return the attrs metadata of one member.

    Args:
        kind: What the member may hold.
        required: Whether the member must be there.
        key: Its name in JSON; by default the attribute's name in camelCase.
        read_only: Whether only the service sets it, so that it is never sent.
    """
    return {KIND: kind, KEY: key, REQUIRED: required, READ_ONLY: read_only}


def camel_case(name: str) -> str:
    """Return a Python attribute name as the service spells it: `i18n_texts` → `i18nTexts`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
