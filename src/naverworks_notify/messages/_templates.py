"""Templates: lists, and columns to swipe through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from attrs import field, frozen

from naverworks_notify.messages._actions import Action, ActionAt, Position
from naverworks_notify.messages._content import Content, check_mentions, mentioned_users
from naverworks_notify.schema import (
    Choice,
    Findings,
    Localized,
    Many,
    Nested,
    Text,
    Translations,
    Url,
    WireValue,
    as_localized,
    as_tuple,
    at_most_one,
    wire,
)
from naverworks_notify.validation import join_path

__all__ = [
    "ButtonTemplate",
    "Carousel",
    "CarouselColumn",
    "ImageCarousel",
    "ImageCarouselColumn",
    "ListCover",
    "ListElement",
    "ListTemplate",
]


@frozen(slots=False, eq=False, repr=False)
class ButtonTemplate(Content):
    """A text with up to ten buttons under it.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-button

    Attributes:
        content_text: At most 1000 characters (the documentation prints the limit beside the
            language variants only). Mentions work here.
        actions: 1 to 10 message, uri or copy actions.
        i18n_content_texts: The text in other languages.
    """

    type: ClassVar[str] = "button_template"
    _mentioning: ClassVar[str] = "contentText"
    content_text: str = field(metadata=wire(Text(1000), required=True))
    actions: tuple[Action, ...] = field(
        converter=as_tuple,
        metadata=wire(Many(ActionAt(Position.BUTTON_TEMPLATE), high=10), required=True),
    )
    i18n_content_texts: tuple[Localized, ...] | None = field(
        default=None,
        kw_only=True,
        converter=as_localized,
        metadata=wire(Translations("contentText", Text(1000))),
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
class ListCover(WireValue):
    """The picture and words on top of a list.

    Attributes:
        background_image_url: HTTPS, PNG. Excludes `background_file_id`.
        background_file_id: The id of an uploaded picture, at most 1 MB.
        title: At most 1000 characters.
        subtitle: At most 1000 characters.
        i18n_background_image_urls: The picture by language.
        i18n_background_file_ids: The picture's file id by language.
        i18n_titles: The title by language.
        i18n_subtitles: The subtitle by language.
    """

    background_image_url: str | None = field(default=None, metadata=wire(Url()))
    background_file_id: str | None = field(default=None, metadata=wire(Text()))
    title: str | None = field(default=None, metadata=wire(Text(1000, empty=True)))
    subtitle: str | None = field(default=None, metadata=wire(Text(1000, empty=True)))
    i18n_background_image_urls: tuple[Localized, ...] | None = field(
        default=None,
        converter=as_localized,
        metadata=wire(Translations("backgroundImageUrl", Url())),
    )
    i18n_background_file_ids: tuple[Localized, ...] | None = field(
        default=None,
        converter=as_localized,
        metadata=wire(Translations("backgroundFileId", Text())),
    )
    i18n_titles: tuple[Localized, ...] | None = field(
        default=None, converter=as_localized, metadata=wire(Translations("title", Text(1000)))
    )
    i18n_subtitles: tuple[Localized, ...] | None = field(
        default=None, converter=as_localized, metadata=wire(Translations("subtitle", Text(1000)))
    )

    def _check_rules(self, path: str, out: Findings) -> None:
        at_most_one(
            ("backgroundImageUrl", self.background_image_url),
            ("backgroundFileId", self.background_file_id),
            path,
            out,
        )


@frozen(slots=False, eq=False, repr=False)
class ListElement(WireValue):
    """One row of a list.

    Attributes:
        title: At most 1000 characters.
        subtitle: At most 1000 characters.
        original_content_url: A picture: HTTPS, PNG. Excludes `file_id`.
        file_id: The id of an uploaded picture, at most 1 MB.
        action: One message, uri or copy action. The documentation's table types it as an array;
            every implementation seen sends one object, and so does this one.
        i18n_titles: The title by language.
        i18n_subtitles: The subtitle by language.
        i18n_original_content_urls: The picture by language.
        i18n_file_ids: The picture's file id by language.
    """

    title: str = field(metadata=wire(Text(1000), required=True))
    subtitle: str | None = field(default=None, metadata=wire(Text(1000, empty=True)))
    original_content_url: str | None = field(default=None, kw_only=True, metadata=wire(Url()))
    file_id: str | None = field(default=None, kw_only=True, metadata=wire(Text()))
    action: Action | None = field(
        default=None, kw_only=True, metadata=wire(ActionAt(Position.LIST_TEMPLATE))
    )
    i18n_titles: tuple[Localized, ...] | None = field(
        default=None,
        kw_only=True,
        converter=as_localized,
        metadata=wire(Translations("title", Text(1000))),
    )
    i18n_subtitles: tuple[Localized, ...] | None = field(
        default=None,
        kw_only=True,
        converter=as_localized,
        metadata=wire(Translations("subtitle", Text(1000))),
    )
    i18n_original_content_urls: tuple[Localized, ...] | None = field(
        default=None,
        kw_only=True,
        converter=as_localized,
        metadata=wire(Translations("originalContentUrl", Url())),
    )
    i18n_file_ids: tuple[Localized, ...] | None = field(
        default=None,
        kw_only=True,
        converter=as_localized,
        metadata=wire(Translations("fileId", Text())),
    )

    def _check_rules(self, path: str, out: Findings) -> None:
        at_most_one(
            ("originalContentUrl", self.original_content_url),
            ("fileId", self.file_id),
            path,
            out,
        )


def _as_rows(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple([as_tuple(row) for row in value])
    return value


@frozen(slots=False, eq=False, repr=False)
class ListTemplate(Content):
    """A list of up to four rows, with an optional cover and up to 2 x 2 buttons.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-list

    Attributes:
        elements: 1 to 4 rows.
        cover_data: The cover.
        actions: Rows of buttons: at most 2 rows of at most 2 message, uri or copy actions.
    """

    type: ClassVar[str] = "list_template"
    cover_data: ListCover | None = field(
        default=None, kw_only=True, metadata=wire(Nested(ListCover))
    )
    elements: tuple[ListElement, ...] = field(
        converter=as_tuple, metadata=wire(Many(Nested(ListElement), high=4), required=True)
    )
    actions: tuple[tuple[Action, ...], ...] | None = field(
        default=None,
        kw_only=True,
        converter=_as_rows,
        metadata=wire(Many(Many(ActionAt(Position.LIST_TEMPLATE), high=2), low=0, high=2)),
    )


@frozen(slots=False, eq=False, repr=False)
class CarouselColumn(WireValue):
    """One column of a carousel.

    Attributes:
        text: At most 60 characters with a picture or a title, else 120.
        actions: 1 to 3 postback, message, uri or copy actions; the same number in every column.
        title: At most 40 characters; in every column or in none.
        original_content_url: A picture: HTTPS, PNG. Excludes `file_id`. Pictures are in every
            column or in none.
        file_id: The id of an uploaded picture, at most 1 MB.
        default_action: What a tap outside the buttons does; needs no label.
        i18n_original_content_urls: The picture by language.
        i18n_file_ids: The picture's file id by language.
    """

    original_content_url: str | None = field(default=None, kw_only=True, metadata=wire(Url()))
    file_id: str | None = field(default=None, kw_only=True, metadata=wire(Text()))
    title: str | None = field(default=None, kw_only=True, metadata=wire(Text(40, empty=True)))
    text: str = field(metadata=wire(Text(), required=True))
    default_action: Action | None = field(
        default=None, kw_only=True, metadata=wire(ActionAt(Position.CAROUSEL_DEFAULT))
    )
    actions: tuple[Action, ...] = field(
        converter=as_tuple,
        metadata=wire(Many(ActionAt(Position.CAROUSEL), high=3), required=True),
    )
    i18n_original_content_urls: tuple[Localized, ...] | None = field(
        default=None,
        kw_only=True,
        converter=as_localized,
        metadata=wire(Translations("originalContentUrl", Url())),
    )
    i18n_file_ids: tuple[Localized, ...] | None = field(
        default=None,
        kw_only=True,
        converter=as_localized,
        metadata=wire(Translations("fileId", Text())),
    )

    @property
    def has_image(self) -> bool:
        """Whether the column has a picture."""
        return self.original_content_url is not None or self.file_id is not None

    def _check_rules(self, path: str, out: Findings) -> None:
        at_most_one(
            ("originalContentUrl", self.original_content_url),
            ("fileId", self.file_id),
            path,
            out,
        )
        crowded = self.has_image or self.title is not None
        limit = 60 if crowded else 120
        text: Any = self.text
        if isinstance(text, str) and len(text) > limit:
            told = "with a picture or title" if crowded else "without picture and title"
            out.add(
                join_path(path, "text"),
                "max_length",
                f"must have at most {limit} characters {told}, not {len(text)}.",
            )


@frozen(slots=False, eq=False, repr=False)
class Carousel(Content):
    """Up to ten columns with buttons, to swipe through.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-carousel

    Attributes:
        columns: 1 to 10 columns, alike in the number of actions and in having a picture and a
            title.
        image_aspect_ratio: `rectangle` (1.51:1, the default) or `square`.
        image_size: `cover` (the default) or `contain`.
    """

    type: ClassVar[str] = "carousel"
    image_aspect_ratio: str | None = field(
        default=None, kw_only=True, metadata=wire(Choice("rectangle", "square"))
    )
    image_size: str | None = field(
        default=None, kw_only=True, metadata=wire(Choice("cover", "contain"))
    )
    columns: tuple[CarouselColumn, ...] = field(
        converter=as_tuple, metadata=wire(Many(Nested(CarouselColumn), high=10), required=True)
    )

    def _check_rules(self, path: str, out: Findings) -> None:
        given: Any = self.columns
        if not isinstance(given, Sequence):
            return
        columns = [
            (at, column) for at, column in enumerate(given) if isinstance(column, CarouselColumn)
        ]
        if not columns:
            return
        first = columns[0][1]
        for at, column in columns[1:]:
            where = join_path(path, f"columns[{at}]")
            if _differ_in_count(column.actions, first.actions):
                out.add(
                    f"{where}.actions",
                    "consistent",
                    "must have as many actions as the first column.",
                )
            if column.has_image != first.has_image:
                out.add(
                    f"{where}.originalContentUrl",
                    "consistent",
                    "must be given (or fileId) in every column or in none.",
                )
            if (column.title is None) != (first.title is None):
                out.add(f"{where}.title", "consistent", "must be given in every column or in none.")


def _differ_in_count(one: object, other: object) -> bool:
    # Actions that are missing or no array at all have been noted as such.
    return isinstance(one, tuple) and isinstance(other, tuple) and len(one) != len(other)


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class ImageCarouselColumn(WireValue):
    """One picture of an image carousel.

    Attributes:
        original_content_url: The picture: HTTPS, PNG. Either this or `file_id`.
        file_id: The id of an uploaded picture, at most 1 MB.
        action: What a tap does; its label has at most 12 characters.
        i18n_original_content_urls: The picture by language.
        i18n_file_ids: The picture's file id by language.
    """

    original_content_url: str | None = field(default=None, metadata=wire(Url()))
    file_id: str | None = field(default=None, metadata=wire(Text()))
    action: Action | None = field(default=None, metadata=wire(ActionAt(Position.IMAGE_CAROUSEL)))
    i18n_original_content_urls: tuple[Localized, ...] | None = field(
        default=None,
        converter=as_localized,
        metadata=wire(Translations("originalContentUrl", Url())),
    )
    i18n_file_ids: tuple[Localized, ...] | None = field(
        default=None, converter=as_localized, metadata=wire(Translations("fileId", Text()))
    )

    def _check_rules(self, path: str, out: Findings) -> None:
        if self.original_content_url is None and self.file_id is None:
            out.add(join_path(path, "originalContentUrl"), "required", "or fileId is required.")
        at_most_one(
            ("originalContentUrl", self.original_content_url),
            ("fileId", self.file_id),
            path,
            out,
        )


@frozen(slots=False, eq=False, repr=False)
class ImageCarousel(Content):
    """Up to ten pictures to swipe through.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-imagecarousel

    Attributes:
        columns: 1 to 10 pictures.
    """

    type: ClassVar[str] = "image_carousel"
    columns: tuple[ImageCarouselColumn, ...] = field(
        converter=as_tuple,
        metadata=wire(Many(Nested(ImageCarouselColumn), high=10), required=True),
    )
