"""Files: announcing, uploading and finding them."""

from __future__ import annotations

from collections.abc import Callable

from naverworks_notify.bots import Attachment, NewAttachment
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.operations._operation import Operation, json_content, load, nothing, segment
from naverworks_notify.operations._table import ENDPOINTS
from naverworks_notify.wire import Response

__all__ = ["create", "download_url", "put"]

Trusts = Callable[[str], bool]


def create(bot_id: int, file_name: str, *, trusts: Trusts) -> Operation[Attachment]:
    """Announce a file, and get the address to upload it to.

    Args:
        bot_id: The bot.
        file_name: The name with its extension.
        trusts: Tells whether the access token may go to an address.
    """

    def decode(response: Response) -> Attachment:
        made = Attachment.from_response(load(response))
        _trusted(made.upload_url, "uploadUrl", trusts)
        return made

    return Operation(
        endpoint=ENDPOINTS["attachments.create"],
        path=f"/bots/{bot_id}/attachments",
        content=json_content(NewAttachment(file_name).to_dict()),
        decode=decode,
    )


def put(upload_url: str) -> Operation[None]:
    """Upload a file to the address that `create` gave; the body is given to the runner."""
    return Operation(endpoint=ENDPOINTS["attachments.put"], path=upload_url, decode=nothing)


def download_url(bot_id: int, file_id: str, *, trusts: Trusts) -> Operation[str]:
    """Ask where a file can be downloaded from.

    Args:
        bot_id: The bot.
        file_id: The file's id.
        trusts: Tells whether the access token may go to an address.
    """

    def decode(response: Response) -> str:
        return _trusted(response.headers.get("location", ""), "Location", trusts)

    return Operation(
        endpoint=ENDPOINTS["attachments.download_url"],
        path=f"/bots/{bot_id}/attachments/{segment(file_id, 'file_id')}",
        decode=decode,
    )


def _trusted(url: str, name: str, trusts: Trusts) -> str:
    # Whoever gets the access token can send as the bot until it expires.
    if trusts(url):
        return url
    raise InvalidValue(
        violations=(
            Violation(
                name,
                "host",
                "leads to a place that Endpoints(hosts=...) does not name, so the access token "
                "must not go there.",
            ),
        )
    )
