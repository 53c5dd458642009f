"""Which language a message is written in, told by its letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import regex

from naverworks_notify.preview._text import pick

__all__ = ["language_of", "shown_language"]

_KANA: Final = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_HANGUL: Final = regex.compile(r"\p{Hangul}")
_HAN: Final = regex.compile(r"\p{Han}")


def language_of(text: str, default: str = "en") -> str:
    """Return `ko`, `ja` or the default: the language a text must be set in.

    It decides fonts and line breaks: Korean breaks between words, Japanese between letters, and
    both write some Chinese characters differently. Names in other letters do not matter as long
    as they are fewer. A text in Latin letters alone looks the same either way.

    Args:
        text: Any text.
        default: The answer for a text with neither Korean nor Japanese letters.
    """
    kana, hangul, han = (len(kind.findall(text)) for kind in (_KANA, _HANGUL, _HAN))
    if kana and kana + han >= hangul:
        return "ja"
    if hangul:
        return "ko"
    # Korean is not written in Chinese characters alone.
    return "ja" if han and default in ("en", "ko") else default


def shown_language(content: Mapping[str, Any], language: str | None) -> str:
    """Return the HTML language of a message as a reader of that device language sees it."""
    default = "en" if language is None else language.partition("_")[0]
    return language_of("".join(_texts(content, language)), default)


def _texts(value: Any, language: str | None) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key in value:
            if not key.startswith("i18n"):
                yield from _texts(pick(value, key, language), language)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from _texts(child, language)
