"""From a method and a path to the operation behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Any, NoReturn, Self
from urllib.parse import unquote

from attrs import field, frozen

from naverworks_notify.operations import ENDPOINTS, Limit
from naverworks_notify.simulator.service._answers import RefusedError, Situation, refuse
from naverworks_notify.simulator.service._checks import Field, Place, check_fields, whole_number
from naverworks_notify.simulator.service._people import SimulatedUser
from naverworks_notify.simulator.service._state import State
from naverworks_notify.simulator.service._tenant import App, Bot, BotDomain, Channel, Tenant
from naverworks_notify.wire import Response

__all__ = ["Call", "Handler", "Route", "Router"]

_MESSAGE = ("bot.message", "bot")
_MESSAGE_READ = ("bot.message", "bot", "bot.read")
_CAPITAL = re.compile(r"[A-Z]")

# Twice the boxes that a flex message may nest, and some.
MOST_NESTED = 300


@frozen(kw_only=True)
class Call:
    """One call that passed the token, scope and rate checks.

    Attributes:
        state: All that the service remembers.
        tenant: The organisation of the app.
        app: The app whose token was used.
        scopes: What the token was granted.
        operation: Name of the operation.
        parameters: Decoded path parameters.
        query: Decoded query parameters; of a repeated one, the last.
        origin: Scheme and host that the caller reached the service by.
        headers: Header fields under lower-case names.
        body: Raw body.
        now: The service's time.
    """

    state: State = field(repr=False)
    tenant: Tenant = field(repr=False)
    app: App = field(repr=False)
    scopes: frozenset[str]
    operation: str
    parameters: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    origin: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    now: datetime

    def refuse_as(self, situation: Situation) -> None:
        """Refuse as the behaviour says for a situation; go on when it says to let it pass."""
        refused = self.state.behaviour.refusal_of(situation)
        if refused is not None:
            raise refused

    def fields(
        self,
        fields: Sequence[Field],
        *,
        without: frozenset[str] = frozenset(),
        required: bool = True,
        partial: bool = False,
    ) -> dict[str, Any]:
        """Return the body's members, checked.

        Args:
            fields: What it may hold.
            without: Members that are read-only, and passed over.
            required: Whether there must be a body.
            partial: Whether required members may be missing, as in PATCH.
        """
        raw = self.json_object(required=required)
        given = {key: value for key, value in raw.items() if key not in without}
        return check_fields(given, fields, self.place(), partial=partial)

    def place(self) -> Place:
        """Return the place of the body."""
        return Place(lenient=self.state.behaviour.accept_undocumented)

    def json_object(self, *, required: bool = True) -> dict[str, Any]:
        """Return the body as a JSON object.

        Raises:
            RefusedError: 400; the text is the service's own, seen in its forum.
        """
        if not self.body and not required:
            return {}
        try:
            raw = json.loads(self.body, parse_constant=_refuse_constant, parse_float=_finite)
            _check_plain(raw, MOST_NESTED)
        except (ValueError, RecursionError):
            raise refuse(400, "INVALID_PARAMETER", "Request body cannot be parsed.") from None
        if not isinstance(raw, dict):
            raise refuse(400, "INVALID_PARAMETER", "Request body cannot be parsed.")
        return raw

    def bot(self) -> Bot:
        """Return the bot of the path."""
        bot = self.tenant.bots.get(self.integer("bot_id"))
        if bot is None:
            self.refuse_as(Situation.UNKNOWN_BOT)
            raise refuse(404, "NOT_FOUND", "The bot does not exist.")
        return bot

    def bot_domain(self) -> BotDomain:
        """Return the registration of the path's bot in the path's domain."""
        found = self.bot().domains.get(self.integer("domain_id"))
        if found is None:
            raise self.missing()
        return found

    def channel(self) -> Channel:
        """Return the room of the path, if the bot is in it."""
        channel = self.bot().channels.get(self.parameters["channel_id"])
        if channel is None:
            self.refuse_as(Situation.UNKNOWN_CHANNEL)
            raise refuse(404, "NOT_FOUND", "The channel does not exist.")
        if not channel.bot_present:
            self.refuse_as(Situation.BOT_NOT_IN_CHANNEL)
        return channel

    def user(self, situation: Situation = Situation.UNKNOWN_USER) -> SimulatedUser:
        """Return the member of the path."""
        address = self.parameters["user_id"]
        if address == "me":
            self.refuse_as(Situation.SERVICE_ACCOUNT_AS_ME)
        user = self.tenant.find_user(address)
        if user is None:
            self.refuse_as(situation)
            raise refuse(404, "NOT_FOUND", "The user does not exist.")
        return user

    def integer(self, name: str) -> int:
        """Return a path parameter that is a number."""
        number = whole_number(self.parameters[name])
        if number is None:
            raise refuse(400, "INVALID_PARAMETER", f"{name} must be an integer.")
        return number

    def missing(self) -> RefusedError:
        """Return the refusal for a resource that is not there."""
        refused = self.state.behaviour.refusal_of(Situation.UNKNOWN_RESOURCE)
        return refused or refuse(404, "NOT_FOUND", "The resource does not exist.")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("too large")
    return number


def _check_plain(value: Any, left: int) -> None:
    """Raise ValueError for what could not be written as JSON again."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, (dict, list)):
        if not left:
            raise ValueError("too deep")
        for item in value:
            _check_plain(item, left - 1)
        for item in value.values() if isinstance(value, dict) else ():
            _check_plain(item, left - 1)


