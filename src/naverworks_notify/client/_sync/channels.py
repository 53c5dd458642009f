# Generated from client/_async/channels.py by scripts/generate_sync.py; change that one.
"""`works.channels`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from naverworks_notify.bots import Channel
from naverworks_notify.client._sync.runner import Resource
from naverworks_notify.operations import channels

__all__ = ["Channels"]


class Channels(Resource):
    """Rooms with the bot in them. The service has no list of them, and no adding of members."""

    __slots__ = ()

    def create(
        self, members: Iterable[str], *, title: str | None = None, bot_id: int | None = None
    ) -> Channel:
        """Create a room with the bot and members.

        Args:
            members: 1 to 100 user ids, without repeats.
            title: At most 1000 characters.
            bot_id: Another bot than the client's.

        Returns:
            The room; of its details the service gives the id and the title only.
        """
        return self._runner.run(channels.create(self._bot(bot_id), members, title))

    def get(self, channel_id: str, *, bot_id: int | None = None) -> Channel:
        """Return a room.

        Args:
            channel_id: The room's id.
            bot_id: Another bot than the client's.
        """
        return self._runner.run(channels.get(self._bot(bot_id), channel_id))

    def leave(self, channel_id: str, *, bot_id: int | None = None) -> None:
        """Have the bot leave a room.

        Args:
            channel_id: The room's id.
            bot_id: Another bot than the client's.
        """
        self._runner.run(channels.leave(self._bot(bot_id), channel_id))

    def members(
        self, channel_id: str, *, bot_id: int | None = None, count: int = 100
    ) -> Iterator[str]:
        """Return an iterator over the user ids of a room's members.

        Args:
            channel_id: The room's id.
            bot_id: Another bot than the client's.
            count: Members in a page, 1 to 100.
        """
        return self._runner.pages(channels.list_members(self._bot(bot_id), channel_id, count=count))
