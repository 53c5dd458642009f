"""Telling the log and the caller's hooks what a client does."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from naverworks_notify.breaker import Change
from naverworks_notify.client._hooks import (
    CircuitDetails,
    RequestDetails,
    RetryDetails,
    WaitDetails,
    tell,
)
from naverworks_notify.client._outcome import Failed
from naverworks_notify.client._recipients import recipients_of
from naverworks_notify.logs import logger_of
from naverworks_notify.operations import Endpoint, request_id
from naverworks_notify.retry import Failure, failure_of_status
from naverworks_notify.wire import Response

if TYPE_CHECKING:
    from naverworks_notify.client._options import ClientOptions

__all__ = ["Telling", "announce"]

_log = logger_of("client")

_SUCCESS = range(200, 300)


def announce(options: ClientOptions) -> None:
    """Say in the log, before anything else, that not everybody is told."""
    recipients = recipients_of(options.only_to, options.redirect_to)
    if recipients is not None:
        _log.warning("%s", recipients.told())


class Telling:
    """Tells of the work of one client.

    Args:
        client_id: Whose it is.
        options: What the client goes by.
    """

    __slots__ = ("_client_id", "_options")

    def __init__(self, client_id: str, options: ClientOptions) -> None:
        self._client_id = client_id
        self._options = options

    def request(
        self,
        endpoint: Endpoint,
        attempt: int,
        started: float,
        response: Response | None,
        failure: Failure | None,
    ) -> None:
        """Tell of an HTTP request."""
        hook = self._options.on_request
        status = None if response is None else response.status
        if failure is None and status is not None and status not in _SUCCESS:
            failure = None if status in endpoint.success else failure_of_status(status)
        details = RequestDetails(
            client_id=self._client_id,
            operation=endpoint.name,
            method=endpoint.method,
            template=endpoint.template,
            attempt=attempt,
            status=status,
            failure=None if failure is None else failure.value,
            duration=timedelta(seconds=self._options.clock.monotonic() - started),
            request_id=None if response is None else request_id(response),
        )
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug(
                "%s: %s in %.0f ms (attempt %d)",
                details.operation,
                details.status or details.failure,
                details.duration.total_seconds() * 1000,
                details.attempt,
            )
        if hook is not None:
            tell(hook, details)

    def retry(self, endpoint: Endpoint, attempt: int, failed: Failed, wait: float) -> None:
        """Tell that a call is about to be repeated."""
        _log.info(
            "%s: attempt %d failed (%s); again in %.1f s",
            endpoint.name,
            attempt,
            failed.failure.value,
            wait,
        )
        if self._options.on_retry is not None:
            details = RetryDetails(
                client_id=self._client_id,
                operation=endpoint.name,
                attempt=attempt,
                failure=failed.failure.value,
                status=getattr(failed.error, "status", None),
                wait=timedelta(seconds=wait),
            )
            tell(self._options.on_retry, details)

    def wait(self, endpoint: Endpoint, estimate: float) -> None:
        """Tell that a call waits for the rate budget."""
        _log.info("%s: waits about %.1f s for the rate budget", endpoint.name, estimate)
        if self._options.on_wait is not None:
            details = WaitDetails(
                client_id=self._client_id,
                operation=endpoint.name,
                estimate=timedelta(seconds=estimate),
            )
            tell(self._options.on_wait, details)

    def circuit(self, change: Change) -> None:
        """Tell that sends are held back, or no longer."""
        whose = "the whole endpoint" if change.whole else f"the app {self._client_id}"
        if change.pause:
            told = "the service seems to be down; messages of %s are held back for %.0f s"
            _log.warning(told, whose, change.pause)
        else:
            _log.warning("the service is back; messages of %s go out again", whose)
        if self._options.on_circuit is not None:
            details = CircuitDetails(
                client_id=self._client_id,
                scope="endpoint" if change.whole else "client",
                state=change.state.value,
                pause=timedelta(seconds=change.pause),
            )
            tell(self._options.on_circuit, details)
