"""Files: announcing, uploading and finding them."""

from __future__ import annotations

from urllib.parse import urlsplit

from naverworks_notify.bots import Attachment, NewAttachment
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.operations._decode import nothing, value_of
from naverworks_notify.operations._operation import Operation, json_content
from naverworks_notify.operations._path import segment
from naverworks_notify.operations._table import ENDPOINTS
from naverworks_notify.wire import Response

__all__ = ["create", "download_url", "put"]


def create(bot_id: int, file_name: str) -> Operation[Attachment]:
    """Announce a file, and get the address to upload it to."""
    return Operation(
        endpoint=ENDPOINTS["attachments.create"],
        path=f"/bots/{bot_id}/attachments",
        content=json_content(NewAttachment(file_name).to_dict()),
        decode=value_of(Attachment),
    )


def put(upload_url: str, *, api_url: str) -> Operation[None]:
    """Upload a file to the address that `create` gave; the body is given to the runner.

    The access token goes along, so the address must be as safe as the API's own.

    Raises:
        InvalidValue: The address is not https, though the API's is.
    """
    parts = urlsplit(upload_url)
    if (
        not parts.hostname
        or "@" in parts.netloc
        or parts.scheme
        not in {
            "https",
            urlsplit(api_url).scheme,
        }
    ):
        raise InvalidValue(
            violations=(
                Violation(
                    "upload_url",
                    "https",
                    "is not an https address; the access token must not go there.",
                ),
            )
        )
    return Operation(endpoint=ENDPOINTS["attachments.put"], path=upload_url, decode=nothing)


def download_url(bot_id: int, file_id: str) -> Operation[str]:
    """Ask where a file can be downloaded from."""
    return Operation(
        endpoint=ENDPOINTS["attachments.download_url"],
        path=f"/bots/{bot_id}/attachments/{segment(file_id, 'file_id')}",
        decode=_location,
    )


def _location(response: Response) -> str:
    location = response.headers.get("location")
    if not location:
        raise InvalidValue(violations=(Violation("location", "required", "is required."),))
    return location
