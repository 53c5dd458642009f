"""What went wrong with one attempt, and the error that it becomes."""

from __future__ import annotations

from datetime import timedelta

from naverworks_notify.errors import (
    DeliveryUnknown,
    InvalidResponse,
    NaverWorksError,
    TransportError,
)
from naverworks_notify.operations import Effect, Endpoint, request_id
from naverworks_notify.retry import Failure, treatment_of
from naverworks_notify.wire import Response

__all__ = ["Failed", "Lost", "error_of_lost", "error_of_unreadable", "nothing_sent"]

_NOTHING_SENT = frozenset({Failure.CONNECT, Failure.TLS, Failure.POOL, Failure.RESET_BEFORE_SENT})
_TOLD = {
    Failure.CONNECT: "the service could not be reached",
    Failure.TLS: "the TLS handshake failed; the certificate may belong to a proxy, whose CA goes "
    "into ssl_context=",
    Failure.POOL: "no connection was free in time",
    Failure.RESET_BEFORE_SENT: "the connection was lost before the request was sent",
    Failure.WRITE: "the connection was lost while the request was being sent",
    Failure.READ_TIMEOUT: "the service did not answer in time",
    Failure.RESET_AFTER_SENT: "the connection was lost before the answer came",
}


class Lost(Exception):  # noqa: N818 - never leaves this package
    """No answer came to a request.

    Attributes:
        failure: What happened.
        cause: The same as a cause of TransportError.
    """

    def __init__(self, failure: Failure, cause: str) -> None:
        super().__init__(cause)
        self.failure = failure
        self.cause = cause


class Failed(Exception):  # noqa: N818 - never leaves this package
    """One attempt of a call failed.

    Attributes:
        failure: What happened.
        error: What the caller gets unless the call is repeated.
        asked: How long the service asked to wait.
    """

    def __init__(
        self, failure: Failure, error: NaverWorksError, asked: timedelta | None = None
    ) -> None:
        super().__init__(failure.value)
        self.failure = failure
        self.error = error
        self.asked = asked


def nothing_sent(failure: Failure) -> bool:
    """Return whether the request never reached the service."""
    return failure in _NOTHING_SENT


def error_of_lost(endpoint: Endpoint, lost: Lost) -> NaverWorksError:
    """Return the error of a request that got no answer."""
    told = f"{endpoint.name}: {_TOLD[lost.failure]}"
    if treatment_of(lost.failure, endpoint.effect).raises == "DeliveryUnknown":
        return DeliveryUnknown(
            f"{told}; the message may or may not have been delivered.",
            operation=endpoint.name,
            cause="read_timeout" if lost.failure is Failure.READ_TIMEOUT else "connection_lost",
        )
    acted = not nothing_sent(lost.failure)
    return TransportError(
        f"{told}; {'it may have acted all the same' if acted else 'nothing was sent'}.",
        operation=endpoint.name,
        cause=lost.cause,
        may_have_acted=acted,
    )


def error_of_unknown(endpoint: Endpoint, response: Response, cause: str) -> DeliveryUnknown:
    """Return the error of a send that was answered without saying whether it was done."""
    return DeliveryUnknown(
        f"{endpoint.name}: the service answered {response.status}; the message may or may not "
        "have been delivered.",
        operation=endpoint.name,
        cause=cause,
        status=response.status,
        request_id=request_id(response),
    )


def error_of_unreadable(endpoint: Endpoint, response: Response, told: str) -> InvalidResponse:
    """Return the error of an answer that cannot be read."""
    acted = "" if endpoint.effect is Effect.READ else " The call itself was carried out."
    return InvalidResponse(
        f"{endpoint.name}: the answer ({response.status}) {told}.{acted}",
        operation=endpoint.name,
        status=response.status,
        request_id=request_id(response),
    )
