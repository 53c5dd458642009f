"""The wording of every entry, in each language, and which language somebody reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from naverworks_notify.alerts import Alert, normalize_locale
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.messages import Language

if TYPE_CHECKING:
    from gettext import NullTranslations

__all__ = [
    "BASE_LOCALE",
    "DEVICE",
    "LANGUAGE_OF",
    "Texts",
    "check_wording",
    "choose_locale",
    "is_shipped",
    "shipped",
]

DEVICE = "device"
"""Locale of a rendering that carries all languages, Korean first; the reader's device chooses."""

LANGUAGE_OF: dict[str, Language] = {
    "ko": Language("ko_KR"),
    "en": Language("en_US"),
    "ja": Language("ja_JP"),
}


def choose_locale(preferred: str | None, alert: Alert) -> str:
    """Return the language to write in: the person's preference, the alert's, then Korean.

    Raises:
        InvalidValue: The preference names a language without texts.
    """
    return normalize_locale(preferred or alert.locale or BASE_LOCALE)


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


def is_shipped(key: object) -> bool:
    """Return whether a message id is one of ours."""
    try:
        return isinstance(key, str) and bool(shipped(BASE_LOCALE).gettext(key))
    except KeyError:
        return False


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

    def is_own(self, key: str) -> bool:
        """Return whether the caller words a text otherwise in this language."""
        return key in self._own

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
        """Return the text of a message id with its placeholders filled.

        Raises:
            InvalidValue: It has a placeholder that the entry does not fill.
        """
        try:
            return self.template(key).format_map(values)
        except KeyError as error:
            # Of an entry of the caller's own: nobody else knows what it fills.
            told = f"uses {{{error.args[0]}}}, which its entry does not fill."
            raise InvalidValue(violations=(Violation(key, "placeholder", told),)) from None

    @property
    def comma(self) -> str:
        """What stands between the items of a list."""
        return self.template("list").format(first="", second="")

    def count(self, key: str, number: int) -> str:
        """Return the text for a number, in the form the language wants for it."""
        if key in self._own:
            return self.say(key, count=number)
        return self._shipped.ngettext(key, key, number).format(count=number)


def check_wording(
    locale: str, texts: Mapping[str, Any], is_own: Callable[[str], bool]
) -> Iterator[Violation]:
    """Yield what is wrong with texts: ids that nothing uses, and more than plain placeholders.

    A text is filled as Python fills a format. More than a name in braces could ask for a width that
    takes all memory, or for the insides of a value; who words a catalog need not be its programmer.

    Args:
        locale: Their language.
        texts: Message id → text.
        is_own: Tells whether an id is of an entry of the caller's own, which fills what it likes.
    """
    for key, text in texts.items():
        if not _is_shown(text):
            yield Violation(str(key), "text", "must be a text, and not an empty one.")
            continue
        own = is_own(key)
        if not own and not is_shipped(key):
            yield Violation(str(key), "text", "is not the id of a text of the catalog.")
            continue
        used = _placeholders(text)
        allowed = frozenset() if own else _placeholders(shipped(locale).gettext(key)) or frozenset()
        usable = ", ".join(f"{{{name}}}" for name in sorted(allowed)) or "none"
        listed = "" if own else f"; its placeholders are: {usable}"
        if used is None:
            told = f"may hold plain {{name}} only, and a brace written twice{listed}."
            yield Violation(str(key), "placeholder", told)
            continue
        unknown = used - allowed - (_DATE_PARTS if key in _DATES else frozenset())
        if unknown and not own:
            told = ", ".join(f"{{{name}}}" for name in sorted(unknown))
            yield Violation(str(key), "placeholder", f"uses {told}{listed}.")


_DATES = frozenset({"date", "date_this_year"})
_DATE_PARTS = frozenset({"year", "month", "day", "day_number", "month_name", "weekday"})


def _placeholders(text: str) -> frozenset[str] | None:
    """Return the names in braces, or None where something else stands in them."""
    import re  # noqa: PLC0415 - only a caller's own wording is checked

    # Read from the left, as a format is: {a{{b} is no {ab} with a brace in it.
    name = r"\{([^\W\d]\w*)\}"
    plain = re.fullmatch(rf"(?:[^{{}}]|\{{\{{|\}}\}}|{name})*+", text) is not None
    return frozenset(re.findall(rf"\{{\{{|{name}", text)) - {""} if plain else None


def _is_shown(text: object) -> bool:
    """Return whether somebody would see a text, and it can be sent at all."""
    import unicodedata  # noqa: PLC0415 - only a caller's own wording is checked

    if not isinstance(text, str):
        return False
    kinds = {unicodedata.category(letter) for letter in text}
    return "Cs" not in kinds and any(kind[0] not in "CZ" for kind in kinds)
