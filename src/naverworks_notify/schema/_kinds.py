"""Kinds of members: what a JSON value must be, checked without regular expressions where possible.

A kind never shows the value it refuses: message texts stay out of error messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from math import isfinite
from typing import Any

from naverworks_notify.schema._findings import Findings

__all__ = [
    "Choice",
    "Flag",
    "Form",
    "Kind",
    "Many",
    "Moment",
    "Number",
    "Text",
    "Url",
    "Whole",
    "kind_name",
]

_NAMES: dict[type, str] = {
    str: "a string",
    bool: "true or false",
    int: "an integer",
    float: "a number",
    list: "an array",
    tuple: "an array",
    dict: "an object",
    type(None): "null",
}


def kind_name(value: object) -> str:
    """Name the JSON kind of a value, never the value itself."""
    return _NAMES.get(type(value), type(value).__name__)


class Kind:
    """What one member may hold.

    Stateless after construction, so one instance serves all threads.
    """

    def check(self, value: Any, path: str, out: Findings) -> None:
        """Note in `out` what is wrong with a value that is not None."""
        raise NotImplementedError

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        """Turn the JSON form into the attribute's value, noting what is wrong.

        A value that is wrong is returned as it is, so that rules over several members still
        see that something was given.
        """
        self.check(raw, path, out)
        return raw

    def dump(self, value: Any) -> Any:
        """Turn the attribute's value into its JSON form."""
        return value


class Text(Kind):
    """A string of at most `limit` code points; not empty unless `empty`."""

    __slots__ = ("_empty", "_limit")

    def __init__(self, limit: int | None = None, *, empty: bool = False) -> None:
        self._limit = limit
        self._empty = empty

    def check(self, value: Any, path: str, out: Findings) -> None:
        if not isinstance(value, str):
            out.add(path, "type", f"must be a string, not {kind_name(value)}.")
            return
        if not value:
            if not self._empty:
                out.add(path, "empty", "must not be empty.")
            return
        if self._limit is not None and len(value) > self._limit:
            out.add(
                path,
                "max_length",
                f"must have at most {self._limit} characters, not {len(value)}.",
            )
        if not value.isascii():
            check_encodable(value, path, out)


def check_encodable(value: str, path: str, out: Findings) -> None:
    """Note a lone surrogate, which no JSON text in UTF-8 can carry."""
    try:
        value.encode()
    except UnicodeEncodeError:
        out.add(path, "encoding", "holds a lone surrogate, which UTF-8 cannot carry.")


class Url(Text):
    """An absolute URL under one of the schemes, of at most `limit` code points."""

    __slots__ = ("_extension", "_prefixes", "_told")

    def __init__(
        self,
        limit: int = 1000,
        *,
        schemes: Sequence[str] = ("https",),
        empty: bool = False,
        extension: bool = False,
    ) -> None:
        super().__init__(limit, empty=empty)
        self._prefixes = tuple(f"{scheme}://" for scheme in schemes)
        self._told = " or ".join(self._prefixes)
        self._extension = extension

    def check(self, value: Any, path: str, out: Findings) -> None:
        super().check(value, path, out)
        if not isinstance(value, str) or not value:
            return
        head = value[:8].lower()
        if not head.startswith(self._prefixes):
            out.add(path, "scheme", f"must start with {self._told}")
            return
        _, _, rest = value.partition("//")
        host = rest.partition("/")[0].partition("?")[0].partition("#")[0]
        if not host.rpartition("@")[2].partition(":")[0]:
            out.add(path, "url", "must name a host.")
        elif not value.isprintable() or " " in value or "\\" in value:
            out.add(
                path,
                "url",
                "must not hold spaces, control or invisible characters, or backslashes.",
            )
        elif self._extension and not _has_extension(rest[len(host) :]):
            out.add(path, "extension", "must end in the file's extension, such as .pdf.")


def _has_extension(tail: str) -> bool:
    stem, dot, extension = tail.rpartition(".")
    return bool(dot and stem and extension) and extension.isalnum()


class Choice(Kind):
    """One of a fixed set of strings.

    Args:
        values: The strings.
        kept: What passes beside them where undocumented things are kept.
    """

    __slots__ = ("_kept", "_told", "_values")

    def __init__(self, *values: str, kept: Callable[[str], bool] | None = None) -> None:
        self._kept = kept
        self._values = frozenset(values)
        self._told = ", ".join(values)

    def check(self, value: Any, path: str, out: Findings) -> None:
        if not isinstance(value, str):
            out.add(path, "type", f"must be a string, not {kind_name(value)}.")
        elif value not in self._values and not (
            out.keep and self._kept is not None and self._kept(value)
        ):
            out.add(path, "enum", f"must be one of {self._told}.")


