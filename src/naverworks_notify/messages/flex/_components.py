"""Flex components: the box, and what may stand in one.

Sources: https://developers.worksmobile.com/kr/docs/bot-send-flex-element,
https://developers.worksmobile.com/kr/docs/bot-send-flex-note
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from attrs import field, frozen

from naverworks_notify.messages._actions import Action, ActionAt, Position
from naverworks_notify.messages._content import mentioned_users
from naverworks_notify.messages.flex import _measures as measures
from naverworks_notify.schema import (
    Choice,
    Findings,
    Flag,
    Many,
    Nested,
    Url,
    WireValue,
    as_tuple,
    wire,
)
from naverworks_notify.schema import (
    Text as TextKind,
)
from naverworks_notify.validation import join_path

__all__ = [
    "FLEX_TYPES",
    "MOST_NESTED",
    "TOO_DEEP",
    "Box",
    "Button",
    "Component",
    "Filler",
    "Icon",
    "Image",
    "Separator",
    "Span",
    "Text",
]

# Not documented; chosen because no card a person reads comes near it, and because reading JSON
# from outside must not end in a RecursionError.
MOST_NESTED: Final = 100
TOO_DEEP: Final = f"must not be nested deeper than {MOST_NESTED} boxes."

# Every type of the flex pages; others are nobody's.
FLEX_TYPES: Final = frozenset(
    {
        "box",
        "bubble",
        "button",
        "carousel",
        "filler",
        "icon",
        "image",
        "separator",
        "span",
        "text",
    }
)

_ACTION = ActionAt(Position.FLEX)
# A tap on anything but a button shows no label.
_TAP = ActionAt(Position.FLEX, shown=False)
_POSITION = Choice("relative", "absolute")


@frozen(slots=False, eq=False, repr=False, init=False, kw_only=True)
class Component(WireValue):
    """Anything that may stand in a box. Use one of its subclasses."""

    _family: ClassVar[frozenset[str]] = FLEX_TYPES

    @property
    def mentions(self) -> tuple[str, ...]:
        """The user ids mentioned inside, in order, repeats included."""
        return ()


@frozen(slots=False, eq=False, repr=False, init=False, kw_only=True)
class _Placed(Component):
    """Members of components that have a place of their own.

    Attributes:
        margin: Space before the component: none, xs, sm, md, lg, xl or xxl.
        position: `relative` (the default) or `absolute`.
        offset_top: px, % or one of the words of `margin`; likewise bottom, start and end.
    """

    margin: str | None = field(default=None, metadata=wire(measures.SPACE))
    position: str | None = field(default=None, metadata=wire(_POSITION))
    offset_top: str | None = field(default=None, metadata=wire(measures.OFFSET))
    offset_bottom: str | None = field(default=None, metadata=wire(measures.OFFSET))
    offset_start: str | None = field(default=None, metadata=wire(measures.OFFSET))
    offset_end: str | None = field(default=None, metadata=wire(measures.OFFSET))


@frozen(slots=False, eq=False, repr=False, init=False, kw_only=True)
class _Sharing(_Placed):
    """Members of components that take a share of their box.

    Attributes:
        flex: The share of the box's width or height, a number from 0.
    """

    flex: float | None = field(default=None, metadata=wire(measures.SHARE))


@frozen(slots=False, eq=False, repr=False)
class Span(WireValue):
    """A part of a text with a style of its own; stands in `Text.contents` only.

    Attributes:
        text: The words. Mentions work here.
        size: xxs, xs, sm, md, lg, xl, xxl, 3xl, 4xl or 5xl.
        weight: `regular` or `bold`.
        color: `#RRGGBB` or `#RRGGBBAA`.
        style: `normal` or `italic`.
        decoration: `none`, `underline` or `line-through`.
    """

    type: ClassVar[str] = "span"
    _family: ClassVar[frozenset[str]] = FLEX_TYPES
    text: str = field(metadata=wire(TextKind(), required=True))
    size: str | None = field(default=None, kw_only=True, metadata=wire(measures.TEXT_SIZE))
    weight: str | None = field(default=None, kw_only=True, metadata=wire(Choice("regular", "bold")))
    color: str | None = field(default=None, kw_only=True, metadata=wire(measures.COLOR))
    style: str | None = field(default=None, kw_only=True, metadata=wire(Choice("normal", "italic")))
    decoration: str | None = field(
        default=None, kw_only=True, metadata=wire(Choice("none", "underline", "line-through"))
    )


@frozen(slots=False, eq=False, repr=False)
class Text(_Sharing):
    """Words.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-flex-text

    Attributes:
        text: The words; required unless `contents` is given, which wins. Mentions work here.
        contents: Spans with styles of their own.
        size: xxs, xs, sm, md (the default), lg, xl, xxl, 3xl, 4xl or 5xl.
        align: `start`, `center` or `end`.
        gravity: `top`, `center` or `bottom`.
        wrap: Whether the text wraps (default false); newlines need it too.
        max_lines: The most lines shown, 0 for all; only with `wrap`.
        weight: `regular` or `bold`.
        color: `#RRGGBB` or `#RRGGBBAA`.
        style: `normal` or `italic`.
        decoration: `none`, `underline` or `line-through`.
        action: What a tap does.
    """

    type: ClassVar[str] = "text"
    text: str | None = field(default=None, metadata=wire(TextKind(empty=True)))
    contents: tuple[Span, ...] | None = field(
        default=None, kw_only=True, converter=as_tuple, metadata=wire(Many(Nested(Span), low=0))
    )
    size: str | None = field(default=None, kw_only=True, metadata=wire(measures.TEXT_SIZE))
    align: str | None = field(
        default=None, kw_only=True, metadata=wire(Choice("start", "center", "end"))
    )
    gravity: str | None = field(default=None, kw_only=True, metadata=wire(measures.GRAVITY))
    wrap: bool | None = field(default=None, kw_only=True, metadata=wire(Flag()))
    max_lines: int | None = field(default=None, kw_only=True, metadata=wire(measures.LINES))
    weight: str | None = field(default=None, kw_only=True, metadata=wire(Choice("regular", "bold")))
    color: str | None = field(default=None, kw_only=True, metadata=wire(measures.COLOR))
    style: str | None = field(default=None, kw_only=True, metadata=wire(Choice("normal", "italic")))
    decoration: str | None = field(
        default=None, kw_only=True, metadata=wire(Choice("none", "underline", "line-through"))
    )
    action: Action | None = field(default=None, kw_only=True, metadata=wire(_TAP))

    def _check_rules(self, path: str, out: Findings) -> None:
        if self.max_lines is not None and self.wrap is not True:
            out.add(join_path(path, "maxLines"), "needs_wrap", "needs wrap to be true.")
        if self.contents:
            return
        if self.text is None:
            out.add(join_path(path, "text"), "required", "or contents is required.")
        elif self.text == "":
            out.add(join_path(path, "text"), "empty", "must not be empty.")

    @property
    def mentions(self) -> tuple[str, ...]:
        """The user ids mentioned in the text and its spans."""
        text: Any = self.text
        contents: Any = self.contents
        found = mentioned_users(text) if isinstance(text, str) else ()
        if isinstance(contents, tuple):
            for span in contents:
                if isinstance(span, Span) and isinstance(span.text, str):
                    found += mentioned_users(span.text)
        return found


@frozen(slots=False, eq=False, repr=False)
class Button(_Sharing):
    """A button.

    Source: https://developers.worksmobile.com/en/docs/bot-send-flex-button

    Attributes:
        action: What a tap does; its label is what the button says.
        height: `sm` or `md` (the default).
        style: `primary`, `secondary` or `link` (the default).
        color: The text's colour for `link`, else the background.
        gravity: `top`, `center` or `bottom`.
    """

    type: ClassVar[str] = "button"
    action: Action = field(metadata=wire(_ACTION, required=True))
    height: str | None = field(default=None, kw_only=True, metadata=wire(Choice("sm", "md")))
    style: str | None = field(
        default=None, kw_only=True, metadata=wire(Choice("primary", "secondary", "link"))
    )
    color: str | None = field(default=None, kw_only=True, metadata=wire(measures.COLOR))
    gravity: str | None = field(default=None, kw_only=True, metadata=wire(measures.GRAVITY))


@frozen(slots=False, eq=False, repr=False)
class Image(_Sharing):
    """A picture, by URL only.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-flex-image

    Attributes:
        url: HTTPS, at most 1000 characters and 1 MB; PNG is advised.
        size: xxs to 5xl, or full; the default is md.
        aspect_ratio: `width:height`, each 1 to 10000, the height at most 3 times the width.
        aspect_mode: `cover` or `fit`.
        align: `start`, `center` or `end`.
        gravity: `top`, `center` or `bottom`.
        action: What a tap does.
    """

    type: ClassVar[str] = "image"
    url: str = field(metadata=wire(Url(), required=True))
    size: str | None = field(default=None, kw_only=True, metadata=wire(measures.IMAGE_SIZE))
    aspect_ratio: str | None = field(
        default=None, kw_only=True, metadata=wire(measures.ASPECT_RATIO)
    )
    aspect_mode: str | None = field(
        default=None, kw_only=True, metadata=wire(Choice("cover", "fit"))
    )
    align: str | None = field(
        default=None, kw_only=True, metadata=wire(Choice("start", "center", "end"))
    )
    gravity: str | None = field(default=None, kw_only=True, metadata=wire(measures.GRAVITY))
    action: Action | None = field(default=None, kw_only=True, metadata=wire(_TAP))


@frozen(slots=False, eq=False, repr=False)
class Icon(_Placed):
    """A small picture beside text; stands in baseline boxes only.

    Attributes:
        url: HTTPS, at most 1000 characters and 1 MB.
        size: xxs to 5xl; the default is md.
        aspect_ratio: `width:height`, as for `Image`.
    """

    type: ClassVar[str] = "icon"
    url: str = field(metadata=wire(Url(), required=True))
    size: str | None = field(default=None, kw_only=True, metadata=wire(measures.ICON_SIZE))
    aspect_ratio: str | None = field(
        default=None, kw_only=True, metadata=wire(measures.ASPECT_RATIO)
    )


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class Separator(Component):
    """A thin line.

    Attributes:
        margin: Space before it: none, xs, sm, md, lg, xl or xxl.
        color: `#RRGGBB` or `#RRGGBBAA`.
    """

    type: ClassVar[str] = "separator"
    margin: str | None = field(default=None, metadata=wire(measures.SPACE))
    color: str | None = field(default=None, metadata=wire(measures.COLOR))


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class Filler(Component):
    """Empty space that takes a share of the box.

    Attributes:
        flex: The share, a number from 0.
    """

    type: ClassVar[str] = "filler"
    flex: float | None = field(default=None, metadata=wire(measures.SHARE))


def _children() -> tuple[type[WireValue], ...]:
    return (Box, Button, Image, Icon, Text, Separator, Filler)


class _Contents(Many):
    """A box's contents; stops at the deepest level, so that hostile JSON ends in an answer."""

    __slots__ = ()

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        # Whether a box may be empty is not established. LINE's editor makes such boxes.
        if out.too_deep or (out.keep and isinstance(raw, list) and not raw):
            return ()
        if out.depth >= MOST_NESTED:
            out.too_deep = True
            out.add(path, "max_depth", TOO_DEEP)
            return ()
        out.depth += 1
        read = super().read(raw, path, out)
        out.depth -= 1
        return read


