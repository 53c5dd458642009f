"""The button template: a text with buttons under it."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from naverworks_notify.messages._actions import Action, ActionAt, Position
from naverworks_notify.messages._content import Content
from naverworks_notify.messages._mentions import check_mentions, mentioned_users
from naverworks_notify.schema import (
    Findings,
    Localized,
    Many,
    Text,
    Translations,
    as_localized,
    as_tuple,
    wire,
)

__all__ = ["ButtonTemplate"]


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
