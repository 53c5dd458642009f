"""The catalog: all entries with their words, look and links; renders alerts into messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Self, TypeAlias

from attrs import evolve, field, frozen

from naverworks_notify.alerts import DOCUMENTED as VOCABULARY
from naverworks_notify.alerts import LOCALES, Alert, Vocabulary, normalize_locale
from naverworks_notify.catalog._brief import Brief, Style
from naverworks_notify.catalog._dates import Dates
from naverworks_notify.catalog._describe import Describe
from naverworks_notify.catalog._entry import DOCUMENTED, Entry
from naverworks_notify.catalog._payload import LinkBuilder
from naverworks_notify.catalog._texts import (
    BASE_LOCALE,
    DEVICE,
    LANGUAGE_OF,
    Texts,
    check_wording,
    is_shipped,
)
from naverworks_notify.catalog._writer import Writer
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.messages import Content, Language
from naverworks_notify.zones import zone_of

__all__ = ["CATALOG", "Catalog", "Layout", "render"]

Layout: TypeAlias = Callable[[Brief, Mapping[Language, Brief], Style], Content]
"""Gives a brief its form. Takes it in the base language and in the others, by language code
(empty unless the device chooses), and the style."""


def _by_language(texts: Any) -> dict[str, dict[str, str]]:
    if not isinstance(texts, Mapping) or not all(
        isinstance(own, Mapping) for own in texts.values()
    ):
        raise _refusal("texts", "must be texts by message id, by language.")
    found: dict[str, dict[str, str]] = {}
    for locale, own in texts.items():
        found.setdefault(normalize_locale(locale), {}).update(own)
    return found


# What cards are made of is loaded when the first message is rendered: who imports the catalog does
# not always render.
def _rich(brief: Brief, others: Mapping[Language, Brief], style: Style) -> Content:
    from naverworks_notify.catalog._cards import rich_card  # noqa: PLC0415

    return rich_card(brief, others, style)


def _plain(brief: Brief, others: Mapping[Language, Brief], style: Style) -> Content:
    from naverworks_notify.catalog._cards import plain_text  # noqa: PLC0415

    return plain_text(brief, others, style)


@frozen(kw_only=True, eq=False)
class Catalog(Mapping[str, Entry]):
    """Entries by id, and everything that makes them a message. Immutable; safe to share.

    The `with_…` methods return a changed copy. Whichever way a text comes in, it may hold plain
    `{name}` placeholders only, and those that its entry fills.

    Attributes:
        entries: The entries, by catalog id.
        texts: Texts of your own, by language and message id.
        style: The look, the zone, and how much is told.
        links: Builds the links that no payload carries.
        allow_local_links: Whether buttons may lead to this machine, as in development. Else such a
            link is refused: people would press it and find nothing.
        layouts: What gives a brief its form, by the form's name.
        vocabulary: The types of alerts; it knows which entry is whose.

    Examples:
        >>> list(CATALOG)[2]
        'interviewer.interview.confirmed'
        >>> mine = CATALOG.with_texts("ko", {"interviewer.interview.confirmed.title": "면접 확정!"})
        >>> len(mine)
        26

    Raises:
        InvalidValue: A text is empty, is no text of the catalog, or has a placeholder that nothing
            fills; or a part is not what it should be. All of them are told.
    """

    entries: Mapping[str, Entry] = field(factory=lambda: DOCUMENTED)
    texts: Mapping[str, Mapping[str, str]] = field(factory=dict, converter=_by_language)
    style: Style = field(factory=Style)
    links: LinkBuilder | None = None
    allow_local_links: bool = False
    layouts: Mapping[str, Layout] = field(factory=lambda: {"rich": _rich, "plain": _plain})
    vocabulary: Vocabulary = VOCABULARY
    _texts: dict[str, Texts] = field(factory=dict, init=False, repr=False)
    _dates: dict[tuple[str, str, int | None], Dates] = field(factory=dict, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse what could only fail at the first message."""
        violations = [*self._wrong_parts()]
        if not violations:
            for language, own in self.texts.items():
                violations += check_wording(language, own, self._may_be_own)
        if violations:
            raise InvalidValue("This catalog is refused", violations=tuple(violations))

    def _wrong_parts(self) -> Iterator[Violation]:
        entries: Mapping[str, Any] = self.entries
        layouts: Mapping[Any, object] = self.layouts
        style: object = self.style
        if entries is not DOCUMENTED:
            for key, entry in entries.items():
                if not isinstance(entry, Entry) or entry.id != key:
                    yield Violation("entries", "entry", f"{key!r} must be an Entry of that id.")
                elif not callable(entry.describe):
                    yield Violation(f"entries.{key}.describe", "type", "must be a function.")
        for form, layout in layouts.items():
            if not isinstance(form, str) or not form or not callable(layout):
                yield Violation("layouts", "layout", f"{form!r} must name a function.")
        if self.links is not None and not callable(self.links):
            yield Violation("links", "type", "must be a function, or None.")
        if not isinstance(style, Style):
            yield Violation("style", "type", "must be a Style.")
        vocabulary: object = self.vocabulary
        if not isinstance(vocabulary, Vocabulary):
            yield Violation("vocabulary", "type", "must be a Vocabulary.")

    def _is_own(self, entry: Entry) -> bool:
        return DOCUMENTED.get(entry.id) is not entry

    def _may_be_own(self, key: str) -> bool:
        """Whether nobody but the caller knows what a text is filled with."""
        own = [entry for entry in self.entries.values() if self._is_own(entry)]
        if any(key.startswith(f"{entry.id}.") for entry in own):
            return True
        # What own entries share may have any id; what is ours has its placeholders.
        return bool(own) and not is_shipped(key)

    def __getitem__(self, key: str) -> Entry:
        return self.entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    # Two catalogs with the same entries can still say different things.
    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def render(
        self,
        alert: Alert,
        *,
        audience: str,
        locale: str = BASE_LOCALE,
        form: str = "rich",
        zone: str | None = None,
        now: datetime | None = None,
    ) -> Content:
        """Return the message of an alert, checked against every limit. Pure.

        Args:
            alert: What happened.
            audience: Whom it is written for, an `Audience`.
            locale: ko, en or ja in any usual spelling; or `device` for Korean with the others
                beside it where the type of message has room for them (a card has it only in the
                text of room list and lock screen).
            form: `rich` for a card, `plain` for a text with buttons if there are links, or a form
                added by `with_layout`.
            zone: IANA name of the zone whose clock the reader reads; None for the style's.
            now: The present moment, aware: its year goes without saying. None names every year.

        Raises:
            InvalidValue: There is no entry for this audience, no such language, form or zone, or
                `now` is naive.
            InvalidMessage: The caller's own texts, links or layout break a limit of the service.
        """
        entry = self._entry_for(alert, audience)
        if form not in tuple(self.layouts):  # which asks for no hash of whatever is given
            raise _refusal("form", f"must be one of {', '.join(self.layouts)}.")
        layout = _checked(self.layouts[form])
        clock = self._clock(zone, now)
        if locale != DEVICE:
            brief = self._describe(entry, alert, normalize_locale(locale), clock)
            return layout(brief, {}, self.style)
        briefs = {each: self._describe(entry, alert, each, clock) for each in LOCALES}
        base = briefs.pop(BASE_LOCALE)
        others = {LANGUAGE_OF[each]: brief for each, brief in briefs.items()}
        return layout(base, others, self.style)

    def describe(
        self,
        alert: Alert,
        *,
        audience: str,
        locale: str = BASE_LOCALE,
        zone: str | None = None,
        now: datetime | None = None,
    ) -> Brief:
        """Return what the message says, before it has a form; takes what `render` takes.

        Raises:
            InvalidValue: There is no entry for this audience, no such language or zone, or `now`
                is naive.
        """
        entry = self._entry_for(alert, audience)
        return self._describe(entry, alert, normalize_locale(locale), self._clock(zone, now))

    def _clock(self, zone: str | None, now: datetime | None) -> tuple[str, int | None]:
        name = self.style.zone if zone is None else zone
        if now is None:
            return name, None
        if now.utcoffset() is None:
            message = "must be aware, such as datetime.now(UTC)."
            raise InvalidValue(violations=(Violation("now", "aware_datetime", message),))
        return name, now.astimezone(zone_of(name)).year

    def with_texts(self, locale: str, texts: Mapping[str, str]) -> Self:
        """Return a catalog that words some texts differently in one language.

        Args:
            locale: The language.
            texts: Message id → text, for example `interviewer.interview.confirmed.sentence`.
                The ids, and the placeholders each text may use, are those of the `.po` files.

        Raises:
            InvalidValue: An id that no text has, or a placeholder that nothing would fill.
        """
        language = normalize_locale(locale)
        known = self.texts.get(language, {})
        unknown = [
            Violation(str(key), "text", "is not the id of a text of the catalog.")
            for key in texts
            if key not in known and not is_shipped(key)
        ]
        if unknown:
            raise InvalidValue(violations=tuple(unknown))
        return evolve(self, texts={**self.texts, language: {**known, **texts}})

    def with_style(self, style: Style) -> Self:
        """Return a catalog with another look, bot name, zone or level of detail."""
        return evolve(self, style=style)

    def with_links(self, build: LinkBuilder) -> Self:
        """Return a catalog whose buttons use links the payload does not carry."""
        return evolve(self, links=build)

    def with_layout(self, form: str, layout: Layout) -> Self:
        """Return a catalog with another layout for a form, or with a form of the caller's own."""
        return evolve(self, layouts={**self.layouts, form: layout})

    def with_entry(
        self, entry: Entry, *, texts: Mapping[str, Mapping[str, str]] | None = None
    ) -> Self:
        """Return a catalog with a new entry, or with another one in the place of an old.

        Args:
            entry: The entry; its id decides which it replaces.
            texts: Its texts by language and message id. Korean stands in for other languages.
        """
        own = _by_language(texts or {})
        merged = {
            language: {**self.texts.get(language, {}), **own.get(language, {})}
            for language in (*self.texts, *own)
        }
        return evolve(self, entries={**self.entries, entry.id: entry}, texts=merged)

    def with_alert(
        self, event: type[Alert], describe: Describe, texts: Mapping[str, Mapping[str, str]]
    ) -> Self:
        """Return a catalog that words a type of alert of your own, for all its audiences.

        Args:
            event: The class; its `entries` say for whom it is.
            describe: Takes the alert and a `Writer`, returns the `Brief`. Pure.
            texts: By language, then by part, such as `title` and `sentence`: what `Writer.own`
                asks for. Korean stands in for other languages.

        Raises:
            InvalidValue: The class has no entries, or a text is not usable.
        """
        rows = self.vocabulary.entries_of(event.type) or event.entries
        if not rows:
            raise _refusal("event", f"{event.__name__} has no entries.")
        catalog = self
        for row in rows:
            own = {
                language: {f"{row.id}.{part}": text for part, text in parts.items()}
                for language, parts in texts.items()
            }
            catalog = catalog.with_entry(Entry(info=row, describe=describe), texts=own)
        return catalog

    def without(self, entry: str) -> Self:
        """Return a catalog that lacks an entry.

        Raises:
            InvalidValue: There is no such entry.
        """
        if entry not in self.entries:
            raise _refusal("entry", f"{entry!r} is not the id of an entry of this catalog.")
        left = {key: each for key, each in self.entries.items() if key != entry}
        # Its texts go with it, and with the last own entry what own entries shared.
        has_own = any(map(self._is_own, left.values()))
        texts = {
            language: {
                key: text
                for key, text in own.items()
                if is_shipped(key) or (has_own and not key.startswith(f"{entry}."))
            }
            for language, own in self.texts.items()
        }
        return evolve(self, entries=left, texts=texts)

    def _entry_for(self, alert: Alert, audience: str) -> Entry:
        entry = self.entries.get(self.vocabulary.entry_id(alert.type, audience))
        if entry is not None:
            return entry
        fed = [
            each
            for each in self.entries.values()
            if each.event_type == alert.type
            or each.id == self.vocabulary.entry_id(alert.type, each.audience)
        ]
        for each in fed:  # a caller's entry may have an id of its own making
            if each.audience == audience:
                return each
        audiences = [str(each.audience) for each in fed]
        told = f"it has {' and '.join(audiences)}" if audiences else "it has none"
        raise _refusal("audience", f"{alert.type!r} has no entry for {str(audience)!r}; {told}.")

    def _describe(
        self, entry: Entry, alert: Alert, locale: str, clock: tuple[str, int | None]
    ) -> Brief:
        dates = self._dates.get((locale, *clock))
        if dates is None:
            texts = self._texts.get(locale)
            if texts is None:
                texts = self._texts[locale] = Texts(locale, self.texts)
            zone, year = clock
            dates = self._dates[locale, zone, year] = Dates(texts, zone_of(zone), year=year)
        pen = Writer(
            entry.id,
            str(entry.audience),
            alert,
            texts=self._texts[locale],
            dates=dates,
            style=self.style,
            links=self.links,
            allow_local_links=self.allow_local_links,
        )
        brief: object = entry.describe(alert, pen)
        if not isinstance(brief, Brief):
            raise _refusal("describe", f"of {entry.id} must return a Brief.")
        return brief


def _checked(layout: Layout) -> Layout:
    def checked(brief: Brief, others: Mapping[Language, Brief], style: Style) -> Content:
        content: object = layout(brief, others, style)
        if not isinstance(content, Content):
            raise _refusal("layout", "must return the content of a message.")
        return content

    return checked


def _refusal(path: str, message: str) -> InvalidValue:
    return InvalidValue(violations=(Violation(path, path, message),))


CATALOG = Catalog()
"""The 26 documented entries with our words and look."""


def render(
    alert: Alert,
    *,
    audience: str,
    locale: str = BASE_LOCALE,
    form: str = "rich",
    zone: str | None = None,
    now: datetime | None = None,
) -> Content:
    """Return the message of an alert, by the default catalog; see `Catalog.render`."""
    return CATALOG.render(alert, audience=audience, locale=locale, form=form, zone=zone, now=now)
