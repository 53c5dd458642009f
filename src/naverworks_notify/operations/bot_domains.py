"""Where a bot is registered, and which members may use it."""

from __future__ import annotations

from naverworks_notify.bots import BotDomain, DomainMember
from naverworks_notify.operations._operation import (
    MAX_COUNT,
    Operation,
    Page,
    json_content,
    list_query,
    nothing,
    positive_id,
    text_page,
    user_segment,
    value_or,
    value_page,
    written,
)
from naverworks_notify.operations._table import ENDPOINTS

__all__ = [
    "add_member",
    "delete",
    "delete_member",
    "list_domains",
    "list_members",
    "patch",
    "register",
    "update",
]


def register(bot_id: int, domain_id: int, domain: BotDomain) -> Operation[BotDomain]:
    """Register a bot in a domain."""
    return _put("bots.domains.register", bot_id, domain_id, domain)


def list_domains(bot_id: int, *, count: int = MAX_COUNT) -> Operation[Page[BotDomain]]:
    """Read one page of the domains a bot is registered in."""
    return Operation(
        endpoint=ENDPOINTS["bots.domains.list"],
        path=f"/bots/{bot_id}/domains",
        query=list_query(count),
        decode=value_page("domains", BotDomain),
    )


def update(bot_id: int, domain_id: int, domain: BotDomain) -> Operation[BotDomain]:
    """Replace a registration's settings."""
    return _put("bots.domains.update", bot_id, domain_id, domain)


def patch(bot_id: int, domain_id: int, domain: BotDomain) -> Operation[BotDomain]:
    """Change some of a registration's settings."""
    return _put("bots.domains.patch", bot_id, domain_id, domain)


def delete(bot_id: int, domain_id: int) -> Operation[None]:
    """Take a bot out of a domain."""
    return Operation(
        endpoint=ENDPOINTS["bots.domains.delete"],
        path=_path(bot_id, domain_id),
        decode=nothing,
        resource=bot_id,
    )


def add_member(bot_id: int, domain_id: int, user_id: str) -> Operation[None]:
    """Let one member use a bot."""
    user_segment(user_id)
    return Operation(
        endpoint=ENDPOINTS["bots.domains.members.add"],
        path=f"{_path(bot_id, domain_id)}/members",
        content=json_content(DomainMember(user_id).to_dict()),
        decode=nothing,
        resource=bot_id,
    )


def list_members(bot_id: int, domain_id: int, *, count: int = MAX_COUNT) -> Operation[Page[str]]:
    """Read one page of the members who may use a bot."""
    return Operation(
        endpoint=ENDPOINTS["bots.domains.members.list"],
        path=f"{_path(bot_id, domain_id)}/members",
        query=list_query(count),
        decode=text_page("members"),
    )


def delete_member(bot_id: int, domain_id: int, user_id: str) -> Operation[None]:
    """No longer let one member use a bot."""
    return Operation(
        endpoint=ENDPOINTS["bots.domains.members.delete"],
        path=f"{_path(bot_id, domain_id)}/members/{user_segment(user_id)}",
        decode=nothing,
        resource=bot_id,
    )


def _path(bot_id: int, domain_id: int) -> str:
    return f"/bots/{bot_id}/domains/{positive_id(domain_id, 'domain_id')}"


def _put(name: str, bot_id: int, domain_id: int, domain: BotDomain) -> Operation[BotDomain]:
    return Operation(
        endpoint=ENDPOINTS[name],
        path=_path(bot_id, domain_id),
        content=json_content(written(domain, BotDomain, "domain")),
        decode=value_or(BotDomain, domain),
        resource=bot_id,
    )
