# Generated from client/_async/runner.py by scripts/generate_sync.py; change that one.
"""Running operations: token, rate budget, request, retry."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define

from naverworks_notify.auth import AccessToken, ServiceAccount, Tokens
from naverworks_notify.breaker import Ending, Passage, ending_of
from naverworks_notify.client._before_send import BeforeSend, run_before
from naverworks_notify.client._identity import TOKEN_ENDPOINT, USER_AGENT
from naverworks_notify.client._options import ClientOptions
from naverworks_notify.client._outcome import (
    Failed,
    Lost,
    error_of_lost,
    nothing_sent,
    read,
    refusal,
)
from naverworks_notify.client._recipients import Recipients, recipients_of
from naverworks_notify.client._scopes import check_scopes, has_scope
from naverworks_notify.client._sync.guard import Guard
from naverworks_notify.client._telling import Telling
from naverworks_notify.client._turns import Turns
from naverworks_notify.errors import (
    AuthError,
    DeliveryUnknown,
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
    ENDPOINTS,
    Effect,
    Endpoint,
    Limit,
    Operation,
    Page,
    bots,
    next_page,
)
from naverworks_notify.retry import (
    Failure,
    failure_of_status,
    may_repeat,
    read_retry_after,
)
from naverworks_notify.wire import Request, Response

if TYPE_CHECKING:
    from naverworks_notify.client._http import Body
    from naverworks_notify.client._sync.connections import Connections

__all__ = ["Resource", "Runner"]

_log = logger_of("client")

T = TypeVar("T")

# 300 to 399: of a redirect that is no documented success, nothing can be said but that.
_SUCCESS = range(200, 300)
_UNAUTHORIZED = 401
_TOO_MANY = 429
_SERVER_ERROR = 500
# Lengths of time are counted in microseconds.
_ROUNDED = 1e-6


@define(eq=False)
class _Call:
    """One call of the caller's, through all its attempts.

    Attributes:
        left: Seconds it may still wait.
        passage: What a send has to pass.
        throttled: How many of the attempts were answered with a 429.
        unknown: The error of an earlier try that may have arrived.
        leaving: Whether a byte of this try may be on its way.
        started: When this try began to be sent, by the client's clock.
        check: Raises where a send is held back after all.
    """

    operation: Operation[Any]
    left: float
    body: Body | None = None
    content_type: str | None = None
    before_send: BeforeSend | None = None
    passage: Passage | None = None
    attempt: int = 1
    throttled: int = 0
    unknown: DeliveryUnknown | None = None
    leaving: bool = False
    started: float = 0.0
    check: Callable[[], None] | None = None

    def let_leave(self) -> None:
        """Do what comes right before the first byte; nothing is sent where this raises."""
        if self.check is not None:
            self.check()
        if self.before_send is not None:
            run_before(self.before_send)
        self.leaving = True


class Runner:
    """Runs operations for one account. Decides nothing: `retry`, `limits` and `auth` do.

    Args:
        account: For whom.
        options: What the client goes by.
        connections: What requests are sent over.
    """

    def __init__(
        self, account: ServiceAccount, options: ClientOptions, connections: Connections
    ) -> None:
        self.options = options
        self._connections = connections
        self._turns = Turns(options.endpoints.api, account.client_id)
        self._owner = owner_of(options.endpoints.api, account.client_id)
        self._limiter = connections.world.limiter(options.limiter, self._owner)
        self._limit_keys: dict[str, LimitKey] = {}
        self.recipients: Recipients | None = recipients_of(options.only_to, options.redirect_to)
        self._telling = Telling(account.client_id, options)
        self._guard = Guard(
            connections.world.gate(options.endpoints.api), account.client_id, options, self._telling
        )
        self._max_wait = options.retry.max_wait.total_seconds()
        self.tokens: Tokens = Tokens(
            account,
            endpoints=options.endpoints,
            store=(
                connections.world.tokens if options.token_store is None else options.token_store
            ),
            clock=options.clock,
            send=self._send_for_token,
            on_token=options.on_token,
        )

    def run(
        self,
        operation: Operation[T],
        *,
        body: Body | None = None,
        content_type: str | None = None,
        before_send: BeforeSend | None = None,
        max_wait: float | None = None,
    ) -> T:
        """Carry out one operation, with everything that may have to be repeated.

        Args:
            operation: What to do.
            body: A body that is read piece by piece.
            content_type: What that is.
            before_send: Run right before the first byte of each try.
            max_wait: Seconds it may wait; None for what the retry policy says.

        Raises:
            NotAllowedHere: It would tell somebody who may not be told.
        """
        recipients = self.recipients
        if recipients is None:
            return self._carry_out(operation, body, content_type, before_send, max_wait)
        answer: Any = None
        for admitted in recipients.admit(operation):
            answer = self._carry_out(admitted, body, content_type, before_send, max_wait)
        recipients.note(operation, answer)
        return answer  # type: ignore[no-any-return]

    def _carry_out(
        self,
        operation: Operation[T],
        body: Body | None,
        content_type: str | None,
        before_send: BeforeSend | None,
        max_wait: float | None,
    ) -> T:
        passage = self._guard.passage(operation)
        left = self._max_wait if max_wait is None else max_wait
        call = _Call(operation, left, body, content_type, before_send, passage)
        if operation.endpoint.serial:
            with self._turns.of(operation.resource):
                return self._run(call)  # type: ignore[no-any-return]
        try:
            return self._run(call)  # type: ignore[no-any-return]
        except NaverWorksError as error:
            # That nothing was sent is true of the last try only.
            if call.unknown is None or not error.passing:
                raise
            unknown = call.unknown
        raise unknown

    def pages(self, operation: Operation[Page[T]]) -> Iterator[T]:
        """Yield the items of all pages, one page read at a time.

        Raises:
            InvalidResponse: The service gave the same cursor twice, which would never end.
        """
        seen: set[str] = set()
        while True:
            page = self.run(operation)
            yield from page.items
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

    def close(self) -> None:
        """Close the connections, and end a token refresh that runs in the background."""
        if isinstance(self._limiter, Share):
            self._limiter.close()
        self.tokens.close()
        self._connections.close()

    def _run(self, call: _Call) -> Any:
        try:
            return self._attempt(call)
        except Failed as failed:
            first = failed
        # Raised below, outside of the handler: what httpx raised knows the URL and the token,
        # and must not hang on to our error as its context.
        if self._goes_on(first, call):
            return self._repeat(call, first)
        raise first.error

    def _repeat(self, call: _Call, first: Failed) -> Any:
        # Loaded and built only now: most calls never get here, and a shared one would mix the
        # attempts of calls that run at the same time.
        from tenacity import Retrying, retry_if_exception  # noqa: PLC0415

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
            if isinstance(failed.error, DeliveryUnknown):
                call.unknown = failed.error
            self._telling.retry(call.operation.endpoint, call.attempt, failed, state.upcoming_sleep)

        try:
            for attempt in Retrying(
                retry=retry_if_exception(lambda error: self._goes_on(error, call)),
                wait=wait,
                stop=lambda state: state.upcoming_sleep > call.left + _ROUNDED,
                sleep=options.clock.sleep,
                before_sleep=before_sleep,
                reraise=True,
            ):
                with attempt:
                    call.attempt = attempt.retry_state.attempt_number
                    if call.attempt == 1:
                        raise first
                    return self._attempt(call)
        except Failed as failed:
            first = failed
        raise first.error

    def _goes_on(self, error: BaseException, call: _Call) -> bool:
        if not isinstance(error, Failed):
            return False
        options = self.options
        return (
            may_repeat(error.failure, call.operation.endpoint.effect, options.guarantee)
            and not options.retry.gives_up(error.failure, counted=call.attempt - call.throttled)
            and not (call.passage is not None and self._guard.is_open())
        )

    def _attempt(self, call: _Call) -> Any:
        passage = call.passage
        if passage is None:
            return self._try(call)
        call.left = self._guard.enter(passage, call.left)
        try:
            return self._try(call)
        except Failed:
            if passage.tries is not None:
                # No token was to be had.
                self._guard.end(passage, Ending.UNREACHED)
            raise
        finally:
            if passage.tries is not None or passage.under_way:
                self._guard.end(passage, Ending.NOT_TRIED)

    def _try(self, call: _Call) -> Any:
        token = self._token()
        scopes = call.operation.endpoint.scopes
        if scopes.isdisjoint(token.scopes):
            check_scopes(call.operation.endpoint, token)
        if call.passage is not None and call.passage.tries is not None:
            self._look(call.passage, call.operation.resource, token)
        response, broken = self._exchange(call, token)
        if response.status == _UNAUTHORIZED:
            token = self._token(rejected=token)
            response, broken = self._exchange(call, token)
        if response.status == _UNAUTHORIZED:
            self.tokens.note_refused(token)
        else:
            self.tokens.note_accepted()
        return self._read(call, token, response, broken)

    def _look(self, passage: Passage, bot_id: int | None, token: AccessToken) -> None:
        """Look whether the service is back by a call that does no harm, past the budget.

        Raises:
            CircuitOpen: It is not.
        """
        if bot_id is None or not has_scope(ENDPOINTS["bots.get"], token):
            return
        call = _Call(bots.get(bot_id), 0.0, started=self.options.clock.monotonic())
        try:
            request = self._request(call, token)
            response, broken = self._connections.send(request, owner=self._owner)
        except Lost as lost:
            self._tell(call, None, lost.failure)
        else:
            self._tell(call, response, broken)
            if response.status < _SERVER_ERROR:
                return
        self._guard.end(passage, Ending.UNREACHED)
        # Enters a circuit that has just been opened anew, and is refused.
        self._guard.enter(passage, 0.0)

    def _token(self, rejected: AccessToken | None = None) -> AccessToken:
        unreachable: NaverWorksError
        try:
            if rejected is None:
                return self.tokens.get()
            return self.tokens.replace(rejected)
        except (AuthError, TransportError) as error:
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

    def _exchange(self, call: _Call, token: AccessToken) -> tuple[Response, Failure | None]:
        operation = call.operation
        endpoint = operation.endpoint
        options = self.options
        clock = options.clock
        key = self._limit_keys.get(endpoint.name) or self._limit_key(endpoint)
        waiting: list[float] = []

        def on_wait(estimate: float) -> None:
            waiting.append(clock.monotonic())
            self._telling.wait(endpoint, estimate)

        lease = self._limiter.acquire(key, clock=clock, max_wait=call.left, on_wait=on_wait)
        if waiting:
            call.left = max(call.left - (clock.monotonic() - waiting[0]), 0.0)
        call.leaving = False
        headers: Mapping[str, str] = {}
        pause = 0.0
        try:
            outcome = self._send(call, token)
            if not isinstance(outcome, Lost):
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
            self._tell(call, None, outcome.failure)
            raise Failed(outcome.failure, error_of_lost(endpoint, outcome))
        response, broken = outcome
        self._tell(call, response, broken)
        return response, broken

    def _tell(self, call: _Call, response: Response | None, failure: Failure | None) -> None:
        if self.options.on_request is not None or _log.isEnabledFor(logging.DEBUG):
            endpoint = call.operation.endpoint
            self._telling.request(endpoint, call.attempt, call.started, response, failure)

    def _send(self, call: _Call, token: AccessToken) -> tuple[Response, Failure | None] | Lost:
        passage = call.passage
        if passage is not None:
            self._guard.start(passage)
            call.check = partial(self._guard.check, passage)
        call.started = self.options.clock.monotonic()
        needed = passage is not None or call.before_send is not None
        call.leaving = not needed
        outcome: tuple[Response, Failure | None] | Lost
        try:
            outcome = self._connections.send(
                self._request(call, token),
                call.body,
                owner=self._owner,
                before_send=call.let_leave if needed else None,
            )
        except Lost as lost:
            outcome = lost
            call.leaving = not nothing_sent(lost.failure)
        except InvalidValue:
            # The file that was to be sent, or what the environment says of the network.
            call.leaving = False
            raise
        if passage is not None:
            self._guard.end(passage, _ending_of(outcome))
        return outcome

    def _pause_of(self, call: _Call, response: Response) -> float:
        asked = self._asked(response)
        return self.options.retry.pause(call.attempt, jitter=0.0, asked=asked).total_seconds()

    def _read(
        self, call: _Call, token: AccessToken, response: Response, broken: Failure | None
    ) -> Any:
        operation = call.operation
        endpoint = operation.endpoint
        if response.status in _SUCCESS or response.status in endpoint.success:
            return None if endpoint.effect is Effect.SEND else read(operation, response, broken)
        raise refusal(endpoint, self._request(call, token), response, self._asked(response))

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

    def _send_for_token(self, request: Request) -> Response:
        lost: Lost
        try:
            response, _ = self._connections.send(request, owner=self._owner)
        except Lost as error:
            lost = error
        else:
            return response
        raise error_of_lost(TOKEN_ENDPOINT, lost)

    def _limit_key(self, endpoint: Endpoint) -> LimitKey:
        key = LimitKey(self._owner, endpoint.name, endpoint.limit is Limit.ROOM)
        return self._limit_keys.setdefault(endpoint.name, key)


def _ending_of(outcome: tuple[Response, Failure | None] | Lost) -> Ending:
    if isinstance(outcome, Lost):
        return ending_of(outcome.failure, reused=outcome.reused)
    status = outcome[0].status
    return ending_of(None if status in _SUCCESS else failure_of_status(status))


class Resource:
    """A group of methods, with the client's runner and the client's bot."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def _bot(self, bot_id: int | None) -> int:
        options = self._runner.options
        if bot_id is None and options.bot_id is not None:
            return options.bot_id
        return options.bot(bot_id)
