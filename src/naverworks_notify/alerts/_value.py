"""The base of every payload value: reads, checks and writes itself by its annotations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, fields, frozen

from naverworks_notify.alerts._kinds import ChoiceKind, Kind, ListKind, NestedKind
from naverworks_notify.errors import InvalidAlert, Violation
from naverworks_notify.validation import ObjectReader, Violations, join_path

__all__ = ["Value"]


@frozen
class FieldShape:
    """One field of a payload value: its name, what it may hold, and whether it must be there."""

    name: str
    kind: Kind
    required: bool
    nullable: bool
    shown: bool


@frozen(eq=False, repr=False)
class Value:
    """An immutable payload value, checked when it is built.

    Subclasses are attrs classes whose annotations say what a field may hold. Raises `InvalidAlert`
    with every violation when a rule is broken. Values of one class with equal fields are equal.
    """

    # Comparing, hashing and showing stand here once: left to attrs, they would double the time it
    # takes to import thirty classes. Subclasses say eq=False and repr=False.

    #: JSON keys that the reader of this object has already judged.
    _settled_keys: ClassVar[tuple[str, ...]] = ()

    def __attrs_post_init__(self) -> None:
        """Check every field, then the fields together."""
        violations = Violations()
        members: dict[str, Any] = {}
        for shape in shapes_of(type(self)):
            value = getattr(self, shape.name)
            if value is None:
                if not shape.nullable:
                    violations.add(shape.name, "required", "is required.")
                continue
            settled = shape.kind.check(value, shape.name, violations)
            if settled is None:
                continue
            members[shape.name] = settled
            if settled is not value:
                object.__setattr__(self, shape.name, settled)
        for conflict in self._conflicts(members):
            violations.add(conflict.path, conflict.rule, conflict.message)
        violations.raise_as(InvalidAlert, type(self).__name__)

    def _state(self) -> tuple[Any, ...]:
        return tuple(getattr(self, shape.name) for shape in shapes_of(type(self)))

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._state() == other._state()

    def __hash__(self) -> int:
        return hash((type(self), self._state()))

    def __repr__(self) -> str:
        told = (
            f"{shape.name}={getattr(self, shape.name)!r}"
            for shape in shapes_of(type(self))
            if shape.shown
        )
        return f"{type(self).__name__}({', '.join(told)})"

    @classmethod
    def _conflicts(cls, members: Mapping[str, Any]) -> Iterable[Violation]:  # noqa: ARG003
        """Return what is wrong between fields; `members` holds those right by themselves."""
        return ()

    @classmethod
    def read(cls, raw: object, path: str, violations: Violations) -> Self | None:
        """Return the value of a JSON object, or None after noting everything wrong with it."""
        reader = ObjectReader(raw, path=path, violations=violations)
        if not isinstance(raw, Mapping):
            return None
        for key in cls._settled_keys:
            reader.nested(key, _pass_over)
        members: dict[str, Any] = {}
        complete = True
        for shape in shapes_of(cls):
            value = reader.nested(shape.name, shape.kind.read, required=shape.required)
            if value is not None:
                members[shape.name] = value
            elif shape.required or raw.get(shape.name) is not None:
                complete = False
        reader.finish()
        for conflict in cls._conflicts(members):
            violations.add(join_path(path, conflict.path), conflict.rule, conflict.message)
            complete = False
        return cls(**members) if complete else None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form: absent optionals are left out, datetimes keep their offset."""
        written: dict[str, Any] = {}
        for shape in shapes_of(type(self)):
            value = getattr(self, shape.name)
            if value is not None and value != ():
                written[shape.name] = shape.kind.write(value)
        return written


def _pass_over(_raw: object, _path: str, _violations: Violations) -> None:
    return None


_SHAPES: dict[type, tuple[FieldShape, ...]] = {}


def shapes_of(value_type: type[Value]) -> tuple[FieldShape, ...]:
    """Return the fields of a payload class, read from its annotations once."""
    shapes = _SHAPES.get(value_type)
    if shapes is None:
        shapes = _SHAPES[value_type] = tuple(_read_shapes(value_type))
    return shapes


def _read_shapes(value_type: type[Value]) -> Iterable[FieldShape]:
    hints = get_type_hints(value_type, include_extras=True)
    for attribute in fields(value_type):
        hint = hints[attribute.name]
        if not attribute.init:
            continue  # an event without this payload answers None
        required = attribute.default is NOTHING
        nullable = get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint)
        least = 1 if required else 0
        kind = _kind_of(hint, least=least, where=f"{value_type.__name__}.{attribute.name}")
        yield FieldShape(
            attribute.name, kind, required=required, nullable=nullable, shown=bool(attribute.repr)
        )


def _kind_of(hint: Any, *, least: int, where: str) -> Kind:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (hint,) = (argument for argument in arguments if argument is not NoneType)
        return _kind_of(hint, least=least, where=where)
    if origin is Annotated:
        kind: Kind = arguments[1]
        return kind
    if origin is tuple:
        return ListKind(_kind_of(arguments[0], least=least, where=where), least=least)
    if isinstance(hint, type) and issubclass(hint, Value):
        return NestedKind(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return ChoiceKind(hint)
    # A programming error of whoever declares an alert class, not of its data.
    raise TypeError(f"{where} is annotated with {hint!r}, which no payload field can hold.")
