"""Every operation of the simulated service: what carries it out, one table per topic.

Method, path, scopes and limit of an operation stand in the client's table of operations.
"""

from __future__ import annotations

from naverworks_notify.simulator.service._routing import Route
from naverworks_notify.simulator.service.endpoints import (
    attachments,
    bot_domains,
    bots,
    channels,
    directory,
    menus,
    messages,
    richmenus,
    users,
)

__all__ = ["ROUTES"]

_TOPICS = (
    attachments,
    bot_domains,
    bots,
    channels,
    directory,
    menus,
    messages,
    richmenus,
    users,
)

ROUTES: tuple[Route, ...] = tuple(
    Route.of(operation, handler)
    for topic in _TOPICS
    for operation, handler in topic.HANDLERS.items()
)