class Form(Kind):
    """A string in one of a few written forms, for example `12px` or `md`."""

    __slots__ = ("_fits", "_told")

    def __init__(self, told: str, fits: Callable[[str], bool]) -> None:
        self._told = told
        self._fits = fits

    def check(self, value: Any, path: str, out: Findings) -> None:
        if not isinstance(value, str):
            out.add(path, "type", f"must be a string, not {kind_name(value)}.")
        elif not self._fits(value):
            out.add(path, "format", f"must be {self._told}.")


class Flag(Kind):
    """True or false."""

    __slots__ = ()

    def check(self, value: Any, path: str, out: Findings) -> None:
        if value is not True and value is not False:
            out.add(path, "type", f"must be true or false, not {kind_name(value)}.")


class Whole(Kind):
    """An integer within inclusive bounds. True and false are not integers here."""

    __slots__ = ("_high", "_low")

    def __init__(self, low: int | None = None, high: int | None = None) -> None:
        self._low = low
        self._high = high

    def check(self, value: Any, path: str, out: Findings) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            out.add(path, "type", f"must be an integer, not {kind_name(value)}.")
        elif self._low is not None and value < self._low:
            out.add(path, "minimum", f"must be at least {self._low}.")
        elif self._high is not None and value > self._high:
            out.add(path, "maximum", f"must be at most {self._high}.")


class Number(Kind):
    """A finite JSON number within inclusive bounds. True and false are not numbers here."""

    __slots__ = ("_high", "_low")

    def __init__(self, low: int | None = None, high: int | None = None) -> None:
        self._low = low
        self._high = high

    def check(self, value: Any, path: str, out: Findings) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            out.add(path, "type", f"must be a number, not {kind_name(value)}.")
            return
        try:
            finite = isfinite(value)
        except OverflowError:  # an integer too large for a double
            finite = False
        if not finite:
            out.add(path, "finite", "must be a finite number.")
        elif self._low is not None and value < self._low:
            out.add(path, "minimum", f"must be at least {self._low}.")
        elif self._high is not None and value > self._high:
            out.add(path, "maximum", f"must be at most {self._high}.")


class Moment(Kind):
    """An ISO 8601 datetime with an offset, kept as an aware datetime."""

    __slots__ = ()

    def check(self, value: Any, path: str, out: Findings) -> None:
        if not isinstance(value, datetime) or value.tzinfo is None:
            out.add(path, "datetime", "must be a datetime with an offset.")

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        try:
            value: Any = datetime.fromisoformat(raw)
        except (TypeError, ValueError):
            value = raw
        self.check(value, path, out)
        return value

    def dump(self, value: Any) -> Any:
        return value.isoformat()


class Many(Kind):
    """An array of `low` to `high` items of one kind."""

    __slots__ = ("_high", "_item", "_low", "_unique")

    def __init__(
        self, item: Kind, *, low: int = 1, high: int | None = None, unique: bool = False
    ) -> None:
        self._item = item
        self._low = low
        self._high = high
        self._unique = unique

    def check(self, value: Any, path: str, out: Findings) -> None:
        if self._shape(value, path, out):
            # Items are checked at the root and what is found is moved: good ones cost no path.
            check = self._item.check
            found = out.found
            for at, item in enumerate(value):
                known = len(found)
                check(item, "", out)
                if len(found) > known:
                    out.put_under(f"{path}[{at}]", known)

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if not self._shape(raw, path, out):
            return raw
        read = self._item.read
        return tuple([read(item, f"{path}[{at}]", out) for at, item in enumerate(raw)])

    def _shape(self, value: Any, path: str, out: Findings) -> bool:
        if not isinstance(value, (list, tuple)):
            out.add(path, "type", f"must be an array, not {kind_name(value)}.")
            return False
        count = len(value)
        if count < self._low:
            told = (
                "must not be empty." if self._low == 1 else f"must have at least {self._low} items."
            )
            out.add(path, "min_items", told)
        if self._high is not None and count > self._high:
            out.add(path, "max_items", f"must have at most {self._high} items, not {count}.")
        if self._unique:
            self._find_repeats(value, path, out)
        return True

    @staticmethod
    def _find_repeats(value: Sequence[Any], path: str, out: Findings) -> None:
        seen: set[Any] = set()
        for at, item in enumerate(value):
            if not isinstance(item, (str, int)):
                continue
            if item in seen:
                out.add(f"{path}[{at}]", "unique", "is in the list already.")
            seen.add(item)

    def dump(self, value: Any) -> Any:
        dump = self._item.dump
        return [dump(item) for item in value]
