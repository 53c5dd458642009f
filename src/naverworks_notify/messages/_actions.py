"""Actions: what a tap on a button does, and where each kind of action may stand.

Sources: https://developers.worksmobile.com/kr/docs/bot-actionobject,
https://developers.worksmobile.com/jp/docs/bot-actionobject, and for the persistent menu's label
https://developers.worksmobile.com/kr/docs/bot-persistentmenu-create
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar

from attrs import field, frozen

from naverworks_notify.schema import (
    Findings,
    Kind,
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
    wire_of,
)
from naverworks_notify.validation import join_path

__all__ = [
    "POSITIONS",
    "Action",
    "ActionAt",
    "CameraAction",
    "CameraRollAction",
    "CopyAction",
    "LocationAction",
    "MessageAction",
    "Position",
    "PositionRules",
    "PostbackAction",
    "QuickReply",
    "QuickReplyItem",
    "UriAction",
]

# No position takes a longer label than the persistent menu's 1000; the position's own limit is
# checked where the action is put.
_LONGEST_LABEL = 1000


@frozen(slots=False, eq=False, repr=False, init=False, kw_only=True)
class Action(WireValue):
    """The members all actions share. Use one of its subclasses.

    Attributes:
        label: What the button says: at most 20 characters, 12 in an image carousel, 1000 in a
            persistent menu. Required except in a rich menu and as a carousel's default action.
        i18n_labels: The label in other languages, same limits.
    """

    _family: ClassVar[frozenset[str]] = frozenset(
        {"postback", "message", "uri", "camera", "cameraRoll", "location", "copy"}
    )
    label: str | None = field(default=None, metadata=wire(Text(empty=True)))
    i18n_labels: tuple[Localized, ...] | None = field(
        default=None,
        converter=as_localized,
        metadata=wire(Translations("label", Text())),
    )

    def _check_alone(self, out: Findings) -> None:
        _check_labels(self, _LONGEST_LABEL, "", out)


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class PostbackAction(Action):
    """A tap sends `data` to the bot's callback.

    Attributes:
        data: What the callback gets, at most 300 characters.
        display_text: What the user is shown as having said, at most 300; required in a quick
            reply.
        i18n_display_texts: The same in other languages.
    """

    type: ClassVar[str] = "postback"
    data: str = field(metadata=wire(Text(300), required=True))
    display_text: str | None = field(default=None, metadata=wire(Text(300, empty=True)))
    i18n_display_texts: tuple[Localized, ...] | None = field(
        default=None,
        converter=as_localized,
        metadata=wire(Translations("displayText", Text(300))),
    )


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class MessageAction(Action):
    """A tap sends a text message as the user.

    Attributes:
        text: The text, at most 300 characters. Required in carousels, rich menus and quick
            replies; elsewhere the label is sent when it is missing.
        postback: A string that comes back with the message's callback, at most 1000.
        i18n_texts: The text in other languages.
    """

    type: ClassVar[str] = "message"
    text: str | None = field(default=None, metadata=wire(Text(300, empty=True)))
    postback: str | None = field(default=None, metadata=wire(Text(1000, empty=True)))
    i18n_texts: tuple[Localized, ...] | None = field(
        default=None, converter=as_localized, metadata=wire(Translations("text", Text(300)))
    )


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class UriAction(Action):
    """A tap opens a web page.

    Examples:
        >>> UriAction(label="일정 보기", uri="https://ats.example.com/i/1").to_dict()
        {'type': 'uri', 'label': '일정 보기', 'uri': 'https://ats.example.com/i/1'}

    Attributes:
        uri: `http` or `https`, at most 1000 characters. No custom scheme is accepted.
    """

    type: ClassVar[str] = "uri"
    uri: str = field(metadata=wire(Url(schemes=("https", "http")), required=True))


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class CopyAction(Action):
    """A tap copies a text to the clipboard (clients v3.6 or later).

    Attributes:
        copy_text: The text, at most 1000 characters.
    """

    type: ClassVar[str] = "copy"
    copy_text: str = field(metadata=wire(Text(1000), required=True))


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class CameraAction(Action):
    """A tap opens the camera. Quick replies on iOS and Android only."""

    type: ClassVar[str] = "camera"


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class CameraRollAction(Action):
    """A tap opens the photo album. Quick replies on iOS and Android only."""

    type: ClassVar[str] = "cameraRoll"


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class LocationAction(Action):
    """A tap opens the location picker. Quick replies on iOS and Android only."""

    type: ClassVar[str] = "location"


_ACTIONS: tuple[type[Action], ...] = (
    PostbackAction,
    MessageAction,
    UriAction,
    CameraAction,
    CameraRollAction,
    LocationAction,
    CopyAction,
)


class Position(StrEnum):
    """Where an action can stand."""

    BUTTON_TEMPLATE = "button_template"
    LIST_TEMPLATE = "list_template"
    CAROUSEL = "carousel"
    CAROUSEL_DEFAULT = "carousel_default"
    IMAGE_CAROUSEL = "image_carousel"
    FLEX = "flex"
    QUICK_REPLY = "quick_reply"
    PERSISTENT_MENU = "persistent_menu"
    RICH_MENU = "rich_menu"


@frozen(kw_only=True)
class PositionRules:
    """What holds for actions in one position.

    Attributes:
        types: The kinds of action allowed.
        label_limit: The longest label.
        label_required: Whether a label must be there.
        text_required: Whether a message action must state its text.
        display_text_required: Whether a postback action must state its display text.
    """

    types: frozenset[str]
    label_limit: int = 20
    label_required: bool = True
    text_required: bool = False
    display_text_required: bool = False


_PLAIN = frozenset({"message", "uri", "copy"})
_TAPPED = _PLAIN | {"postback"}

POSITIONS: Mapping[Position, PositionRules] = {
    Position.BUTTON_TEMPLATE: PositionRules(types=_PLAIN),
    Position.LIST_TEMPLATE: PositionRules(types=_PLAIN),
    Position.CAROUSEL: PositionRules(types=_TAPPED, text_required=True),
    Position.CAROUSEL_DEFAULT: PositionRules(
        types=_TAPPED, text_required=True, label_required=False
    ),
    Position.IMAGE_CAROUSEL: PositionRules(types=_TAPPED, label_limit=12, text_required=True),
    # The table has no column for flex. Not documented; chosen because the four kinds that work
    # on any device are what its model (LINE's Flex Message) takes, and the other three are
    # documented as quick-reply only. Every official flex example uses `uri`.
    Position.FLEX: PositionRules(types=_TAPPED),
    Position.QUICK_REPLY: PositionRules(
        types=_TAPPED | {"camera", "cameraRoll", "location"},
        text_required=True,
        display_text_required=True,
    ),
    Position.PERSISTENT_MENU: PositionRules(types=_PLAIN, label_limit=_LONGEST_LABEL),
    Position.RICH_MENU: PositionRules(types=_TAPPED, label_required=False, text_required=True),
}


class ActionAt(Kind):
    """A member that holds an action in a given position.

    Args:
        position: Where it stands.
        shown: Whether its label is seen. One that is not may be empty: a published program sends
            it so (https://github.com/siwol-media/naverworks-github-action), and LINE's editor
            leaves it out, which passes where undocumented things are kept.
    """

    __slots__ = ("_nested", "_rules", "_shown", "_where")

    def __init__(self, position: Position, *, shown: bool = True) -> None:
        self._shown = shown
        self._nested = Nested(*_ACTIONS)
        self._rules = POSITIONS[position]
        self._where = position.replace("_", " ")

    def check(self, value: Any, path: str, out: Findings) -> None:
        if isinstance(value, Action):
            self._check_position(value, path, out)
        else:
            self._nested.check(value, path, out)

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        value = self._nested.read(raw, path, out)
        if isinstance(value, Action):
            self._check_position(value, path, out)
        return value

    def dump(self, value: Any) -> Any:
        return wire_of(value)

    def _check_position(self, action: Action, path: str, out: Findings) -> None:
        rules = self._rules
        kind = action.type
        if kind not in rules.types:
            told = ", ".join(sorted(rules.types))
            out.add(
                join_path(path, "type"),
                "position",
                f"{kind} is not allowed in a {self._where}; {told} are.",
            )
        if action.label is None:
            if rules.label_required and (self._shown or not out.keep):
                out.add(join_path(path, "label"), "required", "is required here.")
        elif rules.label_required and self._shown and action.label == "":
            out.add(join_path(path, "label"), "empty", "must not be empty here.")
        _check_labels(action, rules.label_limit, path, out)
        if rules.text_required and isinstance(action, MessageAction) and not action.text:
            _demand(action.text, join_path(path, "text"), out)
        elif (
            rules.display_text_required
            and isinstance(action, PostbackAction)
            and not action.display_text
        ):
            _demand(action.display_text, join_path(path, "displayText"), out)


def _demand(value: object, path: str, out: Findings) -> None:
    if value is None:
        out.add(path, "required", "is required here.")
    elif value == "":
        out.add(path, "empty", "must not be empty here.")


def _check_labels(action: Action, limit: int, path: str, out: Findings) -> None:
    label = action.label
    if isinstance(label, str) and len(label) > limit:
        out.add(
            join_path(path, "label"),
            "max_length",
            f"must have at most {limit} characters here, not {len(label)}.",
        )
    if isinstance(action.i18n_labels, tuple):
        for at, entry in enumerate(action.i18n_labels):
            text = getattr(entry, "value", None)
            if isinstance(text, str) and len(text) > limit:
                out.add(
                    join_path(path, f"i18nLabels[{at}].label"),
                    "max_length",
                    f"must have at most {limit} characters here, not {len(text)}.",
                )


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
