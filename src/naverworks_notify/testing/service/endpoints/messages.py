"""Sending messages.

https://developers.worksmobile.com/kr/docs/bot-user-message-send,
https://developers.worksmobile.com/jp/docs/bot-channel-message-send
"""

from __future__ import annotations

from typing import Any

from naverworks_notify.errors import InvalidMessage
from naverworks_notify.testing.service._answers import Situation, refuse
from naverworks_notify.testing.service._routing import MESSAGE, Call, Route
from naverworks_notify.testing.service._tenant import Bot, SentMessage
from naverworks_notify.testing.service.endpoints.attachments import check_files
from naverworks_notify.wire import Response

__all__ = ["ROUTES", "read_content"]

# Properties the documentation does not define "may cause errors", so they are refused here.
_ENVELOPE = frozenset({"content"})


def send_to_user(call: Call) -> Response:
    """Accept a message to a member."""
    bot = call.bot()
    address = call.parameters["user_id"]
    if address.startswith("externalKey:"):
        call.refuse_as(Situation.SEND_TO_EXTERNAL_KEY)
    user = call.user(Situation.SEND_TO_UNKNOWN_USER)
    state = call.tenant.state_of(user, call.now)
    if state is not None:
        call.refuse_as(state)
    _check_domain(call, bot, user.domain_id or call.tenant.domain_id, user.user_id)
    content = read_content(call, bot, to_user=True)
    return _accept(call, bot, content, user_id=user.user_id, address=address)


def send_to_channel(call: Call) -> Response:
    """Accept a message to a room."""
    bot = call.bot()
    channel = call.channel()
    content = read_content(call, bot)
    return _accept(
        call,
        bot,
        content,
        channel_id=channel.channel_id,
        address=call.parameters["channel_id"],
    )


def read_content(call: Call, bot: Bot, *, to_user: bool = False) -> dict[str, Any]:
    """Return the content of an envelope, checked by every documented rule."""
    from naverworks_notify import messages  # noqa: PLC0415 - the simulator starts without it

    raw = call.json_object()
    if "content" not in raw:
        raise refuse(400, "MISSING_PARAMETER", "content is required.")
    unknown = sorted(set(raw) - _ENVELOPE)
    if unknown:
        raise refuse(400, "INVALID_PARAMETER", f"{unknown[0]} is not a known property.")
    content = raw["content"]
    if not isinstance(content, dict):
        raise refuse(400, "INVALID_PARAMETER", "content must be an object.")
    try:
        parsed = messages.parse(content)
        if to_user:
            parsed.check_for_user()
    except InvalidMessage as error:
        told = "; ".join(f"content.{found}" for found in error.violations) or "content is invalid."
        raise refuse(400, "INVALID_PARAMETER", told) from None
    check_files(call, bot, content)
    return content


def _check_domain(call: Call, bot: Bot, domain_id: int, user_id: str) -> None:
    registered = bot.domains.get(domain_id)
    if registered is None:
        call.refuse_as(Situation.BOT_NOT_IN_DOMAIN)
    elif registered.allow_to_selected_member and user_id not in registered.members:
        call.refuse_as(Situation.SEND_TO_UNSELECTED_MEMBER)


def _accept(
    call: Call,
    bot: Bot,
    content: dict[str, Any],
    *,
    address: str,
    user_id: str | None = None,
    channel_id: str | None = None,
) -> Response:
    call.service.sent.append(
        SentMessage(
            number=call.service.next_number(),
            bot_id=bot.bot_id,
            user_id=user_id,
            channel_id=channel_id,
            address=address,
            content=content,
            at=call.now,
            operation=call.operation,
            domain_id=call.app.domain_id,
        )
    )
    return Response(status=201, content=call.service.behaviour.send_body)


ROUTES = (
    Route(
        "messages.send_to_user",
        "POST",
        "/bots/{bot_id}/users/{user_id}/messages",
        MESSAGE,
        send_to_user,
    ),
    Route(
        "messages.send_to_channel",
        "POST",
        "/bots/{bot_id}/channels/{channel_id}/messages",
        MESSAGE,
        send_to_channel,
    ),
)
