"""`works.messages`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from naverworks_notify.client._async.resource import AsyncResource
from naverworks_notify.operations import messages

if TYPE_CHECKING:
    from naverworks_notify.messages import Content

__all__ = ["AsyncMessages"]


class AsyncMessages(AsyncResource):
    """Sending messages. Nothing tells whether one was read, and none can be taken back."""

    __slots__ = ()

    async def send_to_user(
        self, user_id: str, content: Content, *, bot_id: int | None = None
    ) -> None:
        """Send one message to one member's 1:1 room with the bot.

        Args:
            user_id: The member's resource id, or login e-mail address.
            content: What to send, for example `messages.Text("...")`.
            bot_id: Another bot than the client's.

        Raises:
            InvalidValue: The id cannot be one; nothing was sent.
            DeliveryUnknown: It may or may not have been delivered.
            Forbidden: The bot is not usable there.
            NotFound: No such member or bot.
        """
        await self._runner.run(messages.send_to_user(self._bot(bot_id), user_id, content))

    async def send_to_channel(
        self, channel_id: str, content: Content, *, bot_id: int | None = None
    ) -> None:
        """Send one message to a room the bot is in.

        In rooms of 500 and more members the message arrives, the push notification does not.

        Args:
            channel_id: The room's id, as `channels.create` and callbacks give it.
            content: What to send.
            bot_id: Another bot than the client's.

        Raises:
            InvalidValue: The id cannot be one; nothing was sent.
            DeliveryUnknown: It may or may not have been delivered.
            Forbidden: The bot is not, or no longer, in the room.
        """
        await self._runner.run(messages.send_to_channel(self._bot(bot_id), channel_id, content))
