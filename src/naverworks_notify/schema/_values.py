"""The base of all values with a wire form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Self

import attrs

from naverworks_notify.errors import InvalidMessage
from naverworks_notify.schema._fields import KEY, KIND, READ_ONLY, REQUIRED, camel_case
from naverworks_notify.schema._findings import Findings
from naverworks_notify.schema._kept import KeptJson, keep_json
from naverworks_notify.schema._kinds import Kind, kind_name
from naverworks_notify.schema._languages import Localized
from naverworks_notify.schema._shown import Shown, safe_key, shown
from naverworks_notify.validation import join_path

__all__ = [
    "Given",
    "WireValue",
    "as_localized",
    "as_tuple",
    "at_most_one",
    "kept_in",
    "wire_of",
]


class Given:
    """Stands for a member that was given, but as null."""

    def __repr__(self) -> str:
        return "null"


_NULL = Given()


class _Member:
    """One row of a class's table."""

    __slots__ = ("check", "dump", "key", "name", "read", "read_only", "required")

    def __init__(self, name: str, key: str, kind: Kind, *, required: bool, read_only: bool) -> None:
        self.name = name
        self.key = key
        self.required = required
        self.read_only = read_only
        self.check = kind.check
        self.read = kind.read
        # The base `dump` hands the value through, so that calling it can be spared.
        self.dump = None if type(kind).dump is Kind.dump else kind.dump


class _Table:
    """What a class says about its members, compiled once on first use."""

    __slots__ = ("alone", "blank", "by_key", "read_only", "required", "rows", "rules", "shown")

    def __init__(self, cls: type[WireValue]) -> None:
        fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(cls)  # type: ignore[arg-type]
        members = [
            _Member(
                field.name,
                field.metadata[KEY] or camel_case(field.name),
                field.metadata[KIND],
                required=field.metadata[REQUIRED],
                read_only=field.metadata[READ_ONLY],
            )
            for field in fields
            if KIND in field.metadata
        ]
        self.by_key = {member.key: member for member in members}
        self.rows = {m.name: (m.key, m.check, m.dump) for m in members}
        self.read_only = tuple(m.key for m in members if m.read_only)
        self.required = tuple((m.name, m.key) for m in members if m.required)
        self.blank: dict[str, Any] = {member.name: None for member in members}
        self.shown = tuple(field.name for field in fields if field.repr)
        # Most classes have no rules over several members; asking costs a call for nothing.
        self.rules = cls._check_rules is not WireValue._check_rules  # noqa: SLF001
        self.alone = cls._check_alone is not WireValue._check_alone  # noqa: SLF001


