"""Values with a JSON form of our own, read, checked and written by the annotations of their class."""

from __future__ import annotations

import sys
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from inspect import get_annotations
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Self,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from attrs import NOTHING, Attribute, Factory, fields, frozen

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.schema._definitions import Definitions, described, or_absent
from naverworks_notify.schema._fields import (
    ALWAYS,
    KEY,
    KIND,
    NOT_IN_JSON,
    SKIPS_EMPTY,
    TAKES_NULL,
)
from naverworks_notify.schema._findings import Findings
from naverworks_notify.schema._kinds import (
    Choice,
    Flag,
    Kind,
    Many,
    Moment,
    Number,
    Text,
    Whole,
    kind_name,
)
from naverworks_notify.schema._sets import Day, MapOf, OneOf, SetOf
from naverworks_notify.schema._shown import safe_key
from naverworks_notify.schema._suggest import did_you_mean

__all__ = ["Member", "Object", "Record", "Table", "Value", "kind_of", "table_of"]

_OURS = f"{__name__.partition('.')[0]}."


class Member:
    """One row of a class's table: a field, what it may hold, and whether it must be there."""

    __slots__ = (
        "always",
        "default",
        "dump",
        "in_json",
        "key",
        "kind",
        "name",
        "nullable",
        "required",
        "shown",
        "skips_empty",
        "takes_null",
    )

    def __init__(self, attribute: Attribute[Any], hint: Any, *, where: str) -> None:
        told = attribute.metadata
        self.name: str = attribute.name
        self.key: str = told.get(KEY) or attribute.name
        self.required: bool = attribute.default is NOTHING
        self.nullable: bool = get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint)
        self.default: Any = None if self.required else _default_of(attribute)
        self.always: bool = bool(told.get(ALWAYS)) or self.required
        self.in_json: bool = not told.get(NOT_IN_JSON)
        self.skips_empty: bool = bool(told.get(SKIPS_EMPTY))
        self.takes_null: bool = bool(told.get(TAKES_NULL, True))
        self.shown: bool = bool(attribute.repr)
        self.kind: Kind = told.get(KIND) or kind_of(
            hint, least=1 if self.required else 0, where=where
        )
        self.dump: Callable[[Any], Any] | None = (
            None if type(self.kind).dump is Kind.dump else self.kind.dump
        )

    def is_absent(self, raw: object) -> bool:
        """Tell whether a JSON member counts as one that is not there."""
        return (raw is None and self.takes_null) or (self.skips_empty and raw == "")


class Table:
    """What a class says about its fields, compiled once on first use."""

    __slots__ = (
        "blank",
        "by_key",
        "has_conflicts",
        "is_plain",
        "keys",
        "members",
        "required",
        "written",
    )

    def __init__(self, cls: type[Value]) -> None:
        hints = _all_hints(cls)
        attributes = fields(cls)
        self.members: tuple[Member, ...] = tuple(
            Member(one, hints[one.name], where=f"{cls.__name__}.{one.name}")
            for one in attributes
            if one.init and one.name in hints
        )
        self.written: tuple[Member, ...] = tuple(
            [member for member in self.members if member.in_json]
        )
        self.by_key: dict[str, Member] = {member.key: member for member in self.written}
        self.keys: dict[str, str] = {member.name: member.key for member in self.written}
        self.required: tuple[Member, ...] = tuple(
            [member for member in self.members if member.required]
        )
        self.blank: dict[str, Any] = {
            one.name: None if one.default is NOTHING else _default_of(one) for one in attributes
        }
        self.has_conflicts: bool = cls._conflicts.__func__ is not Value._conflicts.__func__  # type: ignore[attr-defined]  # noqa: SLF001
        # What was read is right already; only a class that does more with it is built in full.
        checks = (Value.__attrs_post_init__, Record.__attrs_post_init__)
        self.is_plain: bool = cls.__attrs_post_init__ in checks and not any(
            one.validator or not _only_settles(one.converter) for one in attributes
        )


def _only_settles(converter: Any) -> bool:
    # Ours put into the right form what a caller gives in code; the kinds have done that to JSON.
    return converter is None or getattr(converter, "__module__", "").startswith(_OURS)


