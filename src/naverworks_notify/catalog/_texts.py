"""The catalog's words: gettext catalogs beside this module, with the caller's own on top.

Message ids are symbolic: `interviewer.interview.confirmed.sentence`. The texts themselves live in
`locale/<language>/LC_MESSAGES/naverworks_notify.po`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gettext import NullTranslations

__all__ = ["Texts", "shipped"]

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
            LookupError: There is no such text, in no language.
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
            raise LookupError(f"The catalog has no text {key!r}.") from None

    def say(self, key: str, **values: Any) -> str:
        """Return the text of a message id with its placeholders filled."""
        return self.template(key).format_map(values)

    def count(self, key: str, number: int) -> str:
        """Return the text for a number, in the form the language wants for it."""
        if key in self._own:
            return self._own[key].format_map({"count": number})
        return self._shipped.ngettext(key, key, number).format(count=number)
