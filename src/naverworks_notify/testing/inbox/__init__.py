"""The web inbox: every member's messages as the NAVER WORKS client would show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

if TYPE_CHECKING:
    from starlette.requests import Request

    from naverworks_notify.testing import Simulator

__all__ = ["routes"]


def routes(simulator: Simulator) -> list[BaseRoute]:
    """Return the inbox's routes."""

    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{len(simulator.sent)} messages")

    return [Route("/", page)]
