"""The inbox's addresses: the page, its live part, its style and script."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from naverworks_notify.preview import language_of, stylesheet
from naverworks_notify.simulator._tenant_handle import TenantHandle
from naverworks_notify.simulator.inbox._bubbles import bubble_html
from naverworks_notify.simulator.inbox._model import Inbox, Room, build_inbox
from naverworks_notify.simulator.service import State

__all__ = ["routes"]

_PACKAGE = "naverworks_notify.simulator.inbox"

# Styles of message cards stand in attributes; everything else comes from files of this package.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' https: data:; media-src https:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@cache
def _asset(name: str) -> bytes | None:
    if name == "preview.css":
        return stylesheet().encode()
    if name not in {"inbox.css", "inbox.js", "icon.svg"}:
        return None
    return files(_PACKAGE).joinpath("static", name).read_bytes()


def routes(tenant: TenantHandle, state: State) -> list[BaseRoute]:
    """Return the inbox's routes over one organisation of a simulator."""
    pages = _Pages(tenant, state)
    return [
        Route("/", pages.page),
        Route("/inbox/{key}", pages.page),
        Route("/live", pages.live),
        Route("/assets/{name}", pages.asset),
    ]


class _Pages:
    def __init__(self, tenant: TenantHandle, state: State) -> None:
        self._tenant = tenant
        self._state = state
        self._read: dict[str, int] = {}
        self._templates = Environment(
            loader=PackageLoader(_PACKAGE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {"bubble": bubble_html, "language_of": language_of}

    async def page(self, request: Request) -> Response:
        """Show the inbox, with one person's messages."""
        inbox = self._inbox(request.path_params.get("key"))
        html = self._templates.get_template("page.html").render(
            inbox=inbox, theme=_theme_of(request), chosen="key" in request.path_params
        )
        return HTMLResponse(html, headers=_HEADERS)

    async def live(self, request: Request) -> Response:
        """Give both halves anew when something changed since `version`, else nothing."""
        inbox = self._inbox(request.query_params.get("key") or None)
        if request.query_params.get("version") == inbox.version:
            return Response(status_code=204, headers=_HEADERS)
        context = {"inbox": inbox, "theme": _theme_of(request)}
        rows = self._templates.get_template("rows.html").render(context)
        conversation = self._templates.get_template("conversation.html").render(context)
        body = {
            "version": inbox.version,
            "unread": sum(row.unread for row in inbox.rows),
            "rows": rows,
            "conversation": conversation,
        }
        return JSONResponse(body, headers=_HEADERS)

    async def asset(self, request: Request) -> Response:
        """Give a file of the page."""
        name = request.path_params["name"]
        content = _asset(name)
        if content is None:
            return Response(status_code=404, headers=_HEADERS)
        kind = _KINDS[name.rpartition(".")[2]]
        return Response(content, media_type=kind, headers=_HEADERS)

    def _inbox(self, key: str | None) -> Inbox:
        tenant, state = self._tenant, self._state
        with state.lock:
            sent = tuple(state.sent)
            last = max((m.number for m in sent if key in {m.user_id, m.channel_id}), default=0)
            if key is not None and last:
                self._read[key] = last
            return build_inbox(
                bot_name=tenant.bot_name,
                users=tenant.users,
                rooms=self._rooms(),
                sent=sent,
                read=self._read,
                selected=key,
                now=state.now(),
            )

    def _rooms(self) -> list[Room]:
        return [
            Room(
                channel_id=channel.channel_id,
                title=channel.title or f"대화방 {number}",
                members=len(channel.members),
            )
            for number, channel in enumerate(self._tenant.channels, 1)
        ]


def _theme_of(request: Request) -> str:
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in {"light", "dark"} else "light"
