"""What went wrong with one attempt, and the error that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TypeVar

from naverworks_notify.errors import (
    DeliveryUnknown,
    Hint,
    InvalidResponse,
    InvalidValue,
    NaverWorksError,
    TransportError,
)
from naverworks_notify.operations import Effect, Endpoint, Operation, api_error, request_id
from naverworks_notify.retry import Failure, failure_of_status, treatment_of
from naverworks_notify.wire import Request, Response

__all__ = ["Failed", "Lost", "error_of_lost", "nothing_sent", "read", "refusal"]

T = TypeVar("T")

_NOTHING_SENT = frozenset({Failure.CONNECT, Failure.TLS, Failure.POOL, Failure.RESET_BEFORE_SENT})
_TOLD = {
    Failure.CONNECT: "the service could not be reached",
    Failure.TLS: "the TLS handshake failed",
    Failure.POOL: "no connection was free in time",
    Failure.RESET_BEFORE_SENT: "the connection was lost before the request was sent",
    Failure.WRITE: "the connection was lost while the request was being sent",
    Failure.READ_TIMEOUT: "the service did not answer in time",
    Failure.RESET_AFTER_SENT: "the connection was lost before the answer came",
}
_SHORTFALLS = {
    Failure.MALFORMED: "is packed in a way that was not asked for, or wrongly",
    Failure.OVERSIZED: "is too long",
    Failure.TRUNCATED: "broke off",
}
_SLOW = Hint(
    en="Check the network and the proxy; where answers are often this slow, give a longer "
    "timeout=.",
    ko="네트워크와 프록시를 확인하고, 응답이 자주 늦다면 timeout=을 늘리세요.",
)
_LOOK_FIRST = Hint(
    en="Read first whether the change was made, and only then make the call again.",
    ko="변경이 반영되었는지 먼저 조회한 뒤에 다시 호출하세요.",
)
_HINTS: Mapping[Failure, Hint] = {
    Failure.CONNECT: Hint(
        en="Check the network, DNS, the proxy (HTTPS_PROXY), and that endpoints= or "
        "NAVERWORKS_API_URL and NAVERWORKS_AUTH_URL name the service.",
        ko="네트워크, DNS, 프록시(HTTPS_PROXY)와 endpoints= 또는 NAVERWORKS_API_URL, "
        "NAVERWORKS_AUTH_URL의 주소를 확인하세요.",
    ),
    Failure.TLS: Hint(
        en="If a proxy of your company inspects the traffic, load its CA: "
        "ssl_context=ssl.create_default_context(cafile=...). Verification cannot be switched off.",
        ko="회사 프록시가 통신을 검사한다면 그 CA를 "
        "ssl_context=ssl.create_default_context(cafile=...)로 지정하세요. 인증서 검증은 끌 수 "
        "없습니다.",
    ),
    Failure.POOL: Hint(
        en="More calls run at once than there are connections; run fewer at a time.",
        ko="동시에 실행한 호출이 연결 수보다 많습니다. 한 번에 실행하는 호출을 줄이세요.",
    ),
    Failure.READ_TIMEOUT: _SLOW,
}
_UNKNOWN = Hint(
    en="It may have arrived, so do not just send it again: look into the room or ask the "
    'recipient. Where a duplicate does no harm, use guarantee="at_least_once".',
    ko="이미 도착했을 수 있으니 바로 다시 보내지 말고 대화방이나 받는 사람에게 확인하세요. 두 번 "
    '받아도 괜찮은 메시지라면 guarantee="at_least_once"를 사용하세요.',
)
_REDIRECTED = Hint(
    en="Redirects are never followed: check that the endpoints name the service itself, and that "
    "no proxy answers in its place.",
    ko="리다이렉트는 따라가지 않습니다. endpoints가 서비스의 주소인지, 프록시가 대신 응답하지 "
    "않는지 확인하세요.",
)


class Lost(Exception):  # noqa: N818 - never leaves this package
    """No answer came to a request.

    Attributes:
        failure: What happened.
        cause: The same as a cause of TransportError.
        reused: Whether it went over a connection that had been idle, which a server in good
            health may close.
    """

    def __init__(self, failure: Failure, cause: str) -> None:
        super().__init__(cause)
        self.failure = failure
        self.cause = cause
        self.reused = False


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


def shortfall_of(broken: Failure) -> str:
    """Return in words how the body of an answer falls short of being whole."""
    return _SHORTFALLS[broken]


def error_of_lost(endpoint: Endpoint, lost: Lost) -> NaverWorksError:
    """Return the error of a request that got no answer."""
    told = f"{endpoint.name}: {_TOLD[lost.failure]}"
    if treatment_of(lost.failure, endpoint.effect).raises == "DeliveryUnknown":
        return DeliveryUnknown(
            f"{told}; the message may or may not have been delivered.",
            operation=endpoint.name,
            cause="read_timeout" if lost.failure is Failure.READ_TIMEOUT else "connection_lost",
            hint=_UNKNOWN,
        )
    acted = not nothing_sent(lost.failure)
    hint = _HINTS.get(lost.failure)
    if acted and endpoint.effect is not Effect.READ:
        hint = _LOOK_FIRST
    return TransportError(
        f"{told}; {'it may have acted all the same' if acted else 'nothing was sent'}.",
        operation=endpoint.name,
        cause=lost.cause,
        may_have_acted=acted,
        hint=hint,
        passing=not acted or endpoint.effect is Effect.READ,
    )


def read(operation: Operation[T], response: Response, broken: Failure | None) -> T:
    """Return what a successful answer says.

    Raises:
        Failed: It cannot be read.
    """
    endpoint = operation.endpoint
    if broken is not None:
        raise Failed(broken, error_of_unreadable(endpoint, response, shortfall_of(broken)))
    wrong: str
    try:
        return operation.decode(response)
    except (ValueError, RecursionError, AttributeError, TypeError) as unreadable:
        wrong = _shape_of(unreadable)
    raise Failed(Failure.MALFORMED, error_of_unreadable(endpoint, response, wrong))


def _shape_of(error: Exception) -> str:
    # Only our own reader's words: a JSON error quotes what it could not read.
    if isinstance(error, InvalidValue):
        return f"has an unexpected shape ({error})"
    return "is not readable JSON"


def refusal(
    endpoint: Endpoint, sent: Request, response: Response, asked: timedelta | None
) -> Failed:
    """Return what an answer that is no success means.

    Args:
        endpoint: What was called.
        sent: The request, so that nothing of it is quoted.
        response: The answer.
        asked: How long the service asks to wait.
    """
    failure = failure_of_status(response.status)
    error: NaverWorksError
    if treatment_of(failure, endpoint.effect).raises == "DeliveryUnknown":
        cause = "redirected" if failure is Failure.REDIRECT else "server_error"
        error = error_of_unknown(endpoint, response, cause)
    elif failure is Failure.REDIRECT:
        told = "is a redirect, and redirects are never followed; check the endpoints"
        error = error_of_unreadable(endpoint, response, told)
    else:
        error = api_error(endpoint, response, retry_after=asked, sent=sent)
    return Failed(failure, error, asked)


def error_of_unknown(endpoint: Endpoint, response: Response, cause: str) -> DeliveryUnknown:
    """Return the error of a send that was answered without saying whether it was done."""
    return DeliveryUnknown(
        f"{endpoint.name}: the service answered {response.status}; the message may or may not "
        "have been delivered.",
        operation=endpoint.name,
        cause=cause,
        status=response.status,
        request_id=request_id(response),
        hint=_REDIRECTED if cause == "redirected" else _UNKNOWN,
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
