"""Flex containers: the bubble and the carousel of bubbles."""

from __future__ import annotations

import json
import marshal
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from attrs import field, frozen

from naverworks_notify.messages._actions import Action, ActionAt, Position
from naverworks_notify.messages.flex import _measures as measures
from naverworks_notify.messages.flex._components import (
    FLEX_TYPES,
    MOST_NESTED,
    TOO_DEEP,
    Box,
    Image,
)
from naverworks_notify.schema import (
    Choice,
    Findings,
    Flag,
    Many,
    Nested,
    WireValue,
    as_tuple,
    wire,
    wire_of,
)
from naverworks_notify.validation import join_path

__all__ = [
    "MOST_BYTES",
    "BlockStyle",
    "Bubble",
    "BubbleStyles",
    "Carousel",
    "UndocumentedContainer",
]

# Documented as 30 KB (the Japanese page says 15 KB). Whether KB means 1000 or 1024 bytes is not
# documented; 1024 is taken, counted on compact UTF-8 JSON.
MOST_BYTES: Final = 30 * 1024

_BLOCKS = ("header", "hero", "body", "footer")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


# All bytes that stand for themselves in JSON.
_PLAIN_BYTES = bytes(set(range(0x20, 0x100)) - set(b'"\\'))


def _bytes_at_most(packed: bytes) -> int:
    """Return a bound on the JSON text of what was marshalled, which is at most as long.

    Marshalling takes a tenth of the time of writing JSON, and nearly all messages are far below
    the limit. Each string costs five bytes beside its own there, and four in JSON; a byte that
    JSON escapes becomes six at most.
    """
    return len(packed) + 5 * len(packed.translate(None, _PLAIN_BYTES))


class _Measured(WireValue):
    """A container, whose JSON must not grow beyond 30 KB."""

    _family: ClassVar[frozenset[str]] = FLEX_TYPES

    @property
    def size(self) -> int:
        """Bytes of this container as compact UTF-8 JSON."""
        known: int | None = self.__dict__.get("_size")
        if known is None:
            text = _encode(wire_of(self))
            known = len(text) if text.isascii() else len(text.encode())
            self.__dict__["_size"] = known
        return known

    def fits(self, limit: int) -> bool:
        """Return whether the size is at most `limit` bytes; quicker than measuring it."""
        return self.__dict__["_bound"] <= limit or self.size <= limit

    @property
    def mentions(self) -> tuple[str, ...]:
        """The user ids mentioned inside, in order, repeats included."""
        return self._find_mentions() if self.__dict__["_may_mention"] else ()

    def _find_mentions(self) -> tuple[str, ...]:
        raise NotImplementedError

    def _check_alone(self, out: Findings) -> None:
        if not out.found:
            self._measure("", out)

    def _check_raw(self, raw: Mapping[str, Any], path: str, out: Findings) -> None:
        if not out.found:
            self._measure(path, out)
            return
        # Some part is wrong, so there is no value to measure, only what was given.
        self.__dict__.update(_bound=MOST_BYTES + 1, _may_mention=True)
        try:
            size = len(_encode(raw).encode("utf-8", "surrogatepass"))
        except (TypeError, ValueError, RecursionError):
            return  # not JSON at all, which has been noted where it is
        _check_size(size, path, out)

    def _measure(self, path: str, out: Findings) -> None:
        members = self.__dict__
        members.pop("_size", None)
        try:
            packed = marshal.dumps(wire_of(self), 2)
            members["_bound"] = _bytes_at_most(packed)
            members["_may_mention"] = b"<m userId=" in packed
            # Boxes cannot be nested deeper than there are boxes.
            may_be_deep = packed.count(b"contents") >= MOST_NESTED
            if out.kept_bytes:  # of which nobody knows how it grows when it is written
                members["_bound"] = MOST_BYTES + 1
        except ValueError:  # nested too deep, or holding a subclass of str such as an enum
            members["_bound"] = MOST_BYTES + 1
            members["_may_mention"] = may_be_deep = True
        try:
            if not self.fits(MOST_BYTES):
                _check_size(self.size, path, out)
        except RecursionError:
            out.add(path, "max_depth", TOO_DEEP)
            return
        if may_be_deep and self._depth() > MOST_NESTED:
            out.add(path, "max_depth", TOO_DEEP)

    def _depth(self) -> int:
        raise NotImplementedError


def _check_size(size: int, path: str, out: Findings) -> None:
    if size > MOST_BYTES:
        out.add(path, "max_bytes", f"must be at most {MOST_BYTES} bytes of JSON, not {size}.")


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class BlockStyle(WireValue):
    """The look of one block of a bubble.

    Attributes:
        background_color: `#RRGGBB` or `#RRGGBBAA`.
        separator: Whether a line is drawn above the block; not on the first block.
        separator_color: The line's colour.
    """

    background_color: str | None = field(default=None, metadata=wire(measures.COLOR))
    separator: bool | None = field(default=None, metadata=wire(Flag()))
    separator_color: str | None = field(default=None, metadata=wire(measures.COLOR))


