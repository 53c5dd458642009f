"""The languages this package writes, and the spellings it takes for them."""

from __future__ import annotations

import re
from functools import lru_cache

from naverworks_notify.errors import InvalidValue, Violation

__all__ = ["LOCALES", "find_locale", "normalize_locale"]

LOCALES: tuple[str, ...] = ("ko", "en", "ja")
"""Korean, the base language, then English and Japanese."""

PATTERN = "^([Kk][Oo]|[Ee][Nn]|[Jj][Aa])([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|[0-9]{3}))?$"
"""Every usual spelling of them, for readers in other languages."""

_SPELLING = re.compile(
    r"(?P<language>ko|en|ja)(?:[-_](?:[a-z]{4}))?(?:[-_](?:[a-z]{2}|[0-9]{3}))?", re.IGNORECASE
)


def find_locale(text: object) -> str | None:
    """Return `ko`, `en` or `ja` for any usual spelling of them, or None."""
    return _find(text) if isinstance(text, str) else None


@lru_cache(maxsize=256)
def _find(text: str) -> str | None:
    found = _SPELLING.fullmatch(text)
    return found["language"].lower() if found else None


def normalize_locale(text: str) -> str:
    """Return `ko`, `en` or `ja` for `ko`, `ko-KR`, `ko_KR`, `KO_kr` and the like.

    Raises:
        InvalidValue: The text names another language, or none.

    Examples:
        >>> normalize_locale("ja_JP")
        'ja'
    """
    found = find_locale(text)
    if found is None:
        message = f"must be one of {', '.join(LOCALES)} (ko-KR and ko_KR are read as ko)."
        raise InvalidValue(violations=(Violation("locale", "locale", message),))
    return found
