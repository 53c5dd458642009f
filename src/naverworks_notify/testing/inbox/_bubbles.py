"""A message's content as HTML: by the preview where it is there, else by its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from naverworks_notify.testing.inbox._model import summary_of

__all__ = ["bubble_html"]


def bubble_html(content: Mapping[str, Any], *, theme: str) -> Markup:
    """Return the content as a fragment in which everything foreign is escaped."""
    try:
        from naverworks_notify import preview  # noqa: PLC0415 - loaded with the first message

        render = preview.render_html
    except (ImportError, AttributeError):
        return Markup('<div class="plain">{}</div>').format(escape(summary_of(content)))
    return Markup(render(content, theme=theme))  # noqa: S704 - escaped by the preview
