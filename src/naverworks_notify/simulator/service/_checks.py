"""Checking request bodies on the service's side, by tables of fields.

Kept apart from the client's own values on purpose: what the client builds is checked by rules
written down a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from naverworks_notify.simulator.service._answers import RefusedError, refuse

__all__ = [
    "ACCEPT_UNDOCUMENTED",
    "Field",
    "Place",
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

LONGEST_NUMBER = 19
LANGUAGES = frozenset({"ko_KR", "ja_JP", "zh_CN", "zh_TW", "en_US"})


ACCEPT_UNDOCUMENTED = "accept_undocumented"


@frozen
class Place:
    """Where in a body a value stands, as descriptions name it.

    Attributes:
        path: Dotted, empty for the body itself.
        lenient: Whether properties that nobody documents are let through.
    """

    path: str = ""
    lenient: bool = False

    def __str__(self) -> str:
        return self.path

    def member(self, name: str) -> Place:
        """Return the place of a member of the object that stands here."""
        return Place(f"{self.path}.{name}" if self.path else name, self.lenient)

    def item(self, number: int) -> Place:
        """Return the place of an item of the array that stands here."""
        return Place(f"{self.path}[{number}]", self.lenient)

    def wrong(self, told: str) -> RefusedError:
        """Return the refusal of a value here."""
        return refuse(400, "INVALID_PARAMETER", f"{self} {told}")


Check = Callable[[Any, Place], None]


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
    raw: Mapping[str, Any], fields: Sequence[Field], at: Place, *, partial: bool = False
) -> dict[str, Any]:
    """Check a body and return its known members; nulls count as absent.

    Args:
        raw: The body.
        fields: What it may hold; anything else is refused, as undocumented properties may be.
        at: Where it stands.
        partial: Whether required members may be missing, as in PATCH.
    """
    known = {item.name for item in fields}
    for key in raw:
        if key not in known and not at.lenient:
            raise refuse(
                400,
                "INVALID_PARAMETER",
                f"{at.member(key)} is not a known property.",
                switch=ACCEPT_UNDOCUMENTED,
            )
    for item in fields:
        value = raw.get(item.name)
        if value is None:
            if item.required and not partial:
                raise refuse(400, "MISSING_PARAMETER", f"{at.member(item.name)} is required.")
            continue
        item.check(value, at.member(item.name))
    return {key: value for key, value in raw.items() if value is not None}


def whole_number(given: str) -> int | None:
    """Return the number a path or query writes in digits; None when it is none of 64 bits."""
    if not (given.isascii() and given.isdigit()) or len(given) > LONGEST_NUMBER:
        return None
    return int(given)


def text(longest: int, *, empty: bool = False) -> Check:
    """Return the check of a string of at most `longest` characters."""

    def check(value: Any, at: Place) -> None:
        if not isinstance(value, str):
            raise at.wrong("must be a string.")
        if len(value) > longest:
            raise refuse(400, "LIMIT_EXCEEDED", f"{at} is longer than {longest}.")
        if not value and not empty:
            raise at.wrong("must not be empty.")

    return check


def https_url(longest: int = 1000, *, empty: bool = False) -> Check:
    """Return the check of an https URL."""

    def check(value: Any, at: Place) -> None:
        text(longest, empty=empty)(value, at)
        if value and not value.startswith("https://"):
            raise at.wrong("must be an https URL.")

    return check


def boolean(value: Any, at: Place) -> None:
    """Refuse anything but true and false."""
    if type(value) is not bool:
        raise at.wrong("must be a boolean.")


def integer(low: int, high: int) -> Check:
    """Return the check of a whole number in a range."""

    def check(value: Any, at: Place) -> None:
        if type(value) is not int:
            raise at.wrong("must be an integer.")
        if not low <= value <= high:
            raise refuse(400, "OUT_OF_RANGE", f"{at} must be between {low} and {high}.")

    return check


def texts(fewest: int, most: int) -> Check:
    """Return the check of an array of different strings."""

    def check(value: Any, at: Place) -> None:
        _array(value, at, fewest, most)
        for i, item in enumerate(value):
            text(1000)(item, at.item(i))

    return check


def integers(value: Any, at: Place) -> None:
    """Refuse anything but an array of different whole numbers."""
    _array(value, at, 0, 1000)
    for i, item in enumerate(value):
        integer(1, 2**63 - 1)(item, at.item(i))


def choices(allowed: Sequence[str]) -> Check:
    """Return the check of an array of different words out of a list."""

    def check(value: Any, at: Place) -> None:
        _array(value, at, 0, len(allowed))
        for i, item in enumerate(value):
            if item not in allowed:
                raise at.item(i).wrong(f"must be one of {', '.join(allowed)}.")

    return check


def localized(name: str, inner: Check) -> Check:
    """Return the check of an array of `{language, <name>}`."""

    def check(value: Any, at: Place) -> None:
        if not isinstance(value, list):
            raise at.wrong("must be an array.")
        seen = [item.get("language") for item in value if isinstance(item, dict)]
        if len(seen) != len(value) or not set(seen) <= LANGUAGES:
            raise at.wrong("must hold objects with a supported language.")
        if len(set(seen)) != len(seen):
            raise at.wrong("names a language twice.")
        for i, item in enumerate(value):
            if set(item) != {"language", name}:
                raise at.item(i).wrong(f"must hold language and {name}.")
            inner(item[name], at.item(i).member(name))

    return check


def action_of(kinds: Sequence[str], *, longest_label: int, label_required: bool) -> Check:
    """Return the check of an action in a menu.

    https://developers.worksmobile.com/kr/docs/bot-actionobject
    """

    def check(value: Any, at: Place) -> None:
        if not isinstance(value, dict):
            raise at.wrong("must be an object.")
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in kinds:
            raise at.member("type").wrong(f"must be one of {', '.join(kinds)}.")
        label = Field("label", text(longest_label), label_required)
        labels = Field("i18nLabels", localized("label", text(longest_label)))
        fields = (Field("type", text(20)), label, labels, *_ACTION_FIELDS[kind])
        check_fields(value, fields, at)

    return check


def _uri(value: Any, at: Place) -> None:
    text(1000)(value, at)
    if not value.startswith(("https://", "http://")):
        raise at.wrong("must be an http or https URL.")


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


def _array(value: Any, at: Place, fewest: int, most: int) -> None:
    if not isinstance(value, list):
        raise at.wrong("must be an array.")
    if not fewest <= len(value) <= most:
        raise refuse(400, "OUT_OF_RANGE", f"{at} must hold {fewest} to {most} items.")
    if any(isinstance(item, (dict, list)) for item in value):
        raise at.wrong("must hold plain values.")
    if len(set(value)) != len(value):
        raise at.wrong("must not hold an item twice.")
