"""JSON that no page documents, kept as it came: copied, bounded, immutable.

The service gains members and types without notice. Reading with `undocumented="keep"` carries
them through and holds only what is true of any message: it is JSON, not too large, and its links
lead to the web.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from naverworks_notify.schema._kinds import Number, Text, Url, kind_name
from naverworks_notify.schema._shown import safe_key
from naverworks_notify.validation import join_path

if TYPE_CHECKING:
    from naverworks_notify.schema._findings import Findings

__all__ = ["KeptJson", "KeptMembers", "keep_json"]

# What a flex container may have at most; nothing is documented for what nobody documents.
MOST_BYTES: Final = 30 * 1024
MOST_NESTED: Final = 32

_TEXT = Text(empty=True)
_NUMBER = Number()
_LINK = Url(MOST_BYTES, schemes=("https", "http"))
_SCHEME = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*:")


def _dumps(value: Any, **options: Any) -> str:
    import json  # noqa: PLC0415 - most readers keep nothing

    return json.dumps(value, ensure_ascii=False, **options)


class KeptJson:
    """One JSON value, immutable because it is kept as text.

    Two are equal when their JSON is, whatever the order of keys; `1`, `1.0` and `true` differ.
    """

    __slots__ = ("text",)

    def __init__(self, value: Any) -> None:
        self.text: str = _dumps(value, separators=(",", ":"))

    @property
    def value(self) -> Any:
        """A fresh copy of the value."""
        import json  # noqa: PLC0415 - most readers keep nothing

        return json.loads(self.text)

    def strings(self) -> Iterator[str]:
        """Yield every string in it, keys aside."""
        return _strings(self.value)

    def _sorted(self) -> str:
        return _dumps(self.value, sort_keys=True)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KeptJson):
            return NotImplemented
        return self.text == other.text or self._sorted() == other._sorted()

    def __hash__(self) -> int:
        return hash(self._sorted())

    def __repr__(self) -> str:
        return f"<{len(self.text)} characters of JSON>"


KeptMembers = tuple[tuple[str, KeptJson], ...]
"""Members that nobody documents, by key and sorted by it."""


def keep_json(key: object, value: Any, path: str, out: Findings) -> KeptJson:
    """Return a copy of a member that nobody documents, noting what no message may hold."""
    at = join_path(path, safe_key(key))
    if isinstance(key, str):
        _TEXT.check(key, at, out)
    else:
        out.add(at, "key", "must have a string for its key.")
    kept = KeptJson(_copy(value, at, MOST_NESTED, out, link=_is_link(key)))
    out.kept_bytes += len(kept.text.encode("utf-8", "surrogatepass"))
    _check_size(out.kept_bytes, out)
    return kept


def _check_size(size: int, out: Findings) -> None:
    if size > MOST_BYTES and not out.kept_too_much:
        out.kept_too_much = True
        out.add("", "max_bytes", f"must hold at most {MOST_BYTES} bytes that nobody documents.")


def _is_link(key: object) -> bool:
    return isinstance(key, str) and (key in {"uri", "url"} or key.endswith(("Uri", "Url")))


def _copy(value: Any, path: str, left: int, out: Findings, *, link: bool) -> Any:
    # Whatever is copied takes as many bytes of JSON or more, so what is too large, or holds itself,
    # ends here instead of growing.
    out.kept_passed += 1 + (len(value) if isinstance(value, str) else 0)
    _check_size(out.kept_passed, out)
    if out.kept_too_much:
        return None
    if isinstance(value, str):
        _TEXT.check(value, path, out)
        if link:
            _LINK.check(value, path, out)
        return str.__str__(value)
    if isinstance(value, (Mapping, list, tuple)):
        if not left:
            out.add(path, "max_depth", f"must not be nested deeper than {MOST_NESTED}.")
            return None
        if isinstance(value, Mapping):
            return _copy_object(value, path, left, out, link=link)
        return [
            _copy(item, f"{path}[{at}]", left - 1, out, link=link and isinstance(item, str))
            for at, item in enumerate(value)
        ]
    return _copy_scalar(value, path, out)


def _copy_scalar(value: Any, path: str, out: Findings) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if not isinstance(value, (int, float)):
        out.add(path, "type", f"must be JSON, not {kind_name(value)}.")
        return None
    known = len(out.found)
    _NUMBER.check(value, path, out)
    if len(out.found) > known:
        return None
    return int(value) if isinstance(value, int) else float(value)


def _copy_object(
    value: Mapping[Any, Any], path: str, left: int, out: Findings, *, link: bool
) -> dict[str, Any]:
    copied = {}
    for key, item in value.items():
        at = join_path(path, safe_key(key))
        if not isinstance(key, str):
            out.add(at, "key", "must have a string for its key.")
            continue
        out.kept_passed += len(key) + 2
        _TEXT.check(key, at, out)
        # A link may come in variants, as {"altUri": {"desktop": "https://..."}}.
        variant = link and isinstance(item, str) and _SCHEME.match(item) is not None
        copied[str.__str__(key)] = _copy(item, at, left - 1, out, link=variant or _is_link(key))
    return copied


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
