"""Members that hold other values of ours, told apart by their `type`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from naverworks_notify.schema._findings import Findings
from naverworks_notify.schema._kinds import Kind, kind_name
from naverworks_notify.schema._values import WireValue, wire_of
from naverworks_notify.validation import join_path

__all__ = ["Nested", "Undocumented"]


@frozen(slots=False, eq=False, repr=False, init=False)
class Undocumented(WireValue):
    """An object of a type that nobody documents, kept as it came; only reading makes one.

    Its own members are in `undocumented`, the type among them.
    """


class Nested(Kind):
    """An object of one of several classes.

    Args:
        classes: The classes, or a function giving them where they are defined later.
        undocumented: What an object of a type that nobody documents becomes where such are kept.
    """

    __slots__ = ("_by_tag", "_classes", "_family", "_given", "_told", "_undocumented")

    def __init__(
        self,
        *classes: type[WireValue],
        later: Callable[[], tuple[type[WireValue], ...]] | None = None,
        undocumented: type[WireValue] = Undocumented,
    ) -> None:
        self._undocumented = undocumented
        self._family: frozenset[str] = frozenset()
        self._given = later or (lambda: classes)
        self._classes: tuple[type[WireValue], ...] = ()
        self._by_tag: dict[str, type[WireValue]] = {}
        self._told = ""

    def _resolve(self) -> tuple[type[WireValue], ...]:
        classes = self._given()
        self._by_tag = {cls.type: cls for cls in classes}
        self._told = ", ".join(cls.type for cls in classes)
        self._family = frozenset(self._by_tag).union(*[cls._family for cls in classes])
        # Set last: another thread that sees the classes sees the rest as well.
        self._classes = classes
        return classes

    def check(self, value: Any, path: str, out: Findings) -> None:
        known = isinstance(value, self._classes or self._resolve())
        if not known and not isinstance(value, self._undocumented):
            names = ", ".join(cls.__name__ for cls in self._classes)
            if isinstance(value, WireValue) and value.type:
                out.add(join_path(path, "type"), "enum", f"must be one of {self._told}.")
            else:
                out.add(path, "type", f"must be {names}, not {kind_name(value)}.")

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        classes = self._classes or self._resolve()
        if not isinstance(raw, Mapping):
            out.add(path, "type", f"must be an object, not {kind_name(raw)}.")
            return raw
        if len(classes) == 1 and not classes[0].type:
            return classes[0].read(raw, path, out)
        tag = raw.get("type")
        cls = self._by_tag.get(tag) if isinstance(tag, str) else None
        if cls is not None:
            return cls.read(raw, path, out)
        at = join_path(path, "type")
        if tag is None:
            if "type" in raw:
                out.add(at, "null", "must not be null; leave the key out instead.")
            else:
                out.add(at, "required", f"is required: one of {self._told}.")
        elif isinstance(tag, str):
            if out.keep and tag and tag not in self._family:
                return self._undocumented.read(raw, path, out)
            out.add(at, "enum", f"must be one of {self._told}.")
        else:
            out.add(at, "type", f"must be a string, not {kind_name(tag)}.")
        return raw

    def dump(self, value: Any) -> Any:
        return wire_of(value)
