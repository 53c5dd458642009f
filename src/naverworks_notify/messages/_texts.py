"""Text, link and location contents."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from naverworks_notify.messages._content import Content, check_mentions, mentioned_users
from naverworks_notify.schema import (
    Findings,
    Localized,
    Number,
    Translations,
    Url,
    as_localized,
    wire,
)
from naverworks_notify.schema import (
    Text as TextKind,
)

__all__ = ["Link", "Location", "Text"]


@frozen(slots=False, eq=False, repr=False)
class Text(Content):
    """A text message.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-text

    Examples:
        >>> Text("면접이 확정되었습니다.").to_dict()
        {'type': 'text', 'text': '면접이 확정되었습니다.'}

    Attributes:
        text: At most 2000 characters. Mentions work here.
        i18n_texts: The text in other languages, as a mapping or as `Localized` entries.
    """

    type: ClassVar[str] = "text"
    _mentioning: ClassVar[str] = "text"
    text: str = field(metadata=wire(TextKind(2000), required=True))
    i18n_texts: tuple[Localized, ...] | None = field(
        default=None,
        kw_only=True,
        converter=as_localized,
        metadata=wire(Translations("text", TextKind(2000))),
    )

    def _check_rules(self, path: str, out: Findings) -> None:
        check_mentions(
            self.text, self.i18n_texts, path=path, key="text", i18n_key="i18nTexts", out=out
        )

    def _documented_mentions(self) -> tuple[str, ...]:
        return mentioned_users(self.text)


@frozen(slots=False, eq=False, repr=False)
class Link(Content):
    """A text with one link under it.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-link

    Attributes:
        content_text: At most 1000 characters. Mentions work here.
        link_text: What the link says, at most 1000 characters.
        link: The address, at most 1000 characters. The documentation names no schemes and shows
            `http` and `https`; only these are accepted.
        i18n_content_texts: The text in other languages.
        i18n_link_texts: The link's text in other languages.
    """

    type: ClassVar[str] = "link"
    _mentioning: ClassVar[str] = "contentText"
    content_text: str = field(metadata=wire(TextKind(1000), required=True))
    link_text: str = field(metadata=wire(TextKind(1000), required=True))
    link: str = field(metadata=wire(Url(schemes=("https", "http")), required=True))
    i18n_content_texts: tuple[Localized, ...] | None = field(
        default=None,
        kw_only=True,
        converter=as_localized,
        metadata=wire(Translations("contentText", TextKind(1000))),
    )
    i18n_link_texts: tuple[Localized, ...] | None = field(
        default=None,
        kw_only=True,
        converter=as_localized,
        metadata=wire(Translations("linkText", TextKind(1000))),
    )

    def _check_rules(self, path: str, out: Findings) -> None:
        check_mentions(
            self.content_text,
            self.i18n_content_texts,
            path=path,
            key="contentText",
            i18n_key="i18nContentTexts",
            out=out,
        )

    def _documented_mentions(self) -> tuple[str, ...]:
        return mentioned_users(self.content_text)


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class Location(Content):
    """A place on the map.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-location

    Attributes:
        title: At most 100 characters.
        address: At most 100 characters.
        latitude: Degrees, a finite number; the documentation states no range.
        longitude: Degrees, a finite number.
    """

    type: ClassVar[str] = "location"
    title: str = field(metadata=wire(TextKind(100), required=True))
    address: str = field(metadata=wire(TextKind(100), required=True))
    latitude: float = field(metadata=wire(Number(), required=True))
    longitude: float = field(metadata=wire(Number(), required=True))
