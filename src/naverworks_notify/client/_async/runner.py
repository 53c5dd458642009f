"""Running operations: token, rate budget, request, retry."""

from __future__ import annotations

import logging
import random
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from naverworks_notify.auth import AccessToken, AsyncTokens, ServiceAccount
from naverworks_notify.client._before_send import BeforeSend, run_before_async
from naverworks_notify.client._hooks import RequestDetails, RetryDetails, WaitDetails, tell
from naverworks_notify.client._identity import TOKEN_ENDPOINT, USER_AGENT
from naverworks_notify.client._options import ClientOptions
from naverworks_notify.client._outcome import (
    Failed,
    Lost,
    error_of_lost,
    error_of_unknown,
    error_of_unreadable,
    nothing_sent,
    shortfall_of,
)
from naverworks_notify.client._scopes import check_scopes
from naverworks_notify.client._turns import AsyncTurns
from naverworks_notify.errors import (
    AuthError,
    InvalidResponse,
    InvalidValue,
    NaverWorksError,
    TransportError,
)
from naverworks_notify.limits import (
    LimitKey,
    Share,
    comes_from_service,
    owner_of,
    read_limit_headers,
)
from naverworks_notify.logs import logger_of
from naverworks_notify.operations import (
    Effect,
    Endpoint,
    Limit,
    Operation,
    Page,
    api_error,
    next_page,
    request_id,
)
from naverworks_notify.retry import (
    Failure,
    failure_of_status,
    may_repeat,
    read_retry_after,
    treatment_of,
)
from naverworks_notify.wire import Request, Response

if TYPE_CHECKING:
    from naverworks_notify.client._async.connections import AsyncConnections
    from naverworks_notify.client._http import Body

__all__ = ["AsyncRunner"]

T = TypeVar("T")

_log = logger_of("client")

# 300 to 399: of a redirect that is no documented success, nothing can be said but that.
_SUCCESS = range(200, 300)
_UNAUTHORIZED = 401
_TOO_MANY = 429
# Lengths of time are counted in microseconds.
_ROUNDED = 1e-6


class _Call:
    """One call of the caller's, through all its attempts."""

    __slots__ = (
        "attempt",
        "before_send",
        "body",
        "content_type",
        "leaving",
        "left",
        "operation",
        "throttled",
    )

    def __init__(
        self,
        operation: Operation[Any],
        left: float,
        body: Body | None,
        content_type: str | None,
        before_send: BeforeSend | None,
    ) -> None:
        self.operation = operation
        self.attempt = 1
        self.left = left
        # How many of the attempts were answered with a 429.
        self.throttled = 0
        self.body = body
        self.content_type = content_type
        self.before_send = before_send
        # Whether a byte of this try may be on its way.
        self.leaving = False

    async def let_leave(self) -> None:
        """Do what comes right before the first byte; nothing is sent where this raises."""
        if self.before_send is not None:
            await run_before_async(self.before_send)
        self.leaving = True


