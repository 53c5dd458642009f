"""The options of a client: each is named, documented and checked here, once for both worlds."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

from attrs import evolve, field, frozen

from naverworks_notify.auth import Endpoints, ServiceAccount
from naverworks_notify.breaker import Breaker
from naverworks_notify.client._hooks import OnCircuit, OnRequest, OnRetry, OnWait
from naverworks_notify.client._recipients import (
    OnlyTo,
    RedirectTo,
    read_only_to,
    read_redirect_to,
)
from naverworks_notify.clock import Clock, SystemClock
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.limits import Limiter, RateBudget
from naverworks_notify.operations import positive_id
from naverworks_notify.retry import Guarantee, GuaranteeName, RetryPolicy
from naverworks_notify.validation import Violations

if TYPE_CHECKING:
    from naverworks_notify.auth import OnToken, TokenStore

__all__ = [
    "ClientArguments",
    "ClientOptions",
    "SharedArguments",
    "check_context",
    "check_hook",
    "check_transport",
    "check_transport_async",
    "read_options",
]

_LONGEST_TIMEOUT_S = 600.0


def _number(value: int | str | None) -> int | None:
    # What cannot be read stays as it is, for all violations to be told together.
    try:
        return None if value is None else positive_id(value, "bot_id")
    except InvalidValue:
        return value  # type: ignore[return-value]


def _endpoints(value: Endpoints | None) -> Endpoints:
    try:
        return Endpoints() if value is None else value
    except InvalidValue as error:
        return error  # type: ignore[return-value]


def _clock(value: Clock | None) -> Clock:
    return SystemClock() if value is None else value


def _limiter(value: Limiter | None) -> Limiter:
    return RateBudget() if value is None else value


def _retry(value: RetryPolicy | None) -> RetryPolicy:
    return RetryPolicy() if value is None else value


def _seconds(value: float | timedelta) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else value


def _only_to(value: OnlyTo | str | Iterable[str] | None) -> OnlyTo | None:
    try:
        return read_only_to(value)
    except InvalidValue as error:
        return error  # type: ignore[return-value]


def _redirect_to(value: RedirectTo | str | None) -> RedirectTo | None:
    try:
        return read_redirect_to(value)
    except InvalidValue as error:
        return error  # type: ignore[return-value]


def _guarantee(value: GuaranteeName | Guarantee) -> Guarantee:
    # Compared with each, which asks for no hash of whatever is given.
    return Guarantee(value) if value in tuple(Guarantee) else value  # type: ignore[return-value]


class SharedArguments(TypedDict, total=False):
    """The keyword arguments of `Tenants` that each client gets; `ClientOptions` explains them."""

    endpoints: Endpoints | None
    token_store: TokenStore | None
    clock: Clock | None
    retry: RetryPolicy | None
    guarantee: GuaranteeName | Guarantee
    breaker: Breaker | None
    only_to: str | Iterable[str] | None
    redirect_to: str | None
    timeout: float | timedelta
    ssl_context: ssl.SSLContext | None
    on_request: OnRequest | None
    on_retry: OnRetry | None
    on_wait: OnWait | None
    on_circuit: OnCircuit | None
    on_token: OnToken | None


class ClientArguments(SharedArguments, total=False):
    """The keyword arguments of a client; `ClientOptions` explains them."""

    bot_id: int | str | None
    limiter: Limiter | None


@frozen(kw_only=True)
class ClientOptions:
    """What a client goes by: checked, with every default filled in.

    `Client`, `AsyncClient`, `Tenants` and `AsyncTenants` take these as keyword arguments. None
    for an object or a hook stands for the default.

    Examples:
        >>> ClientOptions(bot_id="2000001", timeout=timedelta(seconds=3)).bot_id
        2000001

    Attributes:
        bot_id: The bot that calls are about unless they name another: the number on its page in
            the Developer Console.
        endpoints: Where the service is reached; by default from NAVERWORKS_API_URL and
            NAVERWORKS_AUTH_URL, else the public service.
        token_store: Where access tokens are kept; by default in memory, for all clients of this
            process.
        clock: Where time comes from; for tests.
        limiter: The rate budget; by default `RateBudget()`. Clients of one app in one process
            count together; the stricter one counts.
        retry: How often and how long calls are repeated.
        guarantee: What is done about a send whose outcome is unknown: `at_most_once`, the
            default, raises; `at_least_once` repeats it.
        breaker: When sends are held back because the service seems to be down; by default
            `Breaker()`, None for never.
        only_to: Who may be told, for systems that must not reach real people: e-mail addresses,
            ids, `@domain`, and rooms as `channel:` and their id; `none` for nobody. Anybody else
            is not sent to (`NotAllowedHere`). By default what NAVERWORKS_ONLY_TO says, else
            everybody.
        redirect_to: One person, or one room as `channel:` and its id, that gets every message
            instead, with the address of the one meant in front; `only_to` then decides nothing.
            By default what NAVERWORKS_REDIRECT_TO says.
        timeout: For each wait within a request (connecting, sending, the answer), in seconds or
            as a timedelta; more than 0, at most 600 s, by default 10 s. A whole exchange, to the
            last byte of the answer, takes twice that at most, by the time of the machine and not
            of `clock`; an upload a second more for each 32 KiB. A blocking transport of your own
            has to keep the timeouts that it is given.
        ssl_context: For a private CA; must verify. Does not apply to a transport that is given.
        on_request: Told of every HTTP request. Hooks must be quick and must not block.
        on_retry: Told before a call is repeated.
        on_wait: Told when a call waits for the rate budget.
        on_circuit: Told when sends are held back, and when they go out again.
        on_token: Told of every access token that comes into use or could not be had.

    Raises:
        InvalidValue: An option is wrong; all of them are told.
    """

    bot_id: int | None = field(default=None, converter=_number)
    endpoints: Endpoints = field(default=None, converter=_endpoints)
    token_store: TokenStore | None = None
    clock: Clock = field(default=None, converter=_clock)
    limiter: Limiter = field(default=None, converter=_limiter)
    retry: RetryPolicy = field(default=None, converter=_retry)
    guarantee: Guarantee = field(default=Guarantee.AT_MOST_ONCE, converter=_guarantee)
    breaker: Breaker | None = field(factory=Breaker)
    only_to: OnlyTo | None = field(default=None, converter=_only_to)
    redirect_to: RedirectTo | None = field(default=None, converter=_redirect_to)
    timeout: float = field(default=10.0, converter=_seconds)
    ssl_context: ssl.SSLContext | None = None
    on_request: OnRequest | None = None
    on_retry: OnRetry | None = None
    on_wait: OnWait | None = None
    on_circuit: OnCircuit | None = None
    on_token: OnToken | None = None

    def __attrs_post_init__(self) -> None:
        violations = Violations()
        if self.bot_id is not None:
            try:
                positive_id(self.bot_id, "bot_id")
            except InvalidValue as error:
                violations.add_from("", error)
        for name in ("endpoints", "only_to", "redirect_to"):
            if isinstance(unread := getattr(self, name), InvalidValue):
                violations.add_from("", unread)
        for name, fits, told in _RULES:
            if not fits(getattr(self, name)):
                violations.add(name, "type", told)
        if not _is_timeout(self.timeout):
            violations.add(
                "timeout",
                "range",
                f"must be more than 0 and at most {_LONGEST_TIMEOUT_S:.0f} seconds; no request "
                "goes without one.",
            )
        if self.ssl_context is not None:
            check_context(self.ssl_context, violations)
        violations.raise_as(InvalidValue, "These options are refused")

    def bot(self, bot_id: int | str | None) -> int:
        """Return the bot a call is about.

        Raises:
            InvalidValue: Neither the call nor the client names one.
        """
        if bot_id is not None:
            return positive_id(bot_id, "bot_id")
        if self.bot_id is None:
            raise InvalidValue(
                violations=(
                    Violation(
                        "bot_id",
                        "required",
                        "is required: give it to the client, to this call, or set "
                        "NAVERWORKS_BOT_ID. It is the number shown on the bot's page in the "
                        "Developer Console.",
                    ),
                )
            )
        return self.bot_id


def _has(*methods: str) -> Callable[[object], bool]:
    def fits(value: object) -> bool:
        # A class has the methods too, but is none of its instances.
        return not isinstance(value, type) and all(
            callable(getattr(value, method, None)) for method in methods
        )

    return fits


def _is(*kinds: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, kinds)


def _or_none(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or fits(value)


_HOOK = (_or_none(callable), "must be a function.")
_RULES = (
    (
        "endpoints",
        _is(Endpoints, InvalidValue),
        "must be Endpoints(api=..., auth=...), not one address.",
    ),
    (
        "token_store",
        _or_none(_has("get", "set", "delete", "lock")),
        "must be a MemoryTokenStore(), a FileTokenStore(...) or another TokenStore.",
    ),
    (
        "clock",
        _has("now", "monotonic", "sleep", "sleep_async"),
        "must be a Clock: now, monotonic, sleep and sleep_async.",
    ),
    (
        "limiter",
        _has("acquire", "acquire_async"),
        "must be a RateBudget, Unlimited() or another Limiter.",
    ),
    ("retry", _is(RetryPolicy), "must be a RetryPolicy(...)."),
    ("breaker", _or_none(_is(Breaker)), "must be a Breaker(...), or None for none."),
    ("guarantee", _is(Guarantee), "must be at_most_once or at_least_once."),
    ("on_request", *_HOOK),
    ("on_retry", *_HOOK),
    ("on_wait", *_HOOK),
    ("on_circuit", *_HOOK),
    ("on_token", *_HOOK),
)
"""What must hold of each option that is given, and what is said of anything else."""


def check_transport(transport: object, violations: Violations) -> None:
    """Note what no blocking client can send over; the class is looked at once httpx is loaded."""
    if transport is not None and not _has("handle_request")(transport):
        violations.add("transport", "type", "must be an httpx.BaseTransport.")


def check_transport_async(transport: object, violations: Violations) -> None:
    """Note what no async client can send over."""
    if transport is not None and not _has("handle_async_request")(transport):
        violations.add("transport", "type", "must be an httpx.AsyncBaseTransport.")


def read_options(
    account: object,
    arguments: ClientArguments,
    violations: Violations,
    shared: ClientOptions | None = None,
) -> ClientOptions:
    """Return the options of a client for an account.

    Args:
        account: For whom.
        arguments: What the caller gave.
        violations: What else was found to be wrong.
        shared: What holds where the caller gave nothing; None for the defaults.

    Raises:
        InvalidValue: The account or an option is wrong; all of them are told.
    """
    if not isinstance(account, ServiceAccount):
        violations.add("account", "type", "must be a ServiceAccount made by ServiceAccount(...).")
    options: ClientOptions | None = None
    try:
        options = ClientOptions(**arguments) if shared is None else evolve(shared, **arguments)
    except InvalidValue as error:
        violations.add_from("", error)
    violations.raise_as(InvalidValue, "This client is refused")
    assert options is not None
    return options


def check_hook(name: str, hook: object, violations: Violations) -> None:
    """Note a hook that cannot be called."""
    if hook is not None and not callable(hook):
        violations.add(name, "type", "must be a function.")


def check_context(context: object, violations: Violations) -> None:
    """Note how a context would let a stranger pass for the service."""
    if not isinstance(context, ssl.SSLContext):
        violations.add("ssl_context", "type", "must be an ssl.SSLContext.")
    elif context.verify_mode is not ssl.CERT_REQUIRED or not context.check_hostname:
        violations.add(
            "ssl_context",
            "verify",
            "must verify certificates and host names; for a private CA, load it with "
            "ssl.create_default_context(cafile=...).",
        )


def _is_timeout(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return 0 < value <= _LONGEST_TIMEOUT_S
