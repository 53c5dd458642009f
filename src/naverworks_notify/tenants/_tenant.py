"""What is known of one customer organisation before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from naverworks_notify.auth import ServiceAccount

if TYPE_CHECKING:
    from naverworks_notify.auth import Endpoints
    from naverworks_notify.limits import Limiter

__all__ = ["Tenant"]


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