_STYLE = Nested(BlockStyle)


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class BubbleStyles(WireValue):
    """The looks of a bubble's blocks.

    Attributes:
        header: The header's look; likewise hero, body and footer.
    """

    header: BlockStyle | None = field(default=None, metadata=wire(_STYLE))
    hero: BlockStyle | None = field(default=None, metadata=wire(_STYLE))
    body: BlockStyle | None = field(default=None, metadata=wire(_STYLE))
    footer: BlockStyle | None = field(default=None, metadata=wire(_STYLE))


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class Bubble(_Measured):
    """One card: header, hero, body and footer, each optional.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-flex-bubble

    Attributes:
        size_name: nano, micro, kilo, mega (the default) or giga (`size` in JSON).
        direction: `ltr` (the default) or `rtl`.
        header: A box.
        hero: A box or an image.
        body: A box.
        footer: A box.
        styles: The blocks' colours and separators.
        action: What a tap on the bubble does.
    """

    type: ClassVar[str] = "bubble"
    size_name: str | None = field(
        default=None,
        metadata=wire(Choice("nano", "micro", "kilo", "mega", "giga"), key="size"),
    )
    direction: str | None = field(default=None, metadata=wire(Choice("ltr", "rtl")))
    header: Box | None = field(default=None, metadata=wire(Nested(Box)))
    hero: Box | Image | None = field(default=None, metadata=wire(Nested(Box, Image)))
    body: Box | None = field(default=None, metadata=wire(Nested(Box)))
    footer: Box | None = field(default=None, metadata=wire(Nested(Box)))
    styles: BubbleStyles | None = field(default=None, metadata=wire(Nested(BubbleStyles)))
    action: Action | None = field(default=None, metadata=wire(ActionAt(Position.FLEX, shown=False)))

    def _check_rules(self, path: str, out: Findings) -> None:
        if not isinstance(self.styles, BubbleStyles):
            return
        first = next((name for name in _BLOCKS if getattr(self, name) is not None), None)
        if first is None:
            return
        style = getattr(self.styles, first)
        if isinstance(style, BlockStyle) and style.separator is True:
            out.add(
                join_path(path, f"styles.{first}.separator"),
                "first_block",
                "must not be true on the first block.",
            )

    def _depth(self) -> int:
        blocks = [getattr(self, name) for name in _BLOCKS]
        return max((block.depth for block in blocks if isinstance(block, Box)), default=0)

    def _find_mentions(self) -> tuple[str, ...]:
        found: tuple[str, ...] = ()
        for name in _BLOCKS:
            block = getattr(self, name)
            if isinstance(block, (Box, Image)):
                found += block.mentions
        return found


@frozen(slots=False, eq=False, repr=False)
class Carousel(_Measured):
    """Up to ten bubbles of one size, side by side.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-flex-carousel

    Attributes:
        contents: 1 to 10 bubbles; together at most 30 KB.
    """

    type: ClassVar[str] = "carousel"
    contents: tuple[Bubble, ...] = field(
        converter=as_tuple, metadata=wire(Many(Nested(Bubble), high=10), required=True)
    )

    def _check_rules(self, path: str, out: Findings) -> None:
        contents: Any = self.contents
        if not isinstance(contents, tuple):
            return
        sizes = [
            (at, bubble.size_name or "mega")
            for at, bubble in enumerate(contents)
            if isinstance(bubble, Bubble)
        ]
        for at, size in sizes[1:]:
            if size != sizes[0][1]:
                out.add(
                    join_path(path, f"contents[{at}].size"),
                    "consistent",
                    "must be the size of the first bubble.",
                )

    def _depth(self) -> int:
        contents: Any = self.contents
        bubbles = [bubble for bubble in contents if isinstance(bubble, Bubble)]
        return max((bubble._depth() for bubble in bubbles), default=0)  # noqa: SLF001 - our own

    def _find_mentions(self) -> tuple[str, ...]:
        contents: Any = self.contents
        if not isinstance(contents, tuple):
            return ()
        return tuple(
            user for bubble in contents if isinstance(bubble, Bubble) for user in bubble.mentions
        )


@frozen(slots=False, eq=False, repr=False, init=False)
class UndocumentedContainer(_Measured):
    """A container of a type that nobody documents; only reading with `keep` makes one."""

    def _depth(self) -> int:
        return 0

    def _find_mentions(self) -> tuple[str, ...]:
        return ()
