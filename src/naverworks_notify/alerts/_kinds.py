"""What one payload field may hold: one object per kind of field, used in both directions.

`read` turns JSON into a value, `check` judges (and settles) a value given in code, `write` turns a
value into JSON. `read` ends in `check`, so an alert built in code obeys the same rules as its JSON.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeAlias

from naverworks_notify.alerts._locales import LOCALES, find_locale
from naverworks_notify.validation import Violations, join_path

if TYPE_CHECKING:
    from naverworks_notify.alerts._value import Value

# Not documented; chosen so that a count always prints, and never prints as a wall of digits.
MAX_NUMBER = 1_000_000_000

# RFC 3986 without user information, which would let a link pretend to lead elsewhere.
_HTTPS_URL = re.compile(
    r"https://[^\s/?#@\\<>\"\x00-\x20\x7f]+(?:[/?#][^\s\\<>\"\x00-\x20\x7f]*)?", re.IGNORECASE
)
_SURROGATE = re.compile("[\ud800-\udfff]")


class Kind(Protocol):
    """The rules of one kind of field."""

    def read(self, raw: Any, path: str, violations: Violations) -> Any:
        """Return the value of a JSON member, or None after noting what is wrong."""

    def check(self, value: Any, path: str, violations: Violations) -> Any:
        """Return the settled form of a value, or None after noting what is wrong."""

    def write(self, value: Any) -> Any:
        """Return the JSON form of a checked value."""


def _wrong_type(value: object, wanted: str, path: str, violations: Violations) -> None:
    given = "null" if value is None else type(value).__name__
    violations.add(path, "type", f"must be {wanted}, not {given}.")


class TextKind:
    """A string; a name (`blank=False`) must hold more than spaces."""

    def __init__(self, *, blank: bool) -> None:
        self.blank = blank

    def read(self, raw: Any, path: str, violations: Violations) -> str | None:
        """Read a JSON string."""
        return self.check(raw, path, violations)

    def check(self, value: Any, path: str, violations: Violations) -> str | None:
        """Refuse what is no string, a blank name, and half of a surrogate pair."""
        if not isinstance(value, str):
            _wrong_type(value, "a string", path, violations)
            return None
        if not self.blank and not value.strip():
            violations.add(path, "not_empty", "must not be empty.")
            return None
        if not value.isascii() and _SURROGATE.search(value):
            violations.add(path, "unicode", "must be Unicode text; it holds a lone surrogate.")
            return None
        return value

    def write(self, value: str) -> str:
        """Return the string."""
        return value


class UrlKind(TextKind):
    """An https link with a host."""

    def __init__(self) -> None:
        super().__init__(blank=False)

    def check(self, value: Any, path: str, violations: Violations) -> str | None:
        """Refuse every other scheme: these links become buttons in people's messengers."""
        text = super().check(value, path, violations)
        if text is not None and not _HTTPS_URL.fullmatch(text):
            violations.add(
                path,
                "https_url",
                "must be an https:// URL with a host, without user name, spaces or quotes.",
            )
            return None
        return text


class LocaleKind(TextKind):
    """A language this package writes, in any usual spelling; kept as written."""

    def __init__(self) -> None:
        super().__init__(blank=False)

    def check(self, value: Any, path: str, violations: Violations) -> str | None:
        """Refuse a language without texts."""
        text = super().check(value, path, violations)
        if text is not None and find_locale(text) is None:
            violations.add(path, "locale", f"must be one of {', '.join(LOCALES)}.")
            return None
        return text


class NumberKind:
    """An integer from `least` to a thousand million."""

    def __init__(self, *, least: int) -> None:
        self.least = least

    def read(self, raw: Any, path: str, violations: Violations) -> int | None:
        """Read a JSON integer; true and false are none."""
        return self.check(raw, path, violations)

    def check(self, value: Any, path: str, violations: Violations) -> int | None:
        """Refuse what is no integer or out of range."""
        if type(value) is not int:
            _wrong_type(value, "an integer", path, violations)
            return None
        if not self.least <= value <= MAX_NUMBER:
            violations.add(path, "range", f"must be from {self.least} to {MAX_NUMBER}.")
            return None
        return value

    def write(self, value: int) -> int:
        """Return the integer."""
        return value


class FlagKind:
    """True or false."""

    def read(self, raw: Any, path: str, violations: Violations) -> bool | None:
        """Read a JSON boolean."""
        return self.check(raw, path, violations)

    def check(self, value: Any, path: str, violations: Violations) -> bool | None:
        """Refuse 0, 1 and every other stand-in."""
        if type(value) is not bool:
            _wrong_type(value, "true or false", path, violations)
            return None
        return value

    def write(self, value: bool) -> bool:  # noqa: FBT001 - the shape of every kind
        """Return the boolean."""
        return value


