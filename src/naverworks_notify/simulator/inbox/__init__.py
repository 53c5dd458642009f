"""The web inbox: every member's messages as the NAVER WORKS client would show them."""

from __future__ import annotations

from naverworks_notify.simulator.inbox._routes import routes

__all__ = ["routes"]
