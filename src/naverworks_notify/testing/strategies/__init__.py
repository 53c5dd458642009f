"""Hypothesis strategies for messages, alerts and people, for property tests of your own code.

All values are valid, up to the documented limits, and as hostile as people can make them. Needs
hypothesis, which no extra installs: whoever writes property tests has it. It loads when the first
strategy is asked for.

Examples:
    >>> from hypothesis import given, settings
    >>> from naverworks_notify import messages
    >>> from naverworks_notify.testing import strategies
    >>> @settings(max_examples=5, deadline=None, database=None)
    ... @given(strategies.contents())
    ... def test_round_trip(content):
    ...     assert messages.parse(content.to_dict()) == content
    >>> test_round_trip()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from naverworks_notify.testing.strategies._alerts import (
        alert_values,
        alerts,
        hostile_names,
        hostile_texts,
        moments,
        slots,
    )
    from naverworks_notify.testing.strategies._messages import (
        actions,
        audios,
        boxes,
        bubbles,
        button_templates,
        cards,
        carousels,
        colors,
        contents,
        files,
        flex_containers,
        flexes,
        image_carousels,
        images,
        links,
        list_templates,
        localized,
        locations,
        quick_replies,
        stickers,
        texts,
        urls,
        videos,
        words,
    )
    from naverworks_notify.testing.strategies._people import (
        companies,
        instants,
        people,
        preferences,
        receive_windows,
        zones,
    )

_HOMES: dict[str, str] = {
    "actions": "_messages",
    "alert_values": "_alerts",
    "alerts": "_alerts",
    "audios": "_messages",
    "boxes": "_messages",
    "bubbles": "_messages",
    "button_templates": "_messages",
    "cards": "_messages",
    "carousels": "_messages",
    "colors": "_messages",
    "companies": "_people",
    "contents": "_messages",
    "files": "_messages",
    "flex_containers": "_messages",
    "flexes": "_messages",
    "hostile_names": "_alerts",
    "hostile_texts": "_alerts",
    "image_carousels": "_messages",
    "images": "_messages",
    "instants": "_people",
    "links": "_messages",
    "list_templates": "_messages",
    "localized": "_messages",
    "locations": "_messages",
    "moments": "_alerts",
    "people": "_people",
    "preferences": "_people",
    "quick_replies": "_messages",
    "receive_windows": "_people",
    "slots": "_alerts",
    "stickers": "_messages",
    "texts": "_messages",
    "urls": "_messages",
    "videos": "_messages",
    "words": "_messages",
    "zones": "_people",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "hypothesis":
            raise
        raise ImportError(
            f"{__name__}.{name} needs hypothesis: pip install hypothesis",
            name="hypothesis",
        ) from error
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "actions",
    "alert_values",
    "alerts",
    "audios",
    "boxes",
    "bubbles",
    "button_templates",
    "cards",
    "carousels",
    "colors",
    "companies",
    "contents",
    "files",
    "flex_containers",
    "flexes",
    "hostile_names",
    "hostile_texts",
    "image_carousels",
    "images",
    "instants",
    "links",
    "list_templates",
    "localized",
    "locations",
    "moments",
    "people",
    "preferences",
    "quick_replies",
    "receive_windows",
    "slots",
    "stickers",
    "texts",
    "urls",
    "videos",
    "words",
    "zones",
]
