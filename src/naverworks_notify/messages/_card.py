"""A card: what happened, labelled rows, buttons. One value, two forms of message.

The rich form is a flex bubble, the plain form a button template (or a text when there is no
button). Both are derived from the same card, so they cannot tell different things.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final, Self

import attrs
from attrs import field, frozen

from naverworks_notify.errors import InvalidMessage
from naverworks_notify.messages import flex as parts
from naverworks_notify.messages._actions import UriAction
from naverworks_notify.messages._content import escape_mentions, shorten
from naverworks_notify.messages._flex import Flex
from naverworks_notify.messages._templates import ButtonTemplate
from naverworks_notify.messages._texts import Text
from naverworks_notify.messages.flex._measures import COLOR
from naverworks_notify.schema import Findings, Localized, as_tuple

__all__ = ["CARD_BYTES", "Card", "Change", "LinkButton", "Row"]

# The Japanese page of the bubble states 15 KB where the others say 30 KB, so cards stay below the
# smaller one: https://developers.worksmobile.com/jp/docs/bot-send-flex-bubble
CARD_BYTES: Final = 15_000

_TITLE: Final = 200
_SUBTITLE: Final = 200
_EYEBROW: Final = 80
_LABEL: Final = 30
_VALUE: Final = 400
_NOTE: Final = 600
_BUTTON: Final = 20
_ALT: Final = 400
_PLAIN_TEXT: Final = 2000
_PLAIN_WITH_BUTTONS: Final = 1000
_MOST_ROWS: Final = 16
_MOST_BUTTONS: Final = 5
# How much of each text is kept, tried in turn until the message fits its limit.
_SQUEEZES: Final = (1.0, 0.5, 0.25, 0.1, 0.05)

# Grey with enough contrast on white and on the client's dark background alike. Titles and values
# carry no colour, so that the client picks the one of its theme.
_MUTED: Final = "#7B8390"
_VEIL: Final = "#7B83901F"
_LINE: Final = "#7B839040"
ACCENT: Final = "#03B26C"


@frozen
class Row:
    """One labelled line of a card.

    Attributes:
        label: What it is about.
        value: What is said; may have several lines.
        strong: True for what a reader looks for first; shown bold.
    """

    label: str
    value: str
    strong: bool = False


@frozen
class Change:
    """A labelled line whose value changed: shown as before → after.

    Attributes:
        label: What it is about.
        before: The value that no longer holds.
        after: The value that holds now.
    """

    label: str
    before: str
    after: str


@frozen
class LinkButton:
    """A button that opens a page.

    Attributes:
        label: What it says, cut to 20 characters.
        url: An http or https address of at most 1000 characters.
    """

    label: str
    url: str


@frozen(kw_only=True)
class Card:
    """What happened, to whom and when, as rows and buttons.

    A card is immutable: `row()`, `change()`, `note_below()` and `button()` return a longer one.
    Texts may come from people: they are cut to what a card can show, between grapheme clusters,
    and no mention tag in them works. Whatever the lengths, the rich form stays below 15 000
    bytes of JSON where its addresses alone do not exceed that.

    Examples:
        >>> card = (
        ...     Card(title="면접이 확정되었습니다", eyebrow="채용 알림")
        ...     .row("지원자", "김하늘")
        ...     .change("일시", "3월 3일(화) 10:00", "3월 4일(수) 14:00")
        ...     .button("면접 보기", "https://ats.example.com/i/1")
        ... )
        >>> card.size < 15_000
        True
        >>> print(card.plain().content_text)
        [채용 알림] 면접이 확정되었습니다
        <BLANKLINE>
        지원자: 김하늘
        일시: 3월 3일(화) 10:00
        → 3월 4일(수) 14:00

    Attributes:
        title: What happened, in one sentence; at most 200 characters are shown.
        eyebrow: A short line above the title, in the accent colour.
        subtitle: A line below the title.
        rows: Labelled lines, at most 16.
        note: A quotation or remark below the rows.
        buttons: Buttons that open pages, at most 5; the first is emphasised.
        accent: Colour of the eyebrow and the first button, `#RRGGBB`.
        eyebrow_color: Another colour for the eyebrow, for example for bad news.
        alt: What the lock screen and the room list say; by default the title and the subtitle.
    """

    title: str
    eyebrow: str | None = None
    subtitle: str | None = None
    rows: tuple[Row | Change, ...] = field(default=(), converter=as_tuple)
    note: str | None = None
    buttons: tuple[LinkButton, ...] = field(default=(), converter=as_tuple)
    accent: str = ACCENT
    eyebrow_color: str | None = None
    alt: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what no message could be made of."""
        out = Findings()
        COLOR.check(self.accent, "accent", out)
        if self.eyebrow_color is not None:
            COLOR.check(self.eyebrow_color, "eyebrow_color", out)
        if not self.title:
            out.add("title", "empty", "must not be empty.")
        if len(self.rows) > _MOST_ROWS:
            out.add("rows", "max_items", f"must have at most {_MOST_ROWS} items.")
        if len(self.buttons) > _MOST_BUTTONS:
            out.add("buttons", "max_items", f"must have at most {_MOST_BUTTONS} items.")
        if out.found:
            out.raise_as(InvalidMessage, "Card is not valid")

    def row(self, label: str, value: str | None, *, strong: bool = False) -> Self:
        """Return a card with one more labelled line; without a value, the card itself."""
        if not value:
            return self
        return attrs.evolve(self, rows=(*self.rows, Row(label, value, strong)))

    def change(self, label: str, before: str | None, after: str) -> Self:
        """Return a card with one more line that shows before → after.

        Without `before`, or when both are the same, the line is a plain row.
        """
        if not before or before == after:
            return self.row(label, after)
        return attrs.evolve(self, rows=(*self.rows, Change(label, before, after)))

    def note_below(self, text: str | None) -> Self:
        """Return a card with a remark below the rows; without a text, the card itself."""
        return attrs.evolve(self, note=text) if text else self

    def button(self, label: str, url: str | None) -> Self:
        """Return a card with one more button; without an address, the card itself."""
        if not url:
            return self
        return attrs.evolve(self, buttons=(*self.buttons, LinkButton(label, url)))

    @property
    def size(self) -> int:
        """Bytes of the rich form's bubble as compact UTF-8 JSON, the documented unit."""
        return self.flex().size

    def flex(self, *, translations: Mapping[str, Card] | None = None) -> Flex:
        """Return the rich form: a flex message of one bubble.

        Args:
            translations: The same card in other languages, by language code such as `en_US`.
                Only the alternative text can be translated within one flex message.

        Raises:
            InvalidMessage: A button's address is not valid.
        """
        others = translations or {}
        return Flex(
            self.alt_text,
            self._fitting_bubble(),
            i18n_alt_texts=_localized({code: card.alt_text for code, card in others.items()}),
        )

    @property
    def alt_text(self) -> str:
        """What the lock screen and the room list say, at most 400 characters."""
        told = self.alt or " · ".join(part for part in (self.title, self.subtitle) if part)
        return _line(told, _ALT)

    def plain_text(self, limit: int = _PLAIN_TEXT) -> str:
        """Return the card as text of at most `limit` characters, without its buttons."""
        told = ""
        for share in _SQUEEZES:
            told = "\n".join(self._lines(share))
            if len(told) <= limit:
                return told
        return shorten(told, limit)

    def _fitting_bubble(self) -> parts.Bubble:
        for share in _SQUEEZES[:-1]:
            try:
                bubble = self._bubble(share)
            except InvalidMessage as error:
                if any(found.rule != "max_bytes" for found in error.violations):
                    raise
            else:
                if bubble.fits(CARD_BYTES - 1):
                    return bubble
        return self._bubble(_SQUEEZES[-1])

    def plain(self, *, translations: Mapping[str, Card] | None = None) -> ButtonTemplate | Text:
        """Return the plain form: a button template, or a text when there is no button.

        Args:
            translations: The same card in other languages, by language code such as `en_US`;
                the reader's device chooses.

        Raises:
            InvalidMessage: A button's address is not valid.
        """
        others = translations or {}
        limit = _PLAIN_WITH_BUTTONS if self.buttons else _PLAIN_TEXT
        told = self.plain_text(limit)
        variants = _localized({code: card.plain_text(limit) for code, card in others.items()})
        if not self.buttons:
            return Text(told, i18n_texts=variants)
        actions = tuple([self._action(at, others) for at in range(len(self.buttons))])
        return ButtonTemplate(told, actions, i18n_content_texts=variants)

    def _action(self, at: int, others: Mapping[str, Card] | None = None) -> UriAction:
        button = self.buttons[at]
        labels = {
            code: shorten(card.buttons[at].label, _BUTTON)
            for code, card in (others or {}).items()
            if at < len(card.buttons)
        }
        return UriAction(
            label=shorten(button.label, _BUTTON), uri=button.url, i18n_labels=_localized(labels)
        )

    def _lines(self, share: float) -> list[str]:
        title = _line(self.title, _TITLE, share)
        if self.eyebrow:
            title = f"[{_line(self.eyebrow, _EYEBROW, share)}] {title}"
        lines = [title]
        if self.subtitle:
            lines.append(_line(self.subtitle, _SUBTITLE, share))
        if self.rows:
            lines.append("")
        for row in self.rows:
            label = _line(row.label, _LABEL, share)
            if isinstance(row, Change):
                before = _line(row.before, _VALUE, share)
                after = _line(row.after, _VALUE, share)
                lines += [f"{label}: {before}", f"→ {after}"]
            else:
                value = _prose(row.value, _VALUE, share)
                lines.append(f"{label}:\n{value}" if "\n" in value else f"{label}: {value}")
        if self.note:
            lines += ["", _prose(self.note, _NOTE, share)]
        return lines

    def _bubble(self, share: float) -> parts.Bubble:
        look = _look()
        heading: list[parts.Component] = []
        if self.eyebrow:
            color = self.eyebrow_color or self.accent
            heading.append(_eyebrow(_line(self.eyebrow, _EYEBROW, share), color))
        title = look.lower_title if self.eyebrow else look.title
        heading.append(title.replaced(text=_line(self.title, _TITLE, share)))
        if self.subtitle:
            heading.append(look.subtitle.replaced(text=_line(self.subtitle, _SUBTITLE, share)))
        contents: list[parts.Component] = [look.heading.replaced(contents=tuple(heading))]
        if self.rows:
            rows = tuple([_shown(row, share, self.accent) for row in self.rows])
            contents += (look.separator, look.rows.replaced(contents=rows))
        if self.note:
            note = look.value.replaced(text=_prose(self.note, _NOTE, share), flex=None)
            contents.append(look.note.replaced(contents=(note,)))
        body = look.body.replaced(contents=tuple(contents))
        if not self.buttons:
            return parts.Bubble(body=body)
        buttons = tuple([self._button(at) for at in range(len(self.buttons))])
        return parts.Bubble(body=body, footer=look.footer.replaced(contents=buttons))

    def _button(self, at: int) -> parts.Button:
        look = _look()
        if at == 0:
            return look.first_button.replaced(action=self._action(at), color=self.accent)
        return look.button.replaced(action=self._action(at))


