"""A message's content as HTML, drawn by the preview."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from markupsafe import Markup

from naverworks_notify.preview import Sender, render_html

__all__ = ["BOT_COLOR", "bubble_html"]

BOT_COLOR = "#03A94D"

# Wider than a phone, so that the time beside a wide card is not pushed out.
WIDTH = 460


def bubble_html(
    content: Mapping[str, Any],
    *,
    sent_at: datetime,
    sender: str,
    theme: Literal["light", "dark"],
) -> Markup:
    """Return a message as a fragment without its stylesheet; everything foreign is escaped."""
    html = render_html(
        content,
        theme=theme,
        width=WIDTH,
        sender=Sender(name=sender, color=BOT_COLOR),
        sent_at=sent_at,
        styled=False,
    )
    return Markup(html)  # noqa: S704 - escaped by the preview
