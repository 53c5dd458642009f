"""How a field of a value states its wire key and its kind."""

from __future__ import annotations

from typing import Any

from naverworks_notify.schema._kinds import Kind

__all__ = [
    "ALWAYS",
    "KEY",
    "KIND",
    "NOT_IN_JSON",
    "READ_ONLY",
    "REQUIRED",
    "SKIPS_EMPTY",
    "TAKES_NULL",
    "camel_case",
    "member",
    "wire",
]

KIND = "naverworks_notify.kind"
KEY = "naverworks_notify.key"
REQUIRED = "naverworks_notify.required"
READ_ONLY = "naverworks_notify.read_only"
ALWAYS = "naverworks_notify.always"
NOT_IN_JSON = "naverworks_notify.not_in_json"
SKIPS_EMPTY = "naverworks_notify.skips_empty"
TAKES_NULL = "naverworks_notify.takes_null"


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


def member(
    *,
    key: str | None = None,
    kind: Kind | None = None,
    always: bool = False,
    skips_empty: bool = False,
    takes_null: bool = True,
    in_json: bool = True,
) -> dict[str, Any]:
    """Return the attrs metadata of one member of a `Value`, where its annotation does not say all.

    Args:
        key: Its name in JSON; by default the attribute's.
        kind: What it may hold; by default what the annotation says.
        always: Whether it is written even where it holds its default.
        skips_empty: Whether an empty text counts as absent in JSON, as tables have it.
        takes_null: Whether null counts as absent in JSON; else it is refused.
        in_json: Whether it has a JSON form at all.
    """
    return {
        KEY: key,
        KIND: kind,
        ALWAYS: always,
        SKIPS_EMPTY: skips_empty,
        TAKES_NULL: takes_null,
        NOT_IN_JSON: not in_json,
    }


def camel_case(name: str) -> str:
    """Return a Python attribute name as the service spells it: `i18n_texts` → `i18nTexts`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
