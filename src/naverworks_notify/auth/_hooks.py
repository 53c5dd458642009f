"""What callers hand in: how to send a request, and whom to tell about tokens."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from attrs import frozen

from naverworks_notify.wire import Request, Response

__all__ = ["AsyncSend", "OnToken", "Send", "TokenDetails", "TokenReason", "TokenSource"]


class Send(Protocol):
    """Sends one request and returns the response, whatever its status.

    Must have a timeout, must not follow redirects, and raises a NaverWorksError (TransportError)
    where no response came.
    """

    def __call__(self, request: Request, /) -> Response:
        """Send it."""
        ...


class AsyncSend(Protocol):
    """The same for tasks."""

    def __call__(self, request: Request, /) -> Awaitable[Response]:
        """Send it."""
        ...


class TokenReason(StrEnum):
    """Why another token was needed."""

    COLD = "cold"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REJECTED = "rejected"


class TokenSource(StrEnum):
    """Where the token came from."""

    EXCHANGE = "exchange"
    STORE = "store"


@frozen(kw_only=True)
class TokenDetails:
    """What `on_token` is told. Holds no secret; fields may be added.

    Attributes:
        client_id: Of which app.
        reason: Why another token was needed.
        source: The service issued it now, or another user of the store had it already.
        expires_at: When it expires.
        scopes: What was granted.
        took: How long it took, waiting for the store's lock included.
    """

    client_id: str
    reason: TokenReason
    source: TokenSource
    expires_at: datetime
    scopes: tuple[str, ...]
    took: timedelta


class OnToken(Protocol):
    """Called after another token came into use; on whichever thread or task fetched it.

    An exception is logged and goes no further.
    """

    def __call__(self, details: TokenDetails, /) -> None:
        """Take note."""
        ...
