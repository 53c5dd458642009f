"""Checking request bodies on the service's side, by tables of fields.

Kept apart from the client's own values on purpose: what the client builds is checked by rules
written down a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from naverworks_notify.testing.service._answers import refuse

__all__ = [
    "Field",
    "action_of",
    "boolean",
    "check_fields",
    "choices",
    "https_url",
    "integer",
    "integers",
    "localized",
    "text",
    "texts",
    "whole_number",
]

Check = Callable[[Any, str], None]

LONGEST_NUMBER = 19
LANGUAGES = frozenset({"ko_KR", "ja_JP", "zh_CN", "zh_TW", "en_US"})


@frozen
class Field:
    """One member of a body.

    Attributes:
        name: Its key.
        check: Refuses a wrong value.
        required: Whether it must be there.
    """

    name: str
    check: Check
    required: bool = False


def check_fields(
    raw: Mapping[str, Any], fields: Sequence[Field], *, partial: bool = False, path: str = ""
) -> dict[str, Any]:
    """Check a body and return its known members; nulls count as absent.

    Args:
        raw: The body.
        fields: What it may hold; anything else is refused, as undocumented properties may be.
        partial: Whether required members may be missing, as in PATCH.
        path: Put before names in the description.
    """
    known = {item.name for item in fields}
    for key in raw:
        if key not in known:
            raise _invalid(path + key, "is not a known property.")
    for item in fields:
        value = raw.get(item.name)
        if value is None:
            if item.required and not partial:
                raise refuse(400, "MISSING_PARAMETER", f"{path}{item.name} is required.")
            continue
        item.check(value, path + item.name)
    return {key: value for key, value in raw.items() if value is not None}


def whole_number(given: str) -> int | None:
    """Return the number a path or query writes in digits; None when it is none of 64 bits."""
    if not (given.isascii() and given.isdigit()) or len(given) > LONGEST_NUMBER:
        return None
    return int(given)


def text(longest: int, *, empty: bool = False) -> Check:
    """Return the check of a string of at most `longest` characters."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            raise _invalid(path, "must be a string.")
        if len(value) > longest:
            raise refuse(400, "LIMIT_EXCEEDED", f"{path} is longer than {longest}.")
        if not value and not empty:
            raise _invalid(path, "must not be empty.")

    return check


def https_url(longest: int = 1000, *, empty: bool = False) -> Check:
    """Return the check of an https URL."""

    def check(value: Any, path: str) -> None:
        text(longest, empty=empty)(value, path)
        if value and not value.startswith("https://"):
            raise _invalid(path, "must be an https URL.")

    return check


def boolean(value: Any, path: str) -> None:
    """Refuse anything but true and false."""
    if type(value) is not bool:
        raise _invalid(path, "must be a boolean.")


def integer(low: int, high: int) -> Check:
    """Return the check of a whole number in a range."""

    def check(value: Any, path: str) -> None:
        if type(value) is not int:
            raise _invalid(path, "must be an integer.")
        if not low <= value <= high:
            raise refuse(400, "OUT_OF_RANGE", f"{path} must be between {low} and {high}.")

    return check


def texts(fewest: int, most: int) -> Check:
    """Return the check of an array of different strings."""

    def check(value: Any, path: str) -> None:
        _array(value, path, fewest, most)
        for i, item in enumerate(value):
            text(1000)(item, f"{path}[{i}]")

    return check


def integers(value: Any, path: str) -> None:
    """Refuse anything but an array of different whole numbers."""
    _array(value, path, 0, 1000)
    for i, item in enumerate(value):
        integer(1, 2**63 - 1)(item, f"{path}[{i}]")


def choices(allowed: Sequence[str]) -> Check:
    """Return the check of an array of different words out of a list."""

    def check(value: Any, path: str) -> None:
        _array(value, path, 0, len(allowed))
        for i, item in enumerate(value):
            if item not in allowed:
                raise _invalid(f"{path}[{i}]", f"must be one of {', '.join(allowed)}.")

    return check


def localized(name: str, inner: Check) -> Check:
    """Return the check of an array of `{language, <name>}`."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise _invalid(path, "must be an array.")
        seen = [item.get("language") for item in value if isinstance(item, dict)]
        if len(seen) != len(value) or not set(seen) <= LANGUAGES:
            raise _invalid(path, "must hold objects with a supported language.")
        if len(set(seen)) != len(seen):
            raise _invalid(path, "names a language twice.")
        for i, item in enumerate(value):
            if set(item) != {"language", name}:
                raise _invalid(f"{path}[{i}]", f"must hold language and {name}.")
            inner(item[name], f"{path}[{i}].{name}")

    return check


def action_of(kinds: Sequence[str], *, longest_label: int, label_required: bool) -> Check:
    """Return the check of an action in a menu.

    https://developers.worksmobile.com/kr/docs/bot-actionobject
    """

    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise _invalid(path, "must be an object.")
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in kinds:
            raise _invalid(f"{path}.type", f"must be one of {', '.join(kinds)}.")
        label = Field("label", text(longest_label), label_required)
        labels = Field("i18nLabels", localized("label", text(longest_label)))
        fields = (Field("type", text(20)), label, labels, *_ACTION_FIELDS[kind])
        check_fields(value, fields, path=f"{path}.")

    return check


def _uri(value: Any, path: str) -> None:
    text(1000)(value, path)
    if not value.startswith(("https://", "http://")):
        raise _invalid(path, "must be an http or https URL.")


_ACTION_FIELDS: Mapping[str, tuple[Field, ...]] = {
    "postback": (
        Field("data", text(300), required=True),
        Field("displayText", text(300)),
        Field("i18nDisplayTexts", localized("displayText", text(300))),
    ),
    "message": (
        Field("text", text(300)),
        Field("postback", text(1000)),
        Field("i18nTexts", localized("text", text(300))),
    ),
    "uri": (Field("uri", _uri, required=True),),
    "copy": (Field("copyText", text(1000), required=True),),
}


def _array(value: Any, path: str, fewest: int, most: int) -> None:
    if not isinstance(value, list):
        raise _invalid(path, "must be an array.")
    if not fewest <= len(value) <= most:
        raise refuse(400, "OUT_OF_RANGE", f"{path} must hold {fewest} to {most} items.")
    if any(isinstance(item, (dict, list)) for item in value):
        raise _invalid(path, "must hold plain values.")
    if len(set(value)) != len(value):
        raise _invalid(path, "must not hold an item twice.")


def _invalid(path: str, told: str) -> Exception:
    return refuse(400, "INVALID_PARAMETER", f"{path} {told}")
