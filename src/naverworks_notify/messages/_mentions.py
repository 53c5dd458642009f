"""Mentions: `<m userId="…">` in a text calls a person by name.

Up to 50 in a message, a repeated user counted again, and every language variant must mention the
same users. No escape is documented, so text that comes from people has to be defused.
Source: https://developers.worksmobile.com/kr/docs/bot-mention
"""

from __future__ import annotations

import re
from typing import Any, Final

from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.schema import Findings, Localized, WireValue, kept_in
from naverworks_notify.validation import join_path

__all__ = [
    "MOST_MENTIONS",
    "check_count",
    "check_mentions",
    "defuse",
    "escape_mentions",
    "kept_mentions",
    "mention",
    "mentioned_users",
]

MOST_MENTIONS: Final = 50
_TAG_START: Final = "<m userId="
_OPENING: Final = f'{_TAG_START}"'
_TAG = re.compile(r'<m userId="([^"]*)"\s*/?>')
# A "<" that could begin a mention however leniently the service reads: anything but letters and
# digits may stand between it and the m, and it may be the last thing of a text that will be
# joined to another one.
_POSSIBLE = re.compile(r"<(?=[^\w<＜]*(?:[mM](?![^\W_])|\Z))")
_HARMLESS: Final = "\N{FULLWIDTH LESS-THAN SIGN}"


def mention(user_id: str) -> str:
    """Return the tag that mentions one user, or everyone in a channel with `all`.

    Args:
        user_id: The user id or login e-mail.

    Raises:
        InvalidValue: The id is empty, or holds a character that would end the tag.
    """
    if not user_id or any(character in user_id for character in '"<>\r\n'):
        told = 'must not be empty nor hold ", < or >.'
        raise InvalidValue(violations=(Violation("user_id", "format", told),))
    return f'{_OPENING}{user_id}">'


def mentioned_users(text: str) -> tuple[str, ...]:
    """Return the user ids that a text mentions, in order, repeats included."""
    return tuple(_TAG.findall(text)) if _OPENING in text else ()


def kept_mentions(value: WireValue) -> tuple[str, ...]:
    """Return the user ids mentioned in what nobody documents, in and below a value."""
    return tuple(
        user
        for kept in kept_in(value, within=_may_mention)
        if _TAG_START in kept.text
        for text in kept.strings()
        for user in mentioned_users(text)
    )


def _may_mention(value: WireValue) -> bool:
    # Containers know: nearly no card mentions anybody, and walking one takes its time.
    return bool(value.__dict__.get("_may_mention", True))


def escape_mentions(text: str) -> str:
    """Make every mention tag in a text harmless, without losing or adding a character.

    The `<` of a possible tag becomes a full-width `＜`. Use it on any text that people typed
    (names, titles, comments) before putting it into a message. Text without such a tag is
    returned unchanged, and escaping twice changes nothing more.

    Examples:
        >>> escape_mentions('<m userId="all"> 3 < 5')
        '＜m userId="all"> 3 < 5'
    """
    return _POSSIBLE.sub(_HARMLESS, text) if "<" in text else text


defuse = escape_mentions


def check_count(count: int, path: str, out: Findings) -> None:
    """Note more mentions than a message may have."""
    if count > MOST_MENTIONS:
        out.add(path, "mentions", f"must have at most {MOST_MENTIONS} mentions, not {count}.")


def check_mentions(
    text: Any, translations: Any, *, path: str, key: str, i18n_key: str, out: Findings
) -> None:
    """Check one text and its language variants: how many mentions, and the same users in all."""
    variants = translations if isinstance(translations, tuple) else ()
    if not isinstance(text, str):
        return
    users = mentioned_users(text)
    check_count(len(users), join_path(path, key), out)
    for at, variant in enumerate(variants):
        if not isinstance(variant, Localized) or not isinstance(variant.value, str):
            continue
        mentioned = mentioned_users(variant.value)
        where = join_path(path, f"{i18n_key}[{at}].{key}")
        check_count(len(mentioned), where, out)
        if set(mentioned) != set(users):
            out.add(where, "same_mentions", f"must mention the same users as {key}.")
