"""The options of a client, checked once for both worlds."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from naverworks_notify.auth import Endpoints, ServiceAccount
from naverworks_notify.client._hooks import OnRequest, OnRetry, OnWait
from naverworks_notify.clock import Clock, SystemClock
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.limits import Limiter, RateBudget
from naverworks_notify.operations import positive_id
from naverworks_notify.retry import Guarantee, RetryPolicy
from naverworks_notify.validation import Violations

if TYPE_CHECKING:
    from naverworks_notify.auth import OnToken, TokenStore

__all__ = ["Settings", "check_context", "check_settings", "check_shared_options"]

_LONGEST_TIMEOUT_S = 600.0


@frozen(kw_only=True)
class Settings:
    """What a client goes by.

    Attributes:
        account: For whom.
        bot_id: The bot that calls are about unless told otherwise.
        endpoints: Where the service is reached.
        token_store: Where tokens are kept; None for one of the client's own.
        clock: Where time is taken from.
        limiter: What calls wait for.
        retry: How often and how long.
        guarantee: What is done about a send whose outcome is unknown.
        timeout: Seconds for each phase of a request.
        on_request: Told of every HTTP request.
        on_retry: Told before a call is repeated.
        on_wait: Told when a call waits for the rate budget.
        on_token: Told of every token that comes into use or could not be had.
    """

    account: ServiceAccount
    bot_id: int | None
    endpoints: Endpoints
    token_store: TokenStore | None
    clock: Clock
    limiter: Limiter
    retry: RetryPolicy
    guarantee: Guarantee
    timeout: float
    on_request: OnRequest | None
    on_retry: OnRetry | None
    on_wait: OnWait | None
    on_token: OnToken | None


def check_settings(
    account: ServiceAccount,
    *,
    bot_id: int | str | None,
    endpoints: Endpoints | None,
    token_store: TokenStore | None,
    clock: Clock | None,
    limiter: Limiter | None,
    retry: RetryPolicy | None,
    guarantee: str,
    timeout: float | timedelta,
    ssl_context: ssl.SSLContext | None,
    on_request: OnRequest | None,
    on_retry: OnRetry | None,
    on_wait: OnWait | None,
    on_token: OnToken | None,
) -> Settings:
    """Return the settings with the defaults filled in.

    Raises:
        InvalidValue: An option is wrong; all of them are told.
    """
    violations = Violations()
    if not isinstance(account, ServiceAccount):
        violations.add("account", "type", "must be a ServiceAccount made by ServiceAccount(...).")
    number: int | None = None
    if bot_id is not None:
        try:
            number = positive_id(bot_id, "bot_id")
        except InvalidValue as error:
            violations.add_from("", error)
    if limiter is not None and not _has(limiter, "acquire", "acquire_async"):
        violations.add("limiter", "type", "must be a RateBudget, Unlimited() or another Limiter.")
    _check_shared(
        violations,
        endpoints=endpoints,
        token_store=token_store,
        clock=clock,
        retry=retry,
        guarantee=guarantee,
        timeout=timeout,
        ssl_context=ssl_context,
        hooks={
            "on_request": on_request,
            "on_retry": on_retry,
            "on_wait": on_wait,
            "on_token": on_token,
        },
    )
    violations.raise_as(InvalidValue, "This client is refused")
    return Settings(
        account=account,
        bot_id=number,
        endpoints=Endpoints() if endpoints is None else endpoints,
        token_store=token_store,
        clock=SystemClock() if clock is None else clock,
        limiter=RateBudget() if limiter is None else limiter,
        retry=RetryPolicy() if retry is None else retry,
        guarantee=Guarantee(guarantee),
        timeout=_seconds(timeout) or 0.0,
        on_request=on_request,
        on_retry=on_retry,
        on_wait=on_wait,
        on_token=on_token,
    )


def check_shared_options(
    *,
    endpoints: Endpoints | None,
    token_store: TokenStore | None,
    clock: Clock | None,
    retry: RetryPolicy | None,
    guarantee: str,
    timeout: float | timedelta,
    ssl_context: ssl.SSLContext | None,
    hooks: Mapping[str, object],
    idle_after: object,
    most: object,
) -> None:
    """Check what many clients are given alike, and how they are kept, before the first is made.

    Raises:
        InvalidValue: An option is wrong; all of them are told.
    """
    violations = Violations()
    _check_shared(
        violations,
        endpoints=endpoints,
        token_store=token_store,
        clock=clock,
        retry=retry,
        guarantee=guarantee,
        timeout=timeout,
        ssl_context=ssl_context,
        hooks=hooks,
    )
    if not isinstance(idle_after, timedelta) or idle_after <= timedelta():
        violations.add("idle_after", "positive", "must be a positive timedelta.")
    if type(most) is not int or most < 1:
        violations.add("most", "positive", "must be a positive integer.")
    violations.raise_as(InvalidValue, "These options are refused")


def bot_of(settings: Settings, bot_id: int | str | None) -> int:
    """Return the bot a call is about.

    Raises:
        InvalidValue: Neither the call nor the client names one.
    """
    if bot_id is not None:
        return positive_id(bot_id, "bot_id")
    if settings.bot_id is None:
        raise InvalidValue(
            violations=(
                Violation(
                    "bot_id",
                    "required",
                    "is required: give it to the client, to this call, or set NAVERWORKS_BOT_ID. "
                    "It is the number shown on the bot's page in the Developer Console.",
                ),
            )
        )
    return settings.bot_id


def _check_shared(
    violations: Violations,
    *,
    endpoints: object,
    token_store: object,
    clock: object,
    retry: object,
    guarantee: str,
    timeout: float | timedelta,
    ssl_context: ssl.SSLContext | None,
    hooks: Mapping[str, object],
) -> None:
    if endpoints is not None and not isinstance(endpoints, Endpoints):
        violations.add(
            "endpoints", "type", "must be Endpoints(api=..., auth=...), not one address."
        )
    if token_store is not None and not _has(token_store, "get", "set", "delete", "lock"):
        violations.add(
            "token_store",
            "type",
            "must be a MemoryTokenStore(), a FileTokenStore(...) or another TokenStore.",
        )
    if clock is not None and not _has(clock, "now", "monotonic", "sleep", "sleep_async"):
        violations.add("clock", "type", "must be a Clock: now, monotonic, sleep and sleep_async.")
    if retry is not None and not isinstance(retry, RetryPolicy):
        violations.add("retry", "type", "must be a RetryPolicy(...).")
    if guarantee not in tuple(Guarantee):  # which asks for no hash of whatever is given
        violations.add("guarantee", "enum", "must be at_most_once or at_least_once.")
    if _seconds(timeout) is None:
        violations.add(
            "timeout",
            "range",
            f"must be more than 0 and at most {_LONGEST_TIMEOUT_S:.0f} seconds; no request goes "
            "without one.",
        )
    if ssl_context is not None:
        check_context(ssl_context, violations)
    for name, hook in hooks.items():
        if hook is not None and not callable(hook):
            violations.add(name, "type", "must be a function.")


def _has(value: object, *methods: str) -> bool:
    # A class has the methods too, but is none of its instances.
    return not isinstance(value, type) and all(
        callable(getattr(value, method, None)) for method in methods
    )


def _seconds(timeout: float | timedelta) -> float | None:
    if isinstance(timeout, timedelta):
        timeout = timeout.total_seconds()
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        return None
    return float(timeout) if 0 < timeout <= _LONGEST_TIMEOUT_S else None


def check_context(context: ssl.SSLContext, violations: Violations) -> None:
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
