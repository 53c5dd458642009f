"""What the service says in an error may quote what it was sent; that stays out of our errors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from naverworks_notify.printable import printable
from naverworks_notify.wire import Request

__all__ = ["without_quotes"]

_LONGEST = 2000
_MASK = "…"
# Addresses of people, also as they stand in a URL.
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+(?:@|%40)[^\s<>\"'(),;:]+")
# Names of kinds say what is wrong, and nothing of what was written.
_KINDS = frozenset({"type", "layout"})
_SHORTEST = 2


def without_quotes(text: str, sent: Request | None = None) -> str:
    """Return a text on one line, without addresses, controls and what a request said.

    Args:
        text: The service's words.
        sent: The request that they answer.
    """
    if len(text) > _LONGEST:
        # Not in the middle of a word, which would no longer look like an address.
        text = (text[:_LONGEST].rsplit(maxsplit=1) or [""])[0]
    if sent is not None:
        boundary = sent.headers.get("content-type", "").partition("boundary=")[2]
        if boundary:
            # What follows it is a file.
            text = text.partition(boundary)[0]
        for said in sorted(set(_said_in(sent)), key=len, reverse=True):
            text = _without(text, said)
    return printable(" ".join(_ADDRESS.sub(_MASK, text).split()))


def _said_in(sent: Request) -> Iterator[str]:
    yield sent.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        raw = json.loads(sent.content or b"null")
    except ValueError:
        return
    yield from _strings(raw)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            if key not in _KINDS:
                yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _without(text: str, said: str) -> str:
    if len(said) < _SHORTEST:
        return text
    if said.isascii() and said.isalnum():
        # A word, which may also be a part of other words.
        return re.sub(rf"(?<!\w){said}(?!\w)", _MASK, text)
    return text.replace(said, _MASK)
