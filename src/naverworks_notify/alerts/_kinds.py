"""What a field of an alert may hold: markers for annotations, yours as well as ours.

Beside them `str`, `int`, `bool`, `datetime`, enums and other values will do, `X | None` and
`tuple[X, ...]` of them too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

from naverworks_notify.alerts._locales import LOCALES, PATTERN, find_locale
from naverworks_notify.schema import Definitions, Findings, Text, Whole
from naverworks_notify.schema import Flag as FlagKind
from naverworks_notify.schema import Moment as MomentKind
from naverworks_notify.schema import Url as UrlKind

# Not documented; chosen so that a count always prints, and never prints as a wall of digits.
MAX_NUMBER = 1_000_000_000


class LocaleKind(Text):
    """A language this package writes, in any usual spelling; kept as written."""

    __slots__ = ()

    def check(self, value: object, path: str, out: Findings) -> None:
        """Refuse a language without texts."""
        known = len(out.found)
        super().check(value, path, out)
        if len(out.found) == known and find_locale(value) is None:
            out.add(path, "locale", f"must be one of {', '.join(LOCALES)}.")

    def schema(self, definitions: Definitions) -> dict[str, object]:  # noqa: ARG002
        """Return the spellings as a pattern."""
        return {"type": "string", "pattern": PATTERN}


Name: TypeAlias = Annotated[str, Text(blank=False)]
"""A string that is not blank: ids, names, titles."""
Prose: TypeAlias = Annotated[str, Text(empty=True)]
"""A string a person wrote; may be empty."""
Url: TypeAlias = Annotated[str, UrlKind(local=True)]
"""An https link, or a link to this machine."""
LocaleText: TypeAlias = Annotated[str, LocaleKind()]
"""A language: ko, en or ja, in any usual spelling."""
Count: TypeAlias = Annotated[int, Whole(0, MAX_NUMBER)]
"""How many; 0 or more."""
Positive: TypeAlias = Annotated[int, Whole(1, MAX_NUMBER)]
"""1 or more."""
Repetition: TypeAlias = Annotated[int, Whole(2, MAX_NUMBER)]
"""Which time it is asked; 2 or more."""
Flag: TypeAlias = Annotated[bool, FlagKind()]
"""True or false."""
Moment: TypeAlias = Annotated[datetime, MomentKind()]
"""A datetime with an offset."""
