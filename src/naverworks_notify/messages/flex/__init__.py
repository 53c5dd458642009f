"""The pieces of a flex message: containers, boxes and what goes into them.

    Bubble                 one card of up to four blocks
    Carousel               up to ten bubbles side by side
    Box                    lays out its contents horizontally, vertically or on one baseline
    Text Span Button Image Icon Separator Filler

Sources: https://developers.worksmobile.com/kr/docs/bot-send-flex,
https://developers.worksmobile.com/kr/docs/bot-send-flex-note
"""

from naverworks_notify.messages.flex._components import (
    Box,
    Button,
    Component,
    Filler,
    Icon,
    Image,
    Separator,
    Span,
    Text,
)
from naverworks_notify.messages.flex._containers import (
    MOST_BYTES,
    BlockStyle,
    Bubble,
    BubbleStyles,
    Carousel,
)

__all__ = [
    "MOST_BYTES",
    "BlockStyle",
    "Box",
    "Bubble",
    "BubbleStyles",
    "Button",
    "Carousel",
    "Component",
    "Filler",
    "Icon",
    "Image",
    "Separator",
    "Span",
    "Text",
]
