"""Sending messages.

https://developers.worksmobile.com/kr/docs/bot-user-message-send,
https://developers.worksmobile.com/jp/docs/bot-channel-message-send
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from naverworks_notify.errors import InvalidMessage, Violation
from naverworks_notify.simulator.service._answers import RefusedError, Situation, refuse
from naverworks_notify.simulator.service._checks import (
    ACCEPT_UNDOCUMENTED,
    Field,
    Place,
    check_fields,
)
from naverworks_notify.simulator.service._routing import Call, Handler
from naverworks_notify.simulator.service._tenant import Bot, SentMessage
from naverworks_notify.simulator.service.endpoints.attachments import check_files
from naverworks_notify.wire import Response

__all__ = ["HANDLERS", "read_content"]

_LENGTHS = frozenset({"max_length", "max_items"})
_NUMBER = re.compile(r"[0-9]+")


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
        user_id=channel.members[0] if channel.private else None,
        channel_id=channel.channel_id,
        address=call.parameters["channel_id"],
    )


def read_content(call: Call, bot: Bot, *, to_user: bool = False) -> dict[str, Any]:
    """Return the content of an envelope, checked by every documented rule."""
    raw = call.json_object()
    if "content" not in raw:
        raise refuse(400, "MISSING_PARAMETER", "content is required.")
    content = check_fields(raw, (Field("content", _check_object),), call.place())["content"]
    refused = _refusal_of(content, to_user=to_user, keep=call.state.behaviour.accept_undocumented)
    if refused is not None:
        raise refused
    check_files(call, bot, content)
    return dict(content)


def _check_object(value: Any, at: Place) -> None:
    if not isinstance(value, dict):
        raise at.wrong("must be an object.")


def _refusal_of(content: dict[str, Any], *, to_user: bool, keep: bool) -> RefusedError | None:
    from naverworks_notify import messages  # noqa: PLC0415 - the simulator starts without it

    try:
        parsed = messages.parse(content, "keep" if keep else "refuse")
        if to_user:
            parsed.check_for_user()
    except InvalidMessage as error:
        alone = not keep and _refusal_of(content, to_user=to_user, keep=True) is None
        return _refusal_by(error.violations, switch=ACCEPT_UNDOCUMENTED if alone else "")
    return None


def _refusal_by(violations: tuple[Violation, ...], *, switch: str) -> RefusedError:
    if all(found.rule in _LENGTHS for found in violations):
        # Code and wording as two clients quote them: https://github.com/markruler/naver-works-plugin
        path, most = f"content.{violations[0].path}", _NUMBER.search(violations[0].message)
        told = f"Maximum {path} length is {most[0] if most else 0}"
        return refuse(400, "EXCEEDED_LENGTH_LIMIT_OF_PARAM", told, switch=switch)
    told = "; ".join(
        f"content.{found}" if found.path else f"content {found}" for found in violations
    )
    return refuse(400, "INVALID_PARAMETER", told or "content is invalid.", switch=switch)


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
    call.state.sent.append(
        SentMessage(
            number=call.state.next_number(),
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
    return Response(status=201, content=call.state.behaviour.send_body)


HANDLERS: Mapping[str, Handler] = {
    "messages.send_to_user": send_to_user,
    "messages.send_to_channel": send_to_channel,
}
