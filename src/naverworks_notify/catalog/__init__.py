"""Every documented alert as a message, in Korean, English and Japanese.

    alert → Entry.describe → Brief (what it says, in one language) → layout → message

Texts live in gettext catalogs under `locale/`, for translators. Nothing here decides who gets a
message; that is `policy`.
"""

from __future__ import annotations

from naverworks_notify.alerts import normalize_locale
from naverworks_notify.catalog._brief import Brief, Button, Detail, Line, Row, Style, Tone
from naverworks_notify.catalog._catalog import CATALOG, Catalog, Layout, render
from naverworks_notify.catalog._entry import Entry
from naverworks_notify.catalog._payload import LinkBuilder, Target
from naverworks_notify.catalog._texts import DEVICE, choose_locale
from naverworks_notify.catalog._writer import Writer

__all__ = [
    "CATALOG",
    "DEVICE",
    "Brief",
    "Button",
    "Catalog",
    "Detail",
    "Entry",
    "Layout",
    "Line",
    "LinkBuilder",
    "Row",
    "Style",
    "Target",
    "Tone",
    "Writer",
    "choose_locale",
    "normalize_locale",
    "render",
]