def _default_of(attribute: Attribute[Any]) -> Any:
    default: Any = attribute.default
    return default.factory() if isinstance(default, Factory) else default  # type: ignore[arg-type]


# Without getstate: a subclass that keeps no slots would inherit one that knows nothing of its fields.
@frozen(eq=False, repr=False, getstate_setstate=False)
class Value:
    """An immutable value, checked when it is built; equal to another of its class by its fields.

    Subclasses are attrs classes whose annotations say what a field may hold. A broken rule raises
    the class's `error` with every violation. In JSON, a member that is null counts as absent.
    """

    # Comparing, hashing and showing stand here once: left to attrs, they would double the time it
    # takes to import thirty classes. Subclasses say eq=False and repr=False.

    #: What a broken rule raises.
    error: ClassVar[type[InvalidValue]] = InvalidValue
    #: What its message begins with; the name of the class where this is None.
    _refusal: ClassVar[str | None] = None
    #: JSON keys that the reader of this object has already judged.
    _settled_keys: ClassVar[tuple[str, ...]] = ()
    _table: ClassVar[Table | None] = None
    _own_hints: ClassVar[Mapping[str, Any]] = {}
    _names: ClassVar[Mapping[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        cls._table = None  # not the parent's, which lacks the fields of this class
        # Ours are checked by the tests; those of others at once, while their author looks on.
        if not cls.__module__.startswith(_OURS) and "__attrs_attrs__" not in cls.__dict__:
            # A class inside a function, or in a notebook, may name its neighbours.
            around = sys._getframe(1)  # noqa: SLF001
            cls._names = around.f_globals
            cls._own_hints = _own_hints(cls, ChainMap(around.f_locals, around.f_globals))

    def __attrs_post_init__(self) -> None:
        """Check every field, then the fields together."""
        out = self._findings()
        found = out.found
        cls = self.__class__
        table = cls._table or table_of(cls)
        for member in table.members:
            name = member.name
            value = getattr(self, name)
            if value is None:
                if member.nullable:
                    continue
                if member.required:
                    out.add(name, "required", "is required.")
                    continue
            settled = member.kind.settle(value, name, out)
            if settled is not value and not found:
                object.__setattr__(self, name, settled)
        if table.has_conflicts:
            self._find_conflicts(table, out)
        if found:
            out.raise_as(cls.error, cls.__name__ if cls._refusal is None else cls._refusal)

    def _findings(self) -> Findings:
        """Return an empty collector, which knows what this value needs to be checked."""
        return Findings()

    def _find_conflicts(self, table: Table, out: Findings) -> None:
        wrong = {found.path.partition(".")[0].partition("[")[0] for found in out.found}
        members = {
            member.name: getattr(self, member.name)
            for member in table.members
            if member.name not in wrong
        }
        for conflict in self._conflicts({k: v for k, v in members.items() if v is not None}):
            out.found.append(conflict)

    def _state(self) -> tuple[Any, ...]:
        table = self._table or table_of(self.__class__)
        return tuple([getattr(self, member.name) for member in table.members])

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._state() == other._state()

    def __hash__(self) -> int:
        return hash((type(self), self._state()))

    def __repr__(self) -> str:
        told = (
            f"{member.name}={getattr(self, member.name)!r}"
            for member in table_of(type(self)).members
            if member.shown
        )
        return f"{type(self).__name__}({', '.join(told)})"

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        # rich prints the fields of attrs classes itself, also those that are not shown.
        for member in table_of(type(self)).members:
            if member.shown:
                yield member.name, getattr(self, member.name)

    @classmethod
    def _conflicts(cls, members: Mapping[str, Any]) -> Iterable[Violation]:  # noqa: ARG003
        """Return what is wrong between fields; `members` holds those right by themselves."""
        return ()

    @classmethod
    def read(cls, raw: object, path: str, out: Findings) -> Self | None:
        """Return the value of a JSON object, or None after noting everything wrong with it."""
        if not isinstance(raw, Mapping):
            out.add(path, "type", f"must be an object, not {kind_name(raw)}.")
            return None
        found = out.found
        start = len(found)
        table = cls._table or table_of(cls)
        wrong: set[str] = set()
        members = cls._read_members(raw, table, out, wrong)
        if table.has_conflicts:
            right = {k: v for k, v in (table.blank | members).items() if k not in wrong}
            for conflict in cls._conflicts({k: v for k, v in right.items() if v is not None}):
                place = table.keys.get(conflict.path, conflict.path)
                out.add(place, conflict.rule, conflict.message)
        if len(found) > start:
            if path:
                out.put_under(path, start)
            return None
        return cls._built(members, table)

    @classmethod
    def _read_members(
        cls, raw: Mapping[Any, Any], table: Table, out: Findings, wrong: set[str]
    ) -> dict[str, Any]:
        """Return what could be read, by name; the names of what could not go into `wrong`."""
        found = out.found
        members: dict[str, Any] = {}
        for key, value in raw.items():
            member = table.by_key.get(key)
            known = len(found)
            if member is None:
                if key not in cls._settled_keys:
                    near = did_you_mean(key, table.by_key) if isinstance(key, str) else ""
                    out.add(safe_key(key), "unknown_key", f"is not a known key.{near}")
            elif not (value is None or value == "") or not member.is_absent(value):
                members[member.name] = member.kind.read(value, key, out)
            if len(found) > known:
                if member is not None:
                    wrong.add(member.name)
                    members.pop(member.name, None)
                if out.drops:
                    out.drop(known)
        for member in table.required:
            if member.name not in members and (out.drops or member.name not in wrong):
                out.add(member.key, "required", "is required.")
        return members

    @classmethod
    def _built(cls, members: Mapping[str, Any], table: Table) -> Self:
        if not table.is_plain:
            return cls(**members)
        value = cls.__new__(cls)
        put = object.__setattr__
        for name, default in table.blank.items():
            put(value, name, members.get(name, default))
        return value

    #: What a JSON Schema says of several members together.
    _schema_rules: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def json_schema(cls, definitions: Definitions) -> dict[str, Any]:
        """Return the JSON Schema of the class; what it points at goes into `definitions`."""
        told = described(cls.__doc__)
        properties = {}
        for member in table_of(cls).written:
            may_be_null = member.takes_null and not member.required
            one = or_absent(
                member.kind.schema(definitions), null=may_be_null, empty=member.skips_empty
            )
            words = told.get(member.name)
            properties[member.key] = {**one, "description": words} if words else one
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": properties,
            "required": [member.key for member in table_of(cls).required],
            **cls._schema_rules,
        }

    @classmethod
    def from_dict(cls, raw: object) -> Self:
        """Return the value of a JSON object; the exact inverse of `to_dict`.

        Raises:
            InvalidValue: With every broken rule, each with its path.
        """
        return cls._from_dict(raw, Findings())

    @classmethod
    def _from_dict(cls, raw: object, out: Findings) -> Self:
        value = cls.read(raw, "", out)
        out.raise_as(cls.error, cls.__name__ if cls._refusal is None else cls._refusal)
        assert value is not None
        return value

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form: absent optionals are left out, datetimes keep their offset."""
        written: dict[str, Any] = {}
        for member in (self._table or table_of(self.__class__)).written:
            value = getattr(self, member.name)
            if value is None:
                if member.always or member.default is not None:
                    written[member.key] = None
            elif member.always or (value is not member.default and value != member.default):
                written[member.key] = value if member.dump is None else member.dump(value)
        return written


@frozen(eq=False, repr=False, getstate_setstate=False)
class Record(Value):
    """A value that is read and written like any other, but not checked where code builds it.

    For what our own code makes by the thousand.
    """

    def __attrs_post_init__(self) -> None:
        """Check nothing."""


def table_of(cls: type[Value]) -> Table:
    """Return the fields of a class, read from its annotations once."""
    table = cls._table
    if table is None:
        table = cls._table = Table(cls)
    return table


def _all_hints(cls: type[Value]) -> dict[str, Any]:
    """Return what the annotations of a class and of its bases mean, by name."""
    ours = next(base for base in cls.__mro__ if base.__module__.startswith(_OURS))
    hints = get_type_hints(ours, include_extras=True)
    for base in reversed(cls.__mro__[: cls.__mro__.index(ours)]):
        if issubclass(base, Value):
            hints |= {**_own_hints(base, base._names, is_late=True), **base._own_hints}  # noqa: SLF001
    return hints


def _own_hints(
    cls: type[Value], scope: Mapping[str, Any], *, is_late: bool = False
) -> dict[str, Any]:
    """Return what a class's own annotations mean, refusing at once what no field can hold.

    Args:
        cls: The class.
        scope: The names around it.
        is_late: Whether every name must be known by now; else those defined further down are
            left out.
    """
    hints: dict[str, Any] = {}
    for name, given in get_annotations(cls).items():
        if is_late and name in cls._own_hints:
            continue
        one = type(
            cls.__name__, (), {"__annotations__": {name: given}, "__module__": cls.__module__}
        )
        try:
            hint = get_type_hints(one, localns=scope, include_extras=True)[name]
        except NameError as error:
            if is_late:
                raise TypeError(
                    f"{cls.__name__}.{name} is annotated with {given!r}: {error}"
                ) from error
            continue
        if hint is not ClassVar and get_origin(hint) is not ClassVar:
            kind_of(hint, least=0, where=f"{cls.__name__}.{name}")
        hints[name] = hint
    return hints


class Object(Kind):
    """An object of one class."""

    __slots__ = ("cls",)

    def __init__(self, cls: type[Value]) -> None:
        self.cls: type[Value] = cls

    def check(self, value: Any, path: str, out: Findings) -> None:
        # The value was checked when it was built.
        if not isinstance(value, self.cls):
            name = self.cls.__name__
            article = "an" if name[0] in "AEIOU" else "a"
            out.add(path, "type", f"must be {article} {name}, not {kind_name(value)}.")

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        # Half an object could mean something else: it is left out as a whole.
        drops, out.drops = out.drops, False
        value = self.cls.read(raw, path, out)
        out.drops = drops
        return value

    def dump(self, value: Any) -> Any:
        return value.to_dict()

    def schema(self, definitions: Definitions) -> dict[str, Any]:
        return definitions.ref(self.cls)


_PLAIN: dict[Any, Kind] = {
    str: Text(empty=True),
    bool: Flag(),
    int: Whole(),
    float: Number(),
    datetime: Moment(),
    date: Day(),
}


def kind_of(hint: Any, *, least: int, where: str) -> Kind:
    """Return the kind that an annotation stands for.

    Args:
        hint: The annotation, resolved.
        least: How many items a list must hold.
        where: What is annotated, for the error.

    Raises:
        TypeError: It is none that a field can hold: a mistake of whoever declares the class.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        markers = [one for one in arguments[1:] if isinstance(one, Kind)]
        return markers[0] if markers else kind_of(arguments[0], least=least, where=where)
    if origin in (Union, UnionType):
        others = [one for one in arguments if one is not NoneType]
        if len(others) == 1:
            return kind_of(others[0], least=least, where=where)
    if isinstance(hint, type) and origin is None:
        if issubclass(hint, Value):
            return Object(hint)
        if issubclass(hint, Enum):
            return OneOf(hint)
        if hint in _PLAIN:
            return _PLAIN[hint]
    kind = _collection(origin, arguments, least=least, where=where)
    if kind is None:
        raise TypeError(f"{where} is annotated with {hint!r}, which no field can hold.")
    return kind


def _collection(origin: Any, arguments: tuple[Any, ...], *, least: int, where: str) -> Kind | None:
    if origin is Literal and all(isinstance(one, str) for one in arguments):
        return Choice(*arguments)
    if origin is tuple and arguments[1:] == (Ellipsis,):
        return Many(kind_of(arguments[0], least=least, where=where), low=least)
    if origin is frozenset:
        return SetOf(kind_of(arguments[0], least=least, where=where))
    if origin is Mapping and arguments[0] is str:
        return MapOf(kind_of(arguments[1], least=least, where=where))
    return None