Handler = Callable[[Call], Response]


@frozen
class Route:
    """One operation of the service.

    Attributes:
        operation: Its name, the one the client uses too.
        method: HTTP method.
        segments: The parts of its path below the API's base, parameters in braces.
        scopes: Any one of these is enough.
        handler: Carries it out.
        per_room: Whether it has the ten calls a minute of creating a room.
        rate_headers: False where the documentation says that none are sent.
    """

    operation: str
    method: str
    segments: tuple[str, ...]
    scopes: frozenset[str]
    handler: Handler
    per_room: bool
    rate_headers: bool

    @classmethod
    def of(cls, operation: str, handler: Handler) -> Self:
        """Return the route of an operation, as the table of operations describes it."""
        endpoint = ENDPOINTS[operation]
        # What only third parties list is taken to need what its neighbours need.
        neighbours = _MESSAGE_READ if endpoint.method == "GET" else _MESSAGE
        template = _CAPITAL.sub(lambda found: f"_{found[0].lower()}", endpoint.template)
        return cls(
            operation=operation,
            method=endpoint.method,
            segments=tuple(template.strip("/").split("/")),
            scopes=frozenset(endpoint.scopes or neighbours),
            handler=handler,
            per_room=endpoint.limit is Limit.ROOM,
            # https://developers.worksmobile.com/kr/docs/rate-limits
            rate_headers=operation != "attachments.download_url",
        )


class Router:
    """Finds routes. Segments written out win over parameters."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._by_shape: dict[tuple[str, int], list[tuple[tuple[str, ...], Route]]] = {}
        for route in self.routes:
            parts = route.segments
            self._by_shape.setdefault((route.method, len(parts)), []).append((parts, route))
        for found in self._by_shape.values():
            found.sort(key=lambda item: [segment.startswith("{") for segment in item[0]])

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a still encoded path and its decoded parameters."""
        segments = path.strip("/").split("/")
        for parts, route in self._by_shape.get((method, len(segments)), ()):
            parameters: dict[str, str] = {}
            for wanted, given in zip(parts, segments, strict=True):
                if wanted.startswith("{"):
                    parameters[wanted[1:-1]] = unquote(given)
                elif wanted != given:
                    break
            else:
                if all(parameters.values()):
                    return route, parameters
        return None
