"""`works.attachments`."""

from __future__ import annotations

from collections.abc import Callable

from naverworks_notify.bots import Attachment
from naverworks_notify.client._async.runner import AsyncResource
from naverworks_notify.client._upload import Source, open_part_async
from naverworks_notify.operations import attachments

__all__ = ["AsyncAttachments"]


class AsyncAttachments(AsyncResource):
    """Files for messages and rich menus. An upload lives 24 hours.

    Files for `file` and `image` messages may be as large as the tenant's setting allows, all
    others 1 MB (https://developers.worksmobile.com/kr/docs/bot-attachment-create).
    """

    __slots__ = ()

    async def upload(
        self,
        source: Source,
        *,
        file_name: str | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        bot_id: int | None = None,
    ) -> str:
        """Upload a file, and return its id.

        A path is read piece by piece, never as a whole, and so is a file that is open. A stream
        that can be read only once is kept in memory, up to 64 MiB. What is wrong with a file is
        told before anything is sent, wherever that can be known by then. If the upload itself
        fails, repeat the call: the first address cannot be used again.

        Args:
            source: A path, the bytes themselves, or a file opened for reading bytes, which is read
                from where it stands and stays open.
            file_name: The name with its extension; by default the file's own.
            on_progress: Told the bytes sent so far, and of the whole file.
            bot_id: Another bot than the client's.

        Raises:
            InvalidValue: The file cannot be read, has no name, or became shorter meanwhile.
        """
        part = await open_part_async(source, file_name, on_progress)
        try:
            made = await self.create(part.file_name, bot_id=bot_id)
            part.check()
            put = attachments.put(made.upload_url)
            await self._runner.run(put, body=part, content_type=part.content_type)
        finally:
            part.close()
        return made.file_id

    async def create(self, file_name: str, *, bot_id: int | None = None) -> Attachment:
        """Announce a file, and return its id and the address to upload it to, once.

        For an upload by other means; `upload` does both.

        Args:
            file_name: The name with its extension.
            bot_id: Another bot than the client's.
        """
        return await self._runner.run(
            attachments.create(
                self._bot(bot_id), file_name, trusts=self._runner.options.endpoints.trusts
            )
        )

    async def download_url(self, file_id: str, *, bot_id: int | None = None) -> str:
        """Return where a file can be downloaded from; the redirect is not followed.

        Downloading from there takes the access token as well, and most HTTP libraries drop it
        when they follow a redirect to another host.

        Args:
            file_id: The file's id.
            bot_id: Another bot than the client's.
        """
        return await self._runner.run(
            attachments.download_url(
                self._bot(bot_id), file_id, trusts=self._runner.options.endpoints.trusts
            )
        )
