"""Bots of the tenant."""

from __future__ import annotations

from naverworks_notify.bots import Bot, BotChanges, BotSummary
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.operations._operation import (
    MAX_COUNT,
    Operation,
    Page,
    json_content,
    list_query,
    load,
    nothing,
    value_of,
    value_or,
    value_page,
    written,
)
from naverworks_notify.operations._table import ENDPOINTS
from naverworks_notify.wire import Response

__all__ = ["create", "delete", "get", "issue_secret", "list_bots", "patch", "update"]


def create(bot: Bot) -> Operation[Bot]:
    """Create a bot in the tenant."""
    return Operation(
        endpoint=ENDPOINTS["bots.create"],
        path="/bots",
        content=json_content(written(bot, Bot, "bot")),
        decode=value_of(Bot),
    )


def list_bots(*, count: int = MAX_COUNT) -> Operation[Page[BotSummary]]:
    """Read one page of the tenant's bots."""
    return Operation(
        endpoint=ENDPOINTS["bots.list"],
        path="/bots",
        query=list_query(count),
        decode=value_page("bots", BotSummary),
    )


def get(bot_id: int) -> Operation[Bot]:
    """Read a bot."""
    return Operation(endpoint=ENDPOINTS["bots.get"], path=f"/bots/{bot_id}", decode=value_of(Bot))


def update(bot_id: int, bot: Bot) -> Operation[Bot]:
    """Replace a bot's settings; what is left out goes back to its default."""
    return Operation(
        endpoint=ENDPOINTS["bots.update"],
        path=f"/bots/{bot_id}",
        content=json_content(written(bot, Bot, "bot")),
        decode=value_or(Bot, bot),
        resource=bot_id,
    )


def patch(bot_id: int, changes: BotChanges) -> Operation[Bot]:
    """Change some of a bot's settings."""
    return Operation(
        endpoint=ENDPOINTS["bots.patch"],
        path=f"/bots/{bot_id}",
        content=json_content(written(changes, BotChanges, "changes")),
        decode=value_of(Bot),
        resource=bot_id,
    )


def delete(bot_id: int) -> Operation[None]:
    """Delete a bot for good."""
    return Operation(
        endpoint=ENDPOINTS["bots.delete"],
        path=f"/bots/{bot_id}",
        decode=nothing,
        resource=bot_id,
    )


def issue_secret(bot_id: int) -> Operation[str]:
    """Issue another bot secret."""
    return Operation(
        endpoint=ENDPOINTS["bots.issue_secret"],
        path=f"/bots/{bot_id}/secret",
        decode=_secret,
        resource=bot_id,
    )


def _secret(response: Response) -> str:
    # The page says `secret`; one public client reads `botSecret`.
    raw = load(response)
    value = (raw.get("secret") or raw.get("botSecret")) if isinstance(raw, dict) else None
    if isinstance(value, str):
        return value
    raise InvalidValue(violations=(Violation("secret", "required", "is required."),))