class WireValue:
    """A frozen value that equals one documented JSON object.

    Constructing one checks every documented rule and raises `InvalidMessage` with all
    violations. Absent members are None and are left out of the JSON; a member that is written
    out with its default value stays written out. Values are immutable and safe to share between
    threads.
    """

    type: ClassVar[str] = ""  # what the member `type` says; empty where there is none
    # Every documented type that could be meant where this one stands; others nobody documents.
    _family: ClassVar[frozenset[str]] = frozenset()
    _table: ClassVar[_Table | None] = None

    def __init_subclass__(cls) -> None:
        cls._table = None  # not the parent's, which lacks the members of this class

    # Comparing, hashing and showing go by the table as well: code that attrs generates for each
    # of the many classes would double what importing them costs.

    def __init__(self) -> None:
        raise TypeError(f"{type(self).__name__} is a base; use one of its subclasses.")

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        mine, theirs = self.__dict__, other.__dict__
        names = (self._table or _compile(self.__class__)).blank
        if mine.get("_kept") != theirs.get("_kept"):
            return False
        return all(mine[name] == theirs[name] for name in names)

    def __hash__(self) -> int:
        names = (self._table or _compile(self.__class__)).blank
        members = self.__dict__
        return hash((self.__class__, members.get("_kept"), *[members[name] for name in names]))

    def __repr__(self) -> str:
        names = (self._table or _compile(self.__class__)).shown
        given = [
            f"{name}={shown(self.__dict__[name])}"
            for name in names
            if self.__dict__.get(name) is not None
        ]
        if "_kept" in self.__dict__:
            given.append(f"undocumented=<{len(self.__dict__['_kept'])} members>")
        return f"{self.__class__.__qualname__}({', '.join(given)})"

    def __rich_repr__(self) -> Iterator[tuple[str, Shown]]:
        # Collectors of errors and rich's own tracebacks show locals by it.
        for name in (self._table or _compile(self.__class__)).shown:
            value = self.__dict__.get(name)
            if value is not None:
                yield name, Shown(value)

    @property
    def undocumented(self) -> dict[str, Any]:
        """The members that nobody documents, as JSON; only reading with `keep` gives any."""
        return {key: kept.value for key, kept in self.__dict__.get("_kept", ())}

    def __attrs_post_init__(self) -> None:
        out = Findings()
        found = out.found
        members = self.__dict__
        table = self._table or _compile(self.__class__)
        rows = table.rows
        wire: dict[str, Any] = {"type": self.type} if self.type else {}
        for name, value in members.items():
            if value is not None:
                key, check, dump = rows[name]
                check(value, key, out)
                if not found:
                    wire[key] = value if dump is None else dump(value)
        for name, key in table.required:
            if members[name] is None:
                out.add(key, "required", "is required.")
        for key in table.read_only:
            wire.pop(key, None)
        members["_wire"] = wire
        if table.rules:
            self._check_rules("", out)
        if table.alone:
            self._check_alone(out)
        if found:
            out.raise_as(InvalidMessage, f"{self.__class__.__name__} is not valid")

    def replaced(self, **changes: Any) -> Self:
        """Return a copy with other members, checking only these and the rules that span members.

        Several times quicker than building the value anew, where many values differ in little.

        Args:
            changes: Members by attribute name; arrays as tuples.

        Raises:
            InvalidMessage: A rule is broken.
        """
        out = Findings()
        found = out.found
        table = self._table or _compile(self.__class__)
        value = self.__class__.__new__(self.__class__)
        members = value.__dict__
        members.update(self.__dict__)
        wire = wire_of(self).copy()
        for name, member in changes.items():
            if name not in table.rows:
                out.add(safe_key(name), "unknown_key", "is no member that can be replaced.")
                continue
            key, check, dump = table.rows[name]
            members[name] = member
            if member is not None:
                check(member, key, out)
                if not found:
                    wire[key] = member if dump is None else dump(member)
            elif (name, key) in table.required:
                out.add(key, "required", "is required.")
            else:
                wire.pop(key, None)
        for key in table.read_only:
            wire.pop(key, None)
        members["_wire"] = wire
        if table.rules:
            value._check_rules("", out)  # noqa: SLF001 - our own class
        if table.alone:
            value._check_alone(out)  # noqa: SLF001
        if found:
            out.raise_as(InvalidMessage, f"{self.__class__.__name__} is not valid")
        return value

    def _check_rules(self, path: str, out: Findings) -> None:
        """Note broken rules that concern several members; members may be of a wrong type here."""

    def _check_alone(self, out: Findings) -> None:
        """Note broken rules that only hold when the value is built outside of any other."""

    @classmethod
    def read(cls, raw: Any, path: str, out: Findings) -> Any:  # noqa: C901, PLR0912 - one loop spares calls
        """Build the value from JSON, noting everything that is wrong.

        The result may be unusable when something was noted; the caller then raises.
        """
        if not isinstance(raw, Mapping):
            out.add(path, "type", f"must be an object, not {kind_name(raw)}.")
            return raw
        table = cls._table or _compile(cls)
        members = table.blank.copy()
        by_key = table.by_key
        kept: list[tuple[str, KeptJson]] = []
        if cls.type and raw.get("type", cls.type) != cls.type:
            out.add(join_path(path, "type"), "enum", f"must be {cls.type}.")
        for key, value in raw.items():
            member = by_key.get(key)
            at = f"{path}.{key}" if path and member is not None else key
            if member is None:
                if key == "type" and cls.type:
                    continue
                if out.keep:
                    kept.append((key, keep_json(key, value, path, out)))
                else:
                    at = join_path(path, safe_key(key))
                    out.add(at, "unknown_key", "is not a documented key.")
            elif value is None:
                out.add(at, "null", "must not be null; leave the key out instead.")
                members[member.name] = _NULL
            else:
                if member.read_only:
                    out.add(at, "read_only", "is set by the service and never sent.")
                members[member.name] = member.read(value, at, out)
        for name, key in table.required:
            if members[name] is None:
                out.add(f"{path}.{key}" if path else key, "required", "is required.")
        value = cls.__new__(cls)
        value.__dict__.update(members)
        if out.keep:
            value._keep(tuple(raw), kept)  # noqa: SLF001
        value._check_rules(path, out)  # noqa: SLF001 - our own class
        value._check_raw(raw, path, out)  # noqa: SLF001
        return value

    def _keep(self, order: tuple[str, ...], kept: list[tuple[str, KeptJson]]) -> None:
        """Remember the keys as they stood, and the members that nobody documents."""
        members = self.__dict__
        members["_order"] = order
        if kept:
            members["_kept"] = tuple(sorted(kept, key=lambda pair: str(pair[0])))

    def _check_raw(self, raw: Mapping[str, Any], path: str, out: Findings) -> None:
        """Note broken rules about the JSON text itself."""

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Build the value from its JSON object.

        Args:
            raw: The object as the service documents it.

        Raises:
            InvalidMessage: Something is not as documented; `.violations` has all of it.
        """
        out = Findings()
        value: Any = cls.read(raw, "", out)
        if cls.type and isinstance(value, cls) and "type" not in raw:
            out.add("type", "required", f"is required: {cls.type}.")
        out.raise_as(InvalidMessage, f"{cls.__name__} is not valid")
        return value  # type: ignore[no-any-return]

    @classmethod
    def from_response(cls, raw: Any) -> Self:
        """Build the value from what the service answered.

        Lenient where the service may change: unknown keys, nulls and values beyond our limits
        are taken as they come. Wrong types and missing members are not.

        Raises:
            InvalidMessage: The answer is not this object at all.
        """
        out = Findings()
        value = cls.read(_without_nulls(raw), "", out)
        fatal = tuple(found for found in out.found if found.rule in _FATAL)
        if fatal:
            raise InvalidMessage(f"{cls.__name__} cannot be read", violations=fatal)
        return value  # type: ignore[no-any-return]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this value, as plain dicts, lists and scalars."""
        return _copy(wire_of(self))  # type: ignore[no-any-return]


