"""Notifications through a NAVER WORKS (LINE WORKS) bot.

The public names of the layers, loaded on first use: importing this package alone loads neither
httpx nor jwt nor cryptography.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from naverworks_notify import alerts, catalog, messages, policy, webhooks
    from naverworks_notify.alerts import Audience
    from naverworks_notify.auth import (
        Endpoints,
        FileTokenStore,
        MemoryTokenStore,
        ServiceAccount,
        SqlTokenStore,
        TokenStore,
    )
    from naverworks_notify.breaker import Breaker
    from naverworks_notify.client import AsyncClient, Client, SendResult
    from naverworks_notify.errors import (
        ApiError,
        ApplicationError,
        AuthError,
        BadRequest,
        BudgetExhausted,
        CircuitOpen,
        ClockSkew,
        Conflict,
        DeliveryUnknown,
        Forbidden,
        Gone,
        Hint,
        InvalidAlert,
        InvalidMessage,
        InvalidPerson,
        InvalidPrivateKey,
        InvalidResponse,
        InvalidValue,
        MissingExtra,
        MissingScope,
        MissingTimeZones,
        MisusedClient,
        NaverWorksError,
        NotAllowedHere,
        NotFound,
        NotTried,
        PrivateKeyRejected,
        RateLimited,
        ServerError,
        StoreUnavailable,
        TokenStoreError,
        TokenStoreTimeout,
        TransportError,
        Unauthorized,
        Violation,
    )
    from naverworks_notify.limits import RateBudget, Unlimited
    from naverworks_notify.members import AsyncMembers, Members, SyncRefused
    from naverworks_notify.notifier import (
        AsyncNotifier,
        Delivery,
        MemoryLedger,
        Notifier,
        Plan,
        Report,
        Result,
        SqlLedger,
    )
    from naverworks_notify.retry import RetryPolicy
    from naverworks_notify.tenants import AsyncTenants, Tenants

# One line a public name: where it lives. None marks a submodule that is public as a whole.
_HOMES: dict[str, str | None] = {
    "ApiError": "errors",
    "ApplicationError": "errors",
    "AsyncClient": "client",
    "AsyncMembers": "members",
    "AsyncNotifier": "notifier",
    "AsyncTenants": "tenants",
    "Audience": "alerts",
    "AuthError": "errors",
    "BadRequest": "errors",
    "Breaker": "breaker",
    "BudgetExhausted": "errors",
    "CircuitOpen": "errors",
    "Client": "client",
    "ClockSkew": "errors",
    "Conflict": "errors",
    "Delivery": "notifier",
    "DeliveryUnknown": "errors",
    "Endpoints": "auth",
    "FileTokenStore": "auth",
    "Forbidden": "errors",
    "Gone": "errors",
    "Hint": "errors",
    "InvalidAlert": "errors",
    "InvalidMessage": "errors",
    "InvalidPerson": "errors",
    "InvalidPrivateKey": "errors",
    "InvalidResponse": "errors",
    "InvalidValue": "errors",
    "Members": "members",
    "MemoryLedger": "notifier",
    "MemoryTokenStore": "auth",
    "MisusedClient": "errors",
    "MissingExtra": "errors",
    "MissingScope": "errors",
    "MissingTimeZones": "errors",
    "NaverWorksError": "errors",
    "NotAllowedHere": "errors",
    "NotFound": "errors",
    "NotTried": "errors",
    "Notifier": "notifier",
    "Plan": "notifier",
    "PrivateKeyRejected": "errors",
    "RateBudget": "limits",
    "RateLimited": "errors",
    "Report": "notifier",
    "Result": "notifier",
    "RetryPolicy": "retry",
    "SendResult": "client",
    "ServerError": "errors",
    "StoreUnavailable": "errors",
    "ServiceAccount": "auth",
    "SyncRefused": "members",
    "Tenants": "tenants",
    "SqlLedger": "notifier",
    "SqlTokenStore": "auth",
    "TokenStore": "auth",
    "TokenStoreError": "errors",
    "TokenStoreTimeout": "errors",
    "TransportError": "errors",
    "Unauthorized": "errors",
    "Unlimited": "limits",
    "Violation": "errors",
    "alerts": None,
    "catalog": None,
    "messages": None,
    "policy": None,
    "webhooks": None,
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - read only when asked for

        return version("naverworks-notify")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES[name]
    if home is None:
        return import_module(f"{__name__}.{name}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "ApiError",
    "ApplicationError",
    "AsyncClient",
    "AsyncMembers",
    "AsyncNotifier",
    "AsyncTenants",
    "Audience",
    "AuthError",
    "BadRequest",
    "Breaker",
    "BudgetExhausted",
    "CircuitOpen",
    "Client",
    "ClockSkew",
    "Conflict",
    "Delivery",
    "DeliveryUnknown",
    "Endpoints",
    "FileTokenStore",
    "Forbidden",
    "Gone",
    "Hint",
    "InvalidAlert",
    "InvalidMessage",
    "InvalidPerson",
    "InvalidPrivateKey",
    "InvalidResponse",
    "InvalidValue",
    "Members",
    "MemoryLedger",
    "MemoryTokenStore",
    "MissingExtra",
    "MissingScope",
    "MissingTimeZones",
    "MisusedClient",
    "NaverWorksError",
    "NotAllowedHere",
    "NotFound",
    "NotTried",
    "Notifier",
    "Plan",
    "PrivateKeyRejected",
    "RateBudget",
    "RateLimited",
    "Report",
    "Result",
    "RetryPolicy",
    "SendResult",
    "ServerError",
    "ServiceAccount",
    "SqlLedger",
    "SqlTokenStore",
    "StoreUnavailable",
    "SyncRefused",
    "Tenants",
    "TokenStore",
    "TokenStoreError",
    "TokenStoreTimeout",
    "TransportError",
    "Unauthorized",
    "Unlimited",
    "Violation",
    "alerts",
    "catalog",
    "messages",
    "policy",
    "webhooks",
]
