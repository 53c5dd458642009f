"""The simulated service: a request in, a response out, no socket anywhere.

`Service.handle` is the whole service as a function of wire values. The adapters (httpx transport,
Starlette) call `open` first, because trouble may strike before a request has been read.
"""

from __future__ import annotations

import logging
import re
import secrets
from email.utils import format_datetime
from traceback import extract_tb
from typing import Any
from urllib.parse import parse_qsl, unquote

from attrs import frozen

from naverworks_notify.simulator.service._answers import (
    RefusedError,
    Situation,
    error_response,
    json_response,
)
from naverworks_notify.simulator.service._faults import Fault, FaultKind, Head
from naverworks_notify.simulator.service._routing import Call, Router
from naverworks_notify.simulator.service._state import State
from naverworks_notify.simulator.service._tokens import Grant, read_form
from naverworks_notify.simulator.service._trouble import DOCUMENTED, spoiled, unauthorized
from naverworks_notify.simulator.service.endpoints import ROUTES
from naverworks_notify.simulator.service.endpoints.storage import STORAGE_PREFIX, store_or_fetch
from naverworks_notify.wire import Request, Response

__all__ = ["IN_PROCESS", "Opened", "Service"]

_LOG = logging.getLogger("naverworks_notify.simulator")

API_PREFIX = "/v1.0"
AUTH_PREFIX = "/oauth2/v2.0"
# Nobody can answer there: .invalid is reserved by RFC 2606.
IN_PROCESS = "https://naverworks-simulator.invalid"

# RFC 6750: the scheme, exactly one space, the token.
_BEARER = re.compile(r"Bearer ([A-Za-z0-9\-._~+/]+=*)", re.IGNORECASE)


@frozen(kw_only=True)
class Opened:
    """A call whose head has arrived: what it is, and what will go wrong with it."""

    head: Head
    fault: Fault | None


@frozen
class _Carried:
    """What the work on a request gave: the answer, whose it was, and which switch is to blame."""

    response: Response
    domain_id: int | None = None
    switch: str = ""


