"""The storage host behind attachments: uploads and downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from naverworks_notify.testing.service._answers import refuse
from naverworks_notify.testing.service._tokens import Grant
from naverworks_notify.wire import Request, Response

if TYPE_CHECKING:
    from naverworks_notify.testing.service._service import Service

__all__ = ["STORAGE_PREFIX", "store_or_fetch"]

STORAGE_PREFIX = "/storage/"


def store_or_fetch(service: Service, request: Request, path: str, grant: Grant | None) -> Response:
    """Take an upload, or hand out a file."""
    raise refuse(404, "NOT_FOUND", "The file does not exist.")
