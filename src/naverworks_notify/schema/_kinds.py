"""Kinds of members: what a JSON value must be, checked without regular expressions where possible.

A kind never shows the value it refuses: message texts stay out of error messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from math import isfinite
from typing import Any

from naverworks_notify.schema._definitions import Definitions
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

    def settle(self, value: Any, path: str, out: Findings) -> Any:
        """Check a value given in code and return it as it is kept, for example as a tuple."""
        self.check(value, path, out)
        return value

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

    def schema(self, definitions: Definitions) -> dict[str, Any]:  # noqa: ARG002 - of every kind
        """Return the JSON Schema of what it may hold; of what has none, that of anything."""
        return {}


class Text(Kind):
    """A string of at most `limit` code points; not empty unless `empty`.

    Args:
        limit: The most code points; None for no limit.
        empty: Whether it may be empty.
        blank: Whether it may hold nothing but spaces.
    """

    __slots__ = ("blank", "empty", "limit")

    def __init__(
        self, limit: int | None = None, *, empty: bool = False, blank: bool = True
    ) -> None:
        self.limit: int | None = limit
        self.empty: bool = empty
        self.blank: bool = blank

    def check(self, value: Any, path: str, out: Findings) -> None:
        if not isinstance(value, str):
            out.add(path, "type", f"must be a string, not {kind_name(value)}.")
            return
        if not value:
            if not self.empty:
                out.add(path, "empty", "must not be empty.")
            return
        if not self.blank and value.isspace():
            out.add(path, "empty", "must not be empty.")
            return
        if self.limit is not None and len(value) > self.limit:
            out.add(
                path,
                "max_length",
                f"must have at most {self.limit} characters, not {len(value)}.",
            )
        if not value.isascii():
            check_encodable(value, path, out)

    def schema(self, definitions: Definitions) -> dict[str, Any]:  # noqa: ARG002
        told: dict[str, Any] = {"type": "string"}
        if not self.empty:
            told |= {"minLength": 1} if self.blank else {"pattern": "\\S"}
        elif not self.blank:
            told["pattern"] = "^$|\\S"
        if self.limit is not None:
            told["maxLength"] = self.limit
        return told


def check_encodable(value: str, path: str, out: Findings) -> None:
    """Note a lone surrogate, which no JSON text in UTF-8 can carry."""
    try:
        value.encode()
    except UnicodeEncodeError:
        out.add(path, "encoding", "holds a lone surrogate, which UTF-8 cannot carry.")


class Url(Text):
    """An absolute URL under one of the schemes, of at most `limit` code points.

    A link is pressed by people, so what makes one look like another is refused: a user name before
    the host (`https://bank.example@evil.example/`), a host that is only spelt like one, spaces,
    quotes, backslashes, control and invisible characters.

    Args:
        limit: The most code points.
        schemes: The schemes it may have.
        local: Whether this machine may be named under http:// as well.
        empty: Whether it may be empty.
        extension: Whether it must end in the extension of a file.
    """

    __slots__ = ("extension", "local", "prefixes", "told")

    def __init__(
        self,
        limit: int = 1000,
        *,
        schemes: Sequence[str] = ("https",),
        local: bool = False,
        empty: bool = False,
        extension: bool = False,
    ) -> None:
        super().__init__(limit, empty=empty)
        self.prefixes: tuple[str, ...] = tuple(f"{scheme}://" for scheme in schemes)
        self.told: str = " or ".join(self.prefixes)
        self.local: bool = local
        self.extension: bool = extension

    def check(self, value: Any, path: str, out: Findings) -> None:
        super().check(value, path, out)
        if not isinstance(value, str) or not value:
            return
        head = value[:8].lower()
        is_local = self.local and head.startswith("http://") and names_this_machine(value)
        if not is_local and not head.startswith(self.prefixes):
            also = " (http:// only to this machine)" if self.local else ""
            out.add(path, "scheme", f"must start with {self.told}{also}")
            return
        _, _, rest = value.partition("//")
        authority = _authority(rest)
        wrong = _wrong_with(authority)
        if wrong is not None:
            out.add(path, "url", wrong)
        elif not value.isprintable() or _UNFIT.intersection(value):
            out.add(
                path,
                "url",
                "must not hold spaces, quotes, control or invisible characters, or backslashes.",
            )
        elif self.extension and not _has_extension(rest[len(authority) :]):
            out.add(path, "extension", "must end in the file's extension, such as .pdf.")

    def schema(self, definitions: Definitions) -> dict[str, Any]:
        schemes = "|".join(prefix.removesuffix("://") for prefix in self.prefixes)
        pattern = f"^({schemes})://{_HOST}{_REST}$"
        if self.local:
            pattern += f"|^http://{_LOCAL_HOST}{_REST}$"
        return {**super().schema(definitions), "format": "uri", "pattern": pattern}


# The same as a pattern, for readers in other languages; every scheme in lower case.
_REST = '(:[0-9]{1,5})?([/?#][^\\s\\\\<>"]*)?'
_HOST = '(\\[[^\\]\\s]+\\]|[^\\s/?#@:%\\\\<>"\\[\\]]+)'
_LOCAL_HOST = "([^\\s/?#@:%]+\\.)?(localhost|127(\\.[0-9]+){3}|0\\.0\\.0\\.0|\\[::1\\])"

_UNFIT = frozenset(' "<>\\')
_HIGHEST_PORT = 65535


def _authority(rest: str) -> str:
    return rest.partition("/")[0].partition("?")[0].partition("#")[0]


def _split_port(authority: str) -> tuple[str, str]:
    if authority.startswith("["):
        host, bracket, port = authority.partition("]")
        return host + bracket, port.removeprefix(":")
    host, _, port = authority.partition(":")
    return host, port


def _wrong_with(authority: str) -> str | None:
    """Return what is wrong with the part of a URL that names the host, or None."""
    if "@" in authority:
        return "must not hold a user name before the host."
    host, port = _split_port(authority)
    if not host or host.startswith("[") != host.endswith("]"):
        return "must name a host."
    if port and not (port.isascii() and port.isdigit() and int(port) <= _HIGHEST_PORT):
        return f"must have a port from 0 to {_HIGHEST_PORT}."
    if not host.isascii():
        from unicodedata import normalize  # noqa: PLC0415 - hosts are ASCII nearly always

        # What a browser makes of it: a letter that looks like a slash would end the host.
        if _AUTHORITY_ENDS.intersection(normalize("NFKC", host)):
            return "must name a host in its own letters."
    elif "%" in host:
        return "must name a host in its own letters."
    return None


_AUTHORITY_ENDS = frozenset("/?#@:\\%")


def names_this_machine(url: str) -> bool:
    """Tell whether a link leads to the machine that opens it, such as http://localhost:3000/."""
    host, _ = _split_port(_authority(url.partition("//")[2]).lower())
    host = host.removesuffix(".")
    return (
        host in ("localhost", "[::1]", "0.0.0.0")  # noqa: S104 - a name, nothing is bound
        or host.endswith(".localhost")
        or (host.startswith("127.") and all(part.isdigit() for part in host.split(".")))
    )


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

    def schema(self, definitions: Definitions) -> dict[str, Any]:  # noqa: ARG002
        return {"enum": sorted(self._values)}


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

    def schema(self, definitions: Definitions) -> dict[str, Any]:  # noqa: ARG002
        return {"type": "boolean"}


