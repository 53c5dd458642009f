"""Any message content as HTML, the way the NAVER WORKS client shows it.

Needs the extra `[simulator]` (jinja2). The pictures are close, not exact: sizes, spaces and
colours of flex follow its model (LINE's Flex Message), and what the client's own chrome looks
like is drawn after it.
"""

from naverworks_notify.extras import needs

with needs("simulator", "naverworks_notify.preview"):
    from naverworks_notify.preview._language import language_of
    from naverworks_notify.preview._page import Sender, notification, page, render_html, stylesheet

__all__ = ["Sender", "language_of", "notification", "page", "render_html", "stylesheet"]
