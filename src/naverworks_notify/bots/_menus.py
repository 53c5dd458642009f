"""Persistent menus and rich menus.

Sources: https://developers.worksmobile.com/kr/docs/bot-persistentmenu-create,
https://developers.worksmobile.com/kr/docs/bot-richmenu-create,
https://developers.worksmobile.com/kr/docs/bot-richmenu-image-set
"""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from naverworks_notify.messages import Action, ActionAt, Position
from naverworks_notify.schema import (
    Findings,
    Localized,
    Many,
    Nested,
    Text,
    Translations,
    Whole,
    WireValue,
    as_localized,
    as_tuple,
    wire,
)
from naverworks_notify.validation import join_path

__all__ = [
    "Bounds",
    "DefaultRichMenu",
    "PersistentMenu",
    "RichMenu",
    "RichMenuArea",
    "RichMenuImage",
    "RichMenuSize",
]

_WIDTH = 2500
_HEIGHTS = (1686, 843)


@frozen(slots=False, eq=False, repr=False)
class PersistentMenu(WireValue):
    """The one menu of all the bot's rooms. `to_dict()` is the content, without its envelope.

    It cannot be set while the bot has a rich menu; creating a rich menu deletes it.

    Attributes:
        actions: 1 to 4 message, uri or copy actions; labels up to 1000 characters.
    """

    actions: tuple[Action, ...] = field(
        converter=as_tuple,
        metadata=wire(Many(ActionAt(Position.PERSISTENT_MENU), high=4), required=True),
    )


@frozen(slots=False, eq=False, repr=False)
class RichMenuSize(WireValue):
    """The size of a rich menu's image in pixels: 2500 x 1686 or 2500 x 843.

    Attributes:
        width: 2500.
        height: 1686 or 843.
    """

    width: int = field(metadata=wire(Whole(), required=True))
    height: int = field(metadata=wire(Whole(), required=True))

    def _check_rules(self, path: str, out: Findings) -> None:
        width: Any = self.width
        height: Any = self.height
        if isinstance(width, int) and width != _WIDTH:
            out.add(join_path(path, "width"), "enum", "must be 2500.")
        if isinstance(height, int) and height not in _HEIGHTS:
            out.add(join_path(path, "height"), "enum", "must be 1686 or 843.")


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class Bounds(WireValue):
    """A rectangle of a rich menu in pixels, from the top left.

    Attributes:
        x: Distance from the left.
        y: Distance from the top.
        width: Width.
        height: Height.
    """

    x: int = field(metadata=wire(Whole(0), required=True))
    y: int = field(metadata=wire(Whole(0), required=True))
    width: int = field(metadata=wire(Whole(0), required=True))
    height: int = field(metadata=wire(Whole(0), required=True))


@frozen(slots=False, eq=False, repr=False)
class RichMenuArea(WireValue):
    """A part of a rich menu that can be tapped.

    Attributes:
        bounds: Where it is.
        action: A postback, message, uri or copy action; its label may be missing, and has at
            most 20 characters.
    """

    bounds: Bounds = field(metadata=wire(Nested(Bounds), required=True))
    action: Action = field(metadata=wire(ActionAt(Position.RICH_MENU), required=True))


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class RichMenu(WireValue):
    """A picture with areas to tap, at the foot of a room on phones. At most 1000 per bot.

    Attributes:
        richmenu_name: At most 300 characters; users do not see it.
        size: The size of its image.
        areas: 1 to 20 areas.
        richmenu_id: Set by the service.
    """

    richmenu_name: str = field(metadata=wire(Text(300), required=True))
    size: RichMenuSize = field(metadata=wire(Nested(RichMenuSize), required=True))
    areas: tuple[RichMenuArea, ...] = field(
        converter=as_tuple, metadata=wire(Many(Nested(RichMenuArea), high=20), required=True)
    )
    richmenu_id: str | None = field(default=None, metadata=wire(Text(), read_only=True))


@frozen(slots=False, eq=False, repr=False)
class RichMenuImage(WireValue):
    """The image of a rich menu: JPEG or PNG, at most 1 MB, uploaded before.

    Attributes:
        file_id: The id of the uploaded image.
        i18n_file_ids: The image by language.
    """

    file_id: str = field(metadata=wire(Text(), required=True))
    i18n_file_ids: tuple[Localized, ...] | None = field(
        default=None, converter=as_localized, metadata=wire(Translations("fileId", Text()))
    )


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class DefaultRichMenu(WireValue):
    """The rich menu that everyone sees who has none of their own.

    Attributes:
        bot_id: The bot's id.
        default_richmenu_id: The menu's id.
    """

    bot_id: int = field(metadata=wire(Whole(), required=True))
    default_richmenu_id: str = field(metadata=wire(Text(), required=True))