def _localized(texts: Mapping[str, str]) -> tuple[Localized, ...] | None:
    return tuple([Localized(code, text) for code, text in texts.items()]) or None


def _line(text: str, limit: int, share: float = 1.0) -> str:
    """Make one line of a text that people may have typed."""
    if "\n" in text or "\r" in text:
        text = " ".join(text.split())
    return _prose(text, limit, share)


def _prose(text: str, limit: int, share: float = 1.0) -> str:
    """Cut a text and take the life out of mention tags; an empty one shows as a dash."""
    room = limit if share == 1.0 else max(8, int(limit * share))
    if len(text) > room:
        text = shorten(text, room)
    if "<" in text:
        text = escape_mentions(text)
    return text or "–"


@lru_cache(maxsize=256)
def _label(text: str) -> parts.Text:
    return parts.Text(text, size="sm", color=_MUTED, flex=3, wrap=True)


@lru_cache(maxsize=256)
def _eyebrow(text: str, color: str) -> parts.Text:
    return parts.Text(text, size="xs", weight="bold", color=color, wrap=True)


def _shown(row: Row | Change, share: float, accent: str) -> parts.Box:
    look = _look()
    value: parts.Component
    if isinstance(row, Change):
        before = look.before.replaced(text=_prose(row.before, _VALUE, share))
        after = look.after.replaced(text=f"→ {_prose(row.after, _VALUE, share)}", color=accent)
        value = look.change.replaced(contents=(before, after))
    else:
        plain = look.strong_value if row.strong else look.value
        value = plain.replaced(text=_prose(row.value, _VALUE, share))
    return look.row.replaced(contents=(_label(_line(row.label, _LABEL, share)), value))


