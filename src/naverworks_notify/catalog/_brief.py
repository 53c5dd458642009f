"""What a message says, in one language, before it has a form: the same for card and plain text."""

from __future__ import annotations

from attrs import frozen

from naverworks_notify.catalog._line import Line
from naverworks_notify.catalog._style import Tone

__all__ = ["Brief", "Button", "Row"]


@frozen
class Button:
    """A button that opens a page."""

    label: str
    url: str


@frozen
class Row:
    """One labelled fact.

    Attributes:
        label: What the fact is, for example `일시`.
        lines: The fact; several lines for a list. A `Line` knows where to break in a card.
        before: What it was before a change; empty where nothing changed.
        strong: True for what a reader looks for first.
    """

    label: str
    lines: tuple[str | Line, ...]
    before: str | Line = ""
    strong: bool = False


@frozen(kw_only=True)
class Brief:
    """The content of one message in one language.

    Attributes:
        title: What kind of alert this is.
        sentence: What happened, in a sentence.
        rows: The facts, in reading order.
        buttons: What the reader can do.
        when: The time a reader must know on the lock screen, or empty.
        tone: What kind of news it is.
    """

    title: str
    sentence: str
    rows: tuple[Row, ...] = ()
    buttons: tuple[Button, ...] = ()
    when: str = ""
    tone: Tone = Tone.NEWS

    @property
    def alt_text(self) -> str:
        """The sentence for room list and lock screen."""
        if not self.when:
            return self.sentence
        # A Japanese full stop brings its own space.
        return f"{self.sentence}{'' if self.sentence.endswith('。') else ' '}{self.when}"
