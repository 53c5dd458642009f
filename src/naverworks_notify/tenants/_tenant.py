"""What is known of one customer organisation before it is used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from naverworks_notify.auth import ServiceAccount
from naverworks_notify.client._options import (
    ClientOptions,
    SharedArguments,
    check_hook,
    read_options,
)
from naverworks_notify.errors import InvalidValue
from naverworks_notify.validation import Violations

if TYPE_CHECKING:
    from naverworks_notify.auth import Endpoints
    from naverworks_notify.limits import Limiter

__all__ = ["MOST_EACH", "Tenant", "options_of", "read_shared"]

MOST_EACH = 50
"""Requests of one tenant under way at once: a quarter of all, so that one whose answers do not come
leaves room for the others."""


@frozen(kw_only=True)
class Tenant:
    """One customer organisation of an embedding service: its account and what differs for it.

    Attributes:
        account: Its service account.
        bot_id: Its bot.
        endpoints: Where its service is reached; None for the same as everyone's.
        limiter: Its rate budget; None for one of the kind that `Tenants` gives everyone. Apps
            of one domain share a limit, so give such tenants one budget.
    """

    account: ServiceAccount
    bot_id: int | str | None = None
    endpoints: Endpoints | None = None
    limiter: Limiter | None = None


def read_shared(
    arguments: SharedArguments,
    violations: Violations,
    *,
    lookup: object,
    limiter: object,
    idle_after: object,
    refresh_after: object,
    most: object,
) -> ClientOptions:
    """Return what all clients are given alike, before the first is made.

    Args:
        arguments: What the caller gave for all clients.
        violations: What else was found to be wrong.
        lookup: As for `Tenants`; likewise the rest.
        limiter: Likewise.
        idle_after: Likewise.
        refresh_after: Likewise.
        most: Likewise.

    Raises:
        InvalidValue: An option is wrong; all of them are told.
    """
    options: ClientOptions | None = None
    try:
        options = ClientOptions(**arguments)
    except InvalidValue as error:
        violations.add_from("", error)
    for name, hook in (("lookup", lookup), ("limiter", limiter)):
        check_hook(name, hook, violations)
    if not isinstance(idle_after, timedelta) or idle_after <= timedelta():
        violations.add("idle_after", "positive", "must be a positive timedelta.")
    if refresh_after is not None and (
        not isinstance(refresh_after, timedelta) or refresh_after <= timedelta()
    ):
        violations.add("refresh_after", "positive", "must be a positive timedelta, or None.")
    if type(most) is not int or most < 1:
        violations.add("most", "positive", "must be a positive integer.")
    violations.raise_as(InvalidValue, "These options are refused")
    assert options is not None
    return options


def options_of(
    tenant: Tenant, shared: ClientOptions, limiter: Callable[[], Limiter]
) -> ClientOptions:
    """Return the options of one tenant's client.

    Raises:
        InvalidValue: Its account, bot or endpoints are wrong.
    """
    return read_options(
        tenant.account,
        {
            "bot_id": tenant.bot_id,
            "endpoints": tenant.endpoints or shared.endpoints,
            "limiter": limiter() if tenant.limiter is None else tenant.limiter,
        },
        Violations(),
        shared,
    )
