"""What a call answers that a fault has struck."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from naverworks_notify.simulator.service._answers import Answer, error_response, json_response
from naverworks_notify.simulator.service._behaviour import Behaviour
from naverworks_notify.simulator.service._faults import Fault, FaultKind
from naverworks_notify.simulator.service._rates import Standing
from naverworks_notify.wire import Response

__all__ = ["DOCUMENTED", "spoiled", "unauthorized"]

# https://developers.worksmobile.com/en/docs/error-codes
DOCUMENTED: Mapping[int, Answer] = {
    400: Answer(400, "BAD_REQUEST", "The request is malformed."),
    401: Answer(401, "UNAUTHORIZED", "Authentication failed."),
    403: Answer(403, "FORBIDDEN", "The request is refused."),
    404: Answer(404, "NOT_FOUND", "The resource does not exist."),
    409: Answer(409, "CONFLICT", "The resource is in conflict."),
    410: Answer(410, "DELETED", "The resource is deleted."),
    429: Answer(429, "TOO_MANY_REQUESTS", "API rate limit exceeded"),
    500: Answer(500, "INTERNAL_SERVER_ERROR", "Internal server error"),
    503: Answer(503, "SERVICE_UNAVAILABLE", "Service unavailable"),
}

# RFC 6749 section 5.2, and its section 4.1.2.1 for faults of the server.
_TOKEN_ERRORS: Mapping[int, str] = {
    400: "invalid_grant",
    401: "invalid_client",
    503: "temporarily_unavailable",
}

ELSEWHERE = "https://elsewhere.invalid/"
BROKEN_JSON = b'{"broken": '


def unauthorized(description: str | None = None) -> Response:
    """Return the answer to a call without a live token.

    The header explains the cause (https://developers.worksmobile.com/en/docs/error-codes).
    """
    known = DOCUMENTED[401]
    return error_response(
        Answer(401, known.code, description or known.description),
        {
            "www-authenticate": 'Bearer error="invalid_token", '
            'error_description="The access token is invalid or has expired."'
        },
    )


def spoiled(
    fault: Fault,
    genuine: Response,
    *,
    token_call: bool,
    limit: int,
    window: timedelta,
    now: datetime,
    behaviour: Behaviour,
) -> Response:
    """Return what arrives instead of the genuine answer; the connection itself holds."""
    if fault.kind is not None:
        return _broken(fault, genuine)
    if fault.status is None:
        return genuine
    if fault.body is not None:
        return Response(status=fault.status, headers=fault.headers, content=fault.body)
    if token_call:
        return _token_error(fault, fault.status)
    rates = Standing(allowed=False, limit=limit, used=limit, reset=window).headers(behaviour, now)
    return _api_error(fault, fault.status, rates)


def _broken(fault: Fault, genuine: Response) -> Response:
    if fault.kind is FaultKind.MALFORMED:
        body = BROKEN_JSON if fault.body is None else fault.body
        headers = {"content-type": "application/json; charset=UTF-8", **fault.headers}
        return Response(status=genuine.status, headers=headers, content=body)
    if fault.kind is FaultKind.REDIRECT:
        return Response(status=307, headers={"location": ELSEWHERE, **fault.headers})
    if fault.kind is FaultKind.TOKEN_KILLED:
        return unauthorized(fault.description)
    # The connection breaks: the adapter does not look at the answer, or cuts it.
    return genuine


def _api_error(fault: Fault, status: int, rates: Mapping[str, str]) -> Response:
    headers = dict(fault.headers)
    if status == 429:  # noqa: PLR2004
        headers = {**rates, **headers}
    if status == 401 and fault.code is None:  # noqa: PLR2004
        headers = {**unauthorized().headers, **headers}
    known = DOCUMENTED.get(status, DOCUMENTED[500])
    answer = Answer(status, fault.code or known.code, fault.description or known.description)
    return error_response(answer, headers)


def _token_error(fault: Fault, status: int) -> Response:
    body = {
        "error": fault.code or _TOKEN_ERRORS.get(status, "server_error"),
        "error_description": fault.description or "Scripted by a test.",
    }
    return json_response(status, body, {"cache-control": "no-store", **fault.headers})
