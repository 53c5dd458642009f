"""`Client` and `AsyncClient`: the service's API over HTTP."""

from __future__ import annotations

from naverworks_notify.client._async.client import AsyncClient
from naverworks_notify.client._hooks import (
    OnRequest,
    OnRetry,
    OnWait,
    RequestDetails,
    RetryDetails,
    WaitDetails,
)
from naverworks_notify.client._sync.client import Client

__all__ = [
    "AsyncClient",
    "Client",
    "OnRequest",
    "OnRetry",
    "OnWait",
    "RequestDetails",
    "RetryDetails",
    "WaitDetails",
]