class AsyncRunner:
    """Runs operations for one account. Decides nothing: `retry`, `limits` and `auth` do.

    Args:
        account: For whom.
        options: What the client goes by.
        connections: What requests are sent over.
    """

    def __init__(
        self, account: ServiceAccount, options: ClientOptions, connections: AsyncConnections
    ) -> None:
        self.options = options
        self._connections = connections
        self._turns = AsyncTurns(options.endpoints.api, account.client_id)
        self._owner = owner_of(options.endpoints.api, account.client_id)
        self._limiter = connections.world.limiter(options.limiter, self._owner)
        self._limit_keys: dict[str, LimitKey] = {}
        self._max_wait = options.retry.max_wait.total_seconds()
        self.tokens: AsyncTokens = AsyncTokens(
            account,
            endpoints=options.endpoints,
            store=(
                connections.world.tokens if options.token_store is None else options.token_store
            ),
            clock=options.clock,
            send=self._send_for_token,
            on_token=options.on_token,
        )

    async def run(
        self,
        operation: Operation[T],
        *,
        body: Body | None = None,
        content_type: str | None = None,
        before_send: BeforeSend | None = None,
    ) -> T:
        """Carry out one operation, with everything that may have to be repeated."""
        call = _Call(operation, self._max_wait, body, content_type, before_send)
        if operation.endpoint.serial:
            async with self._turns.of(operation.resource):
                return await self._run(call)  # type: ignore[no-any-return]
        return await self._run(call)  # type: ignore[no-any-return]

    async def pages(self, operation: Operation[Page[T]]) -> AsyncIterator[T]:
        """Yield the items of all pages, one page read at a time.

        Raises:
            InvalidResponse: The service gave the same cursor twice, which would never end.
        """
        seen: set[str] = set()
        while True:
            page = await self.run(operation)
            for item in page.items:
                yield item
            cursor = page.next_cursor
            if cursor is None:
                return
            if cursor in seen:
                raise InvalidResponse(
                    f"{operation.endpoint.name}: the service gave the same cursor twice, so the "
                    "list has no end. The items so far may be repeated or incomplete.",
                    operation=operation.endpoint.name,
                    status=200,
                )
            seen.add(cursor)
            operation = next_page(operation, cursor)

    async def aclose(self) -> None:
        """Close the connections, and end a token refresh that runs in the background."""
        if isinstance(self._limiter, Share):
            self._limiter.close()
        await self.tokens.aclose()
        await self._connections.aclose()

    async def _run(self, call: _Call) -> Any:
        try:
            return await self._attempt(call)
        except Failed as failed:
            first = failed
        # Raised below, outside of the handler: what httpx raised knows the URL and the token,
        # and must not hang on to our error as its context.
        if self._goes_on(first, call):
            return await self._repeat(call, first)
        raise first.error

    async def _repeat(self, call: _Call, first: Failed) -> Any:
        # Loaded and built only now: most calls never get here, and a shared one would mix the
        # attempts of calls that run at the same time.
        from tenacity import AsyncRetrying, retry_if_exception  # noqa: PLC0415

        options = self.options

        def wait(state: Any) -> float:
            pause = options.retry.pause(
                state.attempt_number,
                jitter=random.random(),  # noqa: S311 - spreads retries, keeps no secret
                asked=state.outcome.exception().asked,
                left=timedelta(seconds=call.left),
            )
            return pause.total_seconds()

        def before_sleep(state: Any) -> None:
            failed = state.outcome.exception()
            call.left = max(call.left - state.upcoming_sleep, 0.0)
            call.throttled += failed.failure is Failure.RATE_LIMITED
            self._tell_retry(call, failed, state.upcoming_sleep)

        try:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception(lambda error: self._goes_on(error, call)),
                wait=wait,
                stop=lambda state: state.upcoming_sleep > call.left + _ROUNDED,
                sleep=options.clock.sleep_async,
                before_sleep=before_sleep,
                reraise=True,
            ):
                with attempt:
                    call.attempt = attempt.retry_state.attempt_number
                    if call.attempt == 1:
                        raise first
                    return await self._attempt(call)
        except Failed as failed:
            first = failed
        raise first.error

    def _goes_on(self, error: BaseException, call: _Call) -> bool:
        if not isinstance(error, Failed):
            return False
        options = self.options
        return may_repeat(
            error.failure, call.operation.endpoint.effect, options.guarantee
        ) and not options.retry.gives_up(error.failure, counted=call.attempt - call.throttled)

    async def _attempt(self, call: _Call) -> Any:
        token = await self._token()
        check_scopes(call.operation.endpoint, token)
        response, broken = await self._exchange(call, token)
        if response.status == _UNAUTHORIZED:
            token = await self._token(rejected=token)
            response, broken = await self._exchange(call, token)
        return self._read(call, token, response, broken)

    async def _token(self, rejected: AccessToken | None = None) -> AccessToken:
        unreachable: NaverWorksError
        try:
            if rejected is None:
                return await self.tokens.get()
            return await self.tokens.replace(rejected)
        except TransportError as error:
            unreachable = error
        except AuthError as error:
            if not error.passing:
                raise
            unreachable = error
        # Nothing of the call itself was sent, so it is as safe to repeat as after a failure to
        # connect; and a 429 of the token endpoint is as good as one of the API.
        throttled = getattr(unreachable, "status", None) == _TOO_MANY
        raise Failed(
            Failure.RATE_LIMITED if throttled else Failure.CONNECT,
            unreachable,
            getattr(unreachable, "retry_after", None),
        )

    async def _exchange(self, call: _Call, token: AccessToken) -> tuple[Response, Failure | None]:
        operation = call.operation
        endpoint = operation.endpoint
        options = self.options
        clock = options.clock
        key = self._limit_keys.get(endpoint.name) or self._limit_key(endpoint)
        waiting: list[float] = []

        def on_wait(estimate: float) -> None:
            waiting.append(clock.monotonic())
            self._tell_wait(endpoint, estimate)

        lease = await self._limiter.acquire_async(
            key, clock=clock, max_wait=call.left, on_wait=on_wait
        )
        if waiting:
            call.left = max(call.left - (clock.monotonic() - waiting[0]), 0.0)
        started = clock.monotonic()
        outcome: tuple[Response, Failure | None] | Lost
        call.leaving = call.before_send is None
        headers: Mapping[str, str] = {}
        pause = 0.0
        try:
            try:
                outcome = await self._connections.send(
                    self._request(call, token),
                    call.body,
                    owner=self._owner,
                    before_send=None if call.before_send is None else call.let_leave,
                )
            except Lost as lost:
                outcome = lost
                call.leaving = not nothing_sent(lost.failure)
            except InvalidValue:
                # The file that was to be sent, or what the environment says of the network.
                call.leaving = False
                raise
            else:
                if outcome[0].status == _TOO_MANY:
                    pause = self._pause_of(call, outcome[0])
                if comes_from_service(outcome[0]):
                    headers = outcome[0].headers
        finally:
            # Whatever happens in between (cancelled, most likely), a place is never lost.
            if call.leaving:
                lease.finish(headers, pause)
            else:
                lease.abandon()
        if isinstance(outcome, Lost):
            self._tell_request(call, started, None, outcome.failure)
            raise Failed(outcome.failure, error_of_lost(endpoint, outcome))
        response, broken = outcome
        self._tell_request(call, started, response, broken)
        return response, broken

    def _pause_of(self, call: _Call, response: Response) -> float:
        asked = self._asked(response)
        return self.options.retry.pause(call.attempt, jitter=0.0, asked=asked).total_seconds()

    def _read(
        self, call: _Call, token: AccessToken, response: Response, broken: Failure | None
    ) -> Any:
        operation = call.operation
        endpoint = operation.endpoint
        if response.status in _SUCCESS or response.status in endpoint.success:
            if endpoint.effect is Effect.SEND:
                return None
            if broken is not None:
                raise Failed(broken, error_of_unreadable(endpoint, response, shortfall_of(broken)))
            wrong: str
            try:
                return operation.decode(response)
            except (ValueError, RecursionError, AttributeError, TypeError) as unreadable:
                wrong = _shape_of(unreadable)
            raise Failed(Failure.MALFORMED, error_of_unreadable(endpoint, response, wrong))
        failure = failure_of_status(response.status)
        asked = self._asked(response)
        sent = self._request(call, token)
        raise Failed(failure, self._error_of(endpoint, sent, response, failure, asked), asked)

    def _error_of(
        self,
        endpoint: Endpoint,
        sent: Request,
        response: Response,
        failure: Failure,
        asked: timedelta | None,
    ) -> NaverWorksError:
        if treatment_of(failure, endpoint.effect).raises == "DeliveryUnknown":
            cause = "redirected" if failure is Failure.REDIRECT else "server_error"
            return error_of_unknown(endpoint, response, cause)
        if failure is Failure.REDIRECT:
            return error_of_unreadable(
                endpoint,
                response,
                "is a redirect, and redirects are never followed; check the endpoints",
            )
        return api_error(endpoint, response, retry_after=asked, sent=sent)

    def _asked(self, response: Response) -> timedelta | None:
        asked = read_retry_after(response.headers, now=self.options.clock.now())
        if asked is None and response.status == _TOO_MANY:
            stated = read_limit_headers(response.headers)
            if stated is not None and stated.reset is not None:
                asked = timedelta(seconds=stated.reset)
        return asked

    def _request(self, call: _Call, token: AccessToken) -> Request:
        operation = call.operation
        target = operation.target
        headers = {
            "authorization": f"Bearer {token.value}",
            "accept": "application/json",
            "accept-encoding": "gzip, deflate",
            "user-agent": USER_AGENT,
        }
        if call.content_type is not None:
            headers["content-type"] = call.content_type
        elif operation.content is not None:
            headers["content-type"] = "application/json"
        return Request(
            method=operation.endpoint.method,
            url=self.options.endpoints.api + target if target.startswith("/") else target,
            headers=headers,
            content=operation.content,
        )

    async def _send_for_token(self, request: Request) -> Response:
        lost: Lost
        try:
            response, _ = await self._connections.send(request, owner=self._owner)
        except Lost as error:
            lost = error
        else:
            return response
        raise error_of_lost(TOKEN_ENDPOINT, lost)

    def _limit_key(self, endpoint: Endpoint) -> LimitKey:
        key = LimitKey(self._owner, endpoint.name, endpoint.limit is Limit.ROOM)
        return self._limit_keys.setdefault(endpoint.name, key)

    def _tell_request(
        self, call: _Call, started: float, response: Response | None, failure: Failure | None
    ) -> None:
        hook = self.options.on_request
        logged = _log.isEnabledFor(logging.DEBUG)
        if hook is None and not logged:
            return
        endpoint = call.operation.endpoint
        status = None if response is None else response.status
        if failure is None and status is not None and status not in _SUCCESS:
            failure = None if status in endpoint.success else failure_of_status(status)
        details = RequestDetails(
            operation=endpoint.name,
            method=endpoint.method,
            template=endpoint.template,
            attempt=call.attempt,
            status=status,
            failure=None if failure is None else failure.value,
            duration=timedelta(seconds=self.options.clock.monotonic() - started),
            request_id=None if response is None else request_id(response),
        )
        if logged:
            _log.debug(
                "%s: %s in %.0f ms (attempt %d)",
                details.operation,
                details.status or details.failure,
                details.duration.total_seconds() * 1000,
                details.attempt,
            )
        if hook is not None:
            tell(hook, details)

    def _tell_retry(self, call: _Call, failed: Failed, wait: float) -> None:
        endpoint = call.operation.endpoint
        _log.info(
            "%s: attempt %d failed (%s); again in %.1f s",
            endpoint.name,
            call.attempt,
            failed.failure.value,
            wait,
        )
        if self.options.on_retry is not None:
            tell(
                self.options.on_retry,
                RetryDetails(
                    operation=endpoint.name,
                    attempt=call.attempt,
                    failure=failed.failure.value,
                    status=getattr(failed.error, "status", None),
                    wait=timedelta(seconds=wait),
                ),
            )

    def _tell_wait(self, endpoint: Endpoint, estimate: float) -> None:
        _log.info("%s: waits about %.1f s for the rate budget", endpoint.name, estimate)
        if self.options.on_wait is not None:
            tell(
                self.options.on_wait,
                WaitDetails(operation=endpoint.name, estimate=timedelta(seconds=estimate)),
            )


def _shape_of(error: Exception) -> str:
    # Only our own reader's words: a JSON error quotes what it could not read.
    if isinstance(error, InvalidValue):
        return f"has an unexpected shape ({error})"
    return "is not readable JSON"
