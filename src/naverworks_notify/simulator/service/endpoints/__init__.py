"""Every operation of the simulated service, one table of routes per topic."""

from __future__ import annotations

from naverworks_notify.simulator.service._routing import Route
from naverworks_notify.simulator.service.endpoints import (
    attachments,
    bot_domains,
    bots,
    channels,
    directory,
    external_keys,
    menus,
    messages,
    richmenus,
    users,
)

__all__ = ["ROUTES"]

ROUTES: tuple[Route, ...] = (
    *bots.ROUTES,
    *bot_domains.ROUTES,
    *channels.ROUTES,
    *messages.ROUTES,
    *attachments.ROUTES,
    *menus.ROUTES,
    *richmenus.ROUTES,
    *users.ROUTES,
    *external_keys.ROUTES,
    *directory.ROUTES,
)
