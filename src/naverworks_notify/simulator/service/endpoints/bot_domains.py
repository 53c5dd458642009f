"""A bot's registration in domains, and who may use it there.

https://developers.worksmobile.com/kr/docs/bot-domain-register,
https://developers.worksmobile.com/en/docs/bot-domain-member-list
"""

from __future__ import annotations

from collections.abc import Mapping

from naverworks_notify.simulator.service._answers import (
    Situation,
    empty_response,
    json_response,
    refuse,
)
from naverworks_notify.simulator.service._checks import Field, boolean, text
from naverworks_notify.simulator.service._paging import page_of
from naverworks_notify.simulator.service._routing import Call, Handler
from naverworks_notify.simulator.service._tenant import Bot, BotDomain
from naverworks_notify.wire import Response

__all__ = ["HANDLERS"]

_FIELDS = (Field("visible", boolean), Field("allowToSelectedMember", boolean))
_READ_ONLY = frozenset({"domainId"})
PER_PAGE = 50


def _read(call: Call) -> dict[str, bool]:
    return call.fields(_FIELDS, without=_READ_ONLY, required=False)


def _check_selected(call: Call, bot: Bot, registered: BotDomain) -> None:
    if registered.allow_to_selected_member and bot.fields.get("enableGroupJoin"):
        call.refuse_as(Situation.GROUP_JOIN_WITH_SELECTED_MEMBERS)


def register(call: Call) -> Response:
    """Register a bot in a domain."""
    bot = call.bot()
    domain_id = call.integer("domain_id")
    if domain_id not in call.tenant.domains:
        raise call.missing()
    allowed = bot.fields.get("allowDomains") or ()
    if allowed and domain_id not in allowed:
        call.refuse_as(Situation.DOMAIN_NOT_ALLOWED)
    if domain_id in bot.domains:
        raise refuse(409, "ALREADY_EXIST", "The bot is registered in the domain already.")
    fields = _read(call)
    registered = BotDomain(
        domain_id=domain_id,
        visible=fields.get("visible", False),
        allow_to_selected_member=fields.get("allowToSelectedMember", False),
    )
    _check_selected(call, bot, registered)
    bot.domains[domain_id] = registered
    return json_response(201, registered.to_dict())


def list_domains(call: Call) -> Response:
    """List the domains a bot is registered in."""
    page, meta = page_of(
        tuple(call.bot().domains.values()),
        call.query,
        default=PER_PAGE,
        last=call.state.behaviour.last_page_cursor,
        of_bots=True,
    )
    items = [registered.to_dict() for registered in page]
    return json_response(200, {"domains": items, "responseMetaData": meta})


def update(call: Call) -> Response:
    """Replace a registration's settings; what is left out goes back to false."""
    registered = call.bot_domain()
    fields = _read(call)
    registered.visible = fields.get("visible", False)
    registered.allow_to_selected_member = fields.get("allowToSelectedMember", False)
    _check_selected(call, call.bot(), registered)
    return json_response(200, registered.to_dict())


def patch(call: Call) -> Response:
    """Change some of a registration's settings."""
    registered = call.bot_domain()
    fields = _read(call)
    registered.visible = fields.get("visible", registered.visible)
    registered.allow_to_selected_member = fields.get(
        "allowToSelectedMember", registered.allow_to_selected_member
    )
    _check_selected(call, call.bot(), registered)
    return json_response(200, registered.to_dict())


def delete(call: Call) -> Response:
    """Take a bot out of a domain."""
    registered = call.bot_domain()
    del call.bot().domains[registered.domain_id]
    return empty_response(204)


def add_member(call: Call) -> Response:
    """Let one member use the bot."""
    registered = call.bot_domain()
    fields = call.fields((Field("userId", text(100), required=True),))
    user = call.tenant.find_user(fields["userId"])
    if user is None:
        call.refuse_as(Situation.UNKNOWN_USER)
        raise call.missing()
    if user.user_id in registered.members:
        call.refuse_as(Situation.MEMBER_ADDED_TWICE)
    else:
        registered.members.append(user.user_id)
    return empty_response(201)


def list_members(call: Call) -> Response:
    """List who may use the bot."""
    registered = call.bot_domain()
    behaviour = call.state.behaviour
    everyone = not registered.allow_to_selected_member
    page, meta = page_of(
        behaviour.everyone_members if everyone else tuple(registered.members),
        call.query,
        default=PER_PAGE,
        last=behaviour.last_page_cursor,
        of_bots=True,
    )
    return json_response(200, {"members": list(page), "responseMetaData": meta})


def delete_member(call: Call) -> Response:
    """Stop one member from using the bot."""
    registered = call.bot_domain()
    user = call.user()
    if user.user_id not in registered.members:
        raise call.missing()
    registered.members.remove(user.user_id)
    return empty_response(204)


HANDLERS: Mapping[str, Handler] = {
    "bots.domains.register": register,
    "bots.domains.list": list_domains,
    "bots.domains.update": update,
    "bots.domains.patch": patch,
    "bots.domains.delete": delete,
    "bots.domains.members.add": add_member,
    "bots.domains.members.list": list_members,
    "bots.domains.members.delete": delete_member,
}
