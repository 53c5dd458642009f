"""What was given as a private key, made into plain text with real line breaks.

Keys come through shells, JSON, YAML, Kubernetes, editors and chats. What cannot be mistaken is
undone here. Every step takes time in proportion to the length of the text, and that is bounded.
"""

from __future__ import annotations

import base64
import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["MAX_KEY_CHARS", "is_too_long", "read_key_text", "without_quotes"]

MAX_KEY_CHARS = 32 * 1024
"""No key is longer: one of 8,192 bits has 6,400 characters, and 8,600 in base64 once more."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What a byte order mark of UTF-16 becomes where it is read as something else.
_MISREAD_MARKS = ("\xff\xfe", "\xfe\xff", "\ufffd\ufffd", "\udcff\udcfe", "\udcfe\udcff")

_NOT_ASCII = str.maketrans(
    {
        **dict.fromkeys("\x85\u2028\u2029", "\n"),
        **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000", " "),
        **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
        # Zero-width characters, marks of direction and the soft hyphen.
        **dict.fromkeys("\ufeff\u00ad\u061c\u180e\u2060\u2061\u2062\u2063\u2064", ""),
        **dict.fromkeys(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F))), ""),
        **dict.fromkeys(map(chr, range(0x2066, 0x206A)), ""),
    }
)
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "«": "»", "「": "」"}
_ESCAPES = (
    ("\\r\\n", "\n"),
    ("\\n", "\n"),
    ("\\r", "\n"),
    ("\\t", " "),
    # PHP escapes every slash, .NET every plus, some writers for HTML every equals sign.
    ("\\/", "/"),
    ("\\u002b", "+"),
    ("\\u002B", "+"),
    ("\\u002f", "/"),
    ("\\u002F", "/"),
    ("\\u003d", "="),
    ("\\u003D", "="),
    ("\\u000a", "\n"),
    ("\\u000A", "\n"),
    ('\\"', '"'),
)
_LABEL = re.compile(r"\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_.-]{0,80}\s*[=:]")
_BEGIN_IN_BASE64 = "LS0tLS1CRUdJTi"
# Base64 text inside base64 text: more than once or twice was done on purpose.
_MOST_WRAPPINGS = 4


def is_too_long(given: str | bytes | bytearray) -> bool:
    """Say whether something is too long for any key, however it was written."""
    # UTF-16 takes two bytes for each letter.
    most = MAX_KEY_CHARS if isinstance(given, str) else 2 * MAX_KEY_CHARS
    return len(given) > most


def read_key_text(given: str | bytes | bytearray) -> str | None:
    r"""Return the text with what surrounds and replaces its characters undone.

    That is: UTF-16 and byte order marks, invisible and foreign blanks, enclosing quotes, `\n`
    written out (also beside real breaks, and escaped twice), carriage returns, a string in JSON,
    and base64 of the whole file.

    Returns:
        The text, stripped; None for bytes that are no text at all.
    """
    text = given if isinstance(given, str) else _decoded(bytes(given))
    if text is None:
        return None
    for _ in range(_MOST_WRAPPINGS):
        text = _tidied(text)
        unwrapped = _from_json(text) or _from_base64(text)
        if unwrapped is None:
            break
        text = unwrapped
    return _with_real_breaks(text) if "BEGIN" in text else text


def without_quotes(text: str) -> str:
    """Return the text without one pair of quotes around it, straight or typographic."""
    if len(text) > 1 and _QUOTES.get(text[0]) == text[-1]:
        return text[1:-1]
    return text


def _decoded(raw: bytes) -> str | None:
    try:
        return raw.decode(_encoding_of(raw))
    except UnicodeDecodeError:
        return None


def _encoding_of(raw: bytes) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding
    # A key is ASCII, so in UTF-16 every second byte is zero.
    if raw[1:2] == b"\x00":
        return "utf-16-le"
    return "utf-16-be" if raw[:1] == b"\x00" else "utf-8"


def _tidied(text: str) -> str:
    if "\x00" in text:
        # UTF-16 that was read as something else.
        text = text.strip("\x00")
        for mark in _MISREAD_MARKS:
            text = text.removeprefix(mark)
        text = text.replace("\x00", "")
    if not text.isascii():
        text = text.translate(_NOT_ASCII)
    return without_quotes(text.strip()).strip()


def _with_real_breaks(text: str) -> str:
    if "\\" in text:
        while "\\\\" in text:
            text = text.replace("\\\\", "\\")
        for escape, meant in _ESCAPES:
            text = text.replace(escape, meant)
        # A break written out *and* made: the backslash of a shell's line.
        text = text.replace("\\\n", "\n")
    # Any number of carriage returns, as some editors turn each CR LF into CR CR LF.
    return re.sub(r"\r+\n?", "\n", text).replace("\x0b", "\n").replace("\x0c", "\n").strip()


def _from_json(text: str) -> str | None:
    """Return the one key in a JSON text, such as a file of credentials."""
    if not text.startswith(("{", "[", '"')):
        return None
    try:
        # Keys are written with real breaks in them too, which JSON forbids.
        raw = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    found = list(dict.fromkeys(_keys_in(raw)))
    return found[0] if len(found) == 1 and found[0] != text else None


def _keys_in(raw: Any) -> Iterator[str]:
    pending = [raw]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if "PRIVATE KEY-----" in item or item.lstrip().startswith(_BEGIN_IN_BASE64):
                yield item
        elif isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            if item and all(isinstance(line, str) for line in item):
                yield from _keys_in("\n".join(item))
            else:
                pending.extend(item)


def _from_base64(text: str) -> str | None:
    """Return what a text in base64 says, if that is a key in its turn."""
    if "-----" in text:
        return None
    label = _LABEL.match(text)
    unlabelled = () if label is None else (without_quotes(text[label.end() :].strip()),)
    for candidate in (text, *unlabelled):
        packed = _with_real_breaks(candidate) if "\\" in candidate else candidate
        packed = "".join(packed.split()).rstrip("=").replace("-", "+").replace("_", "/")
        try:
            raw = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
        except ValueError:
            continue
        inner = _decoded(raw)
        tidied = "" if inner is None else _tidied(inner)
        if "-----BEGIN" in tidied or tidied.startswith(_BEGIN_IN_BASE64):
            return inner
    return None
