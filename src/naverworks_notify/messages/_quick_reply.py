"""Quick replies: buttons above the input field.

Source: https://developers.worksmobile.com/kr/docs/bot-quickreply
"""

from __future__ import annotations

from attrs import field, frozen

from naverworks_notify.messages._actions import Action, ActionAt, Position
from naverworks_notify.schema import (
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

__all__ = ["QuickReply", "QuickReplyItem"]


@frozen(slots=False, eq=False, repr=False)
class QuickReplyItem(WireValue):
    """One quick-reply button.

    Attributes:
        action: Any kind of action; a postback needs a display text here, a message its text.
        image_url: An icon: HTTPS, PNG, at most 1 MB and 1000 characters. Excludes
            `image_resource_id`.
        image_resource_id: The file id of an uploaded icon.
        i18n_image_urls: Icons by language (`i18nImageUrl` in JSON).
        i18n_image_resource_ids: Icon file ids by language.
    """

    action: Action = field(metadata=wire(ActionAt(Position.QUICK_REPLY), required=True))
    image_url: str | None = field(default=None, kw_only=True, metadata=wire(Url()))
    image_resource_id: str | None = field(default=None, kw_only=True, metadata=wire(Text()))
    i18n_image_urls: tuple[Localized, ...] | None = field(
        default=None,
        kw_only=True,
        converter=as_localized,
        metadata=wire(Translations("thumbnailImageUrl", Url()), key="i18nImageUrl"),
    )
    i18n_image_resource_ids: tuple[Localized, ...] | None = field(
        default=None,
        kw_only=True,
        converter=as_localized,
        metadata=wire(Translations("imageResourceId", Text())),
    )

    def _check_rules(self, path: str, out: Findings) -> None:
        at_most_one(
            ("imageUrl", self.image_url),
            ("imageResourceId", self.image_resource_id),
            path,
            out,
        )


@frozen(slots=False, eq=False, repr=False)
class QuickReply(WireValue):
    """Up to 13 quick-reply buttons, shown until the user taps one.

    Attributes:
        items: The buttons, 1 to 13.
    """

    items: tuple[QuickReplyItem, ...] = field(
        converter=as_tuple, metadata=wire(Many(Nested(QuickReplyItem), high=13), required=True)
    )
