"""The pen that entries write with: one language, one style, every text cleaned on its way in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from naverworks_notify.alerts import Alert, Person, Slot
from naverworks_notify.catalog._brief import Button, Detail, Line, Row, Style
from naverworks_notify.catalog._dates import Dates, in_order
from naverworks_notify.catalog._payload import LinkBuilder, Target, link_to, one_line, prose
from naverworks_notify.catalog._texts import Texts

__all__ = ["Writer"]

# Limits in code points, chosen so that the longest possible card stays below 15 000 bytes, the
# smaller of the two documented limits of a bubble.
NAME, TITLE, WORDS, PROSE = 40, 80, 120, 300
MOST_LISTED = 5
LABEL = 20


class Writer:
    """Writes names, times, lists and texts in one language for one catalog entry.

    Given to the function of an entry; lives for one rendering.

    Attributes:
        locale: ko, en or ja.
        audience: Whom this is written for.
        style: The catalog's style.
    """

    def __init__(
        self,
        entry_id: str,
        audience: str,
        alert: Alert,
        *,
        texts: Texts,
        dates: Dates,
        style: Style,
        links: LinkBuilder | None,
        allow_local_links: bool = False,
    ) -> None:
        self.locale: str = texts.locale
        self.audience = audience
        self.style = style
        self._entry_id = entry_id
        self._alert = alert
        self._texts = texts
        self._dates = dates
        self._links = links
        self._allow_local_links = allow_local_links
        # A name stands in the sentence and in a row; it is cleaned once.
        self._names: dict[tuple[str, int], str] = {}

    def own(self, part: str, **values: object) -> str:
        """Return a text of this entry, for example its `title` or its `sentence`."""
        return self._texts.say(f"{self._entry_id}.{part}", **values)

    def say(self, key: str, **values: object) -> str:
        """Return a text that entries share, by its message id."""
        return self._texts.say(key, **values)

    def count(self, key: str, number: int) -> str:
        """Return a text for a number, singular or plural."""
        return self._texts.count(key, number)

    def name(self, text: str, limit: int = NAME) -> str:
        """Return a name or a title for use inside a sentence; never empty."""
        known = self._names.get((text, limit))
        if known is None:
            known = one_line(text, limit) or self._texts.template("unnamed")
            self._names[text, limit] = known
        return known

    def words(self, text: str | None, limit: int = WORDS) -> str:
        """Return a short text for one line; empty for nothing."""
        return one_line(text, limit) if text else ""

    def prose(self, text: str | None, *, by_applicant: bool = False) -> str:
        """Return what someone wrote, its line breaks kept; empty for nothing."""
        live = not by_applicant and Detail.LINKS in self.style.details
        return prose(text, PROSE, links=live) if text else ""

    def names(self, people: Sequence[Person]) -> str:
        """Return people's names in a line; a long list ends in a count."""
        listed = self._texts.comma.join([self.name(person.name) for person in people[:MOST_LISTED]])
        rest = len(people) - MOST_LISTED
        return f"{listed} {self.count('more_people', rest)}" if rest > 0 else listed

    def listing(
        self, lines: Sequence[str | Line], *, rest: int, rest_key: str = "more"
    ) -> tuple[str | Line, ...]:
        """Return the lines of a list, with a count of what is left out as the last one."""
        return (*lines, self.count(rest_key, rest)) if rest > 0 else tuple(lines)

    def moment(self, when: datetime) -> Line:
        """Return a moment with weekday and zone; a `Line`, which formats as text."""
        return self._dates.moment(when)

    def time(self, when: datetime) -> str:
        """Return a time of day."""
        return self._dates.time(when)

    def span(self, slot: Slot) -> Line:
        """Return a span of time with weekday and zone."""
        return self._dates.span(slot)

    def days(self, slot: Slot) -> Line:
        """Return a span of days."""
        return self._dates.days(slot)

    def spans(self, slots: Sequence[Slot]) -> tuple[str | Line, ...]:
        """Return several spans, one day a line; a long list ends in a count."""
        earliest = in_order(slots)[:MOST_LISTED]
        return self.listing(self._dates.spans(earliest), rest=len(slots) - len(earliest))

    def duration(self, minutes: int) -> str:
        """Return a length of time in days, hours and minutes."""
        days, rest = divmod(minutes, 24 * 60)
        hours, rest = divmod(rest, 60)
        parts = (("days", days), ("hours", hours), ("minutes", rest))
        told = [self.count(f"duration.{unit}", number) for unit, number in parts if number]
        if len(told) > 1:
            return self.say("duration.both", first=told[0], second=told[1])
        return told[0] if told else self.count("duration.minutes", 0)

    def row(
        self,
        label: str,
        *lines: str | Line,
        before: str | Line = "",
        strong: bool = False,
    ) -> tuple[Row, ...]:
        """Return a row with one of the shared labels, or none when there is nothing to tell."""
        told = tuple([line for line in lines if line])
        return (Row(self._texts.template(f"label.{label}"), told, before, strong),) if told else ()

    def row_named(self, label: str, *lines: str | Line, before: str | Line = "") -> tuple[Row, ...]:
        """Return a row whose label is a word of the caller."""
        return (Row(label, lines, before, strong=True),)

    def due(self, label: str, when: datetime | None) -> tuple[Row, ...]:
        """Return a row with a moment, or none."""
        return self.row(label, self.moment(when)) if when is not None else ()

    def by(self, label: str, person: Person | None) -> tuple[Row, ...]:
        """Return a row with a person's name, or none."""
        return self.row(label, self.name(person.name)) if person is not None else ()

    def people(self, label: str, people: Sequence[Person]) -> tuple[Row, ...]:
        """Return a row with people's names, or none."""
        return self.row(label, self.names(people)) if people else ()

    def shows(self, detail: Detail) -> bool:
        """Return whether the catalog was told to show a detail."""
        return detail in self.style.details

    def button(self, part: str, target: Target) -> tuple[Button, ...]:
        """Return a button of this entry, or none when no link is known."""
        return self._button(f"{self._entry_id}.{part}", target)

    def join_button(self) -> tuple[Button, ...]:
        """Return the button that joins the video call, or none."""
        return self._button("join", Target.MEETING)

    def _button(self, key: str, target: Target) -> tuple[Button, ...]:
        url = link_to(target, self._alert, self._links, allow_local=self._allow_local_links)
        return (Button(self.say(key), url),) if url is not None else ()
