# Generated from client/_async/messages.py by scripts/generate_sync.py; change that one.
"""`works.messages`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal

from naverworks_notify.client._batch import (
    Batch,
    Member,
    OnProgress,
    SendResult,
    check_batch,
    run_workers,
)
from naverworks_notify.client._before_send import BeforeSend, check_before_send
from naverworks_notify.client._sync.runner import Resource
from naverworks_notify.errors import BudgetExhausted, CircuitOpen, NaverWorksError, NotFound
from naverworks_notify.operations import Operation, messages

if TYPE_CHECKING:
    from naverworks_notify.messages import Content
    from naverworks_notify.webhooks import Event, UnknownEvent

__all__ = ["Messages"]

_GIVE_UP_AFTER = timedelta(hours=1)


class Messages(Resource):
    """Sending messages. Nothing tells whether one was read, and none can be taken back."""

    __slots__ = ()

    def send_to_user(
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
        self._send(operation, before_send)

    def send_to_channel(
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
        self._send(operation, before_send)

    def reply(
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
                self.send_to_channel(channel_id, content, bot_id=bot_id, before_send=before_send)
            except NotFound:
                if user_id is None:
                    raise
            else:
                return
        if user_id is not None:
            self.send_to_user(user_id, content, bot_id=bot_id, before_send=before_send)

    def send_many(
        self,
        pairs: Iterable[tuple[str, Content]],
        *,
        to: Literal["user", "channel"] = "user",
        concurrency: int = 50,
        on_progress: OnProgress | None = None,
        give_up_after: timedelta = _GIVE_UP_AFTER,
        bot_id: int | None = None,
    ) -> tuple[SendResult, ...]:
        """Send many messages, and return what became of each, in their order.

        No message stops the others. Each waits its turn in the rate budget, however long that
        takes, and while the service is down for its return. Pairs are read one by one as there is
        room for them, so a generator of a million needs little memory.

        Args:
            pairs: An address and a content each.
            to: Whether the addresses are of users or of channels.
            concurrency: How many are under way at once, at most 1000.
            on_progress: Called after each with how many are done, and how many there are where
                that is known; one call at a time.
            give_up_after: How long nothing may succeed before the rest ends as `CircuitOpen`.
            bot_id: Another bot than the client's.

        Returns:
            One result for each pair.

        Raises:
            InvalidValue: An argument is wrong; nothing was sent.
            BaseException: An interrupt, or what reading the pairs raised. Its `.results` tell
                what became of each until then; what was not sent has `NotTried` there.
        """
        check_batch(
            pairs,
            to=to,
            concurrency=concurrency,
            on_progress=on_progress,
            give_up_after=give_up_after,
        )
        bot = self._bot(bot_id)
        options = self._runner.options
        batch = Batch(
            pairs, to=to, on_progress=on_progress, give_up_after=give_up_after, clock=options.clock
        )
        operation_of = messages.send_to_user if to == "user" else messages.send_to_channel

        def work(member: Member) -> None:
            try:
                operation = operation_of(bot, member.address, member.content)
            except NaverWorksError as error:
                batch.settle(member, error)
                return
            batch.settle(member, self._send_member(batch, member, operation))

        return run_workers(batch, work, concurrency=concurrency, grace=2 * options.timeout)

    def _send_member(
        self, batch: Batch, member: Member, operation: Operation[None]
    ) -> NaverWorksError | None:
        while not batch.stopped:
            member.leaving = False
            try:
                self._runner.run(
                    operation,
                    before_send=partial(batch.let_leave, member),
                    max_wait=batch.patience(),
                )
            except (CircuitOpen, BudgetExhausted) as held_back:
                wait = min(held_back.retry_after.total_seconds(), batch.patience())
                if not wait:
                    batch.give_up()
                    return batch.open_error()
            except NaverWorksError as error:
                return error
            else:
                return None
            self._pause(batch, wait)
        return batch.interrupted(member)

    def _pause(self, batch: Batch, seconds: float) -> None:
        waiter = batch.join_pause()
        if waiter is not None:
            waiter.wait(seconds + 1)
            return
        try:
            self._runner.options.clock.sleep(seconds)
        finally:
            batch.end_pause()

    def _send(self, operation: Operation[None], before_send: BeforeSend | None) -> None:
        if before_send is not None:
            check_before_send(before_send)
        self._runner.run(operation, before_send=before_send)
