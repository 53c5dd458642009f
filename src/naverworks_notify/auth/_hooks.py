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
        source: The service issued it now, or was asked to and failed; or another user of the
            store had it already.
        expires_at: When it expires; None after a failure.
        scopes: What was granted; empty after a failure.
        took: How long it took, waiting for the store's lock included.
        failure: The class of the error that callers get, such as `PrivateKeyRejected`; None
            where a token came into use.
    """

    client_id: str
    reason: TokenReason
    source: TokenSource
    expires_at: datetime | None
    scopes: tuple[str, ...]
    took: timedelta
    failure: str | None = None


class OnToken(Protocol):
    """Called after another token came into use, or could not be had; on whose thread or task it was.

    A refusal that is remembered and raised again without asking the service is not told again.
    An exception is logged and goes no further.
    """

    def __call__(self, details: TokenDetails, /) -> None:
        """Take note."""
        ...
