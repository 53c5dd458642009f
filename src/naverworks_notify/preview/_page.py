"""Rendering: the templates, a fragment for one message, a page for many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from attrs import frozen
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from naverworks_notify.messages import Content, parse
from naverworks_notify.preview import _styles as styles
from naverworks_notify.preview import _text as text
from naverworks_notify.preview._language import language_of, shown_language

__all__ = ["Sender", "notification", "page", "render_html", "stylesheet"]

Theme = Literal["light", "dark"]


@frozen(kw_only=True)
class Sender:
    """Who a message is shown as coming from.

    Attributes:
        name: The bot's name.
        color: The colour of its round picture, `#RRGGBB`.
    """

    name: str = "채용 알림"
    color: str = "#1F4FD8"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("naverworks_notify.preview"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        block_style=styles.block_style,
        box_style=styles.box_style,
        bubble_width=styles.bubble_width,
        button_style=styles.button_style,
        component_style=styles.component_style,
        css_color=styles.css_color,
        file_name=text.file_name,
        image_style=styles.image_style,
        letter_style=styles.letter_style,
        pick=text.pick,
        push_text=text.push_text,
        rich=text.rich_text,
        safe_url=text.safe_url,
        shown_language=shown_language,
    )
    return made


@cache
def stylesheet() -> str:
    """Return the CSS of all previews, for pages that put it in their head once."""
    return (
        files("naverworks_notify.preview").joinpath("templates", "preview.css").read_text("utf-8")
    )


def render_html(
    content: Content | Mapping[str, Any],
    *,
    theme: Theme = "light",
    width: int = 390,
    sender: Sender | None = None,
    sent_at: datetime | None = None,
    language: str | None = None,
    images: bool = False,
    styled: bool = True,
) -> str:
    """Return one message as an HTML fragment, as a phone shows it.

    Everything in the message is escaped, and only http and https addresses become links. No IO;
    safe to call from any thread.

    Args:
        content: A content, or its JSON object.
        theme: `light` or `dark`.
        width: Most pixels the fragment takes, a phone's 390 by default.
        sender: The bot's name and colour.
        sent_at: When it was sent; shown as hours and minutes in its own zone.
        language: The reader's device language, such as `en_US`, where the message has it. Fonts
            and line breaks follow the language that the message is written in.
        images: Whether pictures are loaded from their addresses; by default a labelled frame
            stands for them, so that looking at a message fetches nothing.
        styled: Whether the stylesheet comes with the fragment.

    Raises:
        InvalidMessage: The JSON object is not a valid content.
    """
    wire = _wire(content)
    return (
        _environment()
        .get_template("message.html")
        .render(
            content=wire,
            theme=_theme(theme),
            width=int(width),
            sender=sender or Sender(),
            sent_at=sent_at,
            language=language,
            lang=shown_language(wire, language),
            images=images,
            css=Markup(stylesheet()) if styled else None,  # noqa: S704 - our own file
        )
    )


def page(
    contents: Content | Mapping[str, Any] | Iterable[Content | Mapping[str, Any]],
    *,
    title: str = "NAVER WORKS",
    theme: Theme = "light",
    width: int = 390,
    sender: Sender | None = None,
    sent_at: datetime | None = None,
    language: str | None = None,
    images: bool = False,
) -> str:
    """Return a whole HTML page that shows messages in a room, on a phone.

    Args:
        contents: One message, or several from the oldest to the newest.
        title: The page's title and the room's name.
        theme: `light` or `dark`.
        width: The room's width in pixels.
        sender: The bot's name and colour.
        sent_at: When the messages were sent.
        language: The reader's device language, such as `en_US`.
        images: Whether pictures are loaded from their addresses.

    Raises:
        InvalidMessage: A JSON object is not a valid content.
    """
    several: list[Any] = [contents] if isinstance(contents, (Content, Mapping)) else list(contents)
    return (
        _environment()
        .get_template("page.html")
        .render(
            contents=[_wire(content) for content in several],
            title=title,
            theme=_theme(theme),
            width=int(width),
            sender=sender or Sender(),
            sent_at=sent_at,
            language=language,
            lang=language_of(title, "ko" if language is None else language.partition("_")[0]),
            images=images,
            css=Markup(stylesheet()),  # noqa: S704 - our own file
        )
    )


def notification(
    content: Content | Mapping[str, Any],
    *,
    theme: Theme = "light",
    sender: Sender | None = None,
    language: str | None = None,
    styled: bool = True,
) -> str:
    """Return the push notification of a message as an HTML fragment, as a lock screen shows it.

    A flex message shows its alternative text, cut to two lines as phones do.

    Args:
        content: A content, or its JSON object.
        theme: `light` or `dark`.
        sender: The bot's name and colour.
        language: The reader's device language, such as `en_US`.
        styled: Whether the stylesheet comes with the fragment.

    Raises:
        InvalidMessage: The JSON object is not a valid content.
    """
    wire = _wire(content)
    return (
        _environment()
        .get_template("notification.html")
        .render(
            content=wire,
            theme=_theme(theme),
            sender=sender or Sender(),
            language=language,
            lang=shown_language(wire, language),
            images=False,
            css=Markup(stylesheet()) if styled else None,  # noqa: S704 - our own file
        )
    )


def _wire(content: Content | Mapping[str, Any]) -> dict[str, Any]:
    return (content if isinstance(content, Content) else parse(content, "keep")).to_dict()


def _theme(theme: str) -> str:
    return "dark" if theme == "dark" else "light"
