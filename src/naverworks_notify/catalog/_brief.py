"""What an alert says in brief, before it becomes a message, and the look it is given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import tzinfo
from enum import StrEnum

from attrs import field, frozen

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.zones import find_zone, zone_of

__all__ = ["Brief", "Button", "Detail", "Line", "Row", "Style", "Tone", "folded"]


@frozen
class Line:
    """Words that stand on one line, and the same over several lines for a card's narrow column.

    The client breaks a line wherever its column ends, also between a time and its zone; a date
    with a time therefore says where.

    Attributes:
        text: All on one line; also what `str()` and formatting give.
        folded: The same with line breaks.
    """

    text: str
    folded: str

    def __str__(self) -> str:
        return self.text


def folded(line: str | Line) -> str:
    """Return a line as it stands in a narrow column."""
    return line.folded if isinstance(line, Line) else line


_DEFAULT_ZONE = "Asia/Seoul"
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


class Detail(StrEnum):
    """What a message leaves out unless a catalog is told to show it.

    An applicant's name, posting and stage are all the personal data in a message by default.
    """

    EXCERPT = "excerpt"
    """Words of a chat message or of the applicant. Readers of a chat message can be restricted."""
    RESULT = "result"
    """Outcomes and scores of evaluations."""
    LINKS = "links"
    """Links in what colleagues wrote stay live. Those in names, titles and words of applicants
    never do."""


class Tone(StrEnum):
    """What kind of news a message is; decides the colour of its title."""

    NEWS = "news"
    REQUEST = "request"
    WARNING = "warning"


def _as_set(details: Iterable[Detail]) -> frozenset[Detail]:
    return frozenset(details)


@frozen(kw_only=True)
class Style:
    """The look of all messages of a catalog, and what they may tell.

    Attributes:
        accent: Colour of the kind of alert, of what changed and of the first button, `#RRGGBB`.
        warning: Colour of the kind of alert for cancellations, failures and overdue work.
        bot_name: Shown above the title; None shows none.
        zone: IANA name of the zone in which times are shown.
        details: What to show beyond the default.

    Raises:
        InvalidValue: A colour, the zone or a detail is wrong; all of them are told.
    """

    # Both have a contrast of 3.9 with white and with the client's dark background alike.
    accent: str = "#3D7BF2"
    warning: str = "#E5484D"
    bot_name: str | None = None
    zone: str = _DEFAULT_ZONE
    details: frozenset[Detail] = field(default=frozenset(), converter=_as_set)

    def __attrs_post_init__(self) -> None:
        """Refuse what could only fail at the first message."""
        violations = [
            Violation(name, "color", "must be a colour such as #3D7BF2.")
            for name, value in (("accent", self.accent), ("warning", self.warning))
            if not _COLOR.fullmatch(value)
        ]
        # The default exists; looking it up can wait.
        if self.zone != _DEFAULT_ZONE and find_zone(self.zone) is None:
            violations.append(Violation("zone", "zone", "must be an IANA zone such as Asia/Seoul."))
        known = tuple(Detail)
        if any(detail not in known for detail in self.details):
            told = f"must be a set of: {', '.join(known)}."
            violations.append(Violation("details", "enum", told))
        if violations:
            raise InvalidValue("This style is refused", violations=tuple(violations))

    @property
    def zone_info(self) -> tzinfo:
        """The zone as a tzinfo."""
        return zone_of(self.zone)


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