class Whole(Kind):
    """An integer within inclusive bounds. True and false are not integers here."""

    __slots__ = ("high", "low")

    def __init__(self, low: int | None = None, high: int | None = None) -> None:
        self.low: int | None = low
        self.high: int | None = high

    def check(self, value: Any, path: str, out: Findings) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            out.add(path, "type", f"must be an integer, not {kind_name(value)}.")
        elif self.low is not None and value < self.low:
            out.add(path, "minimum", f"must be at least {self.low}.")
        elif self.high is not None and value > self.high:
            out.add(path, "maximum", f"must be at most {self.high}.")

    def schema(self, definitions: Definitions) -> dict[str, Any]:  # noqa: ARG002
        return {"type": "integer", **_bounds(self.low, self.high)}


def _bounds(low: int | None, high: int | None) -> dict[str, int]:
    bounds = {"minimum": low, "maximum": high}
    return {name: bound for name, bound in bounds.items() if bound is not None}


class Number(Kind):
    """A finite JSON number within inclusive bounds. True and false are not numbers here."""

    __slots__ = ("high", "low")

    def __init__(self, low: int | None = None, high: int | None = None) -> None:
        self.low: int | None = low
        self.high: int | None = high

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
        elif self.low is not None and value < self.low:
            out.add(path, "minimum", f"must be at least {self.low}.")
        elif self.high is not None and value > self.high:
            out.add(path, "maximum", f"must be at most {self.high}.")

    def schema(self, definitions: Definitions) -> dict[str, Any]:  # noqa: ARG002
        return {"type": "number", **_bounds(self.low, self.high)}


