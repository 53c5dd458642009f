"""The base of all message contents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from naverworks_notify.errors import InvalidMessage, Violation
from naverworks_notify.messages._mentions import check_count, kept_mentions
from naverworks_notify.schema import Findings, Nested, WireValue, wire

if TYPE_CHECKING:
    from naverworks_notify.messages._quick_reply import QuickReply

__all__ = ["Content", "UndocumentedContent"]


def _quick_reply() -> tuple[type[WireValue], ...]:
    # Few messages have quick replies, so their classes are loaded with the first that does.
    from naverworks_notify.messages._quick_reply import QuickReply  # noqa: PLC0415

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