class Service:
    """The whole simulated service. Thread-safe: one call at a time."""

    def __init__(self, state: State) -> None:
        """Serve a state."""
        self.state = state
        self._router = Router(ROUTES)

    def handle(self, request: Request) -> Response:
        """Answer one request. Faults that break connections answer as 503 here."""
        opened = self.open(request)
        if opened.fault is not None and opened.fault.kind not in {
            None,
            FaultKind.MALFORMED,
            FaultKind.REDIRECT,
            FaultKind.TOKEN_KILLED,
        }:
            return self._finish(error_response(DOCUMENTED[503]))
        return self.answer(request, opened)

    def open(self, request: Request) -> Opened:
        """Look at the head of a request and take the fault that strikes it, if any."""
        path, _ = _target_of(request)
        parameters: dict[str, str] = {}
        if path.startswith(AUTH_PREFIX):
            operation = self.state.tokens.operation_of(path, read_form(request.content or b""))
        elif path.startswith(STORAGE_PREFIX):
            operation = "attachments.put" if request.method == "POST" else "attachments.fetch"
        else:
            found = self._router.find(request.method, path.removeprefix(API_PREFIX))
            operation = found[0].operation if found else ""
            parameters = found[1] if found else {}
        head = Head(
            operation=operation, method=request.method, path=unquote(path), parameters=parameters
        )
        fault = self.state.faults.take(head)
        if fault is not None and fault.kind is not None and fault.kind.before_request:
            self._note(head, None, fault=fault)
        return Opened(head=head, fault=fault)

    def answer(self, request: Request, opened: Opened) -> Response:
        """Answer a request that arrived whole, as its fault says."""
        fault = opened.fault
        carried = _Carried(json_response(200, {}))
        if fault is None or fault.lets_work:
            carried = self._carry_out(request)
        response = carried.response
        if fault is not None and fault.shows:
            response = self._spoil(request, fault, response)
        self._note(
            opened.head, response, fault=fault, domain_id=carried.domain_id, switch=carried.switch
        )
        return self._finish(response)

    def _note(self, head: Head, response: Response | None, **more: Any) -> None:
        with self.state.lock:
            self.state.log.note(
                head, response, number=self.state.next_number(), at=self.state.now(), **more
            )

    def _spoil(self, request: Request, fault: Fault, genuine: Response) -> Response:
        if fault.kind is FaultKind.TOKEN_KILLED:
            with self.state.lock:
                self.state.tokens.kill(_bearer_of(request) or "")
        return spoiled(
            fault,
            genuine,
            token_call=_target_of(request)[0].startswith(AUTH_PREFIX),
            limit=self.state.per_minute,
            window=self.state.rates.window,
            now=self.state.now(),
            behaviour=self.state.behaviour,
        )

    def _finish(self, response: Response) -> Response:
        stamp = format_datetime(self.state.now(), usegmt=True)
        headers = {"date": stamp, **response.headers}
        if self.state.behaviour.request_ids:
            headers.setdefault("x-request-id", secrets.token_hex(8))
        return Response(status=response.status, headers=headers, content=response.content)

    def _carry_out(self, request: Request) -> _Carried:
        path, query = _target_of(request)
        with self.state.lock:
            grant = self._authenticate(request)
            domain_id = grant.app.domain_id if grant is not None else None
            try:
                if path.startswith(AUTH_PREFIX):
                    now, content = self.state.now(), request.content or b""
                    response = self.state.tokens.answer(
                        request.method, path, content, now=now, behaviour=self.state.behaviour
                    )
                elif path.startswith(STORAGE_PREFIX):
                    response = store_or_fetch(self.state, request, path, grant)
                else:
                    response = self._carry_out_api(request, path, query, grant)
            except RefusedError as refused:
                return _Carried(refused.response, domain_id, refused.switch)
            except Exception as error:  # noqa: BLE001 - no request may bring a service down
                _LOG.error("%s", _place_of(error))
                return _Carried(error_response(DOCUMENTED[500]), domain_id)
        return _Carried(response, domain_id)

    def _authenticate(self, request: Request) -> Grant | None:
        token = _bearer_of(request)
        return None if token is None else self.state.tokens.find(token, self.state.now())

    def _carry_out_api(
        self, request: Request, path: str, query: str, grant: Grant | None
    ) -> Response:
        found = None
        if path.startswith(f"{API_PREFIX}/"):
            found = self._router.find(request.method, path.removeprefix(API_PREFIX))
        if found is None:
            raise self.state.behaviour.refusal_of(Situation.UNKNOWN_PATH) or RefusedError(
                DOCUMENTED[404]
            )
        route, parameters = found
        state = self.state
        now = state.now()
        if grant is None:
            return unauthorized()
        headers = {name.lower(): value for name, value in request.headers.items()}
        call = Call(
            state=self.state,
            tenant=self.state.tenants[grant.app.domain_id],
            app=grant.app,
            scopes=grant.scopes,
            operation=route.operation,
            parameters=parameters,
            query=dict(parse_qsl(query, keep_blank_values=True)),
            origin=_origin_of(request) or self.state.base_url,
            headers=headers,
            body=request.content or b"",
            now=now,
        )
        if not grant.scopes & route.scopes:
            call.refuse_as(Situation.MISSING_SCOPE)
        standing = self.state.rates.count(
            grant.app.domain_id,
            route.operation,
            limit=state.rooms_per_minute if route.per_room else state.per_minute,
            now=now,
            behaviour=self.state.behaviour,
        )
        rate_headers = standing.headers(self.state.behaviour, now)
        if not standing.allowed:
            self.state.throttled += 1
            return error_response(DOCUMENTED[429], rate_headers)
        try:
            response = route.handler(call)
        except RefusedError as refused:
            raise refused.with_headers(rate_headers) from None
        if not route.rate_headers:
            return response
        return Response(
            status=response.status,
            headers={**response.headers, **rate_headers},
            content=response.content,
        )


def _target_of(request: Request) -> tuple[str, str]:
    """Return path and query of a request, whatever stands in its host."""
    rest = request.url.partition("#")[0].partition("://")[2] or request.url
    path, _, query = rest.partition("?")
    return f"/{path.partition('/')[2]}", query


def _origin_of(request: Request) -> str:
    scheme, separator, rest = request.url.partition("://")
    host = rest.partition("/")[0].partition("?")[0]
    return f"{scheme}{separator}{host}" if separator and host else ""


def _place_of(error: Exception) -> str:
    # Its text may quote what came in.
    frames = extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {frames[-1].name}:{frames[-1].lineno}"


def _bearer_of(request: Request) -> str | None:
    for name, value in request.headers.items():
        if name.lower() == "authorization":
            found = _BEARER.fullmatch(value)
            return found.group(1) if found else None
    return None
