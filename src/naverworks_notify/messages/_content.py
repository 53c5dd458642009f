"""What every content shares: text that is cut and quoted with care, mentions, quick replies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from attrs import field, frozen

from naverworks_notify.errors import InvalidMessage, InvalidValue, Violation
from naverworks_notify.schema import Findings, Localized, Nested, WireValue, kept_in, wire
from naverworks_notify.validation import join_path

if TYPE_CHECKING:
    from naverworks_notify.messages._actions import QuickReply

__all__ = [
    "ELLIPSIS",
    "MOST_MENTIONS",
    "Content",
    "UndocumentedContent",
    "check_count",
    "check_mentions",
    "defuse",
    "escape_mentions",
    "kept_mentions",
    "mention",
    "mentioned_users",
    "shorten",
]

ELLIPSIS: Final = "…"


def shorten(text: str, limit: int) -> str:
    """Return a text of at most `limit` code points, ending in `…` where something was cut.

    No emoji, Korean syllable or accented letter is torn apart.

    Args:
        text: The text.
        limit: The most code points, at least 1.
    """
    if len(text) <= limit:
        return text
    room = limit - len(ELLIPSIS)
    window = text[: room + 1]
    if not window.isascii() or "\r" in window:
        import regex  # noqa: PLC0415 - costs more than this package; texts this long are rare

        ends = [cluster.end() for cluster in regex.finditer(r"\X", window)]
        room = max((end for end in ends if end <= room), default=0)
    return text[:room].rstrip() + ELLIPSIS


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


def _quick_reply() -> tuple[type[WireValue], ...]:
    # Few messages have quick replies, so their classes are loaded with the first that does.
    from naverworks_notify.messages._actions import QuickReply  # noqa: PLC0415

    return (QuickReply,)


@frozen(slots=False, eq=False, repr=False, init=False)
class Content(WireValue):
    """One message content of any of the 13 types. Use one of its subclasses.

    Constructing a content checks every documented limit and raises
    `naverworks_notify.InvalidMessage` with all violations; nothing is sent by it.

    Attributes:
        quick_reply: Up to 13 buttons above the input field; works with every type.
    """

    quick_reply: QuickReply | None = field(
        default=None, kw_only=True, metadata=wire(Nested(later=_quick_reply))
    )

    # Where a type's text with mentions stands; empty where it has none.
    _mentioning: ClassVar[str] = ""

    @property
    def mentions(self) -> tuple[str, ...]:
        """The user ids mentioned, repeats included: those of the base language in their order.

        What nobody documents follows, in any of its texts.
        """
        return self._documented_mentions() + kept_mentions(self)

    def _documented_mentions(self) -> tuple[str, ...]:
        return ()

    def _check_raw(self, raw: Mapping[str, Any], path: str, out: Findings) -> None:
        del raw
        if out.kept_bytes and not out.found:
            check_count(len(self.mentions), path, out)

    @property
    def mentions_everyone(self) -> bool:
        """Whether `<m userId="all">` is used, which only works in a channel."""
        return "all" in self.mentions

    def check_for_user(self) -> None:
        """Refuse what may only be sent to a channel; for use before sending to one user.

        Raises:
            InvalidMessage: The content mentions everyone.
        """
        if self.mentions_everyone:
            told = 'must not mention everyone (<m userId="all">) except in a channel.'
            raise InvalidMessage(
                f"{type(self).__name__} cannot be sent to a user",
                violations=(Violation(self._mentioning, "channel_only", told),),
            )


@frozen(slots=False, eq=False, repr=False, init=False)
class UndocumentedContent(Content):
    """A content of a type that nobody documents; only `parse(…, undocumented="keep")` makes one.

    All of it but the quick reply is in `undocumented`. The service may refuse it.
    """

    @classmethod
    def read(cls, raw: Any, path: str, out: Findings) -> Any:
        """Keep a content as it came, with the quick reply checked as ever."""
        value = super().read(raw, path, out)
        if isinstance(value, UndocumentedContent):
            value.__dict__["type"] = str(raw["type"])
        return value