class Moment(Kind):
    """An ISO 8601 datetime with an offset, kept as an aware datetime."""

    __slots__ = ()

    def check(self, value: Any, path: str, out: Findings) -> None:
        self.settle(value, path, out)

    def settle(self, value: Any, path: str, out: Findings) -> Any:
        """Put a fixed offset in the place of a zone.

        A zone would make two equal moments differ in the hour that a clock repeats, and would not
        survive JSON; the offset does.
        """
        if not isinstance(value, datetime):
            out.add(path, "type", f"must be a datetime, not {kind_name(value)}.")
            return value
        if type(value.tzinfo) is timezone:
            return value
        offset = value.utcoffset()  # a tzinfo may be there and know none
        if offset is None:
            out.add(
                path,
                "aware_datetime",
                "must carry an offset, such as +09:00; a datetime without one is ambiguous.",
            )
            return value
        return value.replace(tzinfo=timezone(offset), fold=0)

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if not isinstance(raw, str):
            out.add(path, "type", f"must be a string, not {kind_name(raw)}.")
            return raw
        try:
            moment = datetime.fromisoformat(raw)
        except ValueError:
            out.add(
                path, "datetime", "must be an ISO 8601 datetime such as 2026-03-02T10:00:00+09:00."
            )
            return raw
        return self.settle(moment, path, out)

    def dump(self, value: Any) -> Any:
        return value.isoformat()

    def schema(self, definitions: Definitions) -> dict[str, Any]:  # noqa: ARG002
        return {"type": "string", "format": "date-time", "pattern": _OFFSET}


_OFFSET = "[Tt ][0-9:.,]+([Zz]|[+-][0-9]{2}(:?[0-9]{2}(:?[0-9]{2}(\\.[0-9]+)?)?)?)$"


class Many(Kind):
    """An array of `low` to `high` items of one kind."""

    __slots__ = ("high", "item", "low", "unique")

    def __init__(
        self, item: Kind, *, low: int = 1, high: int | None = None, unique: bool = False
    ) -> None:
        self.item: Kind = item
        self.low: int = low
        self.high: int | None = high
        self.unique: bool = unique

    def check(self, value: Any, path: str, out: Findings) -> None:
        if self._shape(value, path, out):
            # Items are checked at the root and what is found is moved: good ones cost no path.
            check = self.item.check
            found = out.found
            for at, item in enumerate(value):
                known = len(found)
                check(item, "", out)
                if len(found) > known:
                    out.put_under(f"{path}[{at}]", known)

    def settle(self, value: Any, path: str, out: Findings) -> Any:
        return self._each(value, self.item.settle, path, out)

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        return self._each(raw, self.item.read, path, out)

    def _each(
        self, values: Any, take: Callable[[Any, str, Findings], Any], path: str, out: Findings
    ) -> Any:
        if not self._shape(values, path, out):
            return values
        taken = []
        found = out.found
        for at, item in enumerate(values):
            known = len(found)
            taken.append(take(item, "", out))
            if len(found) > known:
                if out.drops:
                    out.drop(known, f"{path}[{at}]")
                    taken.pop()
                else:
                    out.put_under(f"{path}[{at}]", known)
        return tuple(taken)

    def _shape(self, value: Any, path: str, out: Findings) -> bool:
        if not isinstance(value, (list, tuple)):
            out.add(path, "type", f"must be an array, not {kind_name(value)}.")
            return False
        count = len(value)
        if count < self.low:
            told = (
                "must not be empty." if self.low == 1 else f"must have at least {self.low} items."
            )
            out.add(path, "min_items", told)
        if self.high is not None and count > self.high:
            out.add(path, "max_items", f"must have at most {self.high} items, not {count}.")
        if self.unique:
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
        dump = self.item.dump
        return [dump(item) for item in value]

    def schema(self, definitions: Definitions) -> dict[str, Any]:
        told: dict[str, Any] = {"type": "array", "items": self.item.schema(definitions)}
        if self.low:
            told["minItems"] = self.low
        if self.high is not None:
            told["maxItems"] = self.high
        if self.unique:
            told["uniqueItems"] = True
        return told
