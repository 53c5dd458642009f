"""Attachments: announcing a file, and finding it again.

https://developers.worksmobile.com/kr/docs/bot-attachment-create,
https://developers.worksmobile.com/kr/docs/bot-attachment-get
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from naverworks_notify.simulator.service._answers import (
    Situation,
    empty_response,
    json_response,
    refuse,
)
from naverworks_notify.simulator.service._checks import Field, text
from naverworks_notify.simulator.service._routing import Call, Handler
from naverworks_notify.simulator.service._tenant import Attachment, Bot, location_of
from naverworks_notify.wire import Response

__all__ = ["HANDLERS", "check_files", "find_file"]

SMALL = 1024 * 1024

# https://developers.worksmobile.com/kr/docs/bot-send-file
BLOCKED_EXTENSIONS = frozenset(
    {"bat", "cmd", "com", "cpl", "exe", "scr", "js", "vbs", "wsf", "hta"}
)
_LIMITLESS = frozenset({"file", "image"})
_FILE_KEYS = frozenset({"fileId", "backgroundFileId", "imageResourceId"})


def create(call: Call) -> Response:
    """Announce a file; it has 24 hours to arrive at the address in the answer, once."""
    bot = call.bot()
    fields = call.fields((Field("fileName", text(1000)),))
    attachment = Attachment(
        file_id=f"kr1.{uuid.uuid4().hex}",
        file_name=fields.get("fileName", "file"),
        created_at=call.now,
        upload_token=secrets.token_urlsafe(16),
    )
    bot.attachments[attachment.file_id] = attachment
    call.state.uploads[attachment.upload_token] = attachment
    url = location_of(
        f"{call.origin}/storage/upload", attachment.upload_token, attachment.file_name
    )
    return json_response(200, {"fileId": attachment.file_id, "uploadUrl": url})


def download_url(call: Call) -> Response:
    """Redirect to the stored file. This answer carries no rate-limit headers."""
    bot = call.bot()
    attachment = find_file(call, bot, call.parameters["file_id"])
    url = location_of(
        f"{call.origin}/storage/download", attachment.upload_token, attachment.file_name
    )
    return empty_response(302, {"location": url})


def find_file(call: Call, bot: Bot, file_id: str) -> Attachment:
    """Return a file that was uploaded or came by a callback, and has not expired."""
    attachment = _known_file(call, bot, file_id)
    if attachment is None:
        raise call.missing()
    if attachment.content is None:
        call.refuse_as(Situation.FILE_NOT_UPLOADED)
    if attachment.has_expired(call.now):
        call.refuse_as(Situation.FILE_EXPIRED)
    return attachment


def _known_file(call: Call, bot: Bot, file_id: str) -> Attachment | None:
    # What a member sent may be sent back, as the vendor's echo bots do; they know it by a callback.
    return bot.attachments.get(file_id) or call.tenant.received_files.get(file_id)


def check_files(call: Call, bot: Bot, content: dict[str, Any]) -> None:
    """Refuse content that names files which are not there, too large, or blocked."""
    for file_id in _files_of(content):
        attachment = _known_file(call, bot, file_id)
        if attachment is None:
            call.refuse_as(Situation.MESSAGE_WITH_UNKNOWN_FILE)
            continue
        find_file(call, bot, file_id)
        size = len(attachment.content or b"")
        if content["type"] not in _LIMITLESS and size > SMALL:
            raise refuse(400, "LIMIT_EXCEEDED", "The file is larger than 1 MB.")
        extension = attachment.file_name.rpartition(".")[2].lower()
        if content["type"] == "file" and extension in BLOCKED_EXTENSIONS:
            raise refuse(403, "ACCESS_DENIED", "Files of this kind are blocked.")


def _files_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in _FILE_KEYS and isinstance(item, str):
                yield item
            else:
                yield from _files_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from _files_of(item)


HANDLERS: Mapping[str, Handler] = {
    "attachments.create": create,
    "attachments.download_url": download_url,
}
