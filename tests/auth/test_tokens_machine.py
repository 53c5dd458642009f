"""Whatever happens in whatever order: no dead token is given out, and no needless exchange made."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, rule

from naverworks_notify.auth import (
    AccessToken,
    Endpoints,
    MemoryTokenStore,
    ServiceAccount,
    Tokens,
)
from naverworks_notify.errors import AuthError, NaverWorksError, TransportError
from naverworks_notify.wire import Request, Response

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIFETIME = 3600


class World:
    """The clock and the service: what it issued, and what it killed."""

    def __init__(self) -> None:
        self.now_ = START
        self.issued: dict[str, datetime] = {}
        self.dead: set[str] = set()
        self.requests = 0
        self.trouble: Response | Exception | None = None

    def now(self) -> datetime:
        return self.now_

    def monotonic(self) -> float:
        return (self.now_ - START).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.now_ += timedelta(seconds=seconds)

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)

    def send(self, request: Request) -> Response:
        self.requests += 1
        if isinstance(self.trouble, Exception):
            raise self.trouble
        if self.trouble is not None:
            return self.trouble
        form = parse_qs((request.content or b"").decode())
        value = f"token-{len(self.issued) + 1}"
        self.issued[value] = self.now_ + timedelta(seconds=LIFETIME)
        body = {"access_token": value, "expires_in": str(LIFETIME)}
        assert form["grant_type"][0].endswith("jwt-bearer")
        return Response(status=200, content=json.dumps(body).encode())


class TokensMachine(RuleBasedStateMachine):
    """Two clients on one store, as two processes would be."""

    account: ServiceAccount
    given = Bundle("given")

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        store = MemoryTokenStore()
        urls = Endpoints(api="https://api.example.com", auth="https://auth.example.com")
        self.clients = [
            Tokens(
                self.account, endpoints=urls, store=store, clock=self.world, send=self.world.send
            )
            for _ in range(2)
        ]
        # What each client has been told; the other one finds out by a 401 of its own.
        self.rejected: list[set[str]] = [set(), set()]

    def _checked(self, which: int, call: Any) -> AccessToken | None:
        before = self.world.requests
        try:
            token: AccessToken = call()
        except NaverWorksError:
            assert self.world.trouble is not None or isinstance(self._refusal(), AuthError)
            return None
        finally:
            self._settle()
            assert self.world.requests - before <= 1
        assert self.world.now_ < self.world.issued[token.value]
        assert token.value not in self.rejected[which]
        return token

    def _settle(self) -> None:
        """Let a refresh in the background end, so that the next step begins in a known state."""
        for one in self.clients:
            for flight in list(one._flights._flights.values()):
                one._flights.glance(flight, 30)

    def _refusal(self) -> Exception | None:
        found = [one._refusal for one in self.clients if one._refusal is not None]
        return found[0].error if found else None

    @rule(target=given, which=st.integers(0, 1))
    def get(self, which: int) -> tuple[int, AccessToken | None]:
        return which, self._checked(which, self.clients[which].get)

    @rule(target=given, told=consumes(given))
    def replace(self, told: tuple[int, AccessToken | None]) -> tuple[int, AccessToken | None]:
        which, token = told
        if token is None:
            return which, None
        self.rejected[which].add(token.value)
        return which, self._checked(which, lambda: self.clients[which].replace(token))

    @rule(seconds=st.sampled_from([1, 14, 61, 1800, 3290, 3300, 3571, 3600, 9000]))
    def wait(self, seconds: int) -> None:
        self.world.sleep(seconds)

    @rule(
        trouble=st.sampled_from(
            [
                None,
                None,
                Response(status=503),
                Response(status=400, content=b'{"error": "invalid_grant"}'),
                TransportError("no", cause="connect_failed", may_have_acted=False),
            ]
        )
    )
    def trouble(self, trouble: Response | Exception | None) -> None:
        self.world.trouble = trouble

    @rule(which=st.integers(0, 1))
    def swap(self, which: int) -> None:
        self.clients[which].swap(self.account)

    @rule(which=st.integers(0, 1))
    def drop_key(self, which: int) -> None:
        self.clients[which].drop_key()


@pytest.mark.timeout(300)
def test_any_history_of_two_clients_on_one_store(account: ServiceAccount) -> None:
    # One key, loaded once: what is tried here is the order of events, not the signature.
    class Machine(TokensMachine):
        pass

    Machine.account = account
    case = Machine.TestCase
    case.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
    case().runTest()