def wire_of(value: WireValue) -> dict[str, Any]:
    """Return the JSON object kept in a value, to be read only: values share their parts."""
    members = value.__dict__
    wire: dict[str, Any] | None = members.get("_wire")
    if wire is None:
        cls = value.__class__
        table = cls._table or _compile(cls)
        wire = {"type": value.type} if value.type else {}
        for name, (key, _, dump) in table.rows.items():
            member = members[name]
            if member is not None and key not in table.read_only:
                wire[key] = member if dump is None else dump(member)
        if "_order" in members:
            wire |= {key: kept.value for key, kept in members.get("_kept", ())}
            wire = {key: wire[key] for key in members["_order"] if key in wire}
        members["_wire"] = wire
    return wire


def kept_in(value: object, *, within: Callable[[WireValue], bool]) -> Iterator[KeptJson]:
    """Yield what nobody documents, in a value and in those below it that `within` lets pass."""
    if isinstance(value, tuple):
        for item in value:
            yield from kept_in(item, within=within)
    elif isinstance(value, WireValue):
        if not within(value):
            return
        members = value.__dict__
        for _, kept in members.get("_kept", ()):
            yield kept
        for name in (value._table or _compile(value.__class__)).blank:  # noqa: SLF001 - our own class
            if type(members[name]) is not str:
                yield from kept_in(members[name], within=within)
    elif isinstance(value, Localized):
        for _, kept in getattr(value, "kept", ()):
            yield kept


def _copy(wire: Any) -> Any:
    if type(wire) is dict:
        return {
            key: _copy(value) if type(value) in _NESTING else value for key, value in wire.items()
        }
    return [_copy(value) if type(value) in _NESTING else value for value in wire]


_NESTING = frozenset({dict, list})


# The rules without which a value read from the service could not be used at all.
_FATAL = frozenset({"type", "required", "datetime", "aware_datetime"})


def _without_nulls(raw: Any) -> Any:
    if isinstance(raw, Mapping):
        return {key: _without_nulls(value) for key, value in raw.items() if value is not None}
    if isinstance(raw, list):
        return [_without_nulls(item) for item in raw if item is not None]
    return raw


def _compile(cls: type[WireValue]) -> _Table:
    table = cls._table = _Table(cls)
    return table


def at_most_one(first: tuple[str, Any], second: tuple[str, Any], path: str, out: Findings) -> None:
    """Note that two members exclude each other, at the second one."""
    if first[1] is not None and second[1] is not None:
        out.add(join_path(path, second[0]), "exclusive", f"must not be given with {first[0]}.")


def as_tuple(value: Any) -> Any:
    """Turn a list into a tuple and leave everything else for the check to judge."""
    return tuple(value) if type(value) is list else value


def as_localized(value: Any) -> Any:
    """Turn `{"en_US": "…"}` or a list into the tuple that an i18n array is kept as."""
    if value is None or type(value) is tuple:
        return value
    if isinstance(value, Mapping):
        return tuple([Localized(language, text) for language, text in value.items()])
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else value
