"""`works.messages`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from naverworks_notify.client._async.resource import AsyncResource
from naverworks_notify.client._before_send import BeforeSend, check_before_send
from naverworks_notify.errors import NotFound
from naverworks_notify.operations import Operation, messages

if TYPE_CHECKING:
    from naverworks_notify.messages import Content
    from naverworks_notify.webhooks import Event, UnknownEvent

__all__ = ["AsyncMessages"]


class AsyncMessages(AsyncResource):
    """Sending messages. Nothing tells whether one was read, and none can be taken back."""

    __slots__ = ()

    async def send_to_user(
        self,
        user_id: str,
        content: Content,
        *,
        bot_id: int | None = None,
        before_send: BeforeSend | None = None,
    ) -> None:
        """Send one message to one member's 1:1 room with the bot.

        Args:
            user_id: The member's resource id, or login e-mail address.
            content: What to send, for example `messages.Text("...")`.
            bot_id: Another bot than the client's.
            before_send: Called once a try, with token and budget in hand, right before the first
                byte leaves: the place to note that the message may be on its way. If it raises,
                nothing was sent, and what it raised comes out unchanged.

        Raises:
            InvalidValue: The id cannot be one; nothing was sent.
            DeliveryUnknown: It may or may not have been delivered.
            Forbidden: The bot is not usable there.
            NotFound: No such member or bot.
        """
        operation = messages.send_to_user(self._bot(bot_id), user_id, content)
        await self._send(operation, before_send)

    async def send_to_channel(
        self,
        channel_id: str,
        content: Content,
        *,
        bot_id: int | None = None,
        before_send: BeforeSend | None = None,
    ) -> None:
        """Send one message to a room the bot is in.

        In rooms of 500 and more members the message arrives, the push notification does not.

        Args:
            channel_id: The room's id, as `channels.create` and callbacks give it.
            content: What to send.
            bot_id: Another bot than the client's.
            before_send: Called once a try, with token and budget in hand, right before the first
                byte leaves: the place to note that the message may be on its way. If it raises,
                nothing was sent, and what it raised comes out unchanged.

        Raises:
            InvalidValue: The id cannot be one; nothing was sent.
            DeliveryUnknown: It may or may not have been delivered.
            Forbidden: The bot is not, or no longer, in the room.
        """
        operation = messages.send_to_channel(self._bot(bot_id), channel_id, content)
        await self._send(operation, before_send)

    async def reply(
        self,
        event: Event | UnknownEvent,
        content: Content,
        *,
        bot_id: int | None = None,
        before_send: BeforeSend | None = None,
    ) -> None:
        """Send one message to where a callback came from.

        It goes to the room that the event names. Where it names none (a text of the 1:1 room), or
        where the service knows no such room, it goes to the person who caused the event.

        Args:
            event: What `webhooks.receive` gave.
            content: What to send.
            bot_id: Another bot than the client's.
            before_send: As for `send_to_channel`; called for each of the two.

        Raises:
            InvalidValue: It is no event, or names neither a room nor a person; nothing was sent.
            DeliveryUnknown: It may or may not have been delivered; it went nowhere else then.
            Forbidden: The bot is not, or no longer, in the room.
            NotFound: No such room, and no such person or none named.
        """
        # Whoever has an event has loaded its module already.
        from naverworks_notify.webhooks import origin_of  # noqa: PLC0415

        channel_id, user_id = origin_of(event)
        if channel_id is not None:
            try:
                await self.send_to_channel(
                    channel_id, content, bot_id=bot_id, before_send=before_send
                )
            except NotFound:
                if user_id is None:
                    raise
            else:
                return
        if user_id is not None:
            await self.send_to_user(user_id, content, bot_id=bot_id, before_send=before_send)

    async def _send(self, operation: Operation[None], before_send: BeforeSend | None) -> None:
        check_before_send(before_send)
        await self._runner.run(operation, before_send=before_send)
