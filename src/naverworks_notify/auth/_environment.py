"""The NAVERWORKS_* variables as people set them: quotes, line breaks and near misses included."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen

from naverworks_notify.auth._key_text import MAX_KEY_CHARS, without_quotes
from naverworks_notify.errors import Hint, InvalidPrivateKey, InvalidValue, Violation
from naverworks_notify.logs import logger_of

__all__ = [
    "KEY",
    "KEY_FILE",
    "FoundKey",
    "bot_id_from_env",
    "find_key",
    "missing",
    "read_variable",
    "warn_of_near_misses",
]

_log = logger_of("auth")

_PREFIX = "NAVERWORKS_"
KEY, KEY_FILE = "NAVERWORKS_PRIVATE_KEY", "NAVERWORKS_PRIVATE_KEY_FILE"
_KNOWN = frozenset(
    {
        "NAVERWORKS_API_URL",
        "NAVERWORKS_AUTH_URL",
        "NAVERWORKS_BOT_ID",
        "NAVERWORKS_BOT_SECRET",
        "NAVERWORKS_CLIENT_ID",
        "NAVERWORKS_CLIENT_SECRET",
        "NAVERWORKS_DOMAIN_ID",
        "NAVERWORKS_ONLY_TO",
        KEY,
        KEY_FILE,
        "NAVERWORKS_REDIRECT_TO",
        "NAVERWORKS_SCOPES",
        "NAVERWORKS_SERVICE_ACCOUNT_ID",
    }
)
# Read by nothing else than this package, and not missed where they are not set.
_OPTIONAL = (
    "NAVERWORKS_SCOPES",
    "NAVERWORKS_BOT_ID",
    "NAVERWORKS_DOMAIN_ID",
    "NAVERWORKS_API_URL",
    "NAVERWORKS_AUTH_URL",
    "NAVERWORKS_ONLY_TO",
    "NAVERWORKS_REDIRECT_TO",
)
_CLOSE = 0.85
_LONGEST_NAME = 64  # comparing takes time by the square of it
_MOST_DIGITS = 19  # of a number of 64 bits
# An editor's UTF-16 takes twice the bytes.
_MAX_FILE = 2 * MAX_KEY_CHARS
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)

_CHECK_PATH = Hint(
    en="Check the path, and that this process may read the file.",
    ko="경로가 맞는지, 이 프로세스에 파일 읽기 권한이 있는지 확인하세요.",
)


def read_variable(name: str, source: Mapping[str, str]) -> str:
    """Return a variable's value without what got in beside it; empty where it is not set.

    That is: blanks and line breaks around it, invisible characters, one pair of quotes
    (`docker --env-file` keeps them), and `NAME=` before it, as after copying a whole line.
    """
    value = _INVISIBLE.sub("", source.get(name, "")).strip()
    value = without_quotes(value).strip()
    for assigned in (f"export {name}=", f"{name}="):
        if value.startswith(assigned):
            return without_quotes(value.removeprefix(assigned).strip()).strip()
    return value


def missing(name: str, source: Mapping[str, str], beside: str = "") -> str:
    """Return what is said of a variable that is not set, with the near miss that is."""
    told = f"is not set{beside}."
    found = _near_misses(name, source)
    if name == KEY:
        found += _near_misses(KEY_FILE, source)
    if not found:
        return told
    meant = KEY_FILE if name == KEY and "KEYFILE" in _squeezed(found[0]) else name
    return f"{told} {found[0]} is set; did you mean {meant}?"


def warn_of_near_misses(source: Mapping[str, str]) -> None:
    """Log which variables are set that look like one of ours that is not, and are not read."""
    for name in _OPTIONAL:
        found = [] if source.get(name, "").strip() else _near_misses(name, source)
        if found:
            _log.warning("%s is set, but not read; did you mean %s?", found[0], name)


def bot_id_from_env(environ: Mapping[str, str] | None = None) -> int | None:
    """Read NAVERWORKS_BOT_ID; None where it is not set.

    Raises:
        InvalidValue: It is no number.
    """
    value = read_variable("NAVERWORKS_BOT_ID", os.environ if environ is None else environ)
    if not value:
        return None
    # Full-width digits come out of Japanese and Korean keyboards.
    digits = unicodedata.normalize("NFKC", value)
    if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS and int(digits) > 0:
        return int(digits)
    raise InvalidValue(
        "The environment names no bot",
        violations=(
            Violation(
                "NAVERWORKS_BOT_ID",
                "positive",
                "must be the number shown on the bot's page in the Developer Console.",
            ),
        ),
    )


@frozen(kw_only=True)
class FoundKey:
    """Where the private key was found, and what stands there.

    Attributes:
        named: How an error calls it.
        content: What stands there.
        unreadable: Why it cannot be read, or None.
    """

    named: str
    content: str | bytes = field(default="", repr=False)
    unreadable: InvalidPrivateKey | None = None


def find_key(source: Mapping[str, str]) -> FoundKey | None:
    """Return the private key that the environment holds or names; None where it does neither."""
    text, path = source.get(KEY, ""), read_variable(KEY_FILE, source)
    if text.strip():
        named = f"The private key in {KEY}"
        if path:
            _log.warning("Both %s and %s are set; the first was read.", KEY, KEY_FILE)
            named += f" (which wins over {KEY_FILE})"
        return FoundKey(named=named, content=text)
    if not path:
        return None
    if _is_key_text(path):
        named = f"The private key in {KEY_FILE} (its text, where a path is expected)"
        return FoundKey(named=named, content=path)
    named = f"The private key in the file named by {KEY_FILE}"
    content = _read_file(path)
    if isinstance(content, bytes):
        return FoundKey(named=named, content=content)
    told = f"The file named by {KEY_FILE} cannot be read: {content}."
    return FoundKey(named=named, unreadable=InvalidPrivateKey(told, hint=_CHECK_PATH))


def _is_key_text(value: str) -> bool:
    # No path is longer, and none has a line break or this word in capitals.
    return "BEGIN" in value or "\n" in value or len(value) > 1024  # noqa: PLR2004


def _read_file(path: str) -> bytes | str:
    """Return the file's first bytes, or why they cannot be had."""
    try:
        with Path(path.removeprefix("file://")).expanduser().open("rb") as file:
            return file.read(_MAX_FILE + 1)
    except OSError as error:
        return error.strerror or type(error).__name__
    except (ValueError, RuntimeError):
        # A NUL or half a surrogate pair in it; or `~` where nobody knows the home.
        return "it is not a path that this system knows"


def _near_misses(name: str, source: Mapping[str, str]) -> list[str]:
    """Return variables that are set, unknown, and spelt nearly like one of ours."""
    import difflib  # noqa: PLC0415 - only where something is missing

    wanted = _squeezed(name)
    others = {
        _squeezed(found): found
        for found in source
        if len(found) <= _LONGEST_NAME
        and "WORK" in found.upper()
        and found not in _KNOWN
        and source[found].strip()
    }
    # Sorted by likeness: NAVERWORKS_CLIENTID, NAVER_WORKS_CLIENT_ID, LINEWORKS_CLIENT_ID, …
    return [others[near] for near in difflib.get_close_matches(wanted, others, 3, _CLOSE)]


def _squeezed(name: str) -> str:
    squeezed = "".join(filter(str.isalnum, name.upper()))
    return squeezed.replace("LINEWORKS", "NAVERWORKS").replace("KEYPATH", "KEYFILE")
