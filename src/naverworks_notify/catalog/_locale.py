"""Which language a person reads, and the device's choice among several."""

from __future__ import annotations

from naverworks_notify.alerts import Alert, normalize_locale
from naverworks_notify.catalog._texts import BASE_LOCALE
from naverworks_notify.messages import Language

__all__ = ["DEVICE", "LANGUAGE_OF", "choose_locale"]

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
