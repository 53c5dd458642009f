"""What a client tells of its work: frozen details without ids of people or contents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from attrs import frozen

from naverworks_notify.logs import logger_of

__all__ = [
    "CircuitDetails",
    "OnCircuit",
    "OnRequest",
    "OnRetry",
    "OnWait",
    "RequestDetails",
    "RetryDetails",
    "WaitDetails",
    "tell",
]

_log = logger_of("client")

D = TypeVar("D")


@frozen(kw_only=True)
class RequestDetails:
    """One HTTP request that was made.

    Attributes:
        client_id: The app of the client that made it.
        operation: Name of the endpoint, for example `messages.send_to_user`.
        method: HTTP method.
        template: Path with its parameters in braces, as ids may be addresses of people.
        attempt: Which attempt of the call this was, from 1.
        status: HTTP status, or None without an answer.
        failure: How it failed, one of `naverworks_notify.retry.Failure`, or None.
        duration: From the first byte out to the last byte in, connecting included.
        request_id: The service's id of the request, where it sends one.
    """

    operation: str
    method: str
    template: str
    attempt: int
    status: int | None
    failure: str | None
    duration: timedelta
    request_id: str | None
    client_id: str = ""


@frozen(kw_only=True)
class RetryDetails:
    """A call is about to be repeated.

    Attributes:
        client_id: The app of the client that makes it.
        operation: Name of the endpoint.
        attempt: Which attempt failed, from 1.
        failure: How it failed.
        status: HTTP status, or None without an answer.
        wait: How long it waits first.
    """

    operation: str
    attempt: int
    failure: str
    status: int | None
    wait: timedelta
    client_id: str = ""


@frozen(kw_only=True)
class WaitDetails:
    """A call waits for a place in the rate budget.

    Attributes:
        client_id: The app of the client that makes it.
        operation: Name of the endpoint.
        estimate: About how long, as far as known.
    """

    operation: str
    estimate: timedelta
    client_id: str = ""


@frozen(kw_only=True)
class CircuitDetails:
    """Sends are held back from now on, still, or no longer, as the service seems to be down.

    Attributes:
        client_id: The app whose send showed it.
        scope: `client` where only sends of that app are meant, `endpoint` for those of all.
        state: `open`, anew after each try that failed, or `closed`.
        pause: How long until the next try; zero for `closed`.
    """

    client_id: str
    scope: str
    state: str
    pause: timedelta


OnCircuit = Callable[[CircuitDetails], None]
OnRequest = Callable[[RequestDetails], None]
OnRetry = Callable[[RetryDetails], None]
OnWait = Callable[[WaitDetails], None]


def tell(hook: Callable[[D], None], details: D) -> None:
    """Call a hook; one that raises is logged, and never fails a call that may have been sent."""
    try:
        hook(details)
    except Exception as error:  # noqa: BLE001 - whatever the caller's code raises
        _log.warning("a hook raised %s; the call goes on", type(error).__name__)
