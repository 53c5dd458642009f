"""Values that only the service writes, read by the annotations of their class.

The service may add members at any time, so unlike a caller's input its answers are not checked for
unknown keys; ids and numbers come as text or as numbers. What is missing or null is None. A member
of another type than documented is a violation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, fields

from naverworks_notify.errors import InvalidValue
from naverworks_notify.schema._fields import KEY, KIND, NOT_IN_JSON, camel_case
from naverworks_notify.schema._findings import Findings
from naverworks_notify.schema._kinds import Flag, Kind, Number, kind_name

__all__ = ["Answer", "IdsOf", "Texts", "Told", "Verbatim", "Whole64"]

_LARGEST = 2**63 - 1
_MOST_DIGITS = 19


class Told(Kind):
    """A text; a number stands for its digits, as ids come in both forms."""

    __slots__ = ()

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if type(raw) is str:
            return raw
        if type(raw) is int and -_LARGEST <= raw <= _LARGEST:
            return str(raw)
        out.add(path, "type", f"must be a string, not {kind_name(raw)}.")
        return None


class Verbatim(Kind):
    """A text as somebody wrote it; it may be empty."""

    __slots__ = ()
    takes_empty = True

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if type(raw) is not str:
            out.add(path, "type", f"must be a string, not {kind_name(raw)}.")
        return raw


class Degrees(Kind):
    """A finite number, also one written as text."""

    __slots__ = ()

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        number: Any = raw
        if isinstance(raw, str) and re.fullmatch(r"[+-]?[0-9]{1,20}(\.[0-9]{1,40})?", raw):
            number = float(raw)
        known = len(out.found)
        _NUMBER.check(number, path, out)
        return float(number) if len(out.found) == known else None


_NUMBER = Number()


class Whole64(Kind):
    """An integer of 64 bits, also one written as digits."""

    __slots__ = ()

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        number = raw
        if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) <= _MOST_DIGITS:
            number = int(raw)
        if type(number) is int and -_LARGEST <= number <= _LARGEST:
            return number
        out.add(path, "type", f"must be an integer, not {kind_name(raw)}.")
        return None


class _YesOrNo(Flag):
    """True or false, read without a detour."""

    __slots__ = ()

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if type(raw) is not bool:
            self.check(raw, path, out)
        return raw


class _SomeMoment(Kind):
    """A moment. One that cannot be placed in time says nothing: no reason to refuse all else."""

    __slots__ = ()

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        text = _TOLD.read(raw, path, out)
        try:
            moment = datetime.fromisoformat(text) if text else None
        except ValueError:
            return None
        return moment if moment is None or moment.utcoffset() is not None else None


class Texts(Kind):
    """Several texts. Of an array with one item some answers give the item alone."""

    __slots__ = ()

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        items = raw if isinstance(raw, list) else [raw]
        if all(type(item) is str for item in items):
            return tuple(items)
        out.add(path, "type", f"must be an array of strings, not {kind_name(raw)}.")
        return ()


class IdsOf(Kind):
    """Ids, given as texts or as objects with the id in a member.

    Args:
        member: The key of that member.
    """

    __slots__ = ("_member",)

    def __init__(self, member: str) -> None:
        self._member = member

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        items = raw if isinstance(raw, list) else [raw]
        ids = [one.get(self._member) if isinstance(one, Mapping) else one for one in items]
        return _TEXTS.read(ids, path, out)


class _Several(Kind):
    __slots__ = ("_cls",)

    def __init__(self, cls: type[Answer]) -> None:
        self._cls = cls

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if not isinstance(raw, list):
            out.add(path, "type", f"must be an array, not {kind_name(raw)}.")
            return ()
        return tuple([self._cls.read(one, f"{path}[{at}]", out) for at, one in enumerate(raw)])


class _One(Kind):
    __slots__ = ("_cls",)

    def __init__(self, cls: type[Answer]) -> None:
        self._cls = cls

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        return self._cls.read(raw, path, out)


_TOLD, _TEXTS = Told(), Texts()
_SINGLE: dict[Any, Kind] = {
    str: _TOLD,
    int: Whole64(),
    float: Degrees(),
    bool: _YesOrNo(),
    datetime: _SomeMoment(),
}


_Read = Callable[[Any, str, Findings], Any]
_Row = tuple[str, str, tuple[str, ...], _Read, bool, bool]
"""A field, its key, the keys above it, what reads it, whether it must be there, and whether an
empty text counts as absent."""


class Answer:
    """A value that only the service writes; an attrs class with a key for each of its fields.

    Nothing is checked where one is built in code. Immutable, safe to share between threads.
    """

    __slots__ = ()

    #: What is said of an answer that cannot be read.
    _refusal: ClassVar[str] = "The answer has an unexpected shape"
    #: Whether an optional member of another type counts as absent.
    _forgives: ClassVar[bool] = False
    _rows: ClassVar[tuple[_Row, ...] | None] = None

    def __init_subclass__(cls) -> None:
        cls._rows = None  # not the parent's, which lacks the fields of this class

    @classmethod
    def from_response(cls, raw: object) -> Self:
        """Return the value of a JSON object of the service.

        Raises:
            InvalidValue: A member has another type than documented, or a required one is missing.
        """
        out = Findings()
        value = cls.read(raw, "", out)
        out.raise_as(InvalidValue, cls._refusal)
        assert value is not None
        return value

    @classmethod
    def read(cls, raw: object, path: str, out: Findings, **more: Any) -> Self | None:
        """Return the value of a JSON object, or None after noting everything wrong with it.

        Args:
            raw: The decoded JSON.
            path: Where it stands.
            out: Takes what is wrong.
            more: Fields that do not come from the JSON.
        """
        if not isinstance(raw, Mapping):
            out.add(path, "type", f"must be an object, not {kind_name(raw)}.")
            return None
        found = out.found
        start = len(found)
        forgives = cls._forgives
        members: dict[str, Any] = {}
        for name, key, above, read, required, skips_empty in cls._rows or _compile(cls):
            value = _below(raw, above).get(key) if above else raw.get(key)
            if value is None or (skips_empty and value == ""):
                if required:
                    out.add(".".join((*above, key)), "required", "is required.")
                continue
            known = len(found)
            members[name] = read(value, key, out)
            if len(found) > known:
                if forgives and not required:
                    del found[known:]
                    del members[name]
                elif above:
                    out.put_under(".".join(above), known)
        if len(found) > start:
            if path:
                out.put_under(path, start)
            return None
        return cls(**members, **more)


def _below(raw: Mapping[str, Any], above: tuple[str, ...]) -> Mapping[str, Any]:
    for key in above:
        below = raw.get(key)
        raw = below if isinstance(below, Mapping) else {}
    return raw


def _compile(cls: type[Answer]) -> tuple[_Row, ...]:
    hints = get_type_hints(cls)
    rows: list[_Row] = []
    for one in fields(cls):  # type: ignore[arg-type]
        if one.metadata.get(NOT_IN_JSON):
            continue
        *above, key = (one.metadata.get(KEY) or camel_case(one.name)).split(".")
        kind: Kind = one.metadata.get(KIND) or _kind_of(hints[one.name])
        required = one.default is NOTHING
        skips_empty = (required or cls._forgives) and not getattr(kind, "takes_empty", False)
        rows.append((one.name, key, tuple(above), kind.read, required, skips_empty))
    cls._rows = tuple(rows)
    return cls._rows


def _kind_of(hint: Any) -> Kind:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (hint,) = (one for one in arguments if one is not NoneType)
        return _kind_of(hint)
    if origin is tuple:
        item = arguments[0]
        return _TEXTS if item is str else _Several(item)
    return _SINGLE[hint] if hint in _SINGLE else _One(hint)
