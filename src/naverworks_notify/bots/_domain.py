"""Where a bot is registered, and who may use it.

Sources: https://developers.worksmobile.com/kr/docs/bot-domain-register,
https://developers.worksmobile.com/jp/docs/bot-domain-register,
https://developers.worksmobile.com/kr/docs/bot-domain-member-create
"""

from __future__ import annotations

from attrs import field, frozen

from naverworks_notify.schema import Flag, Text, Whole, WireValue, wire

__all__ = ["BotDomain", "DomainMember"]


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class BotDomain(WireValue):
    """A bot's registration in one domain. Registering by API does not notify the members.

    Attributes:
        visible: Whether users find the bot in the client's list; default false. On the Admin
            screen «공개 설정».
        allow_to_selected_member: False (the default) for all members, true for listed ones. On
            the Admin screen «사용 권한».
        domain_id: Set by the service.
    """

    visible: bool | None = field(default=None, metadata=wire(Flag()))
    allow_to_selected_member: bool | None = field(default=None, metadata=wire(Flag()))
    domain_id: int | None = field(default=None, metadata=wire(Whole(), read_only=True))


@frozen(slots=False, eq=False, repr=False)
class DomainMember(WireValue):
    """One user who may use a bot in a domain.

    Attributes:
        user_id: User id or login e-mail; never shown in the repr.
    """

    user_id: str = field(repr=False, metadata=wire(Text(), required=True))
