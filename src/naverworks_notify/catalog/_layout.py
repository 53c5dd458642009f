"""The two layouts of the default catalog.

What they are made of, flex components above all, is loaded when the first message is rendered:
who imports the catalog does not always render.
"""

from __future__ import annotations

from collections.abc import Mapping

from naverworks_notify.catalog._brief import Brief
from naverworks_notify.catalog._style import Style
from naverworks_notify.messages import Content, Language

__all__ = ["plain", "rich"]


def rich(brief: Brief, others: Mapping[Language, Brief], style: Style) -> Content:
    """Return the card. Other languages go where a card has room for them: the altText."""
    from naverworks_notify.catalog._cards import rich_card  # noqa: PLC0415

    return rich_card(brief, others, style)


def plain(brief: Brief, others: Mapping[Language, Brief], style: Style) -> Content:
    """Return a text, with buttons under it when there are links."""
    from naverworks_notify.catalog._cards import plain_text  # noqa: PLC0415

    return plain_text(brief, others, style)
