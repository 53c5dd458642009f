"""The storage host behind attachments: uploads and downloads.

https://developers.worksmobile.com/en/docs/file-upload: POST multipart/form-data, the file in the
part `Filedata`, with the bearer token. Status and body of its answer are not established.
"""

from __future__ import annotations

import re
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import quote

from naverworks_notify.simulator.service._answers import (
    Situation,
    json_response,
    refuse,
)
from naverworks_notify.simulator.service._state import State
from naverworks_notify.simulator.service._tenant import Attachment
from naverworks_notify.simulator.service._tokens import Grant
from naverworks_notify.wire import Request, Response

__all__ = ["STORAGE_PREFIX", "read_file_part", "store_or_fetch"]

STORAGE_PREFIX = "/storage/"
# The first is documented, the second is what an official sample sends:
# https://github.com/lineworks/works-api-usecase-heatstroke-alert-bot
PARTS = frozenset({"Filedata", "FileData"})

_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_PATH = re.compile(r"/storage/(upload|download)/([^/]+)/[^/]*")


def store_or_fetch(state: State, request: Request, path: str, grant: Grant | None) -> Response:
    """Take an upload, or hand out a file."""
    if grant is None:
        _refuse_as(state, Situation.UPLOAD_WITHOUT_BEARER)
    found = _PATH.fullmatch(path)
    attachment = state.uploads.get(found.group(2)) if found else None
    if found is None or attachment is None:
        raise refuse(404, "NOT_FOUND", "The file does not exist.")
    if attachment.has_expired(state.now()):
        _refuse_as(state, Situation.UPLOAD_URL_EXPIRED)
    if found.group(1) == "upload" and request.method == "POST":
        return _store(state, request, attachment)
    if found.group(1) == "download" and request.method == "GET" and attachment.content is not None:
        disposition = f"attachment; filename*=UTF-8''{quote(attachment.file_name, safe='')}"
        return Response(
            status=200,
            headers={
                "content-type": attachment.content_type,
                "content-disposition": disposition,
            },
            content=attachment.content,
        )
    raise refuse(404, "NOT_FOUND", "The file does not exist.")


def _store(state: State, request: Request, attachment: Attachment) -> Response:
    if attachment.content is not None:
        _refuse_as(state, Situation.UPLOAD_URL_USED)
    headers = {name.lower(): value for name, value in request.headers.items()}
    part = read_file_part(headers.get("content-type", ""), request.content or b"")
    if part is None:
        _refuse_as(state, Situation.UPLOAD_WRONG_PART)
        part = (b"", "application/octet-stream")
    content, content_type = part
    if len(content) > state.behaviour.max_upload:
        told = "The file is larger than the tenant allows."
        raise refuse(400, "LIMIT_EXCEEDED", told, switch="max_upload")
    attachment.content, attachment.content_type = content, content_type
    body = {
        "fileId": attachment.file_id,
        "fileName": attachment.file_name,
        "fileSize": len(content),
    }
    return json_response(200, body)


def read_file_part(content_type: str, body: bytes) -> tuple[bytes, str] | None:
    """Return the content and type of the file's part; None when there is none."""
    if not content_type.lower().startswith("multipart/form-data"):
        return None
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    try:
        return _find_part(BytesParser(policy=HTTP).parsebytes(head + body))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, MessageError):
        # The parser of e-mail raises any of these for malformed headers and deep nesting.
        return None


def _find_part(parsed: EmailMessage) -> tuple[bytes, str] | None:
    if not parsed.is_multipart():
        return None
    for part in parsed.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if name in PARTS and part.get_filename() is not None:
            content = part.get_payload(decode=True)
            kind = part.get_content_type()
            # It comes back as a header of the download.
            known = kind if _MEDIA_TYPE.fullmatch(kind) else "application/octet-stream"
            return (content if isinstance(content, bytes) else b""), known
    return None


def _refuse_as(state: State, situation: Situation) -> None:
    refused = state.behaviour.refusal_of(situation)
    if refused is not None:
        raise refused
