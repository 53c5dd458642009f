"""The flex content: a bubble or a carousel of bubbles, with a text for lists and pushes."""

from __future__ import annotations

from typing import Any, ClassVar

from attrs import field, frozen

from naverworks_notify.messages._content import Content, check_count
from naverworks_notify.messages.flex._containers import (
    Bubble,
    Carousel,
    UndocumentedContainer,
)
from naverworks_notify.schema import (
    Findings,
    Localized,
    Nested,
    Text,
    Translations,
    as_localized,
    wire,
)
from naverworks_notify.validation import join_path

__all__ = ["Flex"]


@frozen(slots=False, eq=False, repr=False)
class Flex(Content):
    """A message with a free layout.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-flex

    Attributes:
        alt_text: What the room list and the push notification say, at most 400 characters.
        contents: A bubble, or a carousel of bubbles.
        i18n_alt_texts: The alternative text in other languages. The texts inside a flex message
            have no documented language variants.
    """

    type: ClassVar[str] = "flex"
    _mentioning: ClassVar[str] = "contents"
    alt_text: str = field(metadata=wire(Text(400), required=True))
    contents: Bubble | Carousel = field(
        metadata=wire(Nested(Bubble, Carousel, undocumented=UndocumentedContainer), required=True)
    )
    i18n_alt_texts: tuple[Localized, ...] | None = field(
        default=None,
        kw_only=True,
        converter=as_localized,
        metadata=wire(Translations("altText", Text(400))),
    )

    def _check_rules(self, path: str, out: Findings) -> None:
        if isinstance(self.contents, (Bubble, Carousel)):
            check_count(len(self.contents.mentions), join_path(path, "contents"), out)

    def _documented_mentions(self) -> tuple[str, ...]:
        contents: Any = self.contents
        return tuple(contents.mentions)

    @property
    def size(self) -> int:
        """Bytes of the bubble or carousel as compact UTF-8 JSON, what the 30 KB limit counts."""
        return self.contents.size