class _Look:
    """The parts of a card with all but their words: made once, then copied with the words in."""

    def __init__(self) -> None:
        text = parts.Text("–", wrap=True)
        box = parts.Box("vertical", (text,))
        action = UriAction(label="–", uri="https://example.com")
        self.title = text.replaced(weight="bold", size="lg")
        self.lower_title = self.title.replaced(margin="xs")
        self.subtitle = text.replaced(size="sm", color=_MUTED, margin="sm")
        self.value = text.replaced(size="sm", flex=7)
        self.strong_value = self.value.replaced(weight="bold")
        self.before = text.replaced(size="sm", color=_MUTED, decoration="line-through")
        self.after = text.replaced(size="sm", weight="bold", color=ACCENT)
        self.separator = parts.Separator(margin="lg", color=_LINE)
        self.heading = box
        self.row = parts.Box("horizontal", (text,), spacing="md")
        self.change = box.replaced(flex=7)
        self.rows = box.replaced(margin="lg", spacing="md")
        self.note = box.replaced(
            background_color=_VEIL, corner_radius="md", padding_all="md", margin="lg"
        )
        self.body = box.replaced(padding_all="xl")
        self.footer = box.replaced(
            spacing="md",
            padding_start="xl",
            padding_end="xl",
            padding_bottom="xl",
            padding_top="none",
        )
        self.button = parts.Button(action, style="secondary", height="sm")
        self.first_button = self.button.replaced(style="primary")


@cache
def _look() -> _Look:
    return _Look()
