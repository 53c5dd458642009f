"""Flex members as CSS. Only values of the documented forms come through.

The sizes in pixels are those of the model, LINE's Flex Message:
https://developers.line.biz/en/docs/messaging-api/flex-message-layout/ and
https://developers.line.biz/en/docs/messaging-api/flex-message-elements/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = [
    "block_style",
    "box_style",
    "bubble_width",
    "component_style",
    "css_color",
    "image_style",
]

_SPACE: Final = {"none": 0, "xs": 2, "sm": 4, "md": 8, "lg": 12, "xl": 16, "xxl": 20}
_BORDER: Final = {
    "none": "0",
    "light": "0.5px",
    "normal": "1px",
    "medium": "2px",
    "semi-bold": "3px",
    "bold": "4px",
}
_TEXT: Final = {
    "xxs": 11,
    "xs": 13,
    "sm": 14,
    "md": 16,
    "lg": 19,
    "xl": 22,
    "xxl": 29,
    "3xl": 35,
    "4xl": 48,
    "5xl": 74,
}
_IMAGE: Final = {
    "xxs": "40px",
    "xs": "60px",
    "sm": "80px",
    "md": "100px",
    "lg": "120px",
    "xl": "140px",
    "xxl": "160px",
    "3xl": "180px",
    "4xl": "200px",
    "5xl": "220px",
    "full": "100%",
}
_BUBBLE: Final = {"nano": 120, "micro": 160, "kilo": 260, "mega": 300, "giga": 340}
_PLACE: Final = {"top": "flex-start", "center": "center", "bottom": "flex-end"}
# Header, body and footer are padded unless the box says otherwise; the hero is not.
_BLOCK_PADDING: Final = {"header": "20px", "hero": "0", "body": "20px", "footer": "10px"}
_DIGITS: Final = frozenset("0123456789.")


def _length(value: object, words: Mapping[str, Any] = _SPACE) -> str | None:
    if not isinstance(value, str):
        return None
    if value in words:
        found = words[value]
        return found if isinstance(found, str) else f"{found}px"
    for unit in ("px", "%"):
        if value.endswith(unit) and value != unit and _DIGITS.issuperset(value[: -len(unit)]):
            return value
    return None


def css_color(value: object) -> str | None:
    """Return a hex colour, and None for anything else."""
    if isinstance(value, str) and value[:1] == "#" and value[1:].isalnum():
        return value
    return None


def _join(rules: Mapping[str, object]) -> str:
    return ";".join(f"{name}:{value}" for name, value in rules.items() if value is not None)


def bubble_width(size: str | None) -> int:
    """Return the width of a bubble in pixels."""
    return _BUBBLE.get(size or "mega", _BUBBLE["mega"])


def block_style(bubble: Mapping[str, Any], name: str) -> str:
    """Return the CSS of one block of a bubble: its background and separator."""
    style = bubble.get("styles", {}).get(name, {})
    rules: dict[str, object] = {"background-color": css_color(style.get("backgroundColor"))}
    if style.get("separator"):
        line = css_color(style.get("separatorColor")) or "var(--nwp-line)"
        rules["border-top"] = f"1px solid {line}"
    return _join(rules)


def box_style(box: Mapping[str, Any], block: str | None = None) -> str:
    """Return the CSS of a box's own look; `block` names the bubble's block it fills."""
    whole = _length(box.get("paddingAll"))
    if whole is None and block is not None:
        whole = _BLOCK_PADDING[block]
    rules: dict[str, object] = {
        "flex-direction": "column" if box.get("layout") == "vertical" else "row",
        "align-items": "baseline" if box.get("layout") == "baseline" else None,
        "background-color": css_color(box.get("backgroundColor")),
        "padding": whole,
        "padding-top": _length(box.get("paddingTop")),
        "padding-bottom": _length(box.get("paddingBottom")),
        "padding-inline-start": _length(box.get("paddingStart")),
        "padding-inline-end": _length(box.get("paddingEnd")),
        "border-radius": _length(box.get("cornerRadius")),
        "width": _length(box.get("width")),
        "height": _length(box.get("height")),
    }
    border = _length(box.get("borderWidth"), _BORDER)
    if border is not None:
        color = css_color(box.get("borderColor")) or "var(--nwp-line)"
        rules["border"] = f"{border} solid {color}"
    return _join(rules)


def component_style(component: Mapping[str, Any], parent: Mapping[str, Any], at: int) -> str:
    """Return the CSS of a component's place in its box, and of a text's letters."""
    across = parent.get("layout") != "vertical"
    rules: dict[str, object] = {}
    space = component.get("margin")
    if space is None and at > 0:
        space = parent.get("spacing")
    if space is not None:
        rules["margin-inline-start" if across else "margin-top"] = _length(space)
    rules["flex"] = _share(component, across=across)
    kind = component.get("type")
    if component.get("position") == "absolute":
        rules["position"] = "absolute"
    offsets = {
        "top": _length(component.get("offsetTop")),
        "bottom": _length(component.get("offsetBottom")),
        "inset-inline-start": _length(component.get("offsetStart")),
        "inset-inline-end": _length(component.get("offsetEnd")),
    }
    rules.update(offsets)
    if kind in ("text", "button", "image") and "gravity" in component:
        place = _PLACE.get(component["gravity"])
        rules["align-self" if across else "justify-content"] = place
    if kind == "text":
        rules.update(letters(component))
        rules["text-align"] = component.get("align")
    return _join(rules)


def letters(text: Mapping[str, Any], *, inherit: bool = False) -> dict[str, object]:
    """Return the CSS rules of a text's or span's letters."""
    size = text.get("size", None if inherit else "md")
    return {
        "font-size": f"{_TEXT[size]}px" if size in _TEXT else None,
        "font-weight": {"bold": 700, "regular": 400}.get(text.get("weight", "")),
        "font-style": text.get("style"),
        "text-decoration": text.get("decoration"),
        "color": css_color(text.get("color")),
    }


def letter_style(span: Mapping[str, Any]) -> str:
    """Return the CSS of a span."""
    return _join(letters(span, inherit=True))


def _share(component: Mapping[str, Any], *, across: bool) -> str:
    kind = component.get("type")
    share = component.get("flex")
    if share is None:
        if kind == "filler":
            return "1 1 0"
        if kind in ("separator", "icon") or not across or "width" in component:
            return "0 0 auto"
        share = 1
    if share == 0:
        return "0 0 auto"
    return f"{share} {share} 0" if across else f"{share} 0 auto"


def image_style(image: Mapping[str, Any]) -> str:
    """Return the CSS of an image's frame: its width, and its height by the aspect ratio."""
    width, _, height = str(image.get("aspectRatio", "1:1")).partition(":")
    align = {"start": "0 auto 0 0", "end": "0 0 0 auto"}.get(image.get("align", ""), "0 auto")
    sizes = _IMAGE if image.get("type") == "image" else {**_TEXT_EM}
    return _join(
        {
            "width": sizes.get(image.get("size", "md"), sizes["md"]),
            "aspect-ratio": f"{int(width)}/{int(height or 1)}",
            "margin": align if image.get("type") == "image" else None,
        }
    )


_TEXT_EM: Final = {name: f"{pixels}px" for name, pixels in _TEXT.items()}


def button_style(button: Mapping[str, Any]) -> str:
    """Return the CSS of a button's face."""
    color = css_color(button.get("color"))
    if color is None:
        return ""
    return _join({"color" if button.get("style", "link") == "link" else "background-color": color})
