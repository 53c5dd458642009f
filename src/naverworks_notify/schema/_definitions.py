"""JSON Schema of the tables: what is described once and pointed at, and what is known of ids."""

from __future__ import annotations

from collections.abc import Iterable
from inspect import cleandoc
from typing import Any

__all__ = ["DIALECT", "Definitions", "described", "or_absent"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Definitions:
    """The objects that a schema has described so far, by the names of their classes.

    Attributes:
        known_ids: The ids of the caller's own alerts, beside the documented ones.
    """

    def __init__(self, known_ids: Iterable[str] = ()) -> None:
        self.known_ids: tuple[str, ...] = tuple(sorted(known_ids))
        self._found: dict[str, Any] = {}

    def ref(self, cls: Any) -> dict[str, Any]:
        """Return a pointer to the schema of a class, describing the class at its first mention."""
        name: str = cls.__name__
        if name not in self._found:
            self._found[name] = {}  # so that a class which holds itself ends
            self._found[name] = cls.json_schema(self)
        return {"$ref": f"#/$defs/{name}"}

    def document(self, schema: dict[str, Any], *, title: str) -> dict[str, Any]:
        """Return a schema as a document of its own, with everything it points at."""
        return {"$schema": DIALECT, "title": title, **schema, "$defs": self._found}


def or_absent(schema: dict[str, Any], *, null: bool, empty: bool) -> dict[str, Any]:
    """Return the schema of a member that may be there and say nothing."""
    others: list[dict[str, Any]] = []
    if null:
        others.append({"type": "null"})
    if empty:
        others.append({"const": ""})
    return {"anyOf": [schema, *others]} if others else schema


def described(docstring: str | None) -> dict[str, str]:
    """Return what a docstring says of each attribute, by name; the first sentences, in one line."""
    # From Python 3.13 on, the compiler takes the indentation off.
    _, _, rest = cleandoc(docstring or "").partition("\nAttributes:\n")
    told: dict[str, str] = {}
    name = ""
    for line in rest.splitlines():
        if line.startswith(" " * 8) and name:
            told[name] += " " + line.strip()
        elif line.startswith(" " * 4) and ": " in line:
            name, _, words = line.strip().partition(": ")
            told[name] = words
        elif line.strip():
            break
    return told