@frozen(slots=False, eq=False, repr=False)
class Box(_Sharing):
    """Lays out its contents in a row, in a column, or in a row on one baseline.

    Source: https://developers.worksmobile.com/en/docs/bot-send-flex-box

    Attributes:
        layout: `horizontal`, `vertical` or `baseline`.
        contents: Boxes, buttons, images, texts, separators and fillers; in a baseline box icons,
            texts and fillers.
        background_color: `#RRGGBB` or `#RRGGBBAA`; default `#00000000`.
        border_color: Likewise.
        border_width: px, or none, light, normal, medium, semi-bold or bold.
        corner_radius: px, or none (the default), xs, sm, md, lg, xl or xxl.
        width: px or %.
        height: px or %.
        spacing: Space between the contents: none (the default), xs, sm, md, lg, xl or xxl.
        padding_all: px, % or a word as for `spacing`; likewise top, bottom, start and end.
        separator: True or false. No page names it; a published alert program sends it with every
            card (https://github.com/cloudforet-io/plugin-naver-works-noti-protocol).
        align_items: `flex-start`, `center` or `flex-end`. No page names it; a published program
            sends it (https://github.com/siwol-media/naverworks-github-action).
        action: What a tap does.
    """

    type: ClassVar[str] = "box"
    layout: str = field(metadata=wire(Choice("horizontal", "vertical", "baseline"), required=True))
    contents: tuple[Component, ...] = field(
        converter=as_tuple, metadata=wire(_Contents(Nested(later=_children)), required=True)
    )
    background_color: str | None = field(default=None, kw_only=True, metadata=wire(measures.COLOR))
    border_color: str | None = field(default=None, kw_only=True, metadata=wire(measures.COLOR))
    border_width: str | None = field(
        default=None, kw_only=True, metadata=wire(measures.BORDER_WIDTH)
    )
    corner_radius: str | None = field(
        default=None, kw_only=True, metadata=wire(measures.CORNER_RADIUS)
    )
    width: str | None = field(default=None, kw_only=True, metadata=wire(measures.EXTENT))
    height: str | None = field(default=None, kw_only=True, metadata=wire(measures.EXTENT))
    spacing: str | None = field(default=None, kw_only=True, metadata=wire(measures.SPACE))
    padding_all: str | None = field(default=None, kw_only=True, metadata=wire(measures.OFFSET))
    padding_top: str | None = field(default=None, kw_only=True, metadata=wire(measures.OFFSET))
    padding_bottom: str | None = field(default=None, kw_only=True, metadata=wire(measures.OFFSET))
    padding_start: str | None = field(default=None, kw_only=True, metadata=wire(measures.OFFSET))
    padding_end: str | None = field(default=None, kw_only=True, metadata=wire(measures.OFFSET))
    separator: bool | None = field(default=None, kw_only=True, metadata=wire(Flag()))
    align_items: str | None = field(
        default=None, kw_only=True, metadata=wire(Choice("flex-start", "center", "flex-end"))
    )
    action: Action | None = field(default=None, kw_only=True, metadata=wire(_TAP))

    def _check_rules(self, path: str, out: Findings) -> None:
        contents: Any = self.contents
        if not isinstance(contents, tuple):
            return
        allowed = _IN_BASELINE if self.layout == "baseline" else _IN_OTHERS
        for at, child in enumerate(contents):
            if isinstance(child, Component) and child.type not in allowed:
                out.add(
                    join_path(path, f"contents[{at}].type"),
                    "not_allowed",
                    f"{child.type} must not stand in a {self.layout} box.",
                )

    @property
    def depth(self) -> int:
        """How many boxes are nested here, this one counted."""
        depth = 0
        level: list[Box] = [self]
        while level and depth <= MOST_NESTED:
            depth += 1
            level = [child for box in level for child in box.contents if type(child) is Box]
        return depth

    @property
    def mentions(self) -> tuple[str, ...]:
        """The user ids mentioned inside, in order, repeats included."""
        contents: Any = self.contents
        if not isinstance(contents, tuple):
            return ()
        return tuple(
            user for child in contents if isinstance(child, Component) for user in child.mentions
        )


_IN_BASELINE = frozenset({"icon", "text", "filler"})
_IN_OTHERS = frozenset({"box", "button", "image", "text", "separator", "filler"})