class MomentKind:
    """A moment with an offset from UTC, written in ISO 8601."""

    def read(self, raw: Any, path: str, violations: Violations) -> datetime | None:
        """Read an ISO 8601 string."""
        if not isinstance(raw, str):
            _wrong_type(raw, "a string", path, violations)
            return None
        try:
            moment = datetime.fromisoformat(raw)
        except ValueError:
            violations.add(
                path,
                "datetime",
                "must be an ISO 8601 datetime such as 2026-03-02T10:00:00+09:00.",
            )
            return None
        return self.check(moment, path, violations)

    def check(self, value: Any, path: str, violations: Violations) -> datetime | None:
        """Refuse a naive datetime; put a fixed offset in the place of a zone.

        A zone would make two equal moments differ in the hour that a clock repeats, and would not
        survive JSON; the offset does.
        """
        if not isinstance(value, datetime):
            _wrong_type(value, "a datetime", path, violations)
            return None
        offset = value.utcoffset()
        if offset is None:
            violations.add(
                path,
                "aware_datetime",
                "must carry an offset, such as +09:00; a datetime without one is ambiguous.",
            )
            return None
        if type(value.tzinfo) is timezone:
            return value
        return value.replace(tzinfo=timezone(offset), fold=0)

    def write(self, value: datetime) -> str:
        """Return ISO 8601 with the offset."""
        return value.isoformat()


class ChoiceKind:
    """A member of an enum, written as its value."""

    def __init__(self, enum: type[Enum]) -> None:
        self.enum = enum

    def read(self, raw: Any, path: str, violations: Violations) -> Enum | None:
        """Read one of the enum's values."""
        return self.check(raw, path, violations)

    def check(self, value: Any, path: str, violations: Violations) -> Enum | None:
        """Accept a member or its value."""
        if not isinstance(value, str):
            _wrong_type(value, "a string", path, violations)
            return None
        try:
            return self.enum(value)
        except ValueError:
            allowed = ", ".join(str(member.value) for member in self.enum)
            violations.add(path, "enum", f"must be one of {allowed}.")
            return None

    def write(self, value: Enum) -> Any:
        """Return the member's value as a plain string."""
        return value.value


class NestedKind:
    """Another payload value."""

    def __init__(self, value_type: type[Value]) -> None:
        self.value_type = value_type

    def read(self, raw: Any, path: str, violations: Violations) -> Value | None:
        """Read a JSON object."""
        return self.value_type.read(raw, path, violations)

    def check(self, value: Any, path: str, violations: Violations) -> Value | None:
        """Refuse every other type; the value was checked when it was built."""
        if not isinstance(value, self.value_type):
            name = self.value_type.__name__
            _wrong_type(value, f"{'an' if name[0] in 'AEIOU' else 'a'} {name}", path, violations)
            return None
        return value

    def write(self, value: Value) -> dict[str, Any]:
        """Return the value's own JSON form."""
        return value.to_dict()


class ListKind:
    """Several of one kind; `least` of them at least."""

    def __init__(self, item: Kind, *, least: int) -> None:
        self.item = item
        self.least = least

    def read(self, raw: Any, path: str, violations: Violations) -> tuple[Any, ...] | None:
        """Read a JSON array."""
        return self._each(raw, self.item.read, path, violations)

    def check(self, value: Any, path: str, violations: Violations) -> tuple[Any, ...] | None:
        """Accept a tuple or a list and return a tuple."""
        return self._each(value, self.item.check, path, violations)

    def _each(
        self, values: Any, judge: Any, path: str, violations: Violations
    ) -> tuple[Any, ...] | None:
        if not isinstance(values, (list, tuple)):
            _wrong_type(values, "an array", path, violations)
            return None
        if len(values) < self.least:
            violations.add(path, "min_items", f"must hold {self.least} or more items.")
            return None
        settled = tuple(
            judge(value, join_path(path, index), violations) for index, value in enumerate(values)
        )
        # An item that was refused is None and was noted; the field as a whole is then refused too.
        return None if any(item is None for item in settled) else settled

    def write(self, value: tuple[Any, ...]) -> list[Any]:
        """Return a JSON array."""
        return [self.item.write(item) for item in value]


Name: TypeAlias = Annotated[str, TextKind(blank=False)]
"""A string that is not blank: ids, names, titles."""
Prose: TypeAlias = Annotated[str, TextKind(blank=True)]
"""A string a person wrote; may be empty."""
Url: TypeAlias = Annotated[str, UrlKind()]
"""An https link."""
LocaleText: TypeAlias = Annotated[str, LocaleKind()]
"""A language: ko, en or ja, in any usual spelling."""
Count: TypeAlias = Annotated[int, NumberKind(least=0)]
"""How many; 0 or more."""
Positive: TypeAlias = Annotated[int, NumberKind(least=1)]
"""1 or more."""
Repetition: TypeAlias = Annotated[int, NumberKind(least=2)]
"""Which time it is asked; 2 or more."""
Flag: TypeAlias = Annotated[bool, FlagKind()]
"""True or false."""
Moment: TypeAlias = Annotated[datetime, MomentKind()]
"""A datetime with an offset."""
