"""The catalog's words: gettext catalogs beside this module, with the caller's own on top.

Message ids are symbolic: `interviewer.interview.confirmed.sentence`. The texts themselves live in
`locale/<language>/LC_MESSAGES/naverworks_notify.po`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from naverworks_notify.errors import InvalidValue, Violation

if TYPE_CHECKING:
    from gettext import NullTranslations

__all__ = ["BASE_LOCALE", "Texts", "check_wording", "shipped"]

BASE_LOCALE = "ko"


@cache
def shipped(locale: str) -> NullTranslations:
    """Return the compiled catalog of a language; asked for what it lacks, it raises KeyError."""
    # Imported at the first rendering; importing the catalog stays cheap.
    from gettext import GNUTranslations, NullTranslations  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    class Missing(NullTranslations):
        # gettext's own habit, to answer with the message id, would print ids to people.
        def gettext(self, message: str) -> str:
            raise KeyError(message)

        def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002
            raise KeyError(msgid1)

    folder = Path(__file__).with_name("locale") / locale / "LC_MESSAGES"
    with (folder / "naverworks_notify.mo").open("rb") as compiled:
        translations = GNUTranslations(compiled)
    translations.add_fallback(Missing())
    return translations


class Texts:
    """The words of one language. Immutable in use, safe to share between threads.

    Args:
        locale: ko, en or ja.
        own: The caller's texts by language and message id. What a language lacks is ours, or where we have none the caller's Korean.
    """

    def __init__(self, locale: str, own: Mapping[str, Mapping[str, str]]) -> None:
        self.locale = locale
        self._own = own.get(locale, {})
        self._own_base = own.get(BASE_LOCALE, {})
        self._shipped = shipped(locale)
        self._known: dict[str, str] = {}

    def template(self, key: str) -> str:
        """Return the text of a message id, its placeholders unfilled.

        Raises:
            InvalidValue: There is no such text, in no language.
        """
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._find(key)
        return known

    def _find(self, key: str) -> str:
        if key in self._own:
            return self._own[key]
        try:
            return self._shipped.gettext(key)
        except KeyError:
            if key in self._own_base:
                return self._own_base[key]
            violation = Violation(key, "text", "has no text in the catalog.")
            raise InvalidValue(violations=(violation,)) from None

    def say(self, key: str, **values: Any) -> str:
        """Return the text of a message id with its placeholders filled."""
        return self.template(key).format_map(values)

    @property
    def comma(self) -> str:
        """What stands between the items of a list."""
        return self.template("list").format(first="", second="")

    def count(self, key: str, number: int) -> str:
        """Return the text for a number, in the form the language wants for it."""
        if key in self._own:
            return self._own[key].format_map({"count": number})
        return self._shipped.ngettext(key, key, number).format(count=number)


def check_wording(locale: str, texts: Mapping[str, str]) -> None:
    """Refuse texts that nothing would use, and placeholders that nothing would fill.

    Raises:
        InvalidValue: With every text at fault.
    """
    violations = []
    for key, text in texts.items():
        try:
            allowed = _placeholders(shipped(locale).gettext(key))
        except KeyError:
            violations.append(Violation(key, "text", "is not the id of a text of the catalog."))
            continue
        try:
            unknown = _placeholders(text) - allowed - (_DATE_PARTS if key == "date" else set())
        except ValueError:
            violations.append(Violation(key, "placeholder", "has a brace that stands alone."))
            continue
        if unknown:
            told = ", ".join(f"{{{name}}}" for name in sorted(unknown))
            usable = ", ".join(f"{{{name}}}" for name in sorted(allowed)) or "none"
            message = f"uses {told}; its placeholders are: {usable}."
            violations.append(Violation(key, "placeholder", message))
    if violations:
        raise InvalidValue(violations=tuple(violations))


_DATE_PARTS = frozenset({"year", "month", "day", "day_number", "month_name", "weekday"})


def _placeholders(text: str) -> set[str]:
    from string import Formatter  # noqa: PLC0415 - only a caller's own wording is checked

    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
