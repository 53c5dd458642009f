"""What is known of one endpoint, as data."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from attrs import field, frozen

__all__ = ["Effect", "Endpoint", "Limit"]


class Effect(StrEnum):
    """What a call does to the world; decides whether it may be repeated.

    `READ` changes nothing. `SEND` makes a message that a person sees, and cannot be taken back.
    `MANAGE` changes settings.
    """

    READ = "read"
    SEND = "send"
    MANAGE = "manage"


class Limit(StrEnum):
    """Which rate limit of the service an endpoint falls under.

    Source: https://developers.worksmobile.com/kr/docs/rate-limits

    `STANDARD` is 240 calls a minute (60 on a free plan), `ROOM` is 10 on any plan. Both are
    counted per endpoint and per domain that owns the app.
    """

    STANDARD = "standard"
    ROOM = "room"


def _as_set(scopes: Iterable[str]) -> frozenset[str]:
    return frozenset(scopes)


@frozen(kw_only=True)
class Endpoint:
    """One endpoint of the service.

    Attributes:
        name: Where it is found on a client: `messages.send_to_user` is
            `works.messages.send_to_user(...)`.
        method: HTTP method.
        template: Path below the API's base, with its parameters in braces.
        scopes: OAuth scopes of which any one will do; empty where they are not documented.
        success: Documented success status codes; any other 2xx is taken as success too.
        effect: What a call does.
        limit: Which rate limit applies.
        serial: Whether calls for one bot must never run in parallel.
        source: The page this is taken from.
    """

    name: str
    method: str
    template: str
    scopes: frozenset[str] = field(converter=_as_set)
    success: tuple[int, ...]
    effect: Effect
    limit: Limit = Limit.STANDARD
    serial: bool = False
    source: str
