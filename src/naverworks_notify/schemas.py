"""The JSON forms of this package as JSON Schema, for editors and for programs in other languages.

Made from the tables that read the same JSON, so that a schema and its reader cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from naverworks_notify.alerts import DOCUMENTED, ENTRIES, Vocabulary
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.notifier import Delivery
from naverworks_notify.policy import Person, PolicyOptions, Preferences
from naverworks_notify.schema import Definitions, did_you_mean

__all__ = ["NAMES", "json_schema"]


def _alerts(definitions: Definitions, vocabulary: Vocabulary) -> dict[str, Any]:
    return _one_or_many(*[definitions.ref(event) for event in vocabulary.events.values()])


def _people(definitions: Definitions, _: Vocabulary) -> dict[str, Any]:
    return _one_or_many(definitions.ref(Person))


def _preferences(definitions: Definitions, _: Vocabulary) -> dict[str, Any]:
    return definitions.ref(Preferences)


def _options(definitions: Definitions, _: Vocabulary) -> dict[str, Any]:
    return definitions.ref(PolicyOptions)


def _deliveries(definitions: Definitions, _: Vocabulary) -> dict[str, Any]:
    return _one_or_many(definitions.ref(Delivery))


def _one_or_many(*kinds: dict[str, Any]) -> dict[str, Any]:
    one = kinds[0] if len(kinds) == 1 else {"oneOf": list(kinds)}
    return {"anyOf": [one, {"type": "array", "items": one}]}


_Form = tuple[str, Callable[[Definitions, Vocabulary], dict[str, Any]]]
_FORMS: Mapping[str, _Form] = {
    "alerts": ("An alert of naverworks-notify, or an array of them", _alerts),
    "people": ("A person of naverworks-notify, or an array of them", _people),
    "preferences": ("The preferences of a person of naverworks-notify", _preferences),
    "deliveries": ("A delivery of naverworks-notify, or an array of them", _deliveries),
    "options": ("Options of the recruiting policy of naverworks-notify", _options),
}

NAMES: tuple[str, ...] = tuple(_FORMS)
"""What there are schemas of."""


def json_schema(name: str, *, vocabulary: Vocabulary = DOCUMENTED) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one of the JSON forms.

    Args:
        name: Which, one of `NAMES`.
        vocabulary: The types of alerts; with some of your own, the schema knows them too.

    Raises:
        InvalidValue: There is no schema of that name.

    Examples:
        >>> json_schema("people")["title"]
        'A person of naverworks-notify, or an array of them'
    """
    form = _FORMS.get(name)
    if form is None:
        message = f"must be one of {', '.join(NAMES)}.{did_you_mean(name, NAMES)}"
        raise InvalidValue(violations=(Violation("name", "enum", message),))
    title, write = form
    definitions = Definitions(vocabulary.entries.keys() - ENTRIES.keys())
    return definitions.document(write(definitions, vocabulary), title=title)
