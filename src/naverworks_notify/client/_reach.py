"""Asking a URL anything at all, to see whether it can be reached from here; for `doctor`."""

from __future__ import annotations

from naverworks_notify.client._identity import TOKEN_ENDPOINT, USER_AGENT
from naverworks_notify.client._outcome import Lost, error_of_lost
from naverworks_notify.client._sync.connections import Connections
from naverworks_notify.wire import Request, Response

__all__ = ["reach"]


def reach(url: str, *, timeout: float = 10.0) -> Response:
    """Return what a URL answers to a GET without a token, whatever its status.

    Goes the way a client's requests go: through the same proxy, with the same certificates.

    Raises:
        TransportError: No answer came.
        InvalidValue: The environment names a proxy or certificates that cannot be used.
    """
    connections = Connections(transport=None, timeout=timeout, ssl_context=None)
    try:
        request = Request(method="GET", url=url, headers={"user-agent": USER_AGENT}, content=None)
        response, _ = connections.send(request)
    except Lost as lost:
        raise error_of_lost(TOKEN_ENDPOINT, lost) from None
    finally:
        connections.close()
    return response
