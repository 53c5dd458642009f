"""The written forms of flex: colours, sizes, spaces and ratios.

Members whose forms the pages read do not spell out (`width`, `height`, the paddings) take what
the official examples and the model, LINE's Flex Message (update 1), show: px, % and, for
paddings, the same words as for offsets.
Sources: https://developers.worksmobile.com/en/docs/bot-send-flex-box,
https://developers.worksmobile.com/kr/docs/bot-send-flex-image
"""

from __future__ import annotations

from naverworks_notify.schema import Choice, Form, Number, Whole

__all__ = [
    "ASPECT_RATIO",
    "BORDER_WIDTH",
    "COLOR",
    "CORNER_RADIUS",
    "EXTENT",
    "GRAVITY",
    "ICON_SIZE",
    "IMAGE_SIZE",
    "LINES",
    "OFFSET",
    "SHARE",
    "SPACE",
    "TEXT_SIZE",
]

_SPACES = ("none", "xs", "sm", "md", "lg", "xl", "xxl")
_SIZES = ("xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl")
_BORDERS = frozenset({"none", "light", "normal", "medium", "semi-bold", "bold"})
_SPACE_WORDS = frozenset(_SPACES)
_HEX = frozenset("0123456789abcdefABCDEF")
_MOST = 10_000
_STEEPEST = 3
_DIGITS = frozenset("0123456789")


def _is_color(value: str) -> bool:
    return len(value) in (7, 9) and value[0] == "#" and _HEX.issuperset(value[1:])


def _is_amount(value: str, unit: str) -> bool:
    if not value.endswith(unit):
        return False
    whole, dot, part = value[: -len(unit)].partition(".")
    if not whole or not _DIGITS.issuperset(whole):
        return False
    return not dot or (bool(part) and _DIGITS.issuperset(part))


def _is_extent(value: str) -> bool:
    return _is_amount(value, "px") or _is_amount(value, "%")


def _is_offset(value: str) -> bool:
    return value in _SPACE_WORDS or _is_extent(value)


def _is_ratio(value: str) -> bool:
    width, colon, height = value.partition(":")
    if not colon or not (_DIGITS.issuperset(width) and _DIGITS.issuperset(height)):
        return False
    if not 0 < len(width) <= 5 or not 0 < len(height) <= 5:  # noqa: PLR2004 - digits of 10000
        return False
    w, h = int(width), int(height)
    return 1 <= w <= _MOST and 1 <= h <= _MOST and h <= _STEEPEST * w


COLOR = Form("a colour such as #03C75A or, with opacity, #03C75AFF", _is_color)
BORDER_WIDTH = Form(
    "px such as 1px, or none, light, normal, medium, semi-bold or bold",
    lambda value: value in _BORDERS or _is_amount(value, "px"),
)
CORNER_RADIUS = Form(
    "px such as 4px, or none, xs, sm, md, lg, xl or xxl",
    lambda value: value in _SPACE_WORDS or _is_amount(value, "px"),
)
EXTENT = Form("px or % such as 480px or 50%", _is_extent)
OFFSET = Form("px or % such as 2px, or none, xs, sm, md, lg, xl or xxl", _is_offset)
ASPECT_RATIO = Form(
    "width:height, each from 1 to 10000, the height at most 3 times the width", _is_ratio
)
# No official page lists the words, so LINE's px and % pass where undocumented things are kept.
SPACE = Choice(*_SPACES, kept=_is_extent)
TEXT_SIZE = ICON_SIZE = Choice(*_SIZES)
IMAGE_SIZE = Choice(*_SIZES, "full")
GRAVITY = Choice("top", "center", "bottom")
# Not documented; chosen because shares and lines beyond it cannot be meant.
_LARGEST = 2**31 - 1
SHARE = Number(0, _LARGEST)
LINES = Whole(0, _LARGEST)
