"""The 13 kinds of message content, checked against every documented limit before sending.

    Text Link Sticker Location      plain contents
    Image File Audio Video          by HTTPS URL or by uploaded file id
    ButtonTemplate ListTemplate     texts with buttons
    Carousel ImageCarousel          columns to swipe through
    Flex                            free layout, see `naverworks_notify.messages.flex`

Lengths are counted in Unicode code points; how the service counts is not documented.
Source: https://developers.worksmobile.com/kr/docs/bot-send-content
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from naverworks_notify.messages._content import (
    Content,
    UndocumentedContent,
    defuse,
    escape_mentions,
    mention,
    mentioned_users,
    shorten,
)
from naverworks_notify.schema import LANGUAGES, Language, Localized, Undocumented

if TYPE_CHECKING:
    from naverworks_notify.messages import flex as flex
    from naverworks_notify.messages._actions import (
        POSITIONS,
        Action,
        ActionAt,
        CameraAction,
        CameraRollAction,
        CopyAction,
        LocationAction,
        MessageAction,
        Position,
        PositionRules,
        PostbackAction,
        QuickReply,
        QuickReplyItem,
        UriAction,
    )
    from naverworks_notify.messages._card import CARD_BYTES, Card, Change, LinkButton, Row
    from naverworks_notify.messages._flex import Flex
    from naverworks_notify.messages._media import Audio, File, Image, Sticker, Video
    from naverworks_notify.messages._parse import CONTENT_TYPES, parse, parse_request
    from naverworks_notify.messages._templates import (
        ButtonTemplate,
        Carousel,
        CarouselColumn,
        ImageCarousel,
        ImageCarouselColumn,
        ListCover,
        ListElement,
        ListTemplate,
    )
    from naverworks_notify.messages._texts import Link, Location, Text

# Where a name lives, loaded on first use: the catalog is imported by many who render nothing yet.
_HOMES = {
    "Action": "_actions",
    "ActionAt": "_actions",
    "Audio": "_media",
    "ButtonTemplate": "_templates",
    "CARD_BYTES": "_card",
    "CONTENT_TYPES": "_parse",
    "CameraAction": "_actions",
    "CameraRollAction": "_actions",
    "Card": "_card",
    "Carousel": "_templates",
    "CarouselColumn": "_templates",
    "Change": "_card",
    "CopyAction": "_actions",
    "File": "_media",
    "Flex": "_flex",
    "Image": "_media",
    "ImageCarousel": "_templates",
    "ImageCarouselColumn": "_templates",
    "Link": "_texts",
    "LinkButton": "_card",
    "ListCover": "_templates",
    "ListElement": "_templates",
    "ListTemplate": "_templates",
    "Location": "_texts",
    "LocationAction": "_actions",
    "MessageAction": "_actions",
    "POSITIONS": "_actions",
    "Position": "_actions",
    "PositionRules": "_actions",
    "PostbackAction": "_actions",
    "QuickReply": "_actions",
    "QuickReplyItem": "_actions",
    "Row": "_card",
    "Sticker": "_media",
    "Text": "_texts",
    "UriAction": "_actions",
    "Video": "_media",
    "parse": "_parse",
    "parse_request": "_parse",
}

__all__ = [
    "CARD_BYTES",
    "CONTENT_TYPES",
    "LANGUAGES",
    "POSITIONS",
    "Action",
    "ActionAt",
    "Audio",
    "ButtonTemplate",
    "CameraAction",
    "CameraRollAction",
    "Card",
    "Carousel",
    "CarouselColumn",
    "Change",
    "Content",
    "CopyAction",
    "File",
    "Flex",
    "Image",
    "ImageCarousel",
    "ImageCarouselColumn",
    "Language",
    "Link",
    "LinkButton",
    "ListCover",
    "ListElement",
    "ListTemplate",
    "Localized",
    "Location",
    "LocationAction",
    "MessageAction",
    "Position",
    "PositionRules",
    "PostbackAction",
    "QuickReply",
    "QuickReplyItem",
    "Row",
    "Sticker",
    "Text",
    "Undocumented",
    "UndocumentedContent",
    "UriAction",
    "Video",
    "defuse",
    "escape_mentions",
    "mention",
    "mentioned_users",
    "parse",
    "parse_request",
    "shorten",
]


def __getattr__(name: str) -> Any:
    if name == "flex":
        return import_module(f"{__name__}.flex")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
