"""The language of a run: every sentence of a command is in Korean or in English, never in both.

`--lang` decides, else NAVERWORKS_LANG, else the locale of the machine (LC_ALL, LC_MESSAGES, LANG).
Both wordings stand beside each other where a sentence is said.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from naverworks_notify.cli._exit import UsageError
from naverworks_notify.errors import Hint

__all__ = ["Language", "choose_language", "in_language", "language", "take_language", "tr"]

Language: TypeAlias = Literal["en", "ko"]

_FLAG = "--lang"
_LANGUAGES: Mapping[str, Language] = {"en": "en", "ko": "ko"}
_VARIABLES = ("NAVERWORKS_LANG", "LC_ALL", "LC_MESSAGES", "LANG")

# One run is one process, or one call of main() in a test: nobody else speaks meanwhile.
_chosen: list[Language] = ["en"]


def language() -> Language:
    """Return the language of this run."""
    return _chosen[0]


def tr(en: str, ko: str) -> str:
    """Return one of two wordings of the same sentence, in the language of this run."""
    return ko if language() == "ko" else en


def in_language(hint: Hint) -> str:
    """Return a hint of the library in the language of this run."""
    return hint.ko if language() == "ko" else hint.en


def choose_language(environment: Mapping[str, str] = os.environ) -> None:
    """Speak the language that the environment asks for; English where it asks for another one."""
    asked = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    _chosen[0] = "ko" if _language_of(asked) == "ko" else "en"


def take_language(argv: Sequence[str]) -> list[str]:
    """Obey `--lang` wherever it stands among the arguments, and return the others.

    Raises:
        UsageError: It names no language, or one that no sentence is written in.
    """
    left: list[str] = []
    given = iter(argv)
    for argument in given:
        if argument == "--":
            return [*left, argument, *given]
        flag, has_value, value = argument.partition("=")
        if flag != _FLAG:
            left.append(argument)
            continue
        named = value if has_value else next(given, "")
        found = _LANGUAGES.get(_language_of(named))
        if found is None:
            raise UsageError(
                tr("--lang takes ko or en", "--lang에는 ko 또는 en을 쓰세요")
                + (tr(f", not «{named}».", f". 받은 값: {named}") if named else ".")
            )
        _chosen[0] = found
    return left


def _language_of(text: str) -> str:
    return text.replace("-", "_").partition("_")[0].partition(".")[0].strip().lower()
