"""Lists in pages, with cursors that break when they are not URL-encoded."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Any, TypeVar

from naverworks_notify.simulator.service._answers import refuse
from naverworks_notify.simulator.service._behaviour import LastCursor
from naverworks_notify.simulator.service._checks import whole_number

__all__ = ["LAST_CURSORS", "page_of"]

T = TypeVar("T")

MAX_COUNT = 100

LAST_CURSORS: dict[str, dict[str, Any]] = {
    "absent": {},
    "null": {"nextCursor": None},
    "empty": {"nextCursor": ""},
}


def page_of(
    items: Sequence[T],
    query: dict[str, str] | Any,
    *,
    default: int,
    last: LastCursor = "by_api",
    of_bots: bool = False,
) -> tuple[Sequence[T], dict[str, Any]]:
    """Return one page and its `responseMetaData`.

    `count` above 100 gives an empty page, as observed of `GET /users`; lists of the bot API
    (`of_bots`) refuse it. Theirs end in a null cursor, by what live tests of
    https://github.com/TakuyaSuenaga/pylineworks read, those of the directory in none at all.
    """
    if last == "by_api":
        last = "null" if of_bots else "absent"
    count = _read_count(query.get("count"), default)
    if count > MAX_COUNT:
        if of_bots:
            raise refuse(400, "OUT_OF_RANGE", "count must be between 1 and 100.")
        return (), dict(LAST_CURSORS[last])
    start = _read_cursor(query.get("cursor"))
    end = start + count
    page = items[start:end]
    if end < len(items):
        return page, {"nextCursor": _cursor_at(end)}
    return page, dict(LAST_CURSORS[last])


def _read_count(text: str | None, default: int) -> int:
    if text is None:
        return default
    count = whole_number(text)
    if count is None or count < 1:
        raise refuse(400, "INVALID_PARAMETER", "count must be between 1 and 100.")
    return count


def _cursor_at(offset: int) -> str:
    # "+/" and "=" in every cursor: left unencoded, the plus arrives as a space and is refused.
    check = hashlib.blake2s(str(offset).encode(), digest_size=4).digest()
    return "+/" + base64.b64encode(f"{offset}:".encode() + check).decode().rstrip("=") + "=="


def _read_cursor(text: str | None) -> int:
    if not text:
        return 0
    if text.startswith("+/"):
        padded = text[2:].rstrip("=")
        try:
            raw = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
            offset = int(raw.partition(b":")[0])
        except ValueError:
            offset = -1
        if offset > 0 and _cursor_at(offset) == text:
            return offset
    raise refuse(400, "INVALID_PARAMETER", "cursor is not valid.")
