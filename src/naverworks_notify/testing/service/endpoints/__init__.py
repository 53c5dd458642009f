"""Every operation of the simulated service, one table of routes per topic."""

from __future__ import annotations

from naverworks_notify.testing.service._routing import Route
from naverworks_notify.testing.service.endpoints import messages, users

__all__ = ["ROUTES"]

ROUTES: tuple[Route, ...] = (
    *messages.ROUTES,
    *users.ROUTES,
)
