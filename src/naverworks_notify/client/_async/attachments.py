"""`works.attachments`."""

from __future__ import annotations

import os
from collections.abc import Callable

from naverworks_notify.bots import Attachment
from naverworks_notify.client._async.resource import AsyncResource
from naverworks_notify.client._upload import FilePart, file_name_of
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
        source: str | os.PathLike[str] | bytes,
        *,
        file_name: str | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        bot_id: int | None = None,
    ) -> str:
        """Upload a file, and return its id.

        A path is read from disk piece by piece, never as a whole. If the upload itself fails,
        repeat the call: the first address cannot be used again.

        Args:
            source: A path, or the bytes themselves.
            file_name: The name with its extension; by default the path's own.
            on_progress: Told the bytes sent so far, and of the whole file.
            bot_id: Another bot than the client's.

        Raises:
            InvalidValue: The file cannot be read, or bytes have no name.
        """
        name = file_name_of(source, file_name)
        part = FilePart(source, name, on_progress)
        made = await self.create(name, bot_id=bot_id)
        put = attachments.put(made.upload_url)
        await self._runner.run(put, body=part, content_type=part.content_type)
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
