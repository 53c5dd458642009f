"""Frozen values with a documented wire form, checked by one table in both directions.

A class states each member once, in its field metadata: the wire key and the kind of value. From
that table come the check at construction, the strict reading of JSON with exact paths, and
`to_dict()`. Messages, bots and menus are built on it.
"""

from naverworks_notify.schema._answers import Answer, IdsOf, Texts, Told, Verbatim, Whole64
from naverworks_notify.schema._definitions import Definitions
from naverworks_notify.schema._fields import member, wire
from naverworks_notify.schema._findings import Findings
from naverworks_notify.schema._kept import KeptJson
from naverworks_notify.schema._kinds import (
    Choice,
    Flag,
    Form,
    Kind,
    Many,
    Moment,
    Number,
    Text,
    Url,
    Whole,
    kind_name,
    names_this_machine,
)
from naverworks_notify.schema._languages import (
    LANGUAGES,
    Language,
    Localized,
    Translations,
)
from naverworks_notify.schema._nested import Nested, Undocumented
from naverworks_notify.schema._objects import Object, Record, Table, Value, kind_of, table_of
from naverworks_notify.schema._sets import (
    Day,
    Function,
    MapOf,
    OneOf,
    SetOf,
    as_set,
    as_text_id,
    to_member,
)
from naverworks_notify.schema._shown import safe_key
from naverworks_notify.schema._suggest import did_you_mean
from naverworks_notify.schema._values import (
    Given,
    WireValue,
    as_localized,
    as_tuple,
    at_most_one,
    kept_in,
    wire_of,
)

__all__ = [
    "LANGUAGES",
    "Answer",
    "Choice",
    "Day",
    "Definitions",
    "Findings",
    "Flag",
    "Form",
    "Function",
    "Given",
    "IdsOf",
    "KeptJson",
    "Kind",
    "Language",
    "Localized",
    "Many",
    "MapOf",
    "Moment",
    "Nested",
    "Number",
    "Object",
    "OneOf",
    "Record",
    "SetOf",
    "Table",
    "Text",
    "Texts",
    "Told",
    "Translations",
    "Undocumented",
    "Url",
    "Value",
    "Verbatim",
    "Whole",
    "Whole64",
    "WireValue",
    "as_localized",
    "as_set",
    "as_text_id",
    "as_tuple",
    "at_most_one",
    "did_you_mean",
    "kept_in",
    "kind_name",
    "kind_of",
    "member",
    "names_this_machine",
    "safe_key",
    "table_of",
    "to_member",
    "wire",
    "wire_of",
]
